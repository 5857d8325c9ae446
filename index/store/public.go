package store

import (
	"bytes"
	"iter"
	"time"

	"vigie"
)

// Shown is a place in the list of what is out. The zero value is its beginning.
type Shown struct {
	Published time.Time
	Synthesis vigie.SynthesisID
	Lang      vigie.Lang
}

// PublicAfter walks as [Tx.Public] does what stands behind a place, for those who page:
// what comes out meanwhile moves nothing.
func (tx *Tx) PublicAfter(lang vigie.Lang, place Shown) iter.Seq2[vigie.Edition, error] {
	return func(yield func(vigie.Edition, error) bool) {
		var from []byte
		if place.Synthesis != "" {
			from = publicKey(place.Synthesis, place.Lang, vigie.Version{Published: place.Published})
		}
		for k := range tableOf[mark](tx.tx, "public").keysFrom(nil, from) {
			id, in := vigie.SynthesisID(k[8:8+idLength]), vigie.Lang(k[8+idLength:])
			if bytes.Equal(k, from) || lang != "" && in != lang {
				continue
			}
			if !yield(tx.newestEdition(id, in)) {
				return
			}
		}
	}
}
