package index

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"vigie"
	"vigie/index/column"
	"vigie/index/store"
)

// Columns returns what is known of the documents beside their words. They are as new
// as the store was when Columns was called, and so newer than whatever the index finds
// for a reader that was taken before: a document that the index has and the columns
// have not was removed.
//
// They are loaded when they are first asked for, which takes a while. Columns waits for
// that, as long as ctx allows; the error then is that of ctx.
func (x *Index) Columns(ctx context.Context) (*column.View, error) {
	wanted := x.db.Last().Seq
	x.columns.once.Do(func() {
		x.background(ctx, func(ctx context.Context) { x.columns.keep(ctx, x.gather) })
	})
	select {
	case <-x.columns.loaded:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait until the columns are loaded: %w", ctx.Err())
	case <-x.halt:
		return nil, fmt.Errorf("wait until the columns are loaded: the index was closed: %w", os.ErrClosed)
	}
	if err := x.columns.reach(ctx, wanted); err != nil {
		return nil, err
	}
	return x.columns.table.View(), nil
}

// columns keeps a table of all documents level with the store. It is loaded anew by
// each process: that takes less time than reading a copy of it would save, and there
// is nothing that could be out of date.
type columns struct {
	db    *store.DB
	log   *slog.Logger
	once  sync.Once     // begins to load them
	table *column.Table // set before loaded is closed
	// loaded is closed when the table holds what the store held when loading began.
	loaded chan struct{}
	// turn has room for the one who writes. It guards what follows.
	turn chan struct{}
	at   atomic.Uint64 // the change that the table has come to; read by all
	// sources are what documents take from their sources, quoted the documents that
	// each synthesis quotes: they tell what a change concerns.
	sources map[vigie.SourceID]sourceFacts
	quoted  map[vigie.SynthesisID][]vigie.DocumentID

	segments segmentOrdinals
}

// newColumns makes columns that are yet to be loaded.
func newColumns(v *view) *columns {
	return &columns{db: v.db, log: v.log, loaded: make(chan struct{}), turn: make(chan struct{}, 1)}
}

// keep loads the table and then keeps it level with the store, so that searches find
// little to do, until ctx ends.
func (c *columns) keep(ctx context.Context, gather time.Duration) {
	follow := func(ctx context.Context) error { return c.reach(ctx, c.db.Last().Seq) }
	on := c.persist(ctx, c.load)
	if on {
		close(c.loaded)
	}
	for on && c.db.Wait(ctx, c.seq()) == nil && pause(ctx, gather) {
		on = c.persist(ctx, follow)
	}
}

// persist tries until it succeeds, after up to a minute each time. It reports false
// when ctx ended or the store was closed.
func (c *columns) persist(ctx context.Context, try func(context.Context) error) bool {
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		err := try(ctx)
		if err == nil {
			return true
		}
		if ctx.Err() != nil || errors.Is(err, os.ErrClosed) {
			return false
		}
		c.log.ErrorContext(ctx, "the columns are behind the store", "err", err, "next_try", wait)
		if !pause(ctx, wait) {
			return false
		}
	}
}

func (c *columns) seq() store.Seq { return store.Seq(c.at.Load()) }

// reach brings the table to a change.
func (c *columns) reach(ctx context.Context, wanted store.Seq) error {
	for c.seq() < wanted {
		select {
		case c.turn <- struct{}{}:
		case <-ctx.Done():
			return fmt.Errorf("wait for the columns: %w", ctx.Err())
		}
		err := c.step(ctx)
		<-c.turn
		if err != nil {
			return fmt.Errorf("bring the columns up to date: %w", err)
		}
	}
	return nil
}

// noted logs what is damaged, which must not keep all else from being found, and
// returns all other errors.
func (c *columns) noted(ctx context.Context, id vigie.DocumentID, err error) error {
	if !errors.Is(err, vigie.ErrDamaged) {
		return err
	}
	c.log.ErrorContext(ctx, "what is known of a document cannot be read", "document", id, "err", err)
	return nil
}
