package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The most that a first visit of a public page, and all scripts together, may weigh
// on the way (DESIGN.md section 7).
const (
	maxVisitBytes  = 60 << 10
	maxStyleBytes  = 14 << 10
	maxScriptBytes = 35 << 10
)

// packed asks as browsers do.
func packed(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd") }

func TestWeight(t *testing.T) {
	s := server(t, options(filled(t)))
	for _, path := range []string{"/fr/", "/ar/", "/fr/etat"} {
		page := ask(t, s, "GET", path, packed)
		total := len(page.Body)
		if page.Code != http.StatusOK {
			t.Fatalf("%s: %d", path, page.Code)
		}
		files := regexp.MustCompile(`/(?:static|couleurs)/[a-z0-9./-]+`).FindAllString(unpacked(t, page), -1)
		seen := map[string]bool{}
		for _, file := range files {
			if got := ask(t, s, "GET", file, packed); !seen[file] {
				seen[file] = true
				total += len(got.Body)
				if strings.HasSuffix(file, ".css") && len(got.Body) > maxStyleBytes {
					t.Errorf("%s weighs %d bytes, at most %d", file, len(got.Body), maxStyleBytes)
				}
			}
		}
		if len(seen) < 2 || total > maxVisitBytes {
			t.Errorf("%s: %d bytes in %d files for a first visit, at most %d", path, total, len(seen), maxVisitBytes)
		}
	}
}

// TestScriptWeight packs all scripts there are.
func TestScriptWeight(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("ui", "static", "*.js"))
	if err != nil || len(names) == 0 {
		t.Fatalf("there are no scripts: %v", err)
	}
	total := 0
	for _, name := range names {
		total += len(zipped(t, name))
	}
	if total > maxScriptBytes {
		t.Errorf("%d scripts weigh %d bytes, at most %d", len(names), total, maxScriptBytes)
	}
}

func TestPackedAsset(t *testing.T) {
	s := server(t, options(filled(t)))
	file := asset(t, s, "css")
	plain, small := ask(t, s, "GET", file), ask(t, s, "GET", file, packed)
	if small.Header.Get("Content-Encoding") != "gzip" || plain.Header.Get("Content-Encoding") != "" || unpacked(t, small) != plain.Body {
		t.Error("the sheet is not what is packed, or is packed for who does not take it")
	}
	if plain.Header.Get("ETag") == small.Header.Get("ETag") || small.Header.Get("Vary") != "Accept-Encoding" || plain.Header.Get("Vary") != "Accept-Encoding" {
		t.Errorf("ETag %s and %s, Vary %q", plain.Header.Get("ETag"), small.Header.Get("ETag"), small.Header.Get("Vary"))
	}
	for accept, want := range map[string]string{"": "", "br": "", "gzip;q=0": "", "GZIP": "gzip", "br, gzip;q=0.5": "gzip", "xgzip": ""} {
		got := ask(t, s, "GET", file, func(r *http.Request) { r.Header.Set("Accept-Encoding", accept) }).Header.Get("Content-Encoding")
		if got != want {
			t.Errorf("Accept-Encoding %q gives %q, want %q", accept, got, want)
		}
	}
	for _, tag := range []string{small.Header.Get("ETag"), "W/" + small.Header.Get("ETag")} {
		if got := ask(t, s, "GET", file, packed, func(r *http.Request) { r.Header.Set("If-None-Match", tag) }); got.Code != http.StatusNotModified {
			t.Errorf("%s: %d, want 304", tag, got.Code)
		}
	}
}

// unpacked is the body of an answer as it is read.
func unpacked(t *testing.T, a answer) string {
	t.Helper()
	if a.Header.Get("Content-Encoding") != "gzip" {
		return a.Body
	}
	r, err := gzip.NewReader(strings.NewReader(a.Body))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// zipped is a file as it is sent.
func zipped(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
