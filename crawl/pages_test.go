package crawl_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/crawl"
	"vigie/crawl/crawltest"
)

// bare is a store that obeys: of what is reserved it keeps no bytes, and none of what has
// nothing new for a reader.
type bare struct {
	keeper
	titles map[string]string
}

func keepingBare(web *crawltest.Web) (*crawl.Reader, bare) {
	r, b := reader(web), bare{keeper{}, map[string]string{}}
	r.Kept = func(ctx context.Context, source vigie.SourceID, address string) (vigie.Capture, error) {
		c, err := b.kept(ctx, source, address)
		if err == nil && c.Reserved {
			err = vigie.ErrNotFound
		}
		return c, err
	}
	return r, b
}

func (b bare) file(fs []vigie.Finding) {
	for _, f := range fs {
		if said := f.Document.Title + vigie.PlainText(f.Document.Body); b.titles[f.GUID] != said {
			b.titles[f.GUID] = said
			b.keeper.file([]vigie.Finding{f})
		}
	}
}

// TestDeepUnkept: pages of which nothing may be kept are asked for on condition like all
// others, and lead to the same pages.
func TestDeepUnkept(t *testing.T) {
	web, s := manual(t)
	reserve := func(path string, p crawltest.Page) {
		p.Header = map[string]string{"X-Robots-Tag": "noarchive"}
		web.Set(host, "/manuel/"+path, p)
	}
	reserve("index.html", chapter("Chapitre index.html", "1.html", "2.html", "http://"+host+"/manuel/2.html?utm_source=x"))
	reserve("1.html", chapter("Chapitre 1.html", "1-1.html", "2.html", "annexe.pdf"))
	reserve("1-1.html", chapter("Chapitre 1-1.html", "1-1-1.html"))
	reserve("2.html", chapter("Chapitre 2.html", "2-1.html"))
	r, k := keepingBare(web)
	v, m := vigie.Visit{}, memory{}
	got, paths := read(t, r, s, &v, m)
	k.file(got.Findings)
	if len(paths) != 7 {
		t.Fatalf("first reading: %v", paths)
	}
	unchanged := func(when string, want int) {
		t.Helper()
		before := len(web.Log(host))
		got, paths := read(t, r, s, &v, m)
		k.file(got.Findings)
		if len(paths) != 0 || !got.NotModified || got.Unchanged != want {
			t.Errorf("%s: %v, same %v, unchanged %d, faults %q", when, paths, got.NotModified, got.Unchanged, got.Faults)
		}
		for _, asked := range web.Log(host)[before:] {
			if asked.Status != http.StatusNotModified {
				t.Errorf("%s it asked %d %s", when, asked.Status, asked.Path)
			}
		}
	}
	unchanged("the second time", 7)
	unchanged("the third time", 7)
	reserve("1.html", chapter("Chapitre 1.html", "1-1.html", "1-2.html", "annexe.pdf"))
	web.Set(host, "/manuel/1-2.html", chapter("Chapitre 1-2.html"))
	got, paths = read(t, r, s, &v, m)
	k.file(got.Findings)
	if diff := cmp.Diff([]string{"/manuel/1.html", "/manuel/1-2.html"}, paths); diff != "" {
		t.Errorf("after a change (-want +got):\n%s", diff)
	}
	unchanged("after the change", 8)
	if len(v.Parts) != 4 || len(v.Parts[web.URL(host, "/manuel/1.html")].Links) != 3 {
		t.Errorf("it remembers %+v", v.Parts)
	}
	reserve("index.html", chapter("Chapitre index.html", "2.html"))
	got, _ = read(t, r, s, &v, m)
	k.file(got.Findings)
	unchanged("with the first chapter too far away", 4)
	if len(v.Parts) != 3 {
		t.Errorf("then it remembers %+v", v.Parts)
	}
}

// TestDeepAnew: a page that came anew with nothing new in it for a reader, so that the
// older answer stays in the store, is asked for with what came last, and leads on.
func TestDeepAnew(t *testing.T) {
	web := crawltest.New(t)
	page := func(footer string, links ...string) {
		p := chapter("Sommaire", links...)
		p.Body = strings.Replace(p.Body, "</body>", "<footer>"+footer+"</footer></body>", 1)
		web.Set(host, "/d/index.html", p)
	}
	web.Set(host, "/d/a.html", chapter("A"))
	web.Set(host, "/d/b.html", chapter("B"))
	page("un", "a.html")
	r, k := keepingBare(web)
	s := vigie.Source{ID: "s", Kind: vigie.Site, URL: web.URL(host, "/d/index.html"), List: vigie.ListRules{Depth: 2}}
	v, m := vigie.Visit{}, memory{}
	next := func() (vigie.Reading, []string) {
		before := len(web.Log(host))
		got, _ := read(t, r, s, &v, m)
		k.file(got.Findings)
		var asked []string
		for _, q := range web.Paths(host)[before:] {
			if strings.Contains(q, "/d/") {
				asked = append(asked, q)
			}
		}
		return got, asked
	}
	next()
	page("deux", "a.html", "b.html")
	if _, asked := next(); cmp.Diff([]string{"200 /d/index.html", "200 /d/b.html", "304 /d/a.html"}, asked) != "" {
		t.Errorf("asked %q", asked)
	}
	if k.keeper[s.URL].Body == nil || strings.Contains(string(k.keeper[s.URL].Body), "deux") {
		t.Fatal("the store has the second answer")
	}
	for range 2 {
		got, asked := next()
		slices.Sort(asked) // it goes on behind the page that it asked for last
		if !got.NotModified || cmp.Diff([]string{"304 /d/a.html", "304 /d/b.html", "304 /d/index.html"}, asked) != "" {
			t.Errorf("asked %q", asked)
		}
	}
}

// TestWatchUnkept: of a watched page of which nothing may be kept, small changes add up
// to the threshold as well.
func TestWatchUnkept(t *testing.T) {
	web := crawltest.New(t)
	s := vigie.Source{ID: "s", Kind: vigie.Page, URL: web.URL(host, "/redevances"), List: vigie.ListRules{Least: 50}}
	r, k := keepingBare(web)
	v, m := vigie.Visit{}, memory{}
	for _, step := range []struct {
		name  string
		page  crawltest.Page
		found bool
	}{
		{"the first time", notice("vingt", "a"), true},
		{"a word", notice("trente", "a"), false},
		{"two words", notice("quarante deux", "a"), false},
		{"many words", notice(strings.Repeat("cent un deux trois ", 4), "a"), true},
		{"one of them", notice(strings.Repeat("cent un deux quatre ", 1)+strings.Repeat("cent un deux trois ", 3), "a"), false},
		{"another title", crawltest.Page{Body: strings.ReplaceAll(notice("vingt", "a").Body, "Redevances", "Tarifs")}, true},
	} {
		step.page.Header = map[string]string{"X-Robots-Tag": "noarchive"}
		web.Set(host, "/redevances", step.page)
		got, paths := read(t, r, s, &v, m)
		k.file(got.Findings)
		if (len(paths) == 1) != step.found || got.NotModified {
			t.Errorf("%s: findings %v, unchanged %d", step.name, paths, got.Unchanged)
		}
	}
	if len(v.Sample) == 0 {
		t.Error("there is no sample")
	}
	web.Set(host, "/redevances", notice("sans réserve", "a"))
	if got, _ := read(t, r, s, &v, m); len(got.Findings) != 1 || v.Sample != nil {
		t.Errorf("no longer reserved: %d findings, a sample of %d", len(got.Findings), len(v.Sample))
	}
}

// TestSample: what is told of long texts from their samples is near what it is.
func TestSample(t *testing.T) {
	text := func(words, changed int) []vigie.Paragraph {
		var b strings.Builder
		for i := range words {
			if i < changed {
				b.WriteString("x")
			}
			b.WriteString(strings.Repeat("m", i%7+1) + string(rune('a'+i%23)) + string(rune('a'+i%19)) + string(rune('a'+i%17)) + " ")
		}
		return []vigie.Paragraph{{Text: b.String()}}
	}
	for _, tt := range []struct{ words, changed, want, within int }{
		{100, 0, 0, 0},
		{100, 1, 10, 0},
		{100, 100, 1000, 0},
		{1000, 50, 50, 0},
		{20000, 0, 0, 0},
		{20000, 1000, 50, 25},
		{20000, 10000, 500, 60},
		{20000, 20000, 1000, 0},
	} {
		got := crawl.SampledThousandths(text(tt.words, 0), text(tt.words, tt.changed))
		if got < tt.want-tt.within || got > tt.want+tt.within {
			t.Errorf("%d of %d words: %d, want %d", tt.changed, tt.words, got, tt.want)
		}
	}
}
