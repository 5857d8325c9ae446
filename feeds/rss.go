package feeds

import (
	"net/url"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"
)

// fromRSS translates RSS 0.9 to 2.0 and RSS 1.0.
func (t *translator) fromRSS(f *rss.Feed) Channel {
	c := Channel{
		Kind:        t.scan.root,
		Title:       t.line(or(f.Title, t.first(f.Extensions, "dc", "title"))),
		Link:        t.link(nil, or(f.Link, atomLink(f.Extensions, "alternate"))),
		Description: t.html(or(f.Description, t.first(f.Extensions, "dc", "description"), t.first(f.Extensions, "itunes", "summary", "subtitle"))),
		Lang:        string(language(or(t.whole(f.Language), t.first(f.Extensions, "dc", "language")))),
		Hub:         t.hub(f.Extensions),
		Next:        t.link(nil, atomLink(f.Extensions, "next")),
		wishes:      rssWishes(f),
	}
	c.Updated = stamp(firstDate(f.LastBuildDate, f.PubDate,
		t.first(f.Extensions, "dcterms", "modified", "issued"), t.first(f.Extensions, "dc", "date"), t.first(f.Extensions, "atom", "updated")))
	for _, item := range f.Items {
		c.Entries = append(c.Entries, t.fromItem(item))
	}
	return c
}

func (t *translator) fromItem(it *rss.Item) Entry {
	x := it.Extensions
	about, lang, base := own(x)
	e := Entry{
		Title: t.line(or(it.Title, t.first(x, "dc", "title"), t.mediaTitle(x), t.first(x, "itunes", "title"))),
		Lang:  string(language(or(string(lang), t.first(x, "dc", "language")))),
		base:  base,
	}
	permalink := ""
	if it.GUID != nil {
		e.ID = t.token(it.GUID.Value)
		if !strings.EqualFold(it.GUID.IsPermalink, "false") && isWeb(e.ID) {
			permalink = e.ID
		}
	}
	e.ID = or(e.ID, t.token(about), t.token(t.first(x, "atom", "id")), t.token(t.first(x, "dc", "identifier")))
	e.Link = t.link(base, or(it.Link, atomLink(x, "alternate"), permalink))
	if e.Link == "" && isWeb(about) {
		e.Link = t.link(base, about)
	}
	e.Via = t.link(base, atomLink(x, "via"))
	e.published = firstDate(it.PubDate, t.first(x, "dcterms", "issued", "created", "available"), t.first(x, "dc", "date"),
		t.first(x, "atom", "published"), custom(it, "pubdate", "date", "published"))
	e.updated = firstDate(t.first(x, "dcterms", "modified"), t.first(x, "atom", "updated", "modified"))
	e.Summary = t.html(or(it.Description, t.first(x, "dc", "description"), t.first(x, "itunes", "summary"), t.mediaDescription(x), t.first(x, "atom", "summary")))
	e.Content = t.html(or(it.Content, t.first(x, "vigie", "body"), custom(it, "fullitem"), t.first(x, "atom", "content")))
	t.rssPeople(&e, it)
	for _, cat := range it.Categories {
		e.Tags = t.addTag(e.Tags, cat.Value)
	}
	for _, s := range t.core(x, "subject") {
		e.Tags = t.addTag(e.Tags, s)
	}
	e.Tags = t.mediaTags(e.Tags, x)
	t.rssFiles(&e, it, base)
	textLang(&e, x)
	return e
}

func (t *translator) rssPeople(e *Entry, it *rss.Item) {
	e.Authors = addPerson(e.Authors, t.person(it.Author))
	for _, s := range append(t.core(it.Extensions, "creator"), t.core(it.Extensions, "author")...) {
		e.Authors = addPerson(e.Authors, t.person(s))
	}
	for _, a := range it.Extensions["atom"]["author"] {
		e.Authors = addPerson(e.Authors, Person{
			Name: t.line(child(a, "name")), Email: t.line(child(a, "email")), URL: t.link(nil, child(a, "uri")),
		})
	}
	if len(e.Authors) == 0 {
		e.Authors = addPerson(e.Authors, t.person(t.first(it.Extensions, "itunes", "author")))
	}
}

func (t *translator) rssFiles(e *Entry, it *rss.Item, base *url.URL) {
	for _, f := range it.Enclosures {
		e.Enclosures = t.addFile(e.Enclosures, base, f.URL, f.Type, f.Length)
	}
	e.Enclosures = t.mediaFiles(e.Enclosures, it.Extensions, base)
	for _, l := range it.Extensions["atom"]["link"] {
		if strings.EqualFold(l.Attrs["rel"], "enclosure") {
			e.Enclosures = t.addFile(e.Enclosures, base, l.Attrs["href"], l.Attrs["type"], l.Attrs["length"])
		}
	}
}

// mediaDescription finds the description of Media RSS, in a group or not.
func (t *translator) mediaDescription(x ext.Extensions) string {
	if s := t.first(x, "media", "description"); s != "" {
		return s
	}
	for _, g := range x["media"]["group"] {
		if s := child(g, "description"); s != "" {
			return s
		}
	}
	return ""
}

// atomLink finds a link of Atom within RSS.
func atomLink(x ext.Extensions, rel string) string {
	for _, l := range x["atom"]["link"] {
		if r := l.Attrs["rel"]; strings.EqualFold(r, rel) || (r == "" && rel == "alternate") {
			return l.Attrs["href"]
		}
	}
	return ""
}

// custom finds an element that stands in no standard, whatever its case.
func custom(it *rss.Item, names ...string) string {
	for k, v := range it.Custom {
		for _, n := range names {
			if strings.EqualFold(k, n) {
				return v
			}
		}
	}
	return ""
}

func child(e ext.Extension, name string) string {
	if c := e.Children[name]; len(c) > 0 {
		return c[0].Value
	}
	return ""
}

// or returns the first text that is not blank.
func or(texts ...string) string {
	for _, s := range texts {
		if strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}

func isWeb(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}
