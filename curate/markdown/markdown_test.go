package markdown_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/curate/markdown"
	"vigie/vigietest"
)

// options know the sources 1, 2 and a1b2, and one figure.
func options(t testing.TB) markdown.Options {
	t.Helper()
	figure, err := markdown.NewFragment(`<figure><svg viewBox="0 0 1 1" role="img"><path d="M0 0"/></svg></figure>`, "90,7 %")
	if err != nil {
		t.Fatal(err)
	}
	return markdown.Options{
		Shift: 1,
		Cite: func(ref string) (markdown.Source, bool) {
			return markdown.Source{Label: "Exemple & <Co>, " + ref}, ref == "1" || ref == "2" || ref == "a1b2"
		},
		Figure: func(indicator, area string) (markdown.Fragment, bool) {
			return figure, indicator == "IT.NET.USER.ZS" && area == "MAR"
		},
	}
}

func TestRender(t *testing.T) {
	for _, tc := range []struct{ name, in, html, text string }{
		{"paragraph", "Bonjour *à* **tous** ~~ici~~.", "<p dir=\"auto\">Bonjour <em>à</em> <strong>tous</strong> <del>ici</del>.</p>\n", "Bonjour à tous ici."},
		{"heading", "# La 5G\n\n## La 5G\n###### Bas", "<h2 id=\"s-la-5g\" dir=\"auto\">La 5G</h2>\n<h3 id=\"s-la-5g-2\" dir=\"auto\">La 5G</h3>\n" +
			"<h6 id=\"s-bas\" dir=\"auto\">Bas</h6>\n", "La 5G\n\nLa 5G\n\nBas"},
		{"arabic", "## الجيل الخامس\n\nنص", "<h3 id=\"s-الجيل-الخامس\" dir=\"auto\">الجيل الخامس</h3>\n<p dir=\"auto\">نص</p>\n", "الجيل الخامس\n\nنص"},
		{"citations", "A [@2] b [@a1b2], again [@2].", `<p dir="auto">A<sup class="cite"><a href="#note-1" id="cite-1" title="Exemple &amp; &lt;Co&gt;, 2">1</a></sup> b` +
			`<sup class="cite"><a href="#note-2" id="cite-2" title="Exemple &amp; &lt;Co&gt;, a1b2">2</a></sup>, again` +
			`<sup class="cite"><a href="#note-1" title="Exemple &amp; &lt;Co&gt;, 2">1</a></sup>.</p>` + "\n", "A [1] b [2], again [1]."},
		{"figure alone", "A\n\n{{figure IT.NET.USER.ZS MAR}}\n\nB", "<p dir=\"auto\">A</p>\n<figure><svg viewBox=\"0 0 1 1\" role=\"img\"><path d=\"M0 0\"/></svg></figure>\n" +
			"<p dir=\"auto\">B</p>\n", "A\n\n90,7 %\n\nB"},
		{"figure in a sentence", "Soit {{figure IT.NET.USER.ZS MAR}} du total", "<p dir=\"auto\">Soit <bdi>90,7 %</bdi> du total</p>\n", "Soit 90,7 % du total"},
		{"figure in a quotation", "> {{figure IT.NET.USER.ZS MAR}}", "<blockquote>\n<p dir=\"auto\"><bdi>90,7 %</bdi></p>\n</blockquote>\n", "90,7 %"},
		{"link", "[a](https://a.example/?x=1&y=2 \"t\")", "<p dir=\"auto\"><a href=\"https://a.example/?x=1&amp;y=2\" rel=\"noopener\">a</a></p>\n", "a <https://a.example/?x=1&y=2>"},
		{"bare address", "Voir https://a.example/b.", "<p dir=\"auto\">Voir <a href=\"https://a.example/b\" rel=\"noopener\"><bdi>https://a.example/b</bdi></a>.</p>\n", "Voir https://a.example/b."},
		{"mail", "<a@b.example>", "<p dir=\"auto\"><a href=\"mailto:a@b.example\" rel=\"noopener\"><bdi>a@b.example</bdi></a></p>\n", "a@b.example"},
		{"citation in a link", "[a [@1]](https://a.example)", "<p dir=\"auto\"><a href=\"https://a.example\" rel=\"noopener\">a<sup class=\"cite\">1</sup></a></p>\n", "a [1] <https://a.example>"},
		{"list of paragraphs", "- a\n\n- b", "<ul>\n<li>\n<p dir=\"auto\">a</p>\n</li>\n<li>\n<p dir=\"auto\">b</p>\n</li>\n</ul>\n", "- a\n\n- b"},
		{"list", "3. a\n4. b\n   - c", "<ol start=\"3\">\n<li>a</li>\n<li>b\n<ul>\n<li>c</li>\n</ul>\n</li>\n</ol>\n", "3. a\n\n4. b\n\n- c"},
		{"table", "|a|b|\n|-|-:|\n|c [@1]|4|", "<table>\n<thead>\n<tr>\n<th dir=\"auto\">a</th>\n<th dir=\"auto\" class=\"end\">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n" +
			"<td dir=\"auto\">c<sup class=\"cite\"><a href=\"#note-1\" id=\"cite-1\" title=\"Exemple &amp; &lt;Co&gt;, 1\">1</a></sup></td>\n" +
			"<td dir=\"auto\" class=\"end\">4</td>\n</tr>\n</tbody>\n</table>\n", "a\tb\nc [1]\t4"},
		{"code", "```js\n<b>[@1] {{figure x y}}\n```\n`[@1]`", "<pre dir=\"auto\"><code>&lt;b&gt;[@1] {{figure x y}}\n</code></pre>\n<p dir=\"auto\"><code>[@1]</code></p>\n", "<b>[@1] {{figure x y}}\n\n[@1]"},
		{"entities", "&lt;script&gt; \\*a\\* &amp;lt;", "<p dir=\"auto\">&lt;script&gt; *a* &amp;lt;</p>\n", "<script> *a* &lt;"},
		{"nothing", " \n\n", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := markdown.Render(tc.in, options(t))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.html, got.HTML); diff != "" {
				t.Errorf("HTML (-want +got):\n%s", diff)
			}
			if got.Text != tc.text {
				t.Errorf("Text = %q, want %q", got.Text, tc.text)
			}
			if len(got.Problems) > 0 {
				t.Errorf("problems %v", got.Problems)
			}
			checkSafe(t, got.HTML)
		})
	}
}

func TestProblems(t *testing.T) {
	in := "É [@9] [@9]\r\n\r\n> a {{figure X MAR}} {{figure X}} {{figure\n\n<div>secret</div>\n\nb <b>c</b> ![d](https://t.example/p.gif)\n" +
		"[e](javascript:x) [f](/g) [h](//i.example) [j](https://u:p@k.example)"
	got, err := markdown.Render(in, options(t))
	if err != nil {
		t.Fatal(err)
	}
	list := ""
	for _, p := range got.Problems {
		list += fmt.Sprintf("%d:%d %s %s\n", p.Line, p.Column, p.Kind, p.Token)
	}
	want := `1:3 unknown citation [@9]
1:8 unknown citation [@9]
3:5 unknown figure {{figure X MAR}}
3:22 broken token {{figure X}}
3:35 broken token {{figure
5:1 dropped html <div>secret</div>

7:3 dropped html <b>
7:7 dropped html </b>
7:12 dropped image https://t.example/p.gif
8:1 dropped link javascript:x
8:19 dropped link /g
8:27 dropped link //i.example
8:44 dropped link https://u:p@k.example
`
	if diff := cmp.Diff(want, list); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	wantHTML := "<p dir=\"auto\">É [@9] [@9]</p>\n<blockquote>\n<p dir=\"auto\">a {{figure X MAR}} {{figure X}} {{figure</p>\n</blockquote>\n" +
		"<p dir=\"auto\">b c d\ne f h j</p>\n"
	if diff := cmp.Diff(wantHTML, got.HTML); diff != "" {
		t.Errorf("HTML (-want +got):\n%s", diff)
	}
	if len(got.Notes)+len(got.Figures) > 0 {
		t.Errorf("notes %v, figures %v", got.Notes, got.Figures)
	}
}

func TestResult(t *testing.T) {
	o := options(t)
	o.Prefix = "fr"
	got, err := markdown.Render("# A [@1] &amp; *b*\n\n{{figure IT.NET.USER.ZS MAR}}\n\nc [@2] [@1] {{figure IT.NET.USER.ZS MAR}}", o)
	if err != nil {
		t.Fatal(err)
	}
	got.HTML, got.Text = "", ""
	want := markdown.Result{
		Headings: []markdown.Heading{{Level: 2, Text: "A & b", ID: "s-fra-b"}},
		Notes: []markdown.Note{
			{N: 1, Ref: "1", Source: markdown.Source{Label: "Exemple & <Co>, 1"}, NoteID: "note-fr1", CiteID: "cite-fr1"},
			{N: 2, Ref: "2", Source: markdown.Source{Label: "Exemple & <Co>, 2"}, NoteID: "note-fr2", CiteID: "cite-fr2"},
		},
		Figures: []markdown.Token{{Indicator: "IT.NET.USER.ZS", Area: "MAR"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBounds(t *testing.T) {
	if _, err := markdown.Render(strings.Repeat("a ", 1<<20), markdown.Options{}); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("2 MB: %v", err)
	}
	line := "Une phrase *ordinaire* avec un [lien](https://a.example/x) et une note [@1]. "
	got, err := markdown.Render(strings.Repeat(strings.Repeat(line, 5)+"\n\n", 400<<10/(5*len(line))), options(t))
	if err != nil || len(got.Problems) > 0 || strings.Count(got.HTML, "<p ") < 900 {
		t.Errorf("400 KB: %v, %d problems, %d bytes", err, len(got.Problems), len(got.HTML))
	}
}

// TestBombs renders what would cost a parser without bounds minutes: each takes
// more than its length there, and the test would run into its time limit.
func TestBombs(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	const size = 400 << 10
	for name, unit := range map[string]string{
		"quotations": ">", "quotations and tabs": ">\t", "lists": "- ", "numbers": "1. ", "emphasis": "*a_ ", "links": "[a](", "brackets": "[",
		"references": "[a]:\n", "definitions": "[a]: b\n", "titles": "[a]: b \"\n", "entities": "&", "comments": "a <!--", "ticks": "`a``",
	} {
		got, err := markdown.Render(strings.Repeat(unit, size/len(unit)), markdown.Options{})
		if err != nil || strings.Count(got.HTML, "<") > size {
			t.Errorf("%s: %v, %d bytes", name, err, len(got.HTML))
		}
	}
	var steps strings.Builder
	for i := 0; steps.Len() < size; i++ {
		steps.WriteString(strings.Repeat(" ", 2*i) + "- a\n")
	}
	columns := size / 8
	for name, in := range map[string]string{
		"indents":    steps.String(),
		"wide table": strings.Repeat("|a", columns) + "|\n" + strings.Repeat("|-", columns) + "|\n" + strings.Repeat("|c|\n", columns),
		"tall table": strings.Repeat("|a", 30) + "|\n" + strings.Repeat("|-", 30) + "|\n" + strings.Repeat("|c|\n", columns),
		"pipes":      "|a|b|\n|-|-|\n" + strings.Repeat("|`\\|`|d|\n", size/9),
	} {
		got, err := markdown.Render(in, markdown.Options{})
		if err != nil || len(got.Problems) == 0 || len(got.HTML) > 20*size {
			t.Errorf("%s: %v, %d problems, %d bytes", name, err, len(got.Problems), len(got.HTML))
		}
	}
}

func TestHostile(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	n := 0
	o := options(t)
	for i, s := range vigietest.Hostile(t) {
		o.Cite = func(string) (markdown.Source, bool) { return markdown.Source{Label: s}, true }
		all := []string{
			"[a](" + s + ")", "[" + s + "](https://a.example)", "<" + s + ">", "![" + s + "](" + s + ")", "# " + s, "|" + s + "|b|\n|-|-|\n|" + s + "|",
			"[a]: " + s + "\n\n[a]", "[@" + s + "]", "{{figure " + s + " MAR}}", "[a](https://a.example \"" + s + "\")", "> - " + s, "```" + s + "\n" + s,
		}
		texts := []string{s, "[@1] " + strings.Join(all, "\n\n")}
		if i%10 == 0 {
			texts = append(texts, all...)
		}
		for _, in := range texts {
			n++
			got, err := markdown.Render(in, o)
			if err != nil {
				t.Fatal(err)
			}
			checkSafe(t, got.HTML)
		}
	}
	t.Logf("%d texts", n)
}
