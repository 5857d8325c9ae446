package curate_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"vigie"
	"vigie/curate"
	"vigie/curate/locale"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/index/thesaurus"
)

// wordDesk is a desk that tells told what searches use.
func wordDesk(t *testing.T, told func(*thesaurus.Thesaurus)) (*curate.Desk, *store.DB) {
	t.Helper()
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	db := storetest.Open(t)
	return curate.New(db, c, curate.Options{Reword: told}), db
}

func mast(fr string) thesaurus.Concept {
	return thesaurus.Concept{ID: "mast", Labels: map[vigie.Lang][]thesaurus.Label{vigie.French: {{Text: fr}}}}
}

// TestWords takes a concept through all that can be done to one, and sees that each step
// is told, and noted down once.
func TestWords(t *testing.T) {
	var now *thesaurus.Thesaurus
	d, db := wordDesk(t, func(t *thesaurus.Thesaurus) { now = t })
	ctx, by := t.Context(), vigie.User{ID: "01KAMUSR000000000000000001", Role: vigie.Editor}
	fibre, _ := func() (thesaurus.Concept, bool) {
		builtIn, err := thesaurus.Default()
		if err != nil {
			t.Fatal(err)
		}
		return builtIn.Concept("optical-fibre")
	}()
	changed := fibre
	changed.Broader = nil
	for i, step := range []struct {
		act  func() error
		want error
		is   func() bool // afterwards
	}{
		{func() error { return d.AddConcept(ctx, by, mast("mât"), "") }, nil, func() bool { _, ok := now.Concept("mast"); return ok }},
		{func() error { return d.AddConcept(ctx, by, mast("haubans"), "") }, vigie.ErrConflict, nil},
		{func() error { return d.ChangeConcept(ctx, by, mast("haubans"), 0, "") }, vigie.ErrConflict, nil},
		{func() error { return d.ChangeConcept(ctx, by, mast("haubans"), 1, "") }, nil, func() bool { c, _ := now.Concept("mast"); return c.Equal(mast("haubans")) }},
		{func() error { return d.ChangeConcept(ctx, by, mast("haubans"), 1, "") }, nil, nil}, // as it is
		{func() error { return d.RestoreConcept(ctx, by, "mast", 2, "") }, vigie.ErrNotFound, nil},
		{func() error { return d.HideConcept(ctx, by, "mast", 2, "") }, nil, func() bool { _, ok := now.Concept("mast"); return !ok }},
		{func() error { return d.HideConcept(ctx, by, "mast", 2, "") }, nil, nil}, // it is hidden
		{func() error { return d.ChangeConcept(ctx, by, changed, 0, "") }, nil, func() bool { c, _ := now.Concept(fibre.ID); return c.Equal(changed) }},
		{func() error { return d.ChangeConcept(ctx, by, fibre, 1, "") }, nil, func() bool { c, _ := now.Concept(fibre.ID); return c.Equal(fibre) }},
		{func() error { return d.RestoreConcept(ctx, by, fibre.ID, 2, "") }, nil, nil}, // it is so again
		{func() error { return d.HideConcept(ctx, by, "nowhere", 0, "") }, vigie.ErrNotFound, nil},
		{func() error { return d.AddConcept(ctx, by, thesaurus.Concept{ID: "tower"}, "") }, vigie.ErrInvalid, nil},
		{func() error { return d.HideConcept(ctx, vigie.User{Role: vigie.Curator}, fibre.ID, 2, "") }, vigie.ErrForbidden, nil},
	} {
		if err := step.act(); !errors.Is(err, step.want) {
			t.Errorf("step %d: %v, want %v", i, err, step.want)
		}
		if step.is != nil && !step.is() {
			t.Errorf("step %d: who searches was not told", i)
		}
	}
	err := db.View(func(tx *store.Tx) error {
		lines, err := tx.AuditLines(0, 100)
		var what []string
		for _, l := range lines {
			what = append(what, l.What+" "+l.About+" "+l.Note)
		}
		const want = "concept changed optical-fibre \nconcept changed optical-fibre fibre optique\nconcept hidden mast \nconcept changed mast haubans\nconcept added mast mât"
		if got := strings.Join(what, "\n"); got != want {
			t.Errorf("noted down:\n%s\nwant\n%s", got, want)
		}
		n, err2 := d.Names(tx)
		if hidden, err3 := n.Concept(tx, "mast"); err3 != nil || !hidden.Equal(mast("haubans")) {
			t.Errorf("the hidden one was %+v, %v", hidden, err3)
		}
		if last := n.Said[fibre.ID]; last.State != store.BuiltInTerm || last.By != by.ID {
			t.Errorf("it is said of the built-in one: %+v", last)
		}
		return errors.Join(err, err2)
	})
	if err != nil {
		t.Error(err)
	}
}

// TestWordsFile: what comes of a file is what its plan says, or nothing.
func TestWordsFile(t *testing.T) {
	told := 0
	d, db := wordDesk(t, func(*thesaurus.Thesaurus) { told++ })
	ctx, by := t.Context(), vigie.User{ID: "01KAMUSR000000000000000001", Role: vigie.Editor}
	var b bytes.Buffer
	tall, err := thesaurus.New([]thesaurus.Concept{mast("mât"), {ID: "optical-fibre", Labels: mast("fibre").Labels}})
	if err == nil {
		err = tall.WriteSKOS(&b, thesaurus.Base)
	}
	if err != nil {
		t.Fatal(err)
	}
	up := curate.Upload{ID: vigie.NewID[curate.ImportID](db.Now()), Name: "x.rdf", File: b.Bytes()}
	if err := d.ProposeConcepts(ctx, by, up); err != nil {
		t.Fatal(err)
	}
	plan, err := d.PlanConcepts(ctx, by, up.ID)
	if err != nil || strings.Join(plan.New, " ") != "mast" || strings.Join(plan.Changed, " ") != "optical-fibre" || !plan.Concept("mast").Equal(mast("mât")) {
		t.Fatalf("%+v, %v", plan, err)
	}
	if _, err := d.TakeConcepts(ctx, by, up.ID, "", ""); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("without having seen the plan: %v", err)
	}
	other := vigie.User{ID: "01KAMUSR000000000000000002", Role: vigie.Editor}
	if _, err := d.TakeConcepts(ctx, other, up.ID, plan.Seen, ""); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("by somebody else: %v", err)
	}
	if err := d.ProposeConcepts(ctx, vigie.User{Role: vigie.Curator}, up); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("by a curator: %v", err)
	}
	broken := curate.Upload{ID: vigie.NewID[curate.ImportID](db.Now()), File: up.File[:len(up.File)-20]}
	if err := d.ProposeConcepts(ctx, by, broken); !errors.Is(err, vigie.ErrInvalid) || !strings.Contains(err.Error(), "line ") {
		t.Errorf("a broken file: %v", err)
	}
	if told != 0 {
		t.Errorf("%d changes were told before there was one", told)
	}
	for range 2 {
		if _, err := d.TakeConcepts(ctx, by, up.ID, plan.Seen, ""); err != nil {
			t.Errorf("taken: %v", err)
		}
	}
	if told != 1 {
		t.Errorf("one change was told %d times", told)
	}
	now, err := d.Thesaurus()
	if c, ok := now.Concept("mast"); err != nil || !ok || !c.Equal(mast("mât")) {
		t.Errorf("after it: %+v, %v", c, err)
	}
	storetest.Check(t, db)
}

// TestWordsTooMany: the built-in concepts and as many as the desk may have stay within
// the bounds of a thesaurus.
func TestWordsTooMany(t *testing.T) {
	d, _ := wordDesk(t, nil)
	by := vigie.User{ID: "01KAMUSR000000000000000001", Role: vigie.Editor}
	var file strings.Builder
	file.WriteString(`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#">`)
	for n := range 5001 {
		file.WriteString(`<skos:Concept rdf:about="urn:x:` + fmt.Sprint("c", n) + `"><skos:prefLabel xml:lang="fr">x</skos:prefLabel></skos:Concept>`)
	}
	file.WriteString("</rdf:RDF>")
	_, err := d.ImportConcepts(t.Context(), by, curate.Upload{File: []byte(file.String())}, "")
	var bad *vigie.InvalidError
	if !errors.As(err, &bad) || bad.Field != "many" {
		t.Errorf("%v", err)
	}
	if now, err := d.Thesaurus(); err != nil || now.Len() > 1000 {
		t.Errorf("%d concepts, %v", now.Len(), err)
	}
}
