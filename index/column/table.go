package column

import (
	"encoding/binary"
	"slices"
	"sync"
	"sync/atomic"

	"vigie"
)

// field is a column whose cells are values that many documents share.
type field int

const (
	sources field = iota
	publishers
	countries
	langs
	types
	topics
	tags
	statuses
	fields // how many there are
)

// names are the values of a field, and the lists of values that documents have, by
// their numbers. Both only grow. List 0 is the empty one: documents have few different
// lists, so that one number is all that a row needs.
type names struct {
	values []string
	lists  [][]uint32
}

// numbers is the reverse of names.
type numbers struct {
	values map[string]uint32
	lists  map[string]uint32 // by the numbers of their values, four bytes each
}

// ordinals are the numbers of the documents. A number is never taken back, so all
// views share them and pass over those that came later.
type ordinals struct {
	mu sync.RWMutex
	of map[key]uint32 // under mu
}

func (o *ordinals) get(k key) (uint32, bool) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	n, ok := o.of[k]
	return n, ok
}

func (o *ordinals) add(k key, n uint32) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.of[k] = n
}

// Table holds the columns. All methods may be called concurrently.
type Table struct {
	writing sync.Mutex      // held by the one writer
	numbers [fields]numbers // under writing
	now     atomic.Pointer[View]
}

// View is the table as it was at one moment. All methods may be called concurrently.
type View struct {
	ordinals *ordinals
	rows     int // ordinals given, deleted documents included
	living   int
	chunks   []*chunk
	names    [fields]names
	order    *order
}

// New returns an empty table.
func New() *Table {
	t := &Table{}
	v := &View{ordinals: &ordinals{of: map[key]uint32{}}, order: &order{}}
	for f := range fields {
		t.numbers[f] = numbers{values: map[string]uint32{}, lists: map[string]uint32{"": 0}}
		v.names[f].lists = [][]uint32{nil}
	}
	t.now.Store(v)
	return t
}

// View returns the table as it is now.
func (t *Table) View() *View { return t.now.Load() }

// Put adds documents, or replaces what is known of them, all at once. A row whose
// identity is none is passed over.
func (t *Table) Put(rows ...Row) {
	t.writing.Lock()
	defer t.writing.Unlock()
	w := t.write()
	var moved []uint32
	for _, r := range rows {
		k, ok := keyOf(r.ID)
		if !ok {
			continue
		}
		n, known := w.view.ordinals.get(k)
		if !known {
			n = w.add(k)
		}
		c, i := w.chunk(n), n%chunkRows
		if !c.isLive(i) {
			w.view.living++
		}
		if !known || c.time[i] != r.Time.Unix() { // deleted ones keep their place
			moved = append(moved, n)
		}
		c.set(i, r)
		t.fill(w.view, c, i, r)
	}
	if len(moved) > 0 {
		w.view.order = w.view.order.after(moved)
	}
	t.now.Store(w.view)
}

// Delete forgets documents, all at once. What is not there is passed over.
func (t *Table) Delete(ids ...vigie.DocumentID) {
	t.writing.Lock()
	defer t.writing.Unlock()
	w := t.write()
	for _, id := range ids {
		if n, ok := w.view.Ordinal(id); ok {
			mark(&w.chunk(n).live, n%chunkRows, false)
			w.view.living--
		}
	}
	t.now.Store(w.view)
}

// fill writes the cells of a row.
func (t *Table) fill(v *View, c *chunk, i uint32, r Row) {
	cells := [fields][]string{
		sources: r.sourcesOf(), publishers: {r.Publisher}, countries: {r.Country}, langs: {string(r.Lang.Base())},
		types: {r.Type}, topics: r.Topics, tags: r.Tags, statuses: {statusName(r.Status)},
	}
	for f, values := range cells {
		c.cells[f][i] = t.list(v, field(f), values)
	}
}

// list returns the number of a list of values, each of which counts once.
func (t *Table) list(v *View, f field, values []string) uint32 {
	known, n := &t.numbers[f], &v.names[f]
	var room [64]byte
	spelt := room[:0]
	for at, value := range values {
		if value == "" || slices.Contains(values[:at], value) {
			continue
		}
		number, ok := known.values[value]
		if !ok {
			number = uint32(len(n.values))
			known.values[value] = number
			n.values = append(n.values, value)
		}
		spelt = binary.BigEndian.AppendUint32(spelt, number)
	}
	list, ok := known.lists[string(spelt)]
	if ok {
		return list
	}
	var numbers []uint32
	for at := 0; at < len(spelt); at += 4 {
		numbers = append(numbers, binary.BigEndian.Uint32(spelt[at:]))
	}
	list = uint32(len(n.lists))
	known.lists[string(spelt)] = list
	n.lists = append(n.lists, numbers)
	return list
}

// draft is the next view while it is written.
type draft struct {
	view *View
	own  map[uint32]bool // chunks that no view has yet
}

func (t *Table) write() draft {
	v := *t.now.Load()
	v.chunks = slices.Clone(v.chunks)
	return draft{view: &v, own: map[uint32]bool{}}
}

// chunk returns the chunk of a row, for writing.
func (w draft) chunk(n uint32) *chunk {
	at := n / chunkRows
	if !w.own[at] {
		c := *w.view.chunks[at]
		w.view.chunks[at], w.own[at] = &c, true
	}
	return w.view.chunks[at]
}

// add gives a document its ordinal.
func (w draft) add(k key) uint32 {
	n := uint32(w.view.rows)
	w.view.rows++
	if n%chunkRows == 0 {
		w.view.chunks = append(w.view.chunks, &chunk{ids: &[chunkRows]key{}})
		w.own[n/chunkRows] = true
	}
	w.view.chunks[n/chunkRows].ids[n%chunkRows] = k
	w.view.ordinals.add(k, n)
	return n
}

// Ordinal returns the ordinal of a document; ok is false for one that the view does
// not hold.
func (v *View) Ordinal(id vigie.DocumentID) (n uint32, ok bool) {
	k, ok := keyOf(id)
	if !ok {
		return 0, false
	}
	n, ok = v.ordinals.get(k)
	return n, ok && v.Holds(n)
}

// ID returns the identity of the document with an ordinal, whether it is deleted or
// not; "" for an ordinal that was not given.
func (v *View) ID(n uint32) vigie.DocumentID {
	if int(n) >= v.rows {
		return ""
	}
	return idOf[vigie.DocumentID](v.chunks[n/chunkRows].ids[n%chunkRows])
}

// Holds reports whether a document has this ordinal.
func (v *View) Holds(n uint32) bool {
	return int(n) < v.rows && v.chunks[n/chunkRows].isLive(n%chunkRows)
}

// Documents is how many documents there are.
func (v *View) Documents() int { return v.living }

// Given is how many ordinals were given so far, those of deleted documents included:
// while it stays the same, nothing was added.
func (v *View) Given() int { return v.rows }
