package query_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/query"
)

// parse reads a line that is right.
func parse(t *testing.T, line string) query.Query {
	t.Helper()
	q, err := query.Parse(line)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestEdits(t *testing.T) {
	q := parse(t, "fibre source:ITU -lang:fr source:ARTP from:-30d")
	f := func(field query.Field, value string) query.Filter {
		f, err := query.NewFilter(field, value)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	before := q.String()
	for want, got := range map[string]query.Query{
		`fibre source:"ITU" source:"ARTP" from:-30d`:                        q.Without(2),
		`fibre source:"ITU" -lang:fr source:"ARTP" from:-30d lang:fr`:       q.With(f(query.Lang, "FR")),
		`fibre source:"ITU" -lang:fr source:"ARTP" from:-30d`:               q.With(f(query.Source, "ITU")),
		`fibre source:"ITU" -lang:fr source:"ARTP" from:2026-11`:            q.With(f(query.From, "2026-11")),
		`fibre -lang:fr source:"ARTP" from:-30d`:                            q.WithoutFilter(f(query.Source, "ITU")),
		`fibre -lang:fr from:-30d`:                                          q.WithoutField(query.Source),
		`fibre source:"ITU" -lang:fr source:"ARTP" from:-30d tag:"à (lire"`: q.With(f(query.Tag, `"à «(lire» `)),
	} {
		if got.String() != want {
			t.Errorf("got %s, want %s", got, want)
		}
		back(t, got)
	}
	if q.String() != before {
		t.Errorf("the query itself became %s", q)
	}
	if !q.Has(f(query.Source, "ARTP")) || q.Has(f(query.Lang, "fr")) || len(q.Filters(query.Source)) != 2 {
		t.Error("Has or Filters are wrong")
	}
	for _, bad := range []struct {
		field query.Field
		value string
	}{{query.Lang, "français"}, {query.Title, "x"}, {query.Source, " "}, {query.Page, strings.Repeat("1", 9)}, {query.Tag, strings.Repeat("x", 5000)}} {
		if _, err := query.NewFilter(bad.field, bad.value); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("%s:%.20s: %v", bad.field, bad.value, err)
		}
	}
}

func TestLooked(t *testing.T) {
	q := parse(t, `fibre opti* "large bande" title:x1 -y1 -(a1 OR -b1) (c1 AND NOT d1) e1 NEAR f1 lang:fr`)
	texts := func(terms []query.Term) string {
		var out []string
		for _, term := range terms {
			out = append(out, term.String())
		}
		return strings.Join(out, " ")
	}
	if got, want := texts(q.Wished()), "fibre opti*"; got != want {
		t.Errorf("wished for: %s, want %s", got, want)
	}
	if got, want := texts(q.Looked()), `fibre opti* "large bande" title:x1 b1 c1 e1 f1`; got != want {
		t.Errorf("looked for: %s, want %s", got, want)
	}
}

func TestAt(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 30, 0, 0, time.FixedZone("", 3600))
	q := parse(t, "from:-30d to:-0d (age:<1w OR age:>1y)")
	if got, want := q.At(now).String(), "from:2026-01-30 to:2026-03-01 from:2026-02-22 OR to:2025-03-01"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if strings.Contains(q.String(), "2026") {
		t.Errorf("the query itself became %s", q)
	}
}

func TestExplain(t *testing.T) {
	known := map[string]bool{}
	for _, key := range query.Keys() {
		known[key] = true
	}
	for line, want := range map[string]string{
		"":                                       "",
		"fibre":                                  "word",
		`titre:fibre source:ARTP depuis:2026-01`: "title also filter.source also filter.from",
		`fibre "x y" Maroc source:a lang:fr source:b -mot`: "any word comma word also phrase also filter.source or value also filter.lang also not word",
		`(a OR b) AND c`:                  "open word or word close and word",
		`a OR b AND c`:                    "word or word and word",
		`-(a OR bb*) title:"x" title:yy*`: "not open word or prefix close also title.phrase also title.prefix",
		"from:2026-01-31 to:2026":         "filter.from.day also filter.to",
		`a NEAR/3 b`:                      "word near word",
		`page:5,>50,10-20,<9 cited:yes age:<7d age:>3d`:            "filter.page or filter.page.low or filter.page.range or filter.page.high also filter.cited.yes also filter.age.high also filter.age.low",
		`from:-3d to:-1d -cited:no status:kept,later NOT type:pdf`: "filter.from.days also filter.to.days also not filter.cited.no also filter.status or value also not filter.type",
	} {
		var got []string
		for _, part := range query.Explain(parse(t, line)) {
			got = append(got, part.Key)
			if !known[part.Key] {
				t.Errorf("%q is no known key", part.Key)
			}
		}
		if d := cmp.Diff(want, strings.Join(got, " ")); d != "" {
			t.Errorf("%q (-want +got):\n%s", line, d)
		}
	}
}
