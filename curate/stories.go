package curate

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"vigie/curate/story"
	"vigie/index/store"
)

// Stories follows the documents and keeps in the store which of them tell the same
// thing. It holds the prints of the newest ones in memory, loaded when there is
// something to do for the first time; what tells the story of an older document by
// other words than that one's story has is not found.
type Stories struct {
	db  *store.DB
	log *slog.Logger
	// window is how many documents are held in memory.
	window int

	mu    sync.Mutex
	table *shelf       // nil until it is needed; under mu
	at    store.Cursor // how far; what lies between it and the store's is not ours; under mu
	kept  store.Seq    // how far as the store knows it; under mu
	known bool         // at was read from the store; under mu
	apart story.Apart  // under mu
	split store.Seq    // the newest split that apart has; under mu
}

// The bounds of a batch, in documents, bytes of text and changes, and of what is held
// in memory. A print takes about two kilobytes there, with all that finds it.
const (
	storyDocuments = 200
	storyBytes     = 8 << 20
	storyChanges   = 2000
	storyWindow    = 25_000
	storyReports   = 1_000
)

// storySaved is after how many changes that are none of ours the cursor is written
// all the same.
const storySaved = 10_000

// NewStories makes the follower.
func NewStories(db *store.DB, log *slog.Logger) *Stories {
	return &Stories{db: db, log: log, window: storyWindow}
}

// CatchUp settles the stories of all documents that changed since it was called
// last, and returns how many those were. It may be killed anywhere, and be set back
// to the beginning: the same documents come to the same stories. Progress, which may
// be nil, is told how many changes of how many are done.
func (s *Stories) CatchUp(ctx context.Context, progress func(done, all int)) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	settled, start := 0, store.Seq(0)
	for first := true; ; first = false {
		n, last, err := s.step(ctx)
		if settled += n; err != nil {
			s.table = nil // it may be ahead of the store
			return settled, fmt.Errorf("settle the stories: %w", err)
		}
		if first {
			start = s.at.Seq
		}
		if progress != nil && n > 0 {
			progress(int(s.at.Seq-start), int(s.db.Last().Seq-start))
		}
		if last {
			return settled, nil
		}
	}
}

// Follow keeps the stories level with the documents until ctx ends, and then returns
// nil. What goes wrong is logged and tried again, after up to a minute.
func (s *Stories) Follow(ctx context.Context) error {
	const gather = 200 * time.Millisecond
	for wait := gather; ; {
		_, err := s.CatchUp(ctx, nil)
		switch {
		case ctx.Err() != nil:
			return nil //nolint:nilerr // ctx ended: that is how following stops
		case err != nil:
			wait = min(max(2*wait, time.Second), time.Minute)
			s.log.ErrorContext(ctx, "the stories are behind the documents", "err", err, "next_try", wait)
		default:
			wait = gather
			if s.db.Wait(ctx, s.reached()) != nil {
				return nil //nolint:nilerr // as above
			}
		}
		select { // what comes together is settled together
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}

// reached returns the change that the follower has come to.
func (s *Stories) reached() store.Seq {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at.Seq
}

// step settles one batch, and reports whether it was the last.
func (s *Stories) step(ctx context.Context) (n int, last bool, err error) {
	if err := ctx.Err(); err != nil {
		return 0, false, err
	}
	if !s.known {
		if err := s.db.View(s.resume); err != nil {
			return 0, false, err
		}
		s.known = true
	}
	var b batch
	err = s.db.View(func(tx *store.Tx) error {
		b, err = s.read(tx)
		return err
	})
	if err != nil {
		return 0, false, fmt.Errorf("read what changed after %d: %w", s.at.Seq, err)
	}
	to := store.Cursor{Epoch: s.at.Epoch, Seq: b.to}
	if len(b.changed) == 0 && b.last && s.saved(b.to) {
		s.at = to
		return 0, true, nil
	}
	if err := s.shelve(ctx, b); err != nil {
		return 0, false, err
	}
	if err := s.settle(ctx, b, to); err != nil {
		return 0, false, err
	}
	s.at, s.kept = to, to.Seq
	if s.table != nil {
		s.table.trim()
	}
	return len(b.changed), b.last, nil
}

// saved reports whether the cursor in the store may stay behind.
func (s *Stories) saved(to store.Seq) bool { return to-s.kept < storySaved }

// resume reads where the follower stood.
func (s *Stories) resume(tx *store.Tx) error {
	at, err := tx.Cursor(store.StoryFollower)
	if now := s.db.Last(); at.Epoch != now.Epoch {
		at = store.Cursor{Epoch: now.Epoch}
	}
	s.at, s.kept = at, at.Seq
	return err
}

// shelve puts the prints of a batch among those in memory, which it loads the first
// time. Who begins at the beginning sees them all coming.
func (s *Stories) shelve(ctx context.Context, b batch) error {
	if len(b.changed) == 0 {
		return nil
	}
	if s.table == nil {
		s.table, s.split, s.apart = newShelf(s.window, storyReports), 0, story.Apart{}
		if s.at.Seq > 0 {
			if err := s.table.load(ctx, s.db); err != nil {
				return fmt.Errorf("load the prints: %w", err)
			}
		}
	}
	for _, id := range b.gone {
		s.table.Drop(id)
	}
	for _, p := range b.prints {
		s.table.put(p)
	}
	return nil
}
