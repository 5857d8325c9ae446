package index

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2/search"

	"vigie"
	"vigie/index/query"
	"vigie/index/store"
)

// SearchOptions say which part of the answer is wanted. The zero value gives the
// first [DefaultLimit] hits.
type SearchOptions struct {
	// Limit is how many hits to return, at most [MaxLimit]; 0 means [DefaultLimit].
	Limit int
	// Offset is how many hits to pass over, at most [MaxOffset].
	Offset int
	// Langs are added to the query's own.
	Langs []vigie.Lang
}

// Results are the answer to a search. Their JSON is a public contract.
type Results struct {
	// Total is how many documents were found.
	Total int `json:"total"`
	// TookMS is how long it took, in milliseconds.
	TookMS int64 `json:"took_ms"`
	Hits   []Hit `json:"hits"`
	// Partial says that the index is being filled and documents may be missing from
	// the answer; Reason says why.
	Partial bool   `json:"partial,omitempty"`
	Reason  string `json:"reason,omitempty"`
	// Notes say what of the query was left out.
	Notes []string `json:"notes,omitempty"`
}

// Hit is one document that was found.
type Hit struct {
	ID    vigie.DocumentID `json:"id"`
	URL   string           `json:"url"`
	Title string           `json:"title"`
	// Source is the name of the source, or of the publisher where it has none.
	Source    string     `json:"source"`
	Published vigie.Date `json:"published"`
	Lang      vigie.Lang `json:"lang"`
	// Score says how well it fits, within one answer only; 0 where nothing was
	// asked that fits more or less.
	Score float64 `json:"score"`
	// Extract is a passage around what was found, as plain text.
	Extract string `json:"extract"`
	// Page is where the extract stands, from 1; 0 where there are no pages.
	Page int `json:"page"`
}

// Search answers a query: the best hits first or, where nothing but filters was
// asked, the newest. Errors are vigie.ErrInvalid for a query that cannot be
// answered within bounds, and those of ctx. A damaged index is replaced in the
// background; the answer then is empty and Partial.
func (x *Index) Search(ctx context.Context, q query.Query, o SearchOptions) (Results, error) {
	begin := time.Now()
	q.Langs = append(append([]vigie.Lang(nil), q.Langs...), o.Langs...)
	ctx, cancel := context.WithTimeout(ctx, MaxTime)
	defer cancel()
	res, err := x.search(ctx, q, pageOf(o.Limit, o.Offset))
	if err != nil {
		return Results{}, fmt.Errorf("search: %w", err)
	}
	res.Notes = q.Notes
	res.TookMS = time.Since(begin).Milliseconds()
	return res, nil
}

func (x *Index) search(ctx context.Context, q query.Query, wanted page) (Results, error) {
	res := Results{Hits: []Hit{}}
	sources, err := x.sourcesNamed(q.Sources)
	if err != nil {
		return res, err
	}
	a, err := x.ask(ctx, x.languages.plan(q, filters(q, sources)), wanted, func(tx *store.Tx, found search.DocumentMatchCollection) (int, error) {
		var err error
		res.Hits, err = x.hits(ctx, tx, q, found)
		return len(res.Hits), err
	})
	res.Total, res.Partial, res.Reason = a.total, a.partial, a.reason
	return res, err
}

// sourcesNamed returns the sources that are called so, or whose name holds the
// words, accents and capitals aside.
func (x *Index) sourcesNamed(names []string) ([]vigie.SourceID, error) {
	if len(names) == 0 {
		return nil, nil
	}
	var out []vigie.SourceID
	err := x.db.View(func(tx *store.Tx) error {
		for s, err := range tx.Sources() {
			if err != nil {
				return err
			}
			called := " " + x.plainly(s.Name+" "+s.Publisher+" "+sourceTitle(tx, s.ID)+" "+s.URL) + " "
			for _, n := range names {
				if n == string(s.ID) || strings.Contains(called, " "+x.plainly(n)+" ") {
					out = append(out, s.ID)
					break
				}
			}
		}
		return nil
	})
	return out, err
}

// plainly folds a name to compare it.
func (x *Index) plainly(s string) string { return strings.Join(x.languages.folded(s), " ") }

// sourceTitle is what a source calls itself, "" where it was never read.
func sourceTitle(tx *store.Tx, id vigie.SourceID) string {
	v, err := tx.Visit(id)
	if err != nil {
		return ""
	}
	return v.Title
}

// hits reads from the store what bleve found. What was removed meanwhile is
// passed over.
func (x *Index) hits(ctx context.Context, tx *store.Tx, q query.Query, found search.DocumentMatchCollection) ([]Hit, error) {
	hits := make([]Hit, 0, len(found))
	wanted := map[*language]*wanted{}
	budget := extractBudget
	for _, f := range found {
		if err := ctx.Err(); err != nil {
			return hits, err
		}
		doc, err := tx.Document(vigie.DocumentID(f.ID))
		if errors.Is(err, vigie.ErrNotFound) || errors.Is(err, vigie.ErrDamaged) {
			continue // a damaged record costs one hit; vigie check names it
		}
		if err != nil {
			return hits, err
		}
		body, err := tx.Body(doc)
		if err != nil && !errors.Is(err, vigie.ErrDamaged) && !errors.Is(err, vigie.ErrNotFound) {
			return hits, err // without its text a hit still has its title
		}
		lang := x.languages.of(doc.Lang)
		if wanted[lang] == nil {
			wanted[lang] = x.languages.wanted(lang, q)
		}
		h := Hit{ID: doc.ID, URL: doc.URL, Title: doc.Title, Source: x.names.of(tx, x.db.Last().Seq, doc), Published: doc.Published, Lang: doc.Lang, Score: f.Score}
		h.Extract, h.Page = x.languages.extract(wanted[lang], textOf(doc, body), &budget)
		hits = append(hits, h)
	}
	return hits, nil
}

// names remembers what to call the sources while nothing in the store changes:
// every search needs a few of them. The zero value is ready.
type names struct {
	mu   sync.Mutex
	seq  store.Seq         // the newest change when kept was filled; under mu
	kept map[string]string // by source and publisher; under mu
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
	if n.seq != seq || n.kept == nil {
		n.seq, n.kept = seq, map[string]string{}
	}
	n.kept[key] = name
	return name
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
