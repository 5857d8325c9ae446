package vigie

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// SourceID names a source for ever. It is a ULID, for example
// "01JD8Y3K5W0000000000000000".
type SourceID string

// DocumentID names a document for ever, whatever becomes of its address. It is
// a ULID, for example "01JD8Y3K5W9V7Q2T4M6N8P0R1S".
type DocumentID string

// CaptureID names one answer of the network that was kept. It is a ULID.
type CaptureID string

// DecisionID names one decision of the desk. It is a ULID, so decisions sort by
// the time they were taken.
type DecisionID string

// crockford is the alphabet of ULID, Crockford's base 32
// (https://github.com/ulid/spec): no I, L, O or U.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// ulidLength is the number of characters of a ULID: 128 bits in groups of five.
const ulidLength = 26

// NewID makes a ULID of the wanted kind: 48 bits of now in milliseconds and 80
// random bits, in Crockford's base 32, so that identities sort by the time they
// were given. Times before 1970 count as 1970. Safe for concurrent use.
func NewID[T ~string](now time.Time) T {
	var b [16]byte
	ms := uint64(max(now.UnixMilli(), 0))
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	_, _ = rand.Read(b[6:]) // never fails: crypto/rand.Read aborts the process instead

	var out [ulidLength]byte
	// 130 bits are written for 128: the first character carries only three.
	var acc uint32
	bits := 2 // two leading zero bits
	n := 0
	for _, c := range b {
		acc = acc<<8 | uint32(c)
		bits += 8
		for bits >= 5 {
			bits -= 5
			out[n] = crockford[acc>>bits&31]
			n++
		}
	}
	return T(out[:])
}

// ValidID reports whether s has the form of a ULID as [NewID] writes it.
func ValidID[T ~string](s T) bool {
	if len(s) != ulidLength || s[0] > '7' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
		case c >= 'A' && c <= 'Z' && c != 'I' && c != 'L' && c != 'O' && c != 'U':
		default:
			return false
		}
	}
	return true
}

// Hash is a SHA-256 digest in lower-case hexadecimal, 64 characters long; the
// empty Hash means "none". It names kept bytes by their content.
type Hash string

// HashOf returns the hash of b.
func HashOf(b []byte) Hash {
	sum := sha256.Sum256(b)
	return Hash(hex.EncodeToString(sum[:]))
}

// Bytes returns the 32 bytes of h, or an error of kind [ErrInvalid].
func (h Hash) Bytes() ([]byte, error) {
	b, err := hex.DecodeString(string(h))
	if err != nil || len(b) != sha256.Size {
		return nil, fmt.Errorf("read hash %q: %w", string(h), ErrInvalid)
	}
	return b, nil
}
