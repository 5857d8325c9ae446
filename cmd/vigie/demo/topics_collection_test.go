package demo_test

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vigie"
	"vigie/crawl/extract"
	"vigie/crawl/extract/pdfium"
	"vigie/index/store"
	"vigie/vigietest"
)

// collection is what the topics are asked of: the sample web with its reports, the
// handbook in four languages and 78 articles of newspapers. The path of an address
// names a document in the judgements.
func collection(t *testing.T) []vigie.Document {
	t.Helper()
	docs := sample(t)
	for _, of := range []struct {
		folder string
		lang   vigie.Lang
	}{{"fr-FR", vigie.French}, {"en-US", vigie.English}, {"es-ES", vigie.Spanish}, {"ar-MA", vigie.Arabic}} {
		for _, file := range vigietest.HandbookPages(t, vigietest.Handbook(t, of.folder)) {
			if d := chapter(t, file, of.lang); len(d.Body) > 0 {
				d.URL = "https://handbook.example/" + of.folder + "/" + filepath.Base(file)
				docs = append(docs, d)
			}
		}
	}
	return append(docs, articles(t)...)
}

// sample is the sample web as it is first, its reports read.
func sample(t *testing.T) []vigie.Document {
	t.Helper()
	_, db, _ := gathered(t)
	engine := pdfEngine(t)
	var docs []vigie.Document
	for _, d := range documents(t, db) {
		u, err := url.Parse(d.URL)
		if err != nil {
			t.Fatal(err)
		}
		err = db.View(func(tx *store.Tx) error {
			d.Body, err = tx.Body(d.Document)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if d.MediaType == "application/pdf" {
			file, err := engine.Read(t.Context(), []byte(get(t, d.URL).body), pdfium.Limits{})
			if err != nil {
				t.Fatalf("%s: %v", d.URL, err)
			}
			d.Title, d.Body = file.Title, file.Body
		}
		d.ID, d.Source, d.URL = "", "", "https://sample.example"+u.Path
		docs = append(docs, d.Document)
	}
	return docs
}

func pdfEngine(t *testing.T) *pdfium.Engine {
	t.Helper()
	compiled, done, err := vigietest.EngineFolder()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(done)
	engine, err := pdfium.New(t.Context(), pdfium.Options{CacheDir: compiled})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
	return engine
}

// chapter reads a page of the handbook; of the Arabic one, what was translated.
func chapter(t *testing.T, file string, lang vigie.Lang) vigie.Document {
	t.Helper()
	d := vigie.Document{Lang: lang, MediaType: "text/html"}
	holder := ""
	for n := range vigietest.ParseHTML(t, file).Descendants() {
		named, heading, para := n.DataAtom == atom.Title, vigietest.HasClass(n, "title"), vigietest.HasClass(n, "para")
		if !named && !heading && !para {
			continue
		}
		switch text := vigietest.TextOf(n); {
		case lang == vigie.Arabic && !vigietest.InArabic(text):
		case named:
			d.Title = text
		case heading:
			d.Body = append(d.Body, vigie.Paragraph{Kind: vigie.Heading, Level: 2, Text: text})
		case !strings.Contains(holder, text): // one may stand in another
			holder = text
			d.Body = append(d.Body, vigie.Paragraph{Text: text})
		}
	}
	return d
}

// articles are pages of newspapers, about other things mostly.
func articles(t *testing.T) []vigie.Document {
	t.Helper()
	dir := vigietest.Shared(t, "corpus", "pages", "articles")
	var truth map[string]struct{ ArticleBody string }
	raw, err := os.ReadFile(filepath.Join(dir, "ground-truth.json"))
	if err == nil {
		err = json.Unmarshal(raw, &truth)
	}
	if err != nil {
		t.Fatal(err)
	}
	var docs []vigie.Document
	for key, article := range truth {
		d := vigie.Document{URL: "https://articles.example/" + key, Title: pageTitle(t, filepath.Join(dir, "html", key+".html.gz")), MediaType: "text/html"}
		d.Lang = extract.Language(vigie.Und, d.Title, article.ArticleBody)
		for text := range strings.SplitSeq(article.ArticleBody, "\n\n") {
			d.Body = append(d.Body, vigie.Paragraph{Text: text})
		}
		docs = append(docs, d)
	}
	return docs
}

func pageTitle(t *testing.T, file string) string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	page, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	words := html.NewTokenizer(page)
	for words.Next() != html.ErrorToken {
		if name, _ := words.TagName(); string(name) == "title" {
			words.Next()
			return strings.TrimSpace(string(words.Text()))
		}
	}
	if err := words.Err(); !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return ""
}
