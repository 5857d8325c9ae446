package index_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// TestRankAges: of equals the newer comes first, and counts for more where most of what
// fits is new; what is not dated stands between.
func TestRankAges(t *testing.T) {
	const day = 24 * time.Hour
	cases := []struct {
		name     string
		ages     []int // of other documents that fit, in days
		halfLife time.Duration
	}{
		{"of the week", []int{0, 1, 2, 2, 3, 3, 4, 5, 300}, 7 * day},
		{"of the year", []int{20, 50, 80, 100, 100, 100, 150, 300, 900}, 100 * day},
		{"of long ago", []int{800, 900, 900, 1000, 2000, 2000, 3000, 3000, 3000}, 730 * day},
		{"too few to tell", []int{1, 2}, 180 * day},
	}
	last := math.Inf(1)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			db := storetest.Open(t)
			var docs []vigie.Document
			say := func(title string, age int) {
				d := vigie.Document{URL: fmt.Sprintf("https://example.org/%d", len(docs)), Title: title, Lang: "en", Body: text("Spectrum auctions were held.")}
				if age >= 0 {
					d.Published = vigie.InstantOf(time.Now().Add(-time.Duration(age)*day - time.Hour))
				}
				docs = append(docs, d)
			}
			for _, age := range c.ages {
				say("Other", age)
			}
			say("Old", 40)
			say("Not dated", -1)
			say("New", 10)
			storetest.File(t, db, storetest.Source(t, db, "https://example.org/feed"), docs...)
			x := open(t, db)
			catchUp(t, x)
			scores := map[string]float64{}
			for _, h := range ask(t, x, "spectrum auctions").Hits {
				if scores[h.Title] = h.Score / (h.Why.Recency * h.Why.Trust); h.Title == "Other" {
					continue
				}
				scores[h.Title] = h.Why.Recency
				if dated := h.Why.HalfLife == c.halfLife; dated != (h.Title != "Not dated") {
					t.Errorf("%s: half is lost after %s, want %s", h.Title, h.Why.HalfLife, c.halfLife)
				}
				if h.Title == "New" && h.Why.Age != 10*day {
					t.Errorf("age %s", h.Why.Age)
				}
			}
			gain := scores["New"] / scores["Old"]
			if gain <= 1 || scores["Not dated"] <= 1 || scores["Not dated"] >= 1.03 {
				t.Errorf("recency %v", scores)
			}
			if c.name == "of long ago" && gain >= last {
				t.Errorf("thirty days count %v where all is old, %v where all is new", gain, last)
			}
			if c.name == "of the year" {
				last = gain
			}
		})
	}
}

// TestRankRecord: of what fits equally well the text of record comes first.
func TestRankRecord(t *testing.T) {
	db := storetest.Open(t)
	paper, regulator := storetest.Source(t, db, "https://paper.example/feed"), storetest.Source(t, db, "https://regulator.example/feed")
	change(t, db, func(tx *store.Tx) error {
		regulator.Institution = true
		return tx.PutSource(regulator)
	})
	say := func(url string) vigie.Document {
		return vigie.Document{URL: url, Title: "Spectrum", Lang: "en", Body: text("Spectrum auctions were held."), Published: vigie.InstantOf(time.Now().Add(-time.Hour))}
	}
	record := storetest.File(t, db, regulator, say("https://regulator.example/1"))[0]
	storetest.File(t, db, paper, say("https://paper.example/1"), say("https://paper.example/2"))
	x := open(t, db)
	catchUp(t, x)
	hits := ask(t, x, "spectrum auctions").Hits
	if len(hits) != 3 || hits[0].ID != record || hits[0].Why.Trust <= 1 || hits[1].Why.Trust != 1 {
		t.Fatalf("first %+v", hits)
	}
	change(t, db, func(tx *store.Tx) error {
		regulator.Institution = false
		return tx.PutSource(regulator)
	})
	if hits = ask(t, x, "spectrum auctions").Hits; hits[0].ID == record || hits[2].Why.Trust != 1 {
		t.Errorf("once it is none any more: %+v", hits)
	}
}
