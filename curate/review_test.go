package curate_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
)

// TestTouchedInReview changes what all languages share while a text is in review:
// who does it is one of its writers, and does not publish it alone.
func TestTouchedInReview(t *testing.T) {
	for name, touch := range map[string]func(*testing.T, *cell, vigie.SynthesisID, vigie.DocumentID) error{
		"cite": func(t *testing.T, d *cell, id vigie.SynthesisID, doc vigie.DocumentID) error {
			t.Helper()
			_, err := d.Cite(t.Context(), d.dina, id, curate.Quote{Document: doc, Exact: "texte reste"})
			return err
		},
		"freeze": func(t *testing.T, d *cell, id vigie.SynthesisID, _ vigie.DocumentID) error {
			t.Helper()
			_, err := d.Freeze(t.Context(), d.dina, id, vigie.Embed{Indicator: "fibre", Area: "MAR"}, true)
			return err
		},
		"arrange": func(t *testing.T, d *cell, id vigie.SynthesisID, _ vigie.DocumentID) error {
			t.Helper()
			_, err := d.Arrange(t.Context(), d.dina, id, curate.Arrangement{Kind: vigie.Brief}, curate.Arrangement{Kind: vigie.Analysis})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newCell(t)
			d.twoPersons(t)
			d.series(t, "fibre", "Fibre", "MAR", "1.5")
			doc := d.document(t, "https://reste.example/a", vigie.Paragraph{Text: "Ce texte reste."})
			id := d.submitted(t, "Un texte {{figure fibre MAR}}.")
			other := vigie.User{ID: "01JD0000000000000000000E0E", Name: "Elias", Role: vigie.Publisher}
			seen := d.step(t, id, other)
			seen.Revision = d.kept(t, id).Revision
			if err := touch(t, d, id, doc); err != nil {
				t.Fatal(err)
			}
			if v := d.kept(t, id).Versions[vigie.French]; !slices.Equal(v.Writers, []vigie.UserID{d.awa.ID, d.dina.ID}) || v.State != vigie.InReview {
				t.Errorf("the writers are %v, in %s", v.Writers, v.State)
			}
			if _, err := d.Publish(t.Context(), id, d.step(t, id, d.dina), ""); !errors.Is(err, vigie.ErrForbidden) {
				t.Errorf("who touched it publishes: %v", err)
			}
			if _, err := d.Publish(t.Context(), id, seen, ""); !errors.Is(err, vigie.ErrConflict) {
				t.Errorf("who saw it before publishes: %v", err)
			}
			seen.Revision = d.kept(t, id).Revision
			if _, err := d.Publish(t.Context(), id, seen, ""); err != nil {
				t.Errorf("who saw it since: %v", err)
			}
		})
	}
}

// TestMarksOfOtherLanguages publishes French again after a figure moved: the mark
// stays while the English text that is out is the one from before.
func TestMarksOfOtherLanguages(t *testing.T) {
	d := newCell(t)
	id := d.submitted(t, "Un texte.")
	publish := func(lang vigie.Lang) {
		t.Helper()
		step := func() vigie.Step {
			return vigie.Step{Lang: lang, Seen: d.kept(t, id).Versions[lang].N, By: d.dina}
		}
		if d.kept(t, id).Versions[lang].State != vigie.InReview {
			_, err := d.Revise(t.Context(), id, step(), vigie.Writing{Title: "T", Body: d.clock.String()})
			if err == nil {
				_, err = d.Submit(t.Context(), id, step())
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if _, err := d.Publish(t.Context(), id, step(), ""); err != nil {
			t.Fatal(err)
		}
	}
	left := func() (n int) {
		d.view(t, func(tx *store.Tx) error {
			marks, err := tx.Marks(id)
			n = len(marks)
			return err
		})
		return n
	}
	publish(vigie.French)
	publish(vigie.English)
	d.clock = d.clock.Add(time.Hour)
	d.update(t, func(tx *store.Tx) error {
		return tx.PutMark(vigie.FigureMark{Synthesis: id, Indicator: "fibre", Area: "MAR", Before: "1", After: "2", At: d.clock})
	})
	if publish(vigie.French); left() != 1 {
		t.Error("the mark is gone, though nobody has read the English text again")
	}
	if publish(vigie.English); left() != 0 {
		t.Error("the mark stays, though both texts are newer")
	}
}
