package curate_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vigie"
	"vigie/curate"
	"vigie/curate/locale"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/index/thesaurus"
)

// TestWordsDamaged: where one record of the desk cannot be read, all the others are of
// use; nobody writes over it, and the check names it.
func TestWordsDamaged(t *testing.T) {
	dir := t.TempDir()
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	by := vigie.User{ID: "01KAMUSR000000000000000001", Role: vigie.Editor}
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	tower := mast("mât haubané")
	tower.ID = "tower"
	d := curate.New(db, c, curate.Options{})
	if err := errors.Join(d.AddConcept(t.Context(), by, mast("zaptel"), ""), d.AddConcept(t.Context(), by, tower, ""), db.Close()); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "vigie.db")
	body, err := os.ReadFile(file)
	if err != nil || !bytes.Contains(body, []byte(`{"text":"zaptel"`)) {
		t.Fatal("the record is not in the file", err)
	}
	if err := os.WriteFile(file, bytes.ReplaceAll(body, []byte(`{"text":"zaptel"`), []byte(`{"text":"zaptal"`)), 0o600); err != nil {
		t.Fatal(err)
	}
	if db, err = store.Open(t.Context(), dir, store.Options{}); err != nil {
		t.Fatal(err)
	}
	d = curate.New(db, c, curate.Options{})
	now, err := d.Thesaurus()
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]bool{"mast": false, "tower": true, "optical-fibre": true} {
		if _, ok := now.Concept(id); ok != want {
			t.Errorf("%s is in use: %v", id, ok)
		}
	}
	if err := d.AddConcept(t.Context(), by, mast("mât"), ""); !errors.Is(err, vigie.ErrDamaged) {
		t.Errorf("over the damaged one: %v", err)
	}
	if err := d.HideConcept(t.Context(), by, "tower", 1, ""); err != nil {
		t.Errorf("beside it: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	checked, err := store.Verify(t.Context(), dir, true)
	if said := strings.Join(checked.Damages, "\n"); err != nil || len(checked.Damages) != 1 || !strings.Contains(said, "concepts/6d617374") {
		t.Errorf("the check says %q, %v", said, err)
	}
}

// TestWordsRestored: each built-in concept that was hidden can come back, also where those
// it links to are hidden, and not where another concept has its name by now.
func TestWordsRestored(t *testing.T) {
	told := 0
	d, _ := wordDesk(t, func(*thesaurus.Thesaurus) { told++ })
	ctx, by := t.Context(), vigie.User{ID: "01KAMUSR000000000000000001", Role: vigie.Editor}
	builtIn, err := thesaurus.Default()
	if err != nil {
		t.Fatal(err)
	}
	fibre, _ := builtIn.Concept("optical-fibre")
	if len(fibre.Broader) == 0 {
		t.Fatal("the sample has nothing broader")
	}
	broader, tower := fibre.Broader[0], mast(fibre.Labels[vigie.French][0].Text)
	tower.ID = "tower"
	for i, step := range []struct{ err, want error }{
		{d.HideConcept(ctx, by, fibre.ID, 0, ""), nil},
		{d.HideConcept(ctx, by, broader, 0, ""), nil},
		{d.HideConcept(ctx, by, broader, 1, ""), nil},
		{d.RestoreConcept(ctx, by, fibre.ID, 1, ""), nil},
		{d.RestoreConcept(ctx, by, fibre.ID, 2, ""), nil},
		{d.HideConcept(ctx, by, fibre.ID, 2, ""), nil},
		{d.AddConcept(ctx, by, tower, ""), nil},
		{d.RestoreConcept(ctx, by, fibre.ID, 3, ""), vigie.ErrInvalid},
		{d.RestoreConcept(ctx, by, broader, 1, ""), nil},
	} {
		if !errors.Is(step.err, step.want) {
			t.Errorf("step %d: %v", i, step.err)
		}
	}
	if told != 6 {
		t.Errorf("%d changes were told", told)
	}
	flaw, ok := errors.AsType[*thesaurus.FlawError](d.RestoreConcept(ctx, by, fibre.ID, 3, ""))
	if !ok || flaw.Code != "taken" {
		t.Errorf("the flaw is %+v", flaw)
	}
	for c := range builtIn.All() {
		without := builtIn.Over([]thesaurus.Change{{Concept: thesaurus.Concept{ID: c.ID}, Hidden: true}})
		if err := without.Admits(c); err != nil {
			t.Errorf("%s cannot come back: %v", c.ID, err)
		}
	}
}

// TestWordsBuiltInPlanned: the plan of a file names what it makes again what is built in.
func TestWordsBuiltInPlanned(t *testing.T) {
	d, db := wordDesk(t, nil)
	ctx, by := t.Context(), vigie.User{ID: "01KAMUSR000000000000000001", Role: vigie.Editor}
	builtIn, err := thesaurus.Default()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := errors.Join(builtIn.WriteSKOS(&b, thesaurus.Base), d.HideConcept(ctx, by, "optical-fibre", 0, "")); err != nil {
		t.Fatal(err)
	}
	up := curate.Upload{ID: vigie.NewID[curate.ImportID](db.Now()), Name: "x.rdf", File: b.Bytes()}
	if err := d.ProposeConcepts(ctx, by, up); err != nil {
		t.Fatal(err)
	}
	plan, err := d.PlanConcepts(ctx, by, up.ID)
	fibre, _ := builtIn.Concept("optical-fibre")
	if got := plan.Concept("optical-fibre"); err != nil || !got.Equal(fibre) {
		t.Errorf("the plan has %+v, %v", got, err)
	}
	if _, err := d.TakeConcepts(ctx, by, up.ID, plan.Seen, ""); err != nil {
		t.Error(err)
	}
	now, err := d.Thesaurus()
	if got, _ := now.Concept("optical-fibre"); err != nil || !got.Equal(fibre) {
		t.Errorf("after it: %+v, %v", got, err)
	}
	storetest.Check(t, db)
}
