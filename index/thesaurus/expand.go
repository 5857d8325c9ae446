package thesaurus

import (
	"slices"
	"strings"

	"vigie"
)

// maxQuery is how many words of a text are looked at.
const maxQuery = 256

// Match is a concept that some words of a text stand for.
type Match struct {
	// Concept is its identity. Where one label belongs to several concepts there
	// is a match for each, over the same words.
	Concept string
	// Label is how the thesaurus writes what was found, Lang its language.
	Label string
	Lang  vigie.Lang
	// From and To are words of the text, as the expander's Words cuts them: the
	// first, and the one past the last. Start and End are its bytes.
	From, To, Start, End int
	// Alternatives are what else to look for, by language in the order asked for,
	// preferred labels first, and last those of all languages.
	Alternatives []Alternative
}

// Alternative is another label of a concept.
type Alternative struct {
	// Lang may be [Every].
	Lang vigie.Lang
	Text string
}

// Expander finds concepts in texts. It is a trie over the stems of the labels.
type Expander struct {
	of    *Thesaurus
	words Words
	ids   map[string]int32 // stem -> number of the word, from 0
	edges map[edge]int32   // -> node; node 0 is the root
	ends  map[int32][]end  // labels that end at a node, in the order of the file
	nodes int32
	// alternatives of each concept, with the node where each ends.
	labels []map[vigie.Lang][]named
}

type edge struct{ node, word int32 }

// end is a label where it ends in the trie.
type end struct {
	concept int32
	lang    vigie.Lang
	label   Label
}

// named is a label to look for, and where it ends in the trie.
type named struct {
	text string
	node int32
}

// Expander returns an expander that cuts texts by words, or by [Plain] when that
// is nil. It takes a few milliseconds to make.
func (t *Thesaurus) Expander(words Words) *Expander {
	if words == nil {
		words = Plain
	}
	x := &Expander{of: t, words: words, ids: map[string]int32{}, edges: map[edge]int32{}, ends: map[int32][]end{}, nodes: 1}
	x.labels = make([]map[vigie.Lang][]named, len(t.concepts))
	for i, c := range t.concepts {
		x.labels[i] = map[vigie.Lang][]named{}
		for _, lang := range c.langs() {
			for _, l := range c.Labels[lang] {
				x.add(int32(i), lang, l)
			}
		}
	}
	return x
}

// add puts a label into the trie.
func (x *Expander) add(concept int32, lang vigie.Lang, l Label) {
	tokens := x.cut(l.Text)
	meant := slices.DeleteFunc(slices.Clone(tokens), func(t token) bool { return t.small })
	if len(meant) == 0 {
		meant = tokens
	}
	if len(meant) == 0 {
		return
	}
	node := int32(0)
	for _, t := range meant {
		id, ok := x.ids[t.stem]
		if !ok {
			id = int32(len(x.ids))
			x.ids[t.stem] = id
		}
		next, ok := x.edges[edge{node, id}]
		if !ok {
			next = x.nodes
			x.nodes++
			x.edges[edge{node, id}] = next
		}
		node = next
	}
	x.ends[node] = append(x.ends[node], end{concept, lang, l})
	same := func(n named) bool { return n.node == node }
	if !l.Unsearched && !slices.ContainsFunc(x.labels[concept][lang], same) {
		x.labels[concept][lang] = append(x.labels[concept][lang], named{l.Text, node})
	}
}

// token is a word of a text.
type token struct {
	stem       string // while the trie is made
	id         int32  // when texts are read; -1 for words of no label
	small      bool
	start, end int
}

// cut returns the words of a label.
func (x *Expander) cut(text string) []token {
	var out []token
	x.words(text, func(word []byte, start, end int) bool {
		small := isSmall(word)
		out = append(out, token{stem: string(stem(slices.Clone(word))), small: small, start: start, end: end})
		return len(out) < maxWords
	})
	return out
}

// Expand returns the concepts that the text names in one of the languages from,
// or in all of them when there are none. At each place the longest label counts;
// matches do not overlap and come in the order of the text. Alternatives are given
// in the languages to.
func (x *Expander) Expand(text string, from, to []vigie.Lang) []Match {
	var buf [32]token
	tokens := buf[:0]
	var scratch [maxWord * 2]byte
	x.words(text, func(word []byte, start, end int) bool {
		small := isSmall(word)
		id, ok := x.ids[string(stem(append(scratch[:0], word...)))]
		if !ok {
			id = -1
		}
		tokens = append(tokens, token{id: id, small: small, start: start, end: end})
		return len(tokens) < maxQuery
	})
	var out []Match
	for i := 0; i < len(tokens); {
		node, past := x.longest(text, tokens[i:], from)
		if past == 0 {
			i++
			continue
		}
		for n, e := range x.ends[node] {
			if x.counts(node, n, text[tokens[i].start:tokens[i+past-1].end], from) {
				out = append(out, Match{
					Concept: x.of.concepts[e.concept].ID, Label: e.label.Text, Lang: e.lang,
					From: i, To: i + past, Start: tokens[i].start, End: tokens[i+past-1].end,
					Alternatives: x.alternatives(e.concept, node, to),
				})
			}
		}
		i += past
	}
	return out
}

// longest walks from the first token as far as a label goes, and returns where it
// ends and how many tokens it took; none when no label begins here.
func (x *Expander) longest(text string, tokens []token, from []vigie.Lang) (node int32, past int) {
	at := int32(0)
	for n, t := range tokens {
		next, ok := int32(0), false
		if t.id >= 0 {
			next, ok = x.edges[edge{at, t.id}]
		}
		switch {
		case ok:
			at = next
		case n > 0 && t.small:
			continue
		default:
			return node, past
		}
		words := text[tokens[0].start:t.end]
		for i := range x.ends[at] {
			if x.counts(at, i, words, from) {
				node, past = at, n+1
				break
			}
		}
	}
	return node, past
}

// counts reports whether the label that ends at a node is what was written, in a
// language that is asked for, and the first of its concept that is.
func (x *Expander) counts(node int32, n int, written string, from []vigie.Lang) bool {
	fits := func(e end) bool {
		return (!e.label.AsWritten || e.label.Text == written) &&
			(e.lang == Every || len(from) == 0 || slices.Contains(from, e.lang))
	}
	ends := x.ends[node]
	if !fits(ends[n]) {
		return false
	}
	for _, before := range ends[:n] {
		if before.concept == ends[n].concept && fits(before) {
			return false
		}
	}
	return true
}

// alternatives returns the labels of a concept but those that end at the node.
func (x *Expander) alternatives(concept, node int32, to []vigie.Lang) []Alternative {
	var out []Alternative
	add := func(lang vigie.Lang) {
		for _, l := range x.labels[concept][lang] {
			if l.node != node {
				out = append(out, Alternative{lang, l.text})
			}
		}
	}
	for _, lang := range to {
		if lang != Every {
			add(lang)
		}
	}
	if len(to) > 0 {
		add(Every)
	}
	return out
}

// String returns the alternatives by language, for reports and tests.
func (m Match) String() string {
	var out strings.Builder
	out.WriteString(m.Concept + " (" + m.Label + ")")
	last := vigie.Lang("")
	for _, a := range m.Alternatives {
		if a.Lang != last {
			out.WriteString("; " + string(a.Lang) + ":")
		} else {
			out.WriteByte(',')
		}
		out.WriteString(" " + a.Text)
		last = a.Lang
	}
	return out.String()
}
