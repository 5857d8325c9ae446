package spell

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// walk goes through words in alphabetical order and finds those within a distance
// of the letters. Words that begin alike share the rows of the table of distances,
// and a beginning that is already too far is passed over with all its words.
type walk struct {
	letters []rune
	most    int
	// rows[d] are the distances of the first d letters of the word at hand to the
	// beginnings of letters; runes are those letters, ends their ends in bytes.
	rows  [longest + 1][longest + 1]uint8
	runes [longest + 1]rune
	ends  [longest + 1]int
}

// each calls found for every word within the distance.
func (w *walk) each(words []entry, found func(i, distance int)) {
	for j := range len(w.letters) + 1 {
		w.rows[0][j] = uint8(j)
	}
	depth, last := 0, ""
	for i := 0; i < len(words); {
		word := words[i].word
		depth = w.shared(depth, last, word)
		last = word
		near := true
		for at := w.ends[depth]; at < len(word) && near; {
			r, size := utf8.DecodeRuneInString(word[at:])
			at += size
			depth++
			w.ends[depth], w.runes[depth] = at, r
			near = w.row(depth)
		}
		if near {
			if d := int(w.rows[depth][len(w.letters)]); d <= w.most {
				found(i, d)
			}
			i++
			continue
		}
		i += past(words[i:], word[:w.ends[depth]])
	}
}

// shared returns how many of the first letters, of so many that have rows, the
// last word and the next have in common.
func (w *walk) shared(depth int, last, word string) int {
	n := 0
	for n < depth && w.ends[n+1] <= len(word) && last[w.ends[n]:w.ends[n+1]] == word[w.ends[n]:w.ends[n+1]] {
		n++
	}
	return n
}

// past returns the index of the first word that does not begin so.
func past(words []entry, beginning string) int {
	// Nearly always it is close by: look there before halving the rest.
	step := 1
	for step < len(words) && hasPrefix(words[step].word, beginning) {
		step *= 2
	}
	low, high := step/2, min(step, len(words))
	n, _ := slices.BinarySearchFunc(words[low:high], beginning, func(e entry, b string) int {
		if hasPrefix(e.word, b) {
			return -1
		}
		return cmp.Or(cmp.Compare(e.word, b), 1)
	})
	return low + n
}

func hasPrefix(s, prefix string) bool { return len(s) >= len(prefix) && s[:len(prefix)] == prefix }

// row fills the row of a depth from those above it, and reports whether any of it
// is near enough to go on.
func (w *walk) row(d int) bool {
	above, row := &w.rows[d-1], &w.rows[d]
	row[0] = uint8(d)
	least := row[0]
	for j, r := range w.letters {
		cost := uint8(1)
		if r == w.runes[d] {
			cost = 0
		}
		n := min(above[j]+cost, above[j+1]+1, row[j]+1)
		if d > 1 && j > 0 && r == w.runes[d-1] && w.letters[j-1] == w.runes[d] {
			n = min(n, w.rows[d-2][j-1]+1)
		}
		row[j+1] = n
		least = min(least, n)
	}
	return int(least) <= w.most
}
