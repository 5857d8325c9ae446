package index

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	api "github.com/blevesearch/bleve_index_api"

	"vigie"
	"vigie/index/store"
)

// bleveRegistry guards bleve's table of callbacks, which is global to the process
// and read without a lock while an index is opened.
var bleveRegistry sync.Mutex //nolint:gochecknoglobals // the thing it guards is global

// markKey is where bleve keeps our [mark], beside the entries.
const markKey = "vigie"

// mark says what an index was made for and how far it has come. It is written in
// the same batch as the documents.
type mark struct {
	Mapping string `json:"mapping"`
	store.Cursor
}

// generation is one bleve index in one folder. A rebuild makes the next
// generation beside the current one.
type generation struct {
	path  string
	bleve bleve.Index
	// target is the change that the index must reach before its answers are whole.
	target store.Seq
	reason string // why they are not, until then
	fresh  bool   // it was made empty, not opened
	// writing is held around a batch.
	writing sync.Mutex
	// users counts searches, so that nothing is closed under them.
	users sync.WaitGroup
	// repairing says that another is about to take its place.
	repairing atomic.Bool
	// failed is closed, after failure was set, when bleve gave up behind our
	// back: its merger or persister has ended and writing would wait for ever.
	failed  chan struct{}
	failure error
	once    sync.Once
	watch   watch
	// lengths are those of the texts, for ranking.
	lengths lengths

	mu    sync.Mutex
	at    mark      // under mu
	saved store.Seq // what the folder says; under mu
}

// settings are bleve's, as measured on batches of documents of 350 words.
func settings() map[string]any {
	return map[string]any{
		"bolt_timeout":           "3s", // by default a second opener waits for ever
		"numSnapshotsToKeep":     1,    // the truth is in the store
		"asyncErrorCallbackName": "vigie",
		"eventCallbackName":      "vigie",
		"scorchMergePlanOptions": map[string]any{
			"MaxSegmentsPerTier": 10, "MaxSegmentSize": 5_000_000, "MaxSegmentFileSize": int64(4) << 30,
			"TierGrowth": 10.0, "SegmentsPerMergeTask": 10, "ReclaimDeletesWeight": 2.0,
			// bleve's own 2000 merges whatever is smaller at once: for 8,000
			// documents in batches of 40 that wrote 176 MB and took 1,650 µs of
			// processor a document; this writes 52 MB and takes 870.
			"FloorSegmentSize": 100,
		},
	}
}

// newGeneration makes an empty index of a format in a new folder.
func newGeneration(path, format, epoch string) (*generation, error) {
	g := &generation{path: path, failed: make(chan struct{}), at: mark{Mapping: format, Cursor: store.Cursor{Epoch: epoch}}}
	err := g.guard(func() (err error) {
		g.bleve, err = bleve.NewUsing(path, bleve.NewIndexMapping(), scorch.Name, bleve.Config.DefaultKVStore, settings())
		return err
	})
	if err == nil {
		err = g.write(g.bleve.NewBatch(), 0)
	}
	if err != nil {
		if g.bleve != nil {
			g.close()
		}
		_ = os.RemoveAll(path)
		return nil, fmt.Errorf("make index %s: %w", filepath.Base(path), asFull(err))
	}
	return g, nil
}

// openGeneration opens the index in path. Its errors are damage, unless another
// process holds the folder (vigie.ErrBusy). After an unclean stop it reads all of
// the index once.
func openGeneration(path string, unclean bool) (*generation, error) {
	if _, err := os.Stat(filepath.Join(path, "index_meta.json")); err != nil {
		return nil, &vigie.DamagedError{Place: "index " + filepath.Base(path), Reason: err.Error()}
	}
	g := &generation{path: path, failed: make(chan struct{})}
	err := g.guard(func() (err error) {
		// bleve keeps what it knows of its segments in a bbolt file. One that was cut
		// ends the process, and one whose pages go in a circle takes all memory.
		if err := store.VerifyTree(filepath.Join(path, "store", "root.bolt"), unclean); err != nil {
			return err
		}
		if unclean {
			if err := verifyFolder(filepath.Join(path, "store")); err != nil {
				return err
			}
		}
		g.bleve, err = bleve.OpenUsing(path, settings())
		return err
	})
	if err == nil {
		err = g.readMark()
	}
	if err == nil {
		return g, nil
	}
	if g.bleve != nil {
		g.close()
	}
	if strings.HasSuffix(err.Error(), "timeout") {
		return nil, fmt.Errorf("open index %s: another process holds it: %w", filepath.Base(path), vigie.ErrBusy)
	}
	return nil, &vigie.DamagedError{Place: "index " + filepath.Base(path), Reason: err.Error()}
}

// guard runs what opens an index with our callback registered, and turns a panic
// over damaged files into an error.
func (g *generation) guard(open func() error) error {
	bleveRegistry.Lock()
	defer bleveRegistry.Unlock()
	scorch.RegistryAsyncErrorCallbacks["vigie"] = func(err error, _ string) { g.troubled(err) }
	defer delete(scorch.RegistryAsyncErrorCallbacks, "vigie")
	scorch.RegistryEventCallbacks["vigie"] = func(e scorch.Event) bool {
		if e.Kind == scorch.EventKindMergerProgress {
			g.watch.merged()
		}
		return true
	}
	defer delete(scorch.RegistryEventCallbacks, "vigie")
	return recovered(open)
}

// troubled is told what goes wrong behind our back. What could not be written is answered
// to the batch and tried again; only after a panic does nobody answer any more. A merger
// that finds the disk full ends no round, and lives.
func (g *generation) troubled(err error) {
	if errors.Is(err, scorch.ErrAsyncPanic) {
		g.fail(err)
	} else if errors.Is(asFull(err), vigie.ErrFull) {
		g.watch.merged()
	}
}

func (g *generation) readMark() error {
	b, err := g.bleve.GetInternal([]byte(markKey))
	if err != nil {
		return err
	}
	var m mark
	if err := json.Unmarshal(b, &m); err != nil {
		return fmt.Errorf("read its cursor: %w", err)
	}
	g.at, g.saved = m, m.Seq
	return nil
}

// answered has bleve write, and waits no longer than it may take.
func (g *generation) answered(write func() error) error {
	select {
	case <-g.failed:
		return g.failure
	default:
	}
	patience := time.NewTimer(mergerPatience)
	defer patience.Stop()
	done := make(chan error, 1)
	go func() { done <- recovered(write) }()
	select {
	case err := <-done:
		return err
	case <-g.failed: // bleve would never answer
	case <-patience.C:
		g.fail(errStopped)
	}
	return g.failure
}

// fail notes that bleve gave up.
func (g *generation) fail(err error) {
	g.once.Do(func() {
		g.failure = err
		close(g.failed)
	})
}

// cursor returns how far the index has come.
func (g *generation) cursor() store.Cursor {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.at.Cursor
}

// marked returns the mark that says that the index has come to a change.
func (g *generation) marked(to store.Seq) mark {
	g.mu.Lock()
	defer g.mu.Unlock()
	return mark{Mapping: g.at.Mapping, Cursor: store.Cursor{Epoch: g.at.Epoch, Seq: to}}
}

// partial reports whether answers miss documents.
func (g *generation) partial() bool { return g.cursor().Seq < g.target }

// skip moves the cursor over changes that are none of ours, without writing.
func (g *generation) skip(to store.Seq) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.at.Seq = max(g.at.Seq, to)
}

// unsaved returns how many changes would be looked at again after a crash.
func (g *generation) unsaved() store.Seq {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.at.Seq - g.saved
}

// write applies a batch and the cursor with it, and returns when both are on the
// disk. Callers hold writing.
func (g *generation) write(b *bleve.Batch, to store.Seq) error {
	m := g.marked(to)
	value, err := json.Marshal(m)
	if err != nil {
		return err
	}
	b.SetInternal([]byte(markKey), value)
	if err := g.answered(func() error { return g.bleve.Batch(b) }); err != nil {
		return err
	}
	if g.watch.wrote(time.Now()) {
		g.fail(errStopped)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.at, g.saved = m, m.Seq
	return nil
}

// identities returns the identities of all entries.
func (g *generation) identities() (map[string]bool, error) {
	all := map[string]bool{}
	err := g.read(func(r api.IndexReader) (err error) {
		ids, err := r.DocIDReaderAll()
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, ids.Close()) }()
		for {
			id, err := ids.Next()
			if err != nil || id == nil {
				return err
			}
			name, err := r.ExternalID(id)
			if err != nil {
				return err
			}
			all[name] = true
		}
	})
	return all, err
}

// beginning returns the identities of entries that begin so.
func (g *generation) beginning(prefix string) (map[string]bool, error) {
	some := map[string]bool{}
	err := g.read(func(r api.IndexReader) (err error) {
		ids, err := r.FieldDictPrefix("_id", []byte(prefix))
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, ids.Close()) }()
		for {
			id, err := ids.Next()
			if err != nil || id == nil {
				return err
			}
			// The dictionary also remembers entries that are gone.
			there, err := r.InternalID(id.Term)
			if err != nil {
				return err
			}
			if there != nil {
				some[id.Term] = true
			}
		}
	})
	return some, err
}

// read looks into the index as it is now, whose files stay meanwhile.
func (g *generation) read(look func(r api.IndexReader) error) error {
	r, err := g.snapshot()
	if err != nil {
		return err
	}
	return recovered(func() (err error) {
		defer func() { err = errors.Join(err, r.Close()) }()
		return look(r)
	})
}

// snapshot opens one state of bleve's index, to be closed.
func (g *generation) snapshot() (r api.IndexReader, err error) {
	err = recovered(func() error {
		raw, err := g.bleve.Advanced()
		if err != nil {
			return err
		}
		r, err = raw.Reader()
		return err
	})
	if err != nil {
		return nil, asDamaged(err)
	}
	return r, nil
}

// close lets go of the folder. A damaged index may panic or never end; that must
// not hold us up.
func (g *generation) close() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = recovered(g.bleve.Close)
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
	}
}

// recovered runs fn and returns a panic of it as an error. A file cut while it is
// mapped faults when read: that is a panic here, and not the end of the process.
func recovered(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		p := recover()
		if f, ok := p.(*fall); ok {
			p = f.value
		}
		if p != nil {
			err = &vigie.DamagedError{Place: "index", Reason: fmt.Sprint(p)}
		}
	}()
	return fn()
}

// asFull adds vigie.ErrFull to the errors of a full disk. bleve passes some of
// them on as text only.
func asFull(err error) error {
	if err != nil && (errors.Is(err, syscall.ENOSPC) || strings.Contains(err.Error(), syscall.ENOSPC.Error())) {
		return fmt.Errorf("%w: %w", vigie.ErrFull, err)
	}
	return err
}
