package store

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"vigie"
)

// changes names the fields in which two states of a document differ for who reads
// them; there are none where all differences are cosmetic, and then there is no
// revision. Cosmetic are, in readable text, title, summary, publisher and names:
//
//   - white space, whatever its width: runs of it count as one space, also where a
//     paragraph ends; and none beside colons, semicolons, question and exclamation
//     marks, percent signs and double quotation marks, where languages differ in it;
//   - the shapes of quotation marks, apostrophes and dashes;
//   - the form of a character in Unicode: composed or not (NFC), ligatures, full
//     widths, Arabic presentation forms (NFKC); but not superscripts, subscripts and
//     fractions, since 10² is not 102;
//   - signs that nobody sees: soft hyphens, marks of direction, joiners, variation
//     selectors, the stroke that lengthens Arabic words;
//   - which paragraphs are headings, items or quotations, and where one ends. The
//     cells and rows of tables count, for "1 | 23" is not "12 | 3".
//
// Cosmetic are also the letter case and the order of labels, the tracking parameters
// of an enclosure, and the date of modification, which publishers touch whenever they
// save: it is named beside other changes only. The case of letters, accents, vowel
// signs, digits and every other mark count. words says whether those of the text
// differ, as [sameWords] has it.
func changes(a, b vigie.Document, words bool) []string {
	var out []string
	note := func(name string, differs bool) {
		if differs {
			out = append(out, name)
		}
	}
	note("title", typeset(a.Title) != typeset(b.Title))
	note("text", words)
	note("summary", typeset(a.Summary) != typeset(b.Summary))
	note("url", a.URL != b.URL)
	note("publisher", typeset(a.Publisher) != typeset(b.Publisher))
	note("authors", !slices.EqualFunc(a.Authors, b.Authors, sameAuthor))
	note("lang", a.Lang != b.Lang)
	note("published", !sameDate(a.Published, b.Published))
	note("media_type", a.MediaType != b.MediaType)
	note("labels", !slices.Equal(labels(a), labels(b)))
	note("enclosures", !slices.EqualFunc(a.Enclosures, b.Enclosures, sameEnclosure))
	note("pages", a.Pages != b.Pages)
	note("obstacle", a.Obstacle != b.Obstacle)
	note("modified", len(out) > 0 && !sameDate(a.Modified, b.Modified))
	return out
}

func sameAuthor(a, b vigie.Author) bool {
	return typeset(a.Name) == typeset(b.Name) && strings.EqualFold(a.Email, b.Email) && sameAddress(a.URL, b.URL)
}

func sameEnclosure(a, b vigie.Enclosure) bool {
	return a.Type == b.Type && a.Length == b.Length && sameAddress(a.URL, b.URL)
}

// sameAddress compares two addresses, tracking parameters left out.
func sameAddress(a, b string) bool {
	if a == b {
		return true
	}
	x, errA := vigie.CanonicalURL(a)
	y, errB := vigie.CanonicalURL(b)
	return errA == nil && errB == nil && x == y
}

// labels are those of a document in one order and one case, each once.
func labels(d vigie.Document) []string {
	out := make([]string, 0, len(d.Labels))
	for _, l := range d.Labels {
		out = append(out, strings.ToLower(typeset(l)))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// sameWords reports whether two texts differ cosmetically at most.
func sameWords(a, b []vigie.Paragraph) bool { return typesetBody(a) == typesetBody(b) }

// sameForm reports whether two texts have, besides the same words, the same
// paragraphs on the same pages: what a newer reader may have understood better.
func sameForm(a, b []vigie.Paragraph) bool {
	return slices.EqualFunc(a, b, func(p, q vigie.Paragraph) bool {
		return p.Kind == q.Kind && p.Level == q.Level && p.Page == q.Page && p.Lang == q.Lang && typeset(p.Text) == typeset(q.Text)
	})
}

func typesetBody(body []vigie.Paragraph) string {
	var t typesetter
	for _, p := range body {
		t.cells = p.Kind == vigie.Row
		if t.cells {
			t.put('\n')
		}
		t.write(p.Text)
		if t.cells {
			t.put('\n')
		}
		t.gap = true
	}
	return t.out.String()
}

// typeset brings texts that differ cosmetically into one form.
func typeset(s string) string {
	var t typesetter
	t.write(s)
	return t.out.String()
}

// typesetter writes text in the one form. The zero value is ready.
type typesetter struct {
	out   strings.Builder
	last  rune // that was written; 0 for none
	gap   bool // white space came since
	cells bool // tabs part the cells of a table
}

func (t *typesetter) write(s string) {
	for s != "" {
		// Numbers that compatibility would take for plain digits are left as they are.
		n := strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.No, r) })
		plain, rest := s, ""
		if n >= 0 {
			plain, rest = s[:n], s[n:]
		}
		for _, r := range norm.NFKC.String(strings.Map(shape, plain)) { // NFKC takes some marks apart
			t.rune(r)
		}
		s = ""
		for i, r := range rest {
			if !unicode.Is(unicode.No, r) {
				s = rest[i:]
				break
			}
			t.rune(r)
		}
	}
}

func (t *typesetter) rune(r rune) {
	r = shape(r)
	switch {
	case r == '\t' && t.cells:
		t.put(r)
	case unicode.IsSpace(r):
		t.gap = true
	case unseen(r):
	default:
		if t.gap && !strings.ContainsRune("\x00\t\n\"", t.last) && !strings.ContainsRune(closers, r) {
			t.out.WriteByte(' ')
		}
		t.put(r)
	}
}

func (t *typesetter) put(r rune) {
	t.out.WriteRune(r)
	t.last, t.gap = r, false
}

// closers have white space before them in some languages and not in others.
const closers = `":;!?%؛؟`

// shape gives quotation marks, apostrophes and dashes one shape each.
func shape(r rune) rune {
	switch r {
	case '‘', '’', '‚', '‛', '‹', '›', '`', '´':
		return '\''
	case '“', '”', '„', '‟', '«', '»', '〝', '〞':
		return '"'
	case '‐', '‑', '‒', '–', '—', '―', '−':
		return '-'
	}
	return r
}

// unseen reports whether nobody sees a sign.
func unseen(r rune) bool {
	return unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) || unicode.Is(unicode.Variation_Selector, r) || r == 'ـ'
}
