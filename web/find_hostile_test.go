package web_test

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"vigie"
	"vigie/vigietest"
)

// TestFindHostile asks with some of the strings that broke somebody's program, in the
// box, in its boxes, in its form: the page stands, and nothing in it acts.
func TestFindHostile(t *testing.T) {
	t.Parallel()
	askHostile(t, 100)
}

// TestProofFindHostile asks with all of them.
func TestProofFindHostile(t *testing.T) {
	if os.Getenv("VIGIE_PROOF") == "" {
		t.Skip("takes minutes: VIGIE_PROOF=1")
	}
	askHostile(t, 1)
}

// askHostile asks with one in so many.
func askHostile(t *testing.T, step int) {
	t.Helper()
	d, _ := shelves(t)
	lines := []string{strings.Repeat("(", 100_000), strings.Repeat("mot ", 25_000), strings.Repeat("é", 100_000), "\x00\xff", "\u202E\u2066", "{{.}}", `"><script>alert(1)</script>`}
	for n, line := range vigietest.Hostile(t) {
		if n%step == 0 {
			lines = append(lines, line)
		}
	}
	for n, line := range lines {
		answers := url.Values{"avance": {line}, "tri": {line}}
		for _, name := range []string{"tous", "phrase", "un", "aucun", "titre", "source", "lang", "du", "pmin", "jours"} {
			answers.Set(name, line)
		}
		for _, path := range []string{
			find([]string{"fr", "en", "ar"}[n%3], line), find("fr", "fibre", "tri", line, "page", line), "/fr/bureau/recherche?" + answers.Encode(),
			find("fr", "fibre", "f", "source:"+line, "f", line, "avant", "country:"+line, "f", "topic:"+line, "f", "tag:"+line),
		} {
			a := d.get(path)
			if a.Code == http.StatusSeeOther {
				to := a.Header.Get("Location")
				if !strings.HasPrefix(to, "/fr/bureau/recherche?q=") {
					t.Fatalf("%.60q leads to %.100q", line, to)
				}
				a = d.get(to)
			}
			if a.Code != http.StatusOK && a.Code != http.StatusUnprocessableEntity {
				t.Errorf("%.60q: %d at %.120s", line, a.Code, path)
			}
			harmlessPage(t, line[:min(len(line), 60)], a.Body)
		}
	}
}

// TestFindHostileNames files documents with such names.
func TestFindHostileNames(t *testing.T) {
	t.Parallel()
	var more []vigie.Document
	lines := payloads(t)
	for n, line := range lines {
		if n%(1+len(lines)/66) != 0 { // there is a second page of results
			continue
		}
		more = append(more, vigie.Document{URL: "https://cahiers.example/" + string(vigie.HashOf([]byte(line))), Title: line + " marqueur", Publisher: line, Lang: "fr", Body: []vigie.Paragraph{{Text: line + " marqueur " + line}}})
	}
	d := searching(t, more...)
	for _, path := range []string{find("fr", "marqueur"), find("ar", "marqueur", "tri", "recents", "page", "2"), find("en", "marqueur source:cahiers")} {
		a := d.get(path)
		if a.Code != http.StatusOK || !strings.Contains(a.Body, "marqueur</mark>") {
			t.Errorf("%s: %d", path, a.Code)
		}
		harmlessPage(t, path, a.Body)
	}
}
