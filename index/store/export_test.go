package store

import "vigie"

// Seal and Unseal show the envelope to tests and fuzzing.
func Seal(table string, key, body []byte) []byte { return seal(table, key, body) }

func Unseal(table string, key, value []byte) ([]byte, error) { return unseal(table, key, value) }

// DecodeRows reads a value as each row of the store.
func DecodeRows(key, value []byte) []error {
	var errs []error
	note := func(err error) { errs = append(errs, err) }
	_, err := decode[documentRecord]("t", key, value)
	note(err)
	_, err = decode[revisionRow]("t", key, value)
	note(err)
	_, err = decode[sightingRow]("t", key, value)
	note(err)
	_, err = decode[captureRecord]("t", key, value)
	note(err)
	_, err = decode[where]("t", key, value)
	note(err)
	_, err = decode[Change]("t", key, value)
	note(err)
	return errs
}

// SightingRoundTrip writes and reads a sighting as the store does.
func SightingRoundTrip(s vigie.Sighting) (vigie.Sighting, error) {
	key := sightingKey(s.Source, s.GUID)
	row := sightingRow(s)
	value, err := encode("sightings", key, &row)
	if err != nil {
		return s, err
	}
	row, err = decode[sightingRow]("sightings", key, value)
	return vigie.Sighting(row), err
}
