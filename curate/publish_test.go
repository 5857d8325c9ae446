package curate_test

import (
	"errors"
	"slices"
	"testing"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
)

// twoPersons asks that nobody publishes what they wrote.
func (d *cell) twoPersons(t *testing.T) {
	t.Helper()
	d.update(t, func(tx *store.Tx) error {
		settings := vigie.DefaultSettings()
		settings.Rules.TwoPersons = true
		return tx.PutSettings(settings)
	})
}

// submitted is a synthesis of Awa's whose French text waits for review.
func (d *cell) submitted(t *testing.T, body string) vigie.SynthesisID {
	t.Helper()
	id := d.begun(t)
	d.write(t, id, vigie.Writing{Title: "Titre", Body: body})
	if _, err := d.Submit(t.Context(), id, d.step(t, id, d.awa)); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestSubmitAndReturn(t *testing.T) {
	d := newCell(t)
	id := d.begun(t)
	d.write(t, id, vigie.Writing{Body: "Un texte."})
	if _, err := d.Submit(t.Context(), id, d.step(t, id, d.awa)); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("without a title: %v", err)
	}
	id = d.submitted(t, "Un texte.")
	if _, err := d.Submit(t.Context(), id, d.step(t, id, d.awa)); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("twice: %v", err)
	}
	stale := d.step(t, id, d.chen)
	stale.Seen--
	if _, err := d.Return(t.Context(), id, stale); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("who saw an old text: %v", err)
	}
	step := d.step(t, id, d.chen)
	step.Why = "Une source de plus."
	s, err := d.Return(t.Context(), id, step)
	if v := s.Versions[vigie.French]; err != nil || v.State != vigie.Drafted || v.Why != "Une source de plus." || v.By != d.chen.ID || v.At.IsZero() {
		t.Errorf("%+v, %v", v, err)
	}
	if _, err := d.Submit(t.Context(), id, d.step(t, id, d.badr)); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("another curator: %v", err)
	}
}

func TestTwoPersons(t *testing.T) {
	d := newCell(t)
	d.twoPersons(t)
	id := d.submitted(t, "Un texte.")
	if _, err := d.Publish(t.Context(), id, d.step(t, id, d.awa), ""); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("a curator: %v", err)
	}
	author := d.awa
	author.Role = vigie.Publisher
	if _, err := d.Publish(t.Context(), id, d.step(t, id, author), ""); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("the author: %v", err)
	}
	// Dina changes a word, so somebody else must look at it.
	if _, err := d.Revise(t.Context(), id, d.step(t, id, d.dina), vigie.Writing{Title: "Titre", Body: "Un texte !"}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Submit(t.Context(), id, d.step(t, id, d.dina)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Publish(t.Context(), id, d.step(t, id, d.dina), ""); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("who wrote in it: %v", err)
	}
	other := vigie.User{ID: "01JD0000000000000000000E0E", Name: "Elias", Role: vigie.Admin}
	e, err := d.Publish(t.Context(), id, d.step(t, id, other), "203.0.113.0/24")
	if err != nil || e.N != 1 || e.Title != "Titre" || e.By != other.ID {
		t.Fatalf("%+v, %v", e, err)
	}
	if _, err := d.Publish(t.Context(), id, d.step(t, id, other), ""); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("twice: %v", err)
	}
	d.view(t, func(tx *store.Tx) error {
		lines, err := tx.AuditLines(0, 10)
		if err != nil || len(lines) != 1 {
			t.Fatalf("%+v, %v", lines, err)
		}
		if l := lines[0]; l.What != "synthesis published" || l.Who != string(other.ID) || l.About != string(id) || l.Note != "fr" || l.From != "203.0.113.0/24" {
			t.Errorf("the audit log says %+v", l)
		}
		return nil
	})
}

func TestPublishIsBlocked(t *testing.T) {
	d := newCell(t)
	d.series(t, "fibre", "Fibre", "MAR", "1.5")
	stays := d.document(t, "https://reste.example/a", vigie.Paragraph{Text: "Ce texte reste."})
	goes := d.document(t, "https://part.example/a", vigie.Paragraph{Text: "Ce texte part."})
	id := d.begun(t)
	for _, q := range []curate.Quote{{Document: stays, Exact: "texte reste"}, {Document: goes, Exact: "texte part"}} {
		if _, err := d.Cite(t.Context(), d.awa, id, q); err != nil {
			t.Fatal(err)
		}
	}
	publish := func(body string) error {
		t.Helper()
		d.write(t, id, vigie.Writing{Title: "Titre", Body: body})
		if _, err := d.Submit(t.Context(), id, d.step(t, id, d.awa)); err != nil {
			t.Fatal(err)
		}
		_, err := d.Publish(t.Context(), id, d.step(t, id, d.dina), "")
		return err
	}
	d.update(t, func(tx *store.Tx) error { return tx.RemoveDocument(goes, "withdrawn") })
	err := publish("A [@1] et [@2].\n\n{{figure fibre MAR}} {{figure lune MAR}}\n\n[@9] {{figure fibre}}")
	var blocked *curate.BlockedError
	if !errors.As(err, &blocked) || !errors.Is(err, vigie.ErrInvalid) {
		t.Fatalf("%v", err)
	}
	want := []curate.Fault{
		{Kind: "figure", Where: "{{figure lune MAR}}", Line: 3},
		{Kind: "citation", Where: "[@9]", Line: 5},
		{Kind: "token", Where: "{{figure fibre}}", Line: 5},
		{Kind: "gone", Where: "2"},
	}
	if !slices.Equal(blocked.Faults, want) {
		t.Errorf("faults: %+v", blocked.Faults)
	}
	if v := d.kept(t, id).Versions[vigie.French]; v.State != vigie.InReview || v.Edition != 0 {
		t.Errorf("it left something: %+v", v)
	}
	if err := publish("A [@1].\n\n{{figure fibre MAR}}"); err != nil {
		t.Errorf("without what leads nowhere: %v", err)
	}
}

func TestWithdrawAndReopen(t *testing.T) {
	d := newCell(t)
	id := d.submitted(t, "Un texte.")
	if _, err := d.Withdraw(t.Context(), id, d.step(t, id, d.dina), ""); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("what is not out: %v", err)
	}
	if _, err := d.Reopen(t.Context(), id, d.step(t, id, d.awa)); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("what is in review is opened again: %v", err)
	}
	first, err := d.Publish(t.Context(), id, d.step(t, id, d.dina), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Withdraw(t.Context(), id, d.step(t, id, d.chen), ""); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("an editor: %v", err)
	}
	step := d.step(t, id, d.dina)
	step.Why = "Un chiffre est faux."
	s, err := d.Withdraw(t.Context(), id, step, "")
	if v := s.Versions[vigie.French]; err != nil || v.Out() || v.State != vigie.Withdrawn || v.Why != step.Why {
		t.Errorf("%+v, %v", v, err)
	}
	if s, err = d.Reopen(t.Context(), id, d.step(t, id, d.awa)); err != nil || s.Versions[vigie.French].State != vigie.Drafted || s.Versions[vigie.French].Body != "Un texte." {
		t.Fatalf("%+v, %v", s, err)
	}
	if _, err := d.Submit(t.Context(), id, d.step(t, id, d.awa)); err != nil {
		t.Fatal(err)
	}
	second, err := d.Publish(t.Context(), id, d.step(t, id, d.dina), "")
	if err != nil || second.N != 2 {
		t.Fatalf("%+v, %v", second, err)
	}
	d.view(t, func(tx *store.Tx) error {
		kept, err := tx.Edition(id, vigie.French, 1)
		if kept.Body != first.Body || !kept.Published.Equal(first.Published) {
			t.Errorf("the first edition changed: %+v", kept)
		}
		return err
	})
	if _, err := d.Reopen(t.Context(), id, vigie.Step{Lang: "es", By: d.awa}); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("a language that there is not: %v", err)
	}
}

func TestHolds(t *testing.T) {
	d := newCell(t)
	id := d.submitted(t, "Un texte.")
	mark := func() {
		t.Helper()
		d.update(t, func(tx *store.Tx) error {
			for _, area := range []string{"MAR", "SEN"} {
				if err := tx.PutMark(vigie.FigureMark{Synthesis: id, Indicator: "fibre", Area: area, Before: "3.5588", After: "3.5845", At: d.clock}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	left := func() int {
		t.Helper()
		var marks []vigie.FigureMark
		d.view(t, func(tx *store.Tx) (err error) {
			marks, err = tx.Marks(id)
			return err
		})
		return len(marks)
	}
	mark()
	if err := d.Holds(t.Context(), d.badr, id, "fibre", "MAR"); !errors.Is(err, vigie.ErrForbidden) || left() != 2 {
		t.Errorf("another curator: %v, %d left", err, left())
	}
	if err := d.Holds(t.Context(), d.awa, id, "fibre", ""); !errors.Is(err, vigie.ErrInvalid) || left() != 2 {
		t.Errorf("a figure that is not named: %v, %d left", err, left())
	}
	for range 2 {
		if err := d.Holds(t.Context(), d.awa, id, "fibre", "MAR"); err != nil || left() != 1 {
			t.Errorf("%v, %d left", err, left())
		}
	}
	mark()
	if _, err := d.Publish(t.Context(), id, d.step(t, id, d.dina), ""); err != nil || left() != 0 {
		t.Errorf("after a new edition: %v, %d left", err, left())
	}
}
