package index_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// someWords are what texts and queries of these tests are made of: words with their
// kin, small words of several languages, words with accents and without.
func someWords() []string {
	return strings.Fields(`fibre fibres Fibre réseau réseaux reseau network networks régulation régulateur régulateurs
		régulé regulation regulator spectrum spectre mobile mobiles optique l’opérateur opérateurs operator
		la de et les the of in to los red redes y C++ 2026 5G
		الألياف ألياف شبكة الشبكات شبكات من في تنظيم التنظيم`)
}

// chance draws what a random store and its queries are made of.
type chance struct{ *rand.Rand }

func pick[T any](r chance, of ...T) T { return of[r.IntN(len(of))] }

func (r chance) words(most int) string {
	out := make([]string, 1+r.IntN(most))
	for i := range out {
		out[i] = pick(r, someWords()...)
	}
	return strings.Join(out, " ")
}

// randomStore files documents at random and returns an index and the model of them.
// The index has several parts.
func randomStore(t *testing.T, r chance, n int) (*index.Index, model) {
	t.Helper()
	db := storetest.Open(t)
	m := model{Analysis: index.NewAnalysis()}
	x := open(t, db)
	sources := map[string]vigie.Source{}
	for _, name := range []string{"alpha", "beta"} {
		sources[name] = storetest.Source(t, db, "https://"+name+".example/feed")
	}
	for from := 0; from < n; {
		name, part := pick(r, "alpha", "beta"), min(1+r.IntN(n/3), n-from)
		docs := make([]vigie.Document, part)
		for i := range docs {
			d := modelDocument{source: name, status: "new"}
			docs[i] = m.document(t, r, &d, from+i)
			m.docs = append(m.docs, d)
		}
		ids := storetest.File(t, db, sources[name], docs...)
		change(t, db, func(tx *store.Tx) error {
			for i, id := range ids {
				d := &m.docs[from+i]
				if d.id = id; d.judge(r, tx) != nil {
					return errors.New("a document cannot be judged")
				}
			}
			return nil
		})
		catchUp(t, x)
		from += part
	}
	return x, m
}

// document makes the nth document, and what the model knows of it.
func (m model) document(t *testing.T, r chance, d *modelDocument, n int) vigie.Document {
	t.Helper()
	d.lang = pick[vigie.Lang](r, "fr", "fr", "fr-MA", "ar", "en", "es", "pt", "und")
	title, paragraphs := r.words(4), []string{}
	for range 1 + r.IntN(3) {
		paragraphs = append(paragraphs, r.words(14))
	}
	doc := vigie.Document{URL: fmt.Sprintf("https://example.org/%d", n), Title: title, Lang: d.lang, Body: text(paragraphs...)}
	if d.lang == "und" {
		doc.Lang = ""
	}
	if r.IntN(4) > 0 {
		d.year = 2022 + r.IntN(5)
		date, err := vigie.ParseDate(fmt.Sprintf("%d-0%d-1%d", d.year, 1+r.IntN(9), r.IntN(10)))
		if err != nil {
			t.Fatal(err)
		}
		doc.Published = date
	}
	m.fields(d, title, paragraphs)
	return doc
}

// judge keeps and tags some documents.
func (d *modelDocument) judge(r chance, tx *store.Tx) error {
	if r.IntN(3) == 0 {
		d.status = "kept"
		if err := decide(d.id, vigie.Keep, "")(tx); err != nil {
			return err
		}
	}
	if r.IntN(3) == 0 {
		d.tag = pick(r, "rural", "urbain")
		return decide(d.id, vigie.Tag, d.tag)(tx)
	}
	return nil
}

// term makes a word, phrase or prefix.
func (r chance) term() asked {
	a := asked{op: "word", text: pick(r, someWords()...), inTitle: r.IntN(6) == 0}
	switch r.IntN(6) {
	case 0:
		a.op, a.text = "phrase", r.words(3)
	case 1:
		a.op, a.text = "prefix", pick(r, "fib", "rés", "res", "regu", "régul", "régulat", "mob", "op", "spec", "net", "شب", "ال", "تنظ", "20", "la", "th")
	}
	return a
}

func (r chance) filter() asked {
	field := pick(r, "lang", "source", "status", "tag", "from", "to")
	values := map[string][]string{
		"lang": {"fr", "ar", "en", "es", "pt", "und", "de"}, "source": {"alpha", "beta"}, "status": {"new", "kept", "dropped"},
		"tag": {"rural", "urbain", "absent"}, "from": {"2022", "2024", "2026"}, "to": {"2023", "2025", "2021"},
	}
	return asked{op: "filter", field: field, text: pick(r, values[field]...)}
}

// clause makes a part of a query, of at most so many levels.
func (r chance) clause(depth int) asked {
	var a asked
	switch n := r.IntN(12); {
	case n < 5 || depth == 0:
		a = r.term()
	case n < 7:
		a = r.filter()
	case n < 9:
		a = asked{op: "near", within: r.IntN(6)}
		for range 2 + r.IntN(2) {
			part := r.term()
			if r.IntN(5) == 0 {
				part = asked{op: "or", of: []asked{r.term(), r.term()}}
			}
			a.of = append(a.of, part)
		}
	default:
		a = asked{op: pick(r, "and", "or")}
		for range 2 + r.IntN(2) {
			a.of = append(a.of, r.clause(depth-1))
		}
	}
	a.not = r.IntN(5) == 0
	return a
}

// query makes what stands side by side. What means something else there than in
// parentheses, and what contradicts itself, is left out.
func (r chance) query() []asked {
	var out []asked
	for range 1 + r.IntN(4) {
		a := r.clause(2)
		onlyFilters := a.op == "or" && !slices.ContainsFunc(a.of, func(part asked) bool { return part.op != "filter" })
		dated := a.op == "filter" && (a.field == "from" || a.field == "to")
		if onlyFilters || dated && slices.ContainsFunc(out, func(b asked) bool { return b.field == "from" || b.field == "to" }) {
			continue
		}
		out = append(out, a)
	}
	return out
}

// TestGrammarMeans: whatever is asked of whatever texts, the index finds what the model
// says, with facets and without, in every order.
func TestGrammarMeans(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	grammarMeans(t, 3, 40, 100)
}

// TestProofGrammarMeans does so at length.
func TestProofGrammarMeans(t *testing.T) {
	if os.Getenv("VIGIE_PROOF") == "" {
		t.Skip("takes a minute: VIGIE_PROOF=1")
	}
	grammarMeans(t, 20, 120, 2000)
}

func grammarMeans(t *testing.T, stores, documents, queries int) {
	t.Helper()
	nothing, hits := 0, 0
	for seed := range uint64(stores) {
		r := chance{rand.New(rand.NewPCG(seed, 11))}
		x, m := randomStore(t, r, documents)
		for range queries {
			asked := r.query()
			want := m.find(asked)
			if hits += len(want); len(want) == 0 {
				nothing++
			}
			o := index.SearchOptions{Limit: index.MaxLimit, Apart: true, Facets: r.IntN(2) == 0, Sort: pick(r, index.BestFirst, index.NewestFirst, index.OldestFirst)}
			if !sameFound(t, x, asked, want, o) {
				t.Fatalf("seed %d", seed)
			}
		}
	}
	t.Logf("%d queries over %d stores of %d documents: %.1f hits a query, %d queries without any", stores*queries, stores, documents, float64(hits)/float64(stores*queries), nothing)
	if nothing > stores*queries*2/3 {
		t.Errorf("too few queries find something")
	}
}

// sameFound compares what the index finds with what it should.
func sameFound(t *testing.T, x *index.Index, asked []asked, want []vigie.DocumentID, o index.SearchOptions) bool {
	t.Helper()
	parts := make([]string, len(asked))
	for i, a := range asked {
		parts[i] = a.line()
	}
	line := strings.Join(parts, " ")
	q, err := query.Parse(line)
	if err != nil {
		t.Errorf("%q: %v", line, err)
		return false
	}
	res, err := x.Search(t.Context(), q, o)
	if err != nil || res.Partial {
		t.Errorf("%q: partial %v (%s), %v", line, res.Partial, res.Reason, err)
		return false
	}
	var got []vigie.DocumentID
	for _, h := range res.Hits {
		got = append(got, h.ID)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) || res.Total != len(want) {
		t.Errorf("%s (%+v)\nfinds %d, shows %v\nwant      %v", line, o, res.Total, got, want)
		return false
	}
	return true
}
