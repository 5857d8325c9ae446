package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

const (
	// fileName is the bbolt file within the folder.
	fileName = "vigie.db"
	// runningName is there while the store is open, and after a crash.
	runningName = "running"
	// gather is how long an update waits for others to share its commit, which is
	// two fdatasync. Measured with BenchmarkUpdate, a lone update and one of sixteen
	// writers: 0 ms: 0.6 and 0.43 ms; 1 ms: 1.8 and 0.11; 2 ms: 3.2 and 0.19; 10 ms,
	// the default of bbolt: 12.6 and 0.82.
	gather = time.Millisecond
	// growBytes is the step in which the file grows. The default of bbolt is 16 MiB.
	growBytes = 1 << 20
)

// Options of [Open]. The zero value is good for tests.
type Options struct {
	// Command is what the lock tells others about us, for example "serve".
	Command string
	// Verify looks at a folder that was not closed properly, before it is opened.
	// It should do so in a child process ([Verify] there): a file that was cut
	// raises SIGBUS when it is read, which no Go program survives. Nil skips it.
	Verify func(ctx context.Context, dir string) error
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Log is told what was repaired at opening; nil discards.
	Log *slog.Logger
	// SegmentBytes is the length at which a segment is closed; 0 means 64 MiB.
	SegmentBytes int64
}

// DB is an open store. All methods may be called concurrently.
type DB struct {
	dir     string
	now     func() time.Time
	log     *slog.Logger
	bolt    *bolt.DB
	objects *objects
	lock    *os.File
	readers readers
	notes   notes
	// collecting is held by the one collection under way.
	collecting sync.Mutex

	mu     sync.Mutex
	last   Cursor        // newest change; under mu
	moved  chan struct{} // closed and replaced when last moves; under mu
	broken error         // set by a failed write that leaves the disk in doubt; under mu
	closed bool          // under mu

	crashed bool // whether the mark of an unclean stop was there at opening
}

// Open takes the folder dir, which is created where it is missing, repairs what
// a crash left half done, and brings an older format up to date. Errors are of
// the kinds vigie.ErrBusy, vigie.ErrDamaged, vigie.ErrFull and, for the format of
// a newer vigie, vigie.ErrInvalid. An Open that fails loses nothing, and a folder
// that lost a part of its files is refused, never taken for an empty one.
func Open(ctx context.Context, dir string, o Options) (*DB, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(dir, objectsDir), 0o700); err != nil {
		return nil, fmt.Errorf("open store: %w", asFull(err))
	}
	held, err := lock(dir, Owner{PID: os.Getpid(), Command: o.Command, Since: o.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	db := &DB{dir: dir, now: o.Now, log: o.Log, lock: held, moved: make(chan struct{})}
	if err := db.open(ctx, o); err != nil {
		_ = db.release()
		return nil, fmt.Errorf("open store %s: %w", dir, err)
	}
	return db, nil
}

func (db *DB) open(ctx context.Context, o Options) error {
	file := filepath.Join(db.dir, fileName)
	if err := removeLeftovers(db.dir); err != nil {
		return err
	}
	if err := create(file, db.now()); err != nil {
		return asFull(err)
	}
	crashed := unclean(db.dir)
	if err := checkLength(file, crashed); err != nil {
		return err
	}
	if crashed && o.Verify != nil {
		o.Log.InfoContext(ctx, "the store was not closed properly, verifying it", "dir", db.dir)
		if err := o.Verify(ctx, db.dir); err != nil {
			return err
		}
	}
	b, err := bolt.Open(file, 0o600, &bolt.Options{
		Timeout:         3 * time.Second,
		FreelistType:    bolt.FreelistMapType,
		PreLoadFreelist: true,
		InitialMmapSize: 1 << 30, // no reader ever blocks a growing file below 1 GiB
	})
	if err != nil {
		return damagedFile(err.Error())
	}
	b.MaxBatchDelay, b.AllocSize = gather, growBytes
	db.bolt = b
	db.crashed = crashed
	if err := db.mark(); err != nil {
		return err
	}
	if err := migrate(ctx, b, o.Log); err != nil {
		return err
	}
	if db.objects, err = openObjects(filepath.Join(db.dir, objectsDir), b, o.SegmentBytes, o.Log); err != nil {
		return err
	}
	return b.View(func(tx *bolt.Tx) error {
		db.last, err = lastCursor(tx)
		return err
	})
}

// mark notes on the disk that the store is open. Nothing is written before.
func (db *DB) mark() error {
	if err := os.WriteFile(filepath.Join(db.dir, runningName), nil, 0o600); err != nil {
		return asFull(err)
	}
	return asFull(syncDir(db.dir))
}

// removeLeftovers removes what a killed backup, restore or creation left behind.
func removeLeftovers(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("look for leftovers: %w", err)
	}
	for _, e := range entries {
		name := e.Name()
		if name != fileName+".new" && !strings.HasPrefix(name, backupPrefix) && !strings.HasPrefix(name, restoringPrefix) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("remove leftovers: %w", err)
		}
	}
	return nil
}

// Close waits for the transactions under way and lets go of the folder. Closing
// again does nothing.
func (db *DB) Close() error {
	db.mu.Lock()
	closed, broken := db.closed, db.broken
	db.closed = true
	db.mu.Unlock()
	if closed {
		return nil
	}
	var unwritten error
	if notes := db.notes.take(); broken == nil && !notes.empty() {
		db.notes.giveBack(notes)
		unwritten = db.Update(context.Background(), func(*Tx) error { return nil })
	}
	err := db.readers.drain(context.Background())
	err = errors.Join(err, unwritten, db.bolt.Close(), db.objects.close())
	if err == nil && broken == nil && db.objects.unbroken() == nil {
		err = os.Remove(filepath.Join(db.dir, runningName)) // else the next opening verifies
	}
	return errors.Join(err, db.lock.Close())
}

// release undoes a failed opening; the mark of an unclean stop stays if it was
// there.
func (db *DB) release() error {
	var err error
	if db.objects != nil {
		err = db.objects.close()
	}
	if db.bolt != nil {
		err = errors.Join(err, db.bolt.Close())
	}
	if err == nil && db.bolt != nil && !db.crashed {
		err = os.Remove(filepath.Join(db.dir, runningName))
	}
	return errors.Join(err, db.lock.Close())
}

// Dir returns the absolute path of the folder.
func (db *DB) Dir() string { return db.dir }

// Now returns the time by the clock of the store.
func (db *DB) Now() time.Time { return db.now().UTC() }

func unclean(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, runningName))
	return err == nil
}

// View runs fn on one consistent state. The transaction must be short: pages
// that it can see are kept until it ends. After Close the error is an
// os.ErrClosed.
func (db *DB) View(fn func(*Tx) error) error {
	defer db.readers.enter()()
	return asClosed(db.bolt.View(func(tx *bolt.Tx) error { return fn(&Tx{db: db, tx: tx}) }))
}

// asClosed gives the error of a closed store a name of the standard library.
func asClosed(err error) error {
	if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
		return fmt.Errorf("use the store: %w", os.ErrClosed)
	}
	return err
}

// Update runs fn in a transaction that is on the disk when Update returns nil.
// Concurrent updates share one commit. fn may be called again after a failure of
// another update, so it must act on its Tx alone. Calling Update or File within fn
// never returns. After a commit that the disk refused the store takes no more
// until it is opened again; a full disk is not such a case (vigie.ErrFull), and
// after Close the error is an os.ErrClosed.
func (db *DB) Update(ctx context.Context, fn func(*Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	db.mu.Lock()
	broken := db.broken
	db.mu.Unlock()
	if broken != nil {
		return broken
	}
	defer db.readers.enter()()
	var inner error
	var notes noted
	err := db.bolt.Batch(func(tx *bolt.Tx) error {
		t := &Tx{db: db, tx: tx}
		if inner = fn(t); inner == nil {
			notes.add(db.notes.take())
			inner = errors.Join(t.unload(notes), t.finish())
		}
		return inner
	})
	if err != nil && !notes.empty() {
		db.notes.giveBack(notes)
	}
	switch {
	case err == nil:
		return db.announce()
	case inner != nil, errors.Is(err, bolterrors.ErrDatabaseNotOpen), isFullWrite(err):
		return asFull(asClosed(err))
	}
	// The commit itself failed. After a failed fsync the kernel may have dropped
	// what it was given and says so only once, so nothing more is written.
	db.mu.Lock()
	defer db.mu.Unlock()
	db.broken = refused(fileName, err)
	return db.broken
}

// refused is the error of a disk that does not keep what it was given.
func refused(file string, err error) error {
	return fmt.Errorf("write %s: the disk refused it, so nothing more is written: look at the disk, then start vigie again; nothing that was acknowledged is lost: %w", file, err)
}

// announce wakes those who wait for changes.
func (db *DB) announce() error {
	return db.bolt.View(func(tx *bolt.Tx) error {
		cursor, err := lastCursor(tx)
		if err != nil {
			return err
		}
		db.mu.Lock()
		defer db.mu.Unlock()
		if cursor.Seq > db.last.Seq || cursor.Epoch != db.last.Epoch {
			db.last = cursor
			close(db.moved)
			db.moved = make(chan struct{})
		}
		return nil
	})
}

// isFullWrite reports whether a commit failed because the disk was full while
// pages were written, which bbolt takes back. A full disk that shows only at the
// fsync is as bad as any other failed fsync.
func isFullWrite(err error) bool {
	var write *os.PathError
	return isNoSpace(err) && (errors.As(err, &write) && write.Op == "write" || strings.HasPrefix(err.Error(), "file resize error"))
}

// isNoSpace also reads the words, because bbolt drops the cause of some errors.
func isNoSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) ||
		strings.Contains(err.Error(), syscall.ENOSPC.Error()) || strings.Contains(err.Error(), syscall.EDQUOT.Error())
}

// readers lets a collector wait until nobody can see the state before a commit.
// New readers never wait for it. The zero value is ready.
type readers struct {
	mu         sync.Mutex
	generation int
	active     map[int]int
	left       chan struct{} // closed when a generation has emptied
}

// enter counts a reader in and returns the function that counts it out.
func (r *readers) enter() (leave func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.active == nil {
		r.active = map[int]int{}
		r.left = make(chan struct{})
	}
	g := r.generation
	r.active[g]++
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.active[g]--; r.active[g] == 0 {
			delete(r.active, g)
			close(r.left)
			r.left = make(chan struct{})
		}
	}
}

// drain returns when every reader that is in now has left.
func (r *readers) drain(ctx context.Context) error {
	r.mu.Lock()
	r.generation++
	mine := r.generation
	r.mu.Unlock()
	for {
		r.mu.Lock()
		old := 0
		for g, n := range r.active {
			if g < mine {
				old += n
			}
		}
		left := r.left
		r.mu.Unlock()
		if old == 0 {
			return nil
		}
		select {
		case <-left:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
