package index

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"vigie"
	"vigie/index/store"
)

// The bounds of a batch. Larger ones cost memory, smaller ones make many small
// segments that must be merged later.
const (
	batchDocuments = 500
	batchBytes     = 4 << 20
	batchChanges   = 5000
)

// saveEvery is after how many changes that are none of ours the cursor is
// written all the same.
const saveEvery = 10_000

// portion is what one step brings into an index.
type portion struct {
	entries []entry
	gone    []vigie.DocumentID
	// to is the change that the index has come to with this.
	to store.Seq
	// last says that there is nothing after it.
	last bool
}

// CatchUp brings the index level with the store and returns how many documents
// it wrote or removed. Progress, which may be nil, is told how many changes of
// how many are done. A damaged index is replaced by a new one on the way.
func (x *Index) CatchUp(ctx context.Context, progress func(done, total int)) (int, error) {
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

func (x *Index) isCurrent(g *generation) bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.current == g
}

// fill brings one index level with the store.
func (x *Index) fill(ctx context.Context, g *generation, progress func(done, total int)) (int, error) {
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
func (x *Index) step(ctx context.Context, g *generation) (n int, last bool, err error) {
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
	p, err := x.next(ctx, g.cursor().Seq)
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
	for _, e := range p.entries {
		if err := b.IndexAdvanced(x.languages.document(e)); err != nil {
			return 0, false, fmt.Errorf("index document %s: %w", e.doc.ID, err)
		}
	}
	for _, id := range p.gone {
		b.Delete(string(id))
	}
	if err := g.write(b, p.to); err != nil {
		return 0, false, asDamaged(err)
	}
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

// next reads the portion after a change, in one short transaction.
func (x *Index) next(ctx context.Context, after store.Seq) (portion, error) {
	end := x.db.Last().Seq
	p := portion{to: after}
	err := x.db.View(func(tx *store.Tx) error {
		changes, err := tx.Changes(after, batchChanges)
		if err != nil {
			return err
		}
		size := 0
		for _, c := range changes {
			if len(p.entries)+len(p.gone) == batchDocuments || size >= batchBytes {
				return nil
			}
			bytes, err := x.take(ctx, tx, c, &p)
			if err != nil {
				return err
			}
			size += bytes
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

// take adds what one change brings to a portion and returns its size in bytes.
func (x *Index) take(ctx context.Context, tx *store.Tx, c store.Change, p *portion) (int, error) {
	if c.Kind != store.DocumentChange {
		return 0, nil
	}
	id := vigie.DocumentID(c.ID)
	if c.Op == store.Delete {
		p.gone = append(p.gone, id)
		return 0, nil
	}
	seq, err := tx.DocumentSeq(id)
	if errors.Is(err, vigie.ErrNotFound) || err == nil && seq > c.Seq {
		return 0, nil // a later entry tells the rest
	}
	if err != nil {
		return 0, err
	}
	e, err := entryOf(tx, id)
	if errors.Is(err, vigie.ErrDamaged) && e.doc.ID != "" {
		x.log.ErrorContext(ctx, "a document's text cannot be read, only its title is indexed", "document", id, "err", err)
	} else if err != nil {
		return 0, err
	}
	p.entries = append(p.entries, e)
	return e.size(), nil
}

// entryOf reads what the index is told about a document. When its text is
// damaged, the entry comes without it beside the error.
func entryOf(tx *store.Tx, id vigie.DocumentID) (entry, error) {
	doc, err := tx.Document(id)
	if err != nil {
		return entry{}, err
	}
	e := entry{doc: doc, sources: []vigie.SourceID{doc.Source}}
	seen, err := tx.Sightings(id)
	if err != nil {
		return entry{}, err
	}
	for _, s := range seen {
		if s.Source != doc.Source {
			e.sources = append(e.sources, s.Source)
		}
		if s.Title != "" && s.Title != doc.Title {
			e.titles = append(e.titles, s.Title)
		}
	}
	body, err := tx.Body(doc)
	e.body = textOf(doc, body)
	return e, err
}

// textOf is the text that is indexed and quoted: the body, after the publisher's
// summary where that says something else.
func textOf(doc vigie.Document, body []vigie.Paragraph) []vigie.Paragraph {
	summary := strings.Join(strings.Fields(doc.Summary), " ")
	if summary == "" || contains(body, firstBytes(summary, 60)) && contains(body, lastBytes(strings.TrimRight(summary, " .…[]"), 40)) {
		return body
	}
	return append([]vigie.Paragraph{{Text: summary}}, body...)
}

func contains(body []vigie.Paragraph, words string) bool {
	for _, p := range body {
		if strings.Contains(p.Text, words) {
			return true
		}
	}
	return false
}

func firstBytes(s string, n int) string { return s[:min(n, len(s))] }

func lastBytes(s string, n int) string { return s[max(0, len(s)-n):] }

// Follow keeps the index level with the store until ctx ends, and then returns
// nil. What goes wrong is logged and tried again, after up to a minute.
func (x *Index) Follow(ctx context.Context) error {
	wait := x.gather
	for {
		g, release, err := x.use()
		if err != nil {
			return err
		}
		after := g.cursor().Seq
		release()
		if err := x.db.Wait(ctx, after); err != nil {
			return nil //nolint:nilerr // ctx ended: that is how following stops
		}
		if !pause(ctx, wait) {
			return nil
		}
		_, err = x.CatchUp(ctx, nil)
		switch {
		case ctx.Err() != nil:
			return nil //nolint:nilerr // as above
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
