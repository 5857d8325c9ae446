package thesaurus

import (
	"maps"
	"slices"
	"strings"

	"vigie"
)

// Change is what somebody wants otherwise than a thesaurus has it.
type Change struct {
	// Concept stands in the place of the one of its identity, or is added. Of one that
	// is hidden the identity counts alone.
	Concept Concept
	Hidden  bool
}

// Over returns the thesaurus with changes put over it. The result is good whatever
// they say, since the thesaurus below may be another one than when they were made:
// concepts that cannot be used are left as they were, links that lead nowhere are left
// out, and so is what changed concepts have as broader where that leads round in a
// circle.
func (t *Thesaurus) Over(changes []Change) *Thesaurus {
	if len(changes) == 0 {
		return t
	}
	hidden, changed := map[string]bool{}, map[string]bool{}
	var over []Concept
	for _, c := range changes {
		switch id := c.Concept.ID; {
		case c.Hidden:
			hidden[id] = true
		case c.Concept.Check() == nil && !changed[id]:
			changed[id] = true
			over = append(over, c.Concept.clone())
		}
	}
	all := slices.DeleteFunc(t.with(over), func(c Concept) bool { return hidden[c.ID] })
	all = all[:min(len(all), maxConcepts)]
	at := places(all)
	for i := range all {
		all[i] = all[i].clone()
		lost := func(id string) bool { _, ok := at[id]; return !ok || id == all[i].ID }
		all[i].Broader, all[i].Related = slices.DeleteFunc(all[i].Broader, lost), slices.DeleteFunc(all[i].Related, lost)
	}
	var round []int // those of which nothing is broader any more, and not what is below them
	for _, i := range circling(all, at) {
		if changed[all[i].ID] && above(all, at, i)[i] {
			round = append(round, i)
		}
	}
	for _, i := range round {
		all[i].Broader = nil
	}
	return build(all)
}

// above returns all that is broader than a concept, by way of others too.
func above(concepts []Concept, at map[string]int, i int) map[int]bool {
	out := map[int]bool{}
	for next := []int{i}; len(next) > 0; {
		last := next[len(next)-1]
		next = next[:len(next)-1]
		for _, id := range concepts[last].Broader {
			if b := at[id]; !out[b] {
				out[b] = true
				next = append(next, b)
			}
		}
	}
	return out
}

// with returns the concepts of t, those of over in the place of those of the same
// identity or behind them.
func (t *Thesaurus) with(over []Concept) []Concept {
	out := slices.Clone(t.concepts)
	for _, c := range over {
		if i, ok := t.at[c.ID]; ok {
			out[i] = c
		} else {
			out = append(out, c)
		}
	}
	return out
}

func places(concepts []Concept) map[string]int {
	at := make(map[string]int, len(concepts))
	for i, c := range concepts {
		at[c.ID] = i
	}
	return at
}

// Admits returns what stands against putting a concept over t as a [FlawError], or
// nil: what is wrong with it on its own, links that lead nowhere or in a circle, and
// new labels that another concept has as its preferred one.
func (t *Thesaurus) Admits(c Concept) error {
	if err := c.Check(); err != nil {
		return err
	}
	all := t.with([]Concept{c})
	if len(all) > maxConcepts {
		return &tooMany(all).flaw
	}
	at := places(all)
	if f := c.astray(at); f != nil {
		return f
	}
	if f := circle(all, at); f != nil {
		return &f.flaw
	}
	if f := t.taken(c); f != nil {
		return f
	}
	return nil
}

// taken finds a label that the concept has not yet and that another has as its
// preferred one.
func (t *Thesaurus) taken(c Concept) *FlawError {
	old, _ := t.Concept(c.ID)
	for _, lang := range c.langs() {
		preferred := map[string]string{}
		for _, other := range t.concepts {
			if labels := other.Labels[lang]; len(labels) > 0 && other.ID != c.ID {
				preferred[PlainWords(labels[0].Text)] = other.ID
			}
		}
		for _, l := range c.Labels[lang] {
			other, ok := preferred[PlainWords(l.Text)]
			if ok && lang != Every && !slices.Contains(old.Labels[lang], l) {
				return &FlawError{"labels." + string(lang), "taken", l.Text, "has a label that is the preferred one of " + other}
			}
		}
	}
	return nil
}

// PlainWords is a text as words are compared: those that [Plain] finds, with a space
// between.
func PlainWords(text string) string {
	var out strings.Builder
	Plain(text, func(word []byte, _, _ int) bool {
		if out.Len() > 0 {
			out.WriteByte(' ')
		}
		out.Write(word)
		return true
	})
	return out.String()
}

// Equal reports whether two concepts say the same.
func (c Concept) Equal(other Concept) bool {
	named := func(c Concept) map[vigie.Lang][]Label {
		labels := maps.Clone(c.Labels)
		maps.DeleteFunc(labels, func(_ vigie.Lang, l []Label) bool { return len(l) == 0 })
		return labels
	}
	return c.ID == other.ID && slices.Equal(c.Broader, other.Broader) && slices.Equal(c.Related, other.Related) &&
		maps.EqualFunc(named(c), named(other), slices.Equal[[]Label])
}

// Name returns what a concept is called in a language, in another where it has no name
// there, and the language; [Every] for names that are the same in all.
func (c Concept) Name(lang vigie.Lang) (text string, in vigie.Lang) {
	if text, in = c.Preferred().In(lang); text != "" {
		return text, in
	}
	for _, l := range c.Labels[Every] {
		return l.Text, Every
	}
	return c.ID, Every
}

// Mentions reports whether a label or the identity holds what somebody looks for, as
// [Plain] folds words.
func (c Concept) Mentions(text string) bool {
	sought := PlainWords(text)
	if sought == "" || strings.Contains(c.ID, strings.ReplaceAll(sought, " ", "-")) {
		return true
	}
	for _, labels := range c.Labels {
		for _, l := range labels {
			if strings.Contains(PlainWords(l.Text), sought) {
				return true
			}
		}
	}
	return false
}
