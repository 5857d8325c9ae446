package store

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"

	"vigie"
)

// The versions are the first byte of every value. They say how its body is
// written.
const (
	jsonVersion   = 1
	packedVersion = 2 // rows (rows.go)
)

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

// seal puts a body into an envelope. The checksum of version 1 does not cover the
// version; the others count it in.
func seal(version byte, table string, key, body []byte) []byte {
	out := make([]byte, envelopeHead, envelopeHead+len(body))
	out[0] = version
	binary.BigEndian.PutUint32(out[1:], checksum(table, key, body)^uint32(version-jsonVersion))
	return append(out, body...)
}

// unseal returns the version and the body, which is valid only while value is.
func unseal(table string, key, value []byte) (version byte, body []byte, err error) {
	damaged := func(reason string) error {
		return &vigie.DamagedError{Place: place(table, key), Reason: reason}
	}
	if len(value) < envelopeHead {
		return 0, nil, damaged("the record is cut short")
	}
	if version = value[0]; version != jsonVersion && version != packedVersion {
		return 0, nil, damaged(fmt.Sprintf("unknown record version %d", version))
	}
	body = value[envelopeHead:]
	if binary.BigEndian.Uint32(value[1:]) != checksum(table, key, body)^uint32(version-jsonVersion) {
		return 0, nil, damaged("the record is not what was written (checksum)")
	}
	return version, body, nil
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
	if r, ok := v.(row); ok {
		p := rowWriter{b: make([]byte, 0, 256)}
		r.pack(&p)
		return seal(packedVersion, table, key, p.b), nil
	}
	body, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", place(table, key), err)
	}
	return seal(jsonVersion, table, key, body), nil
}

func decode[V any](table string, key, value []byte) (V, error) {
	var v V
	version, body, err := unseal(table, key, value)
	if err != nil {
		return v, err
	}
	if r, ok := any(&v).(row); ok && version == packedVersion {
		u := rowReader{b: body}
		r.unpack(&u)
		err = u.end()
	} else {
		err = json.Unmarshal(body, &v)
	}
	if err != nil {
		return v, &vigie.DamagedError{Place: place(table, key), Reason: "cannot be read: " + err.Error()}
	}
	if r, ok := any(&v).(keyed); ok {
		r.fill(key)
	}
	return v, nil
}
