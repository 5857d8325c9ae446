package ui_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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

// templates are the patterns of all of them.
func templates() []string {
	return []string{"web/ui/templates/*.html", "web/ui/templates/*/*.html"}
}

// literals gives the words that a template says by itself, in texts and in
// attributes that people get to see or hear.
func literals(template string) []string {
	template = regexp.MustCompile(`\{\{define "mainclass"\}\}.*?\{\{end\}\}`).ReplaceAllString(template, "")
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
	for name, text := range read(t, templates()...) {
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
	for name, text := range read(t, templates()...) {
		text = regexp.MustCompile(`<title>.*</title>`).ReplaceAllString(text, "")
		// These elements hold text only, and isolate it.
		text = regexp.MustCompile(`\{\{[^{}]*\}\}</(option|textarea)>`).ReplaceAllString(text, "</$1>")
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
	for _, text := range read(t, append(templates(), "web/*.go", "web/ui/*.go", "curate/*.go", "curate/*/*.go", "crawl/harvest/*.go")...) {
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
	// Phrases for durations, statuses and jobs are asked for by their first parts.
	var built []string
	for _, m := range regexp.MustCompile(`"([a-z_]+(?:\.[a-z_]+)*)(\.?)["%]`).FindAllStringSubmatch(all.String(), -1) {
		if m[2] == "." || strings.Contains(m[1], ".") && !phrases[m[1]] {
			built = append(built, m[1]+".")
		}
	}
	for key := range phrases {
		begins := func(prefix string) bool { return strings.HasPrefix(key, prefix) }
		if !slices.ContainsFunc(built, begins) && !strings.Contains(all.String(), `"`+key+`"`) {
			t.Errorf("nobody says %q", key)
		}
	}
	for name, text := range read(t, templates()...) {
		for _, m := range regexp.MustCompile(`\b(?:t|n|plain) "([^"]+)"`).FindAllStringSubmatch(text, -1) {
			if !p.Has(m[1]) {
				t.Errorf("%s asks for %q, which is in no catalogue", name, m[1])
			}
		}
	}
}
