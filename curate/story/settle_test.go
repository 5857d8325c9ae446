package story_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/curate/story"
)

// shelf keeps stories as the store would.
type shelf struct {
	table   *story.Table
	stories map[vigie.StoryID]vigie.Story
	now     time.Time
}

func newShelf() *shelf {
	return &shelf{table: story.NewTable(), stories: map[vigie.StoryID]vigie.Story{}, now: day(0).Time}
}

// settle settles the stories around documents, an hour after the last time.
func (s *shelf) settle(changed ...vigie.DocumentID) story.Change {
	s.now = s.now.Add(time.Hour)
	var splits []vigie.Split
	of := map[vigie.DocumentID]vigie.Story{}
	for _, x := range s.stories {
		splits = append(splits, x.Splits...)
		for _, d := range x.Documents() {
			of[d] = x
		}
	}
	c := s.table.Settle(changed, story.Past{
		StoryOf: func(d vigie.DocumentID) (vigie.Story, bool) { x, ok := of[d]; return x, ok },
		Apart:   story.NewApart(splits...), Now: s.now,
	})
	for _, id := range c.Gone {
		delete(s.stories, id)
	}
	for _, x := range c.Stories {
		s.stories[x.ID] = x
	}
	return c
}

func (s *shelf) put(prints ...story.Print) {
	for _, p := range prints {
		s.table.Put(p)
		s.settle(p.Document)
	}
}

func (s *shelf) shape() []string {
	var all []vigie.Story
	for _, x := range s.stories {
		all = append(all, x)
	}
	return shape(all)
}

// only returns the one story in which a document stands.
func (s *shelf) only(t *testing.T, d vigie.DocumentID) vigie.Story {
	t.Helper()
	var found []vigie.Story
	for _, x := range s.stories {
		if slices.Contains(x.Documents(), d) {
			found = append(found, x)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%s stands in %d stories", d, len(found))
	}
	return found[0]
}

// TestSettleOrder files the same documents in fifty orders: one at a time, the
// stories come out as they do all at once.
func TestSettleOrder(t *testing.T) {
	prints := told()
	want := shape(story.Group(prints, story.Apart{}))
	r := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		r.Shuffle(len(prints), func(i, j int) { prints[i], prints[j] = prints[j], prints[i] })
		s := newShelf()
		s.put(prints...)
		if diff := cmp.Diff(want, s.shape()); diff != "" {
			t.Fatalf("order %v (-want +got):\n%s", ids(prints), diff)
		}
		for _, p := range prints {
			if c := s.settle(p.Document); len(c.Stories)+len(c.Gone) > 0 {
				t.Fatalf("settling %s again changes %v", p.Document, shape(c.Stories))
			}
		}
	}
}

// TestSettleTexts files texts and all their edits in three orders, and prints how
// many documents stand with their text's others, and with strangers.
func TestSettleTexts(t *testing.T) {
	all, w := entries(t, "xquad-en", 48), newWriter()
	var shapes [][]string
	for seed := range uint64(3) {
		s, of := newShelf(), map[vigie.DocumentID]int{}
		var prints []story.Print
		for i, x := range all {
			for n, e := range edits() {
				other := lender(all, i, 7+n)
				other.title = w.words(8) // a headline of another text would bind the two
				title, body := e.make(x, other)
				p := printOf(doc(fmt.Sprintf("%02d-%02d", i, n), x.lang, title, day(n), body...))
				prints, of[p.Document] = append(prints, p), i
			}
		}
		r := rand.New(rand.NewPCG(seed, 9))
		r.Shuffle(len(prints), func(i, j int) { prints[i], prints[j] = prints[j], prints[i] })
		s.put(prints...)
		largest, strangers := map[int]int{}, 0
		for _, x := range s.stories {
			count := map[int]int{}
			for _, d := range x.Documents() {
				count[of[d]]++
			}
			for i, n := range count {
				largest[i] = max(largest[i], n)
			}
			strangers += len(count) - 1
		}
		together := 0
		for _, n := range largest {
			together += n
		}
		t.Logf("order %d: %d documents of %d texts in %d stories; %d stand with their own, %d texts with strangers", seed, len(prints), len(all), len(s.stories), together, strangers)
		if together*100 < len(prints)*90 || strangers > len(all)/20 {
			t.Errorf("order %d: %d of %d documents stand together, %d texts with strangers", seed, together, len(prints), strangers)
		}
		shapes = append(shapes, s.shape())
	}
	same := 0
	for _, line := range shapes[0] {
		if slices.Contains(shapes[1], line) && slices.Contains(shapes[2], line) {
			same++
		}
	}
	t.Logf("%d of %d stories are the same in all three orders", same, len(shapes[0]))
}

func TestSettleKeepsIdentity(t *testing.T) {
	s := newShelf()
	prints := told()
	s.put(prints[1:5]...)
	before := s.only(t, "first")
	s.put(prints[0]) // the report comes last, and becomes the record
	after := s.only(t, "first")
	if after.ID != before.ID || after.Record != "report" || before.Record != "first" {
		t.Fatalf("%+v became %+v", before, after)
	}
	for _, m := range after.Members {
		if m.Document != "first" && !m.Since.Before(s.now) {
			t.Errorf("%s stands there since %v, it is %v", m.Document, m.Since, s.now)
		}
	}
	s.table.Drop("report")
	s.settle("report")
	if last := s.only(t, "copy"); last.ID != before.ID || last.Record != "first" || len(last.Members) != 3 {
		t.Errorf("without the report: %+v", last)
	}
	for _, d := range []vigie.DocumentID{"copy", "framed", "spanish"} {
		s.table.Drop(d)
	}
	if c := s.settle("copy"); len(s.stories) != 0 || !slices.Equal(c.Gone, []vigie.StoryID{before.ID}) {
		t.Errorf("of one document there are the stories %v, gone %v", s.shape(), c.Gone)
	}
}

// TestSplitStays: what was split stays split when copies come, when a document is
// filed again, and when the story loses its record.
func TestSplitStays(t *testing.T) {
	s := newShelf()
	prints := told()
	s.put(prints[5:]...)
	x, err := s.only(t, "fibre").Part([]vigie.DocumentID{"fibre2"}, "Nadia", "another town", s.now)
	if err != nil {
		t.Fatal(err)
	}
	s.stories[x.ID] = x
	s.settle(x.Documents()...)
	if x = s.only(t, "fibre"); len(x.Members) != 0 || len(x.Splits) != 1 {
		t.Fatalf("after the split: %+v", x)
	}
	s.put(prints[6], prints[5])
	s.put(printOf(doc("fibre3", vigie.French, "La fibre ralentit", day(2), fibre)))
	if diff := cmp.Diff([]string{"fibre fibre3:exact"}, s.shape()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if again := s.only(t, "fibre"); again.ID != x.ID || len(again.Splits) != 1 {
		t.Errorf("the story goes on as %+v", again)
	}
	s.put(printOf(doc("fibre4", vigie.French, "Le Souss attend", day(2), "On en parle à Agadir. "+fibre)))
	if y := s.only(t, "fibre2"); !slices.Contains(y.Documents(), "fibre4") || slices.Contains(y.Documents(), "fibre") {
		t.Errorf("an exact copy of what was split off: %v", s.shape())
	}
	s.table.Drop("fibre")
	s.table.Drop("fibre3")
	s.settle("fibre", "fibre3")
	kept := 0
	for _, x := range s.stories {
		kept += len(x.Splits)
	}
	if kept != 1 {
		t.Errorf("%d splits are kept: %+v", kept, s.stories)
	}
}
