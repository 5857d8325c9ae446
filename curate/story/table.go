package story

import (
	"cmp"
	"iter"
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
	// langs is the language of each row as its number in tongues, from 1; 0 where it
	// is not known.
	langs   []uint16
	tongues map[vigie.Lang]uint16
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
	maxCandidates = 32
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
	return &Table{at: map[vigie.DocumentID]uint32{}, tongues: map[vigie.Lang]uint16{}, heads: map[uint32]uint32{}}
}

// Len returns the number of documents.
func (t *Table) Len() int { return len(t.at) }

// Put adds a print, or replaces the one of the same document.
func (t *Table) Put(p Print) {
	t.Drop(p.Document)
	row := uint32(len(t.rows))
	t.rows, t.gone = append(t.rows, &p), append(t.gone, false)
	t.at[p.Document] = row
	t.langs = append(t.langs, t.tongue(p.Lang))
	for k := range keys(&p, false) {
		t.chain = append(t.chain, chained{row: row, next: t.heads[k.hash]})
		t.heads[k.hash] = uint32(len(t.chain))
	}
}

// tongue returns the number of a language.
func (t *Table) tongue(lang vigie.Lang) uint16 {
	n, known := t.tongues[lang]
	if !known && lang != "" && len(t.tongues) < 1000 {
		n = uint16(len(t.tongues) + 1)
		t.tongues[lang] = n
	}
	return n
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
	lang := t.tongues[p.Lang]
	for k := range keys(p, true) {
		for row := range t.under(k.hash) {
			if known && row == own || k.across && (t.langs[row] == lang || t.langs[row] == 0) {
				continue
			}
			if t.hits[row] == 0 {
				t.touched = append(t.touched, row)
			}
			t.hits[row] = min(t.hits[row]+k.weight, maxHits)
		}
	}
}

// under yields the newest rows of a key, and takes those that are gone out of its
// chain: a document that changes often hides no others.
func (t *Table) under(key uint32) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		before, place := uint32(0), t.heads[key]
		for n := 0; n < maxWalk && place != 0; {
			c := t.chain[place-1]
			switch {
			case !t.gone[c.row]:
				if !yield(c.row) {
					return
				}
				before = place
				n++
			case before == 0:
				t.heads[key] = c.next
			default:
				t.chain[before-1].next = c.next
			}
			place = c.next
		}
	}
}

// relative is a print that tells the same story as another.
type relative struct {
	*Print
	tie
}

// bound returns the prints that tell the same story as p among those like it, the
// strongest bonds first, and how many it was compared with.
func (t *Table) bound(p *Print) (found []relative, compared int) {
	rows := t.like(p)
	for _, row := range rows {
		if b := bind(p, t.rows[row]); b.bond != "" {
			found = append(found, relative{t.rows[row], b})
		}
	}
	slices.SortStableFunc(found, func(a, b relative) int {
		return cmp.Or(cmp.Compare(a.bond.Rank(), b.bond.Rank()), cmp.Compare(b.score, a.score))
	})
	return found, len(rows)
}
