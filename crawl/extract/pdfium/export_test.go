package pdfium

import "vigie"

// ReadGlyphs is readGlyphs, for its tests.
func ReadGlyphs(font []byte) map[uint16]rune { return readGlyphs(font) }

// Solve returns a text with letters for its strange characters, those of even numbers
// taken for glyphs that move the pen, where words of the text are known.
func Solve(said []string, text string) string {
	l := ligatures{glyphs: make(map[glyphOfFont]rune), wide: make(map[rune]bool)}
	for _, word := range said {
		l.keep(word)
	}
	for _, r := range text {
		if isStrange(r) {
			l.glyphs[glyphOfFont{glyph: r}] = r
			l.wide[r] = r%2 == 0
		}
	}
	body := []vigie.Paragraph{{Text: text}}
	l.solve(body)
	return body[0].Text
}
