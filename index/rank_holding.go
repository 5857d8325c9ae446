package index

import (
	"context"
	"math"

	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// The fields that words are looked for in, as they are numbered here.
const (
	inTitle = iota
	inBody
	rankFields
)

// spot is where a word stands in a text: twice its number, and one more where that
// is in a heading.
type spot uint32

// number is the word's number in the text.
func (s spot) number() int { return int(s >> 1) }

// heads reports whether the word is in a heading.
func (s spot) heads() bool { return s&1 == 1 }

// holding is where one document holds the words.
type holding struct {
	spots  [rankFields][][]spot // by word
	length [rankFields]float64  // 0 where the field holds none of the words
}

// holdings are where documents hold the words that are sought.
type holdings struct {
	words int
	// spots are by document, field and word.
	spots  [][]spot
	length [][rankFields]float64
	// pool is where spots are kept, many at a time.
	pool []spot
}

// of returns the holding of a document by its place among those that were read.
func (m *holdings) of(doc int) holding {
	from := doc * rankFields * m.words
	return holding{
		spots:  [rankFields][][]spot{m.spots[from : from+m.words], m.spots[from+m.words : from+2*m.words]},
		length: m.length[doc],
	}
}

// soughtFound are the words that are sought, looked up.
type soughtFound struct {
	in [rankFields][]*occurrences // by word
	// found is how many documents of the index hold a word: in their titles or in
	// their bodies, whichever are more.
	found []uint64
}

// lookedUp looks up what is sought.
func lookedUp(ctx context.Context, x *lexicon, s sought) (soughtFound, error) {
	out := soughtFound{found: make([]uint64, len(s.words))}
	for field, name := range [rankFields]string{s.title, s.body} {
		for word, text := range s.words {
			if err := ctx.Err(); err != nil {
				return out, err
			}
			of, err := x.look(name, text)
			if err != nil {
				return out, err
			}
			out.in[field] = append(out.in[field], of)
			out.found[word] = max(out.found[word], of.count)
		}
	}
	return out, nil
}

// read reads where documents, in the order of their numbers, hold the words. Several may
// read at once.
func (f soughtFound) read(ctx context.Context, docs []uint64) (*holdings, error) {
	words := len(f.found)
	m := &holdings{
		words: words,
		spots: make([][]spot, len(docs)*rankFields*words), length: make([][rankFields]float64, len(docs)),
	}
	for field, of := range f.in {
		for word, in := range of {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if in.count == 0 {
				continue
			}
			if err := m.read(reading{occurrences: in, counted: true, places: true}, docs, field, word); err != nil {
				return nil, err
			}
		}
	}
	return m, nil
}

// read reads the spots of one word in one field.
func (m *holdings) read(r reading, docs []uint64, field, word int) error {
	number, found, err := r.next(docs[0])
	for i, doc := range docs {
		if number < doc && err == nil {
			number, found, err = r.next(doc)
		}
		if err != nil || number == atEnd {
			return err
		}
		if number == doc {
			m.spots[(i*rankFields+field)*m.words+word] = m.keep(found.Locations())
			m.length[i][field] = lengthOf(found.Norm())
		}
	}
	return nil
}

// keep keeps the spots of a word.
func (m *holdings) keep(places []segment.Location) []spot {
	const many = 4096
	if len(m.pool)+len(places) > cap(m.pool) {
		m.pool = make([]spot, 0, max(many, len(places)))
	}
	from := len(m.pool)
	for _, p := range places {
		s := spot(min(p.Pos(), math.MaxInt32)) << 1
		if p.Start() == headingMark {
			s++
		}
		m.pool = append(m.pool, s)
	}
	return m.pool[from:len(m.pool):len(m.pool)]
}

// lengthOf tells how many words a field has from what bleve keeps of it, one over
// the square root, without the [everyEntry] that is in each.
func lengthOf(norm float64) float64 {
	if norm <= 0 {
		return 0
	}
	return max(math.Round(1/(norm*norm))-1, 0)
}
