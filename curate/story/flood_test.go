package story_test

import (
	"fmt"
	"strings"
	"testing"

	"vigie"
	"vigie/curate/story"
)

// bulletin is one of many that differ by one word.
func bulletin(i int) story.Print {
	return printOf(doc(fmt.Sprintf("%04d", i), vigie.English, "", day(i/100), networks, fmt.Sprintf("Station w%dord reports fair weather.", i)))
}

// TestFloodIsBounded files what makes most work: texts that are nearly the same, and
// articles that quote one report and have nothing else in common. What one of them
// costs does not grow with how many there are.
func TestFloodIsBounded(t *testing.T) {
	report := doc("report", vigie.English, "State of the networks 2026", day(0), strings.Repeat(arabicFree+" ", 4)+networks)
	report.MediaType, report.URL = "application/pdf", "https://regulator.test/state.pdf"
	w := newWriter()
	for name, flood := range map[string]struct {
		print func(i int) story.Print
		most  int // pairs of prints that are compared for one
		held  int // at least so many stand in stories
	}{
		"bulletins": {bulletin, 300, 490},
		"articles about a report": {func(i int) story.Print {
			if i == 0 {
				return story.Of(report, story.Known{Institution: true})
			}
			d := doc(fmt.Sprintf("%04d", i), vigie.English, "", day(i/100), w.words(60)+" It counts 1,250 villages, 98.7 percent and 42 questions.")
			return story.Of(d, story.Known{Links: []string{report.URL}})
		}, 10_000, 90},
		"one text": {func(i int) story.Print {
			return printOf(doc(fmt.Sprintf("%04d", i), vigie.English, "", day(i/100), networks))
		}, 100, 490},
	} {
		t.Run(name, func(t *testing.T) {
			s, most, all := newShelf(), 0, 0
			for i := range 500 {
				p := flood.print(i)
				s.table.Put(p)
				c := s.settle(p.Document)
				most, all = max(most, c.Compared), all+c.Compared
			}
			held := 0
			for _, x := range s.stories {
				held += len(x.Documents())
			}
			t.Logf("%d documents in %d stories; compared %d pairs for one at most, %d for all", held, len(s.stories), most, all)
			if most > flood.most {
				t.Errorf("compared %d pairs of prints for one document, want at most %d", most, flood.most)
			}
			if held < flood.held {
				t.Errorf("%d of 500 documents stand in stories, want at least %d", held, flood.held)
			}
		})
	}
}
