package passage_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vigie"
	"vigie/curate/passage"
)

// edits are what is done to texts. "same" stands for unchanged or moved.
func edits() []edit {
	same := func(t *trial) string { return t.marked() }
	return []edit{
		{"the same text", "unchanged", same},
		{"sentences inserted", "same", insertions},
		{"sentences deleted", "same", deletions},
		{"its sentences moved", "same", moved},
		{"all others shuffled", "same", othersMoved},
		{"paragraphs cut anew", "same", reflowed},
		{"pages shifted", "same", pages},
		{"typography", "same", typography},
		{"the four together", "same", everything},
		{"an exact copy elsewhere", "same", beside(same, insertions)},
		{"a word replaced", "edited", replaced},
		{"letters swapped", "edited", misspelt},
		{"a word more or less", "edited", between},
		{"a number changed", "weighty", renumbered},
		{"a negation put in", "weighty", negated},
		{"edited, an exact copy elsewhere", "edited", beside(same, replaced)},
		{"edited, a look-alike elsewhere", "edited", beside(replaced, misspelt)},
		{"deleted", "", gone},
		{"deleted, an exact copy stays", "", left(same)},
		{"deleted, a look-alike stays", "", left(replaced)},
		{"deleted, another number stays", "", left(renumbered)},
		{"rewritten", "", rewritten},
	}
}

// tally counts what became of the quotations of one edit.
type tally struct{ all, found, gone, elsewhere, wrong int }

// TestFindAgain follows random quotations of texts that others wrote through stated
// edits, whose truth is known: not one may be found at another place than the
// truth, and what may claim something else must be marked.
func TestFindAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	findAgain(t, texts(t), 1000, 11)
}

// TestProofFindAgain does all edits to each of ten thousand quotations.
func TestProofFindAgain(t *testing.T) {
	if os.Getenv("VIGIE_PROOF") == "" {
		t.Skip("takes minutes: VIGIE_PROOF=1")
	}
	findAgain(t, texts(t), 10_000, 1)
}

// TestProofFindInBooks does it in texts of a thousand kilobytes, in which much is
// said more than once.
func TestProofFindInBooks(t *testing.T) {
	if os.Getenv("VIGIE_PROOF") == "" {
		t.Skip("takes minutes: VIGIE_PROOF=1")
	}
	var books []text
	for _, lang := range []vigie.Lang{vigie.French, vigie.English, vigie.Arabic, vigie.Spanish} {
		books = append(books, text{lang, long(t, lang)})
	}
	findAgain(t, books, 48, 4)
}

// findAgain does one of so many edits to each quotation.
func findAgain(t *testing.T, all []text, quotations, oneOf int) {
	t.Helper()
	others := map[vigie.Lang][]string{}
	for _, x := range all {
		others[x.lang] = append(others[x.lang], sentences(x.body)...)
	}
	es := edits()
	tallies, blind := make([]tally, len(es)), make([]tally, len(es))
	for i := range quotations {
		for k, e := range es {
			if (i+k)%oneOf != 0 {
				continue
			}
			r := rand.New(rand.NewPCG(uint64(i), uint64(k)))
			x := all[i%len(all)]
			tr := quotation(r, x.body)
			tr.others = others[x.lang]
			if now := e.do(&tr); now != "" {
				check(t, &tallies[k], &blind[k], e, &tr, now)
			}
		}
	}
	var b strings.Builder
	for k, e := range es {
		fmt.Fprintf(&b, "\n%-32s %6d  found %6.2f %%  gone %6.2f %%  wrong %d; without the old text: found %6.2f %%, a twin %d, wrong %d", e.name, tallies[k].all,
			percent(tallies[k].found, tallies[k].all), percent(tallies[k].gone, tallies[k].all), tallies[k].wrong,
			percent(blind[k].found, blind[k].all), blind[k].elsewhere, blind[k].wrong)
	}
	t.Log(b.String())
}

func percent(n, of int) float64 { return 100 * float64(n) / float64(max(1, of)) }

// quotation chooses 3 to 60 words of a text, across its paragraphs too.
func quotation(r *rand.Rand, body string) trial {
	var starts, ends []int
	in := false
	for i, c := range body {
		if space := unicode.IsSpace(c); in == space {
			if space {
				ends = append(ends, i)
			} else {
				starts = append(starts, i)
			}
			in = !space
		}
	}
	if in {
		ends = append(ends, len(body))
	}
	n := 3 + r.IntN(58)
	first := r.IntN(len(starts) - n)
	for !unicode.IsLetter(rune(body[starts[first]])) && body[starts[first]] < utf8.RuneSelf || strings.HasPrefix(body[starts[first]:], "—") {
		first = r.IntN(len(starts) - n) // a sign at the border belongs to nothing
	}
	from, to := starts[first], ends[first+n-1]
	if r.IntN(2) == 0 { // people leave out the full stop
		to -= len(body[from:to]) - len(strings.TrimRight(body[from:to], ".,;:"))
	}
	return trial{Rand: r, before: body[:from], quote: body[from:to], after: body[to:]}
}

// check looks for the quotation in the new text, and compares with the truth.
func check(t *testing.T, full, blind *tally, e edit, tr *trial, marked string) {
	t.Helper()
	old := body(tr.before+tr.quote+tr.after, 3000, 1)
	p := at(old, tr.before, tr.quote)
	before, quote, after := cut(marked)
	now := body(before+quote+after, 3000, 1)
	if e.name == "pages shifted" {
		now = body(before+quote+after, 2000, 3)
	}
	held := strings.Contains(marked, opens)
	text := []rune(vigie.PlainText(now))
	from := utf8.RuneCountInString(before)
	truth := trimmed(text, from, from+utf8.RuneCountInString(quote))
	for _, way := range []struct {
		*tally
		old []vigie.Paragraph
	}{{full, old}, {blind, nil}} {
		f := passage.Find(p, way.old, now)
		way.all++
		switch {
		case f.How == passage.Gone:
			way.gone++
		case held && trimmed(text, f.Passage.Start, f.Passage.End) == truth:
			way.found++
			if !right(e.hows, f) {
				t.Errorf("%s: %q is %s as %q: %+v", e.name, p.Exact, f.How, f.Passage.Exact, f.Edits)
			}
		case way.old == nil && solid(f.Passage.Exact) == solid(p.Exact):
			way.elsewhere++ // nothing is left that could tell
		default:
			way.wrong++
			t.Errorf("%s: %q is %s as %q, truth %q (there: %v)", e.name, p.Exact, f.How, f.Passage.Exact, quote, held)
		}
	}
}

// solid is the letters and the digits of a text.
func solid(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) && r != 'ـ' || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, strings.ReplaceAll(norm.NFKC.String(s), "œ", "oe"))
}

// at is the passage of a quotation behind some text.
func at(body []vigie.Paragraph, before, quote string) vigie.Passage {
	text := vigie.PlainText(body)[len(before)+len(quote):]
	from := utf8.RuneCountInString(before)
	p := vigie.Passage{
		Exact: quote, Prefix: passage.Last(before, 40), Suffix: string([]rune(text[:min(len(text), 160)])[:min(40, utf8.RuneCountInString(text))]),
		Start: from, End: from + utf8.RuneCountInString(quote),
	}
	n := 0
	for _, b := range body {
		if n += utf8.RuneCountInString(b.Text) + 1; from < n {
			p.Page = b.Page
			break
		}
	}
	return p
}

// trimmed is a place in a text without what counts for nothing at its ends.
func trimmed(text []rune, from, to int) [2]int {
	for from < to && nothing(text[from]) {
		from++
	}
	for to > from && nothing(text[to-1]) {
		to--
	}
	return [2]int{from, to}
}

func nothing(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Pd, r) || unicode.Is(unicode.Mn, r)
}

// right reports whether an answer is one of those that an edit allows.
func right(hows string, f passage.Found) bool {
	switch hows {
	case "same":
		return f.How == passage.Unchanged || f.How == passage.Moved
	case "weighty":
		return f.How == passage.Edited && f.Weighty()
	}
	return string(f.How) == hows
}
