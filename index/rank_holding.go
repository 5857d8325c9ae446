package index

import (
	"context"
	"errors"
	"math"

	api "github.com/blevesearch/bleve_index_api"
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
	// found is how many documents of the index hold a word: in their titles or in
	// their bodies, whichever are more.
	found []uint64
	// spots are by document, field and word.
	spots  [][]spot
	length [][rankFields]float64
	// pool is where spots are kept, many at a time.
	pool []spot
}

// of returns the holding of a document by its number.
func (m *holdings) of(doc int) holding {
	from := doc * rankFields * m.words
	return holding{
		spots:  [rankFields][][]spot{m.spots[from : from+m.words], m.spots[from+m.words : from+2*m.words]},
		length: m.length[doc],
	}
}

// readHoldings reads where documents, in the order of their identities, hold words.
func readHoldings(ctx context.Context, r api.IndexReader, s sought, docs []api.IndexInternalID) (*holdings, error) {
	m := &holdings{
		words: len(s.words), found: make([]uint64, len(s.words)),
		spots: make([][]spot, len(docs)*rankFields*len(s.words)), length: make([][rankFields]float64, len(docs)),
	}
	for field, name := range [rankFields]string{s.title, s.body} {
		for word, text := range s.words {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			postings, err := r.TermFieldReader(ctx, []byte(text), name, true, true, true)
			if err != nil {
				return nil, err
			}
			err = m.read(postings, docs, field, word)
			if err := errors.Join(err, postings.Close()); err != nil {
				return nil, err
			}
		}
	}
	return m, nil
}

// read reads the spots of one word in one field.
func (m *holdings) read(postings api.TermFieldReader, docs []api.IndexInternalID, field, word int) (err error) {
	n := postings.Count()
	if n == 0 {
		return nil
	}
	m.found[word] = max(m.found[word], n)
	var room api.TermFieldDoc
	var at *api.TermFieldDoc
	for i, id := range docs {
		if at == nil || at.ID.Compare(id) < 0 {
			if at, err = postings.Advance(id, &room); err != nil || at == nil {
				return err
			}
		}
		if at.ID.Equals(id) {
			m.spots[(i*rankFields+field)*m.words+word] = m.keep(at.Vectors)
			m.length[i][field] = lengthOf(at.Norm)
		}
	}
	return nil
}

// keep keeps the spots of a word.
func (m *holdings) keep(vectors []*api.TermFieldVector) []spot {
	const many = 4096
	if len(m.pool)+len(vectors) > cap(m.pool) {
		m.pool = make([]spot, 0, max(many, len(vectors)))
	}
	from := len(m.pool)
	for _, v := range vectors {
		s := spot(min(v.Pos, math.MaxInt32)) << 1
		if v.Start == headingMark {
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
