package curate

import (
	"errors"
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"

	"vigie"
	"vigie/curate/locale"
	"vigie/curate/markdown"
	"vigie/index/store"
)

// Text is a writing made ready for readers.
type Text struct {
	// HTML is safe to stand in a page as it is.
	HTML string
	// Plain is the same in words alone.
	Plain    string
	Headings []markdown.Heading
	// Notes are the cited sources in the order of the text.
	Notes []Note
	// Figures are those shown, in the order of the text.
	Figures []Figure
	// Problems are what leads nowhere or was left out.
	Problems []markdown.Problem
}

// Note is a numbered source of a text.
type Note struct {
	markdown.Note
	Citation vigie.Citation
	// Gone says that the document is not kept any more; its words still are.
	Gone bool
}

// Fault is something that keeps a text from being published.
type Fault struct {
	// Kind is a key below "fault.": "citation", "gone", "figure", "token".
	Kind string
	// Where is the token or the number of the source; Line counts from 1, 0 where
	// it has none.
	Where string
	Line  int
}

// BlockedError says what keeps a text from being published. It is a
// vigie.ErrInvalid.
type BlockedError struct{ Faults []Fault }

// Error implements error.
func (e *BlockedError) Error() string {
	return fmt.Sprintf("%d places of the text lead nowhere, the first is %s", len(e.Faults), e.Faults[0].Where)
}

// Is makes errors.Is(err, vigie.ErrInvalid) true.
func (*BlockedError) Is(target error) bool { return target == vigie.ErrInvalid }

// blocked is nil where there are no faults.
func blocked(faults []Fault) error {
	if len(faults) == 0 {
		return nil
	}
	return &BlockedError{Faults: faults}
}

// Render makes a body ready for readers of a language, with the citations and
// figures that it may name. Headings begin below level shift.
func (d *Desk) Render(tx *store.Tx, lang vigie.Lang, body string, citations []vigie.Citation, embeds []vigie.Embed, shift int) (Text, error) {
	p, err := d.printer(tx, lang)
	if err != nil {
		return Text{}, fmt.Errorf("render the text in %s: %w", lang, err)
	}
	t := &rendering{desk: d, tx: tx, p: p, citations: citations, embeds: embeds}
	options := markdown.Options{Shift: shift, Cite: t.cite, Figure: t.figure}
	r, err := markdown.Render(body, options)
	for err == nil && highest(r.Headings) > shift+1 { // the text begins with ##
		options.Shift -= highest(r.Headings) - shift - 1
		t.figures = nil
		r, err = markdown.Render(body, options)
	}
	if err = errors.Join(err, t.failed); err != nil {
		return Text{}, fmt.Errorf("render the text in %s: %w", lang, err)
	}
	out := Text{HTML: r.HTML, Plain: r.Text, Headings: r.Headings, Figures: t.figures, Problems: r.Problems}
	for _, note := range r.Notes {
		c, _ := t.cited(note.Ref)
		_, err := tx.Document(c.Passage.Document)
		if err != nil && !errors.Is(err, vigie.ErrNotFound) {
			return Text{}, fmt.Errorf("render the text in %s: %w", lang, err)
		}
		out.Notes = append(out.Notes, Note{Note: note, Citation: c, Gone: err != nil})
	}
	return out, nil
}

// rendering is a text on its way: what it may name, and what it showed so far.
type rendering struct {
	desk      *Desk
	tx        *store.Tx
	p         *locale.Printer
	citations []vigie.Citation
	embeds    []vigie.Embed
	figures   []Figure
	failed    error
}

// cited returns the citation that a text calls ref.
func (t *rendering) cited(ref string) (vigie.Citation, bool) {
	n, err := strconv.Atoi(ref)
	i := slices.IndexFunc(t.citations, func(c vigie.Citation) bool { return c.N == n })
	if err != nil || i < 0 {
		return vigie.Citation{}, false
	}
	return t.citations[i], true
}

func (t *rendering) cite(ref string) (markdown.Source, bool) {
	c, ok := t.cited(ref)
	return markdown.Source{Label: label(c, t.p)}, ok
}

// figure shows a series; one that does not exist, or that has a name no page may
// hold, is no figure.
func (t *rendering) figure(name, area string) (markdown.Fragment, bool) {
	e := vigie.Embed{Indicator: name, Area: area}
	if i := slices.IndexFunc(t.embeds, e.Same); i >= 0 {
		e = t.embeds[i]
	}
	f, err := t.desk.Figure(t.tx, e)
	var fragment markdown.Fragment
	if err == nil {
		fragment, err = f.fragment(len(t.figures)+1, t.p)
	}
	if err != nil {
		if !errors.Is(err, vigie.ErrNotFound) && !errors.Is(err, vigie.ErrInvalid) {
			t.failed = errors.Join(t.failed, err)
		}
		return markdown.Fragment{}, false
	}
	t.figures = append(t.figures, f)
	return fragment, true
}

// highest is the level of the highest heading; 0 where there is none.
func highest(headings []markdown.Heading) int {
	top := 0
	for _, h := range headings {
		if top == 0 || h.Level < top {
			top = h.Level
		}
	}
	return top
}

// Faults lists what keeps the text of a language from being published: citations
// and figures that do not exist, and quotations of documents that are gone, which
// nobody could check any more.
func (d *Desk) Faults(tx *store.Tx, s vigie.Synthesis, lang vigie.Lang) ([]Fault, error) {
	text, err := d.Render(tx, lang, s.Versions[lang].Body, s.Citations, s.Embeds, 1)
	if err != nil {
		return nil, err
	}
	var out []Fault
	for _, problem := range text.Problems {
		switch problem.Kind {
		case markdown.UnknownCitation:
			out = append(out, Fault{Kind: "citation", Where: problem.Token, Line: problem.Line})
		case markdown.UnknownFigure:
			out = append(out, Fault{Kind: "figure", Where: problem.Token, Line: problem.Line})
		case markdown.BrokenToken:
			out = append(out, Fault{Kind: "token", Where: problem.Token, Line: problem.Line})
		case markdown.DroppedHTML, markdown.DroppedImage, markdown.DroppedLink, markdown.TooDeep, markdown.TooWide:
		}
	}
	for _, note := range text.Notes {
		if note.Gone {
			out = append(out, Fault{Kind: "gone", Where: note.Ref})
		}
	}
	return out, nil
}

// label names a citation where a reader points at its number.
func label(c vigie.Citation, p *locale.Printer) string {
	parts := []string{}
	for _, part := range []string{c.Publisher, c.Title, p.Date(c.Published)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

// fragment is the figure within a text: a chart with its sources where it stands
// alone, the value within a sentence.
func (f Figure) fragment(n int, p *locale.Printer) (markdown.Fragment, error) {
	c := f.Chart("fig-"+strconv.Itoa(n), p)
	state := p.Phrase("embed.live")
	if f.Frozen() {
		day := vigie.Date{Time: f.Release.Released, Precision: vigie.Day}
		state = p.Phrase("embed.frozen", "date", p.Date(day))
	}
	var b strings.Builder
	b.WriteString(`<figure class="plot"><figcaption><strong><a href="/` + string(p.Lang()) + `/indicateurs/` + string(f.Indicator.ID) + `">` +
		isolated(c.Title) + `</a></strong> <span>` + isolated(c.Unit) + `</span></figcaption>`)
	b.WriteString(`<div class="wide" role="region" tabindex="0" aria-label="` + html.EscapeString(c.Title) + `">` + c.Line(p) + `</div>`)
	b.WriteString(`<p class="says">` + phrase(c.SentenceParts(p)) + `</p>`)
	b.WriteString(`<p class="source"><span>` + phrase(p.Phrase("embed.source", "source", f.Source())) + `</span> <span>` +
		isolated(p.Period(f.Latest.Period)) + `</span> <span>` + phrase(state) + `</span></p></figure>`)
	return markdown.NewFragment(b.String(), f.inline(p))
}

// inline is the figure within a sentence: the value with its unit and period.
func (f Figure) inline(p *locale.Printer) string {
	text := p.Decimal(f.Latest.Value, f.Indicator.Decimals)
	if unit, _ := f.Indicator.Unit.In(p.Lang()); unit != "" {
		gap := "\u00a0"
		if p.Lang() == vigie.English && strings.HasPrefix(unit, "%") {
			gap = ""
		}
		text += gap + unit
	}
	if short := p.Period(f.Latest.Period); short != "" {
		text += " (" + short + ")"
	}
	return text
}

// isolated is a value in HTML.
func isolated(value string) string { return "<bdi>" + html.EscapeString(value) + "</bdi>" }

// phrase is a phrase in HTML, its values isolated.
func phrase(parts []locale.Part) string {
	var b strings.Builder
	for _, part := range parts {
		if part.Value {
			b.WriteString(isolated(part.Text))
			continue
		}
		b.WriteString(html.EscapeString(part.Text))
	}
	return b.String()
}
