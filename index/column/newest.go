package column

import (
	"bytes"
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
)

// few is how many documents are sorted for one answer. More are looked for along the
// order of all, which is sorted once for many answers.
const few = 1000

// Newest returns so many documents of a set, the newest first, after passing over the
// first ones; with oldestFirst, the other way round. Those of one second come in the
// order of their identities.
func (v *View) Newest(in Set, offset, limit int, oldestFirst bool) []uint32 {
	in = v.Living(in)
	n := in.Count()
	offset = max(offset, 0)
	limit = min(limit, n-offset)
	if limit <= 0 {
		return nil
	}
	if n <= few {
		rows := slices.AppendSeq(make([]uint32, 0, n), in.Each())
		v.sort(rows)
		if oldestFirst {
			slices.Reverse(rows)
		}
		return rows[offset : offset+limit]
	}
	out := make([]uint32, 0, limit)
	all := v.order.of(v)
	for at := range all {
		row := all[at]
		if oldestFirst {
			row = all[len(all)-1-at]
		}
		if !in.Has(row) {
			continue
		}
		if offset > 0 {
			offset--
			continue
		}
		if out = append(out, row); len(out) == limit {
			break
		}
	}
	return out
}

// order is the order of all rows by time. It is made when it is first asked for, from
// the one before and the rows whose place changed since.
type order struct {
	before []uint32 // sorted, but for the rows of moved; nil before anything was sorted
	moved  []uint32
	once   sync.Once
	sorted atomic.Pointer[[]uint32]
}

// after returns the order for the next view, in which the given rows have other
// places. Only the newest order is asked for it.
func (o *order) after(moved []uint32) *order {
	if sorted := o.sorted.Load(); sorted != nil {
		return &order{before: *sorted, moved: moved}
	}
	if o.before == nil || len(o.moved)+len(moved) > len(o.before) {
		return &order{} // so much moved that all is sorted anew
	}
	return &order{before: o.before, moved: append(o.moved, moved...)}
}

// of returns the rows of a view, the newest first, deleted documents among them. All
// views that share the order have the same rows and times.
func (o *order) of(v *View) []uint32 {
	o.once.Do(func() {
		all := v.merge(o.before, o.moved)
		o.sorted.Store(&all)
	})
	return *o.sorted.Load()
}

// merge returns all rows in order.
func (v *View) merge(before, moved []uint32) []uint32 {
	out := make([]uint32, 0, v.rows)
	if len(before) == 0 || len(moved) > v.rows/4 {
		for n := range v.rows {
			out = append(out, uint32(n))
		}
		v.sort(out)
		return out
	}
	var isMoved Set
	for _, n := range moved {
		isMoved = isMoved.With(n)
	}
	moved = slices.AppendSeq(make([]uint32, 0, len(moved)), isMoved.Each())
	v.sort(moved)
	for _, n := range before {
		if isMoved.Has(n) {
			continue
		}
		for len(moved) > 0 && v.compare(moved[0], n) < 0 {
			out, moved = append(out, moved[0]), moved[1:]
		}
		out = append(out, n)
	}
	return append(out, moved...)
}

func (v *View) sort(rows []uint32) { slices.SortFunc(rows, v.compare) }

// compare puts the newer of two rows first.
func (v *View) compare(a, b uint32) int {
	ca, cb := v.chunks[a/chunkRows], v.chunks[b/chunkRows]
	a, b = a%chunkRows, b%chunkRows
	if d := cmp.Compare(cb.time[b], ca.time[a]); d != 0 {
		return d
	}
	return bytes.Compare(cb.ids[b][:], ca.ids[a][:])
}
