package index_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index"
	"vigie/index/column"
	"vigie/index/query"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// TestGrammar searches with all that the language of queries has.
func TestGrammar(t *testing.T) {
	_, x := library(t)
	const one, two, arabic, three, four, five = "Fibre un", "Fibre deux", "الألياف", "Fiber three", "Fibra quatro", "Undated five"
	for line, want := range map[string][]string{
		"fibre AND optique":                         {one, two},
		"fibre ET optique ET NOT mobile":            {one},
		"fibre AND la AND optique":                  {one, two}, // a word that bodies leave out demands nothing
		"mobile OR draft":                           {two, three},
		"mobile OU (draft أو rede)":                 {two, three, four},
		"(mobile OR draft) AND fibre lang:en":       {three},
		"fibre (mobile OR draft)":                   {two, three},
		"fibre -(mobile OR draft)":                  {one, arabic, four, five},
		"fibre NOT (optique AND mobile)":            {one, arabic, three, four, five},
		"mobile OR NOT fibre":                       {two},
		"title:fibre AND NOT title:deux":            {one},
		"title:(deux OR three)":                     {two, three},
		"title:fibre AND (deux OR rien)":            {two},
		"absent AND fibre":                          nil,
		"absent OR (fibre AND quatro)":              {four},
		"opti* AND mobi*":                           {two},
		"réseau NEAR/0 fibre":                       nil,
		"réseau NEAR/1 fibre":                       {one},
		"fibre NEAR/1 réseau":                       {one},
		"réseau NEAR fibre":                         {one, two},
		`mobile NEAR/2 "optique de la fibre"`:       {two},
		`mobile NEAR/0 "optique de la fibre"`:       nil, // "et" stands between
		`mobile NEAR/1 "optique de la fibre"`:       {two},
		"rése* PRES/3 opti*":                        {one, two},
		"(mobile OR draft) NEAR/3 (fibre OR opti*)": {two, three},
		"réseau NEAR/3 mobile NEAR/3 fibre":         {two},
		"réseau NEAR/1 absent":                      nil,
		"title:fibre NEAR deux":                     {two},
		"title:fibre NEAR optique":                  nil,
		"fibre -(réseau NEAR/1 fibre)":              {two, arabic, three, four, five},
		"source:agence OR lang:en":                  {one, two, arabic, three},
		"(source:agence AND lang:fr) OR lang:en":    {one, two, three},
		"-source:agence":                            {three, four, five},
		"fibre NOT lang:fr,en":                      {arabic, four, five},
		"-from:2000":                                {four, five},
		"(from:2024 AND to:2024) OR to:1999":        {one, four},
	} {
		res := ask(t, x, line)
		if d := cmp.Diff(sorted(append([]string{}, want...)), sorted(titles(res))); d != "" || res.Total != len(want) {
			t.Errorf("%q: total %d (-want +got):\n%s", line, res.Total, d)
		}
	}
}

// TestRelativeDates are counted back from the day that is asked about.
func TestRelativeDates(t *testing.T) {
	_, x := library(t)
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for line, want := range map[string][]string{
		"from:-1d":              {"Fiber three"},
		"depuis:-2j lang:ar":    {"الألياف"},
		"age:<2d":               {"Fiber three", "الألياف"},
		"age:>1y":               {"Fibre un", "Fibra quatro"},
		"age:<2d age:>2d":       {"الألياف"},
		"from:-1y to:-2d fibre": {"الألياف"},
	} {
		q, err := query.Parse(line)
		if err != nil {
			t.Fatal(err)
		}
		res, err := x.Search(t.Context(), q, index.SearchOptions{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(sorted(want), sorted(titles(res))); d != "" {
			t.Errorf("%q (-want +got):\n%s", line, d)
		}
	}
}

// TestFarApart: the words of a NEAR may stand in one paragraph or in neighbours, but
// not at the two ends of a text.
func TestFarApart(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://agence.example/feed")
	storetest.File(t, db, s, vigie.Document{
		URL: "https://example.org/far", Lang: vigie.English, Title: "Far",
		Body: []vigie.Paragraph{{Text: "spectrum " + strings.Repeat("word ", 30) + "auction"}, {Text: "licence"}},
	})
	x := open(t, db)
	catchUp(t, x)
	for line, want := range map[string]int{
		"spectrum NEAR/29 auction": 0, "auction NEAR/30 spectrum": 1, "auction NEAR/7 licence": 0, "licence NEAR/8 auction": 1,
		"spectrum NEAR/14 word NEAR/14 auction": 0, "spectrum NEAR/15 word NEAR/15 auction": 1,
	} {
		if res := ask(t, x, line); res.Total != want {
			t.Errorf("%q finds %d, want %d", line, res.Total, want)
		}
	}
}

// TestColumns: what is known of documents beside their words narrows a search, by itself
// and within parentheses, and is counted.
func TestColumns(t *testing.T) {
	db, x := library(t)
	arabic := ask(t, x, "lang:ar").Hits[0].ID
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.Decide(vigie.Decision{Document: arabic, By: "Awa", Act: vigie.Keep}); err != nil {
			return err
		}
		_, err := tx.Decide(vigie.Decision{Document: arabic, By: "Awa", Act: vigie.Tag, Tag: "haut débit"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]int{
		"status:kept": 1, "status:new": 5, `tag:"Haut débit"`: 1, "publisher:union": 3, "cited:no": 6, "cited:yes": 0, "type:feed": 6, "type:pdf": 0, "page:1": 0,
		"fibre status:kept": 1, "fibre -status:kept": 5, "fibre AND status:kept": 1, "(fibre AND status:kept) OR source:union": 4, "NOT (status:kept OR source:union)": 2,
		"lang:fr lang:en": 3, "lang:fr from:2026": 1, "(lang:fr OR lang:en) AND from:2026": 2, "NOT from:2026": 3,
	} {
		if res := ask(t, x, line); res.Total != want || len(res.Hits) != want {
			t.Errorf("%q finds %d and shows %d, want %d", line, res.Total, len(res.Hits), want)
		}
	}
	q, err := query.Parse("fibre lang:fr lang:ar")
	if err != nil {
		t.Fatal(err)
	}
	res, err := x.Search(t.Context(), q, index.SearchOptions{Facets: true, Sort: index.OldestFirst, Limit: 2})
	if err != nil {
		t.Fatal(err)
	}
	if res.Total != 3 || !res.More || len(res.Hits) != 2 || res.Hits[0].Title != "Fibre un" || res.Facets == nil {
		t.Fatalf("got %+v", res)
	}
	counts := map[string]int{}
	for _, v := range res.Facets.Langs.Values {
		counts[v.Value] = v.Count
	}
	if diff := cmp.Diff(map[string]int{"fr": 2, "ar": 1, "en": 1, "pt": 1, "und": 1}, counts); diff != "" {
		t.Errorf("languages, whatever was chosen of them (-want +got):\n%s", diff)
	}
	if years := res.Facets.Years; len(years) != 3 || years[0] != (column.Year{Year: 2024, Count: 1}) || years[2].Count != 2 {
		t.Errorf("years %+v", years)
	}
	var marked []string
	for _, m := range res.Hits[1].ExtractMarks {
		marked = append(marked, res.Hits[1].Extract[m.From:m.To])
	}
	if len(marked) != 1 || marked[0] != "fibre" {
		t.Errorf("marked %q in %q", marked, res.Hits[1].Extract)
	}
}
