package index_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// library is a small filled index: two sources, several languages and dates.
func library(t testing.TB) (*store.DB, *index.Index) {
	t.Helper()
	db := storetest.Open(t)
	date := func(s string) vigie.Date {
		d, err := vigie.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	a, b := storetest.Source(t, db, "https://agence.example/feed"), storetest.Source(t, db, "https://union.example/feed")
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		a.Name, b.Name, b.Publisher = "Agence Numérique", "", "Telecom Union"
		if err := tx.PutSource(a); err != nil {
			return err
		}
		return tx.PutSource(b)
	})
	if err != nil {
		t.Fatal(err)
	}
	doc := func(lang vigie.Lang, title, published, body string) vigie.Document {
		return vigie.Document{URL: "https://example.org/" + strings.ReplaceAll(title, " ", "-"), Lang: lang, Title: title, Published: date(published), Body: text(body)}
	}
	storetest.File(t, db, a,
		doc("fr", "Fibre un", "2024", "le réseau de fibre optique"),
		doc("fr", "Fibre deux", "2026-11", "le réseau mobile et l’optique de la fibre"),
		doc("ar", "الألياف", "2026-11-20T23:59:59Z", "شبكة الألياف fibre"))
	storetest.File(t, db, b,
		doc("en", "Fiber three", "2026-11-21", "the fibre network, a draft"),
		doc("pt-BR", "Fibra quatro", "1995-02-28", "rede de fibre"),
		doc("", "Undated five", "", "fibre again"))
	x := open(t, db)
	catchUp(t, x)
	return db, x
}

func TestSearch(t *testing.T) {
	_, x := library(t)
	const one, two, arabic, three, four, five = "Fibre un", "Fibre deux", "الألياف", "Fiber three", "Fibra quatro", "Undated five"
	cases := []struct {
		line string
		want []string // in any order, unless the line has filters alone
	}{
		{"fibre", []string{one, two, arabic, three, four, five}},
		{"FIBRES réseaux", []string{one, two, three}}, // other languages are not stemmed
		{`"fibre optique"`, []string{one}},
		{`"optique fibre"`, nil},
		{`"optique de la fibre"`, []string{two}},
		{`"fibre optique" mobile`, []string{one}},
		{"title:fibre", []string{one, two}},
		{"fibre -mobile", []string{one, arabic, three, four, five}},
		{`fibre -"fibre optique" -draft`, []string{two, arabic, four, five}},
		{`-mobile "rien de tel"`, nil},
		{"-mobile title:absent", nil},
		{"absent", nil},
		{"opti*", []string{one, two}},
		{"fibre -opti*", []string{arabic, three, four, five}},
		{"lang:fr", []string{two, one}},
		{"lang:ar lang:pt", []string{arabic, four}},
		{"lang:und", []string{five}},
		{"lang:de", nil},
		{"fibre lang:en", []string{three}},
		{`source:"agence numerique"`, []string{arabic, two, one}},
		{"source:NUMÉRIQUE lang:fr", []string{two, one}},
		{"source:telecom fibre", []string{three, four, five}},
		{"source:nobody", nil},
		{"source:agence source:telecom fibre -draft", []string{one, two, arabic, four, five}},
		{"from:2026-11-21", []string{three}},
		{"from:2026-11-20", []string{three, arabic}},
		{"from:2026-11", []string{three, arabic, two}},
		{"from:2026", []string{three, arabic, two}},
		{"to:2026-11-20", []string{arabic, one, four}},
		{"to:2026-11", []string{three, arabic, two, one, four}},
		{"from:2024 to:2024", []string{one}},
		{"from:2024-02 to:2026-10", nil},
		{"to:1999", []string{four}},
		{"from:2026-11-21 -draft", nil},
		{"-fibre", nil},
		{"-draft lang:en", nil},
		{"", []string{five, three, arabic, two, one, four}}, // the undated was filed just now
	}
	for _, c := range cases {
		res := ask(t, x, c.line)
		got := titles(res)
		want := append([]string{}, c.want...)
		onlyFilters := !strings.Contains(c.line, "fibre") && !strings.Contains(c.line, "FIBRES") && !strings.Contains(c.line, "title:")
		if !onlyFilters || strings.Contains(c.line, "*") {
			got, want = sorted(got), sorted(want)
		}
		if d := cmp.Diff(want, got); d != "" || res.Total != len(want) {
			t.Errorf("%q: total %d (-want +got):\n%s", c.line, res.Total, d)
		}
	}
}

func sorted(s []string) []string {
	out := append([]string{}, s...)
	for i := range out {
		for j := i; j > 0 && out[j] < out[j-1]; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}

func TestResultsJSON(t *testing.T) {
	_, x := library(t)
	res := ask(t, x, `source:agence "mobile"`)
	if len(res.Hits) != 1 || res.Hits[0].Score <= 0 {
		t.Fatalf("hits %+v", res.Hits)
	}
	res.Hits[0].ID, res.Hits[0].Score, res.TookMS = "ID", 1.5, 3
	got, err := json.Marshal(res)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"total":1,"took_ms":3,"hits":[{"id":"ID","url":"https://example.org/Fibre-deux","title":"Fibre deux","source":"Agence Numérique",` +
		`"published":"2026-11","lang":"fr","score":1.5,"extract":"le réseau mobile et l’optique de la fibre","page":0}]}`
	if d := cmp.Diff(want, string(got)); d != "" {
		t.Errorf("JSON (-want +got):\n%s", d)
	}
	none, err := json.Marshal(ask(t, x, "absent"))
	if err != nil || !strings.Contains(string(none), `"hits":[]`) {
		t.Errorf("nothing found is %s (%v)", none, err)
	}
}

func TestBounds(t *testing.T) {
	db := storetest.Open(t)
	fill(t, db, 250)
	x := open(t, db)
	catchUp(t, x)
	for _, c := range []struct{ limit, offset, want int }{{0, 0, 20}, {7, 0, 7}, {1000, 0, 200}, {200, 100, 150}, {5, 1 << 40, 0}, {-1, -1, 20}} {
		res, err := x.Search(t.Context(), query.Plain("fibre"), index.SearchOptions{Limit: c.limit, Offset: c.offset})
		if err != nil || len(res.Hits) != c.want || res.Total != 250 {
			t.Errorf("limit %d offset %d: %d hits of %d, want %d (%v)", c.limit, c.offset, len(res.Hits), res.Total, c.want, err)
		}
	}
	ended, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	if _, err := x.Search(ended, query.Plain("fibre"), index.SearchOptions{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a search out of time: %v", err)
	}
}

// TestOutOfTime: what could not be looked up in time is a cut answer, and no damage.
func TestOutOfTime(t *testing.T) {
	db, dir := storetest.Open(t), t.TempDir()
	fill(t, db, 250)
	x := openAt(t, dir, db)
	catchUp(t, x)
	for _, line := range []string{"fibre texte", `"parle de fibre"`, "fib*"} {
		q, err := query.Parse(line)
		if err != nil {
			t.Fatal(err)
		}
		if _, cut, err := x.Find(t.Context(), q, 20, time.Nanosecond); err != nil || !cut {
			t.Errorf("%s: cut %v, %v", line, cut, err)
		}
	}
	sound(t, x, 250)
	if got := folders(t, dir); got["index-damaged-"] != 0 {
		t.Errorf("the folder holds %v", got)
	}
}

// FuzzExtract: whatever text and query are, a quotation is short and whole, and a
// text that says what is asked for is quoted there.
func FuzzExtract(f *testing.F) {
	f.Add("L’été C++ 网络 \u0621 l' 's e\u0301", "été")
	f.Add(strings.Repeat("ب", 1000), strings.Repeat("ب", 300))
	f.Add("\u202e'\u00ad'##", `"a b" c*`)
	f.Fuzz(func(t *testing.T, body, words string) {
		body = strings.ToValidUTF8(body, "?")
		q, err := query.Parse(words)
		if err != nil {
			q = query.Plain(words)
		}
		e := index.Extract(body, q)
		if utf8.RuneCountInString(e) > 240 || !utf8.ValidString(e) {
			t.Errorf("extract of %d characters: %q", utf8.RuneCountInString(e), e)
		}
		q = query.Plain("OBSERVATORY")
		if e := index.Extract(body+" observatory "+body, q); !strings.Contains(e, "observatory") {
			t.Errorf("what was found is not quoted: %q", e)
		}
	})
}

func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "vigie")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	db, err := store.Open(ctx, filepath.Join(dir, "store"), store.Options{})
	if err != nil {
		panic(err)
	}
	defer db.Close()
	source := vigie.Source{Kind: vigie.Feed, URL: "https://agence.example/feed", Name: "Agence"}
	err = db.Update(ctx, func(tx *store.Tx) error {
		source, err = tx.AddSource(source)
		return err
	})
	if err != nil {
		panic(err)
	}
	_, err = db.File(ctx, store.Filing{Source: source, Reading: vigie.Reading{
		Visit: vigie.Visit{Source: source.ID},
		Findings: []vigie.Finding{{GUID: "1", Document: vigie.Document{
			URL: "https://agence.example/1", Title: "Les régulations à venir", Lang: vigie.French,
		}}},
	}})
	if err != nil {
		panic(err)
	}
	x, err := index.Open(ctx, filepath.Join(dir, "index"), db, index.Options{})
	if err != nil {
		panic(err)
	}
	defer x.Close()
	if _, err := x.CatchUp(ctx, nil); err != nil {
		panic(err)
	}
	q, err := query.Parse(`REGULATION lang:fr -brouillon`)
	if err != nil {
		panic(err)
	}
	res, err := x.Search(ctx, q, index.SearchOptions{})
	if err != nil {
		panic(err)
	}
	for _, h := range res.Hits {
		fmt.Println(h.Source, "-", h.Title)
	}
	// Output: Agence - Les régulations à venir
}
