package store

import "vigie"

// DecodeAccountRows reads a value as each row about accounts.
func DecodeAccountRows(key, value []byte) []error {
	_, err1 := decode[vigie.User]("t", key, value)
	_, err2 := decode[Credential]("t", key, value)
	_, err3 := decode[Session]("t", key, value)
	_, err4 := decode[Link]("t", key, value)
	_, err5 := decode[Tries]("t", key, value)
	_, err6 := decode[AuditLine]("t", key, value)
	return []error{err1, err2, err3, err4, err5, err6}
}
