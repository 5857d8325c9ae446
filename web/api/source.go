package api

import (
	"cmp"
	"context"
	"errors"
	"time"

	"vigie"
	"vigie/index/store"
)

// Sources are a page of what is watched.
type Sources struct {
	Sources []Source `json:"sources" doc:"Those of this page, in the order in which they were added."`
	Next    string   `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
}

// Source is a place that is watched.
type Source struct {
	ID          vigie.SourceID `json:"id" doc:"The identity of the source, a ULID."`
	Name        string         `json:"name,omitempty" doc:"What it is called."`
	Kind        vigie.Kind     `json:"kind" doc:"How it is read: feed, site, page, auto."`
	URL         string         `json:"url,omitempty" doc:"The address that is read."`
	Publisher   string         `json:"publisher,omitempty" doc:"Who publishes there."`
	Institution bool           `json:"institution,omitempty" doc:"The publisher makes the news and does not only tell it."`
	Country     string         `json:"country,omitempty" doc:"Its country, ISO 3166-1 alpha-3."`
	Lang        vigie.Lang     `json:"lang,omitempty" doc:"The language where a document does not say."`
	Topics      []string       `json:"topics,omitempty" doc:"The identities of topics."`
	Licence     string         `json:"licence,omitempty" doc:"What the publisher allows."`
	Paused      bool           `json:"paused,omitempty" doc:"It is not read at present."`
	Added       time.Time      `json:"added" doc:"When it was added."`
}

// Searches are the saved searches of somebody.
type Searches struct {
	Searches []Search `json:"searches" doc:"All of them, oldest first."`
}

// Search is a question that somebody keeps.
type Search struct {
	ID      vigie.SearchID  `json:"id" doc:"The identity of the search, a ULID."`
	Name    string          `json:"name" doc:"What it is called."`
	Query   string          `json:"query" doc:"The query, as it was typed."`
	Lang    vigie.Lang      `json:"lang,omitempty" doc:"The language of its mails."`
	Alert   vigie.AlertPace `json:"alert,omitempty" enum:"now,daily,weekly" doc:"How soon mails tell of new documents."`
	Created time.Time       `json:"created" doc:"When it was saved."`
	Changed time.Time       `json:"changed" doc:"When it was changed."`
	Results string          `json:"results" doc:"The path of what it finds."`
}

// sources lists what is watched.
func (a *API) sources(_ context.Context, q *asked) (any, error) {
	out := Sources{Sources: []Source{}}
	err := a.o.DB.View(func(tx *store.Tx) error {
		for src, err := range tx.Sources() {
			if err != nil {
				return err
			}
			if string(src.ID) <= q.from.After {
				continue
			}
			if len(out.Sources) == q.limit {
				out.Next, err = a.cursors.write(q.list(), place{After: string(out.Sources[q.limit-1].ID)})
				return err
			}
			view, err := sourceOf(tx, src)
			if err != nil {
				return err
			}
			out.Sources = append(out.Sources, view)
		}
		return nil
	})
	return out, err
}

// source returns one source.
func (a *API) source(_ context.Context, q *asked) (any, error) {
	var out Source
	err := a.o.DB.View(func(tx *store.Tx) error {
		id := vigie.SourceID(q.values["id"])
		if !vigie.ValidID(id) {
			return vigie.ErrNotFound
		}
		src, err := tx.Source(id)
		if err != nil {
			return err
		}
		out, err = sourceOf(tx, src)
		return err
	})
	return out, err
}

func sourceOf(tx *store.Tx, src vigie.Source) (Source, error) {
	name, err := sourceName(tx, src.ID)
	return Source{
		ID: src.ID, Name: name, Kind: src.Kind, URL: webAddress(src.URL), Publisher: src.Publisher, Institution: src.Institution, Country: src.Country,
		Lang: src.Lang, Topics: src.Topics, Licence: src.Licence, Paused: src.Paused, Added: src.Added.UTC(),
	}, err
}

// sourceName is how a source is called; "" where it was removed.
func sourceName(tx *store.Tx, id vigie.SourceID) (string, error) {
	src, err := tx.Source(id)
	if errors.Is(err, vigie.ErrNotFound) {
		return "", nil
	}
	if err != nil || src.Name != "" {
		return src.Name, err
	}
	visit, err := tx.Visit(id)
	return cmp.Or(visit.Title, src.Host()), err
}

// searches lists the saved searches of whoever gave the token.
func (a *API) searches(_ context.Context, q *asked) (any, error) {
	out := Searches{Searches: []Search{}}
	err := a.o.DB.View(func(tx *store.Tx) error {
		mine, err := tx.SearchesOf(q.user.ID)
		for _, s := range mine {
			out.Searches = append(out.Searches, Search{
				ID: s.ID, Name: s.Name, Query: s.Query, Lang: s.Lang, Alert: s.Alert, Created: s.Created.UTC(), Changed: s.Changed.UTC(),
				Results: Root + "/searches/" + string(s.ID) + "/results",
			})
		}
		return err
	})
	return out, err
}
