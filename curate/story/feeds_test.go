package story_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"vigie"
	"vigie/curate/story"
)

// post is one item of a feed, as far as it matters here.
type post struct {
	Title       string   `xml:"title"`
	Links       []string `xml:"link"`
	Description string   `xml:"description"`
	Summary     string   `xml:"summary"`
	Content     string   `xml:"content"`
	Encoded     string   `xml:"encoded"`
}

func (p post) text() string {
	for _, s := range []string{p.Encoded, p.Content, p.Description, p.Summary} {
		if strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}

var tag = regexp.MustCompile(`<[^>]*>`)

// posts reads the items of a feed in order; what is no XML gives none.
func posts(raw []byte) []post {
	d := xml.NewDecoder(bytes.NewReader(raw))
	d.CharsetReader, d.Strict, d.Entity = charset.NewReaderLabel, false, xml.HTMLEntity
	var out []post
	for {
		token, err := d.Token()
		if err != nil {
			return out
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "item" && start.Name.Local != "entry" {
			continue
		}
		var p post
		if err := d.DecodeElement(&p, &start); err != nil {
			return out
		}
		out = append(out, p)
	}
}

// TestRealFeeds takes the successive posts of real feeds, which are never the same
// story, and prints what is found among all of them.
func TestRealFeeds(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(shared(t, "corpus", "feeds", "real"), "*.xml"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d feeds, %v", len(paths), err)
	}
	var within, across score
	var before []story.Print
	for n, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var own []story.Print
		for i, p := range posts(raw) {
			d := vigie.Document{ID: vigie.DocumentID(fmt.Sprint(n, "-", i)), Title: p.Title, Published: day(i), URL: fmt.Sprintf("https://feed%d.test/%d", n, i)}
			d.Summary = html.UnescapeString(tag.ReplaceAllString(p.text(), " "))
			own = append(own, printOf(d))
		}
		for i, p := range own {
			for _, q := range own[:i] {
				bond, found := story.Same(p, q)
				if within.add(false, found); found {
					t.Errorf("%s: %s and %s are bound by %q", filepath.Base(path), p.Document, q.Document, bond)
				}
			}
			for _, q := range before {
				bond, found := story.Same(p, q)
				if across.add(false, found); found {
					t.Logf("across feeds: %s (%s) and %s are bound by %q", p.Document, filepath.Base(path), q.Document, bond)
				}
			}
		}
		before = append(before, own...)
	}
	t.Logf("%d feeds, %d posts; %d pairs within a feed, %d wrong; %d across feeds, %d bound", len(paths), len(before),
		within.wrong+within.kept, within.wrong, across.wrong+across.kept, across.wrong)
	if within.kept < 10 {
		t.Errorf("only %d pairs of successive posts", within.kept)
	}
}

// TestArticles takes every two of the articles. Some tell the same event, each in
// its own words; none is a copy of another.
func TestArticles(t *testing.T) {
	var prints []story.Print
	all := articles(t)
	for i, x := range all {
		prints = append(prints, printOf(doc(fmt.Sprint("a", i), x.lang, x.title, day(0), x.sentences...)))
	}
	n := 0
	for i := range prints {
		for j := range i {
			n++
			if bond, found := story.Same(prints[i], prints[j]); found {
				t.Errorf("%q and %q are bound by %q", all[i].title, all[j].title, bond)
			}
		}
	}
	t.Logf("%d pairs", n)
}
