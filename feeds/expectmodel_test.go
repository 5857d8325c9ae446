package feeds_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"

	"vigie/feeds"
)

// field is one field of our model with how it is compared.
type field struct {
	how  string // plain, title, html, date, lang, version
	text string
}

// comparison compares fields with what a line says. Plainer comes to hold
// whether any text had less markup than the line wants.
type comparison struct{ plainer bool }

// modelOf gives a channel the names that feedparser uses. What is not named
// here, our model does not have.
func modelOf(c feeds.Channel) map[string]any {
	entries := []any{}
	for _, e := range c.Entries {
		entries = append(entries, entryModel(e))
	}
	description := plainOr(c.Description, "html")
	return map[string]any{
		"bozo":    len(c.Faults) > 0,
		"version": field{"version", c.Kind},
		"entries": entries,
		"feed": map[string]any{
			"title": plainOr(c.Title, "title"), "title_detail": detail(c.Title, "title", c.Lang),
			"link":     plainOr(c.Link, "plain"),
			"subtitle": description, "tagline": description, "description": description,
			"subtitle_detail": detail(c.Description, "html", c.Lang), "tagline_detail": detail(c.Description, "html", c.Lang),
			"language": plainOr(c.Lang, "lang"),
			"updated":  plainOr(c.Updated, "date"), "updated_parsed": plainOr(c.Updated, "date"),
		},
	}
}

func entryModel(e feeds.Entry) map[string]any {
	summary := plainOr(or(e.Summary, e.Content), "html") // so does feedparser
	m := map[string]any{
		"title": plainOr(e.Title, "title"), "title_detail": detail(e.Title, "title", e.Lang),
		"link": plainOr(e.Link, "plain"), "id": plainOr(e.ID, "plain"), "guid": plainOr(e.ID, "plain"),
		"summary": summary, "description": summary, "summary_detail": detail(or(e.Summary, e.Content), "html", e.Lang),
		"content":   []any{detail(e.Content, "html", e.Lang)},
		"language":  plainOr(e.Lang, "lang"),
		"published": plainOr(e.Published, "date"), "published_parsed": plainOr(e.Published, "date"),
		"updated": plainOr(e.Updated, "date"), "updated_parsed": plainOr(e.Updated, "date"),
		"author": absent{}, "author_detail": absent{}, "category": absent{},
	}
	authors := []any{}
	for _, p := range e.Authors {
		authors = append(authors, map[string]any{
			"name": plainOr(p.Name, "plain"), "email": plainOr(p.Email, "plain"),
			"url": plainOr(p.URL, "plain"), "href": plainOr(p.URL, "plain"),
		})
	}
	m["authors"] = authors
	if len(authors) > 0 {
		p := e.Authors[0]
		m["author_detail"] = authors[0]
		m["author"] = plainOr(or(p.Name, p.Email), "plain")
		if p.Name != "" && p.Email != "" {
			m["author"] = plainOr(p.Name+" ("+p.Email+")", "plain")
		}
	}
	tags := []any{}
	for _, t := range e.Tags {
		tags = append(tags, map[string]any{"term": plainOr(t, "plain"), "label": plainOr(t, "plain")})
		m["category"] = plainOr(e.Tags[0], "plain")
	}
	m["tags"] = tags
	files := []any{}
	for _, f := range e.Enclosures {
		length := ""
		if f.Length > 0 {
			length = fmt.Sprint(f.Length)
		}
		files = append(files, map[string]any{
			"url": plainOr(f.URL, "plain"), "href": plainOr(f.URL, "plain"), "type": plainOr(f.Type, "plain"), "length": plainOr(length, "plain"),
		})
	}
	m["enclosures"] = files
	return m
}

func plainOr(text, how string) any {
	if text == "" {
		return absent{how}
	}
	return field{how, text}
}

func detail(text, how, lang string) any {
	return map[string]any{"value": plainOr(text, how), "language": plainOr(lang, "lang")}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// equal compares a value of the model with one of a line.
func (c *comparison) equal(ours, theirs any) any {
	switch ours := ours.(type) {
	case unknown:
		return unknown{}
	case absent:
		return c.absent(ours, theirs)
	case field:
		return c.field(ours, theirs)
	case []any, map[string]any:
		return unknown{}
	}
	if b, ok := ours.(bool); ok {
		if n, ok := theirs.(float64); ok {
			return b == (n != 0)
		}
	}
	return ours == theirs
}

// absent compares a field that the feed does not fill.
func (c *comparison) absent(ours absent, theirs any) any {
	if _, none := theirs.(absent); none || theirs == any("") {
		return true
	}
	want, _ := theirs.(string)
	if all := pieces(want); (ours.how == "html" || ours.how == "title") && len(all) > 0 && textOf(all) == "" {
		c.plainer = true // there was nothing but markup
		return true
	}
	return false
}

func (c *comparison) field(ours field, theirs any) any {
	if list, ok := theirs.([]any); ok && ours.how == "date" {
		return ours.text == tuple(list)
	}
	if _, none := theirs.(absent); none {
		return false
	}
	want, ok := theirs.(string)
	if !ok {
		return unknown{}
	}
	switch ours.how {
	case "date": // they keep the text, we the time that it names
		d := feeds.ReadDate(want)
		return !d.IsZero() && ours.text == d.Time.UTC().Format(time.RFC3339)
	case "lang":
		return strings.EqualFold(ours.text, strings.ReplaceAll(want, "_", "-"))
	case "version":
		return ours.text == kindOf(want)
	case "html":
		got, all := pieces(ours.text), pieces(want)
		if slices.Equal(got, all) {
			return true
		}
		if textOf(got) == textOf(all) && within(got, all) {
			c.plainer = true
			return true
		}
		return false
	}
	if ours.text != want && ours.how == "title" && textOf(pieces(want)) == strings.ReplaceAll(ours.text, " ", "") {
		c.plainer = true // titles are plain text
		return true
	}
	return ours.text == want
}

// tuple is a time of Python (year, month, day, hour, minute, second, …).
func tuple(list []any) string {
	var n [6]int
	for i := range n {
		if i < len(list) {
			f, _ := list[i].(float64)
			n[i] = int(f)
		}
	}
	return time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, time.UTC).Format(time.RFC3339)
}

func kindOf(version string) string {
	switch {
	case version == "rss10" || version == "rss090":
		return "rdf"
	case strings.HasPrefix(version, "rss"):
		return "rss"
	}
	return strings.TrimRight(version, "0123456789")
}

// pieces cuts HTML into texts, tags and attributes, so that two ways of writing
// the same are the same. The rel that our sanitiser gives to links is left out.
func pieces(htm string) []string {
	var out []string
	text := ""
	flush := func() {
		if t := strings.Join(strings.Fields(text), " "); t != "" {
			out = append(out, t)
		}
		text = ""
	}
	z := html.NewTokenizer(strings.NewReader(htm))
	for {
		switch z.Next() {
		case html.ErrorToken:
			flush()
			return out
		case html.TextToken:
			text += z.Token().Data
		case html.StartTagToken, html.SelfClosingTagToken:
			flush()
			t := z.Token()
			out = append(out, "<"+t.Data)
			var attrs []string
			for _, a := range t.Attr {
				if a.Key != "rel" {
					if plain, err := url.PathUnescape(a.Val); err == nil {
						a.Val = plain // %C3%A9 and é are one address (RFC 3987 section 3.1)
					}
					attrs = append(attrs, "<@"+a.Key+"="+a.Val)
				}
			}
			slices.Sort(attrs)
			out = append(out, attrs...)
		case html.EndTagToken:
			flush()
			out = append(out, "</"+z.Token().Data)
		}
	}
}

// textOf joins the texts of a list of pieces, without their white space.
func textOf(list []string) string {
	var b strings.Builder
	for _, p := range list {
		if !strings.HasPrefix(p, "<") {
			b.WriteString(strings.ReplaceAll(p, " ", ""))
		}
	}
	return b.String()
}

// within reports whether all markup of a stands in b, in the same order.
func within(a, b []string) bool {
	for _, p := range a {
		if !strings.HasPrefix(p, "<") {
			continue
		}
		i := slices.Index(b, p)
		if i < 0 {
			return false
		}
		b = b[i+1:]
	}
	return true
}
