package story

import "iter"

// The kinds of key: each has hashes of its own.
const (
	keyText = iota + 1
	keyShingle
	keyTitle
	keyAddress
	keyLink
	keyNumber // this one and those below say something across languages only
	keyNames
	keySound
)

// key is a key of a print, and how many others it counts for.
type key struct {
	hash   uint32
	weight uint8
	// across says that the key leads to documents in other languages only: in its own
	// a story is found by its words.
	across bool
}

func keyOf(kind, a, b uint32, weight uint8) key {
	return key{small(uint64(kind)*fnvPrime ^ uint64(a)<<32 ^ uint64(b)), weight, kind >= keyNumber}
}

// keys lists the keys under which a print is found: prints of the same story have
// one in common, nearly always. They are the locality-sensitive hashes of the
// table: the smallest hashes of two sets are the same the likelier the more the
// sets have in common. Who asks is also found by who links to it, and finds what it
// links to, which many may do: that has a key of its own, lest they hide it.
func keys(p *Print, asks bool) iter.Seq[key] {
	return func(yield func(key) bool) {
		if p.Words >= exactWords && !yield(keyOf(keyText, uint32(p.Text>>32), uint32(p.Text), 4)) {
			return
		}
		_ = singles(p.shingles.values, min(max(p.Words/keysPer, minKeys), maxKeys), keyShingle, 1, yield) &&
			(len(p.title) < titleWords || pairs(p.title[:3], keyTitle, 2, yield)) &&
			singles(p.own, linkKeys, keyAddress, 4, yield) &&
			singles(p.links, linkKeys, keyLink, 4, yield) &&
			(!asks || singles(p.own, linkKeys, keyLink, 4, yield) && singles(p.links, linkKeys, keyAddress, 4, yield)) &&
			p.Lang != "" &&
			singles(strongest(p.numbers.values), numberKeys, keyNumber, 1, yield) &&
			pairs(p.names.values[:min(nameKeys, len(p.names.values))], keyNames, 1, yield) &&
			singles(p.sounds.values, soundKeys, keySound, 1, yield)
	}
}

// singles yields a key for each of the first values.
func singles(values []uint32, most int, kind uint32, weight uint8, yield func(key) bool) bool {
	for _, v := range values[:min(most, len(values))] {
		if !yield(keyOf(kind, v, 0, weight)) {
			return false
		}
	}
	return true
}

// pairs yields a key for each two of values.
func pairs(values []uint32, kind uint32, weight uint8, yield func(key) bool) bool {
	for i, a := range values {
		for _, b := range values[i+1:] {
			if !yield(keyOf(kind, a, b, weight)) {
				return false
			}
		}
	}
	return true
}

// strongest are the smallest of the numbers that say much by themselves.
func strongest(numbers []uint32) []uint32 {
	found := make([]uint32, 0, numberKeys)
	for _, v := range numbers {
		if v&3 == strong && len(found) < numberKeys {
			found = append(found, v)
		}
	}
	return found
}
