package index

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2/search"
	bq "github.com/blevesearch/bleve/v2/search/query"

	"vigie"
	"vigie/index/query"
	"vigie/index/store"
)

// PublicIndex is an open full-text index over what everybody may read: the newest
// edition of each synthesis and language that is out, the indicators in each
// language that they have a name in, and the pages that the observatory writes
// about itself. Nothing else was ever in it, so nothing else shows in what it
// finds, counts or weighs. All methods may be called concurrently.
type PublicIndex struct {
	*view
	shown shown
}

// OpenPublic opens the public index in dir, as [Open] opens the other one.
func OpenPublic(ctx context.Context, dir string, db *store.DB, o Options) (*PublicIndex, error) {
	o = o.whole()
	o.Log = o.Log.With("index", "public")
	v, err := openView(ctx, dir, db, publications{o.Log}, publicTitleBoost, o)
	if err != nil {
		return nil, err
	}
	return &PublicIndex{view: v}, nil
}

// WarmUp waits until the words are read that suggestions are made from.
func (x *PublicIndex) WarmUp(ctx context.Context) error { return x.warmSpelling(ctx, x.said) }

// PublicOptions say which part of the answer is wanted. The zero value gives the
// first [DefaultLimit] hits of all kinds and languages.
type PublicOptions struct {
	// Lang is the reader's language: what is written in it comes before all else.
	Lang vigie.Lang
	// Only leaves out what is in other languages than Lang.
	Only bool
	// Kind and Topic, where not "", leave out all others.
	Kind  PublicKind
	Topic string
	// Limit is how many hits to return, at most [MaxLimit]; 0 means [DefaultLimit].
	Limit int
	// Offset is how many hits to pass over, at most [MaxOffset].
	Offset int
}

// PublicResults are the answer to a public search.
type PublicResults struct {
	// Total is how many texts were found.
	Total int
	Took  time.Duration
	Hits  []PublicHit
	// Partial says that the index is being filled and texts may be missing.
	Partial bool
	// Notes say what of the words was left out.
	Notes []query.Note
}

// PublicHit is one text that was found.
type PublicHit struct {
	Kind PublicKind
	// ID is a vigie.SynthesisID, vigie.IndicatorID or vigie.PageName.
	ID    string
	Lang  vigie.Lang
	Title string
	// Extract is a passage around what was found, as plain text.
	Extract string
	// Topics are the identities of topics.
	Topics []string
	// Published is zero for indicators.
	Published time.Time
	// Score says how well it fits, within one answer only; 0 where no words were
	// asked for.
	Score float64
}

// Search finds texts that hold any of the words, those with more of them first,
// and all phrases in quotation marks. Without words it returns the newest. Words
// never are an error; errors are those of ctx and of the store. A damaged index
// is replaced in the background; the answer then is empty and Partial, and so it may be
// where time runs out.
func (x *PublicIndex) Search(ctx context.Context, words string, o PublicOptions) (PublicResults, error) {
	begin, asked := time.Now(), ctx
	ctx, cancel := context.WithTimeout(ctx, MaxTime)
	defer cancel()
	q := query.Words(words)
	p, err := x.languages.plan(q, nil, o.langs(), nil, o.filters()...)
	if err != nil {
		return PublicResults{}, fmt.Errorf("search what is public: %w", err)
	}
	p.lang = o.Lang
	res := PublicResults{Hits: []PublicHit{}, Notes: q.Notes}
	a, err := x.ask(ctx, p, pageOf(o.Limit, o.Offset), func(tx *store.Tx, found search.DocumentMatchCollection) (int, error) {
		var err error
		res.Hits, err = x.hits(ctx, tx, q, found)
		return len(res.Hits), err
	})
	if errors.Is(err, context.DeadlineExceeded) && asked.Err() == nil {
		res.Partial, res.Took = true, time.Since(begin)
		return res, nil
	}
	if err != nil {
		return PublicResults{}, fmt.Errorf("search what is public: %w", err)
	}
	res.Total, res.Partial, res.Took = a.total, a.partial, time.Since(begin)
	return res, nil
}

// langs are the languages that are wanted, nil for all.
func (o PublicOptions) langs() []vigie.Lang {
	if o.Only && o.Lang != "" {
		return []vigie.Lang{o.Lang}
	}
	return nil
}

// filters are the demands that do not score.
func (o PublicOptions) filters() []bq.Query {
	var out []bq.Query
	for _, lang := range o.langs() {
		out = append(out, termIn(fieldLang, langKey(lang), 1))
	}
	if o.Kind != "" {
		out = append(out, termIn(fieldKind, string(o.Kind), 1))
	}
	if o.Topic != "" {
		out = append(out, termIn(fieldTopic, o.Topic, 1))
	}
	return out
}

// hits reads from the store what bleve found. What was withdrawn meanwhile, and
// what is damaged, is passed over.
func (x *PublicIndex) hits(ctx context.Context, tx *store.Tx, q query.Query, found search.DocumentMatchCollection) ([]PublicHit, error) {
	hits := make([]PublicHit, 0, len(found))
	sought := map[*language]*wanted{}
	budget := extractBudget
	for _, f := range found {
		if err := ctx.Err(); err != nil {
			return hits, err
		}
		p, err := x.shown.public(tx, f.ID)
		if errors.Is(err, vigie.ErrNotFound) || errors.Is(err, vigie.ErrDamaged) {
			continue
		}
		if err != nil {
			return hits, err
		}
		lang := x.languages.of(p.lang)
		if sought[lang] == nil {
			sought[lang] = x.languages.wanted(lang, q, nil)
		}
		h := PublicHit{Kind: p.kind, ID: p.id, Lang: p.lang, Title: p.title, Topics: slices.Clone(p.topics), Published: p.published, Score: f.Score}
		h.Extract, _ = x.languages.extract(sought[lang], nil, p.text, nil, &budget)
		hits = append(hits, h)
	}
	return hits, nil
}

// Walk calls fn for every entry of the index, ordered by kind, identity and
// language, until fn returns an error, which it returns. It tells what the index
// holds, whether or not it should.
func (x *PublicIndex) Walk(ctx context.Context, fn func(kind PublicKind, id string, lang vigie.Lang) error) error {
	g, release, err := x.use()
	if err != nil {
		return err
	}
	defer release()
	entries, err := g.identities()
	if err != nil {
		return fmt.Errorf("walk the public index: %w", err)
	}
	for _, identity := range slices.Sorted(maps.Keys(entries)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		r, ok := parseReference(identity)
		if !ok {
			return &vigie.DamagedError{Place: "public index", Reason: fmt.Sprintf("%.80q is no entry of it", identity)}
		}
		if err := fn(r.kind, r.id, r.lang); err != nil {
			return err
		}
	}
	return nil
}

// shownBytes bounds what is remembered of texts.
const shownBytes = 16 << 20

// shown remembers what texts say that were found before: to read Markdown takes
// longer than to search. The zero value is ready.
type shown struct {
	mu    sync.Mutex
	bytes int                    // under mu
	kept  map[string]publication // by key; under mu
}

// public reads what an entry stands for, as it is now.
func (s *shown) public(tx *store.Tx, identity string) (publication, error) {
	r, _ := parseReference(identity)
	key, read, err := public(tx, r)
	if err != nil {
		return publication{}, err
	}
	s.mu.Lock()
	p, ok := s.kept[key]
	s.mu.Unlock()
	if ok {
		return p, nil
	}
	if p, err = read(); err != nil {
		return p, err
	}
	size := len(p.title)
	for _, t := range p.text {
		size += len(t.Text)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bytes += size; s.kept == nil || s.bytes > shownBytes {
		s.kept, s.bytes = map[string]publication{}, size
	}
	s.kept[key] = p
	return p, nil
}
