package ui_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"vigie"
)

// read returns the files that match, by their path.
func read(t *testing.T, patterns ...string) map[string]string {
	t.Helper()
	root := filepath.Join("..", "..")
	out := map[string]string{}
	for _, pattern := range patterns {
		names, err := fs.Glob(os.DirFS(root), pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("nothing matches %s: %v", pattern, err)
		}
		for _, name := range names {
			b, err := os.ReadFile(filepath.Join(root, name))
			if err != nil {
				t.Fatal(err)
			}
			out[name] = string(b)
		}
	}
	return out
}

// literals gives the words that a template says by itself, in texts and in
// attributes that people get to see or hear.
func literals(template string) []string {
	template = regexp.MustCompile(`(?s)\{\{.*?\}\}`).ReplaceAllString(template, "")
	template = regexp.MustCompile(`(?s)<code[^>]*>.*?</code>`).ReplaceAllString(template, "")
	var found []string
	for _, m := range regexp.MustCompile(`(?:aria-label|title|alt|placeholder|data-[a-z]+)="([^"]*)"`).FindAllStringSubmatch(template, -1) {
		if !strings.HasPrefix(m[0], "data-part") {
			found = append(found, m[1])
		}
	}
	found = append(found, regexp.MustCompile(`(?s)<[^>]*>`).Split(template, -1)...)
	var words []string
	for _, f := range found {
		if strings.ContainsFunc(f, unicode.IsLetter) {
			words = append(words, strings.TrimSpace(f))
		}
	}
	return words
}

func TestTemplatesSayNothingThemselves(t *testing.T) {
	for name, text := range read(t, "web/ui/templates/*.html") {
		if words := literals(text); len(words) > 0 {
			t.Errorf("%s says %q; words come from the catalogues", name, words)
		}
	}
	if got := literals(`<p title="Hallo">{{t "x"}} Welt</p>`); len(got) != 2 {
		t.Errorf("planted words were not found: %q", got)
	}
}

// bare gives the values that a template shows outside of tags without isolation.
func bare(template string) []string {
	var found []string
	tag := false
	for rest := template; rest != ""; {
		i := strings.IndexAny(rest, "<>{")
		if i < 0 {
			break
		}
		switch {
		case rest[i] == '<':
			tag = true
		case rest[i] == '>':
			tag = false
		case strings.HasPrefix(rest[i:], "{{"):
			action, after, _ := strings.Cut(rest[i+2:], "}}")
			action = strings.Trim(action, "- ")
			if !tag && !strings.HasSuffix(rest[:i], "<bdi>") && (strings.HasPrefix(action, ".") || strings.HasPrefix(action, "$")) && !strings.Contains(action, ":=") {
				found = append(found, action)
			}
			rest = after
			continue
		}
		rest = rest[i+1:]
	}
	return found
}

func TestValuesAreIsolated(t *testing.T) {
	for name, text := range read(t, "web/ui/templates/*.html") {
		text = regexp.MustCompile(`<title>.*</title>`).ReplaceAllString(text, "")
		if got := bare(text); len(got) > 0 {
			t.Errorf("%s shows %q without v or <bdi>", name, got)
		}
	}
	if got := bare(`<p>{{.Name}}</p>`); len(got) != 1 {
		t.Error("a planted value was not found")
	}
}

// TestEveryPhraseIsUsed finds keys that nobody asks for, and keys that are asked
// for and missing.
func TestEveryPhraseIsUsed(t *testing.T) {
	const french = "curate/locale/catalogues/fr/*.json"
	_, c := open(t)
	p := c.For(vigie.French)
	var all strings.Builder
	for _, text := range read(t, "web/ui/templates/*.html", "web/ui/*.go", "curate/locale/write.go", "curate/locale/figure.go", "curate/chart/*.go", "curate/indicator/*.go") {
		all.WriteString(text)
	}
	phrases := map[string]bool{}
	for name, text := range read(t, french) {
		var file struct{ Phrases map[string]any }
		if err := json.Unmarshal([]byte(text), &file); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for key := range file.Phrases {
			phrases[key] = true
		}
	}
	for key := range phrases {
		// Phrases for durations, statuses and jobs are asked for by their first part.
		prefix, _, _ := strings.Cut(key, ".")
		built := strings.Contains(all.String(), `"`+prefix+`."`) || strings.Contains(all.String(), `"`+prefix+`.%d.`)
		if !built && !strings.Contains(all.String(), `"`+key+`"`) {
			t.Errorf("nobody says %q", key)
		}
	}
	for name, text := range read(t, "web/ui/templates/*.html") {
		for _, m := range regexp.MustCompile(`\b(?:t|n|plain) "([^"]+)"`).FindAllStringSubmatch(text, -1) {
			if !p.Has(m[1]) {
				t.Errorf("%s asks for %q, which is in no catalogue", name, m[1])
			}
		}
	}
}

// physical finds what would be on the wrong side in Arabic.
func physical(css string) []string {
	return regexp.MustCompile(`(?:margin|padding|border)-(?:left|right|top|bottom)|[\s;{](?:left|right|top|bottom|width|height|(?:min|max)-(?:width|height)):|(?:text-align|float|clear):\s*(?:left|right)`).FindAllString(css, -1)
}

func TestStyleSheet(t *testing.T) {
	css := read(t, "web/ui/static/vigie.css")["web/ui/static/vigie.css"]
	if got := physical(css); len(got) > 0 {
		t.Errorf("physical properties: %q", got)
	}
	if got := physical("p { margin-left: 1px; left: 0; }"); len(got) != 2 {
		t.Errorf("planted properties were not found: %q", got)
	}
	if strings.Contains(css, "url(") || strings.Contains(css, "@import") || strings.Contains(css, "!important") {
		t.Error("the sheet loads something or shouts")
	}
	defined := map[string]bool{}
	_, tokens, _ := strings.Cut(css, "@layer tokens {")
	tokens, _, _ = strings.Cut(tokens, "@layer base")
	for _, m := range regexp.MustCompile(`(--[a-z]+):`).FindAllStringSubmatch(tokens, -1) {
		defined[m[1]] = true
	}
	if len(defined) != 12 {
		t.Errorf("%d tokens, want the twelve of DESIGN.md section 9", len(defined))
	}
	for _, m := range regexp.MustCompile(`var\((--[a-z]+)\)`).FindAllStringSubmatch(css, -1) {
		if !defined[m[1]] {
			t.Errorf("%s is used and not defined", m[1])
		}
	}
	for layer := range strings.SplitSeq("reset, tokens, base, layout, components, utilities, print", ", ") {
		if !strings.Contains(css, "@layer "+layer+" {") {
			t.Errorf("the layer %s is missing", layer)
		}
	}
}

// TestContrast computes WCAG 2.2's ratio (success criterion 1.4.3) of every text
// colour on every ground, in both schemes.
func TestContrast(t *testing.T) {
	css := read(t, "web/ui/static/vigie.css")["web/ui/static/vigie.css"]
	colours := map[string][2]string{}
	for _, m := range regexp.MustCompile(`--([a-z]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)`).FindAllStringSubmatch(css, -1) {
		colours[m[1]] = [2]string{m[2], m[3]}
	}
	for _, pair := range [][2]string{
		{"ink", "paper"}, {"soft", "paper"}, {"accent", "paper"}, {"warm", "paper"}, {"ink", "tint"}, {"soft", "tint"}, {"focus", "paper"},
	} {
		for scheme, name := range []string{"light", "dark"} {
			text, ground := colours[pair[0]][scheme], colours[pair[1]][scheme]
			if got := contrast(t, text, ground); got < 4.5 {
				t.Errorf("%s on %s in the %s scheme: %.2f, want 4.5", pair[0], pair[1], name, got)
			}
		}
	}
}
