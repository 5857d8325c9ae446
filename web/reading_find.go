package web

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vigie"
	"vigie/curate/passage"
	"vigie/web/ui"
)

// The bounds of a search within one text: what is asked, in characters, and how many
// places are shown.
const (
	longestWithin = 200
	mostWithin    = 200
	// aroundFound is how much of the text stands on each side in the list of places.
	aroundFound = 60
)

// stretch is a part of vigie.PlainText of a body, in bytes.
type stretch struct{ from, to int }

// foldedText is a text as it is compared: without case, accents, Arabic vowel signs
// and forms of letters, and with one space for each run of white space. at holds,
// for each of its bytes, the place in the text that it stands for.
type foldedText struct {
	text string
	at   []int32
	end  int
}

func foldText(text string) foldedText {
	f := foldedText{at: make([]int32, 0, len(text)), end: len(text)}
	var b strings.Builder
	b.Grow(len(text))
	put := func(r rune, at int) {
		for range utf8.RuneLen(r) {
			f.at = append(f.at, int32(at))
		}
		b.WriteRune(r)
	}
	space := true // none at the beginning
	for i, r := range text {
		switch {
		case unicode.IsSpace(r):
			if !space {
				put(' ', i)
			}
			space = true
		case r < utf8.RuneSelf:
			put(unicode.ToLower(r), i)
			space = false
		default:
			for _, d := range norm.NFKD.String(string(r)) {
				if d = foldRune(d); d != 0 {
					put(d, i)
					space = false
				}
			}
		}
	}
	f.text = b.String()
	return f
}

// foldRune returns what a decomposed character is compared as; 0 for nothing.
func foldRune(r rune) rune {
	switch {
	case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r), r == 'ـ':
		return 0
	case r == 'ى':
		return 'ي'
	case r == 'ة':
		return 'ه'
	case r >= '٠' && r <= '٩':
		return r - '٠' + '0'
	case r == '’' || r == '‘':
		return '\''
	}
	return unicode.ToLower(r)
}

// place returns the stretch of the text that some bytes of the folded one stand for.
func (f foldedText) place(from, to int) stretch {
	last := f.at[to-1]
	for to < len(f.at) && f.at[to] == last { // to the end of the character: a ligature has several
		to++
	}
	if to == len(f.at) {
		return stretch{int(f.at[from]), f.end}
	}
	return stretch{int(f.at[from]), int(f.at[to])}
}

// findWithin returns where a text has the words asked for: as a phrase or, where it
// has no such phrase, the words of lines that have them all. more says that there
// are further places.
func findWithin(text, asked string) (found []stretch, more bool) {
	words := strings.TrimSpace(foldText(passage.First(asked, longestWithin)).text)
	if words == "" {
		return nil, false
	}
	f := foldText(text)
	if found, more = f.each(words, 0, len(f.text), nil); len(found) > 0 || !strings.Contains(words, " ") {
		return found, more
	}
	terms := strings.Fields(words)
	slices.Sort(terms)
	terms = slices.Compact(terms)
	for from, line := range lines(text) {
		l := foldText(line)
		if slices.ContainsFunc(terms, func(t string) bool { return !strings.Contains(l.text, t) }) {
			continue
		}
		var here []stretch
		for _, t := range terms {
			here, _ = l.each(t, 0, len(l.text), here)
		}
		for _, s := range apartOnly(here) {
			if len(found) == mostWithin {
				return found, true
			}
			found = append(found, stretch{s.from + from, s.to + from})
		}
	}
	return found, false
}

// each appends the places of some folded words between two places of the text.
func (f foldedText) each(words string, from, to int, found []stretch) ([]stretch, bool) {
	for len(found) < mostWithin {
		i := strings.Index(f.text[from:to], words)
		if i < 0 {
			return found, false
		}
		found = append(found, f.place(from+i, from+i+len(words)))
		from += i + len(words)
	}
	return found, strings.Contains(f.text[from:to], words)
}

// lines walks the lines of a text with the places where they begin.
func lines(text string) func(func(int, string) bool) {
	return func(yield func(int, string) bool) {
		at := 0
		for line := range strings.SplitSeq(text, "\n") {
			if !yield(at, line) {
				return
			}
			at += len(line) + 1
		}
	}
}

// apartOnly sorts stretches and leaves out those that lie in others.
func apartOnly(all []stretch) []stretch {
	slices.SortFunc(all, func(a, b stretch) int { return a.from - b.from })
	var out []stretch
	for _, s := range all {
		if len(out) == 0 || s.from >= out[len(out)-1].to {
			out = append(out, s)
		}
	}
	return out
}

// quoted returns the stretch between two places that are counted in characters; none
// where they do not lie in the text.
func quoted(text string, start, end int) []stretch {
	if start < 0 || end <= start {
		return nil
	}
	s := stretch{-1, -1}
	n := 0
	for i := range text {
		if n == start {
			s.from = i
		}
		if n == end {
			s.to = i
			break
		}
		n++
	}
	if s.from >= 0 && s.to < 0 && n == end {
		s.to = len(text)
	}
	if s.from < 0 || s.to < 0 {
		return nil
	}
	return []stretch{s}
}

// placesOf lists what was found, with its page and what stands around it.
func placesOf(text string, body []vigie.Paragraph, found []stretch) []ui.Place {
	var out []ui.Place
	par, begin := 0, 0
	for i, s := range found {
		for par < len(body)-1 && begin+len(body[par].Text) < s.from {
			begin += len(body[par].Text) + 1
			par++
		}
		end := begin
		if par < len(body) {
			end += len(body[par].Text)
		}
		out = append(out, ui.Place{
			N: i + 1, Page: body[par].Page, Around: []ui.Part{
				{Text: passage.Last(text[begin:min(s.from, end)], aroundFound)},
				{Text: text[s.from:s.to], Marked: true},
				{Text: passage.First(text[s.to:max(s.to, end)], aroundFound)},
			},
		})
	}
	return out
}
