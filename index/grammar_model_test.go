package index_test

import (
	"fmt"
	"slices"
	"strings"

	"vigie"
	"vigie/index"
)

// asked is a part of a query as this test understands it: the model that the index
// is held against knows nothing of how package query and the index do it.
type asked struct {
	op      string // word, phrase, prefix, filter, and, or, near
	not     bool
	inTitle bool
	text    string // of a filter, its value
	field   string
	of      []asked
	within  int
}

// line writes it in the language of queries, with all parentheses.
func (a asked) line() string {
	out := a.text
	switch a.op {
	case "phrase":
		out = `"` + a.text + `"`
	case "prefix":
		out = a.text + "*"
	case "filter":
		out = a.field + ":" + a.text
	case "and", "or", "near":
		between := map[string]string{"and": " AND ", "or": " OR ", "near": fmt.Sprintf(" NEAR/%d ", a.within)}[a.op]
		parts := make([]string, len(a.of))
		for i, part := range a.of {
			parts[i] = part.line()
		}
		out = "(" + strings.Join(parts, between) + ")"
	}
	if a.inTitle {
		out = "title:" + out
	}
	if a.not {
		out = "-" + out
	}
	return out
}

func (a asked) wished() bool { return !a.not && !a.inTitle && (a.op == "word" || a.op == "prefix") }

// modelField is a text as an index holds it: where each term stands.
type modelField map[string][]int

// modelDocument is a document as this test understands it.
type modelDocument struct {
	id          vigie.DocumentID
	lang        vigie.Lang // as it is filed
	read        vigie.Lang // whose analysis it has
	source      string
	year        int // 0 where no date is known
	status, tag string
	title, body modelField
}

// model evaluates queries document by document.
type model struct {
	index.Analysis
	docs []modelDocument
}

// fields cuts a document's texts.
func (m model) fields(d *modelDocument, title string, paragraphs []string) {
	d.read, d.title, d.body = m.Base(d.lang), modelField{}, modelField{}
	terms, _ := m.Terms(d.lang, title)
	for i, t := range terms {
		d.title[t] = append(d.title[t], i+1)
	}
	at := 0
	for _, p := range paragraphs {
		terms, small := m.Terms(d.lang, p)
		for i, t := range terms {
			if at++; !small[i] {
				d.body[t] = append(d.body[t], at)
			}
		}
		at += 8
	}
}

// find returns the documents that fulfil what stands side by side.
func (m model) find(line []asked) []vigie.DocumentID {
	var out []vigie.DocumentID
	for i := range m.docs {
		if m.fits(&m.docs[i], line) {
			out = append(out, m.docs[i].id)
		}
	}
	slices.Sort(out)
	return out
}

// fits evaluates what stands side by side: filters of a field mean any of them, words
// are wished for unless something is demanded, all else is demanded.
func (m model) fits(d *modelDocument, line []asked) bool {
	chosen := map[string]bool{}
	var wishes []asked
	demanded := false
	for _, a := range line {
		switch {
		case a.op == "filter" && !a.not && a.field != "from" && a.field != "to":
			chosen[a.field] = chosen[a.field] || m.has(d, a)
		case a.wished():
			wishes = append(wishes, a)
		case m.has(d, a) == a.not:
			return false
		default:
			demanded = demanded || !a.not && a.op != "filter"
		}
	}
	for _, fulfilled := range chosen {
		if !fulfilled {
			return false
		}
	}
	return demanded || len(wishes) == 0 || m.grants(d, wishes)
}

// grants reports whether a document holds something of what is wished for.
func (m model) grants(d *modelDocument, wishes []asked) bool {
	var words []string
	for _, w := range wishes {
		if w.op == "word" {
			words = append(words, w.text)
		} else if m.has(d, w) {
			return true
		}
	}
	means := m.meaning(words)
	said, inTitle := false, len(words) > 0
	for _, w := range words {
		terms, small := m.Terms(d.lang, w)
		for i, t := range terms {
			inTitle = inTitle && len(d.title[t]) > 0
			if small[i] || means != "" && slices.Contains(m.smallIn(means, w), true) {
				continue
			}
			said = true
			if len(d.title[t])+len(d.body[t]) > 0 {
				return true
			}
		}
	}
	return !said && inTitle
}

// meaning is the language that knows the most of the words as small words, "" for none.
func (m model) meaning(words []string) (best vigie.Lang) {
	most := 0
	for _, lang := range []vigie.Lang{"fr", "ar", "en", "es"} {
		n := 0
		for _, w := range words {
			for _, s := range m.smallIn(lang, w) {
				if s {
					n++
				}
			}
		}
		if n > most {
			best, most = lang, n
		}
	}
	return best
}

func (m model) smallIn(lang vigie.Lang, word string) []bool {
	_, small := m.Terms(lang, word)
	return small
}

// has evaluates one part, whether or not it is forbidden.
func (m model) has(d *modelDocument, a asked) bool {
	switch a.op {
	case "filter":
		return d.filtered(a)
	case "and":
		return !slices.ContainsFunc(a.of, func(part asked) bool {
			return m.has(d, part) == part.not && (part.not || !m.saysNothing(d, part))
		})
	case "or":
		return slices.ContainsFunc(a.of, func(part asked) bool { return m.has(d, part) != part.not })
	case "near":
		return m.close(d, a, true) || m.close(d, a, false)
	}
	return len(m.places(d, a, true)) > 0 || !a.inTitle && len(m.places(d, a, false)) > 0
}

// saysNothing reports words that bodies in the document's language leave out: AND does
// not ask for those.
func (m model) saysNothing(d *modelDocument, a asked) bool {
	if a.op != "word" || a.inTitle {
		return false
	}
	_, small := m.Terms(d.lang, a.text)
	return !slices.Contains(small, false)
}

func (d *modelDocument) filtered(a asked) bool {
	switch a.field {
	case "lang":
		return string(d.lang.Base()) == a.text
	case "source":
		return d.source == a.text
	case "status":
		return d.status == a.text
	case "tag":
		return d.tag == a.text
	case "from":
		return d.year > 0 && fmt.Sprint(d.year) >= a.text
	case "to":
		return d.year > 0 && fmt.Sprint(d.year) <= a.text
	}
	panic(a.field)
}

// places returns where the words of a term stand in the title or in the body.
func (m model) places(d *modelDocument, a asked, title bool) (out []int) {
	in := d.body
	if title {
		in = d.title
	}
	if a.op == "prefix" {
		prefix, cut := m.Beginnings(d.lang, a.text)
		for t, at := range in {
			if strings.HasPrefix(t, prefix) || slices.Contains(cut, t) {
				out = append(out, at...)
			}
		}
		return out
	}
	terms, small := m.Terms(d.lang, a.text)
	if !title {
		for len(small) > 0 && small[0] {
			terms, small = terms[1:], small[1:]
		}
	}
	if len(terms) == 0 {
		return nil
	}
	for _, start := range in[terms[0]] {
		var at []int
		whole := true
		for i, t := range terms {
			if !title && small[i] {
				continue // a gap
			}
			at = append(at, start+i)
			whole = whole && slices.Contains(in[t], start+i)
		}
		if whole {
			out = append(out, at...)
		}
	}
	return out
}

// close tries every pair of places for the first and the last of the words.
func (m model) close(d *modelDocument, a asked, title bool) bool {
	parts := make([][]int, len(a.of))
	for i, part := range a.of {
		terms := []asked{part}
		if part.op == "or" {
			terms = part.of
		}
		for _, t := range terms {
			if t.inTitle && !title {
				return false
			}
			parts[i] = append(parts[i], m.places(d, t, title)...)
		}
	}
	reach := (a.within + 1) * (len(parts) - 1)
	return slices.ContainsFunc(slices.Concat(parts...), func(first int) bool {
		return !slices.ContainsFunc(parts, func(at []int) bool {
			return !slices.ContainsFunc(at, func(p int) bool { return p >= first && p <= first+reach })
		})
	})
}
