package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"vigie"
	"vigie/crawl/extract"
	"vigie/index/store"
	"vigie/web/ui"
)

// The bounds of a text beside the list of what is to be sorted, in bytes, and of a
// table of contents, in headings.
const (
	mostBeside   = 40_000
	mostChapters = 400
	// fewChapters is how many headings a text without pages needs for a table of
	// contents.
	fewChapters = 4
)

// within says what is looked for in a text that is read: words, or a quotation by
// its place.
type within struct {
	words      string
	start, end int
	// beside says that the text stands beside the list, where a long one is cut.
	beside bool
}

// withinOf reads it from an address.
func withinOf(r *http.Request) within {
	q := r.URL.Query()
	w := within{words: strings.TrimSpace(q.Get("mots")), start: -1}
	start, errStart := strconv.Atoi(q.Get("debut"))
	end, errEnd := strconv.Atoi(q.Get("fin"))
	if errStart == nil && errEnd == nil {
		w.start, w.end = start, end
	}
	return w
}

// readText is the text of a document on its way to a page.
type readText struct {
	body    []vigie.Paragraph
	lang    vigie.Lang
	summary string
}

// read takes the text from the store. One that is damaged does not hide the rest.
func (t *readText) read(tx *store.Tx, doc vigie.Document, out *ui.Reader) error {
	revision, err := tx.Revision(doc.ID, out.Revision)
	if err != nil {
		return err
	}
	t.lang, t.summary = doc.Lang, doc.Summary
	t.body, err = tx.BodyOf(revision)
	if err != nil && !errors.Is(err, vigie.ErrDamaged) && !errors.Is(err, vigie.ErrNotFound) {
		return err
	}
	out.Obstacle, out.Pages = ui.Obstructed(doc.Obstacle), doc.Pages
	if !out.Texts {
		return nil
	}
	return keptOf(tx, doc, revision, out)
}

// fill puts the text together, with what was looked for in it, or an extract for who
// may not read it whole.
func (t *readText) fill(w within, out *ui.Reader) {
	body := t.body
	if w.beside {
		body = beginningOf(body)
	}
	if out.Texts {
		out.Cut = len(body) < len(t.body)
		out.Blocks = blocksOf(body, t.lang, w.marks(body, out))
	}
	out.Find.Action = out.Full
	if !w.beside {
		out.Chapters = chaptersOf(out.Blocks)
	}
	for i := len(body) - 1; i >= 0 && out.Pages == 0; i-- {
		out.Pages = body[i].Page
	}
	if len(out.Blocks) == 0 {
		out.Extract = shorten(nameOf(t.summary, vigie.PlainText(t.body)), extractLength)
	}
}

// marks looks for what is wanted in a text.
func (w within) marks(body []vigie.Paragraph, out *ui.Reader) (marks []stretch) {
	switch {
	case w.words != "":
		text := vigie.PlainText(body)
		marks, out.Find.More = findWithin(text, w.words)
		out.Find.Words, out.Find.Places = w.words, placesOf(text, body, marks)
	case w.start >= 0:
		marks = quoted(vigie.PlainText(body), w.start, w.end)
	}
	return marks
}

// beginningOf returns the first paragraphs of a text.
func beginningOf(body []vigie.Paragraph) []vigie.Paragraph {
	size := 0
	for i, p := range body {
		if size += len(p.Text); size > mostBeside {
			return body[:i+1]
		}
	}
	return body
}

// keptOf says where the archived copy of a revision is served, if there is one.
func keptOf(tx *store.Tx, doc vigie.Document, revision vigie.Revision, out *ui.Reader) error {
	if revision.Capture == "" {
		return nil
	}
	c, err := tx.Capture(revision.Capture)
	if err != nil || c.Snapshot == "" {
		if errors.Is(err, vigie.ErrNotFound) {
			return nil
		}
		return err
	}
	out.Kept = out.Full + "/copie?revision=" + strconv.Itoa(revision.N)
	out.KeptPages = doc.MediaType == extract.PDF
	out.KeptAt = c.Fetched
	return nil
}

// blocksOf puts the paragraphs of a text together: items to lists, rows to tables.
// Stretches of the text are marked, in their order.
func blocksOf(body []vigie.Paragraph, lang vigie.Lang, marks []stretch) []ui.Block {
	var out []ui.Block
	page, at, above := 0, 0, 1 // the title of the page is a first heading
	m := marker{marks: marks}
	for _, p := range body {
		b := ui.Block{Kind: p.Kind}
		if p.Page > 0 && p.Page != page {
			page, b.Page = p.Page, p.Page
		}
		last := len(out) - 1
		goesOn := last >= 0 && out[last].Kind == p.Kind && b.Page == 0
		if p.Kind == vigie.Row {
			row := m.cells(p.Text, at)
			if at += len(p.Text) + 1; goesOn {
				out[last].Rows = append(out[last].Rows, row)
				continue
			}
			b.Rows = [][]ui.Line{row}
			out = append(out, b)
			continue
		}
		line := m.line(p.Text, at)
		at += len(p.Text) + 1
		if p.Lang != "" && p.Lang != lang {
			line.Lang, line.Dir = p.Lang, p.Lang.Direction()
		}
		if p.Kind == vigie.Item && goesOn {
			out[last].Lines = append(out[last].Lines, line)
			continue
		}
		if p.Kind == vigie.Heading {
			b.Level = min(max(p.Level, 1)+1, above+1, 6) // publishers leave ranks out
			above = b.Level
		}
		b.Lines = []ui.Line{line}
		out = append(out, b)
	}
	return out
}

// marker cuts lines where stretches of the text begin and end. It is given the lines
// in their order.
type marker struct {
	marks []stretch
	next  int // of the marks
}

// line returns a line that begins at a place of the text.
func (m *marker) line(text string, at int) ui.Line {
	line := ui.Line{Text: text}
	done := 0
	for m.next < len(m.marks) {
		s := m.marks[m.next]
		from, to := max(s.from-at, done), min(s.to-at, len(text))
		if from >= len(text) || to <= from {
			if s.to-at <= done { // it lay between two lines
				m.next++
				continue
			}
			break
		}
		if from > done {
			line.Parts = append(line.Parts, ui.Part{Text: text[done:from]})
		}
		part := ui.Part{Text: text[from:to], Marked: true}
		if s.from >= at {
			part.N = m.next + 1 // where it begins
		}
		line.Parts = append(line.Parts, part)
		done = to
		if s.to-at > len(text) {
			break // it goes on in the next line
		}
		m.next++
	}
	if line.Parts != nil && done < len(text) {
		line.Parts = append(line.Parts, ui.Part{Text: text[done:]})
	}
	return line
}

// cells returns the cells of a row of a table.
func (m *marker) cells(text string, at int) []ui.Line {
	var out []ui.Line
	for cell := range strings.SplitSeq(text, "\t") {
		out = append(out, m.line(cell, at))
		at += len(cell) + 1
	}
	return out
}

// placeOf is the address at which quoted words are read, marked in the text that they
// were taken from.
func placeOf(a *asking, p vigie.Passage) string {
	return fmt.Sprintf("/%s/bureau/tri/%s?revision=%d&debut=%d&fin=%d#m1", a.Lang, p.Document, p.Revision, p.Start, p.End)
}

// chaptersOf gives the headings of a text places to go to, and lists them with their
// pages.
func chaptersOf(blocks []ui.Block) []ui.Chapter {
	var out []ui.Chapter
	page := 0
	for i := range blocks {
		b := &blocks[i]
		if b.Page > 0 {
			page = b.Page
		}
		if b.Kind != vigie.Heading || b.Level > 4 || len(b.Lines) == 0 || len(out) == mostChapters {
			continue
		}
		b.Anchor = len(out) + 1
		out = append(out, ui.Chapter{N: b.Anchor, Title: b.Lines[0], Level: b.Level - 1, Page: page})
	}
	if page == 0 && len(out) < fewChapters {
		return nil
	}
	return out
}

// toPage answers a question for a page of a text with its place on the page. It
// reports whether that was asked.
func toPage(w http.ResponseWriter, r *http.Request, reader *ui.Reader) bool {
	q := r.URL.Query()
	asked, err := strconv.Atoi(strings.TrimSpace(q.Get("page")))
	if err != nil {
		return false
	}
	q.Del("page")
	best := 0
	for _, b := range reader.Blocks {
		if b.Page > 0 && (best == 0 || b.Page <= asked) {
			best = b.Page
		}
	}
	to := url.URL{Path: r.URL.Path, RawQuery: q.Encode()}
	if best > 0 {
		to.Fragment = "p" + strconv.Itoa(best)
	}
	http.Redirect(w, r, to.String(), http.StatusSeeOther)
	return true
}
