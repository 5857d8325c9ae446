package curate_test

import (
	"errors"
	"strings"
	"testing"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
)

// report is a document with a page break, two places of the same words, and Arabic.
func (d *cell) report(t *testing.T) vigie.DocumentID {
	t.Helper()
	return d.document(t, "https://regulateur.example/rapport",
		vigie.Paragraph{Text: "Les prix ont baissé de 4 %. Le reste suit.", Page: 1},
		vigie.Paragraph{Text: "En zone rurale, les prix ont baissé aussi.\nLe débit a\u00a0doublé.", Page: 2},
		vigie.Paragraph{Text: "الأسعار انخفضت بنسبة 4% في المدن.", Page: 3},
		vigie.Paragraph{Text: "Le rappro\u00adchement est achevé.", Page: 3},
	)
}

func TestCite(t *testing.T) {
	d := newCell(t)
	doc := d.report(t)
	id := d.begun(t)
	for _, test := range []struct {
		name          string
		quote         curate.Quote
		exact, prefix string
		page          int
	}{
		{"words", curate.Quote{Exact: "Les prix ont baissé"}, "Les prix ont baissé", "", 1},
		{"the first place", curate.Quote{Exact: "prix ont baissé"}, "prix ont baissé", "Les ", 1},
		{"the place after a prefix", curate.Quote{Exact: "prix ont baissé", Prefix: "En zone rurale, les "}, "prix ont baissé", "4 %. Le reste suit.\nEn zone rurale, les ", 2},
		{"a prefix without spaces", curate.Quote{Exact: "prix ont baissé aussi", Prefix: "suit.Enzonerurale,les"}, "prix ont baissé aussi", "4 %. Le reste suit.\nEn zone rurale, les ", 2},
		{"a prefix that is nowhere", curate.Quote{Exact: "reste suit", Prefix: "Jamais dit "}, "reste suit", "Les prix ont baissé de 4 %. Le ", 1},
		{"across paragraphs", curate.Quote{Exact: "Le reste suit.\r\n\r\n  En zone\trurale"}, "Le reste suit.\nEn zone rurale", "Les prix ont baissé de 4 %. ", 1},
		{"across a line feed, with another space", curate.Quote{Exact: "aussi. Le débit a doublé."}, "aussi.\nLe débit a\u00a0doublé.", "En zone rurale, les prix ont baissé ", 2},
		{"Arabic", curate.Quote{Exact: "\u200fالأسعار انخفضت\u200f بنسبة 4%"}, "الأسعار انخفضت بنسبة 4%", "baissé aussi.\nLe débit a\u00a0doublé.\n", 3},
		{"with a soft hyphen", curate.Quote{Exact: "rapprochement est"}, "rappro\u00adchement est", "الأسعار انخفضت بنسبة 4% في المدن.\nLe ", 3},
	} {
		test.quote.Document = doc
		c, err := d.Cite(t.Context(), d.awa, id, test.quote)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if p := c.Passage; p.Exact != test.exact || p.Page != test.page || !strings.HasSuffix(p.Prefix, test.prefix) && p.Prefix != test.prefix {
			t.Errorf("%s: %q after %q on page %d", test.name, p.Exact, p.Prefix, p.Page)
		}
		d.found(t, test.name, c)
	}
}

// found checks that the positions of a citation lead to its words.
func (d *cell) found(t *testing.T, name string, c vigie.Citation) {
	t.Helper()
	var body []vigie.Paragraph
	d.view(t, func(tx *store.Tx) error {
		revision, err := tx.Revision(c.Passage.Document, c.Passage.Revision)
		if err == nil {
			body, err = tx.BodyOf(revision)
		}
		return err
	})
	text := []rune(vigie.PlainText(body))
	if got := string(text[c.Passage.Start:c.Passage.End]); got != c.Passage.Exact {
		t.Errorf("%s: at its place stands %q", name, got)
	}
	if !strings.HasPrefix(string(text[c.Passage.End:]), c.Passage.Suffix) {
		t.Errorf("%s: it is not followed by %q", name, c.Passage.Suffix)
	}
}

func TestCitationsAreNumbered(t *testing.T) {
	d := newCell(t)
	doc, id := d.report(t), d.begun(t)
	cite := func(words string) vigie.Citation {
		t.Helper()
		c, err := d.Cite(t.Context(), d.awa, id, curate.Quote{Document: doc, Revision: 1, Exact: words})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	first, second, again := cite("Le reste suit."), cite("En zone rurale"), cite("Le  reste suit.")
	if first.N != 1 || second.N != 2 || again.N != 1 {
		t.Errorf("numbers %d, %d, %d", first.N, second.N, again.N)
	}
	if first.Title != "Rapport annuel" || first.Publisher != "Régulateur" || first.URL != "https://regulateur.example/rapport" ||
		first.Lang != vigie.French || first.Published.IsZero() || first.Accessed.IsZero() {
		t.Errorf("a reader does not learn everything: %+v", first)
	}
	if s := d.kept(t, id); len(s.Citations) != 2 || s.Revision != 3 {
		t.Errorf("%d citations, revision %d", len(s.Citations), s.Revision)
	}
}

func TestCiteRefuses(t *testing.T) {
	d := newCell(t)
	doc, id := d.report(t), d.begun(t)
	gone := d.document(t, "https://parti.example/a", vigie.Paragraph{Text: "Ce texte est parti."})
	d.update(t, func(tx *store.Tx) error { return tx.RemoveDocument(gone, "withdrawn") })
	for name, test := range map[string]struct {
		by    vigie.User
		id    vigie.SynthesisID
		quote curate.Quote
		want  error
	}{
		"words that are not there": {d.awa, id, curate.Quote{Document: doc, Exact: "jamais écrit"}, vigie.ErrInvalid},
		"no words":                 {d.awa, id, curate.Quote{Document: doc, Exact: " \n\u00ad"}, vigie.ErrInvalid},
		"too many words":           {d.awa, id, curate.Quote{Document: doc, Exact: strings.Repeat("x", 2001)}, vigie.ErrInvalid},
		"broken bytes":             {d.awa, id, curate.Quote{Document: doc, Exact: "Le \xff reste"}, vigie.ErrInvalid},
		"an unknown document":      {d.awa, id, curate.Quote{Document: vigie.NewID[vigie.DocumentID](d.clock), Exact: "Le reste"}, vigie.ErrNotFound},
		"no document":              {d.awa, id, curate.Quote{Exact: "Le reste"}, vigie.ErrNotFound},
		"a document that is gone":  {d.awa, id, curate.Quote{Document: gone, Exact: "Ce texte"}, vigie.ErrNotFound},
		"an unknown revision":      {d.awa, id, curate.Quote{Document: doc, Revision: 9, Exact: "Le reste"}, vigie.ErrNotFound},
		"an unknown synthesis":     {d.awa, "x", curate.Quote{Document: doc, Exact: "Le reste"}, vigie.ErrNotFound},
		"another curator":          {d.badr, id, curate.Quote{Document: doc, Exact: "Le reste"}, vigie.ErrForbidden},
	} {
		if _, err := d.Cite(t.Context(), test.by, test.id, test.quote); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	if s := d.kept(t, id); len(s.Citations) != 0 || s.Revision != 1 {
		t.Errorf("what was refused left something: %+v", s)
	}
}

func TestBeginCiting(t *testing.T) {
	d := newCell(t)
	doc, id := d.report(t), vigie.NewID[vigie.SynthesisID](d.clock)
	if _, err := d.BeginCiting(t.Context(), d.awa, id, curate.Quote{Document: doc, Exact: "jamais écrit"}); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("words that are not there: %v", err)
	}
	if _, err := d.Read(d.awa, id); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("a synthesis without its citation: %v", err)
	}
	for range 2 { // a form that is posted twice
		if c, err := d.BeginCiting(t.Context(), d.awa, id, curate.Quote{Document: doc, Exact: "Le reste"}); err != nil || c.N != 1 {
			t.Errorf("%+v, %v", c, err)
		}
	}
	if s := d.kept(t, id); len(s.Citations) != 1 {
		t.Errorf("%d citations", len(s.Citations))
	}
	if _, err := d.BeginCiting(t.Context(), d.badr, id, curate.Quote{Document: doc, Exact: "Le reste"}); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("somebody else's: %v", err)
	}
}
