package query_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vigie"
	"vigie/index/query"
)

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`a -b "c d" title:e* source:"f g" lang:fr from:2026 to:2026-11-21`, "« x »", "؛،", "-", `""`, "a:b", "C#*", "١٢:٣",
		"(a OR b) AND NOT c NEAR/5 d", "source:(a,b OR c) -age:<7d", `\\AND title:\x* f(g)`, "page:>50 cited:oui", "حالة:محفوظ و أو ليس",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		back(t, query.Plain(line))
		back(t, query.Words(line))
		q, err := query.Parse(line)
		var fault *query.Error
		switch {
		case err == nil:
			back(t, q)
			query.Explain(q)
			placed(t, line, q.Clauses)
		case !errors.Is(err, vigie.ErrInvalid) || !errors.As(err, &fault):
			t.Errorf("Parse(%q): %v is not an invalid query", line, err)
		case fault.At < 0 || fault.At > len([]rune(line)) || fault.End < fault.At:
			t.Errorf("Parse(%q): %v lies at %d to %d", line, err, fault.At, fault.End)
		}
	})
}

// placed checks that clauses lie within the line.
func placed(t *testing.T, line string, clauses []query.Clause) {
	t.Helper()
	for _, c := range clauses {
		if c.At < 0 || c.End <= c.At || c.End > len([]rune(line)) {
			t.Errorf("Parse(%q): %s lies at %d to %d", line, c, c.At, c.End)
		}
		placed(t, line, c.Of)
	}
}

// back checks that a query survives being printed and read.
func back(t interface {
	Helper()
	Errorf(format string, args ...any)
}, q query.Query,
) {
	t.Helper()
	q = plain(q)
	q.Notes = nil
	if len(q.String()) > query.MaxBytes {
		return
	}
	again, err := query.Parse(q.String())
	if d := cmp.Diff(q, plain(again)); err != nil || d != "" {
		t.Errorf("Parse(%q) differs (%v):\n%s", q.String(), err, d)
	}
}

// TestPrinted makes lines out of all that the grammar has, in any order: what can
// be read survives being printed.
func TestPrinted(t *testing.T) {
	pieces := []string{
		"fibre", "5G", "و", "أو", "ليس", "AND", "OU", "NOT", "SAUF", "-", "(", ")", "(", ")", " ", " ", " ", ",", "NEAR", "NEAR/3", "قرب/٤", `"large bande"`, "«x»",
		"regul*", "title:", "source:", "lang:", "fr", "status:", "kept", "page:", ">50", "10-20", "from:", "-30d", "2026", "age:", "<7d", `\`, "*", "f(x)", "C++", ":",
	}
	read := 0
	rapid.Check(t, func(t *rapid.T) {
		line := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 30).Draw(t, "pieces"), rapid.SampledFrom([]string{"", " "}).Draw(t, "between"))
		if q, err := query.Parse(line); err == nil {
			read++
			back(t, q)
		}
	})
	if read < 3 {
		t.Errorf("only %d lines could be read", read)
	}
}

// TestHostile reads the strings of the list of naughty strings.
func TestHostile(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "corpus", "hostile", "blns.json"))
	if err != nil {
		t.Skip("the corpus is not here")
	}
	var lines []string
	if err := json.Unmarshal(b, &lines); err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		back(t, query.Plain(line))
		back(t, query.Words(line))
		q, err := query.Parse(line)
		if err == nil {
			back(t, q)
		} else if !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("Parse(%q): %v", line, err)
		}
	}
}
