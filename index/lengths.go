package index

import (
	"context"
	"errors"
	"sync"

	api "github.com/blevesearch/bleve_index_api"
)

// everyEntry is a term that each entry has in the fields of its language, whatever
// its text: it tells how many entries a language has, and how long they are, without
// a table of our own beside bleve's. No text holds it, as it is no letter.
const everyEntry = "\x00"

// langStats is what is known of the entries of one language.
type langStats struct{ title, body fieldStats }

// docs is how many entries the language has.
func (s langStats) docs() uint64 { return max(s.title.docs, s.body.docs) }

// fieldStats is what is known of one field.
type fieldStats struct {
	docs uint64
	mean float64 // of the number of words
}

// lengths remembers the mean lengths of fields. The zero value is ready.
type lengths struct {
	mu   sync.Mutex
	kept map[string]fieldStats // by field; under mu
}

// of returns what is known of the fields of a language.
func (s *lengths) of(ctx context.Context, r api.IndexReader, what sought) (langStats, error) {
	title, err := s.field(ctx, r, what.title)
	if err != nil {
		return langStats{}, err
	}
	body, err := s.field(ctx, r, what.body)
	return langStats{title: title, body: body}, err
}

// field counts the entries of a field. Their mean length is measured anew only when
// there are many more or fewer of them.
func (s *lengths) field(ctx context.Context, r api.IndexReader, name string) (now fieldStats, err error) {
	all, err := r.TermFieldReader(ctx, []byte(everyEntry), name, false, false, false)
	if err != nil {
		return now, err
	}
	now.docs = all.Count()
	if err := all.Close(); err != nil {
		return now, err
	}
	s.mu.Lock()
	was, ok := s.kept[name]
	s.mu.Unlock()
	if ok && now.docs <= was.docs+was.docs/16 && was.docs <= now.docs+now.docs/16 {
		now.mean = was.mean
		return now, nil
	}
	if now.mean, err = meanLength(ctx, r, name); err != nil {
		return now, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept == nil {
		s.kept = map[string]fieldStats{}
	}
	s.kept[name] = now
	return now, nil
}

// lengthSample is of how many entries the mean length is taken: within 3 % of the
// truth where lengths differ by their own size.
const lengthSample = 1024

// meanLength returns the mean length of the entries of a field, or of some of them
// spread evenly over the index where there are many.
func meanLength(ctx context.Context, r api.IndexReader, name string) (mean float64, err error) {
	docs, err := r.DocCount()
	if err != nil {
		return 0, err
	}
	entries, err := r.TermFieldReader(ctx, []byte(everyEntry), name, true, true, false)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, entries.Close()) }()
	step := max(1, docs/lengthSample)
	sum, n := 0.0, 0
	var room api.TermFieldDoc
	at, err := entries.Next(&room)
	for ; at != nil && err == nil; n++ {
		sum += lengthOf(at.Norm)
		if step == 1 {
			at, err = entries.Next(&room)
		} else {
			at, err = entries.Advance(api.NewIndexInternalID(nil, at.ID.Value()+step), &room)
		}
	}
	return sum / float64(max(n, 1)), err
}
