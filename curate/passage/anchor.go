package passage

import (
	"bytes"
	"cmp"
	"slices"
	"unicode/utf8"
)

const (
	// context is how much of the old text on both sides of a passage helps to find
	// its place, in bytes.
	context = 240
	// seed is the length of the pieces that are looked for, in bytes, and stride how
	// far apart they begin: a common stretch of 24 bytes holds one.
	seed, stride = 16, 8
	// mostHits bounds the places of one seed: one that is everywhere says nothing.
	mostHits = 48
	// shortest is the least length of an anchor, in bytes.
	shortest = 24
	// mostWindows bounds the places that are compared word by word.
	mostWindows = 4
)

// anchor is a stretch that both texts have: length bytes at o in the old one and
// at n in the new one.
type anchor struct{ o, n, length int }

// anchors are the stretches in and around the passage that came from there, and
// from no other place of the old text, the longest first.
func (s *search) anchors() []anchor {
	lo, hi := s.region()
	seeds := newSeeds(s.old.b[lo:hi])
	olds, news := seeds.hits(s.old.b), seeds.hits(s.now.b)
	var out, dropped []anchor
	for i := range seeds.at {
		o := lo + seeds.at[i]
		for _, n := range news[i] {
			if s.spent > 2*toil {
				return nil
			}
			if holds(out, o, n) || holds(dropped, o, n) {
				continue
			}
			r := s.reach(o, n, seed)
			x := anchor{o - r.left, n - r.left, r.total() + seed}
			if x.length < shortest || s.rivals(olds[i], o, n, r) {
				dropped = append(dropped, x)
				continue
			}
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(x, y anchor) int { return cmp.Compare(y.length, x.length) })
	return out
}

// region is the passage with its context, in the solid old text.
func (s *search) region() (lo, hi int) {
	lo, hi = max(0, s.a-context), min(len(s.old.b), s.b+context)
	for lo > 0 && !utf8.RuneStart(s.old.b[lo]) {
		lo--
	}
	for hi < len(s.old.b) && !utf8.RuneStart(s.old.b[hi]) {
		hi++
	}
	return lo, hi
}

// holds reports whether one of the anchors has o and n as one place.
func holds(as []anchor, o, n int) bool {
	return slices.ContainsFunc(as, func(x anchor) bool {
		return n-o == x.n-x.o && o >= x.o && o < x.o+x.length
	})
}

// rivals reports whether another place of the old text agrees with the new one at
// n nearly as well as the place o does, or better.
func (s *search) rivals(olds []int, o, n int, own reach) bool {
	return slices.ContainsFunc(olds, func(other int) bool {
		return other != o && !own.beats(s.reach(other, n, seed))
	})
}

// seeds are short pieces of a text that are looked for all at once.
type seeds struct {
	text []byte
	// at is where each begins in text.
	at     []int
	filter []uint64
	of     map[uint32][]int
}

// factor is the base of the rolling hash: any odd number with mixed bits will do.
const factor = 0x9e3779b1

const filterBits = 1 << 16

func newSeeds(text []byte) *seeds {
	x := &seeds{text: text, filter: make([]uint64, filterBits/64), of: map[uint32][]int{}}
	for i := 0; i+seed <= len(text); i += stride {
		var h uint32
		for _, c := range text[i : i+seed] {
			h = h*factor + uint32(c)
		}
		x.of[h] = append(x.of[h], len(x.at))
		x.at = append(x.at, i)
		x.filter[h>>16/64] |= 1 << (h >> 16 % 64)
	}
	return x
}

// hits are the places of each seed in a text; none for a seed with too many.
func (x *seeds) hits(text []byte) [][]int {
	out := make([][]int, len(x.at))
	if len(text) < seed || len(x.at) == 0 {
		return out
	}
	var h, last uint32 = 0, 1 // last is what the byte that leaves is worth
	for range seed {
		last *= factor
	}
	for i, c := range text {
		h = h*factor + uint32(c)
		if i >= seed {
			h -= last * uint32(text[i-seed])
		}
		if i < seed-1 || x.filter[h>>16/64]&(1<<(h>>16%64)) == 0 {
			continue
		}
		start := i - seed + 1
		for _, k := range x.of[h] {
			if len(out[k]) <= mostHits && bytes.Equal(x.text[x.at[k]:x.at[k]+seed], text[start:i+1]) {
				out[k] = append(out[k], start)
			}
		}
	}
	for k := range out {
		if len(out[k]) > mostHits {
			out[k] = nil
		}
	}
	return out
}
