package index

import (
	"fmt"
	"math"
	"runtime"
	"runtime/debug"

	"github.com/blevesearch/bleve/v2/index/scorch"
	api "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"golang.org/x/sync/errgroup"

	"vigie"
)

// segments are those of one state of bleve's index.
type segments struct {
	parts []*scorch.SegmentSnapshot
	// starts are the numbers of the first documents of each and, behind the last, how
	// many numbers there are. Of these docs are documents, the others are deleted.
	starts []uint64
	docs   uint64
}

// segmentsOf returns the segments of a reader.
func segmentsOf(r api.IndexReader) (*segments, error) {
	snapshot, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return nil, &vigie.DamagedError{Place: "index", Reason: "is of a kind that is not known"}
	}
	s := &segments{parts: snapshot.Segments()}
	start := uint64(0)
	for _, part := range s.parts {
		s.starts = append(s.starts, start)
		start += uint64(part.FullSize())
		s.docs += part.Count()
	}
	s.starts = append(s.starts, start)
	return s, nil
}

// end is the number behind that of the last document.
func (s *segments) end() uint64 { return s.starts[len(s.parts)] }

// lexicon looks words up, segment by segment: bleve makes many objects for each word and
// for each document that holds it. It remembers what it looked up, as whatever ranks asks
// for the words again that were walked. It is for one goroutine, so each language has its
// own; what it returns may be read by many.
type lexicon struct {
	*segments
	dictionaries map[string][]segment.TermDictionary // of a field, by segment
	known        map[[2]string]*occurrences          // of a word in a field
}

func newLexicon(s *segments) *lexicon {
	return &lexicon{segments: s, dictionaries: map[string][]segment.TermDictionary{}, known: map[[2]string]*occurrences{}}
}

// look looks a word up in a field.
func (x *lexicon) look(field, word string) (*occurrences, error) {
	key := [2]string{field, word}
	if known := x.known[key]; known != nil {
		return known, nil
	}
	in, err := x.dictionary(field)
	if err != nil {
		return nil, err
	}
	found := &occurrences{segments: x.segments, lists: make([]segment.PostingsList, len(x.parts))}
	for i, part := range x.parts {
		list, err := in[i].PostingsList([]byte(word), part.Deleted(), nil)
		if err != nil {
			return nil, err //nolint:wrapcheck // the caller tells damage from all else
		}
		if n := list.Count(); n > 0 {
			found.lists[i] = list
			found.count += n
		}
	}
	x.known[key] = found
	return found, nil
}

// dictionary opens a field in all segments.
func (x *lexicon) dictionary(field string) ([]segment.TermDictionary, error) {
	if known := x.dictionaries[field]; known != nil {
		return known, nil
	}
	out := make([]segment.TermDictionary, len(x.parts))
	for i, part := range x.parts {
		var err error
		if out[i], err = part.Segment().Dictionary(field); err != nil {
			return nil, err //nolint:wrapcheck // the caller tells damage from all else
		}
	}
	x.dictionaries[field] = out
	return out, nil
}

// occurrences are the documents that hold a word in a field.
type occurrences struct {
	*segments
	lists []segment.PostingsList // by segment, nil where none does
	count uint64
}

// reading walks occurrences, in the order of the documents' numbers.
type reading struct {
	*occurrences
	// counted says that how often, places that also where the word stands is wanted.
	counted, places bool

	part int                      // the segment that it is in
	list segment.PostingsIterator // nil before the first of that
	used segment.PostingsIterator // of an earlier one, whose room is used again
}

// atEnd is the number of no document.
const atEnd = math.MaxUint64

// next returns the next document's number and what is known of it, until the next call.
// Documents before from are passed over. At the end it is atEnd.
func (r *reading) next(from uint64) (number uint64, found segment.Posting, err error) { //nolint:ireturn // bleve's segments have several kinds
	for ; r.part < len(r.lists); r.part++ {
		start := r.starts[r.part]
		if r.lists[r.part] != nil && from < r.starts[r.part+1] {
			if r.list == nil {
				r.list = r.lists[r.part].Iterator(r.counted, r.counted, r.places, r.used)
				r.used = r.list
			}
			found, err := r.list.Advance(max(from, start) - start)
			if err != nil {
				return atEnd, nil, err //nolint:wrapcheck // the caller tells damage from all else
			}
			if found != nil {
				return start + found.Number(), found, nil
			}
		}
		r.list = nil
	}
	return atEnd, nil, nil
}

// inParallel does n things, several at once where there are several processors. A panic
// in one of them becomes one of the caller's, who knows what it means.
func inParallel(n int, do func(i int) error) error {
	if workers() == 1 || n == 1 {
		for i := range n {
			if err := do(i); err != nil {
				return err
			}
		}
		return nil
	}
	var g errgroup.Group
	g.SetLimit(workers())
	falls := make([]*fall, n)
	for i := range n {
		g.Go(func() error {
			defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // see recovered
			defer func() {
				if p := recover(); p != nil {
					falls[i] = &fall{p, debug.Stack()}
				}
			}()
			return do(i)
		})
	}
	err := g.Wait()
	for _, f := range falls {
		if f != nil {
			panic(f)
		}
	}
	return err //nolint:wrapcheck // of the caller
}

// fall is a panic of another goroutine, and where it was.
type fall struct {
	value any
	stack []byte
}

// String implements fmt.Stringer.
func (f *fall) String() string { return fmt.Sprintf("%v\n%s", f.value, f.stack) }

// mostWorkers bounds how many goroutines work on one answer: others search, too.
const mostWorkers = 4

func workers() int { return min(runtime.GOMAXPROCS(0), mostWorkers) }
