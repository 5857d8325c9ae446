package demo_test

import (
	"bytes"
	"strings"
	"testing"

	"vigie"
	"vigie/crawl/harvest"
	"vigie/index/store"
)

// corrections are the addresses, from the path on, of what publishers put right.
const (
	correctedArticle = "/2026/ecoles-debit"
	correctedReport  = "/publications/acces-fixe-2026.pdf"
)

// TestCorrect reads the sample web before and after its publishers put things
// right: the same two documents, each with a second revision.
func TestCorrect(t *testing.T) {
	web, db, h := gathered(t)
	before := documents(t, db)
	report := documentAt(t, before, correctedReport)
	first := get(t, report.URL)
	revised := web.Correct()
	if len(revised) != 2 {
		t.Fatalf("revised are %q", revised)
	}
	for _, address := range revised {
		turn, err := h.Run(t.Context(), harvest.Choice{Source: sourceAt(t, db, address)}, nil)
		if err != nil || len(turn.Failed) > 0 || turn.New != 0 || turn.Changed != 1 {
			t.Errorf("%s: %+v, %v", address, turn, err)
		}
	}
	after := documents(t, db)
	if len(after) != len(before) {
		t.Errorf("%d documents became %d", len(before), len(after))
	}
	for _, path := range []string{correctedArticle, correctedReport} {
		was, is := documentAt(t, before, path), documentAt(t, after, path)
		if is.ID != was.ID || is.Revision != was.Revision+1 || !is.Published.Time.Equal(was.Published.Time) {
			t.Errorf("%s: %+v became %+v", path, was.Document, is.Document)
		}
	}
	was, is := documentAt(t, before, correctedArticle).text, documentAt(t, after, correctedArticle).text
	for _, words := range [][2]string{{"la médiane atteint 84 mégabits", "la médiane atteint 74 mégabits"}, {"signée mercredi, engage", "signée jeudi, engage"}} {
		if !strings.Contains(was, words[0]) || strings.Contains(is, words[0]) || !strings.Contains(is, words[1]) {
			t.Errorf("%q did not become %q in %q", words[0], words[1], is)
		}
	}
	if !strings.Contains(is, "\nCorrection, le 20 novembre") {
		t.Errorf("no note says what was corrected: %q", is)
	}
	second := get(t, report.URL)
	if bytes.Equal([]byte(first.body), []byte(second.body)) || second.header.Get("Content-Type") != "application/pdf" ||
		first.header.Get("Last-Modified") == second.header.Get("Last-Modified") || first.header.Get("ETag") == second.header.Get("ETag") {
		t.Errorf("the second edition came as %v, the first as %v", second.header, first.header)
	}
}

// documentAt returns the one document whose address ends in a path.
func documentAt(t *testing.T, docs []stored, path string) stored {
	t.Helper()
	var found []stored
	for _, d := range docs {
		if strings.HasSuffix(d.URL, path) {
			found = append(found, d)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d documents end in %s", len(found), path)
	}
	return found[0]
}

// sourceAt returns the source that reads an address.
func sourceAt(t *testing.T, db *store.DB, address string) (id vigie.SourceID) {
	t.Helper()
	err := db.View(func(tx *store.Tx) error {
		for s, err := range tx.Sources() {
			if err != nil {
				return err
			}
			if s.URL == address {
				id = s.ID
			}
		}
		return nil
	})
	if err != nil || id == "" {
		t.Fatalf("no source reads %s: %v", address, err)
	}
	return id
}
