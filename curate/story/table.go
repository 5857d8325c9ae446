package story

import (
	"cmp"
	"slices"

	"vigie"
)

// Table holds the prints of all documents in memory and finds those that a
// document may tell the same story as. It is rebuilt from stored prints by [Table.Put]
// in the order of their identities. The zero value is not usable; see [NewTable].
// Not for concurrent use.
type Table struct {
	rows []*Print
	gone []bool // of each row: taken away
	at   map[vigie.DocumentID]uint32
	// heads and links chain the rows of each key, the newest first.
	heads map[uint32]uint32 // key -> place in chain, from 1
	chain []chained
	lost  int // how many rows are gone

	// Of one look-up, kept to be used again: the hits of each row, all zero in
	// between, and the rows that have some.
	hits    []uint8
	touched []uint32
}

// chained is one row of a key.
type chained struct{ row, next uint32 }

// Bounds of a look-up.
const (
	// maxWalk is how many rows of one key are looked at, the newest first. Keys that
	// more rows share are phrases of every day or a site's frame.
	maxWalk = 32
	// maxCandidates is how many prints are compared for one document.
	maxCandidates = 48
	// maxHits bounds how many keys are counted for one row.
	maxHits = 60
	// keysPer is the number of words for one key of the text, between the bounds.
	keysPer, minKeys, maxKeys = 25, 12, 1024
	// numberKeys is how many numbers make keys, nameKeys how many names, two by two.
	numberKeys, nameKeys = 10, 6
	// soundKeys is how many names make keys by their consonants.
	soundKeys = 12
	// linkKeys is how many links make keys.
	linkKeys = 16
)

// NewTable returns an empty table.
func NewTable() *Table {
	return &Table{at: map[vigie.DocumentID]uint32{}, heads: map[uint32]uint32{}}
}

// Len returns the number of documents.
func (t *Table) Len() int { return len(t.at) }

// Put adds a print, or replaces the one of the same document.
func (t *Table) Put(p Print) {
	t.Drop(p.Document)
	row := uint32(len(t.rows))
	t.rows, t.gone = append(t.rows, &p), append(t.gone, false)
	t.at[p.Document] = row
	for k := range keys(&p) {
		t.chain = append(t.chain, chained{row: row, next: t.heads[k.hash]})
		t.heads[k.hash] = uint32(len(t.chain))
	}
}

// Drop takes a document away, if it is there.
func (t *Table) Drop(id vigie.DocumentID) {
	row, ok := t.at[id]
	if !ok {
		return
	}
	delete(t.at, id)
	t.rows[row], t.gone[row] = nil, true
	if t.lost++; t.lost > 1000 && t.lost > len(t.at) {
		t.rebuild()
	}
}

// rebuild leaves out what was taken away.
func (t *Table) rebuild() {
	fresh := NewTable()
	for row, p := range t.rows {
		if !t.gone[row] {
			fresh.Put(*p)
		}
	}
	*t = *fresh
}

// Print returns the print of a document.
func (t *Table) Print(id vigie.DocumentID) (Print, bool) {
	row, ok := t.at[id]
	if !ok {
		return Print{}, false
	}
	return *t.rows[row], true
}

// Like returns the prints of other documents that share keys with p, those that
// share most first, then those that were put last. Most of them are not
// the same story: ask [Same].
func (t *Table) Like(p Print) []Print {
	rows := t.like(&p)
	found := make([]Print, len(rows))
	for i, row := range rows {
		found[i] = *t.rows[row]
	}
	return found
}

func (t *Table) like(p *Print) []uint32 {
	t.count(p)
	// How many rows have each number of hits, so that only the best are sorted.
	var having [maxHits + 1]int
	for _, row := range t.touched {
		having[t.hits[row]]++
	}
	least, above := maxHits, 0
	for ; least > 1 && above+having[least] < maxCandidates; least-- {
		above += having[least]
	}
	best := make([]uint32, 0, above)
	edge := make([]uint32, 0, having[least])
	for _, row := range t.touched {
		switch n := int(t.hits[row]); {
		case n > least:
			best = append(best, row)
		case n == least:
			edge = append(edge, row)
		}
	}
	newest := func(a, b uint32) int { return cmp.Compare(b, a) }
	slices.SortFunc(best, func(a, b uint32) int { return cmp.Or(cmp.Compare(t.hits[b], t.hits[a]), newest(a, b)) })
	slices.SortFunc(edge, newest)
	best = append(best, edge[:min(len(edge), maxCandidates-len(best))]...)
	for _, row := range t.touched {
		t.hits[row] = 0
	}
	return best
}

// count finds the rows that share keys with p, and how many each.
func (t *Table) count(p *Print) {
	for len(t.hits) < len(t.rows) {
		t.hits = append(t.hits, 0)
	}
	t.touched = t.touched[:0]
	own, known := t.at[p.Document]
	for k := range keys(p) {
		place := t.heads[k.hash]
		for range maxWalk {
			if place == 0 {
				break
			}
			c := t.chain[place-1]
			place = c.next
			if t.gone[c.row] || known && c.row == own {
				continue
			}
			if t.hits[c.row] == 0 {
				t.touched = append(t.touched, c.row)
			}
			t.hits[c.row] = min(t.hits[c.row]+k.weight, maxHits)
		}
	}
}

// bound returns the prints that tell the same story as p, among those like it.
func (t *Table) bound(p *Print) []*Print {
	var found []*Print
	for _, row := range t.like(p) {
		if q := t.rows[row]; bind(p, q).bond != "" {
			found = append(found, q)
		}
	}
	return found
}
