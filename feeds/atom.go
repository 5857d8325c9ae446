package feeds

import (
	"html"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mmcdole/gofeed/atom"
)

// fromAtom translates Atom 0.3 and 1.0.
func (t *translator) fromAtom(f *atom.Feed) Channel {
	c := Channel{
		Kind:        "atom",
		Title:       t.line(f.Title),
		Link:        t.link(nil, linkOf(f.Links, "alternate")),
		Description: t.html(f.Subtitle),
		Lang:        string(language(f.Language)),
		Updated:     stamp(firstDate(f.Updated)),
		Hub:         t.link(nil, linkOf(f.Links, "hub")),
		Next:        t.link(nil, linkOf(f.Links, "next")),
		wishes:      syndication(f.Extensions),
	}
	for _, entry := range f.Entries {
		e := t.fromEntry(entry)
		if len(e.Authors) == 0 { // RFC 4287 section 4.2.1
			people := f.Authors
			if entry.Source != nil && len(entry.Source.Authors) > 0 {
				people = entry.Source.Authors
			}
			e.Authors = t.atomPeople(people)
		}
		c.Entries = append(c.Entries, e)
	}
	return c
}

func (t *translator) fromEntry(en *atom.Entry) Entry {
	x := en.Extensions
	_, lang, base := own(x)
	e := Entry{
		ID:      t.token(or(t.first(x, "vigie", "id"), en.ID)),
		Title:   t.line(or(en.Title, t.mediaTitle(x))),
		Link:    t.link(base, linkOf(en.Links, "alternate")),
		Via:     t.link(base, linkOf(en.Links, "via")),
		Lang:    string(lang),
		Authors: t.atomPeople(en.Authors),
		Summary: t.html(or(en.Summary, t.mediaDescription(x))),
		base:    base,
	}
	e.published = firstDate(en.Published, t.first(x, "dcterms", "issued", "created"), t.first(x, "dc", "date"))
	e.updated = firstDate(en.Updated, t.first(x, "dcterms", "modified"))
	if len(e.Authors) == 0 {
		for _, s := range t.core(x, "creator") {
			e.Authors = addPerson(e.Authors, t.person(s))
		}
	}
	for _, cat := range en.Categories {
		e.Tags = t.addTag(e.Tags, or(cat.Label, cat.Term))
	}
	for _, s := range t.core(x, "subject") {
		e.Tags = t.addTag(e.Tags, s)
	}
	e.Tags = t.mediaTags(e.Tags, x)
	t.atomContent(&e, en, base)
	textLang(&e, x)
	for _, l := range en.Links {
		if strings.EqualFold(l.Rel, "enclosure") {
			e.Enclosures = t.addFile(e.Enclosures, base, l.Href, l.Type, l.Length)
		}
	}
	e.Enclosures = t.mediaFiles(e.Enclosures, x, base)
	return e
}

// atomContent takes content in line, or out of line as link and enclosure (RFC
// 4287 section 4.1.3.2).
func (t *translator) atomContent(e *Entry, en *atom.Entry, base *url.URL) {
	c := en.Content
	if c == nil {
		return
	}
	if c.Src != "" {
		e.Enclosures = t.addFile(e.Enclosures, base, c.Src, c.Type, "")
		if e.Link == "" {
			e.Link = t.link(base, c.Src)
		}
	}
	kind := strings.ToLower(c.Type)
	switch {
	case kind == "text" || kind == "text/plain":
		e.Content = t.html(c.Value)
		if !strings.Contains(e.Content, "</") { // many feeds say text and send HTML
			e.Content = html.EscapeString(e.Content)
		}
	case kind == "" || strings.Contains(kind, "html") || strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "xml"):
		e.Content = t.html(c.Value)
	case kind == "application/octet-stream": // base64 by the letter; some send text
		if text := t.whole(c.Value); utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl) {
			e.Content = t.html(text)
		}
	}
}

func (t *translator) atomPeople(list []*atom.Person) []Person {
	var out []Person
	for _, p := range list {
		out = addPerson(out, Person{Name: t.line(p.Name), Email: t.line(p.Email), URL: t.link(nil, p.URI)})
	}
	return out
}

// linkOf returns the first link of a relation; for alternate, a page rather than
// another format, and the publisher's own page last.
func linkOf(links []*atom.Link, rel string) string {
	found := ""
	for _, l := range links {
		if !strings.EqualFold(l.Rel, rel) || l.Href == "" {
			continue
		}
		if l.Type == "" || strings.Contains(l.Type, "html") {
			return l.Href
		}
		if found == "" {
			found = l.Href
		}
	}
	return found
}
