package curate_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/vigietest"
)

// dangerous returns what in HTML could run, load or submit something.
func dangerous(t *testing.T, text string) []string {
	t.Helper()
	var out []string
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type == html.CommentNode || n.Type == html.RawNode {
			out = append(out, "a comment")
		}
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "script", "style", "iframe", "object", "embed", "form", "input", "button", "img", "video", "audio", "base", "meta", "link", "math", "template", "foreignobject":
			if n.Data != "link" && n.Data != "meta" || len(n.Attr) > 0 {
				out = append(out, "<"+n.Data+">")
			}
		}
		for _, a := range n.Attr {
			value := strings.ToLower(strings.Map(func(r rune) rune {
				if r <= ' ' {
					return -1
				}
				return r
			}, a.Val))
			scheme, _, found := strings.Cut(value, ":")
			leads := a.Key == "href" || a.Key == "src" || a.Key == "action" || a.Key == "xlink:href"
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" ||
				leads && found && !strings.ContainsAny(scheme, "/?#") && scheme != "http" && scheme != "https" && scheme != "mailto" {
				out = append(out, fmt.Sprintf("<%s %s=%q>", n.Data, a.Key, a.Val))
			}
		}
	}
	return out
}

func TestRenderHostile(t *testing.T) {
	if got := dangerous(t, `<p onclick="x"><a href="java
script:x">a</a><script>x</script></p>`); len(got) != 3 {
		t.Fatalf("planted dangers were not found: %q", got)
	}
	d := newCell(t)
	d.series(t, "fibre", "Fibre", "MAR", "1.5", "2.5")
	d.view(t, func(tx *store.Tx) error {
		for _, line := range vigietest.Hostile(t) {
			citations := []vigie.Citation{{N: 1, Title: line, Publisher: line, URL: line, Passage: vigie.Passage{Exact: line}}}
			body := line + "\n\n# " + line + "\n\n[" + line + "](" + line + ") [@1] [@" + line + "] {{figure " + line + "}}\n\n> " + line
			text, err := d.Render(tx, vigie.French, body, citations, nil, 1)
			if err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			if bad := dangerous(t, text.HTML); len(bad) > 0 {
				t.Errorf("%q gives %q", line, bad)
			}
		}
		return nil
	})
}

// TestRenderHostileNames gives such names to indicators and places, which stand in
// charts.
func TestRenderHostileNames(t *testing.T) {
	d := newCell(t)
	for i, line := range append([]string{"<b>Part</b> url(javascript:1)"}, vigietest.Hostile(t)...) {
		if i%60 != 0 || strings.TrimSpace(line) == "" {
			continue
		}
		d.series(t, "fibre", line, "MAR", "1.5", "2.5")
		d.view(t, func(tx *store.Tx) error {
			text, err := d.Render(tx, vigie.French, "{{figure fibre MAR}}\n\nIci {{figure fibre MAR}}.", nil, nil, 1)
			if err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			if bad := dangerous(t, text.HTML); len(bad) > 0 || !strings.Contains(text.HTML, "<svg") && len(text.Problems) == 0 {
				t.Errorf("%q gives %q in %s", line, bad, text.HTML)
			}
			return nil
		})
	}
}

func TestRenderFigures(t *testing.T) {
	d := newCell(t)
	old := d.series(t, "fibre", "Fibre", "MAR", "1.5", "2.5")
	d.series(t, "fibre", "Fibre", "MAR", "1.5", "2.9")
	body := "Ici {{figure fibre MAR}}.\n\n{{figure fibre MAR}}"
	for name, test := range map[string]struct {
		embeds     []vigie.Embed
		want, says string
	}{
		"a figure that nobody froze follows": {nil, "2,9", "valeur suivie"},
		"a live one too":                     {[]vigie.Embed{{Indicator: "fibre", Area: "MAR"}}, "2,9", "valeur suivie"},
		"a frozen one stays":                 {[]vigie.Embed{{Indicator: "fibre", Area: "MAR", Release: string(old)}}, "2,5", "valeur arrêtée au"},
	} {
		d.view(t, func(tx *store.Tx) error {
			text, err := d.Render(tx, vigie.French, body, nil, test.embeds, 1)
			if err != nil || len(text.Figures) != 2 || len(text.Problems) != 0 {
				t.Fatalf("%s: %+v, %v", name, text.Problems, err)
			}
			if !strings.Contains(text.Plain, "Ici "+test.want+"\u00a0% (") || !strings.Contains(text.HTML, test.says) || !strings.Contains(text.HTML, "<svg") {
				t.Errorf("%s: %s", name, text.HTML)
			}
			return nil
		})
	}
}

func TestNotes(t *testing.T) {
	d := newCell(t)
	doc, id := d.report(t), d.begun(t)
	for _, words := range []string{"Le reste suit", "En zone rurale"} {
		if _, err := d.Cite(t.Context(), d.awa, id, curate.Quote{Document: doc, Exact: words}); err != nil {
			t.Fatal(err)
		}
	}
	s := d.kept(t, id)
	d.view(t, func(tx *store.Tx) error {
		text, err := d.Render(tx, vigie.French, "D’abord [@2], puis [@1], encore [@2].", s.Citations, nil, 1)
		if err != nil || len(text.Notes) != 2 {
			t.Fatalf("%+v, %v", text.Notes, err)
		}
		if text.Notes[0].N != 1 || text.Notes[0].Citation.N != 2 || text.Notes[1].Citation.N != 1 || text.Notes[0].Gone {
			t.Errorf("readers count in the order of the text: %+v", text.Notes)
		}
		return nil
	})
	d.update(t, func(tx *store.Tx) error { return tx.RemoveDocument(doc, "withdrawn") })
	d.view(t, func(tx *store.Tx) error {
		text, err := d.Render(tx, vigie.French, "[@1]", s.Citations, nil, 1)
		if err != nil || !text.Notes[0].Gone || text.Notes[0].Citation.Passage.Exact != "Le reste suit" {
			t.Errorf("a document that is gone: %+v, %v", text.Notes, err)
		}
		return nil
	})
}

// TestHeadingsBeginBelow has texts that begin with different headings.
func TestHeadingsBeginBelow(t *testing.T) {
	d := newCell(t)
	for body, want := range map[string]string{
		"# A\n\n## B": "<h2 <h3 ", "## A\n\n### B": "<h2 <h3 ", "### A\n\n# B": "<h4 <h2 ", "###### A": "<h2 ", "Rien.": "",
	} {
		d.view(t, func(tx *store.Tx) error {
			text, err := d.Render(tx, vigie.French, body, nil, nil, 1)
			var got strings.Builder
			for _, part := range strings.SplitAfter(text.HTML, "<h")[1:] {
				got.WriteString("<h" + part[:1] + " ")
			}
			if err != nil || got.String() != want {
				t.Errorf("%q gives %q, want %q, %v", body, got.String(), want, err)
			}
			return nil
		})
	}
}
