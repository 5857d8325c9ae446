package extract_test

import (
	"encoding/json"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"vigie/crawl/extract"
	"vigie/vigietest"
)

// TestArticleText holds the extraction to a public benchmark: pages whose text
// people marked (scrapinghub/article-extraction-benchmark). The measure is the
// one used there: runs of four words, precision and recall of each page, their
// means over all pages, and the harmonic mean of the two.
func TestArticleText(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 78 pages of the web")
	}
	dir := vigietest.Shared(t, "corpus", "pages", "articles")
	var truth map[string]struct {
		ArticleBody string `json:"articleBody"`
		URL         string `json:"url"`
	}
	if err := json.Unmarshal(readFile(t, filepath.Join(dir, "ground-truth.json")), &truth); err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob(filepath.Join(dir, "html", "*.html.gz"))
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages in %s: %v", dir, err)
	}
	var precision, recall float64
	dated := 0
	for _, path := range pages {
		want, ok := truth[strings.TrimSuffix(filepath.Base(path), ".html.gz")]
		if !ok {
			t.Errorf("%s has no truth", filepath.Base(path))
			continue
		}
		base, err := url.Parse(want.URL)
		if err != nil {
			base = &url.URL{Scheme: "https", Host: "news.example", Path: "/a"}
		}
		a, err := extract.Page(t.Context(), readGzip(t, path), "text/html", base)
		if err != nil {
			t.Errorf("%s: %v", want.URL, err)
			continue
		}
		if a.Title == "" || a.Lang != "en" && a.Lang.Base() != "en" {
			t.Logf("%s: title %q, language %q", want.URL, a.Title, a.Lang)
		}
		if !a.Published.IsZero() {
			dated++
		}
		p, r := compareText(want.ArticleBody, a.Text)
		if p < 0.7 || r < 0.7 {
			t.Logf("%s: precision %.2f recall %.2f", want.URL, p, r)
		}
		precision, recall = precision+p, recall+r
	}
	n := float64(len(pages))
	precision, recall = precision/n, recall/n
	f1 := 2 * precision * recall / (precision + recall)
	t.Logf("%d pages: precision %.4f, recall %.4f, F1 %.4f; %d dated", len(pages), precision, recall, f1, dated)
	if f1 < 0.94 {
		t.Errorf("F1 is %.4f, want at least 0.94", f1)
	}
}

// compareText returns precision and recall of got, by runs of four words.
func compareText(want, got string) (precision, recall float64) {
	w, g := shingles(want), shingles(got)
	hit, wrong, missed := 0, 0, 0
	for s, n := range w {
		hit += min(n, g[s])
		missed += max(n-g[s], 0)
	}
	for s, n := range g {
		wrong += max(n-w[s], 0)
	}
	switch {
	case wrong == 0 && missed == 0:
		return 1, 1
	case hit == 0:
		return 0, 0
	}
	return float64(hit) / float64(hit+wrong), float64(hit) / float64(hit+missed)
}

func shingles(s string) map[string]int {
	words := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '_' })
	out := map[string]int{}
	if len(words) == 0 {
		return out
	}
	for i := range max(1, len(words)-3) {
		out[strings.Join(words[i:min(i+4, len(words))], " ")]++
	}
	return out
}
