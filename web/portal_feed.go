package web

import (
	"encoding/xml"
	"fmt"
	"html"
	"net/http"
	"strconv"
	"strings"
	"time"

	"vigie"
	"vigie/curate"
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
	out, err := s.onShelf(a.Lang)
	if err != nil {
		return err
	}
	topic := r.PathValue("id")
	list := shelvedOn(out.own, topic, 0, inFeed)
	name, _ := a.Settings.Name.In(a.Lang)
	page := "/" + string(a.Lang) + "/"
	feed := atomFeed{
		Lang: string(a.Lang), ID: uniqueName(s.whole(r.URL.Path)), Title: name, Author: atomAuthor{Name: name},
		Updated: s.started.UTC().Format(time.RFC3339),
	}
	if len(list) > 0 {
		feed.Updated = list[0].published.UTC().Format(time.RFC3339)
	}
	err = s.o.DB.View(func(tx *store.Tx) error {
		topics, err := tx.Topics()
		if err != nil {
			return err
		}
		labels := map[string]string{}
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
		for _, l := range list {
			entry, err := s.atomEntryOf(tx, a, out, l, labels)
			if err != nil {
				return err
			}
			feed.Entries = append(feed.Entries, entry)
		}
		return nil
	})
	if err != nil {
		return err
	}
	feed.Links = []atomLink{
		{Rel: "self", Type: "application/atom+xml", Href: s.whole(r.URL.Path)},
		{Rel: "alternate", Type: "text/html", Href: s.whole(page)},
	}
	return s.document(w, r, "application/atom+xml; charset=utf-8", feed)
}

// atomEntryOf is one text that is on display.
func (s *Server) atomEntryOf(tx *store.Tx, a *asking, out *display, l shelved, labels map[string]string) (atomEntry, error) {
	e, err := tx.Edition(l.id, l.lang, l.n)
	if err != nil {
		return atomEntry{}, err
	}
	text, err := s.textOf(tx, a, out, e)
	if err != nil {
		return atomEntry{}, err
	}
	entry := atomEntry{
		Lang: string(l.lang), ID: uniqueName(string(l.id) + "/" + string(l.lang)), Title: oneLine(l.title), Summary: l.summary,
		Published: l.first.UTC().Format(time.RFC3339), Updated: l.published.UTC().Format(time.RFC3339),
		Content: &atomText{Type: "html", Text: atomBody(text, a.P.T("article.notes"))},
		Links:   []atomLink{{Rel: "alternate", Type: "text/html", Lang: string(l.lang), Href: s.whole(articlePath(l.lang, e))}},
	}
	for _, t := range l.topics {
		entry.Terms = append(entry.Terms, atomTerm{Term: t, Label: labels[t]})
	}
	for _, t := range out.all[l.id] {
		if t.lang != l.lang && s.locales.Speaks(t.lang) {
			entry.Links = append(entry.Links, atomLink{Rel: "alternate", Type: "text/html", Lang: string(t.lang), Href: s.whole(articlePath(t.lang, t.edition()))})
		}
	}
	return entry, nil
}

// atomBody is a text as readers of feeds show it: its words in paragraphs, for
// drawings and marks within the page mean nothing there, then its sources.
func atomBody(text curate.Text, sources string) string {
	var b strings.Builder
	for block := range strings.SplitSeq(text.Plain, "\n\n") {
		b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(block), "\n", "<br>") + "</p>")
	}
	if len(text.Notes) == 0 {
		return b.String()
	}
	b.WriteString("<h2>" + html.EscapeString(sources) + "</h2><ol>")
	for _, n := range text.Notes {
		b.WriteString("<li>" + html.EscapeString(n.Source.Label) + "<blockquote>" + html.EscapeString(n.Citation.Passage.Exact) + "</blockquote></li>")
	}
	b.WriteString("</ol>")
	return b.String()
}

// oneLine is a text without line breaks and doubled spaces.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// uniqueName makes the identity of a feed or an entry of what names it here: a UUID
// of one's own making (RFC 9562, section 5.8).
func uniqueName(of string) string {
	h := []byte(vigie.HashOf([]byte(of))[:32])
	h[12], h[16] = '8', "89ab"[h[16]%4]
	return fmt.Sprintf("urn:uuid:%s-%s-%s-%s-%s", h[:8], h[8:12], h[12:16], h[16:20], h[20:])
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
	if route := asker(r).route; route.Permission != vigie.ReadPublic || route.Secret {
		h.Set("Cache-Control", "private, no-cache")
	}
	h.Set("Vary", "Accept-Encoding")
	if known(w, r, body) {
		return nil
	}
	if zip := s.zipped(w, r, body); zip != nil {
		body = zip
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // fails when the reader left, and nobody can be told
	return nil
}
