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

// plain takes the places in the line away, which String does not keep.
func plain(q query.Query) query.Query {
	q.Clauses = unplaced(q.Clauses)
	return q
}

func unplaced(clauses []query.Clause) []query.Clause {
	var out []query.Clause
	for _, c := range clauses {
		c.At, c.End, c.Of = 0, 0, unplaced(c.Of)
		out = append(out, c)
	}
	return out
}

func word(s string) query.Clause { return query.Clause{Term: query.Term{Text: s}} }

func phrase(s string) query.Clause {
	return query.Clause{Term: query.Term{Kind: query.Phrase, Text: s}}
}

func prefix(s string) query.Clause {
	return query.Clause{Term: query.Term{Kind: query.Prefix, Text: s}}
}

func titled(c query.Clause) query.Clause {
	c.Term.Field = query.Title
	return c
}

func not(c query.Clause) query.Clause {
	c.Not = true
	return c
}

func group(op query.Op, of ...query.Clause) query.Clause { return query.Clause{Op: op, Of: of} }

func near(within int, of ...query.Clause) query.Clause {
	return query.Clause{Op: query.Near, Of: of, Within: within}
}

func filter(f query.Field, value string) query.Clause {
	return query.Clause{Filter: query.Filter{Field: f, Value: value}}
}

func dated(t *testing.T, f query.Field, value string) query.Clause {
	t.Helper()
	return query.Clause{Filter: query.Filter{Field: f, Value: value, Date: date(t, value)}}
}

func back30(f query.Field) query.Clause {
	return query.Clause{Filter: query.Filter{Field: f, Value: "-30d", Days: 30}}
}

func bounds(f query.Field, value string, low, high int) query.Clause {
	return query.Clause{Filter: query.Filter{Field: f, Value: value, Low: low, High: high}}
}

// sameLine parses lines that all mean the same, and checks that it survives being
// printed.
func sameLine(t *testing.T, want []query.Clause, lines ...string) {
	t.Helper()
	for _, line := range lines {
		got, err := query.Parse(line)
		if err != nil {
			t.Errorf("Parse(%q): %v", line, err)
			continue
		}
		if d := cmp.Diff(query.Query{Clauses: want}, plain(got)); d != "" {
			t.Errorf("Parse(%q) (-want +got):\n%s", line, d)
		}
		back(t, got)
	}
}

func TestParseWords(t *testing.T) {
	sameLine(t, nil, "", "  ,; - — !", "()", "-! --()", `""`)
	sameLine(t, []query.Clause{word("réseau"), word("5G")}, "réseau 5G", "(réseau) 5G", "réseau\xe2 5G", "\u200fréseau,\x005G", `\réseau 5G`)
	sameLine(t, []query.Clause{word("Maroc"), word("la"), word("fibre"), word("suite"), word("et"), word("fin")}, "Maroc : la fibre – suite, et fin")
	sameLine(t, []query.Clause{word("Maroc:"), word("fibre")}, "Maroc: fibre")
	sameLine(t, []query.Clause{word("10,000"), word("lignes")}, "10,000 lignes")
	sameLine(t, []query.Clause{word("الشبكات"), word("الاتصالات"), word("الجيل")}, "الشبكات، الاتصالات؛ الجيل")
	sameLine(t, []query.Clause{word("https://example.org/a"), word("10:30"), word("Wi-Fi"), word("C++"), word("fibre(s)"), word("f(a(b))")},
		"https://example.org/a 10:30 Wi-Fi C++ fibre(s) f(a(b))")
	sameLine(t, []query.Clause{word("AND"), word("title:x"), word("-a"), word("reg*")}, `\AND \title:x \-a \reg*`)
	sameLine(t, []query.Clause{word("and"), word("or"), word("R&D")}, "and or R&D")
	sameLine(t, []query.Clause{phrase("large bande")}, `"large  bande"`, "« large bande »", "“large bande”", "„large bande“", "‹large bande›", "＂large bande＂", "「large bande」")
	sameLine(t, []query.Clause{phrase("deep sea"), word("cable")}, "“deep sea”cable")
	sameLine(t, []query.Clause{prefix("régulat")}, "régulat*", "(régulat**)")
	sameLine(t, []query.Clause{titled(word("fibre")), not(titled(phrase("deep sea")))}, `title:fibre -TITLE:"deep sea"`, `titre:fibre -Titre:«deep sea»`, `عنوان:fibre SAUF العنوان:"deep sea"`)
	sameLine(t, []query.Clause{titled(word("AND")), titled(word("reg*"))}, `title:AND title:\reg*`)
}

func TestParseOperators(t *testing.T) {
	a, b, c, d := word("a1"), word("b1"), word("c1"), word("d1")
	sameLine(t, []query.Clause{not(word("draft")), not(phrase("press release"))}, `-draft −"press release"`, `NOT draft NOT "press release"`, `SAUF draft ليس "press release"`, `إلا draft -("press release")`)
	sameLine(t, []query.Clause{a}, "NOT -a1", "-(-a1)", "((a1))")
	sameLine(t, []query.Clause{group(query.And, a, b)}, "a1 AND b1", "a1 ET b1", "a1 و b1", "(a1 AND b1)", "(a1 b1)", "(a1, (b1))")
	sameLine(t, []query.Clause{group(query.Or, a, b, c)}, "a1 OR b1 OR c1", "a1 OU (b1 أو c1)", "((a1 OR b1) او c1)")
	sameLine(t, []query.Clause{a, group(query.Or, b, group(query.And, c, d))}, "a1 b1 OR c1 AND d1", "a1 (b1 OR (c1 AND d1))", "a1 (b1 OR (c1 d1))")
	sameLine(t, []query.Clause{group(query.And, group(query.Or, a, b), c), d}, "(a1 OR b1) AND c1 d1")
	sameLine(t, []query.Clause{group(query.And, a, not(b)), not(group(query.Or, c, d))}, "a1 AND NOT b1 -(c1 OR d1)", "(a1 -b1) NOT(c1 OR d1)")
	sameLine(t, []query.Clause{near(10, a, b)}, "a1 NEAR b1", "a1 PRES b1", "a1 PRÈS b1", "a1 قرب b1", "a1 NEAR/10 b1")
	sameLine(t, []query.Clause{near(5, a, phrase("b c"), prefix("de"))}, `a1 NEAR/5 "b c" NEAR/5 de*`, `a1 قرب/٥ "b c" PRES/5 de*`)
	sameLine(t, []query.Clause{group(query.And, near(10, group(query.Or, a, b), titled(c)), d)}, "(a1 OR b1) NEAR title:c1 AND d1")
	sameLine(t, []query.Clause{group(query.And, titled(a), group(query.Or, titled(b), c))}, "title:a1 AND (title:b1 OR c1)")
	sameLine(t, []query.Clause{group(query.Or, titled(a), titled(phrase("b c")))}, `title:(a1 OR "b c")`)
}

func TestParseFilters(t *testing.T) {
	sameLine(t, []query.Clause{filter(query.Source, "ITU"), filter(query.Source, "Agence X")},
		`source:ITU source:"Agence X"`, `source:ITU,"Agence X"`, `SOURCE:(ITU "Agence X")`, `مصدر:ITU المصدر:«Agence X»`, `source:ITU OR source:"Agence X"`)
	sameLine(t, []query.Clause{filter(query.Lang, "fr"), filter(query.Lang, "pt-BR")}, "lang:FR lang:pt_br", "langue:fr,pt-br", "لغة:fr،pt-br", "lang:(fr OR pt-BR)", "lang:(fr pt-BR)")
	sameLine(t, []query.Clause{not(group(query.Or, filter(query.Lang, "fr"), filter(query.Lang, "ar")))}, "-lang:fr,ar")
	sameLine(t, []query.Clause{not(filter(query.Lang, "fr"))}, "-lang:fr", "NOT langue:fr")
	sameLine(t, []query.Clause{filter(query.Publisher, "UIT"), filter(query.Country, "MA"), filter(query.Type, "pdf"), filter(query.Topic, "large bande"), filter(query.Tag, "à lire")},
		`éditeur:UIT pays:ma type:PDF thème:"large bande" tag:"à lire"`, `publisher:UIT country:MA type:pdf topic:"large bande" étiquette:"à lire"`, `editeur:UIT بلد:MA نوع:pdf موضوع:"large bande" وسم:"à lire"`)
	sameLine(t, []query.Clause{filter(query.Status, "kept"), filter(query.Status, "later")}, "status:kept,later", "statut:retenu statut:plustard", "حالة:محفوظ état:لاحقًا")
	yes := query.Clause{Filter: query.Filter{Field: query.Cited, Value: "yes", Yes: true}}
	sameLine(t, []query.Clause{yes}, "cited:yes", "cité:oui", "مذكور:نعم")
	sameLine(t, []query.Clause{filter(query.Cited, "no")}, "cited:no", "cite:non", "مذكور:لا")
	sameLine(t, []query.Clause{bounds(query.Page, "50", 50, 50)}, "page:50", "pages:٥٠", "صفحة:=۵۰")
	sameLine(t, []query.Clause{bounds(query.Page, "10-20", 10, 20)}, "page:10-20", "page:10–20")
	sameLine(t, []query.Clause{bounds(query.Page, ">50", 51, 0)}, "page:>50", "page:>=51", "page:≥٥١")
	sameLine(t, []query.Clause{bounds(query.Page, "<51", 1, 50)}, "page:<51", "page:<=50", "page:1-50")
	sameLine(t, []query.Clause{dated(t, query.From, "2026"), dated(t, query.To, "2026-11-21")}, "from:2026 to:2026-11-21", "depuis:2026 jusque:2026-11-21", "منذ:٢٠٢٦ حتى:٢٠٢٦-١١-٢١")
	sameLine(t, []query.Clause{dated(t, query.From, "2026-11"), dated(t, query.To, "2026")}, "from:2026-11 to:2026")
	sameLine(t, []query.Clause{back30(query.From)}, "from:-30d", "depuis:-30j", "from:−1m", "منذ:-٣٠ي", "since:-1mois")
	sameLine(t, []query.Clause{bounds(query.Age, "<14d", 0, 14), bounds(query.Age, ">7d", 7, 0)}, "age:<14d age:>7d", "âge:2w age:>1w", "عمر:<2أسابيع age:>=7j")
	sameLine(t, []query.Clause{group(query.And, word("fibre"), group(query.Or, filter(query.Source, "ITU"), filter(query.Country, "MA")))}, "fibre AND (source:ITU OR country:MA)")
}

// TestPlaces: a clause knows where it stands in the line as it was typed.
func TestPlaces(t *testing.T) {
	const line = "\u200fété  -\"b c\" source:ITU,«x» (d OR e) NOT f"
	q, err := query.Parse(line)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range q.Clauses {
		got = append(got, string([]rune(line)[c.At:c.End]))
	}
	if d := cmp.Diff([]string{"été", `-"b c"`, "ITU", "«x»", "(d OR e)", "NOT f"}, got); d != "" {
		t.Errorf("places (-want +got):\n%s", d)
	}
}

func TestParseErrors(t *testing.T) {
	const fields = "title:, source:, publisher:, country:, lang:, type:, topic:, tag:, status:, cited:, page:, from:, to: and age:"
	cases := []struct{ line, key, want string }{
		{`fibre "large bande`, "quote", "at character 7: this quotation mark is never closed; close it or take it away"},
		{"\u200f\u200ffibre «x", "quote", "at character 9: this quotation mark is never closed; close it or take it away"},
		{"*graphe", "star", "at character 1: a word cannot begin with *; write its beginning first, for example regulat*"},
		{"té*com", "star", "at character 3: * can only stand at the end of a word"},
		{"a t*", "prefix", "at character 3: 2 letters at least must stand before *"},
		{"author:smith", "field", `at character 1: there is no field "author"; the fields are ` + fields + ` (to look for the text itself, put it in quotation marks)`},
		{"source: ITU", "value", `at character 8: source: needs a value directly behind it, for example source:"National Regulator"`},
		{`x title:""`, "value", "at character 9: title: needs a value directly behind it, for example title:spectrum"},
		{"title:()", "value", "at character 1: title: needs a value directly behind it"},
		{"lang:français", "lang", `at character 6: "français" is not a language; write a tag such as lang:fr or lang:ar`},
		{"lang:fr,français", "lang", `at character 9: "français" is not a language; write a tag such as lang:fr or lang:ar`},
		{"from:2026-13", "date", `at character 6: "2026-13" is not a date; write from:2026, from:2026-11, from:2026-11-21 or, for thirty days ago, from:-30d`},
		{"from:hier", "date", `at character 6: "hier" is not a date; write from:2026, from:2026-11, from:2026-11-21 or, for thirty days ago, from:-30d`},
		{"to:2026 to:2025", "twice", "at character 9: to: is given twice; keep one"},
		{"from:2026 to:2025", "order", "at character 11: from:2026 is later than to:2025; exchange them"},
		{"age:7", "age", `at character 5: "7" is not an age; write age:<7d for the last seven days or age:>30d for what is older`},
		{"page:0", "page", `at character 6: "0" is not a number of pages; write page:50, page:10-20 or page:>50`},
		{"page:20-10", "page", `at character 6: "20-10" is not a number of pages; write page:50, page:10-20 or page:>50`},
		{"status:x", "status", `at character 8: "x" is not a status; write new, kept, dropped or later`},
		{"cited:x", "cited", `at character 7: "x" is no answer; write cited:yes or cited:no`},
		{"fibre (a OR (b)", "open", "at character 7: this parenthesis is never closed; close it or take it away"},
		{"fibre) a", "close", "at character 6: this parenthesis was never opened; take it away"},
		{"fibre AND", "operand", "at character 7: AND needs something to look for on both sides; to look for the word itself, put it in quotation marks"},
		{"ET fibre", "operand", "at character 1: ET needs something to look for on both sides; to look for the word itself, put it in quotation marks"},
		{"a (OR b)", "operand", "at character 4: OR needs something to look for on both sides; to look for the word itself, put it in quotation marks"},
		{"a AND () b", "operand", "at character 3: AND needs something to look for on both sides; to look for the word itself, put it in quotation marks"},
		{"a NOT", "operand", "at character 3: NOT needs something to leave out behind it; to look for the word itself, put it in quotation marks"},
		{"a NEAR/100 b", "distance", "at character 3: write a number from 0 to 99 behind the /, for example NEAR/5"},
		{"a NEAR/2 b NEAR/3 c", "distance", "at character 12: one distance holds for all words of a NEAR; write the same number twice, or leave one of them out"},
		{"a NEAR (b AND c)", "near", "at character 8: only words, phrases and beginnings of words can be near each other, or such with OR between them"},
		{"a NEAR lang:fr", "near", "at character 8: only words, phrases and beginnings of words can be near each other, or such with OR between them"},
		{strings.Repeat("a", 100_000), "long", "is 100000 bytes long; at most 4096 are read: use fewer words"},
		{strings.Repeat("(", 500) + "a" + strings.Repeat(")", 500), "depth", "at character 33: parentheses can stand at most 32 deep; take some away"},
		{strings.Repeat("title:(", 33), "depth", "at character 231: parentheses can stand at most 32 deep; take some away"},
		{strings.Repeat("source:x ", query.MaxValues+1), "many", "at character 145: at most 16 values of source: can be named"},
		{strings.Repeat("-a ", query.MaxTerms+1), "terms", "at character 97: at most 32 words and phrases can be looked for; take some away"},
	}
	known := map[string]bool{}
	for _, key := range query.Faults() {
		known[key] = true
	}
	for _, c := range cases {
		_, err := query.Parse(c.line)
		var fault *query.Error
		if !errors.Is(err, vigie.ErrInvalid) || !errors.As(err, &fault) {
			t.Errorf("Parse(%.40q): error %v, want an invalid one", c.line, err)
			continue
		}
		if got := err.Error(); got != "query: "+c.want || fault.Key != c.key || !known[c.key] {
			t.Errorf("Parse(%.40q):\n got %s: %s\nwant %s: query: %s", c.line, fault.Key, got, c.key, c.want)
		}
	}
}

func TestBounds(t *testing.T) {
	q, err := query.Parse(strings.Repeat("mot ", 40) + ` "une expression"`)
	if err != nil {
		t.Fatal(err)
	}
	if len(q.Clauses) != query.MaxTerms || len(q.Notes) != 1 || q.Notes[0].String() != "only the first 32 words are looked for; 9 more were left out" {
		t.Errorf("%d clauses, notes %v", len(q.Clauses), q.Notes)
	}
	q = query.Plain(strings.Repeat("é", query.MaxBytes))
	if len(q.Notes) != 1 || len(q.Clauses) != 1 || len(q.Clauses[0].Term.Text) > query.MaxBytes {
		t.Errorf("Plain of a long line: notes %q, %d terms", q.Notes, len(q.Clauses))
	}
}

func TestPlain(t *testing.T) {
	got := query.Plain(`-"L’internet" title:x* (5G), C++ – ¿qué? 100% R AND D \x f(a`)
	want := []query.Clause{word("L’internet"), word("title"), word("x"), word("5G"), word("C++"), word("qué"), word("100"), word("R"), word("AND"), word("D"), word("x"), word("f"), word("a")}
	if d := cmp.Diff(query.Query{Clauses: want}, got); d != "" {
		t.Errorf("words (-want +got):\n%s", d)
	}
	back(t, got)
}

func TestWords(t *testing.T) {
	cases := map[string][]query.Clause{
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
		if d := cmp.Diff(query.Query{Clauses: want}, got); d != "" {
			t.Errorf("Words(%q) (-want +got):\n%s", line, d)
		}
	}
	q := query.Words(strings.Repeat(`"é" `, query.MaxBytes))
	if len(q.Notes) != 2 || len(q.Clauses) != query.MaxTerms {
		t.Errorf("Words of a long line: notes %q, %d terms", q.Notes, len(q.Clauses))
	}
}

func ExampleParse() {
	q, err := query.Parse(`«large bande» -brouillon source:ITU from:2026-11`)
	fmt.Println(q, err)
	// Output: "large bande" -brouillon source:"ITU" from:2026-11 <nil>
}
