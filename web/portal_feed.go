package web

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"time"

	"vigie"
	"vigie/index/store"
)

// The parts of an Atom feed (RFC 4287).
type (
	atomFeed struct {
		XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		Lang    string      `xml:"xml:lang,attr"`
		ID      string      `xml:"id"`
		Title   string      `xml:"title"`
		Updated string      `xml:"updated"`
		Links   []atomLink  `xml:"link"`
		Author  atomAuthor  `xml:"author"`
		Entries []atomEntry `xml:"entry"`
	}
	atomLink struct {
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr,omitempty"`
		Lang string `xml:"hreflang,attr,omitempty"`
		Href string `xml:"href,attr"`
	}
	atomAuthor struct {
		Name string `xml:"name"`
	}
	atomText struct {
		Type string `xml:"type,attr"`
		Text string `xml:",chardata"`
	}
	atomTerm struct {
		Term  string `xml:"term,attr"`
		Label string `xml:"label,attr,omitempty"`
	}
	atomEntry struct {
		Lang      string     `xml:"xml:lang,attr"`
		ID        string     `xml:"id"`
		Title     string     `xml:"title"`
		Published string     `xml:"published"`
		Updated   string     `xml:"updated"`
		Links     []atomLink `xml:"link"`
		Terms     []atomTerm `xml:"category"`
		Summary   string     `xml:"summary,omitempty"`
		Content   *atomText  `xml:"content"`
	}
)

// atom is the feed of everything, or of a topic, in one language: our own texts
// are whole in it.
func (s *Server) atom(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	topic := r.PathValue("id")
	name, _ := a.Settings.Name.In(a.Lang)
	page := "/" + string(a.Lang) + "/"
	feed := atomFeed{Lang: string(a.Lang), Title: name, Author: atomAuthor{Name: name}}
	newest := time.Time{}
	err := s.o.DB.View(func(tx *store.Tx) error {
		labels := map[string]string{}
		topics, err := tx.Topics()
		if err != nil {
			return err
		}
		for _, t := range topics {
			labels[t.ID], _ = t.Labels.In(a.Lang)
		}
		if topic != "" {
			if _, err := tx.Topic(topic); err != nil {
				return err
			}
			page += "themes/" + topic
			feed.Title += ", " + labels[topic]
		}
		for e, err := range tx.Public(a.Lang) {
			if err != nil {
				return err
			}
			if topic != "" && !slices.Contains(e.Topics, topic) {
				continue
			}
			entry, err := s.atomEntryOf(tx, e, labels)
			if err != nil {
				return err
			}
			if e.Published.After(newest) {
				newest = e.Published
			}
			if feed.Entries = append(feed.Entries, entry); len(feed.Entries) == inFeed {
				break
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if newest.IsZero() {
		newest = s.started
	}
	feed.Updated = newest.UTC().Format(time.RFC3339)
	feed.ID = s.whole(r.URL.Path)
	feed.Links = []atomLink{
		{Rel: "self", Type: "application/atom+xml", Href: s.whole(r.URL.Path)},
		{Rel: "alternate", Type: "text/html", Href: s.whole(page)},
	}
	return s.document(w, r, "application/atom+xml; charset=utf-8", feed)
}

func (s *Server) atomEntryOf(tx *store.Tx, e vigie.Edition, labels map[string]string) (atomEntry, error) {
	synthesis, err := tx.Synthesis(e.Synthesis)
	if err != nil {
		return atomEntry{}, err
	}
	first := e
	if e.N > 1 {
		if first, err = tx.Edition(e.Synthesis, e.Lang, 1); err != nil {
			return atomEntry{}, err
		}
	}
	text, err := s.o.Desk.Render(tx, e.Lang, e.Body, e.Citations, e.Embeds, 1)
	if err != nil {
		return atomEntry{}, err
	}
	entry := atomEntry{
		Lang: string(e.Lang), ID: "urn:ulid:" + string(e.Synthesis) + ":" + string(e.Lang), Title: e.Title, Summary: e.Summary,
		Published: first.Published.UTC().Format(time.RFC3339), Updated: e.Published.UTC().Format(time.RFC3339),
		Content: &atomText{Type: "text", Text: text.Plain},
		Links:   []atomLink{{Rel: "alternate", Type: "text/html", Lang: string(e.Lang), Href: s.whole(articlePath(e.Lang, e))}},
	}
	for _, t := range e.Topics {
		entry.Terms = append(entry.Terms, atomTerm{Term: t, Label: labels[t]})
	}
	for l, v := range synthesis.Versions {
		if l != e.Lang && v.Out() && s.locales.Speaks(l) {
			other := vigie.Edition{Synthesis: e.Synthesis, Writing: vigie.Writing{Slug: v.Slug}}
			entry.Links = append(entry.Links, atomLink{Rel: "alternate", Type: "text/html", Lang: string(l), Href: s.whole(articlePath(l, other))})
		}
	}
	slices.SortStableFunc(entry.Links[1:], func(x, y atomLink) int { return vigieLangOrder(x.Lang, y.Lang) })
	return entry, nil
}

func vigieLangOrder(x, y string) int {
	sorted := vigie.SortLangs([]vigie.Lang{vigie.Lang(x), vigie.Lang(y)})
	if x == y {
		return 0
	}
	if sorted[0] == vigie.Lang(x) {
		return -1
	}
	return 1
}

// document writes XML with a validator, so that readers of feeds ask cheaply.
func (s *Server) document(w http.ResponseWriter, r *http.Request, mediaType string, v any) error {
	body, err := xml.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Errorf("write XML: %w", err)
	}
	body = append([]byte(xml.Header), append(body, '\n')...)
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", `"`+string(vigie.HashOf(body)[:20])+`"`)
	h.Set("Vary", "Accept-Encoding")
	if r.Header.Get("If-None-Match") == h.Get("ETag") {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	if zip := s.zipped(w, r, body); zip != nil {
		body = zip
	}
	_, _ = w.Write(body) // fails when the reader left, and nobody can be told
	return nil
}

// The parts of a sitemap (sitemaps.org, protocol 0.9).
type (
	siteMap struct {
		XMLName xml.Name  `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		URLs    []siteURL `xml:"url"`
	}
	siteURL struct {
		Loc     string `xml:"loc"`
		LastMod string `xml:"lastmod,omitempty"`
	}
)

// mostInMap is the most addresses that a sitemap may hold.
const mostInMap = 50000

// sitemap lists the pages of the portal.
func (s *Server) sitemap(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	var out siteMap
	add := func(path string, at time.Time) {
		u := siteURL{Loc: s.whole(path)}
		if !at.IsZero() {
			u.LastMod = at.UTC().Format(time.RFC3339)
		}
		if len(out.URLs) < mostInMap {
			out.URLs = append(out.URLs, u)
		}
	}
	for _, l := range a.Settings.Languages {
		for _, page := range []string{"", "syntheses", "indicateurs", "lettre"} {
			add("/"+string(l)+"/"+page, time.Time{})
		}
	}
	err := s.o.DB.View(func(tx *store.Tx) error {
		for text, err := range tx.PageTexts() {
			if err != nil {
				return err
			}
			add("/"+string(text.Lang)+"/"+string(text.Page), text.At)
		}
		for i, err := range tx.Indicators() {
			if err != nil {
				return err
			}
			for _, l := range a.Settings.Languages {
				add("/"+string(l)+"/indicateurs/"+string(i.ID), time.Time{})
			}
		}
		for e, err := range tx.Public("") {
			if err != nil {
				return err
			}
			if s.locales.Speaks(e.Lang) {
				add(articlePath(e.Lang, e), e.Published)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.document(w, r, "application/xml; charset=utf-8", out)
}

// robots tells robots where they are welcome (RFC 9309): in the portal, and with
// sample data nowhere.
func (s *Server) robots(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	text := "User-agent: *\n"
	if asker(r).Settings.Sample {
		text += "Disallow: /\n"
	} else {
		for _, l := range s.locales.Languages() {
			text += "Disallow: /" + string(l) + "/bureau/\nDisallow: /" + string(l) + "/recherche\n"
		}
		if s.public != nil {
			text += "Sitemap: " + s.whole("/sitemap.xml") + "\n"
		}
	}
	_, _ = w.Write([]byte(text)) // fails when the reader left, and nobody can be told
	return nil
}
