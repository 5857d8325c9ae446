package index

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"vigie"
)

// What a word is worth in parts of a text that say less than whole sentences do. A table
// of contents has the words of every chapter and the answer of none.
const (
	solidHeading  = .6
	solidRow      = .5
	solidScrap    = .8 // neither a heading nor whole sentences: captions, addresses
	solidContents = .1
	solidRunning  = .2 // what stands on many pages
	// solidLength is how long a paragraph is where a word is worth half of what it is in
	// a long one, in characters.
	solidLength = 24
	fullLength  = float64(extractLength) / (extractLength + solidLength)
)

// solids are the paragraphs of a text that say little for what they hold. They are
// looked for when the first of them is asked for.
type solids struct {
	body   []vigie.Paragraph
	looked bool

	contents map[int]bool
	running  map[string]*seen
	key      []byte // room for one of running
}

// seen is on how many pages a line stands, and on which last.
type seen struct{ pages, last int }

// shortLine is how long a paragraph is at most that may be an entry of a table of
// contents, or run over many pages, in bytes.
const shortLine = 160

// fewLines is how many entries a table of contents has at least, and on how many pages
// stands what runs over them.
const fewLines = 3

// look looks for such paragraphs in a text that has pages.
func (s *solids) look() {
	s.looked = true
	if len(s.body) == 0 || s.body[len(s.body)-1].Page == 0 {
		return
	}
	s.contents, s.running = map[int]bool{}, map[string]*seen{}
	last, run := 0, 0 // the number at the end of the entry before, and how many there are
	for i := range s.body {
		p := &s.body[i]
		n, ends := 0, false
		if len(p.Text) <= shortLine {
			n, ends = pageNumber(p.Text)
			s.run(p)
		}
		if run = following(run, ends, n >= last); run > 0 {
			s.mark(i, run)
		}
		last = n
	}
}

// run notes a short line.
func (s *solids) run(p *vigie.Paragraph) {
	if p.Kind == vigie.Row {
		return
	}
	s.key = unnumbered(s.key[:0], p.Text)
	at := s.running[string(s.key)]
	if at == nil {
		at = &seen{}
		s.running[string(s.key)] = at
	}
	if at.last != p.Page {
		at.pages, at.last = at.pages+1, p.Page
	}
}

// following counts an entry after so many, if it is one.
func following(run int, ends, ascends bool) int {
	switch {
	case !ends:
		return 0
	case !ascends:
		return 1
	}
	return run + 1
}

// mark notes that an entry ends a run of so many.
func (s *solids) mark(i, run int) {
	switch {
	case run == fewLines:
		for back := range fewLines {
			s.contents[i-back] = true
		}
	case run > fewLines:
		s.contents[i] = true
	}
}

// of tells what a word is worth in a paragraph: more where there is enough to read.
func (s *solids) of(i int) float64 {
	if !s.looked {
		s.look()
	}
	p := &s.body[i]
	room := float64(min(utf8.RuneCountInString(p.Text[:min(len(p.Text), 2*extractLength)]), extractLength))
	return s.kind(i, p) * room / (room + solidLength)
}

// kind tells what a word is worth in a part of a text of this kind.
func (s *solids) kind(i int, p *vigie.Paragraph) float64 {
	switch {
	case s.contents[i]:
		return solidContents
	case s.runs(p):
		return solidRunning
	case p.Kind == vigie.Heading:
		return solidHeading
	case p.Kind == vigie.Row:
		return solidRow
	case p.Kind == vigie.Plain && !isSentence(p.Text):
		return solidScrap
	}
	return 1
}

// runs reports whether a line stands on many pages.
func (s *solids) runs(p *vigie.Paragraph) bool {
	if len(s.running) == 0 || len(p.Text) > shortLine {
		return false
	}
	s.key = unnumbered(s.key[:0], p.Text)
	at := s.running[string(s.key)]
	return at != nil && at.pages >= fewLines
}

// pageNumber returns the number that an entry of a table of contents, or of an index,
// ends with: words, then a gap or dots, then one number or a list of some.
func pageNumber(text string) (n int, ok bool) {
	text = strings.TrimSpace(text)
	head := strings.TrimRightFunc(text, unicode.IsDigit)
	digits := text[len(head):]
	if digits == "" || utf8.RuneCountInString(digits) > 4 {
		return 0, false
	}
	for _, r := range digits {
		n = n*10 + digitOf(r)
	}
	words := strings.TrimRight(head, " \t.\u00a0\u2026\u00b7_,\u2013-\u060c")
	gap := head[len(words):]
	title := words[strings.LastIndexByte(words, '\t')+1:] // the last cell of a row before the number
	return n, gap != "" && strings.ContainsFunc(title, unicode.IsLetter)
}

// digitOf is the value of a digit, in whichever script.
func digitOf(r rune) int {
	zero := r
	for unicode.IsDigit(zero-1) && r-zero < 9 {
		zero--
	}
	return int(r - zero)
}

// unnumbered appends a line without its numbers: what runs over many pages may count
// them.
func unnumbered(dst []byte, text string) []byte {
	for _, r := range text {
		switch {
		case r > '9' && r < utf8.RuneSelf:
			dst = append(dst, byte(r))
		case !unicode.IsDigit(r) && !unicode.IsSpace(r):
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}

// isSentence reports whether a text ends as sentences do.
func isSentence(text string) bool {
	text = strings.TrimRight(text, " \u00a0\u00bb\u201d\u2019\"')]0123456789")
	r, _ := utf8.DecodeLastRuneInString(text)
	return strings.ContainsRune(".!?\u2026:;\u061f\u06d4\u061b\u3002", r)
}
