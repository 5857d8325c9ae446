package extract_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"vigie"
	"vigie/crawl/extract"
	"vigie/vigietest"
)

func address(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestPage compares the JSON of whole pages, a public contract, with files.
func TestPage(t *testing.T) {
	for name, base := range map[string]string{
		"fr": "https://relais.example/actualites/fibre-campagnes?utm_medium=x",
		"ar": "https://majalla.example/2026/5g",
		"en": "https://institute.example/papers/12.html",
	} {
		t.Run(name, func(t *testing.T) {
			page := readFile(t, filepath.Join("testdata", "pages", name+".html"))
			a, err := extract.Page(t.Context(), page, "text/html", address(t, base))
			if err != nil {
				t.Fatal(err)
			}
			type whole struct {
				Article extract.Article
				Body    []vigie.Paragraph
			}
			var got bytes.Buffer
			enc := json.NewEncoder(&got)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "\t")
			if err := enc.Encode(whole{a, a.Body}); err != nil {
				t.Fatal(err)
			}
			vigietest.Golden(t, "testdata/pages/"+name+".json", got.String())
		})
	}
}

func TestPageHasAllFields(t *testing.T) {
	for name, page := range map[string]string{"html": "<p>", "deep": strings.Repeat("<div>", 1000) + "a"} {
		t.Run(name, func(t *testing.T) {
			a, err := extract.Page(t.Context(), []byte(page), "text/html", nil)
			if err != nil {
				t.Fatal(err)
			}
			b, err := json.Marshal(a)
			if err != nil {
				t.Fatal(err)
			}
			var fields map[string]any
			if err := json.Unmarshal(b, &fields); err != nil {
				t.Fatal(err)
			}
			for _, key := range []string{"url", "canonical", "title", "text", "authors", "published", "modified", "lang", "site", "summary", "license", "feeds", "faults"} {
				if v, ok := fields[key]; !ok || v == nil {
					t.Errorf("the field %q is missing or null in %s", key, b)
				}
			}
			if len(fields) != 13 {
				t.Errorf("%d fields, want 13: %s", len(fields), b)
			}
		})
	}
}

// TestPageCharsets: the character set is that of the bytes, whatever is declared; a
// false or unknown declaration is said.
func TestPageCharsets(t *testing.T) {
	const (
		arabic = "نشرت الهيئة حصيلتها السنوية في الرباط وأوضحت أن التغطية على الساحل في تقدم مستمر من سنة إلى أخرى"
		french = "L’autorité a publié son bilan à l’été : la fibre a gagné des régions entières, à 5 € près."
	)
	for _, tc := range []struct {
		name, header, meta string
		real               encoding.Encoding
		text, fault        string
	}{
		{"1256 in meta", "text/html", "windows-1256", charmap.Windows1256, arabic, ""},
		{"1256 in the header", "text/html; charset=windows-1256", "", charmap.Windows1256, arabic, ""},
		{"1256 as utf-8", "text/html; charset=utf-8", "utf-8", charmap.Windows1256, arabic, "declares the character set utf-8 and is in windows-1256"},
		{"1256 as latin-1", "text/html", "iso-8859-1", charmap.Windows1256, arabic, "declares the character set windows-1252 and is in windows-1256"},
		{"1252 in meta", "text/html", "windows-1252", charmap.Windows1252, french, ""},
		{"1252 as utf-8", "text/html", "utf-8", charmap.Windows1252, french, "declares the character set utf-8 and is in windows-1252"},
		{"1252 of unknown name", "text/html; charset=klingon-8", "", charmap.Windows1252, french, `declares the unknown character set "klingon-8": it is read as windows-1252`},
		{"utf-8", "text/html; charset=UTF-8", "utf-8", encoding.Nop, french, ""},
		{"utf-8 as 1252", "text/html; charset=windows-1252", "", encoding.Nop, arabic, "declares the character set windows-1252 and is in utf-8"},
		{"utf-8 of unknown name", "text/html", "utf-99", encoding.Nop, arabic, `declares the unknown character set "utf-99": it is read as utf-8`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			page := "<title>" + tc.text + "</title><body><p>" + tc.text + "</p>"
			if tc.meta != "" {
				page = `<html><head><meta http-equiv="content-type" content="text/html; charset=` + tc.meta + `">` + page
			}
			body, err := tc.real.NewEncoder().String(page)
			if err != nil {
				t.Fatal(err)
			}
			a, err := extract.Page(t.Context(), []byte(body), tc.header, address(t, "https://a.example/"))
			if err != nil || a.Title != tc.text {
				t.Fatalf("title %q, error %v", a.Title, err)
			}
			if got := strings.Join(a.Faults, "\n"); tc.fault == "" && got != "" || !strings.Contains(got, tc.fault) {
				t.Errorf("faults %q, want %q", got, tc.fault)
			}
		})
	}
}

// TestNestedPages: two million open elements must cost a second or so, not an
// hour, and lose no text.
func TestNestedPages(t *testing.T) {
	deep := "<title>Profond &amp; long</title><nav>menu</nav>" + strings.Repeat("<b>", 1_700_000) + "<p>Le texte au fond.<p>Et sa suite."
	a, err := extract.Page(t.Context(), []byte(deep), "text/html", address(t, "https://a.example/p"))
	if err != nil {
		t.Fatal(err)
	}
	want := []vigie.Paragraph{{Text: "Le texte au fond."}, {Text: "Et sa suite."}}
	if diff := cmp.Diff(want, a.Body); diff != "" || a.Title != "Profond & long" || len(a.Faults) != 1 {
		t.Errorf("title %q, faults %q, body (-want +got):\n%s", a.Title, a.Faults, diff)
	}

	a, err = extract.Page(t.Context(), []byte(strings.Repeat("<div>", 600)+"<h1>Titre</h1><p>Texte"), "text/html", nil)
	if err != nil || a.Title != "Titre" || a.Text != "Titre\nTexte" || len(a.Faults) != 1 || !strings.Contains(a.Faults[0], "512") {
		t.Errorf("got %+v, %v", a, err)
	}
}

func TestPageRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		body        []byte
		contentType string
	}{
		"nothing":     {nil, "text/html"},
		"white space": {[]byte(" \n"), "text/html"},
		"too large":   {make([]byte, 5<<20+1), "text/html"},
		"a PDF":       {[]byte("%PDF-1.7"), "application/pdf"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := extract.Page(t.Context(), tc.body, tc.contentType, nil); !errors.Is(err, vigie.ErrInvalid) {
				t.Errorf("got %v, want an error of kind invalid", err)
			}
		})
	}
}

func TestPageEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	page := []byte("<p>" + strings.Repeat("<i>mot</i> ", 50_000))
	if _, err := extract.Page(ctx, page, "text/html", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

func TestPageMetadata(t *testing.T) {
	base := address(t, "https://a.example/dir/page")
	for _, tc := range []struct {
		name, head string
		check      func(extract.Article) any
		want       any
	}{
		{"first of January is made up", `<p>© 2019 x`, func(a extract.Article) any { return a.Published.String() }, ""},
		{"instant", `<meta property="article:published_time" content="2026-01-02T03:04:05+02:00">`, func(a extract.Article) any { return a.Published.String() }, "2026-01-02T01:04:05Z"},
		{"no zone, no hour", `<meta property="article:published_time" content="2026-01-02T03:04:05">`, func(a extract.Article) any { return a.Published.String() }, "2026-01-02"},
		{"year only", `<meta name="dcterms.date" content="2025">`, func(a extract.Article) any { return a.Published.String() }, "2025"},
		{"filler", `<meta name="date" content="0001-01-01T00:00:00Z">`, func(a extract.Article) any { return a.Published.String() }, ""},
		{"date in words", `<time itemprop="datePublished" datetime="2026-05-06">hier</time>`, func(a extract.Article) any { return a.Published.String() }, "2026-05-06"},
		{"date in an element of that name", `<p class="post-meta date">Publié le 12 mars 2026 par A. B.</p>`, func(a extract.Article) any { return a.Published.String() }, "2026-03-12"},
		{"date in arabic", `<h1>x</h1><time>١٢ غشت ٢٠٢٥</time>`, func(a extract.Article) any { return a.Published.String() }, "2025-08-12"},
		{
			"an old filler, then a date", `<meta name="date" content="1970-01-01"><h1>x</h1><time datetime="2026-05-06T07:08:09Z"></time>`,
			func(a extract.Article) any { return a.Published.String() }, "2026-05-06T07:08:09Z",
		},
		{"canonical to the front page", `<link rel=canonical href="/">`, func(a extract.Article) any { return a.Canonical }, "https://a.example/dir/page"},
		{"canonical that is no address", `<link rel=canonical href="javascript:x">`, func(a extract.Article) any { return a.Canonical }, "https://a.example/dir/page"},
		{"relative canonical", `<link rel="canonical" href="other?gclid=1#x">`, func(a extract.Article) any { return a.Canonical }, "https://a.example/dir/other"},
		{"og:url", `<meta property="og:url" content="https://a.example/og">`, func(a extract.Article) any { return a.Canonical }, "https://a.example/og"},
		{
			"feeds", `<link rel=alternate type="application/rss+xml" href="f.xml"><link rel=alternate type="application/rss+xml" href="javascript:x">`,
			func(a extract.Article) any { return strings.Join(a.Feeds, " ") }, "https://a.example/dir/f.xml",
		},
		{
			"shortened headline", `<script type="application/ld+json">[{"@type":["NewsArticle"],"headline":"Un long ti..."}]</script><meta property="og:title" content="Un long titre">`,
			func(a extract.Article) any { return a.Title }, "Un long titre",
		},
		{"author as address", `<meta property="article:author" content="https://f.example/x">`, func(a extract.Article) any { return len(a.Authors) }, 0},
		{"licence link", `<a rel="license" href="/licence">x</a>`, func(a extract.Article) any { return a.License }, "https://a.example/licence"},
		{"hostile title", `<meta property="og:title" content="a&lt;script&gt;x&lt;/script&gt;&#8238;b">`, func(a extract.Article) any { return a.Title }, "ab"},
		{
			"endless JSON", `<script type="application/ld+json">` + strings.Repeat(`{"author":`, 9000) + strings.Repeat("}", 9000) + `</script>`,
			func(a extract.Article) any { return len(a.Authors) }, 0,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			page := "<html><head>" + tc.head + "</head><body><p>" + strings.Repeat("Des mots sans date ni suite. ", 30)
			a, err := extract.Page(t.Context(), []byte(page), "text/html; charset=utf-8", base)
			if err != nil {
				t.Fatal(err)
			}
			if got := tc.check(a); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

func FuzzPage(f *testing.F) {
	for _, name := range []string{"fr", "ar", "en"} {
		f.Add(string(readFile(f, filepath.Join("testdata", "pages", name+".html"))), "text/html")
	}
	f.Add("<script type=application/ld+json>[[{\"@type\":\"Article\"}]]</script>", "")
	f.Add("texte", "text/plain; charset=utf-16le")
	f.Fuzz(func(t *testing.T, page, contentType string) {
		a, err := extract.Page(t.Context(), []byte(page), contentType, &url.URL{Scheme: "https", Host: "a.example", Path: "/p"})
		if err != nil {
			if strings.Contains(err.Error(), "broke the reader") {
				t.Log(err) // a panic of a library is an error of the page, not ours to fail on
			}
			return
		}
		checkParagraphs(t, a.Body)
		checkLine(t, a.Title)
		if c, err := vigie.CanonicalURL(a.Canonical); err != nil || c != a.Canonical {
			t.Fatalf("canonical address %q: %v", a.Canonical, err)
		}
		if a.Lang == "" {
			t.Fatal("no language")
		}
	})
}

// TestPagesAtOnce is for the race detector: the libraries are shared.
func TestPagesAtOnce(t *testing.T) {
	var wg sync.WaitGroup
	for range 4 {
		for _, name := range []string{"fr", "ar", "en"} {
			page := readFile(t, filepath.Join("testdata", "pages", name+".html"))
			wg.Go(func() {
				a, err := extract.Page(t.Context(), page, "text/html", nil)
				if err != nil || a.Text == "" || extract.Sanitise(string(page)) == "" {
					t.Errorf("%s: %v", name, err)
				}
			})
		}
	}
	wg.Wait()
}

func BenchmarkSmallPage(b *testing.B) {
	page := readFile(b, filepath.Join("testdata", "pages", "fr.html"))
	base := address(b, "https://relais.example/a")
	b.ReportAllocs()
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		if _, err := extract.Page(b.Context(), page, "text/html", base); err != nil {
			b.Fatal(err)
		}
	}
}
