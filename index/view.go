package index

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"vigie"
	"vigie/index/store"
)

// view is an index in a folder that follows the store: what [Index] and
// [PublicIndex] have in common. They differ in their content.
type view struct {
	dir       string
	db        *store.DB
	content   content
	now       func() time.Time
	log       *slog.Logger
	gather    time.Duration
	languages *languages

	spelling spelling

	rebuild sync.Mutex // held by the one rebuild

	mu         sync.RWMutex
	current    *generation // under mu
	rebuilding bool        // under mu
	closed     bool        // under mu
	lastError  string      // under mu

	// tasks are what goes on in the background; halt ends them.
	tasks sync.WaitGroup
	halt  chan struct{}
}

// content is what an index is about.
type content interface {
	// format is part of what an index must be to be used: it changes with anything
	// that changes what is indexed.
	format() string
	// take adds to a portion what one change brings to the index that has come up
	// to it.
	take(ctx context.Context, tx *store.Tx, has *generation, c store.Change, p *portion) error
	// all returns the identities of everything that belongs in the index.
	all(tx *store.Tx) iter.Seq2[string, error]
}

// openView opens the index in dir, which is created where it is missing.
func openView(ctx context.Context, dir string, db *store.DB, c content, titleBoost float64, o Options) (*view, error) {
	x := &view{
		dir: dir, db: db, content: c, now: o.Now, log: o.Log, gather: o.Gather,
		languages: newLanguages(titleBoost), halt: make(chan struct{}),
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open index: %w", asFull(err))
	}
	if err := x.open(ctx); err != nil {
		return nil, fmt.Errorf("open index %s: %w", dir, err)
	}
	return x, nil
}

func (x *view) open(ctx context.Context) error {
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

func (x *view) exists(name string) bool {
	_, err := os.Stat(filepath.Join(x.dir, name))
	return err == nil
}

// usable opens the active index, or says why it cannot be used.
func (x *view) usable(active string) (g *generation, reason string, err error) {
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
	case g.at.Mapping != x.content.format():
		reason = fmt.Sprintf("it was made by format %q, this is %q", g.at.Mapping, x.content.format())
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
func (x *view) begin(reason string) (*generation, error) {
	last := x.db.Last()
	g, err := newGeneration(filepath.Join(x.dir, folderPrefix+stamp(x.now())), x.content.format(), last.Epoch)
	if err != nil {
		return nil, err
	}
	g.target, g.reason, g.fresh = last.Seq, reason, true
	return g, nil
}

// use returns the index of the moment, which stays open until release.
func (x *view) use() (g *generation, release func(), err error) {
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
func (x *view) swap(old, next *generation) (bool, error) {
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

// background does something beside, in a context that ends with the index. Of one that
// is closed it does nothing, and reports false.
func (x *view) background(ctx context.Context, do func(context.Context)) bool {
	x.mu.Lock() // Close waits for no task that begins later
	defer x.mu.Unlock()
	if x.closed {
		return false
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	x.tasks.Go(func() {
		defer cancel()
		do(ctx)
	})
	x.tasks.Go(func() {
		select {
		case <-x.halt:
			cancel()
		case <-ctx.Done():
		}
	})
	return true
}

// note remembers what went wrong for Stats; nil says that it is over.
func (x *view) note(err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.lastError = ""
	if err != nil {
		x.lastError = err.Error()
	}
}

// Stats returns how the index is.
func (x *view) Stats() Stats {
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
func (x *view) Close() error {
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
