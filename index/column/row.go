package column

import (
	"math/bits"
	"slices"
	"time"

	"vigie"
)

// Row is what the columns hold of one document.
type Row struct {
	ID vigie.DocumentID
	// Source is the source of record, Sources are all that showed the document.
	Source  vigie.SourceID
	Sources []vigie.SourceID
	// Publisher and Country are "" where they are not known.
	Publisher, Country string
	// Lang is kept without its region.
	Lang vigie.Lang
	// Type is the family of the original's media type, for example "page" or "pdf".
	Type         string
	Topics, Tags []string
	Status       vigie.Status
	// Story is the story that the document stands in, "" for none.
	Story vigie.StoryID
	// Cited says that a synthesis quotes it.
	Cited bool
	// Pages is how many pages it has, 0 where it has none.
	Pages     int
	Published vigie.Date
	// Time is what the document is sorted by, to the second.
	Time time.Time
}

// key is an identity in the 128 bits that it stands for.
type key [16]byte

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// keyOf packs an identity; ok is false for what is none.
func keyOf[T ~string](id T) (k key, ok bool) {
	if !vigie.ValidID(id) {
		return k, false
	}
	var acc uint32
	held, n := -2, 0 // 26 characters are 130 bits, of which the first two are 0
	for i := range len(id) {
		acc = acc<<5 | digit(id[i])
		if held += 5; held >= 8 {
			held -= 8
			k[n] = byte(acc >> held)
			n++
		}
	}
	return k, true
}

// digit is the value of a character of an identity. Letters skip I, L, O and U.
func digit(c byte) uint32 {
	if c <= '9' {
		return uint32(c - '0')
	}
	n := uint32(c-'A') + 10
	for _, skipped := range [...]byte{'I', 'L', 'O', 'U'} {
		if c > skipped {
			n--
		}
	}
	return n
}

// idOf is the reverse of keyOf; "" for the zero key, which stands for none.
func idOf[T ~string](k key) T {
	if k == (key{}) {
		return ""
	}
	var out [26]byte
	var acc uint32
	held, n := 2, 0
	for _, c := range k {
		acc = acc<<8 | uint32(c)
		for held += 8; held >= 5; n++ {
			held -= 5
			out[n] = crockford[acc>>held&31]
		}
	}
	return T(out[:])
}

// chunkRows is how many rows are copied when one of them changes: 36 KB, which takes
// 3 µs.
const chunkRows = 512

// chunk holds the columns of some rows. Once a view has it, it is not written any
// more, but for the identities of rows that no view has yet.
type chunk struct {
	ids         *[chunkRows]key
	live, cited [chunkRows / 64]uint64
	cells       [fields][chunkRows]uint32 // numbers of lists of values
	stories     [chunkRows]key
	pages       [chunkRows]int32
	// low and high are the first and the last day that the date may stand for, as the
	// number 20261121; 0 for an unknown one.
	low, high       [chunkRows]int32
	published, time [chunkRows]int64
	precision       [chunkRows]vigie.Precision
}

func (c *chunk) isLive(i uint32) bool { return c.live[i/64]>>(i%64)&1 != 0 }

func mark(bitmap *[chunkRows / 64]uint64, i uint32, on bool) {
	if on {
		bitmap[i/64] |= 1 << (i % 64)
	} else {
		bitmap[i/64] &^= 1 << (i % 64)
	}
}

// set writes a row, but for its cells.
func (c *chunk) set(i uint32, r Row) {
	mark(&c.live, i, true)
	mark(&c.cited, i, r.Cited)
	c.stories[i], _ = keyOf(r.Story)
	c.pages[i] = int32(min(max(r.Pages, 0), 1<<30))
	c.low[i], c.high[i] = daysOf(r.Published)
	c.precision[i], c.published[i] = r.Published.Precision, r.Published.Time.Unix()
	c.time[i] = r.Time.Unix()
}

// daysOf returns the first and the last day that a date may stand for.
func daysOf(d vigie.Date) (low, high int32) {
	t := d.Time.UTC()
	switch d.Precision {
	case vigie.Unknown:
		return 0, 0
	case vigie.Year:
		return day(t), int32(t.Year())*10000 + 1231
	case vigie.Month:
		return day(t), day(time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC))
	case vigie.Day, vigie.Instant:
	}
	return day(t), day(t)
}

// day writes a day as the number 20261121.
func day(t time.Time) int32 {
	y, m, d := t.Date()
	return int32(y)*10000 + int32(m)*100 + int32(d)
}

// Row returns what the columns hold of a document; the zero row for an ordinal that
// no document has.
func (v *View) Row(n uint32) Row {
	if int(n) >= v.rows {
		return Row{}
	}
	c, i := v.chunks[n/chunkRows], n%chunkRows
	if !c.isLive(i) {
		return Row{}
	}
	r := Row{
		ID: idOf[vigie.DocumentID](c.ids[i]), Story: idOf[vigie.StoryID](c.stories[i]),
		Publisher: v.one(c, publishers, i), Country: v.one(c, countries, i), Lang: vigie.Lang(v.one(c, langs, i)),
		Type: v.one(c, types, i), Topics: v.many(c, topics, i), Tags: v.many(c, tags, i),
		Status: statusOf(v.one(c, statuses, i)), Cited: c.cited[i/64]>>(i%64)&1 != 0, Pages: int(c.pages[i]),
		Time: time.Unix(c.time[i], 0).UTC(),
	}
	if p := c.precision[i]; p != vigie.Unknown {
		r.Published = vigie.Date{Time: time.Unix(c.published[i], 0).UTC(), Precision: p}
	}
	for _, s := range v.many(c, sources, i) {
		r.Sources = append(r.Sources, vigie.SourceID(s))
	}
	if len(r.Sources) > 0 {
		r.Source = r.Sources[0]
	}
	return r
}

func (v *View) many(c *chunk, f field, i uint32) []string {
	var out []string
	for _, n := range v.names[f].lists[c.cells[f][i]] {
		out = append(out, v.names[f].values[n])
	}
	return out
}

func (v *View) one(c *chunk, f field, i uint32) string {
	list := v.names[f].lists[c.cells[f][i]]
	if len(list) == 0 {
		return ""
	}
	return v.names[f].values[list[0]]
}

// The status of a document that nobody looked at has a name here, as it is asked for.
const newStatus = "new"

func statusName(s vigie.Status) string {
	if s == vigie.New {
		return newStatus
	}
	return string(s)
}

func statusOf(name string) vigie.Status {
	if name == newStatus {
		return vigie.New
	}
	return vigie.Status(name)
}

// sourcesOf lists the sources of a row, the one of record first.
func (r Row) sourcesOf() []string {
	out := make([]string, 0, len(r.Sources)+1)
	out = append(out, string(r.Source))
	for _, s := range r.Sources {
		if !slices.Contains(out, string(s)) {
			out = append(out, string(s))
		}
	}
	slices.Sort(out[1:])
	return out
}

// pick writes the places of a chunk's living rows that are in a set, whose words for
// the chunk are given, and returns how many there are.
func (c *chunk) pick(at *[chunkRows]uint16, words []uint64) int {
	n := 0
	for w, word := range words {
		for word &= c.live[w]; word != 0; word &= word - 1 {
			at[n] = uint16(w*64 + bits.TrailingZeros64(word))
			n++
		}
	}
	return n
}
