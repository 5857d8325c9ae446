package store_test

import (
	"fmt"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// showing is one turn of one source.
type showing struct {
	source string
	items  []vigie.Finding
}

// it makes a finding of a few words.
func it(guid, url, title string, day int) vigie.Finding {
	f := vigie.Finding{GUID: guid, URL: url, Document: vigie.Document{URL: url, Title: title}}
	if day > 0 {
		f.Document.Published = vigie.Date{Time: time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC), Precision: vigie.Day}
	}
	return f
}

func via(f vigie.Finding, url string, aliases ...string) vigie.Finding {
	f.Document.URL, f.Aliases = url, aliases
	return f
}

// TestIdentity tells stories of what sources do and counts the documents.
func TestIdentity(t *testing.T) {
	const page = "https://x.example.org/a"
	turn := func(source string, items ...vigie.Finding) showing { return showing{source, items} }
	for name, tc := range map[string]struct {
		turns           []showing
		want, revisions int
	}{
		"the same guid": {[]showing{turn("a", it("g", page, "T", 1)), turn("a", it("g", page+"/moved", "T2", 2))}, 1, 2},
		"the same guid at two sources": {
			[]showing{turn("a", it("1", page, "T", 1)), turn("b", it("1", page+"/other", "T", 1))}, 2, 2,
		},
		"the same address at two sources": {
			[]showing{turn("a", it("1", page, "T", 1)), turn("b", it("2", page+"?utm_source=b", "Another title", 3))}, 1, 1,
		},
		"a redirect leads to the same": {
			[]showing{turn("a", it("1", page, "T", 1)), turn("b", via(it("2", "https://short.example.org/1", "T", 1), page))}, 1, 1,
		},
		"the short address alone, later": {
			[]showing{
				turn("a", via(it("1", "https://short.example.org/1", "T", 1), page)), turn("b", it("2", "https://short.example.org/1", "Other", 1)),
			}, 1, 1,
		},
		"a hop leads to the same": {
			[]showing{turn("a", it("1", page, "T", 1)), turn("b", via(it("2", page+"/amp", "T", 1), page+"/amp", page))}, 1, 1,
		},
		"a new guid for the same item": {[]showing{turn("a", it("1", page, "T", 1)), turn("a", it("2", page, "T", 1))}, 1, 1},
		"a new guid at a source that retitles": {
			[]showing{turn("a", it("1", page, "T", 1)), turn("b", it("2", page, "B's", 2)), turn("b", it("3", page, "B's", 3))}, 1, 1,
		},
		"a bulletin at one address":             {[]showing{turn("a", it("1", page, "Week 1", 1)), turn("a", it("2", page, "Week 2", 8))}, 2, 2},
		"a bulletin with one title":             {[]showing{turn("a", it("1", page, "Bulletin", 1)), turn("a", it("2", page, "Bulletin", 8))}, 2, 2},
		"two items of one reading share a link": {[]showing{turn("a", it("1", page, "T", 1), it("2", page, "T", 1))}, 2, 2},
		"they stay two":                         {[]showing{turn("a", it("1", page, "T", 1), it("2", page, "T", 1)), turn("a", it("1", page, "T", 1), it("2", page, "T", 1))}, 2, 2},
		"the front page is no identity": {
			[]showing{turn("a", it("1", "https://x.example.org/", "T", 1)), turn("b", it("2", "https://x.example.org", "T", 1))}, 2, 2,
		},
		"a front page with a query is one": {
			[]showing{turn("a", it("1", "https://x.example.org/?p=7", "T", 1)), turn("b", it("2", "https://x.example.org/?p=7", "T", 1))}, 1, 1,
		},
		"no title and one address": {[]showing{turn("a", it("1", page, "", 1)), turn("b", it("2", page, "", 1))}, 2, 2},
		"no link":                  {[]showing{turn("a", it("1", "", "T", 1)), turn("a", it("1", "", "T", 1)), turn("b", it("1", "", "T", 1))}, 2, 2},
		"neither title nor link":   {[]showing{turn("a", it("1", "", "", 0), it("2", "", "", 0)), turn("a", it("2", "", "", 0))}, 2, 2},
		"a link that is no address": {
			[]showing{turn("a", it("1", "javascript:alert(1)", "T", 1)), turn("b", it("1", "javascript:alert(1)", "T", 1))}, 2, 2,
		},
		"one guid twice in a reading": {
			[]showing{turn("a", it("g", page, "T", 1), it("g", page+"/b", "U", 1)), turn("a", it("g", page, "T", 1), it("g", page+"/b", "U", 1))}, 2, 2,
		},
		"one item twice in a reading": {[]showing{turn("a", it("g", page, "T", 1), it("g", page, "T", 1), it("g", page, "T", 1))}, 1, 1},
		"no guid at all":              {[]showing{turn("a", it("", page, "T", 1), it("", page+"/b", "U", 1)), turn("a", it("", page, "T", 1), it("", page+"/b", "U", 1))}, 2, 2},
	} {
		t.Run(name, func(t *testing.T) {
			db := storetest.Open(t)
			sources := map[string]vigie.Source{}
			for _, turn := range tc.turns {
				if _, ok := sources[turn.source]; !ok {
					sources[turn.source] = storetest.Source(t, db, "https://"+turn.source+".example.org/feed")
				}
				file(t, db, sources[turn.source], turn.items...)
			}
			if got := stateOf(t, db).Counts; got.Documents != tc.want || got.Revisions != tc.revisions {
				t.Errorf("%d documents and %d revisions, want %d and %d", got.Documents, got.Revisions, tc.want, tc.revisions)
			}
		})
	}
}

// TestOtherTitles: what another source calls a document is kept, told to the
// followers once, and follows that source.
func TestOtherTitles(t *testing.T) {
	db := storetest.Open(t)
	a, b := storetest.Source(t, db, "https://a.example.org/feed"), storetest.Source(t, db, "https://b.example.org/feed")
	const page = "https://x.example.org/a"
	id := file(t, db, a, it("1", page, "T", 1)).Documents[0]
	for _, title := range []string{"B1", "B1", "B2", "T"} {
		before := db.Last().Seq
		file(t, db, b, it("1", page, title, 1))
		if moved := db.Last().Seq != before; moved != (title != "B1" || before < 4) {
			t.Errorf("title %s: the log moved: %v (from %d)", title, moved, before)
		}
		want := title
		if title == "T" {
			want = ""
		}
		view(t, db, func(tx *store.Tx) error {
			seen, err := tx.Sightings(id)
			for _, s := range seen {
				if s.Source == b.ID && s.Title != want {
					t.Errorf("b calls it %q, want %q", s.Title, want)
				}
			}
			d, err2 := tx.Document(id)
			if d.Title != "T" || d.Revision != 1 || err2 != nil {
				t.Errorf("the document is %+v, %v", d, err2)
			}
			return err
		})
	}
}

// TestChurningGUIDsAreBounded: a source that makes up a new guid at each reading
// costs neither documents nor ever more sightings.
func TestChurningGUIDsAreBounded(t *testing.T) {
	c := newClock()
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	s := storetest.Source(t, db, "https://a.example.org/feed")
	for n := range 30 {
		file(t, db, s, it(fmt.Sprint(n), "https://x.example.org/a", "T", 1))
		c.at = c.at.Add(time.Hour)
	}
	view(t, db, func(tx *store.Tx) error {
		d, err := tx.DocumentAt("https://x.example.org/a")
		if err != nil {
			return err
		}
		seen, err := tx.Sightings(d.ID)
		if len(seen) != 8 {
			t.Errorf("%d sightings are kept, want 8", len(seen))
		}
		if _, ok := tx.Known(s.ID)("29", ""); !ok {
			t.Error("the newest name is not known")
		}
		counts, err2 := tx.Counts()
		if counts.Documents != 1 || err2 != nil {
			t.Errorf("%+v, %v", counts, err2)
		}
		return err
	})
}
