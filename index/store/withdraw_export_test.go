package store

import (
	"context"
	"errors"
	"runtime"
)

// StopCollection writes all segments anew that something was let go of, and is stopped
// before their files go, as a shutdown does while somebody reads.
func (db *DB) StopCollection(ctx context.Context) error {
	numbers, err := db.wasteful(0)
	if err != nil {
		return err
	}
	defer db.readers.enter()()
	for _, n := range numbers {
		stopped, stop := context.WithCancel(ctx)
		go func() {
			defer stop()
			for {
				known, err := segmentsOf(db.bolt)
				if _, there := known[n]; err != nil || !there {
					return
				}
				runtime.Gosched()
			}
		}()
		if _, err := db.rewrite(stopped, n); !errors.Is(err, context.Canceled) {
			return errors.Join(errors.New("it was not stopped"), err)
		}
	}
	return nil
}

// HoldCollections is a collection that is under way until the function is called.
func (db *DB) HoldCollections() (end func()) {
	db.collecting.Lock()
	return db.collecting.Unlock
}
