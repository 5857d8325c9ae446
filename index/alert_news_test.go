package index_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// TestAlertsOfFirstText: a report whose reader broke off has its text later, from a
// reader of ours: that is news, once. What readers change afterwards is none.
func TestAlertsOfFirstText(t *testing.T) {
	db := storetest.Open(t)
	x := open(t, db)
	a := index.NewAlerts(x, nil)
	searches := watch(t, db, "fibre", "cuivre", "rapport")
	s := storetest.Source(t, db, "https://example.org/feed")
	report := vigie.Document{URL: "https://example.org/rapport.pdf", Title: "Rapport", Lang: vigie.French, Obstacle: vigie.Crashed}
	filed, err := db.File(t.Context(), store.Filing{Source: s, Reading: vigie.Reading{Visit: vigie.Visit{Source: s.ID}, Findings: []vigie.Finding{{
		GUID: "1", URL: report.URL, Document: report, Parser: 1,
		Capture: &vigie.Capture{URL: report.URL, Status: 200, Body: []byte("%PDF-1.7")},
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	finds := func(when string, want int, by ...int) {
		t.Helper()
		if n := lookAgain(t, x, a); n != want {
			t.Errorf("%s: %d matches, want %d", when, n, want)
		}
		for i, search := range searches {
			if got := len(told(t, db, search.ID)) > 0; got != slices.Contains(by, i) {
				t.Errorf("%s: %q found it: %v", when, search.Query, got)
			}
		}
	}
	reread := func(parser int, text string) {
		t.Helper()
		var d vigie.Document
		err := db.View(func(tx *store.Tx) (err error) {
			d, err = tx.Document(filed.Documents[0])
			return err
		})
		d.Obstacle, d.Body = "", []vigie.Paragraph{{Text: text}}
		changed, err2 := db.Reread(t.Context(), d, parser)
		if err := errors.Join(err, err2); err != nil || !changed {
			t.Fatalf("read again: %v, %v", changed, err)
		}
	}
	links := func(parser int, to string) {
		t.Helper()
		var d vigie.Document
		err := db.View(func(tx *store.Tx) (err error) {
			if d, err = tx.Document(filed.Documents[0]); err == nil {
				d.Body, err = tx.Body(d)
			}
			return err
		})
		d.Links = []string{to}
		if _, err2 := db.Reread(t.Context(), d, parser); err != nil || err2 != nil {
			t.Fatalf("link: %v, %v", err, err2)
		}
	}
	finds("without a text", 1, 2)
	reread(1, "La fibre avance.")
	reread(2, "La fibre avance encore.") // before the alerts look
	finds("with its first text", 1, 0, 2)
	reread(3, "La fibre et le cuivre avancent.")
	finds("when a newer reader finds more", 0, 0, 2)
	reread(4, "La fibre, le cuivre et le reste.")
	links(4, "https://example.org/autre")
	finds("when its links follow", 0, 0, 2)
}

// TestSearchThatCannotBeAsked: one whose beginnings of words stand for too many holds up
// no other, and who asks is told why it finds nothing.
func TestSearchThatCannotBeAsked(t *testing.T) {
	db := storetest.Open(t)
	x := open(t, db)
	searches := watch(t, db, "aa*", "fibre")
	var words strings.Builder
	for n := range 20_100 {
		fmt.Fprintf(&words, "aa%d ", n)
	}
	s := storetest.Source(t, db, "https://example.org/feed")
	storetest.File(t, db, s, vigie.Document{URL: "https://example.org/1", Title: "Mots", Lang: vigie.French, Body: text(words.String() + "fibre")})
	if n := lookAgain(t, x, index.NewAlerts(x, nil)); n != 1 || len(told(t, db, searches[1].ID)) != 1 {
		t.Errorf("%d matches", n)
	}
	for line, want := range map[string]string{"aa*": "prefix", "fibre aa*": "prefix", "-aa*": "prefix", "aa12*": "", "fibre from:-30d": ""} {
		q, err := query.Parse(line)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		_, errSearch := x.Search(t.Context(), q, index.SearchOptions{})
		for _, err := range []error{errSearch, x.Try(t.Context(), q)} {
			if fault, ok := errors.AsType[*query.Error](err); ok && errors.Is(err, vigie.ErrInvalid) {
				got = fault.Key
			} else if err != nil {
				t.Errorf("%q: %v", line, err)
			}
			if got != want {
				t.Errorf("%q: fault %q, want %q", line, got, want)
			}
		}
	}
}
