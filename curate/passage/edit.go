package passage

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// Edit is one difference between a passage and what it became.
type Edit struct {
	// From are the words as they were, To as they are; one of them may be "".
	From, To string
	// Weighty edits touch a number, a unit, a sign or a negation: they may turn
	// what the words claim.
	Weighty bool
}

// The bounds of an edit that is light.
const (
	// keptOf of keptIn words and marks stay.
	keptOf, keptIn = 3, 5
	// slack is how many bytes more than before a passage may have around it.
	slack = 240
	// longestWord bounds the words that are made whole, in characters.
	longestWord = 100
	// mostTokens bounds the words that are compared with each other.
	mostTokens = 3000
	// lead is how many words more around one of two places must be there.
	lead = 4
	// widest bounds the words at the border of a passage that were replaced.
	widest = 4
)

// edited finds the words where some of them were changed. All windows that hold
// them must show the same place.
func (s *search) edited() Found {
	best := Found{How: Gone}
	var tried []int
	for _, x := range s.anchors() {
		n := x.n - x.o + s.a // where the passage would begin
		if slices.ContainsFunc(tried, func(t int) bool { return t-n < slack && n-t < slack }) {
			continue
		}
		tried = append(tried, n)
		f, ok := s.window(n)
		switch {
		case !ok:
		case best.How == Gone:
			best = f
		case f.Passage.Start != best.Passage.Start || f.Passage.End != best.Passage.End:
			return Found{How: Gone}
		}
		if len(tried) == mostWindows {
			break
		}
	}
	return best
}

// window compares the passage and its context word by word with what stands in the
// new text where the passage would begin at n.
func (s *search) window(n int) (Found, bool) {
	lo, hi := s.region()
	from := min(max(0, n-(s.a-lo)-slack), len(s.now.b))
	to := max(from, min(len(s.now.b), n+hi-s.a+slack+(s.b-s.a)/4))
	if from == to {
		return Found{}, false
	}
	var c comparison
	c.was, c.is = c.read(&s.old, wider(&s.old, lo, hi)), c.read(&s.now, wider(&s.now, from, to))
	if len(c.was) > mostTokens || len(c.is) > mostTokens {
		return Found{}, false
	}
	i, _ := slices.BinarySearchFunc(c.was, s.from, func(t token, place int) int { return t.to - place - 1 })
	j, _ := slices.BinarySearchFunc(c.was, s.to, func(t token, place int) int { return t.from - place })
	if i >= j {
		return Found{}, false
	}
	c.partner = align(c.was, c.is, i, j)
	first, ok := begin(c.partner, i)
	last, ok2 := end(c.partner, j, len(c.is))
	if !ok || !ok2 || first >= last || !light(c.partner[i:j], first, last) || !s.ours(c, i, j) {
		return Found{}, false
	}
	return s.compared(c.was[i:j], c.is[first:last], c.partner[i:j], first), true
}

// comparison is the passage with its context, in words, and a window of the new
// text; partner says for each old word which new one it is.
type comparison struct {
	vocabulary
	was, is []token
	partner []int
}

// wider is the place of some solid bytes in the text, with the whole words at its
// ends.
func wider(s *solid, i, j int) [2]int {
	from, to := s.span(i, j)
	for n := 0; n < longestWord && from > 0 && cuts(s.text, from); n++ {
		_, size := utf8.DecodeLastRuneInString(s.text[:from])
		from -= size
	}
	for n := 0; n < longestWord && to < len(s.text) && cuts(s.text, to); n++ {
		_, size := utf8.DecodeRuneInString(s.text[to:])
		to += size
	}
	return [2]int{from, to}
}

// begin is the first new word of the passage whose first old word is i: its
// partner or, where it was replaced, what follows the partner of the word before.
func begin(partner []int, i int) (int, bool) {
	if partner[i] >= 0 {
		return partner[i], true
	}
	if i == 0 || partner[i-1] < 0 {
		return 0, false
	}
	first := partner[i-1] + 1
	for k := i; k < len(partner); k++ {
		if partner[k] >= 0 {
			return first, partner[k]-first <= widest
		}
	}
	return 0, false
}

// end is behind the last new word of the passage that the old word j follows.
func end(partner []int, j, n int) (int, bool) {
	if partner[j-1] >= 0 {
		return partner[j-1] + 1, true
	}
	if j == len(partner) || partner[j] < 0 {
		return 0, false
	}
	last := partner[j]
	for k := j - 1; k >= 0; k-- {
		if partner[k] >= 0 {
			return last, last-partner[k]-1 <= widest && last <= n
		}
	}
	return 0, false
}

// light reports whether enough of the words stayed.
func light(partner []int, first, last int) bool {
	return 2*kept(partner)*keptIn >= (len(partner)+last-first)*keptOf
}

// ours reports whether the words that stayed come from the passage: whether no other
// place of the old text accounts for the longest stretch of them nearly as well,
// or, where one does, far fewer of the words around it are there.
func (s *search) ours(c comparison, i, j int) bool {
	best, words := s.longest(c, i, j)
	if best.total()+len(words) < shortest {
		return false
	}
	o, alike, ours := best.o, 0, true
	s.old.all(words, func(other int) bool {
		r := s.reach(other, best.n, len(words))
		switch {
		case other == o || best.beats(r):
		case r.left >= best.left+doubt, r.right >= best.right+doubt, alike == mostWindows:
			ours = false
		default:
			alike++
			ours = kept(c.partner) >= s.keptOf(c, other-o)+lead
		}
		return ours && s.spent <= 2*toil
	})
	return ours && s.spent <= 2*toil
}

// run is a row of words that stayed: at o in the old text, and at place.n in the new.
type run struct {
	o int
	place
}

// longest is the longest row of words of the passage that stayed, with all that
// agrees around it.
func (s *search) longest(c comparison, i, j int) (best run, words []byte) {
	for k := i; k < j; k++ {
		if c.partner[k] < 0 {
			continue
		}
		first := k
		for k+1 < j && c.partner[k+1] == c.partner[k]+1 {
			k++
		}
		o, n := s.old.index(c.was[first].from), s.now.index(c.is[c.partner[first]].from)
		row := s.old.b[o:s.old.index(c.was[k].to)]
		if !bytes.HasPrefix(s.now.b[n:], row) { // parted by signs that are no words
			row = row[:forwards(row, s.now.b[n:])]
		}
		if r := s.reach(o, n, len(row)); r.total()+len(row) > best.total()+len(words) {
			best, words = run{o, place{n, r}}, row
		}
	}
	return best, words
}

// keptOf counts the words around another place of the old text, as far away as
// shift says, that are in the window.
func (s *search) keptOf(c comparison, shift int) int {
	lo, hi := s.region()
	lo, hi = min(max(0, lo+shift), len(s.old.b)-1), min(hi+shift, len(s.old.b))
	if lo >= hi {
		return 0
	}
	return kept(align(c.read(&s.old, wider(&s.old, lo, hi)), c.is, 0, 0))
}

func kept(partner []int) int {
	n := 0
	for _, p := range partner {
		if p >= 0 {
			n++
		}
	}
	return n
}

// compared is the passage with its differences; where all of them were white space
// and typography it has only moved.
func (s *search) compared(was, is []token, partner []int, first int) Found {
	f := s.found(is[0].from, is[len(is)-1].to)
	if keys(was) == keys(is) {
		return f
	}
	f.How = Edited
	i, j := 0, 0
	for i < len(was) || j < len(is) {
		if i < len(was) && partner[i] == first+j {
			i, j = i+1, j+1
			continue
		}
		k, m := i, j
		for i < len(was) && partner[i] < 0 {
			i++
		}
		j = len(is)
		if i < len(was) {
			j = partner[i] - first
		}
		if e, ok := edit(s.old.text, s.now.text, was[k:i], is[m:j]); ok {
			f.Edits = append(f.Edits, e)
		}
	}
	return f
}

// edit is the difference between some words, unless it is only typography.
func edit(old, now string, was, is []token) (Edit, bool) {
	e := Edit{From: stretch(old, was), To: stretch(now, is)}
	e.Weighty = weighty(was) || weighty(is)
	return e, keys(was) != keys(is)
}

func stretch(text string, ts []token) string {
	if len(ts) == 0 {
		return ""
	}
	return text[ts[0].from:ts[len(ts)-1].to]
}
