package index

import (
	"context"
	"errors"
	"slices"
	"sync"

	"vigie"
	"vigie/index/column"
	"vigie/index/query"
	"vigie/index/store"
)

// fold keeps of the documents of a story the one that fits best, and counts the
// others.
func (s *seeker) fold(found []candidate) []candidate {
	out := make([]candidate, 0, len(found))
	first := map[vigie.StoryID]int{}
	for _, m := range found {
		story := s.columns.Story(m.row)
		if at, ok := first[story]; ok && story != "" {
			out[at].others++
			continue
		}
		first[story] = len(out)
		out = append(out, m)
	}
	return out
}

// hitsOf is what hits are made for: what was asked, what was looked for beside it, the
// columns that it was found in, and a change of the store that is not newer than what is
// read.
type hitsOf struct {
	query   query.Query
	also    []Also
	columns *column.View
	seq     store.Seq
}

// hits reads from the store what was found. What was removed or withdrawn meanwhile is
// passed over.
func (x *Index) hits(ctx context.Context, of hitsOf, found []candidate) ([]Hit, error) {
	parts := min(workers(), 1+len(found)/hitsTogether)
	made, ends := make([]*Hit, len(found)), make([]int, parts)
	err := inParallel(parts, func(part int) error {
		m := hitMaker{Index: x, of: of, wanted: map[*language]*wanted{}, budget: extractBudget}
		return x.db.View(func(tx *store.Tx) (err error) {
			ends[part] = part
			for ; ends[part] < len(found); ends[part] += parts {
				if made[ends[part]], err = m.hit(ctx, tx, found[ends[part]]); err != nil {
					return err
				}
			}
			return nil
		})
	})
	hits := make([]Hit, 0, len(found))
	for _, h := range made[:min(slices.Min(ends), len(found))] { // without holes
		if h != nil {
			hits = append(hits, *h)
		}
	}
	return hits, err
}

// hitsTogether is how many hits are worth to be made by another goroutine.
const hitsTogether = 4

// hitMaker makes hits, in one goroutine.
type hitMaker struct {
	*Index
	of     hitsOf
	wanted map[*language]*wanted
	budget int
}

// hit makes a hit; nil of a document that is not there any more.
func (m *hitMaker) hit(ctx context.Context, tx *store.Tx, f candidate) (*Hit, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	row := m.of.columns.Row(f.row)
	doc, err := tx.Document(row.ID)
	if err == nil {
		err = shownStill(tx, row.ID)
	}
	if errors.Is(err, vigie.ErrNotFound) || errors.Is(err, vigie.ErrDamaged) {
		return nil, nil //nolint:nilnil // a damaged record costs one hit; vigie check names it
	}
	if err != nil {
		return nil, err
	}
	body, err := tx.Body(doc)
	if err != nil && !errors.Is(err, vigie.ErrDamaged) && !errors.Is(err, vigie.ErrNotFound) {
		return nil, err // without its text a hit still has its title
	}
	lang := m.languages.of(doc.Lang)
	w := m.wanted[lang]
	if w == nil {
		w = m.languages.wanted(lang, m.of.query, m.of.also)
		m.wanted[lang] = w
	}
	h := &Hit{
		ID: doc.ID, URL: doc.URL, Title: doc.Title, Source: m.names.of(tx, m.of.seq, doc), Published: doc.Published, Lang: doc.Lang,
		Score: f.score, Publisher: doc.Publisher, Type: row.Type, Pages: doc.Pages, Status: row.Status, Tags: row.Tags, Story: row.Story, Others: f.others,
	}
	if f.why != nil {
		w.tell(f.why)
		h.Why = *f.why
	}
	h.Extract, h.Page = m.languages.extract(w, f.why, textOf(doc, body), besideOf(doc), &m.budget)
	h.TitleMarks, h.ExtractMarks = m.languages.marks(w, h.Title), m.languages.marks(w, h.Extract)
	return h, nil
}

// marks returns where wanted words stand in a text. Words side by side make one mark.
func (l *languages) marks(w *wanted, text string) []Mark {
	var out []Mark
	last := -2
	known := w.lang.known.Get().(cache) //nolint:forcetypeassert // the pool holds nothing else
	defer w.lang.known.Put(known)
	r := l.reader(text)
	defer l.done(r)
	for r.next(&w.begins) {
		switch {
		case w.has(known.term(w.lang, r.buf)) < 0:
		case last == r.nth-1:
			out[len(out)-1].To, last = r.end, r.nth
		default:
			out, last = append(out, Mark{r.start, r.end}), r.nth
		}
	}
	return out
}

// names remembers what to call the sources, and which of them are of record, while
// nothing in the store changes: every search needs a few of them. The zero value is
// ready.
type names struct {
	mu     sync.Mutex
	seq    store.Seq               // the newest change when the rest was filled; under mu
	kept   map[string]string       // by source and publisher; under mu
	record map[vigie.SourceID]bool // under mu
}

// of returns what to call a document's source.
func (n *names) of(tx *store.Tx, seq store.Seq, doc vigie.Document) string {
	key := string(doc.Source) + " " + doc.Publisher
	n.mu.Lock()
	name, ok := n.kept[key]
	ok = ok && n.seq == seq
	n.mu.Unlock()
	if ok {
		return name
	}
	name = nameOf(tx, doc)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.renew(seq)
	n.kept[key] = name
	return name
}

// ofRecord reports whether a source makes the news and does not only tell it. One that
// cannot be read is taken for one of the others.
func (n *names) ofRecord(db *store.DB, id vigie.SourceID) bool {
	seq := db.Last().Seq // before the transaction: what that reads is as new at least
	n.mu.Lock()
	record, ok := n.record[id]
	ok = ok && n.seq == seq
	n.mu.Unlock()
	if ok {
		return record
	}
	_ = db.View(func(tx *store.Tx) error {
		s, err := tx.Source(id)
		record = err == nil && s.Institution
		return nil
	})
	n.mu.Lock()
	defer n.mu.Unlock()
	n.renew(seq)
	n.record[id] = record
	return record
}

// renew forgets what was known before a change; the caller holds mu.
func (n *names) renew(seq store.Seq) {
	if n.seq != seq || n.kept == nil {
		n.seq, n.kept, n.record = seq, map[string]string{}, map[vigie.SourceID]bool{}
	}
}

// nameOf returns what to call a document's source.
func nameOf(tx *store.Tx, doc vigie.Document) string {
	s, err := tx.Source(doc.Source)
	switch {
	case err == nil && s.Name != "":
		return s.Name
	case doc.Publisher != "":
		return doc.Publisher
	case s.Publisher != "":
		return s.Publisher
	}
	if t := sourceTitle(tx, doc.Source); t != "" {
		return t
	}
	return s.URL
}
