package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"vigie"
	"vigie/index"
	grammar "vigie/index/query"
	"vigie/web/ui"
)

// longestQuery is how much of a query is taken, in bytes; longer ones are refused
// in words.
const longestQuery = grammar.MaxBytes

const findPath = "bureau/recherche"

// findAsked is what an address asks of the page of the search.
type findAsked struct {
	line string
	sort index.Sort
	page int
	// without is what is not to be looked for in other words.
	without []string
}

// findAskedOf reads it.
func findAskedOf(q url.Values) findAsked {
	out := findAsked{line: strings.TrimSpace(q.Get("q")), page: 1, without: withoutOf(q)}
	for _, s := range findSorts() {
		if q.Get("tri") == s.name {
			out.sort = s.sort
		}
	}
	if page, err := strconv.Atoi(q.Get("page")); err == nil && page > 1 {
		out.page = min(page, index.MaxOffset/index.DefaultLimit)
	}
	return out
}

// findSort is an order of what was found as addresses name it.
type findSort struct {
	name string
	sort index.Sort
	key  string
}

func findSorts() []findSort {
	return []findSort{
		{"", index.BestFirst, "deskfind.sort.best"}, {"recents", index.NewestFirst, "deskfind.sort.newest"}, {"anciens", index.OldestFirst, "deskfind.sort.oldest"},
	}
}

// url is the address of a search: the line, and of order and page what is not usual.
func (f findAsked) url(r *http.Request) string { return root(r) + findPath + "?" + f.values().Encode() }

// values are what the address of a search says.
func (f findAsked) values() url.Values {
	q := url.Values{"q": {f.line}}
	for _, s := range findSorts() {
		if f.sort == s.sort && s.name != "" {
			q.Set("tri", s.name)
		}
	}
	if f.page > 1 {
		q.Set("page", strconv.Itoa(f.page))
	}
	if len(f.without) > 0 {
		q["sans"] = f.without
	}
	return q
}

// with is the address of another search in the same order.
func (f findAsked) with(r *http.Request, q grammar.Query) string { return f.other(r, q.String()) }

// other is the address of another line, asked in the same way.
func (f findAsked) other(r *http.Request, line string) string {
	f.line, f.page = line, 1
	return f.url(r)
}

// deskFind searches in everything that was gathered. The line of a query holds all
// that narrows a search: boxes and fields that were sent become part of it first, so
// that every search has one address.
func (s *Server) deskFind(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	given := r.URL.Query()
	f := findAskedOf(given)
	line, changed, err := s.rewritten(f.line, given)
	if err != nil {
		return err
	}
	if changed {
		http.Redirect(w, r, f.other(r, line), http.StatusSeeOther) //nolint:gosec // a path of ours, whose query is escaped
		return nil
	}
	model := ui.DeskFind{Lang: a.Lang, Path: root(r) + findPath, Query: clipped(f.line, longestQuery), Page: f.page, Without: f.without}
	for _, o := range findSorts() {
		model.Sorts = append(model.Sorts, ui.Choice{Value: o.name, Name: a.P.T(o.key), Chosen: o.sort == f.sort})
	}
	status := http.StatusOK
	asked, err := grammar.Parse(f.line)
	if err == nil && f.line != "" {
		err = s.lookUp(r, f, asked, &model)
	}
	if errors.Is(err, vigie.ErrInvalid) {
		blame(&model, err)
		status, err = http.StatusUnprocessableEntity, nil
	}
	if err == nil {
		model.Help = findHelp(r)
		model.Advanced, err = s.advancedForm(a, asked)
	}
	if err != nil {
		return err
	}
	return s.show(w, r, status, "deskfind", frame{Key: "deskfind.title", Desk: true, Door: "door.search", Query: model.Query}, model)
}

// lookUp asks the index.
func (s *Server) lookUp(r *http.Request, f findAsked, asked grammar.Query, model *ui.DeskFind) error {
	a := asker(r)
	model.Asked, model.Save = true, s.newSaved(r, model.Query)
	model.Understood, model.Chips = s.queryWords(a.P, asked), s.queryChips(r, f, asked)
	for _, n := range asked.Notes {
		model.LeftOut += n.N
	}
	if s.o.Found == nil {
		model.Partial = "deskfind.partial"
		return nil
	}
	o := f.options(a)
	o.Offset, o.Facets = (f.page-1)*index.DefaultLimit, true
	found, err := s.o.Found.Search(r.Context(), asked, o)
	if err != nil {
		return err
	}
	model.Total, model.Also = found.Total, alsoOf(r, f, found.Also)
	if found.Total < fewFound && !found.Partial {
		meant, ok, err := s.o.Found.Suggest(r.Context(), asked)
		if err != nil {
			return err
		}
		if ok {
			model.Meant, model.MeantURL = meant.String(), f.with(r, meant)
		}
	}
	model.Order, model.Partial = orderOf(f.sort, found.Hits), partialOf(found)
	model.Export = exportOf(r, f, found.Total)
	model.Newer, model.Older, model.First = neighbouring(r, f, found)
	if found.Total == 0 && !found.Partial {
		if model.Tries, err = s.triesOf(r.Context(), f.options(a), asked, model.Chips); err != nil {
			return err
		}
	}
	for _, hit := range found.Hits {
		model.Hits = append(model.Hits, s.deskHit(r, hit))
	}
	if found.Facets != nil {
		model.Years, model.Facets = yearsOf(r, f, asked, *found.Facets), s.facetsOf(a, *found.Facets)
	}
	return nil
}

// options are those of the search, wherever its results go.
func (f findAsked) options(a *asking) index.SearchOptions {
	o := index.SearchOptions{Now: a.Now, Sort: f.sort}
	f.into(&o)
	return o
}

// orderOf is the key of the order that hits are in: what is best is newest where
// nothing was asked that fits more or less.
func orderOf(sort index.Sort, hits []index.Hit) string {
	if sort == index.BestFirst && len(hits) > 0 && hits[0].Score == 0 {
		sort = index.NewestFirst
	}
	return "deskfind.order." + cmp.Or(string(sort), "best")
}

// partialOf is the key of why documents may be missing from an answer, "" for none.
func partialOf(found index.Results) string {
	switch found.Shortfall {
	case "":
		return ""
	case index.Damaged, index.OutOfTime:
		return "deskfind.partial." + string(found.Shortfall)
	case index.Filling:
	}
	return "deskfind.partial"
}

// neighbouring are the addresses of the pages before and after one, and that of the
// first for a page behind the last.
func neighbouring(r *http.Request, f findAsked, found index.Results) (newer, older, first string) {
	at := func(page int) string {
		other := f
		other.page = page
		return other.url(r)
	}
	if len(found.Hits) == 0 && found.Total > 0 && f.page > 1 {
		return "", "", at(1)
	}
	if f.page > 1 {
		newer = at(f.page - 1)
	}
	if found.More && f.page < index.MaxOffset/index.DefaultLimit {
		older = at(f.page + 1)
	}
	return newer, older, ""
}

// fewFound is from how many documents on nobody asks whether a word was misspelt.
const fewFound = 3

// mostTries bounds the conditions that are left out, one by one, to find something.
const mostTries = 5

// triesOf leaves out each condition of a query that finds nothing.
func (s *Server) triesOf(ctx context.Context, o index.SearchOptions, asked grammar.Query, chips []ui.Condition) ([]ui.Try, error) {
	var out []ui.Try
	o.Limit = 1
	n := 0 // of the chips, which leave out what is only wished for
	for i, c := range asked.Clauses {
		if c.Wished() {
			continue
		}
		if n == mostTries || n == len(chips) || len(asked.Clauses) == 1 {
			break
		}
		found, err := s.o.Found.Search(ctx, asked.Without(i), o)
		if err != nil {
			return nil, err
		}
		if found.Total > 0 {
			out = append(out, ui.Try{Condition: chips[n], N: found.Total})
		}
		n++
	}
	return out, nil
}
