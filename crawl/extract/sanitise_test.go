package extract_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"vigie/crawl/extract"
	"vigie/vigietest"
)

func TestSanitise(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"text", "bonjour", "bonjour"},
		{"structure", "<h2>a</h2><ul><li>b</li></ul><blockquote>c</blockquote>", "<h2>a</h2><ul><li>b</li></ul><blockquote>c</blockquote>"},
		{"link", `<a href="https://a.example/x" onclick="y()" target="_top">z</a>`, `<a href="https://a.example/x" rel="nofollow noopener">z</a>`},
		{"mail", `<a href="mailto:a@b.example">z</a>`, `<a href="mailto:a@b.example" rel="nofollow noopener">z</a>`},
		{"rel of its own", `<a rel="me opener" href="http://a.example">z</a>`, `<a href="http://a.example" rel="nofollow noopener">z</a>`},
		{"script address", `<a href="javascript:x()">z</a><a href=" data:text/html,x">y</a>`, "zy"},
		{"relative address", `<a href="/x">z</a>`, "z"},
		{"picture", `a<img src="https://t.example/p.gif" onerror=x>b`, "ab"},
		{"containers", `a<svg><p>b</p></svg><math><mi>c</mi></math><iframe src=x>d</iframe><form><p>e</p></form><select><option>f</select>` +
			`<template>g</template><noscript>h</noscript><style>i</style><script>j</script>k`, "ak"},
		{"style attribute", `<p style="color:red" class="x" id="y">a</p>`, "<p>a</p>"},
		{"table", `<table><tr><td colspan="2" rowspan=x>a</td></tr></table>`, `<table><tr><td colspan="2">a</td></tr></table>`},
		{"direction", `<p dir="rtl" lang="ar">أ</p>`, `<p dir="rtl" lang="ar">أ</p>`},
		{"quoted attribute in text", `x rel="nofollow" y <b>z</b>`, `x rel=&#34;nofollow&#34; y <b>z</b>`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := extract.Sanitise(tc.in); got != tc.want {
				t.Errorf("Sanitise(%q)\n got %q\nwant %q", tc.in, got, tc.want)
			}
			checkSafe(t, tc.in)
		})
	}
}

// TestHostileHTML runs every payload of a public collection through all that
// handles HTML, in several surroundings.
func TestHostileHTML(t *testing.T) {
	files, n := 0, 0
	err := filepath.WalkDir(vigietest.Shared(t, "corpus", "hostile", "xss"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), "LICENSE") {
			return err
		}
		files++
		for line := range strings.Lines(string(readFile(t, path))) {
			if n++; testing.Short() && n%10 != 0 {
				continue
			}
			for _, s := range []string{line, "<p>" + line + "</p>", `<a title="` + line + `">x</a>`, "<a href=" + line + ">x</a>", "<table><tr><td>" + line} {
				checkSafe(t, s)
				checkParagraphs(t, extract.Paragraphs(s))
				checkLine(t, extract.PlainLine(s))
			}
		}
		return nil
	})
	if err != nil || n < 1000 {
		t.Errorf("%d payloads in %d files: %v", n, files, err)
	}
	t.Logf("%d payloads in %d files", n, files)
}

// checkSafe parses the sanitised HTML again, as a browser would in several
// places, and looks for anything that could act.
func checkSafe(t *testing.T, in string) {
	t.Helper()
	out := extract.Sanitise(in)
	for _, around := range [][2]string{{"", ""}, {"<div>", "</div>"}, {"<table><tr><td>", "</table>"}, {"<!DOCTYPE html><body><p>", ""}} {
		doc, err := html.Parse(strings.NewReader(around[0] + out + around[1]))
		if err != nil {
			if strings.Contains(err.Error(), "512") {
				return // too deep for this parser, and only structure
			}
			t.Fatalf("parse %q: %v", out, err)
		}
		for n := range doc.Descendants() {
			if fault := dangerOf(n); fault != "" {
				t.Fatalf("Sanitise(%q) leaves %s: %q", in, fault, out)
			}
		}
	}
}

func dangerOf(n *html.Node) string {
	if n.Type == html.CommentNode {
		return "a comment"
	}
	if n.Type != html.ElementNode {
		return ""
	}
	switch n.Data {
	case "script", "style", "svg", "math", "iframe", "object", "embed", "form", "input", "button", "select", "template",
		"noscript", "img", "video", "audio", "link", "meta", "base", "textarea", "plaintext", "xmp":
		return "<" + n.Data + ">"
	}
	for _, a := range n.Attr {
		switch key := strings.ToLower(a.Key); {
		case strings.HasPrefix(key, "on"), key == "style", key == "src", key == "srcdoc", key == "srcset", key == "action",
			key == "background", key == "id", key == "class", key == "name", key == "target":
			return "the attribute " + a.Key
		case key == "href":
			v := strings.ToLower(strings.TrimSpace(a.Val))
			if !strings.HasPrefix(v, "http://") && !strings.HasPrefix(v, "https://") && !strings.HasPrefix(v, "mailto:") {
				return "the address " + a.Val
			}
		}
	}
	return ""
}

func FuzzSanitise(f *testing.F) {
	f.Add(`<p onclick=x>a<a href="javascript:b">c</a><svg><style><img src=x onerror=y>`)
	f.Add(`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`)
	f.Fuzz(func(t *testing.T, s string) { checkSafe(t, s) })
}

func BenchmarkSanitise(b *testing.B) {
	text := strings.Repeat(enText+" ", 18) // about 350 words
	for name, in := range map[string]string{
		"short": "<p>Un mot</p>",
		"html":  "<p>" + strings.ReplaceAll(text, ". ", `.</p>`+"\n"+`<p><a href="https://a.example/x">x</a> `) + "</p>",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(in)))
			for b.Loop() {
				extract.Sanitise(in)
			}
		})
	}
}
