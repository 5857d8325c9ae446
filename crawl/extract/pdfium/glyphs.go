package pdfium

import (
	"bytes"
	"context"
	"encoding/binary"
)

// Some producers, WeasyPrint 54 and 57 among them, name the characters of
// right-to-left text wrongly: one glyph stands for all the words of its line, the
// others for nothing. Such a file is read again without its names: PDFium then
// gives the numbers of glyphs, and the fonts in the file say what they stand for.
// For glyphs that a font reaches by its own rules only see ligatures.go.

const (
	// garbledUnit is how many characters at one place no ligature stands for.
	garbledUnit = 7
	// maxFont is the largest font in bytes that is looked at.
	maxFont = 8 << 20
	// maxCodes is how many characters of one font are looked at.
	maxCodes = 1 << 18
	// maxFonts is how many fonts of one file are looked at.
	maxFonts = 100
)

// withoutNames returns a PDF whose fonts do not say what their glyphs stand for,
// and whether that could be done. No byte moves: the file's table of places stays
// right.
func withoutNames(pdf []byte) ([]byte, bool) {
	if !bytes.Contains(pdf, []byte("/ToUnicode")) {
		return nil, false
	}
	return bytes.ReplaceAll(pdf, []byte("/ToUnicode"), []byte("/ToUnknown")), true
}

// glyphs are the characters that the glyphs of one font stand for.
type glyphs map[uint16]rune

// face is a font of the file, read by its glyphs.
type face struct {
	glyphs
	widths []byte // table hmtx
	count  int    // of glyphs that have a width of their own there
}

// named returns the character of a glyph number that PDFium gave as a character.
func (g glyphs) named(number rune) (rune, bool) {
	if number < 0 || number > 0xffff {
		return 0, false
	}
	r, ok := g[uint16(number)]
	return r, ok
}

// moves reports whether the pen moves on for a glyph: marks stand where it is.
func (f *face) moves(glyph uint16) bool {
	return f.count > 0 && short(f.widths, 4*min(int(glyph), f.count-1)) > 0
}

// faceOf reads the font of a text object, once, and returns PDFium's handle of it.
func (r *reading) faceOf(ctx context.Context, object uint64) (face, uint64) {
	handle := r.call(ctx, "FPDFTextObj_GetFont", object)
	if handle == 0 {
		return face{}, 0
	}
	found, ok := r.fonts[handle]
	if ok || len(r.fonts) >= maxFonts {
		return found, handle
	}
	if r.fonts == nil {
		r.fonts = make(map[uint64]face)
	}
	data := r.fontData(ctx, handle)
	found = face{
		glyphs: readGlyphs(data), widths: fontTable(data, "hmtx"), count: int(short(fontTable(data, "hhea"), 34)),
	}
	r.fonts[handle] = found
	return found, handle
}

func (r *reading) fontData(ctx context.Context, handle uint64) []byte {
	r.call(ctx, "FPDFFont_GetFontData", handle, 0, 0, uint64(r.scratch))
	size, _ := r.module.Memory().ReadUint32Le(r.scratch)
	if r.err != nil || size == 0 || size > maxFont {
		return nil
	}
	at := r.allocate(ctx, int(size))
	if r.err != nil {
		return nil
	}
	defer r.call(ctx, "free", uint64(at))
	r.call(ctx, "FPDFFont_GetFontData", handle, uint64(at), uint64(size), uint64(r.scratch))
	data, _ := r.module.Memory().Read(at, size)
	return bytes.Clone(data)
}

// readGlyphs reads the table cmap of a TrueType or OpenType font backwards. Where
// several characters share a glyph, the plainest is taken.
func readGlyphs(font []byte) glyphs {
	found, left := make(glyphs), maxCodes
	table := fontTable(font, "cmap")
	for i := range min(int(short(table, 2)), 20) {
		record := 4 + 8*i
		platform, encoding := short(table, record), short(table, record+2)
		if platform != 0 && (platform != 3 || encoding != 1 && encoding != 10) {
			continue
		}
		at := int(long(table, record+4))
		if at > len(table) {
			continue
		}
		switch subtable := table[at:]; short(subtable, 0) {
		case 4:
			found.segments(subtable, &left)
		case 12:
			found.groups(subtable, &left)
		}
	}
	return found
}

func (g glyphs) set(glyph uint16, r rune) {
	if old, ok := g[glyph]; glyph != 0 && (!ok || plainness(r) < plainness(old)) {
		g[glyph] = r
	}
}

// plainness is lower for plainer characters: letters, then the shapes of Arabic
// letters in block B, then those in block A, most of which are of other languages.
func plainness(r rune) rune {
	if r >= 0xfb50 && r <= 0xfdff {
		return r + 0x10000
	}
	return r
}

// segments reads a subtable of format 4; left is how many characters may be looked
// at still.
func (g glyphs) segments(t []byte, left *int) {
	count := int(short(t, 6)) / 2
	ends, starts := 14, 16+2*count
	deltas, offsets := starts+2*count, starts+4*count
	for i := range count {
		start, end := int(short(t, starts+2*i)), int(short(t, ends+2*i))
		delta, offset := short(t, deltas+2*i), int(short(t, offsets+2*i))
		for code := start; code <= end && code < 0xffff && *left > 0; code++ {
			*left--
			if offset == 0 {
				g.set(uint16(code)+delta, rune(code))
				continue
			}
			at := offsets + 2*i + offset + 2*(code-start)
			if at+2 > len(t) {
				break
			}
			if glyph := short(t, at); glyph != 0 {
				g.set(glyph+delta, rune(code))
			}
		}
	}
}

// groups reads a subtable of format 12.
func (g glyphs) groups(t []byte, left *int) {
	for i := range min(int(long(t, 12)), (len(t)-16)/12) {
		start, end, glyph := long(t, 16+12*i), long(t, 20+12*i), long(t, 24+12*i)
		for n := uint32(0); start+n <= end && start+n >= start && glyph+n <= 0xffff && *left > 0; n++ {
			*left--
			g.set(uint16(glyph+n), rune(start+n))
		}
	}
}

// fontTable returns a table of a font, nil where it has none.
func fontTable(font []byte, name string) []byte {
	for i := range int(short(font, 4)) {
		at := 12 + 16*i
		if at+16 > len(font) {
			return nil
		}
		if string(font[at:at+4]) != name {
			continue
		}
		from, size := uint64(long(font, at+8)), uint64(long(font, at+12))
		if from > uint64(len(font)) {
			return nil
		}
		return font[from:min(from+size, uint64(len(font)))]
	}
	return nil
}

// short reads two bytes of a table, 0 beyond its end.
func short(t []byte, at int) uint16 {
	if at < 0 || at+2 > len(t) {
		return 0
	}
	return binary.BigEndian.Uint16(t[at:])
}

// long reads four bytes of a table, 0 beyond its end.
func long(t []byte, at int) uint32 {
	if at < 0 || at+4 > len(t) {
		return 0
	}
	return binary.BigEndian.Uint32(t[at:])
}
