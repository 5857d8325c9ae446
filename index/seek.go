package index

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/blevesearch/bleve/v2/search"
	bq "github.com/blevesearch/bleve/v2/search/query"
	api "github.com/blevesearch/bleve_index_api"

	"vigie"
	"vigie/index/column"
	"vigie/index/query"
	"vigie/index/store"
)

// collectTime is how much of [MaxTime] goes to looking words up: what was found until
// then is shown, and said to be a part.
const collectTime = MaxTime * 3 / 4

// seeker answers searches over one state of the index and of the columns.
type seeker struct {
	index   *Index
	gen     *generation
	reader  api.IndexReader
	reached store.Seq // the change that the reader has come to, at least
	rows    documentOrdinals
	// segments are the reader's, and lexicons what was looked up in them, by the field of
	// titles of a language.
	segments *segments
	lexicons map[string]*lexicon
	columns  *column.View
	known    column.Resolver
	// also is what to look for beside what was typed.
	also []Also
	// facets says that what was not chosen is counted too.
	facets bool
	// only, where it is set, are the only documents that words are looked up in.
	only *column.Set
	// patience is how long words are looked up.
	patience time.Duration
}

// seek takes one state of the index and of the columns, until done is called.
func (x *Index) seek(ctx context.Context, known column.Resolver) (s *seeker, done func(), err error) {
	g, release, err := x.use()
	if err != nil {
		return nil, nil, err
	}
	s = &seeker{index: x, gen: g, known: known, reached: g.cursor().Seq, patience: collectTime}
	if s.reader, err = g.snapshot(); err != nil {
		release()
		return nil, nil, s.repaired(ctx, err)
	}
	done = func() {
		_ = s.reader.Close()
		release()
	}
	s.lexicons = map[string]*lexicon{}
	if s.segments, err = segmentsOf(s.reader); err == nil {
		s.columns, err = x.Columns(ctx) // after the reader: see Columns
	}
	if err == nil {
		s.rows, err = x.columns.segments.read(g, s.segments, s.columns)
		err = s.repaired(ctx, asDamagedSearch(err))
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return s, done, nil
}

// lexicon returns what words of a language are looked up in.
func (s *seeker) lexicon(title string) *lexicon {
	x := s.lexicons[title]
	if x == nil {
		x = newLexicon(s.segments)
		s.lexicons[title] = x
	}
	return x
}

// measure learns how long texts are, by language.
func (s *seeker) measure() error {
	for _, lang := range s.index.languages.all {
		if _, err := s.gen.lengths.of(s.lexicon(lang.title), sought{title: lang.title, body: lang.body}); err != nil {
			return err
		}
	}
	return nil
}

// narrow parts a query into what is looked up in the index and what the columns know.
func (s *seeker) narrow(q query.Query) (words query.Query, choices []column.Choice, err error) {
	var filters []query.Filter
	words.Notes = q.Notes
	for _, c := range q.Clauses {
		if c.IsFilter() && !c.Not {
			filters = append(filters, c.Filter)
		} else {
			words.Clauses = append(words.Clauses, c)
		}
	}
	choices, err = s.columns.Choices(filters, s.known)
	return words, choices, err
}

// find looks words up, and keeps so many of the best that fit the choices; 0 for none,
// which is quicker.
func (s *seeker) find(ctx context.Context, words query.Query, choices []column.Choice, most int) (haul, error) {
	if len(words.Clauses) == 0 {
		return haul{all: s.columns.All()}, nil
	}
	var langs []vigie.Lang
	if !s.facets {
		langs = langsOf(choices)
	}
	p, err := s.index.languages.plan(words, s.also, langs, s.filter)
	if err != nil {
		return haul{}, err
	}
	if !p.scored {
		most = 0
	}
	if s.only != nil {
		p.query = boolean{must: allOf([]bq.Query{bare{rowsQuery{rows: s.rows, set: *s.only}}, p.query})}
	}
	c := collector{rows: s.rows, within: s.columns.Within(s.columns.All(), choices...), most: most}
	h, err := s.collect(ctx, &c, p.query)
	if err == nil && len(h.best) > 0 {
		err = s.rank(ctx, p, &h)
	}
	return h, err
}

// langsOf returns the languages that were chosen, nil for all.
func langsOf(choices []column.Choice) []vigie.Lang {
	var out []vigie.Lang
	for _, c := range choices {
		if c.Field == query.Lang {
			for _, v := range c.Values {
				out = append(out, vigie.Lang(v))
			}
		}
	}
	return out
}

// filter finds what fulfils a filter that stands within parentheses.
func (s *seeker) filter(f query.Filter) (bq.Query, error) {
	set, err := s.columns.Where(f, s.known)
	return rowsQuery{rows: s.rows, set: set}, err
}

// collect runs a plan.
func (s *seeker) collect(ctx context.Context, c *collector, q bq.Query) (h haul, err error) {
	limited, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	limited = withTerms(limited)
	o := search.SearcherOptions{}
	if c.most == 0 {
		o.Score = "none"
	}
	err = recovered(func() error {
		if w, err := wishesOf(limited, q, s, o); err != nil || w != nil {
			if err == nil {
				h, err = c.walk(limited, w, s)
				err = errors.Join(err, w.close())
			}
			return err
		}
		found, err := q.Searcher(limited, s.reader, s.gen.bleve.Mapping(), o)
		if err != nil {
			return err
		}
		h, err = c.run(limited, found, s.reader)
		if closed := found.Close(); err == nil {
			err = closed
		}
		return err
	})
	switch {
	case err == nil || errors.Is(err, vigie.ErrDamaged) || !errors.Is(err, limited.Err()):
	case ctx.Err() == nil:
		return c.haul(limited), nil // which is cut
	default:
		return haul{}, err
	}
	return h, s.repaired(ctx, asDamagedSearch(err))
}

// repaired has a damaged index made anew in the background.
func (s *seeker) repaired(ctx context.Context, err error) error {
	if _, damaged := errors.AsType[*vigie.DamagedError](err); !damaged {
		return err
	}
	s.index.repair(ctx, s.gen, err.Error())
	return fmt.Errorf("%w: %w", errRepaired, err)
}

// asDamagedSearch takes for damage what bleve says that is not about the query.
func asDamagedSearch(err error) error {
	if err == nil || errors.Is(err, vigie.ErrInvalid) {
		return err
	}
	return asDamaged(err)
}
