package harvest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"vigie"
	"vigie/crawl/extract"
	"vigie/index/store"
)

// Rereader reads what is kept once more, without asking anybody for it: what an older
// version of a reader understood, and documents whose reader broke off. Pages and
// reports are read so; the items of a feed are not, for its reader has no versions.
type Rereader struct {
	DB *store.DB
	// Report reads a report into its document, as [extract.ReportReader.Refill] does; nil
	// leaves reports as they are. After an [extract.ErrNoReader] a run goes on without
	// it, and the next one looks at all reports once more.
	Report func(ctx context.Context, d *vigie.Document, c vigie.Capture) error
	// Pause is the time between two documents, which leaves the machine to others.
	Pause time.Duration
	// Log hears of documents that could not be read; nil discards.
	Log *slog.Logger
}

// lookedAtOnce is how many documents are looked at in one transaction.
const lookedAtOnce = 200

// Run reads again what is to be read, until there is nothing left or ctx ends. It may
// be stopped anywhere, and goes on where it was.
func (r *Rereader) Run(ctx context.Context) (store.Walk, error) {
	var w store.Walk
	run := *r
	err := run.retry(ctx)
	if err == nil {
		w, err = run.walk(ctx)
	}
	if err != nil {
		return w, fmt.Errorf("read again what is kept: %w", err)
	}
	return w, nil
}

// versions names the versions of the readers of today.
func (r *Rereader) versions() string {
	if r.Report == nil {
		return fmt.Sprintf("pages %d", extract.PageVersion)
	}
	return fmt.Sprintf("pages %d reports %d", extract.PageVersion, extract.ReportVersion)
}

// retry reads the documents again whose reader broke off, where it is time.
func (r *Rereader) retry(ctx context.Context) error {
	var due []kept
	err := r.DB.View(func(tx *store.Tx) error {
		for a, err := range tx.Unread() {
			if err == nil && (len(due) == lookedAtOnce || !a.Due(r.DB.Now())) {
				continue
			}
			var k kept
			if err == nil {
				k.doc, err = tx.Document(a.Document)
			}
			if err == nil {
				k, err = r.keptOf(tx, k.doc)
			}
			switch {
			case err != nil: // one that is damaged keeps nobody from the others
				r.log().WarnContext(ctx, "could not find what is kept", "document", a.Document, "err", err)
			case k.read != nil:
				due = append(due, k)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	var ignored store.Walk
	for _, k := range due {
		if err := r.one(ctx, k, &ignored); err != nil {
			return err
		}
	}
	return nil
}

// walk goes through all documents once for each new version of a reader.
func (r *Rereader) walk(ctx context.Context) (w store.Walk, err error) {
	err = r.DB.View(func(tx *store.Tx) error {
		w, err = tx.Walk()
		return err
	})
	if err != nil {
		return w, err
	}
	if w.Versions != r.versions() {
		w = store.Walk{Versions: r.versions()}
	}
	for w.Ended.IsZero() {
		before := w
		if err = r.some(ctx, &w); err != nil {
			w.After, w.Looked = before.After, before.Looked
		}
		save := r.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error { return tx.SetWalk(w) })
		if err := errors.Join(err, save); err != nil {
			return w, err
		}
	}
	return w, nil
}

// some reads again what is outdated of the next documents.
func (r *Rereader) some(ctx context.Context, w *store.Walk) error {
	var outdated []kept
	looked := 0
	err := r.DB.View(func(tx *store.Tx) error {
		for doc, err := range tx.DocumentsAfter(w.After) {
			if looked == lookedAtOnce {
				return nil
			}
			looked++
			var k kept
			if err == nil {
				w.After = doc.ID
				k, err = r.keptOf(tx, doc)
			}
			switch {
			case err != nil: // as in retry
				w.Failed++
				r.log().WarnContext(ctx, "could not find what is kept", "document", doc.ID, "err", err)
			case k.read != nil && k.revision.Parser < k.version:
				outdated = append(outdated, k)
			}
		}
		w.Ended = r.DB.Now().UTC().Truncate(time.Second)
		return nil
	})
	for i := 0; err == nil && i < len(outdated); i++ {
		err = r.one(ctx, outdated[i], w)
	}
	if err != nil {
		w.Ended = time.Time{}
		return err
	}
	w.Looked += looked
	return nil
}

// one reads one document again. What goes wrong with it alone is counted and told.
func (r *Rereader) one(ctx context.Context, k kept, w *store.Walk) error {
	if err := pause(ctx, r.Pause); err != nil {
		return err
	}
	changed, err := r.reread(ctx, k)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, vigie.ErrConflict), errors.Is(err, vigie.ErrNotFound):
		return nil // it changed meanwhile, or is gone: there is nothing to do
	case errors.Is(err, vigie.ErrFull):
		return err
	case errors.Is(err, extract.ErrNoReader):
		if r.Report != nil {
			r.log().WarnContext(ctx, "reports are not read again for now", "document", k.doc.ID, "err", err)
		}
		r.Report, w.Versions = nil, "" // other versions than those of the next run
		return nil
	case err != nil:
		w.Failed++
		r.log().WarnContext(ctx, "could not read again what is kept", "document", k.doc.ID, "url", k.doc.URL, "err", err)
		return nil
	}
	w.Read++
	if changed {
		w.Changed++
	}
	return nil
}

// reread reads one document again, and reports whether it says something else now.
func (r *Rereader) reread(ctx context.Context, k kept) (bool, error) {
	err := r.DB.View(func(tx *store.Tx) error {
		var err error
		if k.capture.Body, err = tx.Object(k.capture.Snapshot); err != nil || k.revision.Text == "" {
			return err
		}
		k.doc.Body, err = tx.BodyOf(k.revision)
		if errors.Is(err, vigie.ErrDamaged) || errors.Is(err, vigie.ErrNotFound) {
			err = nil // what is read now takes its place
		}
		return err
	})
	if err != nil {
		return false, err
	}
	doc, err := k.read(ctx, k)
	if err != nil {
		return false, err
	}
	if len(doc.Body) == 0 && k.revision.Text != "" && !isWall(doc.Obstacle) {
		return false, fmt.Errorf("a newer reader finds no text where an older one did (%q): %w", doc.Obstacle, vigie.ErrInvalid)
	}
	return r.DB.Reread(ctx, doc, k.version)
}

// isWall reports whether what an older reader took for a text may have been words
// that stand in front of it.
func isWall(o vigie.Obstacle) bool { return o == vigie.CookieWall || o == vigie.LoginWall }

func (r *Rereader) log() *slog.Logger {
	if r.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return r.Log
}

// pause waits, or returns the error of ctx when that ends first.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
