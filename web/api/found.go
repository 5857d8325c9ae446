package api

import (
	"context"
	"errors"
	"fmt"

	"vigie"
	"vigie/curate"
	"vigie/index"
	"vigie/index/column"
	"vigie/index/query"
	"vigie/index/store"
)

// Results are a page of what was found.
type Results struct {
	Total int   `json:"total" doc:"How many documents were found in all."`
	Hits  []Hit `json:"hits" doc:"Those of this page."`
	// Also is what was looked for beside the words that were typed.
	Also    []Also   `json:"also,omitempty" doc:"What was looked for beside the words of the query, where into asked for it."`
	Facets  *Facets  `json:"facets,omitempty" doc:"How all that was found is spread, where facets asked for it."`
	Partial bool     `json:"partial,omitempty" doc:"Documents may be missing: the index is being filled, or time ran out."`
	Reason  string   `json:"reason,omitempty" doc:"Why the answer is partial."`
	Notes   []string `json:"notes,omitempty" doc:"What of the query was left out."`
	Next    string   `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
}

// Hit is a document that was found, with an extract.
type Hit struct {
	ID        vigie.DocumentID `json:"id" doc:"The identity of the document, a ULID."`
	URL       string           `json:"url,omitempty" doc:"The publisher's address."`
	Title     string           `json:"title,omitempty" doc:"The publisher's title."`
	Source    string           `json:"source,omitempty" doc:"The name of the source."`
	Publisher string           `json:"publisher,omitempty" doc:"Who published it."`
	Published string           `json:"published,omitempty" doc:"When, as far as it is known: 2026, 2026-11, 2026-11-21 or an instant."`
	Lang      vigie.Lang       `json:"lang,omitempty" doc:"The language, a BCP 47 tag; und where it cannot be told."`
	Type      string           `json:"type,omitempty" doc:"What it is: page, pdf, feed."`
	Pages     int              `json:"pages,omitempty" doc:"How many pages it has."`
	Extract   string           `json:"extract,omitempty" doc:"Some words around what was found, as plain text."`
	Page      int              `json:"page,omitempty" doc:"The page of the extract."`
	Score     float64          `json:"score" doc:"How well it fits, within one answer only; 0 where nothing fits more or less."`
	Status    string           `json:"status" enum:"new,kept,dropped,later" doc:"Where it stands on the desk."`
	Tags      []string         `json:"tags,omitempty" doc:"The tags of the desk."`
	Story     vigie.StoryID    `json:"story,omitempty" doc:"The story that it belongs to."`
	Others    int              `json:"others,omitempty" doc:"How many more of the story were found."`
}

// Also is what was looked for beside some words of a query.
type Also struct {
	Words string      `json:"words" doc:"The words that were typed."`
	Texts []OtherName `json:"texts" doc:"What else was looked for."`
}

// OtherName is another way to say something.
type OtherName struct {
	Lang vigie.Lang `json:"lang,omitempty" doc:"Its language."`
	Text string     `json:"text" doc:"The words."`
}

// Facets say how all that was found is spread over the values of each field.
type Facets struct {
	Sources    Facet       `json:"sources" doc:"By source."`
	Publishers Facet       `json:"publishers" doc:"By publisher."`
	Countries  Facet       `json:"countries" doc:"By country of the source, ISO 3166-1 alpha-3."`
	Langs      Facet       `json:"langs" doc:"By language."`
	Types      Facet       `json:"types" doc:"By what it is."`
	Topics     Facet       `json:"topics" doc:"By topic."`
	Tags       Facet       `json:"tags" doc:"By tag of the desk."`
	Statuses   Facet       `json:"statuses" doc:"By status on the desk."`
	Years      []FacetYear `json:"years" doc:"By year of publication, every year from the first to the last."`
	Earlier    int         `json:"earlier,omitempty" doc:"How many lie before those years."`
	Later      int         `json:"later,omitempty" doc:"How many lie after them."`
	Undated    int         `json:"undated,omitempty" doc:"How many have no known date."`
}

// Facet is the spread over one field, the most frequent value first.
type Facet struct {
	Values []FacetValue `json:"values" doc:"The most frequent values."`
	More   int          `json:"more,omitempty" doc:"How many other values there are."`
}

// FacetValue is one value of a field.
type FacetValue struct {
	Value  string `json:"value" doc:"What a filter of the field takes."`
	Name   string `json:"name,omitempty" doc:"What a source is called."`
	Count  int    `json:"count" doc:"How many documents have it, with what else was chosen."`
	Chosen bool   `json:"chosen,omitempty" doc:"The query asks for it."`
}

// FacetYear is how many documents are of a year.
type FacetYear struct {
	Year  int `json:"year" doc:"The year."`
	Count int `json:"count" doc:"How many documents are of it."`
}

// search answers a query.
func (a *API) search(ctx context.Context, q *asked) (any, error) {
	return a.find(ctx, q, q.values["q"])
}

// results answers a saved search of whoever gave the token. One that cannot be read any
// more says why, as a query does.
func (a *API) results(ctx context.Context, q *asked) (any, error) {
	var line string
	err := a.o.DB.View(func(tx *store.Tx) error {
		id := vigie.SearchID(q.values["id"])
		if !vigie.ValidID(id) {
			return vigie.ErrNotFound
		}
		s, err := curate.OwnSearch(tx, q.user, id)
		line = s.Query
		return err
	})
	if err != nil {
		return nil, err
	}
	return a.find(ctx, q, line)
}

// find looks a line up in the index.
func (a *API) find(ctx context.Context, q *asked, line string) (any, error) {
	into, err := q.languages()
	if err != nil {
		return nil, err
	}
	parsed, err := query.Parse(line)
	if err != nil {
		return nil, err
	}
	if a.o.Found == nil {
		return nil, fmt.Errorf("search without an index: %w", vigie.ErrBusy)
	}
	o := index.SearchOptions{
		Limit: q.limit, Offset: q.from.Offset, Sort: q.order(), Facets: q.values["facets"] == "1", Into: into, Now: q.now,
	}
	err = a.o.DB.View(func(tx *store.Tx) error {
		settings, err := tx.Settings()
		o.Now = q.now.In(settings.Location())
		return err
	})
	if err != nil {
		return nil, err
	}
	res, err := a.look(ctx, q, parsed, o)
	if err != nil {
		return nil, err
	}
	return a.page(q, res)
}

// look searches among the crowd of those who do.
func (a *API) look(ctx context.Context, q *asked, parsed query.Query, o index.SearchOptions) (index.Results, error) {
	leave, err := a.crowd.enter(string(q.token.ID))
	if err != nil {
		return index.Results{}, err
	}
	defer leave()
	return a.o.Found.Search(ctx, parsed, o)
}

// page is a page of what was found, as the caller sees it.
func (a *API) page(q *asked, res index.Results) (out Results, err error) {
	out = Results{Total: res.Total, Hits: []Hit{}, Partial: res.Partial, Reason: res.Reason}
	for _, n := range res.Notes {
		out.Notes = append(out.Notes, n.String())
	}
	for _, also := range res.Also {
		each := Also{Words: also.Words, Texts: []OtherName{}}
		for _, t := range also.Texts {
			each.Texts = append(each.Texts, OtherName{t.Lang, t.Text})
		}
		out.Also = append(out.Also, each)
	}
	err = a.o.DB.View(func(tx *store.Tx) error {
		for _, h := range res.Hits {
			if _, err := tx.Withdrawal(h.ID); !errors.Is(err, vigie.ErrNotFound) {
				continue // withdrawn since it was indexed
			}
			out.Hits = append(out.Hits, hitOf(h))
		}
		if res.Facets != nil {
			out.Facets, err = facetsOf(tx, *res.Facets)
		}
		return err
	})
	if end := q.from.Offset + q.limit; err == nil && res.More && end < index.MaxOffset {
		out.Next, err = a.cursors.write(q.list(), place{Offset: end})
	}
	return out, err
}

func hitOf(h index.Hit) Hit {
	return Hit{
		ID: h.ID, URL: h.URL, Title: h.Title, Source: h.Source, Publisher: h.Publisher, Published: h.Published.String(), Lang: h.Lang, Type: h.Type, Pages: h.Pages,
		Extract: h.Extract, Page: h.Page, Score: h.Score, Status: statusOf(h.Status), Tags: h.Tags, Story: h.Story, Others: h.Others,
	}
}

// statusOf names where a document stands on the desk.
func statusOf(s vigie.Status) string {
	if s == "" {
		return "new"
	}
	return string(s)
}

func facetsOf(tx *store.Tx, f column.Facets) (*Facets, error) {
	out := Facets{
		Sources: facetOf(f.Sources), Publishers: facetOf(f.Publishers), Countries: facetOf(f.Countries), Langs: facetOf(f.Langs), Types: facetOf(f.Types),
		Topics: facetOf(f.Topics), Tags: facetOf(f.Tags), Statuses: facetOf(f.Statuses), Years: []FacetYear{},
		Earlier: f.Earlier, Later: f.Later, Undated: f.Undated,
	}
	for _, y := range f.Years {
		out.Years = append(out.Years, FacetYear{y.Year, y.Count})
	}
	for i, v := range out.Sources.Values {
		name, err := sourceName(tx, vigie.SourceID(v.Value))
		if err != nil {
			return nil, err
		}
		out.Sources.Values[i].Name = name
	}
	return &out, nil
}

func facetOf(f column.Facet) Facet {
	out := Facet{Values: []FacetValue{}, More: f.More}
	for _, v := range f.Values {
		out.Values = append(out.Values, FacetValue{Value: v.Value, Count: v.Count, Chosen: v.Chosen})
	}
	return out
}

// gone is the answer for what was taken back.
func gone(detail string) error {
	return problem("gone", detail)
}
