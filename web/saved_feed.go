package web

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"vigie"
	"vigie/index"
	grammar "vigie/index/query"
	"vigie/index/store"
)

// inSearchFeed is how many documents the feed of a search holds.
const inSearchFeed = 50

// The parts of a JSON Feed (version 1.1).
type (
	jsonFeed struct {
		Version string         `json:"version"`
		Title   string         `json:"title"`
		Home    string         `json:"home_page_url"`
		Lang    vigie.Lang     `json:"language"`
		Items   []jsonFeedItem `json:"items"`
	}
	jsonFeedItem struct {
		ID        string         `json:"id"`
		URL       string         `json:"url,omitempty"`
		Title     string         `json:"title"`
		Text      string         `json:"content_text"`
		Published string         `json:"date_published,omitempty"`
		Authors   []jsonFeedName `json:"authors,omitempty"`
		Lang      vigie.Lang     `json:"language,omitempty"`
	}
	jsonFeedName struct {
		Name string `json:"name"`
	}
)

// searchFeed is what a saved search finds, newest first, for programs that know the
// secret of its address: titles, sources, dates and publishers' links, and none of
// their texts. It is there as long as its owner may search.
func (s *Server) searchFeed(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("X-Robots-Tag", "noindex, nofollow")
	secret, kind, _ := strings.Cut(r.PathValue("secret"), ".")
	if kind != "atom" && kind != "json" || secret == "" {
		return fmt.Errorf("the feed has no such form: %w", vigie.ErrNotFound)
	}
	search, err := s.o.Desk.FeedOf(secret)
	if err != nil {
		return err
	}
	found, err := s.newest(r, search)
	if err != nil {
		return err
	}
	if kind == "json" {
		return s.jsonSearchFeed(w, r, search, found)
	}
	return s.atomSearchFeed(w, r, search, found)
}

// fedHit is a document in the feed of a search.
type fedHit struct {
	index.Hit
	filed time.Time
}

// published is when a document came out, as far as machines can be told.
func (h fedHit) published() string {
	at := h.Published.Time
	if h.Published.IsZero() {
		at = h.filed
	}
	return at.UTC().Format(time.RFC3339)
}

// newest asks a saved search for its newest documents. While the index is being made,
// nobody is told that there are none.
func (s *Server) newest(r *http.Request, search vigie.SavedSearch) ([]fedHit, error) {
	q, err := grammar.Parse(search.Query)
	if errors.Is(err, vigie.ErrInvalid) {
		return nil, fmt.Errorf("read the search of a feed: %w: %w", vigie.ErrNotFound, err)
	}
	if err != nil || s.o.Found == nil {
		return nil, errors.Join(vigie.ErrBusy, err)
	}
	res, err := s.o.Found.Newest(r.Context(), q.At(asker(r).Now), inSearchFeed)
	if err == nil && res.Partial {
		err = fmt.Errorf("the index is being made: %w", vigie.ErrBusy)
	}
	if err != nil {
		return nil, fmt.Errorf("answer the feed of search %s: %w", search.ID, err)
	}
	var out []fedHit
	err = s.o.DB.View(func(tx *store.Tx) error {
		for _, hit := range res.Hits {
			if _, err := tx.Withdrawal(hit.ID); !errors.Is(err, vigie.ErrNotFound) {
				continue // withdrawn since it was indexed
			}
			doc, err := tx.Document(hit.ID)
			if errors.Is(err, vigie.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			out = append(out, fedHit{hit, doc.Filed})
		}
		return nil
	})
	return out, err
}

// asks is the page of a saved search, for who signs in.
func (s *Server) asks(r *http.Request, search vigie.SavedSearch) string {
	return s.here(r, root(r)+savedPath+"/"+string(search.ID))
}

func (s *Server) atomSearchFeed(w http.ResponseWriter, r *http.Request, search vigie.SavedSearch, found []fedHit) error {
	a := asker(r)
	site, _ := a.Settings.Name.In(a.Lang)
	feed := atomFeed{
		Lang: string(a.Lang), ID: uniqueName(string(search.ID)), Title: search.Name, Author: atomAuthor{Name: site},
		Updated: search.Changed.UTC().Format(time.RFC3339), Links: []atomLink{{Rel: "alternate", Type: "text/html", Href: s.asks(r, search)}},
	}
	for n, h := range found {
		if n == 0 {
			feed.Updated = h.published()
		}
		entry := atomEntry{
			Lang: string(h.Lang), ID: uniqueName(string(search.ID) + "/" + string(h.ID)), Title: oneLine(cmp.Or(h.Title, h.URL)), Published: h.published(), Updated: h.published(),
			Content: &atomText{Type: "text", Text: h.Source},
		}
		if h.URL != "" {
			entry.Links = []atomLink{{Rel: "alternate", Href: h.URL}}
		}
		feed.Entries = append(feed.Entries, entry)
	}
	return s.document(w, r, "application/atom+xml; charset=utf-8", feed)
}

func (s *Server) jsonSearchFeed(w http.ResponseWriter, r *http.Request, search vigie.SavedSearch, found []fedHit) error {
	feed := jsonFeed{Version: "https://jsonfeed.org/version/1.1", Title: search.Name, Home: s.asks(r, search), Lang: asker(r).Lang, Items: []jsonFeedItem{}}
	for _, h := range found {
		item := jsonFeedItem{ID: uniqueName(string(search.ID) + "/" + string(h.ID)), URL: h.URL, Title: oneLine(cmp.Or(h.Title, h.URL)), Text: h.Source, Published: h.published(), Lang: h.Lang}
		if h.Source != "" {
			item.Authors = []jsonFeedName{{Name: h.Source}}
		}
		feed.Items = append(feed.Items, item)
	}
	body, err := json.MarshalIndent(feed, "", " ")
	if err != nil {
		return fmt.Errorf("write a JSON feed: %w", err)
	}
	head := w.Header()
	head.Set("Content-Type", "application/feed+json; charset=utf-8")
	head.Set("Cache-Control", "private, no-cache")
	if known(w, r, body) {
		return nil
	}
	head.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // fails when the reader left, and nobody can be told
	return nil
}
