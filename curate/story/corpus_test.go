package story_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"hash/fnv"
	"html"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/curate/story"
)

// text is one text that somebody else wrote, in sentences.
type text struct {
	key, title string
	lang       vigie.Lang
	sentences  []string
}

func (x text) words() int { return len(strings.Fields(strings.Join(x.sentences, " "))) }

// hashed is a number that depends on s only: it splits and chooses.
func hashed(s string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s))
	return int(h.Sum32() >> 1)
}

// tuning reports whether the text is of the half on which the measures of the
// package were chosen; the other half judges them.
func (x text) tuning() bool { return hashed("half "+x.key)%2 == 0 }

// day is the day of publication that the tests count from.
func day(n int) vigie.Date {
	return vigie.Date{Time: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n), Precision: vigie.Day}
}

// doc makes a document of sentences, four to a paragraph.
func doc(id string, lang vigie.Lang, title string, date vigie.Date, sentences ...string) vigie.Document {
	d := vigie.Document{ID: vigie.DocumentID(id), Lang: lang, Title: title, Published: date, URL: "https://" + id + ".test/news/1"}
	for chunk := range slices.Chunk(sentences, 4) {
		d.Body = append(d.Body, vigie.Paragraph{Text: strings.Join(chunk, " ")})
	}
	return d
}

func printOf(d vigie.Document) story.Print { return story.Of(d, story.Known{}) }

// shared returns a path of the shared test data, or skips.
func shared(tb testing.TB, parts ...string) string {
	tb.Helper()
	dir := os.Getenv("VIGIE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	path := filepath.Join(append([]string{dir}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		tb.Skipf("the shared test data is not there (set VIGIE_SHARED): %v", err)
	}
	return path
}

var sentenceEnd = regexp.MustCompile(`[.!?؟]["”»’)]*\s+`)

// sentences cuts a text at its full stops; abbreviations cut as well.
func sentences(s string) []string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimSpace(line)
		last := 0
		for _, at := range sentenceEnd.FindAllStringIndex(line, -1) {
			out = append(out, strings.TrimSpace(line[last:at[1]]))
			last = at[1]
		}
		if rest := strings.TrimSpace(line[last:]); rest != "" {
			out = append(out, rest)
		}
	}
	return out
}

var titleTag = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// articles reads the bodies that people marked in 78 pages, with the pages' titles.
func articles(tb testing.TB) []text {
	tb.Helper()
	dir := shared(tb, "corpus", "pages", "articles")
	raw, err := os.ReadFile(filepath.Join(dir, "ground-truth.json"))
	if err != nil {
		tb.Fatal(err)
	}
	var truth map[string]struct{ ArticleBody, URL string }
	if err := json.Unmarshal(raw, &truth); err != nil {
		tb.Fatal(err)
	}
	var out []text
	for key, a := range truth {
		x := text{key: key, lang: vigie.English, title: pageTitle(tb, filepath.Join(dir, "html", key+".html.gz")), sentences: sentences(a.ArticleBody)}
		if strings.ContainsFunc(a.ArticleBody, func(r rune) bool { return r >= 0x400 && r < 0x500 || r >= 0xac00 && r < 0xd800 }) {
			x.lang = vigie.Und
		}
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b text) int { return strings.Compare(a.key, b.key) })
	return out
}

func pageTitle(tb testing.TB, path string) string {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	page, err := io.ReadAll(z)
	if err != nil {
		tb.Fatal(err)
	}
	m := titleTag.FindSubmatch(page)
	if m == nil {
		return ""
	}
	return strings.Join(strings.Fields(html.UnescapeString(string(m[1]))), " ")
}

// passage is one passage of a retrieval set: a paragraph of an encyclopedia.
type passage struct {
	ID, Title, Text string
	Lang            vigie.Lang
}

// headline is the title with the first words: the sets give many passages one title.
func (p passage) headline() string {
	begin := strings.Fields(strings.TrimPrefix(p.Text, "\ufeff"))
	return p.Title + ": " + strings.Join(begin[:min(len(begin), 6)], " ")
}

func passages(tb testing.TB, set string) []passage {
	tb.Helper()
	f, err := os.Open(shared(tb, "corpus", "ir", set, "corpus.jsonl"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var out []passage
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var p passage
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			tb.Fatal(err)
		}
		p.Title = strings.ReplaceAll(p.Title, "_", " ")
		out = append(out, p)
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	return out
}

// entries joins the passages of each title to one text.
func entries(tb testing.TB, set string, most int) []text {
	tb.Helper()
	var out []text
	at := map[string]int{}
	for _, p := range passages(tb, set) {
		i, ok := at[p.Title]
		if !ok {
			i = len(out)
			at[p.Title] = i
			// The three languages of xquad hold the same texts: one key, one half.
			out = append(out, text{key: strings.TrimSuffix(set[:5], "-") + p.Title, title: p.headline(), lang: p.Lang})
		}
		out[i].sentences = append(out[i].sentences, sentences(p.Text)...)
	}
	return out[:min(len(out), most)]
}

// texts are all texts from which the pairs are made.
func texts(tb testing.TB) []text {
	tb.Helper()
	all := articles(tb)
	all = append(all, entries(tb, "piaf-fr", 120)...)
	for _, set := range []string{"xquad-en", "xquad-es", "xquad-ar"} {
		all = append(all, entries(tb, set, 48)...)
	}
	return slices.DeleteFunc(all, func(x text) bool { return x.words() < 60 || len(x.sentences) < 3 })
}
