package demo_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/cmd/vigie/demo"
	"vigie/crawl"
	"vigie/crawl/harvest"
	"vigie/crawl/polite"
	"vigie/feeds"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// gathered is a store with what the pipeline made of the sample web.
func gathered(t *testing.T) (*demo.Web, *store.DB, *harvest.Harvester) {
	t.Helper()
	web, db := start(t), storetest.Open(t)
	door := polite.New(polite.Options{
		Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, PagePause: time.Millisecond, FeedPause: time.Millisecond,
	})
	h := harvest.New(db, map[vigie.Kind]harvest.Reader{
		vigie.Feed: &feeds.Reader{Web: door}, vigie.Site: &crawl.Reader{Web: door},
	}, harvest.Options{})
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		for _, s := range web.Sources() {
			if _, err := tx.AddSource(s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	report, err := h.Run(t.Context(), harvest.Choice{All: true}, nil)
	if err != nil || len(report.Failed) > 0 || report.New < 100 {
		t.Fatalf("%+v, %v", report, err)
	}
	return web, db, h
}

// stored is a document with its plain text.
type stored struct {
	vigie.Document
	text string
}

func documents(t *testing.T, db *store.DB) []stored {
	t.Helper()
	var docs []stored
	err := db.View(func(tx *store.Tx) error {
		for d, err := range tx.Queue(vigie.New) {
			if err != nil {
				return err
			}
			body, err := tx.Body(d)
			if err != nil {
				return err
			}
			docs = append(docs, stored{d, vigie.PlainText(body)})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return docs
}

// TestGather reads the sample web through the real pipeline, twice.
func TestGather(t *testing.T) {
	_, db, h := gathered(t)
	docs := documents(t, db)
	titles := map[string]int{}
	for _, d := range docs {
		titles[d.Title]++
		if n := len(strings.Fields(d.text)); d.MediaType != "application/pdf" && (n < 95 || n > 250) {
			t.Errorf("%s has %d words", d.URL, n)
		}
		if d.Lang.Base() == vigie.Und || d.Published.IsZero() || d.Publisher == "" {
			t.Errorf("%s: language %q, published %v, publisher %q", d.URL, d.Lang, d.Published, d.Publisher)
		}
	}
	if copies := len(docs) - len(titles); copies < 3 {
		t.Errorf("%d documents have another's title", copies)
	}
	relayed := 0
	for _, d := range docs {
		relayed += sightings(t, db, d.ID) - 1
	}
	if relayed < 3 {
		t.Errorf("%d documents are shown by a second source", relayed)
	}
	again, err := h.Run(t.Context(), harvest.Choice{All: true}, nil)
	if err != nil || len(again.Failed) != 1 || again.New+again.Changed != 0 {
		t.Errorf("the second turn: %+v, %v", again, err)
	}
}

// TestQuotations finds every quotation once, in one document, of which nobody
// else may be the source of record.
func TestQuotations(t *testing.T) {
	_, db, _ := gathered(t)
	docs := documents(t, db)
	c, err := demo.Observatory()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range c.Syntheses {
		langs := map[vigie.Lang]bool{}
		for i, q := range d.Citations {
			if q.N != i+1 {
				t.Errorf("citation %d is numbered %d", i+1, q.N)
			}
			found := 0
			for _, doc := range docs {
				if !q.In(doc.URL) {
					continue
				}
				found++
				langs[doc.Lang.Base()] = true
				if n := strings.Count(doc.text, q.Exact); n != 1 {
					t.Errorf("%s holds %q %d times", doc.URL, q.Exact, n)
				}
				if n := sightings(t, db, doc.ID); n != 1 {
					t.Errorf("%s was shown by %d sources", doc.URL, n)
				}
			}
			if found != 1 {
				t.Errorf("%d documents end in %q", found, q.Path)
			}
		}
		if len(langs) < 3 {
			t.Errorf("cited are the languages %v only", langs)
		}
	}
}

func sightings(t *testing.T, db *store.DB, id vigie.DocumentID) int {
	t.Helper()
	n := 0
	if err := db.View(func(tx *store.Tx) error {
		seen, err := tx.Sightings(id)
		n = len(seen)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}
