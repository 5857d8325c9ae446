package store

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"vigie"
)

// Collected says what a collection gave back.
type Collected struct {
	Segments int   `json:"segments"`
	Bytes    int64 `json:"bytes"`
}

// Collect gives back the room of objects that nothing needs. A segment is
// rewritten when at least share of its bytes (0 to 1) are unused: what lives is
// copied behind the others, the new places are committed, and the file goes when
// the last reader and backup that could see it has let go: called within a View it
// never returns. It may be killed anywhere. Two at once are a vigie.ErrConflict.
// The progress function, which may be nil, is told the segments done and all.
func (db *DB) Collect(ctx context.Context, share float64, progress func(done, all int)) (Collected, error) {
	var total Collected
	if !db.collecting.TryLock() {
		return total, fmt.Errorf("collect: another collection is under way: %w", vigie.ErrConflict)
	}
	defer db.collecting.Unlock()
	numbers, err := db.wasteful(share)
	if err == nil {
		// Filings under way may have appended to these segments.
		err = db.readers.drain(ctx)
	}
	if err != nil {
		return total, fmt.Errorf("collect: %w", err)
	}
	for i, n := range numbers {
		if progress != nil {
			progress(i, len(numbers))
		}
		freed, err := db.rewrite(ctx, n)
		if err != nil {
			return total, fmt.Errorf("collect %s: %w", segmentName(n), err)
		}
		total.Segments++
		total.Bytes += freed
	}
	if progress != nil {
		progress(len(numbers), len(numbers))
	}
	return total, nil
}

// wasteful lists the segments worth rewriting, and ends the growing one if it is
// among them.
func (db *DB) wasteful(share float64) ([]uint32, error) {
	known, err := segmentsOf(db.bolt)
	if err != nil {
		return nil, err
	}
	var out []uint32
	for n, seg := range known {
		waste := seg.Length - seg.InUse
		if waste > 0 && float64(waste) >= share*float64(seg.Length) {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	for _, n := range out {
		if err := db.objects.stop(n); err != nil {
			return out, err
		}
	}
	return out, nil
}

// stop ends a segment if it is the one that grows.
func (o *objects) stop(n uint32) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if n != o.active {
		return nil
	}
	return asFull(o.begin(n + 1))
}

// moved is an object on its way from one segment to another.
type moved struct {
	key      []byte
	from, to where
}

// rewrite moves what lives in a segment elsewhere, in steps so that no transaction
// is long, and lets go of the segment. Nothing can be added to it meanwhile: it
// has stopped growing, and the filings that appended to it have ended.
func (db *DB) rewrite(ctx context.Context, n uint32) (int64, error) {
	const step = 1000
	kept := int64(0)
	for from, more := []byte(nil), true; more; {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		var living []moved
		var err error
		if living, from, more, err = db.living(n, from, step); err != nil {
			return 0, err
		}
		if err := db.copyLiving(living); err != nil {
			return 0, err
		}
		var copied int64
		err = db.Update(ctx, func(tx *Tx) error {
			copied, err = tx.move(living)
			return err
		})
		if err != nil {
			return 0, err
		}
		kept += copied
	}
	var length int64
	err := db.Update(ctx, func(tx *Tx) error {
		segments := tableOf[segment](tx.tx, "segments")
		seg, err := segments.get(segmentKey(n))
		if err != nil {
			return err
		}
		if seg.InUse != 0 {
			return &vigie.DamagedError{Place: objectsDir + "/" + segmentName(n), Reason: fmt.Sprintf("%d bytes of it are in use by nothing", seg.InUse)}
		}
		length = seg.Length
		return segments.delete(segmentKey(n))
	})
	if err != nil {
		return 0, err
	}
	if err := db.readers.drain(ctx); err != nil {
		return 0, err // the next opening removes the file
	}
	return length - kept, db.objects.drop(n)
}

// living lists the next objects that lie in a segment: at most step rows of the
// table are looked at for each read transaction.
func (db *DB) living(n uint32, from []byte, step int) (out []moved, next []byte, more bool, err error) {
	err = db.View(func(tx *Tx) error {
		t := tableOf[where](tx.tx, "objects")
		c := t.b.Cursor()
		looked := 0
		for k, value := c.Seek(from); k != nil; k, value = c.Next() {
			if looked++; looked > step {
				next, more = bytes.Clone(k), true
				return nil
			}
			at, err := decode[where](t.name, k, value)
			if err != nil {
				return err
			}
			if at.Segment == n {
				out = append(out, moved{key: bytes.Clone(k), from: at})
			}
		}
		return nil
	})
	return out, next, more, err
}

// copyLiving appends objects behind the others and makes the copies durable.
func (db *DB) copyLiving(moves []moved) error {
	places := make([]where, len(moves))
	var b buffers
	for i, m := range moves {
		if cap(b.record)+cap(b.body) > idleBytes {
			b = buffers{} // one large object is not held through all that follow
		}
		record, err := db.objects.rawRecord(&b, m.from)
		if err != nil {
			return err
		}
		if _, err := db.objects.open(&b, vigie.Hash(hex.EncodeToString(m.key)), m.from, record); err != nil {
			return err // never copy a damage under a new date
		}
		if places[i], err = db.objects.appendRecord(record); err != nil {
			return err
		}
		moves[i].to = places[i]
	}
	return db.objects.sync(places)
}

// move notes the new places of objects and returns how many bytes moved. Those
// that were let go while they were copied stay behind.
func (tx *Tx) move(moves []moved) (int64, error) {
	t := tableOf[where](tx.tx, "objects")
	bytes := int64(0)
	for _, m := range moves {
		at, err := t.get(m.key)
		if errors.Is(err, vigie.ErrNotFound) || (err == nil && (at.Segment != m.from.Segment || at.Offset != m.from.Offset)) {
			continue // let go, and perhaps kept again elsewhere
		}
		if err != nil {
			return bytes, err
		}
		to := m.to
		to.Size, to.Needed = at.Size, at.Needed
		if err := errors.Join(t.put(m.key, to), tx.use(to, to.Stored), tx.use(at, -at.Stored)); err != nil {
			return bytes, err
		}
		bytes += to.Stored
	}
	return bytes, nil
}
