package index_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store/storetest"
	"vigie/vigietest"
)

// crowded is an index with very many words that begin alike, and with documents that
// say one word very often.
func crowded(t *testing.T) (x *index.Index, dir string) {
	t.Helper()
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://example.org/feed")
	docs := make([]vigie.Document, 240)
	for i := range docs {
		words := make([]string, 100)
		for n := range words {
			words[n] = fmt.Sprintf("aa%c%cz%d", 'a'+n%26, 'a'+i%26, i*len(words)+n)
		}
		docs[i] = vigie.Document{
			URL: fmt.Sprintf("https://example.org/%d", i), Lang: pick5(i), Title: fmt.Sprintf("Fibre %d", i),
			Body: text(strings.Join(words, " "), "fibre réseau mobile spectre antenne licence"),
		}
	}
	docs[7].Body = text(strings.Repeat("fibre ", 20_000))
	docs[8].Body = text(strings.Repeat("fibre réseau ", 10_000))
	storetest.File(t, db, s, docs...)
	dir = t.TempDir()
	x = openAt(t, dir, db)
	catchUp(t, x)
	return x, dir
}

func pick5(n int) vigie.Lang { return []vigie.Lang{"fr", "en", "ar", "es", "pt"}[n%5] }

// answers asks a query and wants an answer, or an error that says what is wrong with
// the question, within bounds.
func answers(t *testing.T, x *index.Index, q query.Query, o index.SearchOptions) index.Results {
	t.Helper()
	res, err := x.Search(t.Context(), q, o)
	if err != nil && !errors.Is(err, vigie.ErrInvalid) {
		t.Fatalf("%.200q: %v", q.String(), err)
	}
	if err == nil && (res.Total < len(res.Hits) || res.Shortfall == index.Damaged) {
		t.Fatalf("%.200q: %d found, %d shown, partial %v %s", q.String(), res.Total, len(res.Hits), res.Partial, res.Reason)
	}
	return res
}

// TestHostileQueries asks what others collected to break programs with: as a query, as
// plain words, as a value of each field, and of the public index; TestProofHostileQueries
// asks all of it.
func TestHostileQueries(t *testing.T) { hostileQueries(t, 4) }

func TestProofHostileQueries(t *testing.T) {
	if os.Getenv("VIGIE_PROOF") == "" {
		t.Skip("takes ten seconds: VIGIE_PROOF=1")
	}
	hostileQueries(t, 1)
}

// hostileQueries asks every so many-th line.
func hostileQueries(t *testing.T, every int) {
	t.Helper()
	_, x := library(t)
	_, public := portal(t)
	if err := errors.Join(x.WarmUp(t.Context()), public.WarmUp(t.Context())); err != nil {
		t.Fatal(err)
	}
	fields := query.Fields()
	asked, refused := 0, 0
	for n, line := range vigietest.Hostile(t) {
		if n%every > 0 {
			continue
		}
		n /= every
		q, err := query.Parse(line)
		if err != nil && !errors.Is(err, vigie.ErrInvalid) {
			t.Fatalf("%q: %v", line, err)
		}
		if err != nil {
			refused++
			q = query.Words(line)
		}
		answers(t, x, q, index.SearchOptions{Facets: n%3 == 0})
		asked++
		if n%4 == 0 {
			read(t, public, line, index.PublicOptions{Lang: vigie.Lang(line), Topic: line, Kind: index.PublicKind(line), Only: n%8 == 0})
			if _, _, err := public.Suggest(t.Context(), line); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := x.Suggest(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		f, err := query.NewFilter(fields[n%len(fields)].Field, line)
		if err != nil && !errors.Is(err, vigie.ErrInvalid) {
			t.Fatalf("%q: %v", line, err)
		}
		if err == nil {
			answers(t, x, query.Query{}.With(f), index.SearchOptions{Facets: true, Langs: []vigie.Lang{vigie.Lang(line)}})
		}
	}
	t.Logf("%d lines asked, of which %d are no queries", asked, refused)
}

// TestRunaways: what would look at everything is bounded, in time and in memory (all
// that is ever taken, most of it for a moment).
func TestRunaways(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	x, dir := crowded(t)
	join := func(n int, between string, word func(int) string) string {
		out := make([]string, n)
		for i := range out {
			out[i] = word(i)
		}
		return strings.Join(out, between)
	}
	words := []string{"fibre", "réseau", "mobile", "spectre", "antenne", "licence"}
	cases := map[string]struct {
		line string
		bad  bool // refused
	}{
		"100,000 characters":         {strings.Repeat("fibre ", 16_667), true},
		"one word of 4,000 letters":  {strings.Repeat("a", 4000), false},
		"500 parentheses":            {strings.Repeat("(", 500) + "fibre" + strings.Repeat(")", 500), true},
		"500 parentheses, open":      {strings.Repeat("(", 500), true},
		"32 parentheses":             {strings.Repeat("(", 32) + "fibre" + strings.Repeat(")", 32), false},
		"a quotation mark":           {`fibre "réseau`, true},
		"quotation marks":            {strings.Repeat(`"`, 301), true},
		"a letter and a star":        {"a*", true},
		"two letters and a star":     {"aa*", true},
		"not two letters and a star": {"fibre -aa*", true},
		"three letters and a star":   {"aaa*", false},
		"32 beginnings":              {join(32, " OR ", func(i int) string { return fmt.Sprintf("aa%c*", 'a'+i%26) }), true},
		"near 32 beginnings":         {join(32, " NEAR/99 ", func(i int) string { return fmt.Sprintf("aa%c%c*", 'a'+i%26, 'a'+i/26) }), false},
		"near 30 words":              {join(30, " NEAR/99 ", func(i int) string { return words[i%len(words)] }), false},
		"near one word":              {join(32, " NEAR/99 ", func(int) string { return "fibre" }), false},
		"a phrase of 580 words":      {`"` + strings.TrimSpace(strings.Repeat("fibre ", 580)) + `"`, false},
		"a phrase of small words":    {`"` + strings.TrimSpace(strings.Repeat("de ", 1200)) + `"`, false},
		"32 phrases":                 {join(32, " OR ", func(i int) string { return `"` + strings.TrimSpace(strings.Repeat("fibre réseau ", 1+i%4)) + `"` }), false},
		"32 words forbidden":         {join(32, " ", func(i int) string { return "-" + words[i%len(words)] }), false},
		"nothing but NOT":            {strings.Repeat("NOT ", 900) + "fibre", false},
		"17 languages":               {join(17, " ", func(i int) string { return fmt.Sprintf("lang:a%c", 'a'+i) }), true},
	}
	for name, c := range cases {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		begin := time.Now()
		q, err := query.Parse(c.line)
		if err == nil {
			var res index.Results
			res, err = x.Search(t.Context(), q, index.SearchOptions{Facets: true, Offset: 1_000_000})
			if len(res.Hits) > 0 || res.Shortfall == index.Damaged {
				t.Errorf("%s: %d hits a million pages on; %s", name, len(res.Hits), res.Reason)
			}
		}
		took := time.Since(begin)
		runtime.ReadMemStats(&after)
		if (err != nil) != c.bad || err != nil && !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
		mb := (after.TotalAlloc - before.TotalAlloc) >> 20
		t.Logf("%-28s %6d µs %4d MB %.60v", name, took.Microseconds(), mb, err)
		if mb > 1024 || took > 5*index.MaxTime {
			t.Errorf("%s takes %s and %d MB", name, took, mb)
		}
	}
	if got := folders(t, dir); got["index-damaged-"] > 0 {
		t.Errorf("a query was taken for damage: %v", got)
	}
}

// TestGivesUp: a search whose asker has gone ends with their error, and is no damage.
func TestGivesUp(t *testing.T) {
	x, dir := crowded(t)
	lines := []string{"fibre", "aaa*", `"fibre réseau"`, "fibre NEAR/3 réseau", "fibre -mobile lang:fr", "-absent", "lang:fr"}
	ended := 0
	for n := range 70 {
		q, err := query.Parse(lines[n%len(lines)])
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(n*n)*2*time.Microsecond)
		res, err := x.Search(ctx, q, index.SearchOptions{Facets: n%2 == 0})
		cancel()
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			ended++
		case err != nil:
			t.Errorf("%q: %v", q.String(), err)
		case res.Shortfall == index.Damaged:
			t.Errorf("%q: %s", q.String(), res.Reason)
		}
	}
	if ended == 0 {
		t.Error("no search ended early")
	}
	if got := folders(t, dir); got["index-damaged-"] > 0 || got["bleve-"] != 1 {
		t.Errorf("a search that ended was taken for damage: %v", got)
	}
	if res := answers(t, x, query.Plain("fibre"), index.SearchOptions{}); res.Total != 240 || !slices.Equal(res.Notes, nil) {
		t.Errorf("%d found afterwards", res.Total)
	}
}
