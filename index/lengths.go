package index

import (
	"sync"
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
func (s *lengths) of(x *lexicon, what sought) (langStats, error) {
	title, err := s.field(x, what.title)
	if err != nil {
		return langStats{}, err
	}
	body, err := s.field(x, what.body)
	return langStats{title: title, body: body}, err
}

// field counts the entries of a field. Their mean length is measured anew only when
// there are many more or fewer of them.
func (s *lengths) field(x *lexicon, name string) (now fieldStats, err error) {
	all, err := x.look(name, everyEntry)
	if err != nil {
		return now, err
	}
	now.docs = all.count
	s.mu.Lock()
	was, ok := s.kept[name]
	s.mu.Unlock()
	if ok && now.docs <= was.docs+was.docs/16 && was.docs <= now.docs+now.docs/16 {
		now.mean = was.mean
		return now, nil
	}
	if now.mean, err = meanLength(all); err != nil {
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
func meanLength(entries *occurrences) (float64, error) {
	step := max(1, entries.docs/lengthSample)
	sum, n := 0.0, 0
	r := reading{occurrences: entries, counted: true}
	for from := uint64(0); ; n++ {
		number, found, err := r.next(from)
		if err != nil || found == nil {
			return sum / float64(max(n, 1)), err
		}
		sum += lengthOf(found.Norm())
		from = number + step
	}
}
