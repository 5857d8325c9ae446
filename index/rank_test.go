package index_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store/storetest"
)

// rest is text that says nothing, so many words of it.
func rest(words int) string {
	filler := strings.Fields("alpha bravo charlie delta foxtrot golf hotel india juliet kilo lima mike oscar papa quebec romeo sierra tango uniform victor whiskey yankee zulu")
	var out strings.Builder
	for i := range words {
		out.WriteString(filler[i*7%len(filler)] + " ")
	}
	return out.String()
}

// TestRank: of two texts that differ in one thing, the right one comes first.
func TestRank(t *testing.T) {
	old, young := vigie.InstantOf(time.Date(2016, 1, 2, 3, 0, 0, 0, time.UTC)), vigie.InstantOf(time.Now())
	say := func(title string, body ...string) vigie.Document {
		return vigie.Document{Title: title, Lang: "en", Published: old, Body: text(body...)}
	}
	headed := say("What was said about it that year", rest(30)+"others", rest(30))
	headed.Body[0] = vigie.Paragraph{Kind: vigie.Heading, Level: 2, Text: "Spectrum auctions"}
	headless := say("What was said about it that year", "Spectrum auctions", rest(30))
	recent := say("Spectrum", "Spectrum auctions were held. "+rest(40))
	recent.Published = young
	report := say("Yearly report", rest(4000), rest(40)+" spectrum auctions raised billions as spectrum was scarce "+rest(40), rest(4000))
	cases := []struct {
		name, line    string
		better, worse vigie.Document
	}{
		{"in the title", "spectrum auctions", say("Spectrum auctions", "spectrum auctions "+rest(60)), say("What was said about it that year", "spectrum auctions "+rest(40)+"spectrum auctions "+rest(20))},
		{"in a heading", "spectrum auctions", headed, headless},
		{"side by side", "spectrum auctions", say("What was said about it that year", rest(30)+"spectrum auctions "+rest(30)), say("What was said about it that year", rest(30)+"spectrum "+rest(20)+"auctions "+rest(10))},
		{"more of them", "spectrum auctions", say("What was said about it that year", "spectrum auctions "+rest(60)), say("What was said about it that year", "spectrum and spectrum, spectrum "+rest(60))},
		{"a passage of a long report", "spectrum auctions billions", report, say("Short", "spectrum "+rest(80))},
		{"a short text that is about it", "spectrum auctions", say("Spectrum auctions", "spectrum auctions "+rest(60)), say("Yearly report", rest(4000)+"spectrum "+rest(500)+"auctions "+rest(4000))},
		{"newer of equals", "spectrum auctions", recent, say("Spectrum", "Spectrum auctions were held. "+rest(40))},
		{"older that fits better", "spectrum auctions", say("Spectrum auctions", "Spectrum auctions were held. "+rest(40)), recent},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			db := storetest.Open(t)
			s := storetest.Source(t, db, "https://example.org/feed")
			docs := []vigie.Document{c.worse, c.better}
			for i := range 10 {
				docs = append(docs, say("Other matters of the year before", rest(50+i)))
			}
			for i := range docs {
				docs[i].URL = fmt.Sprintf("https://example.org/%d", i)
			}
			ids := storetest.File(t, db, s, docs...)
			x := open(t, db)
			catchUp(t, x)
			res := ask(t, x, c.line)
			if len(res.Hits) != 2 || res.Hits[0].ID != ids[1] {
				t.Fatalf("finds %q, want %q first", titles(res), c.better.Title)
			}
			if res.Hits[0].Score <= res.Hits[1].Score {
				t.Errorf("scores %v and %v", res.Hits[0].Score, res.Hits[1].Score)
			}
		})
	}
}

// TestRankPages: what is ranked anew and what follows it are one list, without
// gaps, repetitions or scores that rise.
func TestRankPages(t *testing.T) {
	db := storetest.Open(t)
	docs := make([]vigie.Document, 450)
	for i := range docs {
		docs[i] = vigie.Document{URL: fmt.Sprintf("https://example.org/%d", i), Lang: "fr", Title: "Rapport", Body: text("fibre " + rest(20+i))}
	}
	storetest.File(t, db, storetest.Source(t, db, "https://example.org/feed"), docs...)
	x := open(t, db)
	catchUp(t, x)
	seen := map[vigie.DocumentID]bool{}
	last := math.Inf(1)
	for offset := 0; offset < 450; offset += 30 {
		res, err := x.Search(t.Context(), query.Plain("fibre"), index.SearchOptions{Limit: 30, Offset: offset})
		if err != nil || len(res.Hits) != 30 || res.Total != 450 {
			t.Fatalf("from %d: %d hits of %d (%v)", offset, len(res.Hits), res.Total, err)
		}
		for _, h := range res.Hits {
			if seen[h.ID] || h.Score > last || h.Score <= 0 {
				t.Fatalf("from %d: %s with score %v after %v, seen %v", offset, h.ID, h.Score, last, seen[h.ID])
			}
			seen[h.ID], last = true, h.Score
		}
	}
}

// TestWhy: a hit says what made its rank.
func TestWhy(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://example.org/feed")
	storetest.File(t, db, s,
		vigie.Document{URL: "https://example.org/1", Lang: "en", Title: "Spectrum", Published: vigie.InstantOf(time.Now()), Body: text(rest(300), "the auctions of spectrum", rest(300))},
		vigie.Document{URL: "https://example.org/2", Lang: "en", Title: "Other", Body: text(rest(100))})
	x := open(t, db)
	catchUp(t, x)
	res := ask(t, x, "spectrum auctions absent")
	if len(res.Hits) != 1 {
		t.Fatalf("finds %q", titles(res))
	}
	why := res.Hits[0].Why
	sum := why.Near
	for _, w := range why.Words {
		sum += w.Title + w.Body
	}
	if w := why.Words[0]; w.Said != "spectrum" || w.For != "" || w.Titles != 1 || w.Headings != 0 || w.Rarity <= 0 {
		t.Errorf("of the title %+v", w)
	}
	if len(why.Words) != 2 || why.Words[0].Word != "spectrum" || why.Words[0].Title <= 0 || why.Words[0].Times != 2 || why.Words[1].Title != 0 || why.Words[1].Body <= 0 {
		t.Errorf("words %+v", why.Words)
	}
	if math.Abs(sum-1) > 1e-9 || why.Near <= 0 {
		t.Errorf("shares are %v together, want 1; near %v", sum, why.Near)
	}
	if why.From != 310 || why.To != 312 || why.Recency <= 1 || why.Recency > 1.1 || why.Trust != 1 {
		t.Errorf("why %+v", why)
	}
	if w := ask(t, x, "lang:en").Hits[0].Why; len(w.Words) != 0 {
		t.Errorf("a list of the newest says why: %+v", w)
	}
}
