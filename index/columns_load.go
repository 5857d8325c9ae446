package index

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"vigie"
	"vigie/index/column"
	"vigie/index/store"
)

// loadAtOnce is how many records are read in one transaction: a long one keeps the
// store's old pages from being used again.
const loadAtOnce = 2000

// load fills the table with all that the store holds. What changes meanwhile is told
// by the change log afterwards.
func (c *columns) load(ctx context.Context) error {
	c.turn <- struct{}{}
	defer func() { <-c.turn }()
	from := c.db.Last()
	c.sources, c.quoted = map[vigie.SourceID]sourceFacts{}, map[vigie.SynthesisID][]vigie.DocumentID{}
	if err := c.db.View(c.loadSmall); err != nil {
		return err
	}
	stories, err := c.loadStories(ctx)
	if err != nil {
		return err
	}
	table, err := c.loadDocuments(ctx, stories)
	if err != nil {
		return err
	}
	all := table.View()
	all.Newest(all.All(), 0, 1, false) // has them sorted before somebody waits for it
	c.table = table
	c.at.Store(uint64(from.Seq))
	return nil
}

// loadSmall reads the sources and what is quoted, of which there are few.
func (c *columns) loadSmall(tx *store.Tx) error {
	for s, err := range tx.Sources() {
		if err == nil {
			c.sources[s.ID], err = factsOf(tx, s)
		}
		if err != nil && !errors.Is(err, vigie.ErrDamaged) {
			return err
		}
	}
	for s, err := range tx.Syntheses() {
		if err == nil {
			c.quoted[s.ID], err = quotedIn(tx, s)
		}
		if err != nil && !errors.Is(err, vigie.ErrDamaged) {
			return err
		}
	}
	return nil
}

// loadStories tells which story each document stands in.
func (c *columns) loadStories(ctx context.Context) (map[vigie.DocumentID]vigie.StoryID, error) {
	of := map[vigie.DocumentID]vigie.StoryID{}
	err := inParts(ctx, c.db, (*store.Tx).StoriesAfter, func(_ *store.Tx, s vigie.Story) (vigie.StoryID, error) {
		for _, doc := range s.Documents() {
			of[doc] = s.ID
		}
		return s.ID, nil
	}, func() {})
	return of, err
}

// loadDocuments makes the table.
func (c *columns) loadDocuments(ctx context.Context, stories map[vigie.DocumentID]vigie.StoryID) (*column.Table, error) {
	cited := map[vigie.DocumentID]bool{}
	for _, docs := range c.quoted {
		for _, doc := range docs {
			cited[doc] = true
		}
	}
	table := column.New()
	rows := make([]column.Row, 0, loadAtOnce)
	err := inParts(ctx, c.db, (*store.Tx).DocumentsAfter, func(tx *store.Tx, doc vigie.Document) (vigie.DocumentID, error) {
		row, err := c.row(ctx, tx, doc)
		if errors.Is(err, vigie.ErrNotFound) {
			return doc.ID, nil
		}
		row.Story, row.Cited = stories[doc.ID], cited[doc.ID]
		rows = append(rows, row)
		return doc.ID, err
	}, func() {
		table.Put(rows...)
		rows = rows[:0]
	})
	return table, err
}

// inParts walks the records behind one another, loadAtOnce of them in each
// transaction, after which done is called. Damaged ones are passed over: a check names
// them.
func inParts[V any, ID ~string](ctx context.Context, db *store.DB, after func(*store.Tx, ID) iter.Seq2[V, error], each func(*store.Tx, V) (ID, error), done func()) error {
	var last ID
	part := func(tx *store.Tx) (n int, err error) {
		for record, err := range after(tx, last) {
			if errors.Is(err, vigie.ErrDamaged) {
				continue
			}
			if err == nil {
				last, err = each(tx, record)
			}
			if n++; err != nil || n == loadAtOnce {
				return n, err
			}
		}
		return n, nil
	}
	for n := loadAtOnce; n == loadAtOnce; done() {
		err := db.View(func(tx *store.Tx) (err error) {
			n, err = part(tx)
			return errors.Join(err, ctx.Err())
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// row reads what the columns hold of a document, but for its story and who cites it.
// They have none that was withdrawn: it is vigie.ErrNotFound.
func (c *columns) row(ctx context.Context, tx *store.Tx, doc vigie.Document) (column.Row, error) {
	if err := shownStill(tx, doc.ID); err != nil {
		return column.Row{}, err
	}
	of, err := c.facts(tx, doc.Source)
	if err := c.noted(ctx, doc.ID, err); err != nil {
		return column.Row{}, err
	}
	r := column.Row{
		ID: doc.ID, Source: doc.Source, Sources: []vigie.SourceID{doc.Source},
		Publisher: doc.Publisher, Country: of.country, Lang: vigie.Lang(langKey(doc.Lang)), Type: typeOf(doc, of.feed),
		Topics: slices.Clone(of.topics), Pages: doc.Pages, Published: doc.Published, Time: doc.Published.Time,
	}
	if r.Publisher == "" {
		r.Publisher = of.publisher
	}
	if doc.Published.IsZero() {
		r.Time = doc.Filed
	}
	seen, err := tx.Sightings(doc.ID)
	if err := c.noted(ctx, doc.ID, err); err != nil {
		return r, err
	}
	for _, s := range seen {
		if s.Source != doc.Source {
			r.Sources = append(r.Sources, s.Source)
			r.Topics = append(r.Topics, c.sources[s.Source].topics...)
		}
	}
	slices.Sort(r.Topics)
	r.Topics = slices.Compact(r.Topics)
	j, err := tx.Judgement(doc.ID)
	r.Status, r.Tags = j.Status, j.Tags
	return r, c.noted(ctx, doc.ID, err)
}

// shownStill is vigie.ErrNotFound for a document that was withdrawn. The store keeps
// its trace; nothing is to find, show or count it.
func shownStill(tx *store.Tx, id vigie.DocumentID) error {
	switch _, err := tx.Withdrawal(id); {
	case err == nil:
		return fmt.Errorf("read document %s, which was withdrawn: %w", id, vigie.ErrNotFound)
	case !errors.Is(err, vigie.ErrNotFound):
		return err
	}
	return nil
}

// sourceFacts are what a document takes from its sources: publisher and country from
// the one of record, topics from all that showed it.
type sourceFacts struct {
	publisher, country string
	topics             []string
	feed               bool
	unsure             bool // nobody found out yet whether it is a feed
}

func (f sourceFacts) equal(o sourceFacts) bool {
	return f.publisher == o.publisher && f.country == o.country && f.feed == o.feed && slices.Equal(f.topics, o.topics)
}

func factsOf(tx *store.Tx, s vigie.Source) (sourceFacts, error) {
	f := sourceFacts{publisher: s.Publisher, country: s.Country, topics: s.Topics, feed: s.Kind == vigie.Feed}
	if s.Kind != vigie.Auto {
		return f, nil
	}
	v, err := tx.Visit(s.ID)
	f.feed, f.unsure = v.Found.Kind == vigie.Feed, v.Found.Kind == ""
	return f, err
}

// facts returns what the documents of a source take from it. How a source is read is
// found out without a change of the source.
func (c *columns) facts(tx *store.Tx, id vigie.SourceID) (sourceFacts, error) {
	f := c.sources[id]
	if !f.unsure {
		return f, nil
	}
	s, err := tx.Source(id)
	if err == nil {
		f, err = factsOf(tx, s)
	}
	if errors.Is(err, vigie.ErrNotFound) {
		return f, nil // its removal comes later in the log
	}
	c.sources[id] = f
	return f, err
}

// quotedIn returns the documents that a synthesis quotes, in the working text and in
// all editions.
func quotedIn(tx *store.Tx, s vigie.Synthesis) ([]vigie.DocumentID, error) {
	var out []vigie.DocumentID
	for _, q := range s.Citations {
		out = append(out, q.Passage.Document)
	}
	for e, err := range tx.Editions(s.ID) {
		if err != nil && !errors.Is(err, vigie.ErrDamaged) {
			return out, err
		}
		for _, q := range e.Citations {
			out = append(out, q.Passage.Document)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// The families of media types.
const (
	typePage   = "page"
	typeFeed   = "feed" // a page that a feed told of
	typePDF    = "pdf"
	typeText   = "text"
	typeOffice = "office"
	typeMedia  = "media" // pictures, sound and films
	typeOther  = "other"
)

// typeOf returns the family of a document's media type.
func typeOf(doc vigie.Document, feed bool) string {
	family, kind, _ := strings.Cut(strings.ToLower(doc.MediaType), "/")
	switch {
	case doc.MediaType == "", kind == "html", kind == "xhtml+xml":
		if feed {
			return typeFeed
		}
		return typePage
	case kind == "pdf":
		return typePDF
	case family == "text":
		return typeText
	case family == "image", family == "audio", family == "video":
		return typeMedia
	case strings.HasPrefix(kind, "vnd.") && kind != "vnd.rar", kind == "msword", kind == "rtf", kind == "epub+zip":
		return typeOffice
	}
	return typeOther
}
