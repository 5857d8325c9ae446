package archive

import (
	"context"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/index/thesaurus"
)

// concept is a line about what the desk said of a concept of the thesaurus.
type concept struct {
	Type    string                 `json:"type"`
	ID      string                 `json:"id"`
	N       int                    `json:"n"`
	State   store.TermState        `json:"state"`
	Labels  map[vigie.Lang][]label `json:"labels,omitempty"`
	Broader []string               `json:"broader,omitempty"`
	Related []string               `json:"related,omitempty"`
	By      vigie.UserID           `json:"by"`
	At      time.Time              `json:"at"`
}

// label is one name of a concept.
type label struct {
	Text       string `json:"text"`
	AsWritten  bool   `json:"as_written,omitempty"`
	Unsearched bool   `json:"unsearched,omitempty"`
}

func viewTerm(t store.Term) concept {
	v := concept{Type: "concept", ID: t.ID, N: t.N, State: t.State, Broader: t.Concept.Broader, Related: t.Concept.Related, By: t.By, At: t.At}
	for lang, labels := range t.Concept.Labels {
		if v.Labels == nil {
			v.Labels = map[vigie.Lang][]label{}
		}
		for _, l := range labels {
			v.Labels[lang] = append(v.Labels[lang], label(l))
		}
	}
	return v
}

// term is what a line says, to be checked as the store does.
func (v concept) term() store.Term {
	t := store.Term{ID: v.ID, N: v.N, State: v.State, By: v.By, At: v.At, Concept: thesaurus.Concept{Broader: v.Broader, Related: v.Related}}
	if v.State == store.OwnTerm {
		t.Concept.ID = v.ID
	}
	for lang, labels := range v.Labels {
		if t.Concept.Labels == nil {
			t.Concept.Labels = map[vigie.Lang][]thesaurus.Label{}
		}
		for _, l := range labels {
			t.Concept.Labels[lang] = append(t.Concept.Labels[lang], thesaurus.Label(l))
		}
	}
	return t
}

// terms writes all that the desk said of the thesaurus.
func (e *exporter) terms(ctx context.Context) error {
	var last store.Term
	return e.pages(ctx, func(tx *store.Tx) (more bool, err error) {
		for t, err := range tx.TermsAfter(last.ID, last.N) {
			if err != nil {
				return false, err
			}
			if e.page.Len() > pageBytes {
				return true, nil
			}
			if err := e.line(viewTerm(t), &e.report.Concepts); err != nil {
				return false, err
			}
			last = t
		}
		return false, nil
	})
}

// termLine reads a line about the thesaurus and reports whether it fits the one before
// it.
func (v *verifier) termLine(line []byte) (ok bool, err error) {
	var c concept
	err = strict(line, &c)
	v.seen.Concepts++
	before := v.concept
	v.concept = c
	follows := c.ID == before.ID && c.N == before.N+1 || c.ID > before.ID && c.N == 1
	t := c.term()
	return follows && t.Check() == nil, err
}
