package store_test

import (
	"errors"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// TestRetain: by the rules of their sources originals go and leave their hash, texts
// go with the summary; what is quoted and what is young stays.
func TestRetain(t *testing.T) {
	c := newClock()
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	sources := map[string]vigie.Source{}
	for name, rule := range map[string]vigie.Retention{
		"all": {}, "texts": {Keep: vigie.KeepTexts, Days: 30}, "records": {Keep: vigie.KeepRecords, Days: 30}, "at once": {Keep: vigie.KeepRecords},
	} {
		s := storetest.Source(t, db, "https://"+string(vigie.HashOf([]byte(name))[:8])+".example.org/feed")
		s.Keep = rule
		change(t, db, func(tx *store.Tx) error { return tx.PutSource(s) })
		sources[name] = s
	}
	made := map[string]vigie.DocumentID{}
	add := func(name, source string, n int, ago time.Duration, capture *vigie.Capture) {
		t.Helper()
		f := item(n)
		f.Document.Summary = "S"
		if capture != nil {
			f.Capture = capture
		}
		f.Capture.Fetched = c.at.Add(-ago)
		made[name] = file(t, db, sources[source], f).Documents[0]
	}
	const old, young = 40 * 24 * time.Hour, time.Hour
	feed := &vigie.Capture{URL: "https://shared.example.org/feed", Status: 200, Body: []byte("<rss>shared")}
	add("all", "all", 1, old, nil)
	add("texts", "texts", 2, old, nil)
	add("young", "records", 3, young, nil)
	add("records", "records", 4, old, nil)
	add("quoted", "records", 5, old, feed)
	add("at once", "at once", 7, young, nil)
	shared := item(6)
	shared.Capture = &vigie.Capture{URL: feed.URL, Status: 200, Body: feed.Body, Fetched: c.at.Add(-old)}
	made["beside"] = file(t, db, sources["texts"], shared).Documents[0]
	act(t, db, vigie.Synthesis{}, func(tx *store.Tx, s vigie.Synthesis) (vigie.Synthesis, error) {
		s, err := begin(tx, vigie.French, "A", c.at)
		s.Citations = []vigie.Citation{{N: 1, Title: "T", Passage: vigie.Passage{Document: made["quoted"], Revision: 1, Exact: "x"}}}
		s.Revision++
		return s, errors.Join(err, tx.PutSynthesis(s))
	})
	before := db.Last()
	got, err := db.Retain(t.Context())
	if want := (store.Retained{Documents: 3, Originals: 3, Texts: 1}); err != nil || got != want {
		t.Errorf("Retain = %+v, %v, want %+v", got, err, want)
	}
	view(t, db, func(tx *store.Tx) error {
		for name, want := range map[string]struct{ text, original, hash bool }{
			"all": {true, true, false}, "texts": {true, false, true}, "young": {true, true, false}, "records": {false, false, true},
			"quoted": {true, true, false}, "beside": {true, false, true}, "at once": {false, false, false},
		} {
			doc, err := tx.Document(made[name])
			if err != nil {
				return err
			}
			r, err := tx.Revision(doc.ID, 1)
			if err != nil {
				return err
			}
			k, err := tx.Capture(r.Capture)
			if err != nil {
				return err
			}
			if (r.Text != "") != want.text || (k.Snapshot != "") != want.original || (k.Dropped != "") != want.hash || (doc.Summary != "") != want.text && name != "beside" {
				t.Errorf("%s: text %q, snapshot %q, dropped %q, summary %q", name, r.Text, k.Snapshot, k.Dropped, doc.Summary)
			}
		}
		changes, err := tx.Changes(before.Seq, 9)
		if len(changes) != 1 || changes[0].Cause != "retention" || changes[0].ID != string(made["records"]) {
			t.Errorf("the log has %+v", changes)
		}
		return err
	})
	if got, err := db.Retain(t.Context()); err != nil || got != (store.Retained{}) {
		t.Errorf("a second time: %+v, %v", got, err)
	}
	storetest.Check(t, db)
}
