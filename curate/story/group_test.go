package story_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/curate/story"
)

// told is a story told by many: a report, its press release, articles and copies in
// three languages, and two documents about something else.
func told() []story.Print {
	report := doc("report", vigie.English, "State of the networks 2026", day(1), strings.Repeat(arabicFree+" ", 4)+networks)
	report.MediaType, report.URL = "application/pdf", "https://regulator.test/state.pdf"
	link := story.Known{Links: []string{"https://regulator.test/state.pdf"}}
	spanish := "El regulador abrió una consulta con 42 preguntas sobre redes rurales. La cobertura llegó al 98,7 % y 1.250 pueblos siguen sin señal. Respuestas hasta el 15 de abril."
	return []story.Print{
		story.Of(report, story.Known{Institution: true}),
		story.Of(doc("first", vigie.English, "Villages wait for a signal", day(2), networks), link),
		printOf(doc("copy", vigie.English, "Villages wait for a signal", day(3), strings.ToUpper(networks))),
		printOf(doc("framed", vigie.English, "No signal yet", day(3), "So it goes in the hills. "+networks)),
		printOf(doc("spanish", vigie.Spanish, "Pueblos sin señal", day(3), spanish)),
		printOf(doc("fibre", vigie.French, "La fibre ralentit", day(0), fibre)),
		printOf(doc("fibre2", vigie.French, "Le Souss attend", day(1), "On en parle à Agadir. "+fibre)),
	}
}

const arabicFree = "Chapter upon chapter describes how the masts were built, who paid for them, and what people in the valleys think of it all."

// shape writes stories as text: the record, then the members with their bonds.
func shape(stories []vigie.Story) []string {
	var out []string
	for _, s := range stories {
		line := string(s.Record)
		members := slices.Clone(s.Members)
		slices.SortFunc(members, func(a, b vigie.Member) int { return strings.Compare(string(a.Document), string(b.Document)) })
		for _, m := range members {
			line += fmt.Sprintf(" %s:%s", m.Document, m.Bond)
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}

func TestGroup(t *testing.T) {
	want := []string{"fibre fibre2:near", "report copy:exact first:report framed:near spanish:likely"}
	prints := told()
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		r.Shuffle(len(prints), func(i, j int) { prints[i], prints[j] = prints[j], prints[i] })
		if diff := cmp.Diff(want, shape(story.Group(prints, story.Apart{}))); diff != "" {
			t.Fatalf("order %v (-want +got):\n%s", ids(prints), diff)
		}
	}
	if got := story.Group(slices.Concat(prints, prints), story.Apart{}); len(got) != 2 || len(got[0].Members)+len(got[1].Members) != 5 {
		t.Errorf("prints given twice: %v", shape(got))
	}
}

func ids(prints []story.Print) []vigie.DocumentID {
	var out []vigie.DocumentID
	for _, p := range prints {
		out = append(out, p.Document)
	}
	return out
}

// TestGroupApart: a document that was split off stays off, and takes its exact
// copies along; the others stay together.
func TestGroupApart(t *testing.T) {
	split := func(out string, from ...vigie.DocumentID) vigie.Split {
		return vigie.Split{Out: []vigie.DocumentID{vigie.DocumentID(out)}, From: from}
	}
	for name, test := range map[string]struct {
		splits []vigie.Split
		want   []string
	}{
		"a near copy":       {[]vigie.Split{split("framed", "report", "first", "copy", "spanish")}, []string{"fibre fibre2:near", "report copy:exact first:report spanish:likely"}},
		"all of two":        {[]vigie.Split{split("fibre2", "fibre")}, []string{"report copy:exact first:report framed:near spanish:likely"}},
		"the report":        {[]vigie.Split{split("report", "first", "copy", "framed", "spanish")}, []string{"fibre fibre2:near", "first copy:exact framed:near spanish:likely"}},
		"exact copies":      {[]vigie.Split{split("copy", "first")}, []string{"fibre fibre2:near", "report first:report framed:near spanish:likely"}},
		"strangers, of old": {[]vigie.Split{split("fibre", "report")}, []string{"fibre fibre2:near", "report copy:exact first:report framed:near spanish:likely"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := story.Group(told(), story.NewApart(test.splits...))
			if diff := cmp.Diff(test.want, shape(got)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			apart := story.NewApart(test.splits...)
			for _, s := range got {
				for _, a := range s.Documents() {
					for _, b := range s.Documents() {
						if apart.Has(a, b) {
							t.Errorf("%s and %s stand together", a, b)
						}
					}
				}
			}
		})
	}
}

// TestNoChains files forty texts of which each shares three quarters with the next:
// the last has nothing of the first, and may not stand in one story with it.
func TestNoChains(t *testing.T) {
	w := newWriter()
	var sentences []string
	for range 60 {
		sentences = append(sentences, w.words(12)+".")
	}
	var prints []story.Print
	at := map[vigie.DocumentID]int{}
	for i := range 40 {
		p := printOf(doc(fmt.Sprintf("%02d", i), vigie.English, "", day(i/4), sentences[i:i+12]...))
		at[p.Document] = i
		prints = append(prints, p)
	}
	for range 20 {
		w.r.Shuffle(len(prints), func(i, j int) { prints[i], prints[j] = prints[j], prints[i] })
		got := story.Group(prints, story.Apart{})
		for _, s := range got {
			for _, m := range s.Members {
				if gap := at[m.Document] - at[s.Record]; gap > 14 || gap < -14 {
					t.Fatalf("%s stands in the story of %s", m.Document, s.Record)
				}
			}
		}
		if len(got) < 3 {
			t.Fatalf("%d stories: %v", len(got), shape(got))
		}
	}
}

// TestRecord: the report before the institution before the press, then the earliest.
func TestRecord(t *testing.T) {
	press := doc("press", vigie.English, "", day(0), networks)
	later := doc("later", vigie.English, "", day(2), networks)
	body := doc("body", vigie.English, "", day(3), networks)
	file := doc("file", vigie.English, "", day(4), networks)
	file.MediaType = "application/pdf"
	undated := doc("undated", vigie.English, "", vigie.Date{}, networks)
	undated.Filed = day(1).Time
	institution := story.Known{Institution: true}
	for _, test := range []struct {
		prints []story.Print
		want   vigie.DocumentID
	}{
		{[]story.Print{printOf(later), printOf(press)}, "press"},
		{[]story.Print{printOf(later), printOf(undated)}, "undated"},
		{[]story.Print{printOf(press), story.Of(body, institution)}, "body"},
		{[]story.Print{printOf(press), story.Of(body, institution), printOf(file)}, "file"},
	} {
		if got := story.Group(test.prints, story.Apart{}); len(got) != 1 || got[0].Record != test.want {
			t.Errorf("the record is %v, want %s", shape(got), test.want)
		}
	}
}
