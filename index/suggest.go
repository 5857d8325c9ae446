package index

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"vigie"
	"vigie/index/query"
	"vigie/index/spell"
	"vigie/index/store"
)

// spellingAge is how old the words may be that suggestions are made from.
const spellingAge = 10 * time.Minute

// spelling suggests what was meant by misspelt words. It is made of the texts in the
// background, when it is first asked for and again when there are new ones.
type spelling struct {
	mu    sync.Mutex
	words *spell.Speller // nil before it was made; under mu
	seq   store.Seq      // the newest change when it was made; under mu
	at    time.Time      // when it was made, or failed to be; under mu
	// failed is why the last making failed; under mu.
	failed error
	// done is closed when the making ends that is under way; nil for none; under mu.
	done chan struct{}
}

// tells calls each for texts that suggestions are made from.
type tells func(ctx context.Context, each func(text string)) error

// speller returns what knows the words of all texts, nil where that is yet to be made,
// and what is closed when the making ends that is under way, nil for none.
func (x *view) speller(ctx context.Context, texts tells) (words *spell.Speller, done <-chan struct{}) {
	s := &x.spelling
	s.mu.Lock()
	defer s.mu.Unlock()
	isDue := s.at.IsZero() || s.seq != x.db.Last().Seq && x.now().Sub(s.at) > spellingAge
	if isDue && s.done == nil {
		made := make(chan struct{})
		if x.background(ctx, func(ctx context.Context) {
			defer close(made)
			x.spell(ctx, texts)
		}) {
			s.done = made
		}
	}
	return s.words, s.done
}

// spell makes the speller.
func (x *view) spell(ctx context.Context, texts tells) {
	seq, s := x.db.Last().Seq, &x.spelling
	made, err := spellerOf(ctx, texts)
	if err != nil && ctx.Err() == nil {
		x.log.WarnContext(ctx, "the words for suggestions cannot be read", "err", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at, s.done, s.failed = x.now(), nil, err; err == nil {
		s.words, s.seq = made, seq
	}
}

// warmSpelling waits until the speller is made. Where that fails, who asked for it says
// so too.
func (x *view) warmSpelling(ctx context.Context, texts tells) error {
	if _, done := x.speller(ctx, texts); done != nil {
		select {
		case <-done:
		case <-ctx.Done():
			return fmt.Errorf("wait for the words for suggestions: %w", ctx.Err())
		}
	}
	x.spelling.mu.Lock()
	defer x.spelling.mu.Unlock()
	if err := x.spelling.failed; err != nil {
		return fmt.Errorf("read the words for suggestions: %w", err)
	}
	return nil
}

// spellerOf counts the words of texts.
func spellerOf(ctx context.Context, texts tells) (*spell.Speller, error) {
	counts := map[string]int{}
	err := texts(ctx, func(text string) {
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) }) {
			counts[word]++
		}
	})
	return spell.New(func(yield func(string, int) bool) {
		for word, n := range counts {
			if !yield(word, n) {
				return
			}
		}
	}, spell.Options{}), err
}

// corrected returns a query with other words for those that seem misspelt; ok is false
// where none does. The speller may remember what was taken away since it was made, so
// a word is only suggested where said finds it now.
func corrected(q query.Query, s *spell.Speller, said func(word string) (bool, error)) (out query.Query, ok bool, err error) {
	out = query.Query{Clauses: slices.Clone(q.Clauses)}
	for i, c := range out.Clauses {
		if !c.Wished() || c.Term.Kind != query.Word {
			continue
		}
		meant, found := s.Suggest(c.Term.Text)
		if found {
			if found, err = said(meant); err != nil {
				return q, false, err
			}
		}
		if found {
			out.Clauses[i].Term.Text, ok = meant, true
		}
	}
	return out, ok, nil
}

// Suggest returns a query with the words that were probably meant, by the titles of the
// documents; ok is false where nothing seems misspelt, and until the words of the titles
// were read: the first call begins that, see [Index.WarmUp].
func (x *Index) Suggest(ctx context.Context, q query.Query) (meant query.Query, ok bool, err error) {
	s, _ := x.speller(ctx, x.titles)
	if s == nil {
		return q, false, nil
	}
	return corrected(q, s, func(word string) (bool, error) {
		res, err := x.Newest(ctx, query.Plain(word), 1)
		return res.Total > 0, err
	})
}

// titles reads the titles of all documents.
func (x *Index) titles(ctx context.Context, each func(string)) error {
	return inParts(ctx, x.db, (*store.Tx).DocumentsAfter, func(_ *store.Tx, doc vigie.Document) (vigie.DocumentID, error) {
		each(doc.Title)
		return doc.ID, nil
	}, func() {})
}

// Suggest returns the words that were probably meant, by the texts that are public and
// by nothing else; ok is false where none seems misspelt, and until the texts were read:
// the first call begins that, see [PublicIndex.WarmUp].
func (x *PublicIndex) Suggest(ctx context.Context, words string) (meant string, ok bool, err error) {
	s, _ := x.speller(ctx, x.said)
	if s == nil {
		return words, false, nil
	}
	q, ok, err := corrected(query.Words(words), s, func(word string) (bool, error) {
		res, err := x.Search(ctx, word, PublicOptions{Limit: 5})
		return len(res.Hits) > 0, err // Total counts what was withdrawn a moment ago
	})
	if err != nil {
		return words, false, err
	}
	return q.String(), ok, nil
}

// said reads all public texts.
func (x *PublicIndex) said(ctx context.Context, each func(string)) error {
	return x.db.View(func(tx *store.Tx) error {
		for id, err := range (publications{}).all(tx) {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return err
			}
			p, err := x.shown.public(tx, id)
			if err != nil {
				continue // damaged, or withdrawn meanwhile: nothing is suggested from it
			}
			each(p.title)
			for _, t := range p.text {
				each(t.Text)
			}
		}
		return nil
	})
}
