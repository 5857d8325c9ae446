package archive_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index/archive"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/index/thesaurus"
)

// fillTerms lets somebody say three things of two concepts.
func fillTerms(t testing.TB, db *store.DB) {
	t.Helper()
	by, at := vigie.UserID("01KAMUSR000000000000000001"), time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)
	own := thesaurus.Concept{ID: "mast", Broader: []string{"telecommunications"}, Labels: map[vigie.Lang][]thesaurus.Label{
		vigie.French: {{Text: "mât"}}, thesaurus.Every: {{Text: "MAT", AsWritten: true}},
	}}
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		return tx.PutTerms(
			store.Term{ID: "mast", N: 1, State: store.OwnTerm, Concept: own, By: by, At: at}, store.Term{ID: "mast", N: 2, State: store.HiddenTerm, By: by, At: at},
			store.Term{ID: "spectrum", N: 1, State: store.HiddenTerm, By: by, At: at})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestVerifyTerms alters lines so that each is well formed and does not fit.
func TestVerifyTerms(t *testing.T) {
	db := storetest.Open(t)
	fillTerms(t, db)
	whole, report := exported(t, db)
	if report.Concepts != 3 {
		t.Errorf("%+v", report)
	}
	lines := unzip(t, whole)
	var about []string
	for line := range strings.Lines(lines) {
		if strings.Contains(line, `"type":"concept"`) {
			about = append(about, line)
		}
	}
	replaced := func(from, to string) string { return strings.Replace(lines, from, to, 1) }
	less := func(s string) string { return strings.Replace(s, `"concepts":3`, `"concepts":2`, 1) }
	for name, altered := range map[string]string{
		"one less":          replaced(about[1], ""),
		"the first less":    less(replaced(about[0], "")),
		"out of order":      strings.Replace(replaced(about[2], ""), about[0], about[2]+about[0], 1),
		"without a label":   replaced(`"labels":{"fr":[{"text":"mât"}],"mul":[{"text":"MAT","as_written":true}]},`, ""),
		"another state":     replaced(`"state":"hidden"`, `"state":"x"`),
		"hidden with links": replaced(`"state":"hidden"`, `"state":"hidden","related":["ict"]`),
		"an unknown field":  replaced(`"state":"own"`, `"x":1,"state":"own"`),
	} {
		if altered == lines {
			t.Fatalf("%s alters nothing", name)
		}
		if _, err := archive.Verify(bytes.NewReader(zip(t, altered))); !errors.Is(err, vigie.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := archive.Verify(bytes.NewReader(whole)); err != nil {
		t.Error(err)
	}
}
