package index

import (
	"math"
	"slices"
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"

	"vigie"
	"vigie/index/column"
)

const (
	// noOrdinal stands for a document that the columns do not have.
	noOrdinal = math.MaxUint32
	// keepUnused is after how many searches a segment that none of them saw is
	// forgotten: it was merged into another. A search may be older than the newest.
	keepUnused = 16
)

// segmentOrdinals remembers the ordinals of the documents in bleve's segments, whose
// files never change: a search looks only at segments that are new to it.
type segmentOrdinals struct {
	mu    sync.Mutex
	of    *generation                // under mu
	known map[uint64]*segmentNumbers // by bleve's number of the segment; under mu
	asked int                        // how often; under mu
}

// documentOrdinals tells the ordinals of bleve's documents, for one reader.
type documentOrdinals struct {
	starts   []uint64 // number of the first document of each segment
	ordinals [][]uint32
}

// of returns the ordinal of the document that bleve calls so
// (search.DocumentMatch.IndexInternalID.Value()); ok is false where the columns do not
// have it.
func (d documentOrdinals) of(number uint64) (ordinal uint32, ok bool) {
	at, found := slices.BinarySearch(d.starts, number)
	if !found {
		at--
	}
	if at < 0 || number-d.starts[at] >= uint64(len(d.ordinals[at])) {
		return 0, false
	}
	ordinal = d.ordinals[at][number-d.starts[at]]
	return ordinal, ordinal != noOrdinal
}

// segmentNumbers are the ordinals of the documents of one segment.
type segmentNumbers struct {
	ordinals []uint32
	missing  []uint32 // documents that had none
	given    int      // how many ordinals there were then
	used     int      // the last search that saw the segment
}

// read returns the ordinals of the documents that a reader of g can find. The columns
// must be of a view that was taken after the reader. It costs as much as there are
// documents in segments that it has not seen before.
func (s *segmentOrdinals) read(g *generation, of *segments, v *column.View) (documentOrdinals, error) {
	out := documentOrdinals{starts: of.starts[:len(of.parts)]}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of != g {
		s.of, s.known = g, map[uint64]*segmentNumbers{}
	}
	s.asked++
	err := recovered(func() error {
		for _, segment := range of.parts {
			known, err := s.segment(segment, v)
			if err != nil {
				return err
			}
			out.ordinals = append(out.ordinals, known.ordinals)
		}
		return nil
	})
	for id, known := range s.known {
		if known.used <= s.asked-keepUnused {
			delete(s.known, id)
		}
	}
	return out, err
}

// segment returns the ordinals of a segment. The caller holds mu.
func (s *segmentOrdinals) segment(segment *scorch.SegmentSnapshot, v *column.View) (*segmentNumbers, error) {
	known := s.known[segment.Id()]
	if known == nil {
		known = &segmentNumbers{}
		for n := range uint32(segment.FullSize()) {
			known.ordinals, known.missing = append(known.ordinals, noOrdinal), append(known.missing, n)
		}
	}
	if len(known.missing) > 0 && known.given < v.Given() {
		next := &segmentNumbers{ordinals: slices.Clone(known.ordinals), given: v.Given()} // others read the one before
		for _, n := range known.missing {
			id, err := segment.DocID(uint64(n))
			if err != nil {
				return nil, err
			}
			ordinal, ok := v.Ordinal(vigie.DocumentID(id))
			if !ok {
				ordinal = noOrdinal
				next.missing = append(next.missing, n)
			}
			next.ordinals[n] = ordinal
		}
		known = next
	}
	known.used = s.asked
	s.known[segment.Id()] = known
	return known, nil
}
