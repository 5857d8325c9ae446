package index

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"vigie"
	"vigie/index/column"
	"vigie/index/store"
	"vigie/index/thesaurus"
)

// Options of [Open] and [OpenPublic]. The zero value is a good default.
type Options struct {
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Log is told what was repaired; nil discards.
	Log *slog.Logger
	// Gather is how long Follow waits for more changes before it writes;
	// 0 means 200 ms. Longer costs less, sooner is found earlier.
	Gather time.Duration
	// Places are what the operator calls countries, by their codes: queries may name
	// them so.
	Places map[string]vigie.Text
	// Thesaurus makes what [SearchOptions.Into] looks names up in, when that is first
	// wanted; nil for none.
	Thesaurus func() (*thesaurus.Thesaurus, error)
}

// whole fills in what the zero value leaves out.
func (o Options) whole() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Gather <= 0 {
		o.Gather = 200 * time.Millisecond
	}
	return o
}

// Index is an open full-text index over the documents of a store. All methods may
// be called concurrently.
type Index struct {
	*view
	names   names
	columns *columns
	// interpreter knows what else words are called.
	interpreter *interpreter
	// places are the folded names of countries, by code.
	places map[string][]string
}

// Translate lets searches look for translations from now on; see
// [SearchOptions.Into].
func (x *Index) Translate(d *thesaurus.Dictionaries) { x.interpreter.dictionaries.Store(d) }

// Interpret lets searches look names up in another thesaurus from now on.
func (x *Index) Interpret(t *thesaurus.Thesaurus) {
	x.interpreter.newer.Store(t.Expander(x.languages.words))
}

// Stats says how the index is. Ratios and rates are the reader's to make.
type Stats struct {
	// Documents counts what can be found; of a [PublicIndex], a text in three
	// languages is three.
	Documents uint64 `json:"documents"`
	// Cursor is the newest change of the store that is in the index.
	Cursor store.Cursor `json:"cursor"`
	// Bytes is the size of the folder on disk, damaged indexes included.
	Bytes int64 `json:"bytes"`
	// Rebuilding says that an index is being made from the store.
	Rebuilding bool `json:"rebuilding"`
	// Partial says that answers are not whole until the index has caught up with
	// what the store held when it was opened or made.
	Partial bool `json:"partial"`
	// LastError is what went wrong last, in words; "" when nothing did.
	LastError string `json:"last_error,omitempty"`
}

// WarmUp waits until all is loaded that searches begin to load when they first need it:
// the columns, which of bleve's documents is which of theirs, how long texts are, other
// names of what is asked for, the words that suggestions are made from. Searches do not
// need it; a server that warms up has its first ones quicker.
func (x *Index) WarmUp(ctx context.Context) error {
	x.interpreter.names()
	if err := errors.Join(x.warmSeeking(ctx), x.warmSpelling(ctx, x.titles)); err != nil {
		return fmt.Errorf("warm up: %w", err)
	}
	return nil
}

// warmSeeking loads what every search needs. What is damaged is made anew meanwhile.
func (x *Index) warmSeeking(ctx context.Context) error {
	s, done, err := x.seek(ctx, column.Resolver{})
	if err == nil {
		defer done()
		err = s.repaired(ctx, asDamagedSearch(recovered(s.measure)))
	}
	if errors.Is(err, errRepaired) {
		return nil
	}
	return err
}

// Open opens the index in dir, which is created where it is missing. An index
// that is absent, damaged, of another format or of another life of the store
// (a restore) is put aside and replaced by an empty one: CatchUp or Follow fills
// it. Open does not wait for that.
//
// Errors are vigie.ErrBusy when another process holds the index, vigie.ErrFull,
// and those of the file system.
func Open(ctx context.Context, dir string, db *store.DB, o Options) (*Index, error) {
	o = o.whole()
	v, err := openView(ctx, dir, db, documents{o.Log}, titleBoost, o)
	if err != nil {
		return nil, err
	}
	x := &Index{view: v, columns: newColumns(v), interpreter: newInterpreter(v, o.Thesaurus), places: map[string][]string{}}
	for code, names := range o.Places {
		for _, name := range names {
			x.places[code] = append(x.places[code], x.plainly(name))
		}
	}
	return x, nil
}
