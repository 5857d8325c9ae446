package digest

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"vigie"
	"vigie/curate/locale"
)

// The bounds of what a mail shows. Mail programs cut long ones off: Gmail at about
// 102 KB.
const (
	mostBytes   = 80 << 10 // of the text, and of the HTML
	mostShown   = 15       // syntheses and figures together
	fewFigures  = 5        // that have their place beside many syntheses
	mostTitle   = 200      // characters
	mostSummary = 320
	mostSource  = 160
	mostUnit    = 100
	mostIntro   = 600 // characters of a line
	mostPreview = 120
)

// Rendered is an issue as one reader gets it.
type Rendered struct {
	Subject, Text, HTML string
}

// Preview returns an issue as somebody with a wish would get it, with links that
// lead to the page for subscribing in place of personal ones. One that holds
// nothing for the wish is a vigie.ErrNotFound.
func (p *Post) Preview(_ context.Context, issue vigie.Issue, w vigie.Wish) (Rendered, error) {
	s, err := p.settings()
	if err != nil {
		return Rendered{}, fmt.Errorf("preview issue %s: %w", issue.ID, err)
	}
	home := p.address(p.o.Catalogues.For(w.Lang).Lang(), "lettre")
	return p.render(s, issue, w, home, home)
}

// render writes an issue for somebody with these two personal links.
func (p *Post) render(s vigie.Settings, issue vigie.Issue, w vigie.Wish, preferences, unsubscribe string) (Rendered, error) {
	items, figures := issue.For(w)
	if len(items)+len(figures) == 0 {
		return Rendered{}, fmt.Errorf("render issue %s: it holds nothing for this wish: %w", issue.ID, vigie.ErrNotFound)
	}
	t, err := p.templates()
	if err != nil {
		return Rendered{}, err
	}
	for shown := mostShown; ; shown-- {
		v := p.view(s, issue, w, shown)
		v.Preferences, v.Unsubscribe = preferences, unsubscribe
		out, err := t.execute("issue", v)
		if err != nil {
			return Rendered{}, fmt.Errorf("render issue %s: %w", issue.ID, err)
		}
		out.Subject = v.Subject
		if max(len(out.Text), len(out.HTML)) <= mostBytes || shown == 1 {
			return out, nil
		}
	}
}

// view is what the templates show. What is text in it goes through their escaping.
type view struct {
	Lang               vigie.Lang
	Dir                string
	Subject, Preheader string
	Name, Title        words
	Period, Sample     words
	Intro              []string
	IntroLang          vigie.Lang
	IntroDir           string
	ItemsTitle         words
	Items              []itemView
	FiguresTitle       words
	Figures            []figureView
	// Rest says how much is left out; empty where all is there.
	Rest        words
	Archive     string // an address
	ArchiveWord words
	Why         words
	Preferences string // an address
	PrefersWord words
	Unsubscribe string // an address
	StopsWord   words
}

type itemView struct {
	Lang    vigie.Lang
	Dir     string
	Title   words
	Summary words
	When    words
	// Tongue names the language where it is not the reader's.
	Tongue words
	URL    string
	Read   words
}

type figureView struct {
	Lang   vigie.Lang
	Dir    string
	Title  words
	Value  words
	Change words
	Source words
	URL    string
	See    words
}

// view makes up what somebody with a wish sees, at most so many entries.
func (p *Post) view(s vigie.Settings, issue vigie.Issue, w vigie.Wish, shown int) view {
	printer := p.o.Catalogues.For(w.Lang).In(s.Country)
	items, figures := issue.For(w)
	all := len(items) + len(figures)
	// Figures have a small place of their own, and what syntheses leave over.
	n := min(len(items), max(shown-min(len(figures), fewFigures), shown-len(figures)))
	items = items[:max(n, min(len(items), 1))]
	figures = figures[:min(len(figures), shown-len(items))]

	name, _ := s.Name.In(printer.Lang())
	zone := s.Location()
	date := day(issue.Until.In(zone))
	v := view{
		Lang: printer.Lang(), Dir: printer.Dir(),
		Name: value(oneLine(name, mostTitle)), Title: printer.Phrase("digest.heading", "date", date),
		Subject: subject(printer, printer.Phrase("digest.subject", "name", oneLine(name, mostTitle), "date", date)),
		Period:  printer.Phrase("digest.period", "from", day(issue.From.In(zone)), "until", date),
		Archive: p.address(printer.Lang(), "lettre", "archives", string(issue.ID)), ArchiveWord: printer.Phrase("digest.archive"),
		Why:         printer.Phrase("digest.why." + string(issue.Cadence)),
		PrefersWord: printer.Phrase("digest.preferences"), StopsWord: printer.Phrase("digest.unsubscribe"),
		ItemsTitle: printer.Phrase("digest.items"), FiguresTitle: printer.Phrase("digest.figures"),
	}
	intro, lang := s.Digest.Intro.In(printer.Lang())
	v.Intro, v.IntroLang, v.IntroDir = paragraphs(intro), lang, lang.Direction()
	if s.Sample {
		v.Sample = printer.Phrase("digest.sample")
	}
	if left := all - len(items) - len(figures); left > 0 {
		v.Rest = printer.Plural("digest.rest", left)
	}
	var titles []string
	for _, i := range items {
		v.Items = append(v.Items, p.itemView(printer, zone, i))
		titles = append(titles, oneLine(i.Title, mostTitle))
	}
	for _, f := range figures {
		v.Figures = append(v.Figures, p.figureView(printer, f))
		title, _ := f.Title.In(printer.Lang())
		titles = append(titles, oneLine(title, mostTitle))
	}
	v.Preheader = oneLine(strings.Join(titles, " · "), mostPreview)
	return v
}

// day is the date of a moment in the zone that it is given in.
func day(t time.Time) vigie.Date {
	y, m, d := t.Date()
	return vigie.Date{Time: time.Date(y, m, d, 0, 0, 0, 0, time.UTC), Precision: vigie.Day}
}

func (p *Post) itemView(printer *locale.Printer, at *time.Location, i vigie.DigestItem) itemView {
	key := "digest.published"
	if i.Edition > 1 {
		key = "digest.updated"
	}
	// The portal shows a text in its own language where it has pages in it.
	pages := printer.Lang()
	if p.o.Catalogues.Speaks(i.Lang) {
		pages = i.Lang
	}
	name := string(i.Synthesis)
	if i.Slug != "" {
		name += "-" + i.Slug
	}
	lang := vigie.Lang(oneLine(string(i.Lang), mostUnit))
	v := itemView{
		Lang: lang, Dir: lang.Direction(), Title: value(oneLine(i.Title, mostTitle)), Summary: value(oneLine(i.Summary, mostSummary)),
		When: printer.Phrase(key, "date", day(i.Published.In(at))), URL: p.address(pages, "syntheses", name), Read: printer.Phrase("digest.read"),
	}
	switch {
	case i.Lang.Base() == printer.Lang():
	case p.o.Catalogues.Speaks(i.Lang):
		v.Tongue = value(p.o.Catalogues.For(i.Lang).Name())
	default:
		v.Tongue = value(string(lang))
	}
	return v
}

func (p *Post) figureView(printer *locale.Printer, f vigie.DigestFigure) figureView {
	title, lang := f.Title.In(printer.Lang())
	unit, _ := f.Unit.In(printer.Lang())
	number := func(s string) string { return printer.Decimal(vigie.Decimal(oneLine(s, mostUnit)), -1) }
	v := figureView{
		Lang: lang, Dir: lang.Direction(),
		Title: value(oneLine(title, mostTitle) + " (" + oneLine(p.place(f.Area, printer.Lang()), mostUnit) + ")"), Value: value(number(f.After)), Change: printer.Phrase("digest.new"),
		URL: p.address(printer.Lang(), "indicateurs", f.Indicator), See: printer.Phrase("digest.figure"),
	}
	if unit = oneLine(unit, mostUnit); unit != "" {
		v.Value = printer.Phrase("digest.value", "value", number(f.After), "unit", unit)
	}
	if f.Before != "" {
		v.Change = printer.Phrase("digest.before", "value", number(f.Before))
	}
	when := oneLine(f.Period, mostUnit)
	if period, err := vigie.ParsePeriod(f.Period); err == nil {
		when = printer.Period(period)
	}
	v.Source = printer.Phrase("digest.source", "source", oneLine(cmp.Or(f.Source, f.Indicator), mostSource), "period", when)
	return v
}

// place is what readers of a language call a place.
func (p *Post) place(code string, l vigie.Lang) string {
	name, _ := p.o.Places[code].In(l)
	return cmp.Or(name, code)
}

// address is that of a page of the portal.
func (p *Post) address(l vigie.Lang, parts ...string) string {
	var b strings.Builder
	b.WriteString(p.o.PublicURL + "/" + string(l))
	for _, part := range parts {
		b.WriteString("/" + url.PathEscape(part))
	}
	return b.String()
}
