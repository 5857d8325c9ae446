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

// The limits on the search for a date in the text of a page.
const (
	maxDateNodes = 200 // elements looked at
	maxDateText  = 120 // bytes of text in one
)

// searchDate looks for a date of publication where no machine-readable one stands:
// in the address, in the elements near the headline that say that they hold a date,
// then with the library's fast search. Its thorough search is not used: it takes up
// to 0.2 s for each text that is no date, tries two hundred languages, and makes
// dates up of the year in a copyright line.
//
// Many sites print the day on which they are read. Dates outside the article are
// therefore none, nor are those of an update. Where the day of the fetch is known,
// other days anywhere on the page are better than no date.
func searchDate(doc *html.Node, base *url.URL, fetched time.Time) vigie.Date {
	if d := addressDate(base); !d.IsZero() {
		return d
	}
	area := dateAreaOf(doc)
	if d := area.search(base, fetched); !d.IsZero() || fetched.IsZero() {
		return d
	}
	area.node, area.anywhere = doc, true
	return area.search(base, fetched)
}

func (a *dateArea) search(base *url.URL, fetched time.Time) vigie.Date {
	if d := a.markedDate(fetched); !d.IsZero() {
		return d
	}
	opts := htmldate.Options{UseOriginalDate: true, SkipExtensiveSearch: true}
	if base != nil {
		opts.URL = base.String()
	}
	res, err := htmldate.FromDocument(a.page(), opts)
	if err != nil || res.IsZero() || res.DateTime.YearDay() == 1 {
		return vigie.Date{} // the first of January stands for a year alone
	}
	if d := dayOf(res.DateTime); !isToday(d, fetched) {
		return d
	}
	return vigie.Date{}
}

// addressDate reads a year, a month and a day that follow each other in a path.
func addressDate(base *url.URL) vigie.Date {
	if base == nil {
		return vigie.Date{}
	}
	parts := strings.Split(base.Path, "/")
	for i := 0; i+3 < len(parts); i++ {
		if len(parts[i]) != 4 || len(parts[i+1]) != 2 || len(parts[i+2]) != 2 {
			continue
		}
		if d := readDate(strings.Join(parts[i:i+3], "-")); d.Precision == vigie.Day {
			return d
		}
	}
	return vigie.Date{}
}

// isToday reports whether a date is the day of the fetch, in any zone.
func isToday(d vigie.Date, fetched time.Time) bool {
	if fetched.IsZero() || d.IsZero() {
		return false
	}
	apart := d.Time.Sub(fetched.UTC())
	return apart > -48*time.Hour && apart < 24*time.Hour
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
