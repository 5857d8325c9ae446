package query_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/query"
)

func date(t *testing.T, s string) vigie.Date {
	t.Helper()
	d, err := vigie.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestParse(t *testing.T) {
	word := func(s string) query.Term { return query.Term{Text: s} }
	phrase := func(s string) query.Term { return query.Term{Kind: query.Phrase, Text: s} }
	cases := map[string]struct {
		line string
		want query.Query
	}{
		"nothing":              {"  ,; - — !", query.Query{}},
		"words":                {"réseau 5G", query.Query{Terms: []query.Term{word("réseau"), word("5G")}}},
		"headline":             {"Maroc : la fibre – suite, et fin", query.Query{Terms: []query.Term{word("Maroc"), word("la"), word("fibre"), word("suite"), word("et"), word("fin")}}},
		"colon at the end":     {"Maroc: fibre", query.Query{Terms: []query.Term{word("Maroc:"), word("fibre")}}},
		"number with comma":    {"10,000 lignes", query.Query{Terms: []query.Term{word("10,000"), word("lignes")}}},
		"arabic separators":    {"الشبكات، الاتصالات؛ الجيل", query.Query{Terms: []query.Term{word("الشبكات"), word("الاتصالات"), word("الجيل")}}},
		"phrase":               {`"large  bande"`, query.Query{Terms: []query.Term{phrase("large bande")}}},
		"french marks":         {"« large bande »", query.Query{Terms: []query.Term{phrase("large bande")}}},
		"curly marks":          {"“deep sea”cable", query.Query{Terms: []query.Term{phrase("deep sea"), word("cable")}}},
		"exclusion":            {`-draft −"press release"`, query.Query{Terms: []query.Term{{Text: "draft", Not: true}, {Kind: query.Phrase, Text: "press release", Not: true}}}},
		"prefix":               {"régulat*", query.Query{Terms: []query.Term{{Kind: query.Prefix, Text: "régulat"}}}},
		"title":                {`title:fibre -TITLE:"deep sea"`, query.Query{Terms: []query.Term{{Field: query.Title, Text: "fibre"}, {Field: query.Title, Kind: query.Phrase, Text: "deep sea", Not: true}}}},
		"sources":              {`source:ITU source:"Agence X"`, query.Query{Sources: []string{"ITU", "Agence X"}}},
		"languages":            {"lang:FR lang:pt_br", query.Query{Langs: []vigie.Lang{"fr", "pt-BR"}}},
		"dates":                {"from:2026 to:2026-11-21", query.Query{From: date(t, "2026"), To: date(t, "2026-11-21")}},
		"arabic digits":        {"from:٢٠٢٦-١١", query.Query{From: date(t, "2026-11")}},
		"month to its year":    {"from:2026-11 to:2026", query.Query{From: date(t, "2026-11"), To: date(t, "2026")}},
		"address":              {"https://example.org/a 10:30", query.Query{Terms: []query.Term{word("https://example.org/a"), word("10:30")}}},
		"marks of direction":   {"\u200ffoo\u202e bar\x00baz", query.Query{Terms: []query.Term{word("foo"), word("bar"), word("baz")}}},
		"hyphen inside a word": {"Wi-Fi C++", query.Query{Terms: []query.Term{word("Wi-Fi"), word("C++")}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := query.Parse(c.line)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("Parse(%q) (-want +got):\n%s", c.line, d)
			}
			again, err := query.Parse(got.String())
			if d := cmp.Diff(got, again); err != nil || d != "" {
				t.Errorf("Parse(%q) differs (%v):\n%s", got.String(), err, d)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	cases := []struct{ line, want string }{
		{`fibre "large bande`, "at character 7: this quotation mark is never closed; close it or take it away"},
		{"*graphe", "at character 1: a word cannot begin with *; write its beginning first, for example regulat*"},
		{"té*com", "at character 3: * can only stand at the end of a word"},
		{"a t*", "at character 3: 2 letters at least must stand before *"},
		{"author:smith", `at character 1: there is no field "author"; the fields are title:, source:, lang:, from: and to: (to look for the text itself, put it in quotation marks)`},
		{"source: ITU", `at character 8: source: needs a value directly behind it, for example source:"National Regulator"`},
		{"lang:français", `at character 6: "français" is not a language; write a tag such as lang:fr or lang:ar`},
		{"from:2026-13", `at character 6: "2026-13" is not a date; write from:2026, from:2026-11 or from:2026-11-21`},
		{"to:2026 to:2025", "at character 12: to: is given twice; keep one"},
		{"x -lang:fr", "at character 3: lang: cannot be excluded; only words and phrases can"},
		{"from:2026 to:2025", "from:2026 is later than to:2025; exchange them"},
		{strings.Repeat("a", query.MaxBytes+1), "is 4097 bytes long; at most 4096 are read: use fewer words"},
		{strings.Repeat("source:x ", query.MaxValues+1), "at character 152: at most 16 sources can be named"},
	}
	for _, c := range cases {
		_, err := query.Parse(c.line)
		if !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("Parse(%.40q): error %v, want an invalid one", c.line, err)
			continue
		}
		if got := err.Error(); got != "query: "+c.want {
			t.Errorf("Parse(%.40q):\n got %s\nwant query: %s", c.line, got, c.want)
		}
	}
}

func TestBounds(t *testing.T) {
	q, err := query.Parse(strings.Repeat("mot ", 40))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"only the first 32 words are looked for; 8 more were left out"}
	if d := cmp.Diff(want, q.Notes); d != "" || len(q.Terms) != query.MaxTerms {
		t.Errorf("%d terms, notes (-want +got):\n%s", len(q.Terms), d)
	}
	q = query.Plain(strings.Repeat("é", query.MaxBytes))
	if len(q.Notes) != 1 || len(q.Terms) != 1 || len(q.Terms[0].Text) > query.MaxBytes {
		t.Errorf("Plain of a long line: notes %q, %d terms", q.Notes, len(q.Terms))
	}
}

func TestPlain(t *testing.T) {
	got := query.Plain(`-"L’internet" title:x* (5G), C++ – ¿qué? 100%`)
	var words []string
	for _, term := range got.Terms {
		if term.Kind != query.Word || term.Not || term.Field != query.Anywhere {
			t.Errorf("term %+v is more than a word", term)
		}
		words = append(words, term.Text)
	}
	if d := cmp.Diff([]string{"L’internet", "title", "x", "5G", "C++", "qué", "100"}, words); d != "" {
		t.Errorf("words (-want +got):\n%s", d)
	}
}

func TestWords(t *testing.T) {
	word := func(s string) query.Term { return query.Term{Text: s} }
	phrase := func(s string) query.Term { return query.Term{Kind: query.Phrase, Text: s} }
	cases := map[string][]query.Term{
		"  ,; - — ! \"\" ":             nil,
		"fibre -optique":               {word("fibre"), word("optique")},
		`la "large  bande" fixe`:       {word("la"), phrase("large bande"), word("fixe")},
		"«large bande»“deep sea”cable": {phrase("large bande"), phrase("deep sea"), word("cable")},
		`un écran de 24" title:x*`:     {word("un"), word("écran"), word("de"), word("24"), word("title"), word("x")},
		`"a" b "c`:                     {phrase("a"), word("b"), word("c")},
		"lang:xx from:hier *":          {word("lang"), word("xx"), word("from"), word("hier")},
	}
	for line, want := range cases {
		got := query.Words(line)
		if d := cmp.Diff(query.Query{Terms: want}, got); d != "" {
			t.Errorf("Words(%q) (-want +got):\n%s", line, d)
		}
	}
	q := query.Words(strings.Repeat(`"é" `, query.MaxBytes))
	if len(q.Notes) != 2 || len(q.Terms) != query.MaxTerms {
		t.Errorf("Words of a long line: notes %q, %d terms", q.Notes, len(q.Terms))
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`a -b "c d" title:e* source:"f g" lang:fr from:2026 to:2026-11-21`, "« x »", "؛،", "-", `""`, "a:b", "C#*", "١٢:٣"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		back(t, query.Plain(line))
		back(t, query.Words(line))
		if q, err := query.Parse(line); err == nil {
			back(t, q)
		} else if !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("Parse(%q): %v is not an invalid query", line, err)
		}
	})
}

// back checks that a query survives being printed and read.
func back(t *testing.T, q query.Query) {
	t.Helper()
	q.Notes = nil
	again, err := query.Parse(q.String())
	if d := cmp.Diff(q, again); len(q.String()) <= query.MaxBytes && (err != nil || d != "") {
		t.Errorf("Parse(%q) differs (%v):\n%s", q.String(), err, d)
	}
}

func ExampleParse() {
	q, err := query.Parse(`«large bande» -brouillon source:ITU from:2026-11`)
	fmt.Println(q, err)
	// Output: "large bande" -brouillon source:"ITU" from:2026-11 <nil>
}
