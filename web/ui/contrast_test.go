package ui_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"math"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The most that the whole style sheet may weigh on the way to a reader.
const (
	maxStyleBytes = 12 << 10 // what readers get
	maxDeskBytes  = 16 << 10 // with the sheets of the desk
)

// sheets returns the style sheets by the names of their files.
func sheets(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, text := range read(t, "web/ui/static/css/*.css", "web/ui/static/css/desk/*.css") {
		out[path.Base(name)] = text
		if path.Base(path.Dir(name)) == "desk" {
			out[path.Base(name)] = deskOnly + text
		}
	}
	return out
}

// deskOnly stands before the sheets that only the desk's pages have.
const deskOnly = "/* desk only */"

// public leaves the sheets out that only the desk's pages have.
func public(all map[string]string) map[string]string {
	out := maps.Clone(all)
	maps.DeleteFunc(out, func(_, text string) bool { return strings.HasPrefix(text, deskOnly) })
	return out
}

// rules is a sheet without its comments.
func rules(css string) string {
	return regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(css, "")
}

// physical finds what would be on the wrong side in Arabic.
func physical(css string) []string {
	return regexp.MustCompile(`(?:margin|padding|border)-(?:left|right|top|bottom)|[\s;{](?:left|right|top|bottom|width|height|(?:min|max)-(?:width|height)):|(?:text-align|float|clear):\s*(?:left|right)`).FindAllString(css, -1)
}

// loud finds what a sheet must not hold: what loads, what shouts, and colours
// that an operator could not change.
func loud(css string) []string {
	return regexp.MustCompile(`url\(|@import|!important|#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(`).FindAllString(css, -1)
}

// outside finds what stands in no layer.
func outside(css string) []string {
	var found []string
	depth := 0
	for line := range strings.Lines(rules(css)) {
		at := strings.TrimSpace(line)
		if depth == 0 && at != "" && !strings.HasPrefix(at, "@layer ") {
			found = append(found, at)
		}
		depth += strings.Count(line, "{") - strings.Count(line, "}")
	}
	return found
}

func TestStyleSheets(t *testing.T) {
	layers := regexp.MustCompile(`@layer ([a-z]+) \{`)
	defined := tokens(t)
	seen := map[string]bool{}
	for name, css := range sheets(t) {
		if n := strings.Count(css, "\n"); n > 400 {
			t.Errorf("%s has %d lines, want at most 400", name, n)
		}
		if got := physical(css); len(got) > 0 {
			t.Errorf("%s has physical properties: %q", name, got)
		}
		if got := loud(rules(css)); len(got) > 0 && name != "tokens.css" {
			t.Errorf("%s holds %q; colours are tokens", name, got)
		}
		if got := outside(css); len(got) > 0 {
			t.Errorf("%s has rules in no layer: %q", name, got)
		}
		for _, m := range layers.FindAllStringSubmatch(css, -1) {
			seen[m[1]] = true
		}
		for _, m := range regexp.MustCompile(`var\((--[a-z]+)\)`).FindAllStringSubmatch(css, -1) {
			if !defined[m[1]] {
				t.Errorf("%s uses %s, which is not a token", name, m[1])
			}
		}
	}
	if len(defined) != 12 {
		t.Errorf("%d tokens, want the twelve of tokens.css", len(defined))
	}
	want := strings.Split("reset tokens base layout components utilities print", " ")
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, want) {
		t.Errorf("the layers are %q, want %q", got, want)
	}
}

// TestStyleRulesCanFail plants what the rules are there to find.
func TestStyleRulesCanFail(t *testing.T) {
	if got := physical("p { margin-left: 1px; left: 0; }"); len(got) != 2 {
		t.Errorf("planted properties were not found: %q", got)
	}
	if got := loud("p { color: #123456 !important; background: url(x) }"); len(got) != 3 {
		t.Errorf("planted noise was not found: %q", got)
	}
	if got := outside("@layer base {\n  p { }\n}\nh1 { }\n"); len(got) != 1 {
		t.Errorf("a planted rule was not found: %q", got)
	}
	if got := classes(`<p class="lead {{if eq .X "x"}}planted{{end}} a-{{.Y}}">`); !slices.Equal(got, []string{"lead", "planted"}) {
		t.Errorf("the planted classes are %q", got)
	}
}

// TestStyleWeight keeps the sheets small enough for slow lines.
func TestStyleWeight(t *testing.T) {
	all := sheets(t)
	for most, group := range map[int]map[string]string{maxStyleBytes: public(all), maxDeskBytes: all} {
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		for _, name := range slices.Sorted(maps.Keys(group)) {
			if _, err := w.Write([]byte(group[name])); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if packed.Len() > most {
			t.Errorf("%d sheets weigh %d bytes, want at most %d", len(group), packed.Len(), most)
		}
	}
}

// classes gives the classes that a template names in full.
func classes(template string) []string {
	var found []string
	for _, m := range regexp.MustCompile(`class="((?:\{\{[^}]*\}\}|[^"{])*)"`).FindAllStringSubmatch(template, -1) {
		// A word that touches an action is only part of a class.
		text := regexp.MustCompile(`\{\{-? ?(?:if|else|end|with|range)[^}]*\}\}`).ReplaceAllString(m[1], " ")
		for word := range strings.FieldsSeq(regexp.MustCompile(`\S*\{\{[^}]*\}\}\S*`).ReplaceAllString(text, " ")) {
			found = append(found, word)
		}
	}
	return found
}

// TestClassesAreKnown finds classes in templates that no sheet speaks of.
func TestClassesAreKnown(t *testing.T) {
	known := map[string]bool{}
	for _, css := range sheets(t) {
		for _, m := range regexp.MustCompile(`\.([a-z][a-z0-9-]*)`).FindAllStringSubmatch(css, -1) {
			known[m[1]] = true
		}
	}
	for name, text := range read(t, templates()...) {
		for _, class := range classes(text) {
			if !known[class] {
				t.Errorf("%s has the class %q, of which no sheet knows", name, class)
			}
		}
	}
}

// tokens are the custom properties of tokens.css.
func tokens(t *testing.T) map[string]bool {
	t.Helper()
	defined := map[string]bool{}
	for _, m := range regexp.MustCompile(`(--[a-z]+):`).FindAllStringSubmatch(sheets(t)["tokens.css"], -1) {
		defined[m[1]] = true
	}
	return defined
}

// schemes returns the colours of the light and of the dark scheme.
func schemes(t *testing.T) [2]map[string]colour {
	t.Helper()
	out := [2]map[string]colour{{}, {}}
	for _, m := range regexp.MustCompile(`--([a-z]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)`).FindAllStringSubmatch(sheets(t)["tokens.css"], -1) {
		out[0][m[1]], out[1][m[1]] = parse(t, m[2]), parse(t, m[3])
	}
	return out
}

// TestContrast computes WCAG 2.2's ratio (success criterion 1.4.3) of every text
// colour on every ground, in both schemes: the plain grounds, the buttons, and
// whatever the sheets mix into the paper.
func TestContrast(t *testing.T) {
	pairs := [][2]string{{"focus", "paper"}, {"focus", "tint"}, {"paper", "accent"}}
	for _, text := range []string{"ink", "soft", "accent", "warm"} {
		pairs = append(pairs, [2]string{text, "paper"}, [2]string{text, "tint"})
	}
	mixes := 0
	for scheme, colours := range schemes(t) {
		name := []string{"light", "dark"}[scheme]
		for _, pair := range pairs {
			if got := contrast(colours[pair[0]], colours[pair[1]]); got < 4.5 {
				t.Errorf("%s on %s in the %s scheme: %.2f, want 4.5", pair[0], pair[1], name, got)
			}
		}
		for file, css := range sheets(t) {
			for _, m := range regexp.MustCompile(`color-mix\(in srgb, var\(--([a-z]+)\) (\d+)%, var\(--paper\)\)`).FindAllStringSubmatch(css, -1) {
				mixes++
				share, err := strconv.Atoi(m[2])
				if err != nil {
					t.Fatal(err)
				}
				ground := mix(colours[m[1]], colours["paper"], float64(share)/100)
				for _, text := range []string{"ink", "soft", "accent", "warm"} {
					if got := contrast(colours[text], ground); got < 4.5 {
						t.Errorf("%s: %s on %s in the %s scheme: %.2f, want 4.5", file, text, m[0], name, got)
					}
				}
			}
		}
	}
	if mixes == 0 {
		t.Error("no mixed ground was found")
	}
}

// colour holds red, green and blue from 0 to 1.
type colour [3]float64

func parse(t *testing.T, s string) colour {
	t.Helper()
	var r, g, b int
	if _, err := fmt.Sscanf(s, "#%02x%02x%02x", &r, &g, &b); err != nil {
		t.Fatalf("read colour %q: %v", s, err)
	}
	return colour{float64(r) / 255, float64(g) / 255, float64(b) / 255}
}

func mix(a, b colour, share float64) colour {
	var out colour
	for i := range out {
		out[i] = a[i]*share + b[i]*(1-share)
	}
	return out
}

// contrast is the ratio of WCAG 2.2 between two colours.
func contrast(a, b colour) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is WCAG 2.2's relative luminance.
func luminance(c colour) float64 {
	linear := func(v float64) float64 {
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}
