package crawl_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"vigie"
	"vigie/crawl"
	"vigie/crawl/crawltest"
)

// keeper remembers captures as a store does.
type keeper map[string]vigie.Capture

func (k keeper) kept(_ context.Context, _ vigie.SourceID, address string) (vigie.Capture, error) {
	c, ok := k[address]
	if !ok {
		return c, vigie.ErrNotFound
	}
	return c, nil
}

func (k keeper) file(fs []vigie.Finding) {
	for _, f := range fs {
		k[f.GUID] = *f.Capture
	}
}

// keeping is a reader whose captures are kept.
func keeping(web *crawltest.Web) (*crawl.Reader, keeper) {
	r, k := reader(web), keeper{}
	r.Kept = k.kept
	return r, k
}

// notice is a page of a hundred words or so, with some of them to choose.
func notice(fee, footer string) crawltest.Page {
	return crawltest.Page{Body: fmt.Sprintf(`<html lang="fr"><head><title>Redevances</title></head><body><article><h1>Redevances</h1>
<p>%s</p><p>La redevance est de %s dirhams par an.</p></article><footer>%s</footer></body></html>`,
		strings.Repeat("Le régulateur publie les redevances dues par les opérateurs de réseaux ouverts au public. ", 10), fee, footer)}
}

func TestWatch(t *testing.T) {
	web := crawltest.New(t)
	s := vigie.Source{ID: "s", Kind: vigie.Page, URL: web.URL(host, "/redevances")}
	r, k := keeping(web)
	v, m := vigie.Visit{}, memory{}
	for _, step := range []struct {
		name      string
		page      crawltest.Page
		least     int
		found     bool
		unchanged int
		same      bool
	}{
		{"the first time", notice("vingt", "a"), 0, true, 0, false},
		{"as it was", notice("vingt", "a"), 0, false, 0, true},
		{"another footer", notice("vingt", "b"), 0, false, 1, false},
		{"a word", notice("trente", "b"), 0, true, 0, false},
		{"a word below the threshold", notice("quarante", "b"), 50, false, 1, false},
		{"and one more", notice("quarante deux", "b"), 50, false, 1, false},
		{"many words", notice(strings.Repeat("cent ", 30), "b"), 50, true, 0, false},
	} {
		t.Run(step.name, func(t *testing.T) {
			web.Set(host, "/redevances", step.page)
			s.List.Least = step.least
			got, paths := read(t, r, s, &v, m)
			k.file(got.Findings)
			if (len(paths) == 1) != step.found || got.Unchanged != step.unchanged || got.NotModified != step.same {
				t.Errorf("findings %v, unchanged %d, same %v", paths, got.Unchanged, got.NotModified)
			}
			if !step.same && got.Items != 1 {
				t.Errorf("items %d", got.Items)
			}
			if step.found && (got.Findings[0].GUID != s.URL || got.Findings[0].Document.URL != s.URL) {
				t.Errorf("it lost its identity: %+v", got.Findings[0])
			}
		})
	}
}

func TestWatchOfOtherThings(t *testing.T) {
	web := crawltest.New(t)
	web.Set(host, "/empty", crawltest.Page{Body: "<html><title>Vide</title><body><script>fill()</script></body></html>"})
	web.Set(host, "/report.pdf", crawltest.Page{Body: "%PDF-1.4 nonsense", Raw: true})
	web.Set(host, "/", notice("vingt", "a"))
	r := reader(web)
	watched := func(path string) (vigie.Reading, error) {
		return r.Read(t.Context(), vigie.Source{ID: "s", Kind: vigie.Page, URL: web.URL(host, path)}, vigie.Visit{ETag: "old"}, memory{}.known)
	}
	got, err := watched("/empty")
	if err != nil || got.Items != 0 || got.NotModified || len(got.Faults) != 1 || got.Visit.ETag != "" {
		t.Errorf("a page without text: %+v, %v", got, err)
	}
	got, err = watched("/report.pdf")
	if err != nil || len(got.Findings) != 1 || got.Findings[0].Document.MediaType != "application/pdf" || got.Findings[0].Digest == "" {
		t.Errorf("a PDF: %+v, %v", got, err)
	}
	if got, err = watched("/"); err != nil || len(got.Findings) != 1 {
		t.Errorf("a front page: %+v, %v", got, err)
	}
	if _, err = watched("/gone"); err == nil {
		t.Error("a page that is gone is no error")
	}
}

// TestLinkedFiles: a report behind a list becomes a document as it came, larger
// than a page may be, named by its link.
func TestLinkedFiles(t *testing.T) {
	web := crawltest.New(t)
	web.Set(host, "/liste", crawltest.Page{Body: `<main><ul><li><a href="/rapport.pdf">Rapport annuel sur les réseaux</a></li><li><a href="/voir?doc=7">Étude des tarifs</a></li></ul></main>`})
	noise := make([]byte, 8<<20) // what does not pack well
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise)
	report := "%PDF-1.7\n" + string(noise)
	web.Set(host, "/rapport.pdf", crawltest.Page{Body: report, Raw: true})
	web.Set(host, "/voir", crawltest.Page{Body: "%PDF-1.4 court", Raw: true, Type: "application/pdf"})
	s := vigie.Source{ID: "s", Kind: vigie.Site, URL: web.URL(host, "/liste")}
	got, paths := read(t, reader(web), s, &vigie.Visit{}, memory{})
	if len(paths) != 2 {
		t.Fatalf("found %v, faults %q", paths, got.Faults)
	}
	for i, want := range []struct {
		title string
		size  int
	}{{"Rapport annuel sur les réseaux", len(report)}, {"Étude des tarifs", 14}} {
		f := got.Findings[i]
		if f.Document.Title != want.title || f.Document.MediaType != "application/pdf" || len(f.Document.Body) > 0 || len(f.Capture.Body) != want.size {
			t.Errorf("%+v with %d bytes, want %+v", f.Document, len(f.Capture.Body), want)
		}
	}
}
