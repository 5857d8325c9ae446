package curate_test

import (
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// shelf is a synthesis that quotes three passages of a document, and what looks after
// them.
type shelf struct {
	*cell

	id       vigie.SynthesisID
	document vigie.DocumentID
	source   vigie.Source
	follower *curate.Citations
}

const reportURL = "https://regulateur.example/rapport"

func newShelf(t *testing.T) *shelf {
	t.Helper()
	d := newCell(t)
	s := &shelf{cell: d, id: d.begun(t), follower: curate.NewCitations(d.db, slog.New(slog.DiscardHandler))}
	s.document = d.document(t, reportURL, reportText()...)
	d.view(t, func(tx *store.Tx) error {
		doc, err := tx.Document(s.document)
		if err != nil {
			return err
		}
		s.source, err = tx.Source(doc.Source)
		return err
	})
	for _, words := range []string{"la couverture atteint 72 % des ménages", "Le prix moyen baisse de moitié en deux ans", "Les plaintes doublent"} {
		if _, err := d.Cite(t.Context(), d.awa, s.id, curate.Quote{Document: s.document, Exact: words}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func reportText(replace ...string) []vigie.Paragraph {
	texts := []string{
		"En 2026, la couverture atteint 72 % des ménages, selon le relevé que le régulateur publie chaque année au mois de mars.",
		"Le prix moyen baisse de moitié en deux ans, et la concurrence entre les trois opérateurs en est la première cause.",
		"Les plaintes doublent, surtout dans les villes moyennes, où les délais de raccordement s'allongent de mois en mois.",
	}
	for i, r := range replace {
		if r != "" {
			texts[i] = r
		}
	}
	var out []vigie.Paragraph
	for _, text := range texts {
		if text != "-" {
			out = append(out, vigie.Paragraph{Text: text})
		}
	}
	return out
}

// revise files another text of the document, and lets the follower look.
func (s *shelf) revise(t *testing.T, body []vigie.Paragraph) {
	t.Helper()
	f := vigie.Finding{GUID: reportURL, URL: reportURL, Document: vigie.Document{
		URL: reportURL, Title: "Rapport annuel", Publisher: "Régulateur", Lang: vigie.French, Body: body,
	}}
	if _, err := s.db.File(t.Context(), store.Filing{Source: s.source, Reading: vigie.Reading{Findings: []vigie.Finding{f}}}); err != nil {
		t.Fatal(err)
	}
	s.look(t)
}

func (s *shelf) look(t *testing.T) {
	t.Helper()
	if _, err := s.follower.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// drifts are what became of the citations, by number.
func (s *shelf) drifts(t *testing.T) map[int]store.Drift {
	t.Helper()
	out := map[int]store.Drift{}
	s.view(t, func(tx *store.Tx) error {
		all, err := tx.Drifts(s.id)
		for _, d := range all {
			out[d.N] = d
		}
		return err
	})
	return out
}

// TestDrift: words that moved are told to nobody; those that were edited are, with
// what stands there now, and so are those that went.
func TestDrift(t *testing.T) {
	s := newShelf(t)
	s.look(t)
	if got := s.drifts(t); len(got) != 0 {
		t.Fatalf("at first: %+v", got)
	}
	moved := append([]vigie.Paragraph{{Text: "Avertissement : les chiffres sont provisoires, et seront revus au mois de juin."}}, reportText()...)
	s.revise(t, moved)
	if got := s.drifts(t); len(got) != 0 {
		t.Errorf("of words that moved: %+v", got)
	}
	s.revise(t, reportText("En 2026, la couverture atteint 64 % des ménages, selon le relevé que le régulateur publie chaque année au mois de mars.", "", "-"))
	got := s.drifts(t)
	if d := got[1]; d.How != store.EditedWords || d.Was != "la couverture atteint 72 % des ménages" || d.Now != "la couverture atteint 64 % des ménages" || d.Revision != 3 || !d.Weighty || !d.Open() {
		t.Errorf("of edited words: %+v", d)
	}
	if d := got[3]; d.How != store.GoneWords || d.Now != "" {
		t.Errorf("of words that went: %+v", d)
	}
	if len(got) != 2 {
		t.Errorf("%d quotations drifted: %+v", len(got), got)
	}
	s.revise(t, moved)
	if got := s.drifts(t); len(got) != 0 {
		t.Errorf("after the words are back: %+v", got)
	}
}

// TestCiteNew: the new words take the place of the old ones, under the same number.
func TestCiteNew(t *testing.T) {
	s := newShelf(t)
	edited := reportText("En 2026, la couverture atteint 64 % des ménages, selon le relevé que le régulateur publie chaque année au mois de mars.")
	s.revise(t, edited)
	before := s.kept(t, s.id)
	if _, err := s.CiteNew(t.Context(), s.badr, s.id, 1, 2); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("by somebody else: %v", err)
	}
	if _, err := s.CiteNew(t.Context(), s.awa, s.id, 1, 7); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("having seen another revision: %v", err)
	}
	if _, err := s.CiteNew(t.Context(), s.awa, s.id, 2, 2); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("words that are as they were: %v", err)
	}
	after, err := s.CiteNew(t.Context(), s.awa, s.id, 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	c := after.Citations[0]
	if c.N != 1 || c.Passage.Exact != "la couverture atteint 64 % des ménages" || c.Passage.Revision != 2 || c.Passage.Document != s.document ||
		after.Revision != before.Revision+1 || after.Citations[1] != before.Citations[1] {
		t.Errorf("the citations are %+v", after.Citations)
	}
	s.look(t)
	if got := s.drifts(t); len(got) != 0 {
		t.Errorf("afterwards: %+v", got)
	}
}

// TestCiteNewRefusesOtherWords: what changed between the look and the press of the
// button is not cited unseen.
func TestCiteNewRefusesOtherWords(t *testing.T) {
	s := newShelf(t)
	text := func(share string) []vigie.Paragraph {
		return reportText("En 2026, la couverture atteint " + share + " % des ménages, selon le relevé que le régulateur publie chaque année au mois de mars.")
	}
	s.revise(t, text("64"))
	f := vigie.Finding{GUID: reportURL, URL: reportURL, Document: vigie.Document{URL: reportURL, Title: "Rapport annuel", Body: text("51")}}
	if _, err := s.db.File(t.Context(), store.Filing{Source: s.source, Reading: vigie.Reading{Findings: []vigie.Finding{f}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CiteNew(t.Context(), s.awa, s.id, 1, 2); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("words that nobody saw: %v", err)
	}
}

// TestKeepQuote: who keeps the words is not told again, before the document says
// something else once more, also when the follower begins anew.
func TestKeepQuote(t *testing.T) {
	s := newShelf(t)
	s.revise(t, reportText("", "", "-"))
	if err := s.KeepQuote(t.Context(), s.badr, s.id, 3, 2); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("by somebody else: %v", err)
	}
	if err := s.KeepQuote(t.Context(), s.awa, s.id, 3, 2); err != nil {
		t.Fatal(err)
	}
	s.follower = curate.NewCitations(s.db, slog.New(slog.DiscardHandler))
	s.update(t, func(tx *store.Tx) error { return tx.SetCursor("citations", store.Cursor{}) })
	s.revise(t, reportText("", "Le prix moyen baisse d'un tiers en deux ans, et la concurrence entre les trois opérateurs en est la première cause.", "-"))
	got := s.drifts(t)
	if d := got[3]; d.Open() || d.KeptBy != s.awa.ID || d.KeptAt.IsZero() || d.Revision != 3 {
		t.Errorf("the words that were kept: %+v", d)
	}
	if d := got[2]; !d.Open() || d.How != store.EditedWords {
		t.Errorf("the words that changed since: %+v", d)
	}
}

// TestDriftOfWhatIsGone: a document that was removed or withdrawn takes the words with
// it, and the citation stays.
func TestDriftOfWhatIsGone(t *testing.T) {
	for name, tc := range map[string]struct {
		do   func(*store.Tx, vigie.DocumentID) error
		want store.DriftKind
	}{
		"removed": {func(tx *store.Tx, id vigie.DocumentID) error { return tx.RemoveDocument(id, "x") }, store.GoneWords},
		"withdrawn": {func(tx *store.Tx, id vigie.DocumentID) error {
			_, err := tx.Withdraw(store.Withdrawal{Document: id, By: "x", Why: "y"})
			return err
		}, store.WithdrawnWords},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t)
			s.look(t)
			s.update(t, func(tx *store.Tx) error { return tc.do(tx, s.document) })
			s.look(t)
			got := s.drifts(t)
			if len(got) != 3 || got[1].How != tc.want || got[1].Revision != 0 {
				t.Errorf("the drifts are %+v", got)
			}
			if c := s.kept(t, s.id).Citations[0]; c.Passage.Exact == "" {
				t.Error("the citation lost its words")
			}
			if _, err := s.CiteNew(t.Context(), s.awa, s.id, 1, 0); !errors.Is(err, vigie.ErrNotFound) {
				t.Errorf("citing what is gone: %v", err)
			}
		})
	}
}

// TestCitedInAnOldRevision: words of an older state are told of as they are cited.
func TestCitedInAnOldRevision(t *testing.T) {
	s := newShelf(t)
	s.revise(t, reportText("", "", "-"))
	other := vigie.NewID[vigie.SynthesisID](s.clock.Add(1))
	if _, err := s.Begin(t.Context(), s.awa, other, vigie.Brief); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Cite(t.Context(), s.awa, other, curate.Quote{Document: s.document, Revision: 1, Exact: "Les plaintes doublent"}); err != nil {
		t.Fatal(err)
	}
	s.look(t)
	s.view(t, func(tx *store.Tx) error {
		d, err := tx.Drift(other, 1)
		if d.How != store.GoneWords {
			t.Errorf("the drift is %+v", d)
		}
		return err
	})
}

// TestDriftOfWhatWeDoNotKeep: that we let go of a text is not told as if its publisher
// had taken the words away; that the publisher did is.
func TestDriftOfWhatWeDoNotKeep(t *testing.T) {
	s := newShelf(t)
	file := func(title string, body []vigie.Paragraph, c *vigie.Capture) {
		t.Helper()
		f := vigie.Finding{GUID: reportURL, URL: reportURL, Capture: c, Document: vigie.Document{
			URL: reportURL, Title: title, Publisher: "Régulateur", Lang: vigie.French, Body: body,
		}}
		if _, err := s.db.File(t.Context(), store.Filing{Source: s.source, Reading: vigie.Reading{Findings: []vigie.Finding{f}}}); err != nil {
			t.Fatal(err)
		}
		s.look(t)
	}
	file("Rapport annuel", reportText("", "", "-"), &vigie.Capture{URL: reportURL, Reserved: true})
	if got := s.drifts(t); len(got) != 0 {
		t.Errorf("of a publisher who reserves the text: %+v", got)
	}
	s.source.Keep = vigie.Retention{Keep: vigie.KeepRecords}
	s.update(t, func(tx *store.Tx) error { return tx.PutSource(s.source) })
	file("Un autre titre", reportText(), nil)
	if got := s.drifts(t); len(got) != 0 {
		t.Errorf("of a source of which no text is kept: %+v", got)
	}
	s.source.Keep = vigie.Retention{}
	s.update(t, func(tx *store.Tx) error { return tx.PutSource(s.source) })
	file("Un autre titre", reportText("", "", "-"), nil)
	if got := s.drifts(t); len(got) != 1 || got[3].How != store.GoneWords {
		t.Errorf("of words that went since: %+v", got)
	}
	file("Un autre titre", nil, nil)
	if got := s.drifts(t); len(got) != 3 || got[1].How != store.GoneWords {
		t.Errorf("of a text that went: %+v", got)
	}
}

// TestQuietFollowerWritesNothing: documents that nobody quotes cost no commit each.
func TestQuietFollowerWritesNothing(t *testing.T) {
	s := newShelf(t)
	s.look(t)
	saved := func() (at store.Cursor) {
		t.Helper()
		s.view(t, func(tx *store.Tx) (err error) { at, err = tx.Cursor("citations"); return err })
		return at
	}
	before := saved()
	file := func(from, to int) {
		t.Helper()
		var docs []vigie.Document
		for n := from; n < to; n++ {
			docs = append(docs, vigie.Document{URL: fmt.Sprintf("https://regulateur.example/%d", n), Title: fmt.Sprint("Note ", n)})
		}
		storetest.File(t, s.db, s.source, docs...)
		s.look(t)
	}
	file(0, 5)
	if at := saved(); at != before {
		t.Errorf("after five documents it was saved at %+v, before at %+v", at, before)
	}
	file(5, 600)
	if at := saved(); at.Seq < before.Seq+500 {
		t.Errorf("after 600 documents it is at %+v, before at %+v", at, before)
	}
	s.revise(t, reportText("", "", "-"))
	if got := s.drifts(t); len(got) != 1 {
		t.Errorf("it missed %+v", got)
	}
}
