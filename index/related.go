package index

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vigie"
	"vigie/index/column"
	"vigie/index/query"
	"vigie/index/store"
)

// Related is what a document has beside it.
type Related struct {
	// Words are what it is about: whoever looks for them finds the hits, and more.
	Words query.Query
	// Hits are documents about the same, the nearest first.
	Hits []Hit
}

// The bounds of what a document is related by.
const (
	relatedText     = 200_000 // bytes of its text that are read
	relatedPiece    = 256     // words of it at a time for concepts: an expander reads no more
	relatedFrequent = 48      // words that are weighed, those that it says most often
	relatedWords    = 10      // words, and
	relatedConcepts = 3       // concepts, that others are looked for by
	relatedFew      = 3       // words that are enough where no concept is spoken of
	relatedOften    = 2       // times that a text without them in its title says them
	relatedTitle    = 3       // what standing in the title counts, in times said
	relatedFound    = 20      // hits among which it is looked for itself
)

// relatedWorth is how much a word must tell against the one that tells most: numbers and
// manners of speaking, which no list of small words has all of, tell less.
const relatedWorth = .6

// relatedLeast is how well a document must fit the words that another is about, against
// that other one itself: below, most share but the manner of speaking.
const relatedLeast = .3

// Related returns documents of other stories that are about what a document is about, in
// its own language and, by the thesaurus, in others. Errors are vigie.ErrNotFound and
// those of [Index.Search].
func (x *Index) Related(ctx context.Context, id vigie.DocumentID, into []vigie.Lang, limit int) (Related, error) {
	about, err := x.about(ctx, id)
	if err != nil {
		return Related{}, fmt.Errorf("look for what is related to document %s: %w", id, err)
	}
	out := Related{Words: query.Words(strings.Join(about, " "))}
	if len(about) == 0 {
		return out, nil
	}
	found, err := x.Search(ctx, out.Words, SearchOptions{Limit: max(relatedFound, limit+1), Into: into})
	if err != nil {
		return Related{}, err
	}
	at := slices.IndexFunc(found.Hits, func(h Hit) bool { return h.ID == id })
	if at < 0 { // its story may stand for it
		if at, err = x.besides(ctx, id, found.Hits); err != nil || at < 0 {
			return out, err
		}
	}
	itself := found.Hits[at]
	for i, h := range found.Hits {
		if i != at && h.Score >= relatedLeast*itself.Score && len(out.Hits) < limit {
			out.Hits = append(out.Hits, h)
		}
	}
	return out, nil
}

// besides returns which hit stands for the story of a document; -1 for none.
func (x *Index) besides(ctx context.Context, id vigie.DocumentID, hits []Hit) (int, error) {
	columns, err := x.Columns(ctx)
	if err != nil {
		return -1, err
	}
	row, ok := columns.Ordinal(id)
	story := vigie.StoryID("")
	if ok {
		story = columns.Story(row)
	}
	return slices.IndexFunc(hits, func(h Hit) bool { return story != "" && h.Story == story }), nil
}

// about returns what a document is about: names of concepts, then words that it says
// more often than others do.
func (x *Index) about(ctx context.Context, id vigie.DocumentID) ([]string, error) {
	var doc vigie.Document
	var body []vigie.Paragraph
	err := x.db.View(func(tx *store.Tx) (err error) {
		if doc, err = tx.Document(id); err != nil {
			return err
		}
		body, err = tx.Body(doc)
		if errors.Is(err, vigie.ErrNotFound) || errors.Is(err, vigie.ErrDamaged) {
			return nil // it still has a title
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	s, done, err := x.seek(ctx, column.Resolver{})
	if err != nil {
		return nil, err
	}
	defer done()
	text := beginning(body, relatedText)
	names := x.conceptsIn(doc, text)
	words, err := s.telling(ctx, doc, text)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 && len(words) < relatedFew {
		return nil, nil
	}
	lang := x.languages.of(doc.Lang)
	named := map[string]bool{} // words of the names
	for _, name := range names {
		x.languages.terms(lang, name, func(t term, _, _ int) bool {
			named[t.text] = true
			return true
		})
	}
	for _, w := range words {
		if !named[w.term] {
			names = append(names, w.written)
		}
	}
	return names, nil
}

// beginning returns the first bytes of a text, up to the end of a character.
func beginning(body []vigie.Paragraph, most int) []vigie.Paragraph {
	for i, p := range body {
		if len(p.Text) > most {
			for most > 0 && !utf8.RuneStart(p.Text[most]) {
				most--
			}
			p.Text = p.Text[:most]
			return append(slices.Clone(body[:i]), p)
		}
		most -= len(p.Text)
	}
	return body
}

// pieces cuts a text into pieces of as many words as are looked through for concepts.
func (l *languages) pieces(text string) []string {
	var out []string
	from, n := 0, 0
	l.words(text, func(_ []byte, start, _ int) bool {
		if n++; n > relatedPiece {
			out = append(out, text[from:start])
			from, n = start, 1
		}
		return true
	})
	return append(out, text[from:])
}

// conceptsIn returns the names of the concepts that a document speaks of most.
func (x *Index) conceptsIn(doc vigie.Document, body []vigie.Paragraph) []string {
	expander := x.interpreter.names()
	if expander == nil {
		return nil
	}
	type concept struct {
		name string
		n    int
	}
	said := map[string]concept{}
	add := func(text string, times int) {
		for _, m := range expander.Expand(text, []vigie.Lang{doc.Lang.Base()}, nil) {
			c := said[m.Concept]
			said[m.Concept] = concept{cmp.Or(c.name, m.Label), c.n + times}
		}
	}
	add(doc.Title, relatedTitle)
	for _, p := range body {
		for _, text := range x.languages.pieces(p.Text) {
			add(text, 1)
		}
	}
	all := slices.SortedFunc(maps.Values(said), func(a, b concept) int {
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.name, b.name))
	})
	var out []string
	for _, c := range all[:min(len(all), relatedConcepts)] {
		if c.n >= relatedOften {
			out = append(out, c.name)
		}
	}
	return out
}

// saidWord is a word of a document.
type saidWord struct {
	term    string
	written string // as it stands there first
	times   int
	worth   float64
}

// telling returns the words that tell a document from others in its language: those it
// says often and few others do.
func (s *seeker) telling(ctx context.Context, doc vigie.Document, body []vigie.Paragraph) ([]saidWord, error) {
	languages := s.index.languages
	lang := languages.of(doc.Lang)
	said := map[string]*saidWord{}
	add := func(text string, times int) {
		languages.terms(lang, text, func(t term, start, end int) bool {
			w := said[t.text]
			if w == nil {
				if t.stop || !isTelling(text[start:end]) {
					return true
				}
				w = &saidWord{term: t.text, written: strings.Clone(text[start:end])} // and not all of the text
				said[t.text] = w
			}
			w.times += times
			return true
		})
	}
	add(doc.Title, relatedTitle)
	for _, p := range body {
		add(p.Text, 1)
	}
	var all []saidWord
	for _, w := range said {
		if w.times >= relatedOften {
			all = append(all, *w)
		}
	}
	often := func(a, b saidWord) int { return cmp.Or(cmp.Compare(b.times, a.times), cmp.Compare(a.term, b.term)) }
	slices.SortFunc(all, often)
	all = all[:min(len(all), relatedFrequent)]
	if err := s.weighSaid(ctx, lang, all); err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b saidWord) int { return cmp.Compare(b.worth, a.worth) })
	all = slices.DeleteFunc(all, func(w saidWord) bool { return w.worth <= 0 || w.worth < relatedWorth*all[0].worth })
	return all[:min(len(all), relatedWords)], nil
}

// isTelling reports a word that can be what a text is about: letters, and more than two
// of them or a number beside (5G).
func isTelling(word string) bool {
	return strings.ContainsFunc(word, unicode.IsLetter) && (utf8.RuneCountInString(word) >= leastLetter || strings.ContainsFunc(word, unicode.IsDigit))
}

// weighSaid gives words what they are worth: how often they are said, with less and less
// gain, times how rare they are. A word that no other document has finds nothing.
func (s *seeker) weighSaid(ctx context.Context, lang *language, words []saidWord) error {
	count := func(term string) (float64, error) {
		postings, err := s.reader.TermFieldReader(ctx, []byte(term), lang.body, false, false, false)
		if err != nil {
			return 0, err
		}
		return float64(postings.Count()), postings.Close()
	}
	return s.repaired(ctx, asDamagedSearch(recovered(func() error {
		docs, err := count(everyEntry)
		for i := 0; i < len(words) && err == nil; i++ {
			w, times := &words[i], float64(words[i].times)
			var n float64
			if n, err = count(w.term); err == nil && n > 1 {
				w.worth = times / (times + 1.2) * math.Log(1+(docs-n+.5)/(n+.5))
			}
		}
		return err
	})))
}
