package pdfium

// ReadGlyphs is readGlyphs, for its tests.
func ReadGlyphs(font []byte) map[uint16]rune { return readGlyphs(font) }
