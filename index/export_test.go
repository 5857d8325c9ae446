package index

import (
	"context"
	"errors"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	bq "github.com/blevesearch/bleve/v2/search/query"

	"vigie"
	"vigie/index/column"
	"vigie/index/query"
	"vigie/index/store"
	"vigie/index/thesaurus"
)

// Extract quotes one French paragraph, for the fuzz test.
func Extract(text string, q query.Query) string {
	l := newLanguages(titleBoost)
	budget := extractBudget
	out, _ := l.extract(l.wanted(l.of(vigie.French), q, nil), nil, []vigie.Paragraph{{Text: text}}, nil, &budget)
	return out
}

// BytesRead returns how much of a French text is read for its extract.
func BytesRead(body []vigie.Paragraph, q query.Query) int {
	l := newLanguages(titleBoost)
	budget := extractBudget
	l.extract(l.wanted(l.of(vigie.French), q, nil), nil, body, nil, &budget)
	return extractBudget - budget
}

// Sought returns, for French, how many words are ranked by of a question of which the
// words from one byte to another have alternatives, and the words of each way to fill a
// slot.
func Sought(text string, also []Also) (words []string, slots [][][]string) {
	l := newLanguages(titleBoost)
	lang := l.of(vigie.French)
	cut, all := l.slots(lang, text, l.smallWords(text), also)
	var s soughtWords
	s.gather(wordsQuery{lang: lang, words: all, slots: cut})
	for _, slot := range s[0].slots {
		var ways [][]string
		for _, w := range slot {
			var way []string
			for _, n := range w.words {
				way = append(way, s[0].words[n])
			}
			ways = append(ways, way)
		}
		slots = append(slots, ways)
	}
	return s[0].words, slots
}

// Stands returns what stands for the words of a question from one byte to another.
func Stands(start, end int, concept string, texts ...string) Also {
	a := Also{Concept: concept, start: start, end: end}
	for _, text := range texts {
		a.Texts = append(a.Texts, thesaurus.Alternative{Lang: vigie.French, Text: text})
	}
	return a
}

// Nearby finds where words stand close together, by the places of each.
func Nearby(places [][]int) (out []int) {
	spots, words := make([][]spot, len(places)), make([]int, len(places))
	for i, of := range places {
		words[i] = i
		for _, at := range of {
			spots[i] = append(spots[i], spot(at)<<1)
		}
	}
	var b nearby
	for _, s := range b.find(spots, words) {
		out = append(out, s.number())
	}
	return out
}

// VerifySegment is verifySegment.
func VerifySegment(file string, rest func() bool) error { return verifySegment(file, rest) }

// Scatter makes an index at path, of so many small segments that bleve merges them as soon
// as it is opened to be written.
func Scatter(t testing.TB, path string, segments int) {
	t.Helper()
	g := &generation{path: path, failed: make(chan struct{})}
	config := settings()
	config["scorchMergePlanOptions"] = map[string]any{
		"MaxSegmentsPerTier": 10 * segments, "MaxSegmentSize": 5, "TierGrowth": 10.0, "SegmentsPerMergeTask": 10, "FloorSegmentSize": 1,
	}
	err := g.guard(func() (err error) {
		g.bleve, err = bleve.NewUsing(path, bleve.NewIndexMapping(), scorch.Name, bleve.Config.DefaultKVStore, config)
		return err
	})
	for n := range segments {
		if err != nil {
			t.Fatal(err)
		}
		b := g.bleve.NewBatch()
		err = errors.Join(b.Index(strconv.Itoa(n), map[string]string{"text": "Le rapport numéro " + strconv.Itoa(n)}), g.write(b, store.Seq(n+1)))
	}
	g.close()
}

// OpenTorn opens an index after a crash, and returns how far it has come.
func OpenTorn(path string) (store.Seq, error) {
	g, err := openGeneration(path, true)
	if err != nil {
		return 0, err
	}
	defer g.close()
	return g.cursor().Seq, nil
}

// Watch is what sees whether bleve's merger still works.
type Watch = watch

// Merged notes that the merger ended a round, Wrote that a batch was written.
func (w *watch) Merged()                         { w.merged() }
func (w *watch) Wrote(now time.Time) (stop bool) { return w.wrote(now) }

// Unmerged returns how many batches were written since bleve's merger was heard of.
func (x *Index) Unmerged(t testing.TB) int {
	t.Helper()
	g, release, err := x.use()
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	g.watch.mu.Lock()
	defer g.watch.mu.Unlock()
	return g.watch.batches
}

// Troubled has an index hear of what goes wrong in bleve's own goroutines.
func (x *Index) Troubled(t testing.TB, err error) {
	t.Helper()
	g, release, errUse := x.use()
	if errUse != nil {
		t.Fatal(errUse)
	}
	defer release()
	g.troubled(err)
}

// StopMerger has an index taken for one whose merger has stopped.
func (x *Index) StopMerger(t testing.TB) {
	t.Helper()
	g, release, err := x.use()
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	g.fail(errStopped)
}

// TwoWays looks a line of words up, once by walking what it wishes for and once through
// bleve's searchers, and returns the scores of the first stage by document.
func TwoWays(ctx context.Context, x *Index, line string) (direct, plain map[uint32]float64, err error) {
	s, done, err := x.seek(ctx, column.Resolver{})
	if err != nil {
		return nil, nil, err
	}
	defer done()
	q, err := query.Parse(line)
	if err != nil {
		return nil, nil, err
	}
	p, err := x.languages.plan(q, nil, nil, s.filter)
	if err != nil {
		return nil, nil, err
	}
	out := make([]map[uint32]float64, 2)
	for i, asked := range []bq.Query{p.query, boolean{must: p.query}} {
		if b, ok := asked.(boolean); ok && i == 1 {
			b.not = bq.NewMatchNoneQuery() // which nobody walks directly
			asked = b
		}
		h, err := s.collect(ctx, &collector{rows: s.rows, within: s.columns.All(), most: math.MaxInt}, asked)
		if err != nil {
			return nil, nil, err
		}
		out[i] = map[uint32]float64{}
		for _, c := range h.best {
			out[i][c.row] = c.score
		}
	}
	return out[0], out[1], nil
}
