package index

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	bq "github.com/blevesearch/bleve/v2/search/query"
	"github.com/blevesearch/bleve/v2/search/searcher"
	api "github.com/blevesearch/bleve_index_api"
)

// maxPhrase is how many words of a phrase are compared; what stands behind them is not
// looked at.
const maxPhrase = 64

// phraseQuery finds documents where terms stand side by side in one field. bleve's own
// compares every place of a word with every place of the next, which in a long report
// takes seconds, and hands all of them on.
type phraseQuery struct {
	field string
	texts []string // "" stands for any one word; the first is none
	boost float64
}

var _ bq.Query = phraseQuery{}

// headlineQuery is a phrase that titles are hoped to be: it raises what has it, and its
// words count for nothing by themselves.
type headlineQuery struct{ phraseQuery }

// Searcher implements query.Query.
func (q phraseQuery) Searcher(ctx context.Context, r api.IndexReader, _ mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	p := phrase{located: o.IncludeTermVectors}
	s := &nearSearcher{ctx: ctx, fits: p.fits}
	o.IncludeTermVectors = true
	for _, text := range q.texts {
		if text == "" || slices.Contains(p.words, text) {
			continue
		}
		var offsets []int
		for at, same := range q.texts {
			if same == text {
				offsets = append(offsets, at)
			}
		}
		one, err := searcher.NewTermSearcher(ctx, r, text, q.field, q.boost, o)
		if err != nil {
			return nil, closing(err, s)
		}
		if one.Count() == 0 {
			none, err := searcher.NewMatchNoneSearcher(r)
			return none, errors.Join(err, one.Close(), s.Close())
		}
		p.words, p.offsets = append(p.words, text), append(p.offsets, offsets)
		s.parts = append(s.parts, nearPart{Searcher: one})
	}
	if len(s.parts) == 0 {
		return searcher.NewMatchNoneSearcher(r)
	}
	s.fits = p.fits
	s.SetQueryNorm(1 / math.Sqrt(s.Weight()))
	return s, nil
}

// phrase compares the places of its words.
type phrase struct {
	words   []string
	offsets [][]int // of each word in the phrase
	// located says that somebody asks where it stands.
	located bool
	places  [][]int // of each word in a document
}

// fits reports whether the words stand side by side in the document that all parts are
// at, and leaves in the first part where, if that is asked for.
func (p *phrase) fits(parts []nearPart) bool {
	p.places = slices.Grow(p.places[:0], len(parts))[:len(parts)]
	rarest := 0
	for i, part := range parts {
		p.places[i] = p.places[i][:0]
		for _, l := range part.at.FieldTermLocations {
			p.places[i] = append(p.places[i], int(l.Location.Pos))
		}
		slices.Sort(p.places[i]) // a compound stands before its parts
		if len(p.places[i]) < len(p.places[rarest]) {
			rarest = i
		}
	}
	var at []search.FieldTermLocation
	found := false
	for _, place := range p.places[rarest] {
		start := place - p.offsets[rarest][0]
		if !p.from(start) {
			continue
		}
		if found = true; !p.located {
			break
		}
		for _, offsets := range p.offsets {
			for _, offset := range offsets {
				at = append(at, search.FieldTermLocation{Location: search.Location{Pos: uint64(start + offset)}})
			}
		}
	}
	parts[0].at.FieldTermLocations = append(parts[0].at.FieldTermLocations[:0], at...)
	return found
}

// from reports whether the phrase begins at a place.
func (p *phrase) from(start int) bool {
	for i, offsets := range p.offsets {
		for _, offset := range offsets {
			if _, there := slices.BinarySearch(p.places[i], start+offset); !there {
				return false
			}
		}
	}
	return true
}
