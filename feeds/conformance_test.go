package feeds_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vigie"
	"vigie/feeds"
	"vigie/vigietest"
)

// The verdicts on one file of the corpus.
const (
	passes  = "pass"    // all that we can express is as feedparser has it
	plainer = "plainer" // so, but for markup that our sanitiser does not let through
	fails   = "fail"
	outside = "outside" // our model has no name for anything that the file is about
)

// verdict is what one file gave.
type verdict struct {
	path, group, verdict, expect string
}

// TestConformance runs the corpus of feedparser: each file says in its first
// comment what a reader must find in it. The counts are golden, and so is every
// file that does not pass, with the reason from testdata/conformance.reasons.
func TestConformance(t *testing.T) {
	root := vigietest.Shared(t, "corpus", "feeds", "feedparser")
	reasons := readReasons(t)
	var report strings.Builder
	counts := map[string]map[string]int{}
	for _, path := range files(t, root) {
		v := judge(t, root, path)
		if v.verdict == "" {
			continue
		}
		count := counts[v.group]
		if count == nil {
			count = map[string]int{}
			counts[v.group] = count
		}
		count[v.verdict]++
		reason, listed := reasons[v.path]
		wants := v.verdict == fails || v.verdict == plainer
		switch {
		case wants && !listed:
			t.Errorf("%s: %s, without a reason in conformance.reasons: %s", v.path, v.verdict, v.expect)
		case !wants && listed:
			t.Errorf("%s: %s, but conformance.reasons has a reason for its failure", v.path, v.verdict)
		case wants:
			fmt.Fprintf(&report, "%s\t%s\t%s\n", v.path, v.verdict, reason)
		}
		delete(reasons, v.path)
	}
	for path := range reasons {
		t.Errorf("%s: conformance.reasons names a file that is not in the corpus", path)
	}
	vigietest.Golden(t, "testdata/conformance.golden", summary(t, counts)+report.String())
}

// summary writes the counts and holds the gate. The markup that feedparser's own
// sanitiser lets through is a group of its own: its expectations are about an
// allow-list that is wider than ours.
func summary(t *testing.T, counts map[string]map[string]int) string {
	t.Helper()
	var b strings.Builder
	for _, group := range []string{"feeds", "markup"} {
		c := counts[group]
		if c == nil {
			t.Fatalf("no files of the group %s", group)
		}
		all := c[passes] + c[plainer] + c[fails]
		good := 100 * c[passes] / all
		fmt.Fprintf(&b, "%s: %d pass, %d plainer, %d fail, %d outside of the model: %d %% of %d pass\n",
			group, c[passes], c[plainer], c[fails], c[outside], good, all)
		if group == "markup" {
			good = 100 * (c[passes] + c[plainer]) / all
		}
		if good < 85 {
			t.Errorf("%s: %d %% of the translated expressions hold, want 85 %%", group, good)
		}
	}
	return b.String()
}

// judge reads one file and compares.
func judge(t *testing.T, root, path string) verdict {
	t.Helper()
	body := read(t, path)
	name, err := filepath.Rel(root, path)
	if err != nil {
		t.Fatal(err)
	}
	v := verdict{path: filepath.ToSlash(name), group: "feeds"}
	if strings.Contains(v.path, "/sanitize/") || strings.Contains(v.path, "/amp/") {
		v.group = "markup"
	}
	v.expect = comment(body, `Expect:`)
	if v.expect == "" {
		t.Fatalf("%s: without Expect", v.path)
	}
	// feedparser's own server answers at this address. Content-Location is believed
	// on the same host only, so a file that names another has its base for address.
	answer := vigie.Capture{Final: "http://127.0.0.1:8097/" + v.path, Body: body, Header: map[string][]string{}}
	for _, h := range []string{"Content-Type", "Content-Language", "Content-Location"} {
		if value := comment(body, `Header:\s*`+h+`:`); value != "" {
			answer.Header[h] = []string{value}
		}
	}
	if at := answer.Header["Content-Location"]; len(at) > 0 && strings.HasPrefix(at[0], "http") {
		answer.Final = at[0]
	}
	c, err := feeds.ParseCapture(answer)
	if strings.Contains(v.expect, "entries[0]") && len(c.Entries) == 0 {
		t.Errorf("%s: no item was read (%v), a lenient reader finds one", v.path, err)
	}
	if err != nil { // what is refused has no items, and that is a fault
		c.Faults = []string{err.Error()}
	}
	var compared comparison
	switch translated(v.expect, modelOf(c), &compared) {
	case true:
		v.verdict = passes
		if compared.plainer {
			v.verdict = plainer
		}
	case false:
		v.verdict = fails
	default:
		v.verdict = outside
		if err != nil {
			v.verdict = fails
		}
	}
	return v
}

// translated evaluates a line of which we can express more than whether the feed
// is well formed, or that says nothing else.
func translated(line string, model map[string]any, compared *comparison) any {
	bozo := model["bozo"]
	if strings.TrimPrefix(line, "not ") != "bozo" {
		model["bozo"] = unknown{}
		if evaluate(line, model, compared.equal) == any(unknown{}) {
			return unknown{}
		}
	}
	model["bozo"] = bozo
	return evaluate(line, model, compared.equal)
}

// comment returns the rest of a line of a file's first comment, in any encoding
// that holds ASCII.
func comment(body []byte, label string) string {
	text := bytes.ReplaceAll(body[:min(len(body), 16<<10)], []byte{0}, nil)
	m := regexp.MustCompile(`(?i)\s` + label + `[ \t]*(.*)`).FindSubmatch(text)
	if m == nil {
		return ""
	}
	return strings.TrimSpace(string(m[1]))
}

// readReasons reads which files do not pass and why: a reason begins in the
// first column, the files below it are indented.
func readReasons(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	reason := ""
	for line := range strings.Lines(string(read(t, filepath.Join("testdata", "conformance.reasons")))) {
		path := strings.TrimSpace(line)
		switch {
		case path == "":
		case !strings.HasPrefix(line, " "):
			reason = path
		case out[path] != "":
			t.Errorf("conformance.reasons names %s twice", path)
		default:
			out[path] = reason
		}
	}
	return out
}

// TestExpressions holds the evaluator to what Python says.
func TestExpressions(t *testing.T) {
	model := map[string]any{
		"bozo": false, "entries": []any{map[string]any{"title": field{"plain", "a"}, "tags": []any{}}},
	}
	for _, tt := range []struct {
		line string
		want any
	}{
		{`not bozo and entries[0]['title'] == u'a'`, true},
		{`entries[0]["title"] == '\x61' and entries[0].rights == 'x'`, true},
		{`entries[0].title != 'a'`, false},
		{`entries[0]['rights'] == 'x'`, unknown{}},
		{`entries[1]['title'] == 'a'`, false},
		{`len(entries) == 1 and (bozo or len(entries[0].tags) == 0)`, true},
		{`bozo == 1`, false},
		{`entries[0]['title'] == 'a' )`, unknown{}},
	} {
		var c comparison
		if got := evaluate(tt.line, model, c.equal); !slices.Equal([]any{got}, []any{tt.want}) {
			t.Errorf("%s = %v, want %v", tt.line, got, tt.want)
		}
	}
}
