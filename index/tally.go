package index

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"sync"

	api "github.com/blevesearch/bleve_index_api"
)

// shortWord is how many bytes the words have that a tally keeps in its table.
const shortWord = 16

// tallySlots is how many words that table has room for, of which three in four are used.
const tallySlots = 1 << 15

// tally counts the terms of texts of one language, one text after another. Most of the
// words of a text were in the texts before, so it keeps what they are cut to in a table of
// its own, one line of memory each: Go's maps took half the time of analysis. It is for
// one goroutine at a time.
type tally struct {
	lang *language
	seed [2]uint64
	// short is the table, and long has the words that do not fit into it.
	short []tallySlot
	used  int
	long  map[string]tallySlot
	// terms are those of all words.
	terms map[string]*tallied
	// round is the number of the text, found its terms in the order of their first
	// places, and places all their places.
	round  uint32
	found  []*tallied
	places []tallyPlace
	mark   int // see headingMark
}

// tallySlot is a word and what it is looked up by.
type tallySlot struct {
	low, high uint64 // the word; zeros behind it
	term      *tallied
	stop      bool
}

// tallied is a term with what was counted of it in one text.
type tallied struct {
	text  string
	round uint32 // the last text that has it
	nth   uint32 // which of that text's terms it is
	times int
}

// tallyPlace is where a term stands.
type tallyPlace struct {
	term     *tallied
	position int
	mark     int
}

func newTally(lang *language) *tally {
	t := &tally{lang: lang, seed: [2]uint64{rand.Uint64(), rand.Uint64()}} //nolint:gosec // parts words in a table
	t.forget()
	return t
}

// forget forgets all words.
func (t *tally) forget() {
	t.short, t.used = make([]tallySlot, tallySlots), 0
	t.long, t.terms = map[string]tallySlot{}, map[string]*tallied{}
}

// begin begins a text.
func (t *tally) begin() {
	if t.used+len(t.long) > tallySlots*3/4 {
		t.forget()
	}
	t.round++
	t.found, t.places = t.found[:0], t.places[:0]
}

// word returns what a word is looked up by, and whether it means nothing in a text.
func (t *tally) word(word []byte) (term *tallied, stop bool) {
	if len(word) > shortWord {
		return t.longer(word)
	}
	var b [shortWord]byte
	copy(b[:], word)
	low, high := binary.LittleEndian.Uint64(b[:8]), binary.LittleEndian.Uint64(b[8:])
	x, y := bits.Mul64(low^t.seed[0], high^t.seed[1])
	for at := (x ^ y) % tallySlots; ; at = (at + 1) % tallySlots {
		s := &t.short[at]
		switch {
		case s.term == nil && t.used > tallySlots*3/4:
			return t.longer(word) // one text with very many words
		case s.term == nil:
			*s = t.slot(word)
			s.low, s.high = low, high
			t.used++
			return s.term, s.stop
		case s.low == low && s.high == high:
			return s.term, s.stop
		}
	}
}

// longer is word without the table.
func (t *tally) longer(word []byte) (term *tallied, stop bool) {
	s, ok := t.long[string(word)]
	if !ok {
		s = t.slot(word)
		t.long[string(word)] = s
	}
	return s.term, s.stop
}

// slot works out what a word is looked up by.
func (t *tally) slot(word []byte) tallySlot {
	is := t.lang.term(string(word))
	of := t.terms[is.text]
	if of == nil {
		of = &tallied{text: is.text}
		t.terms[is.text] = of
	}
	return tallySlot{term: of, stop: is.stop}
}

// count notes that a term stands at a position.
func (t *tally) count(term *tallied, position int) {
	if term.round != t.round {
		term.round, term.nth, term.times = t.round, uint32(len(t.found)), 0
		t.found = append(t.found, term)
	}
	term.times++
	t.places = append(t.places, tallyPlace{term: term, position: position, mark: t.mark})
}

// counts are what was counted of one text, as bleve wants it. One by one its parts would
// be most of the garbage of indexing, so they are used again.
type counts struct {
	freqs    api.TokenFrequencies
	each     []api.TokenFreq
	places   []api.TokenLocation
	pointers []*api.TokenLocation
}

// mostCounts is up to how many places are kept to be used again.
const mostCounts = 1 << 14

// fill takes over what was counted. The name of a term is the key that it is kept under;
// zap reads no other.
func (c *counts) fill(t *tally) {
	if c.freqs == nil {
		c.freqs = make(api.TokenFrequencies, len(t.found)+1)
	}
	if len(t.found) >= len(c.each) {
		c.each = make([]api.TokenFreq, len(t.found)+len(t.found)/8+1)
	}
	if len(t.places) > len(c.places) {
		n := len(t.places) + len(t.places)/8
		c.places, c.pointers = make([]api.TokenLocation, n), make([]*api.TokenLocation, n)
	}
	at := 0
	for i, term := range t.found {
		c.each[i].Locations = c.pointers[at : at : at+term.times]
		c.each[i].SetFrequency(term.times)
		c.freqs[term.text] = &c.each[i]
		at += term.times
	}
	for i, p := range t.places {
		c.places[i].Position, c.places[i].Start = p.position, p.mark
		of := &c.each[p.term.nth]
		of.Locations = append(of.Locations, &c.places[i])
	}
	every := &c.each[len(t.found)] // a term that stands nowhere and is there
	every.Locations = nil
	every.SetFrequency(1)
	c.freqs[everyEntry] = every
}

// spare keeps what was used, to be used again, until nothing is to be done: the next
// collection of garbage would take it out of a sync.Pool. The zero value is ready.
type spare[T any] struct {
	mu   sync.Mutex
	kept []kept[T] // under mu
	size int       // of all that is kept; under mu
}

// kept is one thing with its size.
type kept[T any] struct {
	thing T
	size  int
}

// mostSpare is how much a spare keeps, in places of words: 16 long texts or some hundred
// short ones.
const mostSpare = 16 * mostCounts

// get returns one that was used, or the zero value.
func (s *spare[T]) get() (out T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.kept) - 1; n >= 0 {
		out, s.size, s.kept = s.kept[n].thing, s.size-s.kept[n].size, s.kept[:n]
	}
	return out
}

// put keeps one of a size, unless that is too much with all others.
func (s *spare[T]) put(x T, size int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.size+size <= mostSpare {
		s.kept, s.size = append(s.kept, kept[T]{x, size}), s.size+size
	}
}

// drop lets go of all.
func (s *spare[T]) drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept, s.size = nil, 0
}

// rest lets go of what analysis keeps while there is much to analyse.
func (l *languages) rest() {
	l.titles.drop()
	l.bodies.drop()
	for _, lang := range l.all {
		lang.tallies.drop()
	}
}
