package index

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2/document"

	"vigie"
	"vigie/index/store"
)

// The bounds of a batch. Larger ones cost memory, smaller ones make many small
// segments that must be merged later.
const (
	batchEntries = 500
	batchBytes   = 4 << 20
	batchChanges = 5000
)

// saveEvery is after how many changes that are none of ours the cursor is
// written all the same.
const saveEvery = 10_000

// portion is what one step brings into an index.
type portion struct {
	entries []entry
	gone    []string
	// done names the things that need not be looked at again.
	done map[string]bool
	size int // of the entries' texts, in bytes
	// to is the change that the index has come to with this.
	to store.Seq
	// last says that there is nothing after it.
	last bool
}

// add adds an entry.
func (p *portion) add(e entry) {
	p.entries = append(p.entries, e)
	p.size += e.size()
}

// full reports whether nothing more should be added.
func (p *portion) full() bool {
	return len(p.entries)+len(p.gone) >= batchEntries || p.size >= batchBytes
}

// CatchUp brings the index level with the store and returns how many entries
// it wrote or removed. Progress, which may be nil, is told how many changes of
// how many are done. A damaged index is replaced by a new one on the way.
func (x *view) CatchUp(ctx context.Context, progress func(done, total int)) (int, error) {
	written, repairs := 0, 0
	for {
		g, release, err := x.use()
		if err != nil {
			return written, err
		}
		n, err := x.fill(ctx, g, progress)
		release()
		written += n
		if err == nil {
			if x.isCurrent(g) {
				x.note(nil)
				return written, nil
			}
			continue // a rebuild was swapped in: look at that one
		}
		if ctx.Err() != nil || errors.Is(err, vigie.ErrFull) || !errors.Is(err, vigie.ErrDamaged) || repairs == 2 {
			err = fmt.Errorf("bring the index up to date: %w", err)
			if ctx.Err() == nil {
				x.note(err)
			}
			return written, err
		}
		repairs++
		if err := x.replace(ctx, g, err.Error()); err != nil {
			return written, err
		}
	}
}

func (x *view) isCurrent(g *generation) bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.current == g
}

// fill brings one index level with the store.
func (x *view) fill(ctx context.Context, g *generation, progress func(done, total int)) (int, error) {
	defer x.languages.rest()
	start, written := g.cursor().Seq, 0
	for {
		n, last, err := x.step(ctx, g)
		written += n
		if err != nil {
			return written, err
		}
		if progress != nil {
			progress(int(g.cursor().Seq-start), int(x.db.Last().Seq-start))
		}
		if last {
			return written, nil
		}
	}
}

// step brings one portion into an index.
func (x *view) step(ctx context.Context, g *generation) (n int, last bool, err error) {
	g.writing.Lock()
	defer g.writing.Unlock()
	if err := ctx.Err(); err != nil {
		return 0, false, err
	}
	select {
	case <-x.halt:
		return 0, false, fmt.Errorf("the index is being closed: %w", context.Canceled)
	default:
	}
	p, err := x.next(ctx, g)
	if err != nil {
		return 0, false, err
	}
	n = len(p.entries) + len(p.gone)
	if n == 0 {
		g.skip(p.to)
		if g.unsaved() < saveEvery {
			return 0, p.last, nil
		}
	}
	b := g.bleve.NewBatch()
	docs := make([]*document.Document, len(p.entries))
	for i, e := range p.entries {
		docs[i] = x.languages.document(e)
		if err := b.IndexAdvanced(docs[i]); err != nil {
			return 0, false, fmt.Errorf("index %s: %w", e.id, err)
		}
	}
	for _, id := range p.gone {
		b.Delete(id)
	}
	if err := g.write(b, p.to); err != nil {
		return 0, false, asDamaged(err)
	}
	recycle(docs) // not after an error: somebody may still be at them
	return n, p.last, nil
}

// asDamaged takes every failed write for damage, but not a full disk.
func asDamaged(err error) error {
	err = asFull(err)
	if errors.Is(err, vigie.ErrFull) || errors.Is(err, vigie.ErrDamaged) {
		return err
	}
	return &vigie.DamagedError{Place: "index", Reason: err.Error()}
}

// next reads the next portion for an index, in one short transaction.
func (x *view) next(ctx context.Context, g *generation) (portion, error) {
	after, end := g.cursor().Seq, x.db.Last().Seq
	p := portion{to: after, done: map[string]bool{}}
	err := x.db.View(func(tx *store.Tx) error {
		changes, err := tx.Changes(after, batchChanges)
		if err != nil {
			return err
		}
		for _, c := range changes {
			if p.full() {
				return nil
			}
			if err := x.content.take(ctx, tx, g, c, &p); err != nil {
				return err
			}
			p.to = c.Seq
		}
		if len(changes) < batchChanges {
			p.last, p.to = true, max(p.to, end)
		}
		return nil
	})
	if err != nil {
		return portion{}, fmt.Errorf("read changes after %d: %w", after, err)
	}
	return p, nil
}

// Follow keeps the index level with the store until ctx ends, and then returns
// nil. What goes wrong is logged and tried again, after up to a minute. Beside that its
// files are verified once; see [Index.Verify].
func (x *view) Follow(ctx context.Context) error {
	beside, cancel := context.WithCancel(ctx)
	var verified sync.WaitGroup
	verified.Go(func() { x.verifyOnce(beside) })
	defer verified.Wait()
	defer cancel()
	wait := x.gather
	for {
		g, release, err := x.use()
		if err != nil {
			return err
		}
		after := g.cursor().Seq
		release()
		if err := x.db.Wait(ctx, after); err != nil {
			return nil // ctx ended: that is how following stops
		}
		if !pause(ctx, wait) {
			return nil
		}
		_, err = x.CatchUp(ctx, nil)
		switch {
		case ctx.Err() != nil:
			return nil // as above
		case err != nil:
			wait = min(max(2*wait, time.Second), time.Minute)
			x.log.ErrorContext(ctx, "the index is behind the store", "err", err, "next_try", wait)
		default:
			wait = x.gather
		}
	}
}

// pause waits; it reports false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
