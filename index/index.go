package index

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"vigie"
	"vigie/index/store"
)

// Options of [Open]. The zero value is a good default.
type Options struct {
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Log is told what was repaired; nil discards.
	Log *slog.Logger
	// Gather is how long [Index.Follow] waits for more changes before it writes;
	// 0 means 200 ms. Longer costs less, sooner is found earlier.
	Gather time.Duration
}

// Index is an open full-text index over a store. All methods may be called
// concurrently.
type Index struct {
	dir       string
	db        *store.DB
	now       func() time.Time
	log       *slog.Logger
	gather    time.Duration
	languages *languages

	rebuild sync.Mutex // held by the one rebuild

	mu         sync.RWMutex
	current    *generation // under mu
	rebuilding bool        // under mu
	closed     bool        // under mu
	lastError  string      // under mu

	names names

	// tasks are repairs in the background; halt ends them.
	tasks sync.WaitGroup
	halt  chan struct{}
}

// Stats says how the index is. Ratios and rates are the reader's to make.
type Stats struct {
	// Documents counts what can be found.
	Documents uint64 `json:"documents"`
	// Cursor is the newest change of the store that is in the index.
	Cursor store.Cursor `json:"cursor"`
	// Bytes is the size of the folder on disk, damaged indexes included.
	Bytes int64 `json:"bytes"`
	// Rebuilding says that an index is being made from the store.
	Rebuilding bool `json:"rebuilding"`
	// Partial says that answers miss documents until the index has caught up with
	// what the store held when it was opened or made.
	Partial bool `json:"partial"`
	// LastError is what went wrong last, in words; "" when nothing did.
	LastError string `json:"last_error,omitempty"`
}

// Open opens the index in dir, which is created where it is missing. An index
// that is absent, damaged, of another format or of another life of the store
// (a restore) is put aside and replaced by an empty one: [Index.CatchUp] or
// [Index.Follow] fills it. Open does not wait for that.
//
// Errors are vigie.ErrBusy when another process holds the index, vigie.ErrFull,
// and those of the file system.
func Open(ctx context.Context, dir string, db *store.DB, o Options) (*Index, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Gather <= 0 {
		o.Gather = 200 * time.Millisecond
	}
	x := &Index{
		dir: dir, db: db, now: o.Now, log: o.Log, gather: o.Gather,
		languages: newLanguages(), halt: make(chan struct{}),
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open index: %w", asFull(err))
	}
	if err := x.open(ctx); err != nil {
		return nil, fmt.Errorf("open index %s: %w", dir, err)
	}
	return x, nil
}

func (x *Index) open(ctx context.Context) error {
	active, err := readActive(x.dir)
	if err != nil {
		return err
	}
	if n, err := sweep(x.dir, active); err != nil {
		return fmt.Errorf("remove what a rebuild left: %w", err)
	} else if n > 0 {
		x.log.InfoContext(ctx, "removed the remains of a rebuild that did not end", "folders", n)
	}
	g, reason, err := x.usable(active)
	if err != nil {
		return err
	}
	if g == nil {
		if active != "" && x.exists(active) {
			aside, err := putAside(x.dir, active, x.now())
			if err != nil {
				return err
			}
			x.log.WarnContext(ctx, "the index cannot be used and is made anew from the store", "reason", reason, "kept_as", aside)
			x.lastError = reason
		} else if x.db.Last().Seq > 0 {
			x.log.InfoContext(ctx, "the index is made from the store", "reason", reason)
		}
		if g, err = x.begin(reason); err != nil {
			return err
		}
		if err := writeActive(x.dir, filepath.Base(g.path)); err != nil {
			g.close()
			return asFull(err)
		}
	}
	x.current = g
	return asFull(os.WriteFile(filepath.Join(x.dir, openFile), nil, 0o600))
}

func (x *Index) exists(name string) bool {
	_, err := os.Stat(filepath.Join(x.dir, name))
	return err == nil
}

// usable opens the active index, or says why it cannot be used.
func (x *Index) usable(active string) (g *generation, reason string, err error) {
	if active == "" || !x.exists(active) {
		return nil, "there is no index yet", nil
	}
	g, err = openGeneration(filepath.Join(x.dir, active), x.exists(openFile))
	if errors.Is(err, vigie.ErrBusy) {
		return nil, "", err
	}
	if err != nil {
		return nil, err.Error(), nil //nolint:nilerr // the reason is the answer
	}
	last := x.db.Last()
	switch {
	case g.at.Mapping != mappingVersion:
		reason = fmt.Sprintf("it was made by format %q, this is %q", g.at.Mapping, mappingVersion)
	case g.at.Epoch != last.Epoch:
		reason = "the store was restored since it was made"
	case g.at.Seq > last.Seq:
		reason = fmt.Sprintf("it knows change %d and the store only %d: the store is older", g.at.Seq, last.Seq)
	default:
		g.target, g.reason = last.Seq, "it was behind the store when it was opened"
		return g, "", nil
	}
	g.close()
	return nil, reason, nil
}

// begin makes an empty index for all that the store holds now.
func (x *Index) begin(reason string) (*generation, error) {
	last := x.db.Last()
	g, err := newGeneration(filepath.Join(x.dir, folderPrefix+stamp(x.now())), last.Epoch)
	if err != nil {
		return nil, err
	}
	g.target, g.reason, g.fresh = last.Seq, reason, true
	return g, nil
}

// use returns the index of the moment, which stays open until release.
func (x *Index) use() (g *generation, release func(), err error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.closed {
		return nil, nil, fmt.Errorf("use the index: %w", os.ErrClosed)
	}
	g = x.current
	g.users.Add(1)
	return g, g.users.Done, nil
}

// swap makes next the index in use and returns the one before. It refuses when
// that is not old any more, or the index was closed.
func (x *Index) swap(old, next *generation) (bool, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed || x.current != old {
		return false, nil
	}
	if err := writeActive(x.dir, filepath.Base(next.path)); err != nil {
		return false, asFull(err)
	}
	x.current = next
	return true, nil
}

// note remembers what went wrong for Stats; nil says that it is over.
func (x *Index) note(err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.lastError = ""
	if err != nil {
		x.lastError = err.Error()
	}
}

// Stats returns how the index is.
func (x *Index) Stats() Stats {
	g, release, err := x.use()
	if err != nil {
		return Stats{LastError: err.Error()}
	}
	defer release()
	s := Stats{Cursor: g.cursor(), Bytes: bytesIn(x.dir), Partial: g.partial()}
	_ = recovered(func() (err error) {
		s.Documents, err = g.bleve.DocCount()
		return err
	})
	x.mu.RLock()
	defer x.mu.RUnlock()
	s.Rebuilding = x.rebuilding || g.fresh && s.Partial
	s.LastError = x.lastError
	return s
}

// Close ends repairs, waits for searches and lets go of the folder. The store
// must be closed after the index.
func (x *Index) Close() error {
	x.mu.Lock()
	if x.closed {
		x.mu.Unlock()
		return nil
	}
	x.closed = true
	g := x.current
	x.mu.Unlock()
	close(x.halt)
	x.tasks.Wait()
	x.rebuild.Lock() // a rebuild sees that we are closed and ends
	defer x.rebuild.Unlock()
	g.users.Wait()
	g.writing.Lock()
	defer g.writing.Unlock()
	var err error
	if g.unsaved() > 0 {
		err = g.write(g.bleve.NewBatch(), g.cursor().Seq)
	}
	g.close()
	err = errors.Join(err, os.Remove(filepath.Join(x.dir, openFile)))
	if err != nil {
		return fmt.Errorf("close index: %w", err)
	}
	return nil
}
