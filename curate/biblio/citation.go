package biblio

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"

	"vigie"
)

// Wording is what a citation says in the reader's language.
type Wording struct {
	Lang vigie.Lang
	// Date says a date as far as it is known.
	Date func(vigie.Date) string
	// Accessed puts the date of reading into its phrase.
	Accessed func(date string) string
	// Undated stands for a date that is not known.
	Undated string
	// Comma stands between publisher and date, and between authors.
	Comma string
	// Others stands for the authors that are not named.
	Others string
}

// namedAuthors is how many authors a citation names; of more it names one.
const namedAuthors = 3

// Citation returns a record as a sentence to copy: authors, title, publisher and
// date, address, day of reading. Parts that run against the direction of the
// wording's language stand between the marks U+2068 and U+2069 (Unicode Annex 9), so
// that the others keep their order.
func Citation(r Record, w Wording) string {
	r = r.tidy()
	var names []string
	for _, a := range r.Authors {
		names = append(names, w.isolated(a.Name()))
	}
	if len(names) > namedAuthors {
		names = []string{names[0], w.Others}
	}
	when := w.Undated
	if d := r.Published; !d.IsZero() {
		d.Precision = min(d.Precision, vigie.Day)
		when = w.Date(d)
	}
	publisher := w.isolated(r.Publisher)
	if len(r.Authors) == 1 && r.Authors[0].Name() == r.Publisher {
		publisher = ""
	}
	out := sentences(strings.Join(names, w.Comma+" "), w.isolated(r.Title), join(w.Comma+" ", publisher, when))
	if r.URL != "" && r.URL != r.Title {
		out += " " + w.isolated(r.URL)
	}
	if read := civil(r.Accessed); !read.IsZero() {
		out += " (" + w.Accessed(w.Date(read)) + ")"
	}
	return strings.TrimSpace(out)
}

// isolated puts marks around a part whose first letter with a direction runs against
// that of the language.
func (w Wording) isolated(s string) string {
	for _, r := range s {
		p, _ := bidi.LookupRune(r)
		class, runs := p.Class(), "rtl"
		if class == bidi.L {
			runs = "ltr"
		} else if class != bidi.R && class != bidi.AL {
			continue
		}
		if runs == w.Lang.Direction() {
			return s
		}
		return "\u2068" + s + "\u2069"
	}
	return s
}

// sentences ends each part with a full stop, where it has no mark of its own.
func sentences(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p == "" {
			continue
		}
		if last, _ := utf8.DecodeLastRuneInString(strings.TrimSuffix(p, "\u2069")); !strings.ContainsRune(".!?…؟", last) {
			p += "."
		}
		out = append(out, p)
	}
	return strings.Join(out, " ")
}

// join puts a mark between those parts that there are.
func join(between string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, between)
}
