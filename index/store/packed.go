package store

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"strings"
	"time"

	"vigie"
)

// rowWriter appends values to a row: numbers as varints, strings behind their
// length, identities in 16 bytes, hashes in 32, times in whole seconds.
type rowWriter struct{ b []byte }

func (w *rowWriter) uint(n uint64)    { w.b = binary.AppendUvarint(w.b, n) }
func (w *rowWriter) int(n int64)      { w.b = binary.AppendVarint(w.b, n) }
func (w *rowWriter) time(t time.Time) { w.int(t.Unix()) }

func (w *rowWriter) bool(b bool) {
	if b {
		w.uint(1)
	} else {
		w.uint(0)
	}
}

func (w *rowWriter) string(s string) {
	w.uint(uint64(len(s)))
	w.b = append(w.b, s...)
}

func (w *rowWriter) strings(all []string) {
	w.uint(uint64(len(all)))
	for _, s := range all {
		w.string(s)
	}
}

// date keeps what the text form of a date keeps.
func (w *rowWriter) date(d vigie.Date) {
	d, _ = vigie.ParseDate(d.String()) // unknown when it cannot be written
	w.b = append(w.b, byte(d.Precision))
	if !d.IsZero() {
		w.time(d.Time)
	}
}

// short begins an identity or a hash: 0 for none, 1 for one in its short form,
// otherwise its length and one more.
func (w *rowWriter) short(s string, packed []byte) {
	switch {
	case s == "":
		w.uint(0)
	case packed != nil:
		w.uint(1)
		w.b = append(w.b, packed...)
	default:
		w.uint(uint64(len(s)) + 1)
		w.b = append(w.b, s...)
	}
}

func (w *rowWriter) hash(h vigie.Hash) {
	sum, err := hex.DecodeString(string(h))
	if err != nil || len(sum) != hashBytes || hex.EncodeToString(sum) != string(h) {
		sum = nil
	}
	w.short(string(h), sum)
}

const (
	hashBytes = 32
	idBytes   = 16
)

// crockford is the alphabet of identities (https://github.com/ulid/spec).
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// packULID turns the 26 characters of a valid identity into 16 bytes: 130 bits of
// which the first two are 0.
func packULID(id string) []byte {
	out := make([]byte, 0, idBytes)
	var acc uint32
	bits := -2
	for i := range len(id) {
		acc = acc<<5 | uint32(strings.IndexByte(crockford, id[i]))
		if bits += 5; bits >= 8 {
			bits -= 8
			out = append(out, byte(acc>>bits))
		}
	}
	return out
}

// unpackULID is the reverse of packULID.
func unpackULID(packed []byte) string {
	var out [idLength]byte
	var acc uint32
	bits, n := 2, 0
	for _, c := range packed {
		acc = acc<<8 | uint32(c)
		for bits += 8; bits >= 5; n++ {
			bits -= 5
			out[n] = crockford[acc>>bits&31]
		}
	}
	return string(out[:])
}

// packID writes any kind of identity.
func packID[T ~string](w *rowWriter, id T) {
	var packed []byte
	if vigie.ValidID(id) {
		packed = packULID(string(id))
	}
	w.short(string(id), packed)
}

// rowReader reads what a rowWriter wrote. After the first thing that does not fit, all
// that it reads is zero and bad is set.
type rowReader struct {
	b   []byte
	bad bool
}

var errRow = errors.New("it does not have the form of its table")

// end returns an error unless all was read and all of it fitted.
func (u *rowReader) end() error {
	if u.bad || len(u.b) > 0 {
		return errRow
	}
	return nil
}

// more reports whether something follows.
func (u *rowReader) more() bool { return !u.bad && len(u.b) > 0 }

func (u *rowReader) fail() { u.b, u.bad = nil, true }

func (u *rowReader) uint() uint64 {
	v, n := binary.Uvarint(u.b)
	if n <= 0 {
		u.fail()
		return 0
	}
	u.b = u.b[n:]
	return v
}

func (u *rowReader) int() int64 {
	v, n := binary.Varint(u.b)
	if n <= 0 {
		u.fail()
		return 0
	}
	u.b = u.b[n:]
	return v
}

// small reads a number that fits an int of any machine.
func (u *rowReader) small() int {
	n := u.uint()
	if n > math.MaxInt32 {
		u.fail()
		return 0
	}
	return int(n)
}

// count reads how many things follow, each of which takes at least one byte.
func (u *rowReader) count() int {
	n := u.uint()
	if n > uint64(len(u.b)) {
		u.fail()
		return 0
	}
	return int(n)
}

func (u *rowReader) byte() byte {
	if len(u.b) == 0 {
		u.fail()
		return 0
	}
	c := u.b[0]
	u.b = u.b[1:]
	return c
}

func (u *rowReader) take(n int) []byte {
	if n > len(u.b) {
		u.fail()
		return nil
	}
	out := u.b[:n]
	u.b = u.b[n:]
	return out
}

func (u *rowReader) string() string { return string(u.take(u.count())) }

func (u *rowReader) strings() []string {
	var out []string
	for range u.count() {
		out = append(out, u.string())
	}
	return out
}

func (u *rowReader) bool() bool { return u.uint() != 0 }

func (u *rowReader) time() time.Time { return unix(u.int()) }

func (u *rowReader) date() vigie.Date {
	d := vigie.Date{Precision: vigie.Precision(u.byte())}
	if d.Precision > vigie.Instant {
		u.fail()
		return vigie.Date{}
	}
	if !d.IsZero() {
		d.Time = u.time()
	}
	return d
}

// short reads what rowWriter.short wrote; size is that of the short form.
func (u *rowReader) short(size int) (packed []byte, plain string) {
	switch n := u.uint(); {
	case n == 0:
		return nil, ""
	case n == 1:
		return u.take(size), ""
	case n-1 > uint64(len(u.b)):
		u.fail()
		return nil, ""
	default:
		return nil, string(u.take(int(n - 1)))
	}
}

func (u *rowReader) hash() vigie.Hash {
	packed, plain := u.short(hashBytes)
	if packed != nil {
		return vigie.Hash(hex.EncodeToString(packed))
	}
	return vigie.Hash(plain)
}

func unpackID[T ~string](u *rowReader) T {
	packed, plain := u.short(idBytes)
	if packed != nil {
		return T(unpackULID(packed))
	}
	return T(plain)
}
