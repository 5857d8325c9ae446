package index

import "vigie"

// Analysis is how texts and questions are cut into terms, for tests that evaluate
// queries by themselves.
type Analysis struct{ l *languages }

// NewAnalysis returns the analysis of all indexes.
func NewAnalysis() Analysis { return Analysis{newLanguages(titleBoost)} }

// Base returns the language whose fields hold texts in a language.
func (a Analysis) Base(lang vigie.Lang) vigie.Lang { return a.l.of(lang).code }

// Terms returns the terms of a text in a language, and which are of small words.
func (a Analysis) Terms(lang vigie.Lang, text string) (terms []string, small []bool) {
	a.l.terms(a.l.of(lang), text, func(t term, _, _ int) bool {
		terms, small = append(terms, t.text), append(small, t.stop)
		return true
	})
	return terms, small
}

// Beginnings returns a prefix, folded, and the terms that words which begin so may
// have been cut to.
func (a Analysis) Beginnings(lang vigie.Lang, text string) (prefix string, cut []string) {
	words := a.l.folded(text)
	last := words[len(words)-1]
	return last, a.l.of(lang).prefixTerms(last)
}
