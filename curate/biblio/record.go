package biblio

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vigie"
)

// The most that a record carries of each thing; publishers have been seen to name a
// thousand authors.
const (
	mostAuthors  = 100
	mostKeywords = 100
	mostText     = 2000  // characters of a title, a name, a note
	mostAbstract = 10000 // characters
	mostAddress  = 8000  // bytes
)

// Kind is what sort of publication a record is of.
type Kind string

// The kinds.
const (
	// Report is a publication with pages of its own.
	Report Kind = "report"
	// Webpage is everything that is read on a site: articles, releases, notices.
	Webpage Kind = "webpage"
)

// Record is what is said of a publication wherever it is cited. It is also the list
// of all that leaves by an export: nothing else of a document does.
type Record struct {
	// ID names the record for ever; the keys of BibTeX are made of it.
	ID      string
	Kind    Kind
	Title   string
	Authors []Author
	// Publisher is the body that published it; on a site, also the name of the site.
	Publisher string
	Published vigie.Date
	// Accessed is when it was read; its day is that of its own zone. Zero is unknown.
	Accessed time.Time
	// URL is its address; anything but http and https is left out.
	URL  string
	Lang vigie.Lang
	// Pages is how many it has, 0 for none.
	Pages    int
	Keywords []string
	// Abstract is for texts of our own; those of others stay where they are.
	Abstract string
	// Note is in words: that a copy is kept, for example.
	Note string
}

// About is what a record says that the document itself does not.
type About struct {
	// Publisher is named where the document names none.
	Publisher string
	// Keywords are the topics and tags of the desk.
	Keywords []string
	Accessed time.Time
	Note     string
}

// Of returns the record of a document.
func Of(doc vigie.Document, about About) Record {
	r := Record{
		ID: string(doc.ID), Kind: Webpage, Title: doc.Title, Publisher: doc.Publisher, Published: doc.Published, Accessed: about.Accessed,
		URL: doc.URL, Lang: doc.Lang, Pages: doc.Pages, Keywords: about.Keywords, Note: about.Note,
	}
	if doc.Pages > 0 || doc.MediaType == "application/pdf" {
		r.Kind = Report
	}
	if r.Publisher == "" {
		r.Publisher = about.Publisher
	}
	for _, author := range doc.Authors[:min(len(doc.Authors), mostAuthors)] {
		r.Authors = append(r.Authors, Named(author.Name))
	}
	return r
}

// tidy returns the record as it may be written: every text on one line and within
// bounds, nothing empty or twice.
func (r Record) tidy() Record {
	r.ID = line(r.ID, mostText)
	if r.Kind != Report {
		r.Kind = Webpage
	}
	r.Title, r.Publisher, r.Note = line(r.Title, mostText), line(r.Publisher, mostText), line(r.Note, mostText)
	r.Abstract, r.URL = line(r.Abstract, mostAbstract), address(r.URL)
	if r.Title == "" {
		r.Title = r.URL // a record without a title is shown by no reference manager
	}
	var err error
	if r.Lang, err = vigie.ParseLang(string(r.Lang)); err != nil || r.Lang == vigie.Und {
		r.Lang = ""
	}
	var authors []Author
	seen := map[string]bool{}
	for _, a := range r.Authors[:min(len(r.Authors), mostAuthors)] {
		a = Author{Family: line(a.Family, mostText), Given: line(a.Given, mostText), Literal: line(a.Literal, mostText)}
		if name := a.Name(); name != "" && !seen[name] {
			seen[name] = true
			authors = append(authors, a)
		}
	}
	var keywords []string
	clear(seen)
	for _, k := range r.Keywords[:min(len(r.Keywords), mostKeywords)] {
		if k = line(k, mostText); k != "" && !seen[k] {
			seen[k] = true
			keywords = append(keywords, k)
		}
	}
	r.Authors, r.Keywords, r.Pages = authors, keywords, max(r.Pages, 0)
	return r
}

// line is a text on one line: no control characters, no marks that change the
// direction of what follows, single spaces, at most so many characters.
func line(s string, most int) string {
	if cut := most * utf8.UTFMax; len(s) > cut {
		s = s[:cut]
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\ufeff', r&0xfffe == 0xfffe:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	s = strings.Join(strings.Fields(norm.NFC.String(s)), " ")
	if utf8.RuneCountInString(s) > most {
		s = strings.TrimSpace(string([]rune(s)[:most]))
	}
	return s
}

// address is a web address in the characters that addresses are made of (RFC 3986
// section 2), "" for anything else.
func address(s string) string {
	s = strings.TrimSpace(s)
	if u, err := url.Parse(s); err != nil || len(s) > mostAddress || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return ""
	}
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// day is the day of a moment in its own zone, as ISO 8601 writes it; "" for none.
func day(t time.Time) string {
	if t.IsZero() || t.Year() < 1 || t.Year() > 9999 {
		return ""
	}
	return t.Format(time.DateOnly)
}

// dateParts are year, month and day as far as they are known.
func dateParts(d vigie.Date) []int {
	if d.String() == "" {
		return nil
	}
	t := d.Time.UTC()
	return []int{t.Year(), int(t.Month()), t.Day()}[:min(int(d.Precision), 3)]
}

// civil is the day of a moment in its own zone; the zero date for none.
func civil(t time.Time) vigie.Date {
	d, err := vigie.ParseDate(day(t))
	if err != nil {
		return vigie.Date{}
	}
	return d
}

// joined are the parts of a date with a mark between them.
func joined(parts []int, between string) string {
	out := []string{fmt.Sprintf("%04d", parts[0])}
	for _, p := range parts[1:] {
		out = append(out, fmt.Sprintf("%02d", p))
	}
	return strings.Join(out, between)
}
