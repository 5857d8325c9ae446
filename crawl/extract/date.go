package extract

import (
	"net/url"
	"strings"
	"time"

	"github.com/markusmobius/go-htmldate"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vigie"
)

// dates returns when the page says it was published and modified.
func (h *head) dates() (published, modified vigie.Date) {
	published = firstDate(append([]string{h.ld.published}, h.each(
		"article:published_time", "og:published_time", "og:article:published_time",
		"citation_publication_date", "citation_online_date", "citation_date",
		"dcterms.issued", "dcterms.created", "dcterms.date", "dc.date.issued", "dc.date.created", "dc.date",
		"datepublished", "pubdate", "publishdate", "publication_date", "parsely-pub-date", "sailthru.date", "date",
	)...))
	modified = firstDate(append([]string{h.ld.modified}, h.each(
		"article:modified_time", "og:updated_time", "og:modified_time", "dcterms.modified", "dc.date.modified",
		"datemodified", "last-modified", "lastmod",
	)...))
	return published, modified
}

func firstDate(texts []string) vigie.Date {
	for _, s := range texts {
		if d := Date(s); !d.IsZero() {
			return d
		}
	}
	return vigie.Date{}
}

// readDate reads a date as machines write it, as precisely as it is written: a
// time without a zone gives the day only. What is no date, or the filler of some
// program ("0001-01-01", "1970-01-01"), is unknown.
func readDate(s string) vigie.Date {
	s = strings.TrimSpace(s)
	if len(s) > 64 {
		return vigie.Date{}
	}
	d, err := vigie.ParseDate(s)
	if err != nil {
		d = readOddDate(s)
	}
	return plausible(d)
}

func readOddDate(s string) vigie.Date {
	for _, layout := range []string{
		"2006-01-02T15:04:05-0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05-07", "2006-01-02 15:04:05 -0700",
		"2006-01-02 15:04:05-07:00", "2006-01-02 15:04:05Z07:00", time.RFC1123Z, "Mon, 2 Jan 2006 15:04:05 -0700",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return vigie.InstantOf(t)
		}
	}
	if t, err := time.Parse(time.RFC1123, s); err == nil {
		if _, offset := t.Zone(); offset == 0 && (strings.HasSuffix(s, "GMT") || strings.HasSuffix(s, "UTC")) {
			return vigie.InstantOf(t)
		}
		return dayOf(t)
	}
	if t, err := time.Parse("2006-01-02 15:04:05 UTC", s); err == nil {
		return vigie.InstantOf(t)
	}
	for _, layout := range []string{
		"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006/1/2", "2006/01/02 15:04:05",
		"20060102", "2006.01.02", "2 January 2006", "January 2, 2006", "2 Jan 2006", "Jan 2, 2006", "Jan. 2, 2006",
		"Monday, January 2, 2006", "Mon, 02 Jan 2006", "Mon Jan 2 15:04:05 2006",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return dayOf(t)
		}
	}
	for _, layout := range []string{"2006/01", "January 2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return vigie.Date{Time: t.UTC(), Precision: vigie.Month}
		}
	}
	return vigie.Date{}
}

func dayOf(t time.Time) vigie.Date {
	y, m, d := t.Date()
	return vigie.Date{Time: time.Date(y, m, d, 0, 0, 0, 0, time.UTC), Precision: vigie.Day}
}

// The limits on the search for a date in the text of a page.
const (
	maxDateNodes = 200 // elements looked at
	maxDateText  = 120 // bytes of text in one
)

// searchDate looks for a date of publication in the body of a page: first in
// elements that say that they hold a date, then with the library's fast search,
// which looks at the address too. Its thorough search is not used: it takes up
// to 0.2 s for each text that is no date, tries two hundred languages, and makes
// dates up of the year in a copyright line.
func searchDate(doc *html.Node, base *url.URL) vigie.Date {
	if d := markedDate(doc); !d.IsZero() {
		return d
	}
	opts := htmldate.Options{UseOriginalDate: true, SkipExtensiveSearch: true}
	if base != nil {
		opts.URL = base.String()
	}
	res, err := htmldate.FromDocument(doc, opts)
	if err != nil || res.IsZero() || res.DateTime.YearDay() == 1 {
		return vigie.Date{} // the first of January stands for a year alone
	}
	return dayOf(res.DateTime)
}

// markedDate returns the first date of a time element, or of an element whose
// class, id or itemprop names a date. Such elements around other articles,
// comments and events come after those of the article itself.
func markedDate(doc *html.Node) vigie.Date {
	seen := 0
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || !isDateElement(n) {
			continue
		}
		if seen++; seen > maxDateNodes {
			break
		}
		if d := Date(attr(n, "datetime")); d.Precision >= vigie.Day {
			return d
		}
		if d := Date(shortTextOf(n)); d.Precision >= vigie.Day {
			return d
		}
	}
	return vigie.Date{}
}

func isDateElement(n *html.Node) bool {
	if n.DataAtom == atom.Time {
		return true
	}
	if n.DataAtom == atom.Body || n.DataAtom == atom.Html {
		return false
	}
	for _, key := range []string{"itemprop", "class", "id"} {
		for word := range strings.FieldsFuncSeq(strings.ToLower(attr(n, key)), func(r rune) bool { return r < '0' || r > '9' && r < 'a' || r > 'z' }) {
			switch word {
			case "date", "pubdate", "datepublished", "published", "publication", "postdate", "timestamp", "posted":
				return true
			}
		}
	}
	return false
}

// shortTextOf returns the text of an element, "" where it is long.
func shortTextOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type != html.TextNode {
			continue
		}
		if b.Len()+len(c.Data) > 4*maxDateText {
			return ""
		}
		b.WriteString(c.Data)
		b.WriteByte(' ')
	}
	if s := PlainLine(b.String()); len(s) <= maxDateText {
		return s
	}
	return ""
}
