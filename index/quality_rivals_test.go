package index_test

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"

	"vigie"
	"vigie/index/store/storetest"
)

// compare measures our ranking beside bleve used plainly and the BM25 of the
// textbooks, each set in an index of its own, on one question in so many of large and
// of small sets, beginning with the first.
func compare(t *testing.T, large, small int) {
	t.Helper()
	const slack = 0.005
	var table strings.Builder
	var means [3]float64
	sets := []struct {
		name string
		lang vigie.Lang
	}{
		{"piaf-fr", vigie.French},
		{"xquad-ar", vigie.Arabic},
		{"xquad-es", vigie.Spanish},
		{"xquad-en", vigie.English},
		{"cranfield", vigie.English},
		{"mix-piaf-fr", vigie.French},
	}
	for _, of := range sets {
		s := readSet(t, of.name, of.lang)
		db := storetest.Open(t)
		s.file(t, db)
		x := open(t, db)
		catchUp(t, x)
		questions := s.asked(large)
		if len(s.queries) < 1000 {
			questions = s.asked(small)
		}
		var got [3]float64
		for i, e := range []engine{s.over(x), s.plainBleve(t), s.textbook(t)} {
			got[i] = s.measure(t, e, questions)
			means[i] += got[i] / float64(len(sets))
		}
		fmt.Fprintf(&table, "\n%-12s %5d questions: %.4f, bleve %.4f, textbook %.4f", s.name, len(questions), got[0], got[1], got[2])
		if got[0] < max(got[1], got[2])-slack {
			t.Errorf("%s: %.4f is worse than bleve (%.4f) or the textbook (%.4f)", s.name, got[0], got[1], got[2])
		}
		if s.name == "mix-piaf-fr" && got[0] <= max(got[1], got[2]) {
			t.Errorf("on short and long texts %.4f is not better than bleve (%.4f) and the textbook (%.4f)", got[0], got[1], got[2])
		}
	}
	fmt.Fprintf(&table, "\n%-28s  %.4f, bleve %.4f, textbook %.4f", "mean", means[0], means[1], means[2])
	t.Log(table.String())
	if means[0] <= max(means[1], means[2]) {
		t.Errorf("the mean, %.4f, is not above that of bleve (%.4f) and the textbook (%.4f)", means[0], means[1], means[2])
	}
}

// plainBleve is bleve as its documentation uses it: one field each for title and
// text, the analyzer of the language, its own scores.
func (s *set) plainBleve(t testing.TB) engine {
	t.Helper()
	m := bleve.NewIndexMapping()
	m.DefaultAnalyzer = string(s.lang)
	x, err := bleve.New(filepath.Join(t.TempDir(), "bleve"), m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	for chunk := range slices.Chunk(s.texts, 500) {
		b := x.NewBatch()
		for _, d := range chunk {
			if err := b.Index(d.ID, map[string]string{"title": d.Title, "text": d.Text}); err != nil {
				t.Fatal(err)
			}
		}
		if err := x.Batch(b); err != nil {
			t.Fatal(err)
		}
	}
	return func(t testing.TB, question string) []string {
		t.Helper()
		res, err := x.SearchInContext(t.Context(), bleve.NewSearchRequestOptions(bleve.NewMatchQuery(question), 10, 0, false))
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, h := range res.Hits {
			out = append(out, h.ID)
		}
		return out
	}
}

// textbook is BM25 with k1 .9 and b .4 over title and text, cut into terms by
// bleve's analyzer of the language.
func (s *set) textbook(t testing.TB) engine {
	t.Helper()
	const k1, b = 0.9, 0.4
	analyzer := bleve.NewIndexMapping().AnalyzerNamed(string(s.lang))
	type posting struct{ text, times int }
	postings := map[string][]posting{}
	lengths, total := make([]float64, len(s.texts)), 0.0
	for i, d := range s.texts {
		times := terms(analyzer, d.Title+"\n"+d.Text)
		for term, n := range times {
			postings[term] = append(postings[term], posting{i, n})
			lengths[i] += float64(n)
		}
		total += lengths[i]
	}
	mean, all := total/float64(len(s.texts)), float64(len(s.texts))
	return func(t testing.TB, question string) []string {
		t.Helper()
		scores := map[int]float64{}
		for term, times := range terms(analyzer, question) {
			with := float64(len(postings[term]))
			idf := math.Log(1 + (all-with+0.5)/(with+0.5))
			for _, p := range postings[term] {
				tf := float64(p.times)
				scores[p.text] += float64(times) * idf * tf * (k1 + 1) / (tf + k1*(1-b+b*lengths[p.text]/mean))
			}
		}
		return s.best(scores)
	}
}

// terms counts the terms of a text.
func terms(a analysis.Analyzer, text string) map[string]int {
	out := map[string]int{}
	for _, token := range a.Analyze([]byte(text)) {
		out[string(token.Term)]++
	}
	return out
}

// best returns the ten texts of the highest scores.
func (s *set) best(scores map[int]float64) []string {
	var order []int
	for i := range scores {
		order = append(order, i)
	}
	slices.SortFunc(order, func(a, b int) int {
		if scores[a] != scores[b] {
			return int(math.Copysign(1, scores[b]-scores[a]))
		}
		return a - b
	})
	var out []string
	for _, i := range order[:min(10, len(order))] {
		out = append(out, s.texts[i].ID)
	}
	return out
}
