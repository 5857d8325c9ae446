package curate

import (
	"context"
	"errors"
	"slices"

	"vigie"
	"vigie/curate/story"
	"vigie/index/store"
)

// shelf is a table of prints that keeps the newest: so many reports, which articles
// are about for long, and so many documents of other kinds.
type shelf struct {
	*story.Table
	others, reports row
}

// row is the documents of one kind in the order in which they came.
type row struct {
	most int
	ids  []vigie.DocumentID
}

func newShelf(most, reports int) *shelf {
	return &shelf{Table: story.NewTable(), others: row{most: most}, reports: row{most: reports}}
}

// put adds a print, or replaces that of the same document, which keeps its place.
func (s *shelf) put(p story.Print) {
	old, known := s.Print(p.Document)
	if s.Put(p); known && old.Report == p.Report {
		return
	}
	kind := s.kind(p)
	kind.ids = append(kind.ids, p.Document)
}

func (s *shelf) kind(p story.Print) *row {
	if p.Report {
		return &s.reports
	}
	return &s.others
}

// trim drops the oldest of what is too many.
func (s *shelf) trim() {
	for _, kind := range []*row{&s.others, &s.reports} {
		for len(kind.ids) > kind.most {
			if p, ok := s.Print(kind.ids[0]); ok && s.kind(p) == kind {
				s.Drop(p.Document)
			}
			kind.ids = kind.ids[1:]
		}
	}
}

// The bounds of loading: stored prints that are looked at for the newest ones, in all
// and in one transaction.
const (
	mostLoaded = 200_000
	loadedPage = 2_000
)

// load puts the newest stored prints onto an empty shelf. Those that cannot be read
// are of another vigie, and are taken anew when their documents change.
func (s *shelf) load(ctx context.Context, db *store.DB) error {
	room := map[*row]int{&s.others: s.others.most, &s.reports: s.reports.most}
	var found []story.Print
	take := func(stored store.Print) {
		p, ok := readPrint(stored)
		if kind := s.kind(p); ok && room[kind] > 0 {
			room[kind]--
			found = append(found, p)
		}
	}
	before, more := vigie.DocumentID(""), true
	for read := 0; more && read < mostLoaded && (room[&s.others] > 0 || room[&s.reports] > 0); read += loadedPage {
		err := db.View(func(tx *store.Tx) (err error) {
			before, more, err = pageOfPrints(tx, before, take)
			return errors.Join(err, ctx.Err())
		})
		if err != nil {
			return err
		}
	}
	for _, p := range slices.Backward(found) {
		s.put(p)
	}
	return nil
}

// pageOfPrints reads the next stored prints, and reports whether there may be more.
func pageOfPrints(tx *store.Tx, before vigie.DocumentID, take func(store.Print)) (vigie.DocumentID, bool, error) {
	n := 0
	for stored, err := range tx.PrintsBefore(before) {
		if err != nil {
			return before, false, err
		}
		if n++; n > loadedPage {
			return before, true, nil
		}
		before = stored.Document
		take(stored)
	}
	return before, false, nil
}

// readPrint reads a stored print, and reports whether it can be read.
func readPrint(stored store.Print) (story.Print, bool) {
	p := story.Print{Document: stored.Document}
	return p, p.UnmarshalBinary(stored.Data) == nil
}
