package column

import (
	"iter"
	"math/bits"
	"slices"

	"vigie"
)

// Set is a set of ordinals. The zero value is empty. Its operations make new sets and
// leave their operands as they are, but for [Set.With].
type Set struct{ words []uint64 }

// With adds an ordinal, in the place of the set where it can: s = s.With(n).
func (s Set) With(n uint32) Set {
	at := int(n / 64)
	for at >= len(s.words) {
		s.words = append(s.words, 0)
	}
	s.words[at] |= 1 << (n % 64)
	return s
}

// Has reports whether an ordinal is in the set.
func (s Set) Has(n uint32) bool {
	at := int(n / 64)
	return at < len(s.words) && s.words[at]>>(n%64)&1 != 0
}

// Count is how many ordinals are in the set.
func (s Set) Count() int {
	n := 0
	for _, w := range s.words {
		n += bits.OnesCount64(w)
	}
	return n
}

// And returns what is in both sets.
func (s Set) And(o Set) Set {
	out := make([]uint64, min(len(s.words), len(o.words)))
	for i := range out {
		out[i] = s.words[i] & o.words[i]
	}
	return Set{out}
}

// Or returns what is in one of the sets, or both.
func (s Set) Or(o Set) Set {
	long, short := s.words, o.words
	if len(long) < len(short) {
		long, short = short, long
	}
	out := make([]uint64, len(long))
	copy(out, long)
	for i, w := range short {
		out[i] |= w
	}
	return Set{out}
}

// AndNot returns what is in s and not in o.
func (s Set) AndNot(o Set) Set {
	out := make([]uint64, len(s.words))
	copy(out, s.words)
	for i := range min(len(out), len(o.words)) {
		out[i] &^= o.words[i]
	}
	return Set{out}
}

// Each walks the ordinals of the set, the lowest first.
func (s Set) Each() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for i, w := range s.words {
			for ; w != 0; w &= w - 1 {
				if !yield(uint32(i*64 + bits.TrailingZeros64(w))) {
					return
				}
			}
		}
	}
}

// wordsOf returns the words of one chunk.
func (s Set) wordsOf(at int) []uint64 {
	const perChunk = chunkRows / 64
	low := min(at*perChunk, len(s.words))
	return s.words[low:min(low+perChunk, len(s.words))]
}

// All returns the ordinals of all documents: whatever is not in a set is
// All().AndNot(set).
func (v *View) All() Set {
	words := make([]uint64, 0, len(v.chunks)*chunkRows/64)
	for _, c := range v.chunks {
		words = append(words, c.live[:]...)
	}
	return Set{words}
}

// Living returns the documents of a set that the view holds.
func (v *View) Living(s Set) Set { return s.And(v.All()) }

// InStory returns the documents that stand in one of the stories.
func (v *View) InStory(ids ...vigie.StoryID) Set {
	wanted := map[key]bool{}
	for _, id := range ids {
		if k, ok := keyOf(id); ok {
			wanted[k] = true
		}
	}
	if len(wanted) == 0 {
		return Set{}
	}
	return v.where(each(func(c *chunk, i int) bool { return c.stories[i] != key{} && wanted[c.stories[i]] }))
}

// ShownBy returns the documents that one of the sources showed.
func (v *View) ShownBy(ids ...vigie.SourceID) Set {
	wanted := func(value string) bool { return slices.Contains(ids, vigie.SourceID(value)) }
	return v.having(sources, v.matching(sources, wanted))
}

// where returns the living rows that fit, which fits tells of 64 at a time: those of a
// chunk from the given one.
func (v *View) where(fits func(c *chunk, from int) uint64) Set {
	words := v.All().words
	for w, live := range words {
		if live != 0 {
			words[w] = live & fits(v.chunks[w*64/chunkRows], w*64%chunkRows)
		}
	}
	return Set{words}
}

// each asks for the rows one by one what where asks for by 64.
func each(fits func(c *chunk, i int) bool) func(*chunk, int) uint64 {
	return func(c *chunk, from int) uint64 {
		var out uint64
		for bit := range 64 {
			if fits(c, from+bit) {
				out |= 1 << bit
			}
		}
		return out
	}
}

// matching tells which values of a field fit, by their numbers.
func (v *View) matching(f field, fits func(value string) bool) []bool {
	wanted := make([]bool, len(v.names[f].values))
	for n, value := range v.names[f].values {
		wanted[n] = fits(value)
	}
	return wanted
}

// having returns the documents that have one of the wanted values.
func (v *View) having(f field, wanted []bool) Set {
	if !slices.Contains(wanted, true) {
		return Set{}
	}
	lists := make([]uint8, len(v.names[f].lists)) // 1 for those that have one
	for n, list := range v.names[f].lists {
		if slices.ContainsFunc(list, func(value uint32) bool { return wanted[value] }) {
			lists[n] = 1
		}
	}
	return v.where(func(c *chunk, from int) uint64 {
		var out uint64
		for bit, list := range c.cells[f][from : from+64] {
			out |= uint64(lists[list]) << bit
		}
		return out
	})
}
