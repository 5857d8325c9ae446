package index

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"vigie"
	"vigie/index/store"
)

// Rebuild makes the index anew from the store while searches go on in the old
// one, and then puts the new one in its place. When it ends early, by ctx or by
// an error, the old index stays. It is vigie.ErrBusy while another rebuild runs.
func (x *view) Rebuild(ctx context.Context, progress func(done, total int)) error {
	if !x.rebuild.TryLock() {
		return fmt.Errorf("rebuild the index: another rebuild is under way: %w", vigie.ErrBusy)
	}
	defer x.rebuild.Unlock()
	old, release, err := x.use()
	if err != nil {
		return err
	}
	release()
	x.setRebuilding(true)
	defer x.setRebuilding(false)
	next, err := x.begin("")
	if err == nil {
		err = x.rebuildInto(ctx, old, next, progress)
	}
	if err != nil {
		return fmt.Errorf("rebuild the index: %w", err)
	}
	return nil
}

func (x *view) setRebuilding(on bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.rebuilding = on
}

// rebuildInto fills next and swaps it in for old.
func (x *view) rebuildInto(ctx context.Context, old, next *generation, progress func(done, total int)) error {
	_, err := x.fill(ctx, next, progress)
	swapped := false
	if err == nil {
		// With the old one at rest the new one overtakes it: what could be found
		// before the swap can be found after it.
		old.writing.Lock()
		if next.cursor().Seq < old.cursor().Seq {
			_, err = x.fill(ctx, next, progress)
		}
		if err == nil {
			swapped, err = x.swap(old, next)
		}
		old.writing.Unlock()
	}
	if !swapped {
		next.close()
		if err == nil {
			err = fmt.Errorf("the index was replaced or closed meanwhile: %w", vigie.ErrConflict)
		}
		return errors.Join(err, os.RemoveAll(next.path))
	}
	return x.retire(old)
}

// retire closes an index that is not in use any more, once the last search has
// left it, and removes its folder.
func (x *view) retire(old *generation) error {
	old.users.Wait()
	old.writing.Lock()
	defer old.writing.Unlock()
	old.close()
	if err := os.RemoveAll(old.path); err != nil {
		return fmt.Errorf("remove the index before: %w", err)
	}
	return nil
}

// replace puts a damaged index aside and begins an empty one in its place. It
// does nothing when that has happened already.
func (x *view) replace(ctx context.Context, bad *generation, reason string) error {
	x.rebuild.Lock()
	defer x.rebuild.Unlock()
	if !x.isCurrent(bad) {
		return nil
	}
	next, err := x.begin(reason)
	if err != nil {
		return err
	}
	swapped, err := x.swap(bad, next)
	if err != nil || !swapped {
		next.close()
		return errors.Join(err, os.RemoveAll(next.path))
	}
	x.note(errors.New(reason))
	bad.users.Wait()
	bad.close()
	aside, err := putAside(x.dir, filepath.Base(bad.path), x.now())
	x.log.WarnContext(ctx, "the index is damaged and is made anew from the store", "reason", reason, "kept_as", aside)
	return err
}

// repair replaces a damaged index and fills the new one, in the background. What
// it cannot do now, the next CatchUp will. Every search that fell over the damage asks
// for it: one does it.
func (x *view) repair(ctx context.Context, bad *generation, reason string) {
	if !x.isCurrent(bad) || !bad.repairing.CompareAndSwap(false, true) {
		return
	}
	x.background(ctx, func(ctx context.Context) {
		defer bad.repairing.Store(false)
		err := x.replace(ctx, bad, reason)
		if err == nil {
			_, err = x.CatchUp(ctx, nil)
		}
		if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, os.ErrClosed) {
			x.log.ErrorContext(ctx, "the damaged index is not yet replaced", "err", err)
		}
	})
}

// Check compares the index with the store: everything that belongs in the index
// is there and nothing else is, both have come equally far, and no segment file
// was altered. It brings the index up to date first. What does not fit is a
// vigie.ErrDamaged; Rebuild repairs it.
func (x *view) Check(ctx context.Context) error {
	for {
		if _, err := x.CatchUp(ctx, nil); err != nil {
			return err
		}
		g, release, err := x.use()
		if err != nil {
			return err
		}
		again, err := x.compare(g)
		release()
		if err != nil {
			return fmt.Errorf("check the index: %w", err)
		}
		if !again {
			return nil
		}
	}
}

// compare checks one index; again says that the store moved meanwhile.
func (x *view) compare(g *generation) (again bool, err error) {
	g.writing.Lock()
	defer g.writing.Unlock()
	if err := g.verify(); err != nil {
		return false, err
	}
	found, err := g.identities()
	if err != nil {
		return false, err
	}
	place := "index " + filepath.Base(g.path)
	err = x.db.View(func(tx *store.Tx) error {
		newer, err := tx.Changes(g.cursor().Seq, 1)
		if again = len(newer) > 0; err != nil || again {
			return err
		}
		for id, err := range x.content.all(tx) {
			if err != nil {
				return err
			}
			if !found[id] {
				return &vigie.DamagedError{Place: place, Reason: id + " is missing; rebuild it (vigie reindex)"}
			}
			delete(found, id)
		}
		for id := range found {
			return &vigie.DamagedError{Place: place, Reason: id + " does not belong in it; rebuild it (vigie reindex)"}
		}
		return nil
	})
	return again, err
}
