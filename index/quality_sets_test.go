package index_test

import (
	"bufio"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/vigietest"
)

// set is one retrieval set: texts, questions, and which texts answer them.
type set struct {
	name    string
	lang    vigie.Lang
	texts   []setText
	queries map[string]string
	grades  map[string]map[string]float64 // by question and text
	ids     map[vigie.DocumentID]string
}

// setText is one text of a set.
type setText struct{ ID, Title, Text string }

// readSet reads a set.
func readSet(t testing.TB, name string, lang vigie.Lang) *set {
	t.Helper()
	dir := vigietest.Shared(t, "corpus", "ir", name)
	s := &set{name: name, lang: lang, queries: map[string]string{}, grades: map[string]map[string]float64{}, ids: map[vigie.DocumentID]string{}}
	eachLine(t, filepath.Join(dir, "corpus.jsonl"), func(line string) {
		var text setText
		if err := json.Unmarshal([]byte(line), &text); err != nil {
			t.Fatal(err)
		}
		s.texts = append(s.texts, text)
	})
	eachLine(t, filepath.Join(dir, "queries.tsv"), func(line string) {
		id, text, _ := strings.Cut(line, "\t")
		s.queries[id] = text
	})
	eachLine(t, filepath.Join(dir, "qrels.tsv"), func(line string) {
		f := strings.Split(line, "\t")
		grade, err := strconv.ParseFloat(f[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		if s.grades[f[0]] == nil {
			s.grades[f[0]] = map[string]float64{}
		}
		s.grades[f[0]][f[1]] = grade
	})
	return s
}

func eachLine(t testing.TB, file string, fn func(line string)) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		fn(lines.Text())
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

// file files the texts of the set.
func (s *set) file(t testing.TB, db *store.DB) {
	t.Helper()
	docs := make([]vigie.Document, len(s.texts))
	for i, d := range s.texts {
		docs[i] = vigie.Document{
			URL: "https://" + s.name + ".example/" + d.ID, Title: d.Title, Lang: s.lang,
			Body: []vigie.Paragraph{{Text: d.Text}},
		}
	}
	for i, id := range storetest.File(t, db, storetest.Source(t, db, "https://"+s.name+".example/feed"), docs...) {
		s.ids[id] = s.texts[i].ID
	}
}

// asked returns the questions that have an answer, one in so many.
func (s *set) asked(every int) []string {
	var all []string
	for id := range s.queries {
		if len(s.grades[id]) > 0 {
			all = append(all, id)
		}
	}
	slices.Sort(all)
	var out []string
	for i := 0; i < len(all); i += every {
		out = append(out, all[i])
	}
	return out
}

// engine returns the texts that answer a question, best first.
type engine func(t testing.TB, question string) []string

// over asks an index, as a person does who says neither language nor set.
func (s *set) over(x *index.Index) engine {
	return func(t testing.TB, question string) []string {
		t.Helper()
		res, err := x.Search(t.Context(), query.Plain(question), index.SearchOptions{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, h := range res.Hits {
			out = append(out, s.ids[h.ID])
		}
		return out
	}
}

// measure returns the mean normalised discounted cumulative gain of the first
// ten texts over some questions.
func (s *set) measure(t testing.TB, ask engine, questions []string) float64 {
	t.Helper()
	sum := 0.0
	for _, id := range questions {
		gain := 0.0
		for rank, text := range firstTen(ask(t, s.queries[id])) {
			gain += s.grades[id][text] / math.Log2(float64(rank+2))
		}
		sum += gain / ideal(s.grades[id])
	}
	return sum / float64(len(questions))
}

func firstTen(s []string) []string { return s[:min(10, len(s))] }

// ideal is the gain of the best possible ten.
func ideal(grades map[string]float64) float64 {
	all := make([]float64, 0, len(grades))
	for _, g := range grades {
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b float64) int { return int(math.Copysign(1, b-a)) })
	sum := 0.0
	for rank, g := range all[:min(10, len(all))] {
		sum += g / math.Log2(float64(rank+2))
	}
	return math.Max(sum, 1e-9)
}
