package index

import "slices"

// reachBetween is how many words may stand between two of a name, on the average:
// "mises à jour mensuelles de sécurité" says what "mise à jour de sécurité" does.
const reachBetween = 3

// nearby finds where the words of names stand close together, in any order. It keeps
// room for what it finds, which is good until it looks at the next document.
type nearby struct {
	places []nearbyPlace
	latest []int
}

// nearbyPlace is where one of the words stands.
type nearbyPlace struct {
	spot

	nth int
}

// find returns the last word of each such place. No word belongs to two of them.
func (b *nearby) find(spots [][]spot, words []int) []spot {
	b.places, b.latest = b.places[:0], b.latest[:0]
	for nth, word := range words {
		if len(spots[word]) == 0 {
			return nil
		}
		for _, at := range spots[word] {
			b.places = append(b.places, nearbyPlace{at, nth})
		}
		b.latest = append(b.latest, notYet)
	}
	slices.SortFunc(b.places, func(x, y nearbyPlace) int { return int(x.spot) - int(y.spot) })
	reach := (reachBetween + 1) * (len(words) - 1)
	var out []spot
	for _, p := range b.places {
		b.latest[p.nth] = p.number()
		if p.number()-slices.Min(b.latest) > reach {
			continue
		}
		out = append(out, p.spot)
		for i := range b.latest {
			b.latest[i] = notYet
		}
	}
	return out
}

// notYet is where a word seems to stand that did not come yet.
const notYet = -1 << 30
