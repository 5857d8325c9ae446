package index

import (
	"context"
	"log/slog"
	"time"

	"vigie/index/store"
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
	names names
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
	return &Index{view: v}, nil
}
