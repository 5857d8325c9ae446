package story

import (
	"encoding/binary"
	"math/bits"
)

// bitWriter writes numbers of any number of bits, the highest first.
type bitWriter struct {
	b    []byte
	free int // bits of the last byte that are not used yet
}

func (w *bitWriter) write(v uint64, n int) {
	for n > 0 {
		if w.free == 0 {
			w.b, w.free = append(w.b, 0), 8
		}
		take := min(n, w.free)
		part := byte(v>>(n-take)) & (1<<take - 1)
		w.b[len(w.b)-1] |= part << (w.free - take)
		n, w.free = n-take, w.free-take
	}
}

// count writes a small number from 0 on (P. Elias's gamma code).
func (w *bitWriter) count(n int) {
	length := bits.Len(uint(n + 1))
	w.write(0, length-1)
	w.write(uint64(n+1), length)
}

// set writes an ordered set: its size and the steps from each number to the next, of
// which the lower bits stand as they are and the rest is counted out (R. Rice, Some
// practical universal noiseless coding techniques, 1979). Steps between hashes are
// long and short as chance has it, which is what this code is made for.
func (w *bitWriter) set(values []uint32) {
	w.count(len(values))
	if len(values) == 0 {
		return
	}
	mean := values[len(values)-1] / uint32(len(values))
	low := max(bits.Len32(mean-mean/4)-1, 0)
	w.write(uint64(low), 5)
	next := uint32(0)
	for _, v := range values {
		step := v - next
		for range step >> low {
			w.write(1, 1)
		}
		w.write(0, 1)
		w.write(uint64(step), low)
		next = v + 1
	}
}

// bitReader reads what a bitWriter wrote; after the first fault it gives zeros.
type bitReader struct {
	rest []byte
	used int // bits of the first byte that are read
	bad  bool
}

// read reads n bits, at most 32.
func (r *bitReader) read(n int) uint32 {
	if n > 8*len(r.rest)-r.used {
		r.bad, r.rest, r.used = true, nil, 0
		return 0
	}
	var window [8]byte
	copy(window[:], r.rest)
	v := binary.BigEndian.Uint64(window[:]) << r.used >> (64 - n)
	r.skip(n)
	return uint32(v)
}

func (r *bitReader) skip(n int) {
	r.used += n
	r.rest, r.used = r.rest[r.used/8:], r.used%8
}

// ones reads bits up to and with the first that is not set, and returns how many
// were.
func (r *bitReader) ones() int {
	n := 0
	for len(r.rest) > 0 {
		run := bits.LeadingZeros8(^(r.rest[0] << r.used))
		if run < 8-r.used {
			r.skip(run + 1)
			return n + run
		}
		n += 8 - r.used
		r.rest, r.used = r.rest[1:], 0
	}
	r.bad = true
	return 0
}

// count reads a number of at most most.
func (r *bitReader) count(most int) int {
	zeros := 0
	for zeros < 16 && !r.bad && r.read(1) == 0 {
		zeros++
	}
	n := 1<<zeros | int(r.read(zeros))
	if r.bad || zeros == 16 || n-1 > most {
		r.bad, r.rest, r.used = true, nil, 0
		return 0
	}
	return n - 1
}

// set reads an ordered set of numbers of at most most.
func (r *bitReader) set(most uint32) []uint32 {
	n := r.count(maxSample)
	if n == 0 || n > 8*len(r.rest) {
		r.bad = r.bad || n > 0
		return nil
	}
	low := int(r.read(5))
	values, next := make([]uint32, 0, n), uint64(0)
	for range n {
		v := next + uint64(r.ones())<<low + uint64(r.read(low))
		if r.bad || v > uint64(most) {
			r.bad = true
			return nil
		}
		values, next = append(values, uint32(v)), v+1
	}
	return values
}

// ended reports whether nothing is left but the unused bits of the last byte, which
// are not set.
func (r *bitReader) ended() bool {
	left := 8*len(r.rest) - r.used
	return !r.bad && left < 8 && r.read(left) == 0
}
