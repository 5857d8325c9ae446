package pdfium

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"vigie"
)

// minimumText is how many characters a page has that is not a picture of one.
const minimumText = 50

// Read reads a PDF. What cannot be read of it, and what is beyond the limits, is
// left out and named in [File.Faults].
//
// What stands against a file is an [Error], which [ObstacleOf] sums up: the file is
// too large, no PDF or broken beyond repair, too much for the engine, or locked with a
// password. Errors wrap that of ctx when it ended, which is noticed between two pages.
func (e *Engine) Read(ctx context.Context, pdf []byte, limits Limits) (File, error) {
	limits = limits.orDefault()
	if len(pdf) > limits.Bytes {
		return File{}, &Error{
			Obstacle: vigie.TooLarge,
			Reason:   fmt.Sprintf("it has %d bytes, more than the %d that are read", len(pdf), limits.Bytes),
		}
	}
	r, err := e.read(ctx, pdf, limits, nil)
	if err != nil {
		return File{}, err
	}
	// What goes wrong in a second reading leaves us with the first.
	if r.unread > 0 {
		if searched, ok := withoutPlaces(pdf); ok {
			if again, err := e.read(ctx, searched, limits, nil); err == nil && again.unread < r.unread {
				r, pdf = again, searched
			}
		}
	}
	if r.garbled > 0 {
		if unnamed, ok := withoutNames(pdf); ok {
			if again, err := e.read(ctx, unnamed, limits, r.ligatures.said); err == nil && again.named > again.unnamed {
				r = again
			}
		}
	}
	r.finish()
	return r.file, nil
}

// withoutPlaces returns a PDF that does not say where its table of places is, and
// whether that could be done: PDFium then looks for the objects in the whole file. It
// does so by itself only where nothing can be read, not where the table is wrong in
// part.
func withoutPlaces(pdf []byte) ([]byte, bool) {
	if !bytes.Contains(pdf, []byte("startxref")) {
		return nil, false
	}
	return bytes.ReplaceAll(pdf, []byte("startxref"), []byte("startnone")), true
}

// read reads a PDF once. Where its fonts do not name their glyphs, said are words that
// are known to be in it.
func (e *Engine) read(ctx context.Context, pdf []byte, limits Limits, said words) (*reading, error) {
	in, ctx, err := e.start(ctx)
	if err != nil {
		return nil, err
	}
	defer in.close(ctx)
	doc, err := in.open(ctx, pdf)
	if err != nil {
		return nil, fmt.Errorf("open PDF: %w", err)
	}
	r := &reading{instance: in, doc: doc, limits: limits, byGlyphs: said != nil, ligatures: ligatures{said: said}}
	r.layout.byGlyphs = r.byGlyphs
	r.describe(ctx)
	if in.err != nil {
		return nil, fmt.Errorf("read PDF: %w", in.fault())
	}
	if err := r.pages(ctx); err != nil {
		return nil, fmt.Errorf("read PDF: %w", err)
	}
	return r, nil
}

// reading is one file being read.
type reading struct {
	*instance

	doc    uint64
	limits Limits
	file   File
	layout layout
	chars  int             // read so far
	urls   map[string]bool // addresses already kept as links
	unread int             // pages that could not be read

	// garbled counts places where too many characters stand; see glyphs.go for it
	// and the others.
	garbled        int
	byGlyphs       bool
	fonts          map[uint64]face
	named, unnamed int
	ligatures      ligatures
}

// maxFaults is how many faults are kept: all pages may have the same.
const maxFaults = 100

func (r *reading) faultf(format string, args ...any) {
	if len(r.file.Faults) >= maxFaults {
		return
	}
	r.file.Faults = append(r.file.Faults, fmt.Sprintf(format, args...))
}

func (r *reading) pages(ctx context.Context) error {
	r.file.PageCount = r.number(ctx, "FPDF_GetPageCount", r.doc)
	count := min(r.file.PageCount, r.limits.Pages)
	if count < r.file.PageCount {
		r.faultf("only the first %d of %d pages were read", count, r.file.PageCount)
	}
	for i := range count {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("page %d: %w", i+1, err)
		}
		if r.chars >= r.limits.Chars {
			r.faultf("only the first %d pages were read: they hold %d characters", i, r.chars)
			break
		}
		r.page(ctx, i)
		if r.err != nil {
			if i == 0 {
				return r.fault()
			}
			// The pages before are worth keeping.
			r.faultf("only the first %d of %d pages were read: %v", i, r.file.PageCount, r.fault())
			break
		}
	}
	return nil
}

// page reads the page of an index.
func (r *reading) page(ctx context.Context, index int) {
	handle := r.call(ctx, "FPDF_LoadPage", r.doc, uint64(index))
	if handle == 0 {
		if r.err == nil {
			r.unread++
			r.faultf("page %d cannot be read", index+1)
			r.file.Pages = append(r.file.Pages, Page{Number: index + 1})
		}
		return
	}
	p := Page{Number: index + 1}
	sheet := r.sheet(ctx, handle)
	p.Width, p.Height = sheet.width(), sheet.top-sheet.bottom
	p.Chars = r.text(ctx, handle, p.Number, sheet)
	r.links(ctx, handle, p.Number)
	fields := r.fields(ctx, handle)
	if count := visible(p.Chars); count < minimumText {
		p.NeedsOCR = r.hasPicture(ctx, handle)
	}
	r.call(ctx, "FPDF_ClosePage", handle)
	if r.err != nil {
		return // what was read cannot be trusted
	}
	r.layout.add(p)
	for _, text := range fields {
		r.layout.note(p, text)
	}
	p.Chars = nil
	r.file.Pages = append(r.file.Pages, p)
}

// sheet returns the part of its plane that a page shows: what is outside is cut off in
// print. A4 where the page does not say it.
func (r *reading) sheet(ctx context.Context, page uint64) box {
	if r.call(ctx, "FPDF_GetPageBoundingBox", page, uint64(r.scratch)) != 0 {
		var b [4]float32 // left, top, right, bottom
		r.floats(b[:])
		if sane(b[:]...) && b[0] < b[2] && b[3] < b[1] {
			return box{left: b[0], top: b[1], right: b[2], bottom: b[3]}
		}
	}
	return box{right: 595, top: 842}
}

// finish draws from all pages what none says alone.
func (r *reading) finish() {
	r.file.Body = r.layout.paragraphs(r.file.Outline)
	r.ligatures.solve(r.file.Body)
	pictures := 0
	for _, p := range r.file.Pages {
		if p.NeedsOCR {
			pictures++
		}
	}
	r.file.NeedsOCR = pictures > 0 && 2*pictures >= len(r.file.Pages)
	if r.file.Title == "" {
		r.file.Title = r.ligatures.spell(r.layout.title())
	}
	r.file.Faults = slices.Clip(r.file.Faults)
}

// The kinds of object on a page, as PDFium numbers them.
const (
	imageObject = 3
	formObject  = 5
)

// maxObjects is how many objects of a page, or of a form on it, are looked at.
const maxObjects = 500

// hasPicture reports whether a page shows a picture, itself or in a form.
func (r *reading) hasPicture(ctx context.Context, page uint64) bool {
	for i := range min(r.number(ctx, "FPDFPage_CountObjects", page), maxObjects) {
		object := r.call(ctx, "FPDFPage_GetObject", page, uint64(i))
		switch r.number(ctx, "FPDFPageObj_GetType", object) {
		case imageObject:
			return true
		case formObject:
			for j := range min(r.number(ctx, "FPDFFormObj_CountObjects", object), maxObjects) {
				inner := r.call(ctx, "FPDFFormObj_GetObject", object, uint64(j))
				if r.number(ctx, "FPDFPageObj_GetType", inner) == imageObject {
					return true
				}
			}
		}
	}
	return false
}
