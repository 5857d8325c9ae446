package pdfium_test

import (
	"encoding/binary"
	"testing"

	"vigie/crawl/extract/pdfium"
)

// font makes a font of nothing but a table cmap with one subtable.
func font(encoding uint16, subtable []byte) []byte {
	var b []byte
	put := func(numbers ...any) {
		for _, n := range numbers {
			b, _ = binary.Append(b, binary.BigEndian, n)
		}
	}
	put(uint32(0x10000), uint16(1), uint16(0), uint16(0), uint16(0))
	b = append(b, "cmap"...)
	put(uint32(0), uint32(28), uint32(12+len(subtable)))
	put(uint16(0), uint16(1), uint16(3), encoding, uint32(12))
	return append(b, subtable...)
}

// numbers makes bytes of numbers.
func numbers[T uint16 | uint32](all ...T) []byte {
	b, _ := binary.Append(nil, binary.BigEndian, all)
	return b
}

// beh is the glyph 7 as the letter, in two of its shapes, and as another letter of
// the same look.
var beh = font(1, numbers[uint16](
	4, 48, 0, 8, 0, 0, 0,
	0xfb52, 0xfe8f, 0xfe91, 0xffff, 0,
	0xfb52, 0xfe8f, 0xfe91, 0xffff,
	0x04b5, 0x0178, 0x0176, 1,
	0, 0, 0, 0,
))

func TestReadGlyphs(t *testing.T) {
	if got := pdfium.ReadGlyphs(beh); len(got) != 1 || got[7] != 0xfe8f {
		t.Errorf("format 4: %x, want glyph 7 to be fe8f", got)
	}
	wide := font(10, append(numbers[uint16](12, 0), numbers[uint32](28, 0, 1, 0x1f600, 0x1f602, 5)...))
	if got := pdfium.ReadGlyphs(wide); len(got) != 3 || got[6] != 0x1f601 {
		t.Errorf("format 12: %x, want glyphs 5 to 7 from 1f600", got)
	}
}

func FuzzReadGlyphs(f *testing.F) {
	f.Add(beh)
	f.Add(font(10, append(numbers[uint16](12, 0), numbers[uint32](28, 0, 0xffffffff, 0, 0xffffffff, 0)...)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if got := pdfium.ReadGlyphs(data); len(got) > 1<<16 {
			t.Fatalf("%d glyphs", len(got))
		}
	})
}
