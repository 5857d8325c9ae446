package harvest_test

import (
	"bytes"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vigie"
	"vigie/crawl"
	"vigie/crawl/crawltest"
	"vigie/crawl/harvest"
	"vigie/crawl/polite"
	"vigie/curate/diff"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/vigietest"
)

// TestHandbook reads some chapters of the book in one language.
func TestHandbook(t *testing.T) { readHandbook(t, "fr-FR", "sect.s") }

// TestProofHandbook reads all of the book in four languages.
func TestProofHandbook(t *testing.T) {
	if os.Getenv("VIGIE_PROOF") == "" {
		t.Skip("a long proof: make proof")
	}
	for _, lang := range []string{"fr-FR", "en-US", "es-ES", "ar-MA"} {
		t.Run(lang, func(t *testing.T) { readHandbook(t, lang, "") })
	}
}

// readHandbook reads the pages of a language whose names begin so, as a site
// source: once whole, then nothing that is unchanged, then one changed chapter.
func readHandbook(t *testing.T, lang, begin string) {
	t.Helper()
	dir := vigietest.Handbook(t, lang)
	want := walk(t, dir, begin)
	web, edit := serveBook(t, lang, dir)
	const pause = 50 * time.Millisecond
	door := polite.New(polite.Options{Allow: web.Allow(), PagePause: pause, FeedPause: pause})
	db := storetest.Open(t)
	h := harvest.New(db, map[vigie.Kind]harvest.Reader{vigie.Site: &crawl.Reader{Web: door, Kept: harvest.Kept(db)}}, harvest.Options{})
	s := vigie.Source{Kind: vigie.Site, URL: web.URL("livre.test", "/"+lang+"/index.html"), List: vigie.ListRules{Depth: 2, Most: 1000}}
	if begin != "" {
		s.List.Allow = []string{"/" + lang + "/" + begin}
	}
	update(t, db, func(tx *store.Tx) (err error) {
		s, err = tx.AddSource(s)
		return err
	})
	turn := func() harvest.Report {
		t.Helper()
		r, err := h.Run(t.Context(), harvest.Choice{Source: s.ID}, nil)
		if err != nil || len(r.Failed) > 0 {
			t.Fatalf("turn: %+v, %v", r, err)
		}
		return r
	}

	if r := turn(); r.New != len(want) {
		t.Errorf("first turn: %d new documents, the files have %d pages; faults %q", r.New, len(want), visit(t, db, s.ID).Faults)
	}
	for _, page := range want {
		update(t, db, func(tx *store.Tx) error {
			doc, err := tx.DocumentAt(web.URL("livre.test", "/"+lang+"/"+page))
			if err == nil && (doc.Title == "" || doc.Revision != 1) {
				t.Errorf("%s is %+v", page, doc)
			}
			return err
		})
	}
	before := len(web.Log(""))
	if r := turn(); r.NotModified != 1 || r.New+r.Changed > 0 {
		t.Errorf("second turn: %+v", r)
	}
	for _, asked := range web.Log("")[before:] {
		if asked.Status != http.StatusNotModified {
			t.Errorf("the second turn asked %d %s", asked.Status, asked.Path)
		}
	}

	chapter := "sect.supervision.html"
	edit(chapter, "Le registre des amendements est tenu à jour.")
	if r := turn(); r.Changed != 1 || r.New > 0 {
		t.Fatalf("after a change: %+v", r)
	}
	update(t, db, func(tx *store.Tx) error {
		doc, err := tx.DocumentAt(web.URL("livre.test", "/"+lang+"/"+chapter))
		if err != nil {
			return err
		}
		if doc.Revision != 2 {
			t.Errorf("%s has %d revisions", chapter, doc.Revision)
		}
		checkDiff(t, tx, doc)
		return nil
	})
	checkPauses(t, web, pause)
}

// checkDiff finds the added sentence, and nothing else, in the diff of the two
// revisions of a document.
func checkDiff(t *testing.T, tx *store.Tx, doc vigie.Document) {
	t.Helper()
	var bodies [2][]vigie.Paragraph
	for n := range 2 {
		r, err := tx.Revision(doc.ID, n+1)
		if err == nil {
			bodies[n], err = tx.BodyOf(r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var added []string
	for _, c := range diff.Words(bodies[0], bodies[1]) {
		for _, r := range c.Runs {
			if r.Op == diff.Added {
				added = append(added, strings.TrimSpace(r.Text))
			}
			if r.Op == diff.Removed {
				t.Errorf("removed %q", r.Text)
			}
		}
	}
	if !slices.Equal(added, []string{"Le registre des amendements est tenu à jour."}) {
		t.Errorf("added %q", added)
	}
}

// checkPauses measures the pauses as the server saw them.
func checkPauses(t *testing.T, web *crawltest.Web, pause time.Duration) {
	t.Helper()
	var last time.Time
	for _, asked := range web.Log("") {
		if asked.Path == "/robots.txt" {
			continue
		}
		if gap := asked.At.Sub(last); !last.IsZero() && gap < pause-5*time.Millisecond {
			t.Errorf("%s came after %v", asked.Path, gap)
		}
		last = asked.At
	}
}

// walk finds the pages that can be reached from the index by links, without any of
// our code: the index and those whose names begin so.
func walk(t *testing.T, dir, begin string) []string {
	t.Helper()
	link := regexp.MustCompile(`<a[^>]*?\shref="([^"#/]+\.html)["#]`)
	found := []string{"index.html"}
	for i := 0; i < len(found); i++ { // it grows
		text, err := os.ReadFile(filepath.Join(dir, found[i]))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllSubmatch(text, -1) {
			name := string(m[1])
			if slices.Contains(found, name) || !strings.HasPrefix(name, begin) {
				continue
			}
			if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
				found = append(found, name)
			}
		}
	}
	if len(found) < 10 {
		t.Fatalf("only %d pages can be reached: %q", len(found), found)
	}
	return found
}

// serveBook serves a language of the book as any web server would. edit adds a
// sentence to a page, which is from then on newer.
func serveBook(t *testing.T, lang, dir string) (web *crawltest.Web, edit func(page, sentence string)) {
	t.Helper()
	var mu sync.Mutex
	edited := map[string][]byte{}
	when := time.Now()
	files := http.StripPrefix("/"+lang+"/", http.FileServer(http.Dir(dir)))
	web = crawltest.New(t)
	web.Handle("livre.test", "*", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		text, ok := edited[path.Base(r.URL.Path)]
		mu.Unlock()
		switch {
		case ok:
			http.ServeContent(w, r, r.URL.Path, when, bytes.NewReader(text))
		case path.Base(r.URL.Path) == "index.html": // which a file server redirects
			f, err := os.ReadFile(filepath.Join(dir, "index.html"))
			if err != nil {
				t.Error(err)
			}
			http.ServeContent(w, r, "index.html", when.Add(-24*time.Hour), bytes.NewReader(f))
		default:
			files.ServeHTTP(w, r)
		}
	})
	return web, func(page, sentence string) {
		text, err := os.ReadFile(filepath.Join(dir, page))
		if err != nil {
			t.Fatal(err)
		}
		const between = `</div><div class="para">`
		at := bytes.Index(text, []byte(between))
		if at < 0 {
			t.Fatalf("%s has no two paragraphs", page)
		}
		at += len("</div>")
		mu.Lock()
		defer mu.Unlock()
		edited[page] = slices.Concat(text[:at], []byte(`<div class="para">`+sentence+`</div>`), text[at:])
	}
}
