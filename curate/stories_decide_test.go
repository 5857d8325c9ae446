package curate_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
)

// TestOneDecisionServesAStory decides, undoes and hands on.
func TestOneDecisionServesAStory(t *testing.T) {
	n := newNewsroom(t)
	ids := n.planted()
	awa, idris := person("01JD8Y3K5W000000000000000A", vigie.Curator), person("01JD8Y3K5W000000000000000B", vigie.Editor)
	n.at = n.at.Add(time.Hour)
	done, err := n.desk.Decide(t.Context(), awa, ids[1:2], vigie.Keep, "", "")
	if err != nil || len(done) != 4 {
		t.Fatalf("%d decisions, %v; want the source of record and its three copies", len(done), err)
	}
	if n.status(ids[4]).Status != vigie.New || n.status(ids[5]).Status != vigie.New {
		t.Error("what is likely the same, or another story, should wait")
	}
	text := news(1, vigie.French, "Le régulateur ouvre la bande des six gigahertz")
	copied := n.file(n.press[1], text)
	if j := n.status(copied); j.Status != vigie.Kept || j.By != curate.ByStories {
		t.Errorf("a later copy is %+v", j)
	}
	likely := news(2, vigie.Spanish, "El regulador abre la banda")
	likely.Body = append(likely.Body, vigie.Paragraph{Text: numbersAndNames(text)})
	if other := n.file(n.press[2], likely); n.status(other).Status != vigie.New {
		t.Errorf("a later document in another language is %+v", n.status(other))
	}
	if undone, err := n.desk.Undo(t.Context(), awa); err != nil || len(undone) != 5 {
		t.Errorf("undid %d decisions, %v; want the four and the one that came of them", len(undone), err)
	}
	for _, d := range append(ids[:4:4], copied) {
		if j := n.status(d); j.Status != vigie.New {
			t.Errorf("after undoing %s is %+v", d, j)
		}
	}
	n.settle()
	if j := n.status(copied); j.Status != vigie.New {
		t.Errorf("what was undone came again: %+v", j)
	}
	// One copy dropped, another kept: whoever comes waits for a person.
	n.at = n.at.Add(time.Hour)
	if _, err := n.desk.Decide(t.Context(), awa, ids[:1], vigie.Drop, "", ""); err != nil {
		t.Fatal(err)
	}
	log, err := n.desk.History("", 20)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(log, func(e curate.Entry) bool { return e.Document == ids[3] && e.Act == vigie.Drop })
	if _, err := n.desk.UndoOne(t.Context(), idris, ids[3], log[i].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := n.desk.Decide(t.Context(), idris, ids[3:4], vigie.Keep, "", ""); err != nil {
		t.Fatal(err)
	}
	if j := n.status(n.file(n.press[0], text)); j.Status != vigie.New {
		t.Errorf("between two decisions the next copy is %+v", j)
	}
}

// TestQueueFoldsStories shows the source of record where it waits.
func TestQueueFoldsStories(t *testing.T) {
	n := newNewsroom(t)
	ids := n.planted()
	page := func(f curate.Filter) (out []string) {
		err := n.db.View(func(tx *store.Tx) error {
			page, err := curate.Queue(tx, vigie.New, f, "", 10)
			for _, pile := range page.Piles {
				line := fmt.Sprint(slices.Index(ids, pile.ID))
				for _, c := range pile.Copies {
					if c.Together {
						line += fmt.Sprint(" ", slices.Index(ids, c.ID))
					} else {
						line += fmt.Sprint(" (", slices.Index(ids, c.ID), ")")
					}
				}
				out = append(out, line)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if diff := cmp.Diff([]string{"5", "2 0 3 1 (4)"}, page(curate.Filter{})); diff != "" {
		t.Errorf("the queue (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"4 (2) (0) (3) (1)"}, page(curate.Filter{Lang: vigie.Spanish})); diff != "" {
		t.Errorf("the queue in Spanish (-want +got):\n%s", diff)
	}
	n.at = n.at.Add(time.Hour)
	if _, err := n.desk.Decide(t.Context(), person("01JD8Y3K5W000000000000000A", vigie.Curator), ids[2:3], vigie.Keep, "", ""); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"5", "4"}, page(curate.Filter{})); diff != "" {
		t.Errorf("after the decision (-want +got):\n%s", diff)
	}
}

// TestTakeApartMeanwhile: people write while the follower finds out what becomes of the
// stories; what they took apart then is apart when it is done.
func TestTakeApartMeanwhile(t *testing.T) {
	n := newNewsroom(t)
	ids := n.planted()
	before := n.story(ids[0])
	later := n.put(n.press[2], news(1, vigie.French, "Le régulateur ouvre la bande des six gigahertz"))
	done := false
	n.asked = func() {
		awa := person("01JD8Y3K5W000000000000000A", vigie.Curator)
		if err := n.desk.TakeApart(t.Context(), awa, before.ID, ids[1:2], ""); err != nil {
			t.Fatal(err)
		}
		done = true
	}
	n.settle()
	if out, in := n.story(ids[1]), n.story(ids[0]); !done || out.ID == in.ID || in.ID != before.ID || len(in.Splits) != 1 {
		t.Errorf("taken apart: %v; now %+v and %+v", done, in, out)
	}
	if n.story(later).ID == "" {
		t.Error("the new copy should be of one of the two stories")
	}
}

// TestLinksOfArticles: an article leads to the report by its links, which do not stand
// in its words.
func TestLinksOfArticles(t *testing.T) {
	n := newNewsroom(t)
	report := news(1, vigie.French, "État du réseau")
	report.URL, report.MediaType = "https://regulateur.example/etat.pdf", "application/pdf"
	id := n.put(n.office, report)
	article := news(2, vigie.French, "Le réseau change")
	article.Body = article.Body[:1]
	article.Body[0].Text = "Un document du régulateur paraît."
	article.Links = []string{report.URL}
	if s := n.story(n.file(n.press[0], article)); s.Record != id || s.Members[0].Bond != vigie.AboutReport {
		t.Errorf("the story of the article is %+v", s)
	}
}
