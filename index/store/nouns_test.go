package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

func TestSources(t *testing.T) {
	c := newClock()
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	want := vigie.Source{
		Kind: vigie.Site, URL: "https://regulateur.example.org/actualites", Name: "Régulateur", Publisher: "Autorité", Country: "MAR",
		Lang: vigie.French, Topics: []string{"5g"}, Every: time.Hour, FullText: vigie.FullTextNever,
		List: vigie.ListRules{Item: "article", Allow: []string{"/a/"}, Most: 3}, Licence: "CC BY 4.0", Terms: "oui", Cadence: 7 * 24 * time.Hour, Catalogue: "anrt-fr", Paused: true,
	}
	change(t, db, func(tx *store.Tx) error {
		got, err := tx.AddSource(want)
		want.ID, want.Added = got.ID, c.at
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("AddSource (-want +got):\n%s", diff)
		}
		return err
	})
	view(t, db, func(tx *store.Tx) error {
		got, err := tx.Source(want.ID)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Source (-want +got):\n%s", diff)
		}
		if _, err := tx.Source("01KAM000000000000000000000"); !errors.Is(err, vigie.ErrNotFound) {
			t.Errorf("an unknown source: %v", err)
		}
		return err
	})
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		_, err := tx.AddSource(vigie.Source{Kind: vigie.Site, URL: "https://REGULATEUR.example.org/actualites?utm_source=x"})
		return err
	})
	if !errors.Is(err, vigie.ErrConflict) || !strings.Contains(err.Error(), string(want.ID)) {
		t.Errorf("the same address again: %v", err)
	}
	err = db.Update(t.Context(), func(tx *store.Tx) error {
		_, err := tx.AddSource(vigie.Source{Kind: vigie.Feed, URL: "nowhere"})
		return err
	})
	if !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("a bad address: %v", err)
	}
	change(t, db, func(tx *store.Tx) error {
		want.Name = "Autre nom"
		return errors.Join(tx.PutSource(want), tx.PutVisit(vigie.Visit{Source: want.ID, ETag: `"x"`}))
	})
	change(t, db, func(tx *store.Tx) error {
		got, err := tx.Source(want.ID)
		if got.Name != "Autre nom" {
			t.Errorf("the name is %q", got.Name)
		}
		if v, _ := tx.Visit(want.ID); v.ETag != `"x"` {
			t.Errorf("the visit is %+v", v)
		}
		return errors.Join(err, tx.RemoveSource(want.ID))
	})
	view(t, db, func(tx *store.Tx) error {
		if _, err := tx.Source(want.ID); !errors.Is(err, vigie.ErrNotFound) {
			t.Errorf("a removed source: %v", err)
		}
		v, err := tx.Visit(want.ID)
		if diff := cmp.Diff(vigie.Visit{Source: want.ID}, v); diff != "" {
			t.Errorf("the visit of a removed source:\n%s", diff)
		}
		return err
	})
}

func TestDocumentRoundTrip(t *testing.T) {
	c := newClock()
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	s := storetest.Source(t, db, "https://news.example.org/feed")
	f := item(1)
	f.URL += "?utm_source=feed"
	f.Capture.Hops = []vigie.Hop{{URL: "http://news.example.org/1", Status: 301}}
	f.Capture.Header = map[string][]string{"Content-Type": {"text/html"}}
	f.Aliases = []string{"http://short.example.org/1"}
	want := vigie.Document{
		URL: "https://news.example.org/articles/1", Title: "Titre & <b>", Publisher: "P", Authors: []vigie.Author{{Name: "N", Email: "e", URL: "u"}},
		Lang: vigie.Arabic, Published: vigie.Date{Time: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Precision: vigie.Year},
		Modified: vigie.InstantOf(c.at), MediaType: "text/html", Summary: "S", Labels: []string{"l"},
		Enclosures: []vigie.Enclosure{{URL: "u", Type: "t", Length: 1 << 40}}, Links: []string{"https://b.example.org/1"},
		Body: []vigie.Paragraph{{Kind: vigie.Heading, Level: 1, Text: "T", Page: 3, Lang: vigie.French}, {Text: "مرحبا"}},
	}
	f.Document = want
	id := file(t, db, s, f).Documents[0]
	body := want.Body
	want.ID, want.Source, want.Revision, want.Filed, want.Body = id, s.ID, 1, c.at, nil
	view(t, db, func(tx *store.Tx) error {
		got, err := tx.Document(id)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Document (-want +got):\n%s", diff)
		}
		b, err2 := tx.Body(got)
		if diff := cmp.Diff(body, b); diff != "" {
			t.Errorf("Body (-want +got):\n%s", diff)
		}
		r, err3 := tx.Revision(id, 1)
		if r.Document != id || r.N != 1 || r.Text == "" || r.Content == "" || !r.Fetched.Equal(f.Capture.Fetched) || r.Changed != nil {
			t.Errorf("Revision = %+v", r)
		}
		k, err4 := tx.Capture(r.Capture)
		wantCapture := *f.Capture
		wantCapture.ID, wantCapture.Source, wantCapture.Snapshot, wantCapture.Body = r.Capture, s.ID, vigie.HashOf(f.Capture.Body), nil
		if diff := cmp.Diff(wantCapture, k); diff != "" {
			t.Errorf("Capture (-want +got):\n%s", diff)
		}
		raw, err5 := tx.Object(k.Snapshot)
		if !bytes.Equal(raw, f.Capture.Body) {
			t.Errorf("the snapshot is %q", raw)
		}
		seen, err6 := tx.Sightings(id)
		if diff := cmp.Diff([]vigie.Sighting{{Source: s.ID, Document: id, GUID: f.GUID, URL: f.URL, Digest: f.Digest, First: c.at, Last: c.at}}, seen); diff != "" {
			t.Errorf("Sightings (-want +got):\n%s", diff)
		}
		for _, address := range []string{want.URL, f.Aliases[0], "https://news.example.org/articles/1#x"} {
			if d, err := tx.DocumentAt(address); err != nil || d.ID != id {
				t.Errorf("at %s: %v, %v", address, d.ID, err)
			}
		}
		if d, ok := tx.Known(s.ID)(f.GUID, ""); !ok || d != f.Digest {
			t.Errorf("Known = %s, %v", d, ok)
		}
		return errors.Join(err, err2, err3, err4, err5, err6)
	})
}

func TestSightingRow(t *testing.T) {
	at := newClock().at
	for _, s := range []vigie.Sighting{
		{Source: "01KAM000000000000000000000", Document: "d", GUID: "g", URL: "g", First: at, Last: at},
		{Source: "01KAM000000000000000000000", Document: "d", GUID: "g", URL: "", Title: "t", Digest: vigie.HashOf(nil), First: at, Last: at},
		{Source: "01KAM000000000000000000000", Document: "d", GUID: "g", URL: "u", First: at, Last: at},
	} {
		got, err := store.SightingRoundTrip(s)
		if diff := cmp.Diff(s, got); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
}

func TestDocumentRow(t *testing.T) {
	at := newClock().at
	for _, d := range []vigie.Document{
		{ID: "01KAM000000000000000000000"},
		{
			ID: "odd", Source: "odd too", URL: "https://a.example.org/1", Title: "Titre", Publisher: "P", Lang: "fr-CA", MediaType: "text/html",
			Authors:   []vigie.Author{{Name: "Amina"}, {Email: "a@example.org", URL: "https://a.example.org"}},
			Published: vigie.Date{Time: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Precision: vigie.Month}, Modified: vigie.InstantOf(at),
			Summary: "S", Labels: []string{"a", ""}, Enclosures: []vigie.Enclosure{{URL: "u", Type: "t", Length: -1}}, Revision: 3, Filed: at,
		},
		{ID: "01KAM000000000000000000000", Source: "01KAM000000000000000000001", Pages: 3, Obstacle: vigie.NeedsOCR},
		{ID: "01KAM000000000000000000000", Source: "01KAM000000000000000000001", Links: []string{"https://b.example.org/1", "https://c.example.org/r.pdf"}},
		{ID: "01KAM000000000000000000000", Source: "01KAM000000000000000000001", Published: vigie.InstantOf(time.Date(869, 1, 1, 0, 0, 0, 0, time.UTC))},
	} {
		got, err := store.DocumentRoundTrip(d)
		if diff := cmp.Diff(d, got); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
}

func TestRecentIsNewestFirst(t *testing.T) {
	c := newClock()
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	s := storetest.Source(t, db, "https://news.example.org/feed")
	undated, ancient := item(3), item(4)
	undated.Document.Published = vigie.Date{} // counts as filed now
	ancient.Document.Published = vigie.InstantOf(time.Date(1869, 1, 1, 0, 0, 0, 0, time.UTC))
	file(t, db, s, item(1), ancient, undated, item(2))
	var got []string
	view(t, db, func(tx *store.Tx) error {
		for d, err := range tx.Recent() {
			if err != nil {
				return err
			}
			got = append(got, d.Title)
		}
		return nil
	})
	if diff := cmp.Diff([]string{"Article 3", "Article 2", "Article 1", "Article 4"}, got); diff != "" {
		t.Errorf("Recent (-want +got):\n%s", diff)
	}
}

func TestDecide(t *testing.T) {
	c := newClock() // stands still: the order must not depend on it
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	s := storetest.Source(t, db, "https://news.example.org/feed")
	id := file(t, db, s, item(1)).Documents[0]
	decide := func(d vigie.Decision) (vigie.Judgement, error) {
		d.Document, d.By = id, "Amina"
		var j vigie.Judgement
		err := db.Update(t.Context(), func(tx *store.Tx) error {
			var err error
			j, err = tx.Decide(d)
			return err
		})
		return j, err
	}
	for i := range 50 {
		act, want := vigie.Keep, vigie.Kept
		if i%2 == 1 {
			act, want = vigie.Drop, vigie.Dropped
		}
		if j, err := decide(vigie.Decision{Act: act}); err != nil || j.Status != want {
			t.Fatalf("decision %d: %+v, %v", i, j, err)
		}
	}
	c.at = c.at.Add(-time.Hour) // a clock that goes back changes nothing either
	if j, err := decide(vigie.Decision{Act: vigie.Tag, Tag: "5g", Why: "parce que"}); err != nil || j.Status != vigie.Dropped || len(j.Tags) != 1 {
		t.Fatalf("%+v, %v", j, err)
	}
	var log []vigie.Decision
	view(t, db, func(tx *store.Tx) error {
		var err error
		log, err = tx.Decisions(id)
		j, err2 := tx.Judgement(id)
		if j.Status != vigie.Dropped || j.By != "Amina" {
			t.Errorf("Judgement = %+v", j)
		}
		return errors.Join(err, err2)
	})
	if len(log) != 51 || log[50].Why != "parce que" || !vigie.ValidID(log[50].ID) {
		t.Fatalf("the log has %d entries: %+v", len(log), log[len(log)-1])
	}
	if _, err := decide(vigie.Decision{ID: log[0].ID, Act: vigie.Drop}); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("a decision taken twice: %v", err)
	}
	if j, err := decide(vigie.Decision{Act: vigie.Undo, Undoes: log[49].ID}); err != nil || j.Status != vigie.Kept {
		t.Errorf("undone: %+v, %v", j, err)
	}
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Decide(vigie.Decision{Document: "01KAM000000000000000000000", Act: vigie.Keep})
		return err
	})
	if !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("about nothing: %v", err)
	}
}

func TestRobotsAndRuns(t *testing.T) {
	db := storetest.Open(t)
	change(t, db, func(tx *store.Tx) error {
		if _, err := tx.Robots("https://a.example.org"); !errors.Is(err, vigie.ErrNotFound) {
			t.Errorf("unknown robots: %v", err)
		}
		return tx.PutRobots("https://a.example.org", []byte{0, 255, 'a'})
	})
	view(t, db, func(tx *store.Tx) error {
		b, err := tx.Robots("https://a.example.org")
		if string(b) != "\x00\xffa" {
			t.Errorf("Robots = %q", b)
		}
		return err
	})
	start := newClock().at
	for part := range 3 { // beyond the thousand that are kept
		change(t, db, func(tx *store.Tx) error {
			for i := range 400 {
				n := part*400 + i
				at := start.Add(time.Duration(n) * time.Second)
				if err := tx.AddRun(store.Run{Job: "gather", Started: at, Ended: at.Add(time.Second), Error: fmt.Sprint(n)}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	var runs []store.Run
	view(t, db, func(tx *store.Tx) error {
		for r, err := range tx.Runs() {
			if err != nil {
				return err
			}
			runs = append(runs, r)
		}
		return nil
	})
	if len(runs) != 1000 || runs[0].Error != "200" || runs[999].Error != "1199" {
		t.Errorf("%d runs are kept, from %+v to %+v", len(runs), runs[0], runs[len(runs)-1])
	}
}

func TestClosedStore(t *testing.T) {
	db, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Close(), db.Close()); err != nil {
		t.Fatal(err)
	}
	nothing := func(*store.Tx) error { return nil }
	_, checked := db.Check(t.Context(), nil)
	_, backedUp := db.Backup(t.Context(), &strings.Builder{}, nil)
	for name, err := range map[string]error{
		"View": db.View(nothing), "Update": db.Update(t.Context(), nothing), "Check": checked, "Backup": backedUp,
	} {
		if !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s after Close: %v", name, err)
		}
	}
}
