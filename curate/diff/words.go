package diff

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// The limits on the work of one comparison.
const (
	maxTokens = 60_000 // words and gaps of two paragraphs that are compared
	maxTime   = 500 * time.Millisecond
)

// words cuts a text into words, gaps and single marks; joined they are the text.
func words(text string) []string {
	var out []string
	start, before := 0, -1
	for i, r := range text {
		class := classOf(r)
		if i > 0 && (class != before || class == mark) {
			out = append(out, text[start:i])
			start = i
		}
		before = class
	}
	if start < len(text) {
		out = append(out, text[start:])
	}
	return out
}

// The classes of characters.
const (
	letter = iota
	gap
	mark
)

func classOf(r rune) int {
	switch {
	case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r), r == '_':
		return letter
	case unicode.IsSpace(r):
		return gap
	}
	return mark
}

// alphabet gives every distinct piece of text a character of its own, so that a
// comparison of characters compares pieces.
type alphabet struct {
	of     map[string]rune
	pieces []string
}

// The characters between these are no valid text, and would be lost.
const (
	firstSurrogate = 0xd800
	surrogates     = 0x800
)

func (a *alphabet) write(pieces []string) []rune {
	out := make([]rune, 0, len(pieces))
	for _, p := range pieces {
		r, ok := a.of[p]
		if !ok {
			a.pieces = append(a.pieces, p)
			if r = rune(len(a.pieces)); r >= firstSurrogate {
				r += surrogates
			}
			a.of[p] = r
		}
		out = append(out, r)
	}
	return out
}

func (a *alphabet) piece(r rune) string {
	if r >= firstSurrogate {
		r -= surrogates
	}
	return a.pieces[r-1]
}

// span is a row of pieces with one fate.
type span struct {
	op     Op
	pieces []string
}

// compare returns the spans that lead from one list of pieces to the other. In
// long texts it stops looking for the shortest way after the given time.
func compare(old, now []string, limit time.Duration) []span {
	a := alphabet{of: map[string]rune{}}
	d := diffmatchpatch.New()
	d.DiffTimeout = limit
	var out []span
	for _, each := range d.DiffMainRunes(a.write(old), a.write(now), false) {
		s := span{op: Kept}
		switch each.Type {
		case diffmatchpatch.DiffInsert:
			s.op = Added
		case diffmatchpatch.DiffDelete:
			s.op = Removed
		case diffmatchpatch.DiffEqual:
		}
		for _, r := range each.Text {
			s.pieces = append(s.pieces, a.piece(r))
		}
		out = append(out, s)
	}
	return out
}

// runs compares two paragraphs word by word. What was replaced is shown as whole
// stretches: a lone gap or mark that stayed between two changes is not worth
// stopping at.
func runs(old, now string) []Run {
	from, to := words(old), words(now)
	if len(from)+len(to) > maxTokens {
		return []Run{{Removed, old}, {Added, now}}
	}
	spans := compare(from, to, maxTime)
	var out []Run
	var removed, added strings.Builder
	flush := func() {
		if removed.Len() > 0 {
			out = append(out, Run{Removed, removed.String()})
		}
		if added.Len() > 0 {
			out = append(out, Run{Added, added.String()})
		}
		removed.Reset()
		added.Reset()
	}
	for i, s := range spans {
		text := strings.Join(s.pieces, "")
		switch {
		case s.op == Removed:
			removed.WriteString(text)
		case s.op == Added:
			added.WriteString(text)
		case i > 0 && i < len(spans)-1 && !hasWord(s.pieces):
			removed.WriteString(text)
			added.WriteString(text)
		default:
			flush()
			out = append(out, Run{Kept, text})
		}
	}
	flush()
	return out
}

// hasWord reports whether some piece is a word.
func hasWord(pieces []string) bool {
	return slices.ContainsFunc(pieces, func(p string) bool {
		first, _ := utf8.DecodeRuneInString(p)
		return classOf(first) == letter
	})
}
