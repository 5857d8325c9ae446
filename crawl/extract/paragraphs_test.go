package extract_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"vigie"
	"vigie/crawl/extract"
	"vigie/vigietest"
)

func TestParagraphs(t *testing.T) {
	plain := func(texts ...string) []vigie.Paragraph {
		var out []vigie.Paragraph
		for _, s := range texts {
			out = append(out, vigie.Paragraph{Text: s})
		}
		return out
	}
	for _, tc := range []struct {
		name, in string
		want     []vigie.Paragraph
	}{
		{"nothing", "", nil},
		{"white space only", " \n\t ", nil},
		{"plain text", "Un  mot.\nEncore un.\n\nFin.", plain("Un mot. Encore un.", "Fin.")},
		{"plain text with entities", "AT&amp;T &lt;b&gt;\r\n\r\nc", plain("AT&T <b>", "c")},
		{"a sign is no tag", "1 < 2 > 0 <3\n\nx", plain("1 < 2 > 0 <3", "x")},
		{"inline elements part nothing", "<p>a<b>b</b> c <i>d</i>e</p>", plain("ab c de")},
		{"blocks part", "a<div>b</div>c<p>d<p>e", plain("a", "b", "c", "d", "e")},
		{"one break folds, two part", "a<br>b<br/><br />c", plain("a b", "c")},
		{"scripts and such", "<p>a<script>x</script>b<style>y</style><svg><title>z</title><text>w</text></svg>c<select><option>d</select></p>", plain("abc")},
		{"comment and doctype", "<!DOCTYPE html><!-- <p>no</p> -->a", plain("a")},
		{
			"headings", "<h1>Un</h1><h3>Trois <em>mots</em></h3>suite",
			[]vigie.Paragraph{{Kind: "heading", Level: 1, Text: "Un"}, {Kind: "heading", Level: 3, Text: "Trois mots"}, {Text: "suite"}},
		},
		{
			"lists", "<ul><li>a<li><p>b</p><ol><li>c</li></ol>d</li></ul>e",
			[]vigie.Paragraph{{Kind: "item", Text: "a"}, {Kind: "item", Text: "b"}, {Kind: "item", Text: "c"}, {Kind: "item", Text: "d"}, {Text: "e"}},
		},
		{
			"table", "<table><caption>Titre</caption><tr><th>Pays<th><p>2025</p><tr><td>Maroc</td><td></td><td> 12 %</td></tr><tr><td><td>1<td>2</table>f",
			[]vigie.Paragraph{{Text: "Titre"}, {Kind: "row", Text: "Pays\t2025"}, {Kind: "row", Text: "Maroc\t\t12 %"}, {Kind: "row", Text: "\t1\t2"}, {Text: "f"}},
		},
		{"table for layout", "<table><tr><td>un</td></tr></table>", plain("un")},
		{
			"quote and code", "<blockquote><p>q</p></blockquote><pre>a\n  b</pre>",
			[]vigie.Paragraph{{Kind: "quote", Text: "q"}, {Kind: "code", Text: "a\n  b"}},
		},
		{"composed form", "<p>e\u0301te\u0301", plain("été")},
		{"hard space, soft hyphen, overrides, control", "<p>a\u00a0b\u00adc\u202ed\x07e\u200ff\u200cg", plain("a bcdef\u200cg")},
		{"wrong bytes", "<p>a\xffb", plain("a\ufffdb")},
		{"an open tag at the end", "<p>a <b", plain("a")},
		{"an unclosed script", "<p>a<script>b</p>", plain("a")},
		{"a closed svg", "<p>a<svg/>b</p>", plain("ab")},
		{"numbered entities", "<p>L&#039;ARCEP&nbsp;: &eacute;t&#xE9;", plain("L'ARCEP : été")},
		{"arabic", "<p dir=rtl>تقرير <b>سنوي</b></p>", plain("تقرير سنوي")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, extract.Paragraphs(tc.in)); diff != "" {
				t.Errorf("Paragraphs(%q) (-want +got):\n%s", tc.in, diff)
			}
		})
	}
}

func TestParagraphsAreBounded(t *testing.T) {
	for name, in := range map[string]string{
		"many paragraphs": strings.Repeat("<p>a", 100_000),
		"much text":       "<p>" + strings.Repeat("mot ", 1_000_000),
		"much plain text": strings.Repeat("mot\n\n", 1_000_000),
		"deep":            strings.Repeat("<div><ul><li>", 200_000) + "fond",
		"cells":           "<table><tr>" + strings.Repeat("<td>a", 300_000),
		"open brackets":   strings.Repeat("<", 2_000_000),
		"ampersands":      strings.Repeat("&", 2_000_000),
		"line breaks":     strings.Repeat("<br>", 300_000),
		"code":            "<pre>" + strings.Repeat("\n", 3_000_000),
		"attributes":      "<p " + strings.Repeat("a=b ", 300_000) + ">x",
	} {
		t.Run(name, func(t *testing.T) {
			checkParagraphs(t, extract.Paragraphs(in))
		})
	}
	if got := extract.Paragraphs(strings.Repeat("<div>", 2_000_000) + "fond"); len(got) != 1 || got[0].Text != "fond" {
		t.Errorf("text under two million elements is lost: %v", got)
	}
}

// checkParagraphs asserts what holds of any result.
func checkParagraphs(t *testing.T, got []vigie.Paragraph) {
	t.Helper()
	size := 0
	for _, p := range got {
		size += len(p.Text)
		if p.Text == "" || !utf8.ValidString(p.Text) || !norm.NFC.IsNormalString(p.Text) {
			t.Fatalf("a paragraph is empty or not clean text: %q", p.Text)
		}
		if (p.Kind == vigie.Heading) != (p.Level > 0) {
			t.Fatalf("kind %q has level %d", p.Kind, p.Level)
		}
		if strings.ContainsAny(p.Text, "\x00\u202e\u2066\ufeff") || p.Kind != vigie.Code && strings.ContainsAny(p.Text, "\n\r") {
			t.Fatalf("a paragraph holds control characters: %q", p.Text)
		}
	}
	// NFC may lengthen a text a little after it was measured.
	if len(got) > 20_000 || size > 3<<20 {
		t.Fatalf("%d paragraphs of %d bytes are too many", len(got), size)
	}
}

func TestParagraphsOfNaughtyStrings(t *testing.T) {
	var naughty []string
	if err := json.Unmarshal(readFile(t, vigietest.Shared(t, "corpus", "hostile", "blns.json")), &naughty); err != nil {
		t.Fatal(err)
	}
	for _, s := range naughty {
		checkParagraphs(t, extract.Paragraphs(s))
		checkParagraphs(t, extract.Paragraphs("<p>"+s+"</p>"))
		checkLine(t, extract.PlainLine(s))
	}
}

func FuzzParagraphs(f *testing.F) {
	f.Add("<p>a<ul><li>b<table><tr><td>c<td>d</table></ul><pre>e\n f</pre>")
	f.Add("texte\n\nbrut &amp; <3")
	f.Fuzz(func(t *testing.T, s string) {
		checkParagraphs(t, extract.Paragraphs(s))
	})
}

func BenchmarkParagraphs(b *testing.B) {
	text := strings.Repeat(frText+" ", 18) // about 350 words
	for name, in := range map[string]string{
		"plain": text,
		"html":  "<p>" + strings.ReplaceAll(text, ". ", ".</p>\n<p>") + "</p>",
		"ascii": "<p>" + strings.ReplaceAll(strings.Repeat(enText+" ", 18), ". ", ".</p>\n<p>") + "</p>",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(in)))
			for b.Loop() {
				extract.Paragraphs(in)
			}
		})
	}
}
