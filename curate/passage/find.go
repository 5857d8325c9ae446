package passage

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"vigie"
)

// How says what became of a passage.
type How string

// The fates of a passage.
const (
	// Unchanged words stand where they stood.
	Unchanged How = "unchanged"
	// Moved words are the same at another place, on another page, or with other
	// white space or typography.
	Moved How = "moved"
	// Edited words were changed where they stand: a person has to look.
	Edited How = "edited"
	// Gone words are not in the text, or nothing says for sure which they are.
	Gone How = "gone"
)

// Found is a passage in another revision of its text.
type Found struct {
	How How
	// Passage has the words and the place as they are now; its document and its
	// revision are those that were handed in. It is zero where the words are gone.
	Passage vigie.Passage
	// Edits are the differences, in the order of the text; only where it is edited.
	Edits []Edit
}

// Weighty reports whether some edit may change what the words claim.
func (f Found) Weighty() bool {
	return slices.ContainsFunc(f.Edits, func(e Edit) bool { return e.Weighty })
}

const (
	// farthest bounds how far around a place texts are compared, in bytes.
	farthest = 4096
	// margin is by how many bytes more one of two places must agree with its
	// surroundings to be told from the other: more than a short word.
	margin = 8
	// doubt is by how many bytes one side of a place may agree worse than another's.
	doubt = 8
	// enough is how many characters must agree, the quotation with what is around
	// it, before a place counts.
	enough = 40
	// toil bounds the bytes compared in one search for the same words.
	toil = 1 << 24
	// mostPlaces bounds the places that are weighed against each other.
	mostPlaces = 64
)

// Find says where the words of p, a passage of the old text, are now. The old text
// may be nil where it is not kept any more: then only the same words in the same
// surroundings are found.
func Find(p vigie.Passage, old, now []vigie.Paragraph) Found {
	text := vigie.PlainText(now)
	if f, ok := unmoved(p, now, text); ok {
		return f
	}
	s := search{p: p, body: now, now: solid{text: text}}
	if s.take(old) {
		s.whole = true
	} else {
		s.old = solid{text: p.Prefix + p.Exact + p.Suffix}
		s.from, s.to = len(p.Prefix), len(p.Prefix)+len(p.Exact)
	}
	if f, ok := s.verbatim(); ok {
		return f
	}
	s.old, s.now = fold(s.old.text), fold(text)
	s.a, s.b = s.old.index(s.from), s.old.index(s.to)
	if s.a == s.b {
		return Found{How: Gone}
	}
	if n, ok := s.same(); ok {
		from, to := s.now.span(n, n+s.b-s.a)
		return s.found(from, to)
	}
	if !s.whole || cuts(s.old.text, s.from) || cuts(s.old.text, s.to) {
		return Found{How: Gone}
	}
	f := s.edited()
	if f.How == Edited && s.mayStand() {
		return Found{How: Gone}
	}
	return f
}

// search looks for one passage.
type search struct {
	p    vigie.Passage
	body []vigie.Paragraph
	// from and to are the place of the passage in the old text, a and b the same in
	// its solid form.
	old, now       solid
	from, to, a, b int
	// whole says that the old text is there, not only the passage's surroundings.
	whole bool
	spent int
}

// unmoved is the passage where it was, if it is there with all around it.
func unmoved(p vigie.Passage, body []vigie.Paragraph, text string) (Found, bool) {
	from := byteAt(text, p.Start)
	if p.Exact == "" || !strings.HasPrefix(text[from:], p.Exact) {
		return Found{}, false
	}
	q := at(p, body, text, from, from+len(p.Exact))
	if q == p {
		return Found{How: Unchanged, Passage: q}, true
	}
	q.Page = p.Page
	return Found{How: Moved, Passage: at(p, body, text, from, from+len(p.Exact))}, q == p
}

// take reads the old text, and reports whether the passage is in it.
func (s *search) take(body []vigie.Paragraph) bool {
	text := vigie.PlainText(body)
	s.from = byteAt(text, s.p.Start)
	s.to = s.from + len(s.p.Exact)
	s.old = solid{text: text}
	return s.p.Exact != "" && s.to <= len(text) && text[s.from:s.to] == s.p.Exact
}

// verbatim finds the words with their surroundings, byte by byte, where both texts
// have them once.
func (s *search) verbatim() (Found, bool) {
	around := s.p.Prefix + s.p.Exact + s.p.Suffix
	if utf8.RuneCountInString(around) < enough || strings.Count(s.old.text, around) != 1 || strings.Count(s.now.text, around) != 1 {
		return Found{}, false
	}
	from := strings.Index(s.now.text, around) + len(s.p.Prefix)
	return s.found(from, from+len(s.p.Exact)), true
}

// found is what is known of words that stand at a place of the new text.
func (s *search) found(from, to int) Found {
	f := Found{How: Moved, Passage: at(s.p, s.body, s.now.text, from, to)}
	if f.Passage.Start == s.p.Start && f.Passage.Exact == s.p.Exact && f.Passage.Page == s.p.Page {
		f.How = Unchanged
	}
	return f
}

// place is where the words may be, and how far around them the texts agree.
type place struct {
	n int
	reach
}

// reach is how many bytes on both sides of some words are the same in two texts.
type reach struct{ left, right int }

func (r reach) total() int { return r.left + r.right }

// beats reports whether r is clearly the better of two, and not much worse on one
// side: where a sentence went, the next one may begin with the same words, and each
// then agrees on a side.
func (r reach) beats(other reach) bool {
	return r.total() >= other.total()+margin && r.left+doubt > other.left && r.right+doubt > other.right
}

// same finds the same words: at the place that agrees best with the surroundings
// that they had, unless another place agrees nearly as well, or the words there
// come from another place of the old text.
func (s *search) same() (int, bool) {
	words := s.old.b[s.a:s.b]
	places := s.places(words)
	slices.SortStableFunc(places, func(x, y place) int { return cmp.Compare(y.total(), x.total()) })
	var ours []place
	for _, x := range places[:min(len(places), mostPlaces)] {
		if len(ours) == 2 || s.spent > toil {
			break
		}
		if !s.fromElsewhere(words, s.a, x) {
			ours = append(ours, x)
		}
	}
	if len(ours) == 0 || s.spent > toil || len(ours) == 2 && !ours[0].beats(ours[1].reach) {
		return 0, false
	}
	best := ours[0]
	if !s.whole { // Only all of what is kept around the words can show that they are those.
		return best.n, best.total() == len(s.old.b)-len(words)
	}
	return best.n, utf8.RuneCount(s.now.b[best.n-best.left:best.n+len(words)+best.right]) >= enough
}

// places are the places of words in the new text that begin and end as the passage
// does: inside a word only if it does too.
func (s *search) places(words []byte) []place {
	var out []place
	begins, ends := cuts(s.old.text, s.from), cuts(s.old.text, s.to)
	s.now.all(words, func(i int) bool {
		from, to := s.now.span(i, i+len(words))
		if cuts(s.now.text, from) == begins && cuts(s.now.text, to) == ends {
			out = append(out, place{i, s.reach(s.a, i, len(words))})
		}
		return s.spent <= toil
	})
	return out
}

// fromElsewhere reports whether a place of the old text other than o accounts for
// the words at x nearly as well as o does, or better.
func (s *search) fromElsewhere(words []byte, o int, x place) bool {
	return s.another(words, o, x.n, func(other reach) bool { return !x.beats(other) })
}

// another reports whether what surrounds the words at a place of the old text other than
// o agrees with the surroundings of n in the new one as accounts says.
func (s *search) another(words []byte, o, n int, accounts func(reach) bool) (found bool) {
	s.old.all(words, func(other int) bool {
		found = other != o && accounts(s.reach(other, n, len(words)))
		return !found && s.spent <= toil
	})
	return found
}

// mayStand reports whether the same words stand in the new text at a place that no other
// place of the old one clearly accounts for. Then it is wrong to say that they were edited
// elsewhere: where a copy of them was edited, and sentences came around them, a word that
// ends both those sentences and the ones before is all that speaks for the copy.
func (s *search) mayStand() bool {
	s.spent = 0 // what was compared before says nothing of this
	words := s.old.b[s.a:s.b]
	unclaimed := slices.ContainsFunc(s.places(words), func(x place) bool {
		return !s.another(words, s.a, x.n, func(other reach) bool { return other.beats(x.reach) })
	})
	return unclaimed || s.spent > toil
}

// reach is how far the texts agree around some words: those at o in the old text
// and at n in the new one.
func (s *search) reach(o, n, words int) reach {
	r := reach{backwards(s.old.b[:o], s.now.b[:n]), forwards(s.old.b[o+words:], s.now.b[n+words:])}
	s.spent += r.total() + 16
	return r
}

// forwards counts the bytes with which both begin, backwards those with which both
// end, as far as it matters.
func forwards(x, y []byte) int {
	n := min(len(x), len(y), farthest)
	i := 0
	for i < n && x[i] == y[i] {
		i++
	}
	return i
}

func backwards(x, y []byte) int {
	n := min(len(x), len(y), farthest)
	i := 0
	for i < n && x[len(x)-1-i] == y[len(y)-1-i] {
		i++
	}
	return i
}
