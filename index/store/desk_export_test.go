package store

import "vigie"

// DecodeDeskRows reads a value as each row of the desk.
func DecodeDeskRows(key, value []byte) []error {
	_, err1 := decode[decidedRow]("t", key, value)
	_, err2 := decode[lengths]("t", key, value)
	_, err3 := decode[vigie.Settings]("t", key, value)
	_, err4 := decode[vigie.Topic]("t", key, value)
	_, err5 := decode[vigie.PageText]("t", key, value)
	_, err6 := decode[vigie.Synthesis]("t", key, value)
	_, err7 := decode[vigie.Edition]("t", key, value)
	_, err8 := decode[vigie.FigureMark]("t", key, value)
	return []error{err1, err2, err3, err4, err5, err6, err7, err8}
}
