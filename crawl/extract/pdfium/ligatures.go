package pdfium

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vigie"
)

// Glyphs that a font reaches by its own rules only, as the lam-alef of Noto Naskh, are
// in no table of a font that was cut to what a file needs. Read by glyphs, they travel
// through the layout as strange characters, letters of right-to-left script. What they
// stand for comes from the names of the first reading: those are wrong in their places,
// but hold words of the text, and a word with one strange character is found among them.

const (
	// firstStrange and lastStrange are private characters that stand for glyphs whose
	// meaning is not known yet.
	firstStrange, lastStrange = 0xf0000, 0xf7fff
	// maxSaid is how many words of the first reading are kept.
	maxSaid = 20_000
	// maxPuzzles is how many words with a strange character are looked for.
	maxPuzzles = 1000
	// maxLigature is how many characters a glyph may stand for.
	maxLigature = 4
	// fewStrange is how many strange glyphs with a width of their own a file has where
	// they may be taken for the four that are lam and alef, alone or at the end of a
	// word, in two fonts.
	fewStrange = 16
	// manyVotes is how many words must say that a glyph is something else than a part
	// of lam and alef, or marks: most other glyphs are in the tables.
	manyVotes = 3
	// minKnown is how many letters of a word must be known.
	minKnown = 2
)

// ligatures are the strange glyphs of one file.
type ligatures struct {
	said   words                // of the first reading
	heard  map[string]bool      // the same
	glyphs map[glyphOfFont]rune // the strange characters given out
	wide   map[rune]bool        // those that move the pen
	solved map[rune]string      // what they stand for, as far as is known
}

// words are words by their length in characters.
type words map[int][][]rune

type glyphOfFont struct {
	font  uint64
	glyph rune
}

func isStrange(r rune) bool { return r >= firstStrange && r <= lastStrange }

// listen keeps the words of what stands at one place in many characters.
func (l *ligatures) listen(chars []Char) {
	for i := 0; i < len(chars); {
		var b strings.Builder
		first := &chars[i]
		n := 0
		for ; i < len(chars) && chars[i].X == first.X && chars[i].Y == first.Y && chars[i].Left == first.Left; i++ {
			writeNormal(&b, chars[i].Rune)
			n++
		}
		if n < garbledUnit {
			continue
		}
		for word := range strings.FieldsFuncSeq(b.String(), outsideWords) {
			l.keep(word)
		}
	}
}

func (l *ligatures) keep(word string) {
	if l.said == nil {
		l.said, l.heard = make(words), make(map[string]bool)
	}
	if len(word) > 100 || len(l.heard) >= maxSaid || l.heard[word] {
		return
	}
	l.heard[word] = true
	// PDFium turns around what it takes for text from the right.
	runes := []rune(word)
	l.said[len(runes)] = append(l.said[len(runes)], slices.Clone(runes))
	slices.Reverse(runes)
	l.said[len(runes)] = append(l.said[len(runes)], runes)
}

func outsideWords(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) && !isStrange(r)
}

// strange returns the character that travels for a glyph, 0 where there are too many.
func (l *ligatures) strange(glyph glyphOfFont, wide bool) rune {
	r, ok := l.glyphs[glyph]
	if !ok && len(l.glyphs) <= lastStrange-firstStrange {
		if l.glyphs == nil {
			l.glyphs, l.wide = make(map[glyphOfFont]rune), make(map[rune]bool)
		}
		r = firstStrange + rune(len(l.glyphs))
		l.glyphs[glyph] = r
		if wide {
			l.wide[r] = true
		}
	}
	return r
}

// solve puts letters where strange characters are left in a text.
func (l *ligatures) solve(body []vigie.Paragraph) {
	l.solved = make(map[rune]string)
	// What one round finds leaves words with fewer unknowns for the next.
	for range 3 {
		votes := l.votes(body)
		for strange, count := range votes {
			if best := elected(count); best != "" {
				l.solved[strange] = best
			}
		}
		if len(votes) == 0 {
			break
		}
	}
	for i := range body {
		body[i].Text = l.spell(body[i].Text)
	}
}

// elected returns the letters with most votes, "" where none has enough.
func elected(count map[string]int) string {
	best, most := "", 0
	for letters, n := range count {
		if !isLamAlef(letters) && n < manyVotes {
			continue
		}
		if n > most || n == most && letters < best {
			best, most = letters, n
		}
	}
	return best
}

// votes counts, for each strange character that is not solved, the letters that stand
// in its place in the words of the first reading.
func (l *ligatures) votes(body []vigie.Paragraph) map[rune]map[string]int {
	votes := make(map[rune]map[string]int)
	seen := make(map[string]bool)
	vote := func(strange rune, letters string) {
		if votes[strange] == nil {
			votes[strange] = make(map[string]int)
		}
		votes[strange][letters]++
	}
	for _, p := range body {
		if !strings.ContainsFunc(p.Text, isStrange) {
			continue
		}
		for word := range strings.FieldsFuncSeq(p.Text, outsideWords) {
			var known strings.Builder
			for _, r := range word {
				if letters, ok := l.solved[r]; ok {
					known.WriteString(letters)
				} else {
					known.WriteRune(r)
				}
			}
			word = known.String()
			if strings.ContainsFunc(word, isStrange) && !seen[word] && len(seen) < maxPuzzles {
				seen[word] = true
				l.compare([]rune(word), vote)
			}
		}
	}
	return votes
}

// compare lets every word of the first reading vote that a word with strange
// characters can be: letter for letter, or with several letters for its only one.
func (l *ligatures) compare(word []rune, vote func(strange rune, letters string)) {
	at, count := -1, 0
	for i, r := range word {
		if isStrange(r) {
			at, count = i, count+1
		}
	}
	if len(word)-count < minKnown {
		return
	}
	for n := len(word); n < len(word)+maxLigature && (n == len(word) || count == 1); n++ {
		for _, said := range l.said[n] {
			if count > 1 {
				letterForLetter(word, said, vote)
				continue
			}
			after := len(word) - at - 1
			if slices.Equal(word[:at], said[:at]) && slices.Equal(word[at+1:], said[n-after:]) {
				vote(word[at], string(said[at:n-after]))
			}
		}
	}
}

// letterForLetter votes with a word that differs from one of its length in strange
// characters only.
func letterForLetter(word, said []rune, vote func(strange rune, letters string)) {
	for i, r := range word {
		if r != said[i] && !isStrange(r) {
			return
		}
	}
	for i, r := range word {
		if isStrange(r) {
			vote(r, string(said[i]))
		}
	}
}

// isLamAlef reports whether letters are lam and alef, one of the two, or marks.
func isLamAlef(letters string) bool {
	rest := strings.TrimPrefix(letters, "ل")
	first, size := utf8.DecodeRuneInString(rest)
	if isAlef(first) {
		rest = rest[size:]
	}
	return !strings.ContainsFunc(rest, func(r rune) bool { return !unicode.Is(unicode.Mn, r) })
}

// spell writes a text with what its strange characters stand for.
func (l *ligatures) spell(s string) string {
	if !strings.ContainsFunc(s, isStrange) {
		return s
	}
	runes := []rune(s)
	var b strings.Builder
	for i, r := range runes {
		letters, known := l.solved[r]
		switch {
		case known:
			b.WriteString(letters)
		case isStrange(r):
			b.WriteString(l.guess(runes, i))
		default:
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
}

// guess returns letters for a strange character that nothing is known of: the only
// ligature that Arabic must have, or the half of it that its neighbour leaves. The
// second half may stand where the pen is, as marks do.
func (l *ligatures) guess(runes []rune, i int) string {
	beside := func(step int) rune {
		for j := i + step; j >= 0 && j < len(runes); j += step {
			if !unicode.Is(unicode.Mn, runes[j]) {
				return runes[j]
			}
		}
		return 0
	}
	before, after := beside(-1), beside(1)
	switch {
	case l.wide[before] && (l.solved[before] == "" || l.solved[before] == "ل"):
		return "ا"
	case !l.wide[runes[i]], len(l.wide) > fewStrange:
		return ""
	case l.wide[after]:
		return ""
	case isStrange(after):
		return "ل"
	case !unicode.Is(unicode.Arabic, before) && !unicode.Is(unicode.Arabic, after):
		return ""
	}
	return "لا"
}
