package column

import (
	"time"

	"vigie"
)

// Story returns the story of the document with an ordinal, "" for none.
func (v *View) Story(n uint32) vigie.StoryID {
	if int(n) >= v.rows {
		return ""
	}
	return idOf[vigie.StoryID](v.chunks[n/chunkRows].stories[n%chunkRows])
}

// Time returns what the document with an ordinal is sorted by; the zero time for an
// ordinal that was not given.
func (v *View) Time(n uint32) time.Time {
	if int(n) >= v.rows {
		return time.Time{}
	}
	return time.Unix(v.chunks[n/chunkRows].time[n%chunkRows], 0)
}

// Origin returns the source of record of the document with an ordinal, and whether its
// publisher dated it; nothing for an ordinal that was not given.
func (v *View) Origin(n uint32) (source vigie.SourceID, dated bool) {
	if int(n) >= v.rows {
		return "", false
	}
	c, i := v.chunks[n/chunkRows], n%chunkRows
	for _, name := range v.names[sources].lists[c.cells[sources][i]] {
		return vigie.SourceID(v.names[sources].values[name]), c.precision[i] != vigie.Unknown
	}
	return "", c.precision[i] != vigie.Unknown
}
