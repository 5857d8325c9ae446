package store

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"

	"vigie"
)

// envelopeVersion is the first byte of every value.
const envelopeVersion = 1

// envelopeHead is the length of version and checksum.
const envelopeHead = 5

// castagnoli returns the CRC-32C table; the standard library keeps it.
func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// checksum covers table and key besides the body, so that a value which strayed
// to another place is noticed as well as one that changed.
func checksum(table string, key, body []byte) uint32 {
	t := castagnoli()
	sum := crc32.Update(0, t, []byte(table))
	sum = crc32.Update(sum, t, key)
	return crc32.Update(sum, t, body)
}

func seal(table string, key, body []byte) []byte {
	out := make([]byte, envelopeHead, envelopeHead+len(body))
	out[0] = envelopeVersion
	binary.BigEndian.PutUint32(out[1:], checksum(table, key, body))
	return append(out, body...)
}

// unseal returns the body, which is valid only while value is.
func unseal(table string, key, value []byte) ([]byte, error) {
	damaged := func(reason string) error {
		return &vigie.DamagedError{Place: place(table, key), Reason: reason}
	}
	if len(value) < envelopeHead {
		return nil, damaged("the record is cut short")
	}
	if value[0] != envelopeVersion {
		return nil, damaged(fmt.Sprintf("unknown record version %d", value[0]))
	}
	body := value[envelopeHead:]
	if binary.BigEndian.Uint32(value[1:]) != checksum(table, key, body) {
		return nil, damaged("the record is not what was written (checksum)")
	}
	return body, nil
}

// place names a record for people.
func place(table string, key []byte) string {
	for _, c := range key {
		if c < ' ' || c > '~' {
			return fmt.Sprintf("record %s/%x", table, key)
		}
	}
	return fmt.Sprintf("record %s/%s", table, key)
}

func encode(table string, key []byte, v any) ([]byte, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", place(table, key), err)
	}
	return seal(table, key, body), nil
}

func decode[V any](table string, key, value []byte) (V, error) {
	var v V
	body, err := unseal(table, key, value)
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal(body, &v); err != nil {
		return v, &vigie.DamagedError{Place: place(table, key), Reason: "cannot be read: " + err.Error()}
	}
	if row, ok := any(&v).(keyed); ok {
		row.fill(key)
	}
	return v, nil
}
