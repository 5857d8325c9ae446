package ui_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vigie"
	"vigie/web/ui"
)

func TestStrippedCSS(t *testing.T) {
	for _, test := range []struct{ name, css, want string }{
		{"nothing", "", ""},
		{"a comment", "/* a */\n\nb { c: d; }\n", "b { c: d; }\n"},
		{"lines", "a {\n\t  b: c;\r\n\n  }\n", "a {\nb: c;\r\n}\n"},
		{"behind a rule", "a { b: c; } /* d */\ne {}\n", "a { b: c; } \ne {}\n"},
		{"a string", `a::before { content: "/* no */"; }`, `a::before { content: "/* no */"; }`},
		{"a string over lines", "a { content: 'x\\\n   y /* z'; } /* b */", "a { content: 'x\\\n   y /* z'; } "},
		{"a quote in a string", `a { content: "\"/*"; } /* b */c {}`, `a { content: "\"/*"; } c {}`},
		{"an address", "a { b: url(/x/*y*/z.png); } /* c */", "a { b: url(/x/*y*/z.png); } "},
		{"an address in quotes", `a { b: URL( "x)/*y*/" ) } /* c */`, `a { b: URL( "x)/*y*/" ) } `},
		{"between words", "a { margin: 1px/* b */2px; } a/**/.b {}", "a { margin: 1px/**/2px; } a/**/.b {}"},
		{"without an end", "a {} /* b", "a {} "},
		{"a string without an end", `a { content: "b`, `a { content: "b`},
		{"a slash", "a { font: 1rem/1.5 x; } /*/ b */ c {}", "a { font: 1rem/1.5 x; }  c {}"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ui.StrippedCSS(test.css)
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if again := ui.StrippedCSS(got); again != got {
				t.Errorf("stripping it again gives %q", again)
			}
		})
	}
}

// sheet is the style sheet as it is served.
func sheet(t *testing.T) ui.Asset {
	t.Helper()
	u, _ := open(t)
	var b bytes.Buffer
	if err := u.Write(&b, "message", frameOf(vigie.French), ui.Message{Code: 404}); err != nil {
		t.Fatal(err)
	}
	a, err := u.Asset(regexp.MustCompile(`vigie\.[0-9a-f]+\.css`).FindString(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestServedSheet compares what is served to the sheets as they were written.
func TestServedSheet(t *testing.T) {
	got := string(sheet(t).Body)
	const first = `@layer reset, tokens, base, layout, components, utilities, print;
@layer tokens {
:root {
color-scheme: light dark;
--paper: light-dark(#ffffff, #10181a);
`
	if !strings.HasPrefix(got, first) {
		t.Errorf("it begins with %q", got[:min(len(got), len(first))])
	}
	all := public(sheets(t))
	names := slices.Sorted(maps.Keys(all))
	slices.SortStableFunc(names, func(a, b string) int { return strings.Index(b, "tokens") - strings.Index(a, "tokens") })
	var written strings.Builder
	for _, name := range names {
		written.WriteString(rules(all[name]) + "\n")
	}
	words := func(css string) string { return strings.Join(strings.Fields(css), " ") }
	if words(got) != words(written.String()) {
		t.Error("the rules are not those that were written")
	}
	if opened, closed := strings.Count(got, "{"), strings.Count(got, "}"); opened != closed || opened != strings.Count(written.String(), "{") {
		t.Errorf("%d braces are opened and %d closed", opened, closed)
	}
	if strings.Contains(got, "/*") || strings.Contains(got, "\n ") || strings.Contains(got, "\n\n") {
		t.Error("comments or indentation are left")
	}
}

func TestPackedAssets(t *testing.T) {
	a := sheet(t)
	if len(a.Packed) > maxStyleBytes {
		t.Errorf("the sheet weighs %d bytes on its way, at most %d", len(a.Packed), maxStyleBytes)
	}
	r, err := gzip.NewReader(bytes.NewReader(a.Packed))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(got, a.Body) || a.ETag == a.PackedETag || a.PackedETag == "" {
		t.Errorf("unpacked it is another, or has no tag of its own: %v", err)
	}
}
