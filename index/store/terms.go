package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"time"

	"vigie"
	"vigie/index/thesaurus"
)

// mostTerms bounds the concepts that are as the desk has them; with them the built-in
// ones stay within what a thesaurus may hold.
const mostTerms = 5000

// TermState is what the desk wants of a concept of the thesaurus.
type TermState string

// The states of a concept that the desk had a say about.
const (
	// OwnTerm is as the desk has it.
	OwnTerm TermState = "own"
	// HiddenTerm is not used.
	HiddenTerm TermState = "hidden"
	// BuiltInTerm is again as the built-in thesaurus has it.
	BuiltInTerm TermState = "built-in"
)

// Term is what the desk said about a concept of the thesaurus, at one time. None is ever
// changed; the newest one counts.
type Term struct {
	// ID is the identity of the concept, and N counts what was said of it from 1.
	ID string `json:"-"` // it is in the key
	N  int    `json:"-"` // likewise
	// State says whether Concept counts: it is there in OwnTerm alone.
	State   TermState         `json:"state"`
	Concept thesaurus.Concept `json:"concept,omitzero"`
	By      vigie.UserID      `json:"by"`
	At      time.Time         `json:"at"`
}

func (t *Term) fill(key []byte) {
	id, n, ok := bytes.Cut(key, []byte{0})
	if !ok || len(n) != 4 {
		return
	}
	t.ID, t.N = string(id), int(binary.BigEndian.Uint32(n))
	if t.State == OwnTerm {
		t.Concept.ID = t.ID
	}
}

func termKey(id string, n int) []byte {
	return binary.BigEndian.AppendUint32(append([]byte(id), 0), uint32(n))
}

// Check returns what is wrong with a term, as a vigie.ErrInvalid.
func (t *Term) Check() error {
	concept := t.Concept
	switch {
	case t.N < 1:
		return &vigie.InvalidError{Field: "n", Reason: "is not a number from 1"}
	case t.State == OwnTerm:
	case t.State != HiddenTerm && t.State != BuiltInTerm:
		return &vigie.InvalidError{Field: "state", Reason: fmt.Sprintf("is %.20q", string(t.State))}
	case concept.ID != "" || concept.Labels != nil || concept.Broader != nil || concept.Related != nil:
		return &vigie.InvalidError{Field: "concept", Reason: "stands where none is due"}
	case t.State == BuiltInTerm && t.N == 1:
		return &vigie.InvalidError{Field: "state", Reason: "goes back to the built-in thesaurus from nothing"}
	default: // a name, to have its identity checked
		concept = thesaurus.Concept{ID: t.ID, Labels: map[vigie.Lang][]thesaurus.Label{thesaurus.Every: {{Text: "x"}}}}
	}
	if err := concept.Check(); err != nil {
		return err
	}
	if concept.ID != t.ID {
		return &vigie.InvalidError{Field: "concept", Reason: "has another identity"}
	}
	return nil
}

// Change is what the term makes of the built-in thesaurus; false where it leaves it as
// it is.
func (t *Term) Change() (thesaurus.Change, bool) {
	c := t.Concept
	c.ID = t.ID
	return thesaurus.Change{Concept: c, Hidden: t.State == HiddenTerm}, t.State != BuiltInTerm
}

// Term returns what was said last about a concept, or vigie.ErrNotFound.
func (tx *Tx) Term(id string) (Term, error) {
	prefix := append([]byte(id), 0)
	for t, err := range tableOf[Term](tx.tx, "concepts").back(prefix, join(prefix, []byte{255, 255, 255, 255})) {
		return t, err
	}
	return Term{}, fmt.Errorf("find concept %.64s: %w", id, vigie.ErrNotFound)
}

// TermsOf walks all that was said about a concept, oldest first.
func (tx *Tx) TermsOf(id string) iter.Seq2[Term, error] {
	return tableOf[Term](tx.tx, "concepts").all(append([]byte(id), 0), nil)
}

// TermsAfter walks all that was said about all concepts, by identity and oldest first,
// behind the given one; for those who page.
func (tx *Tx) TermsAfter(id string, n int) iter.Seq2[Term, error] {
	return tableOf[Term](tx.tx, "concepts").all(nil, termKey(id, n+1))
}

// Terms walks what was said last about each concept, by identity.
func (tx *Tx) Terms() iter.Seq2[Term, error] {
	return func(yield func(Term, error) bool) {
		t := tableOf[Term](tx.tx, "concepts")
		c := t.b.Cursor()
		k, value := c.First()
		for k != nil {
			key, last := k, value
			if k, value = c.Next(); k != nil && sameTerm(k, key) {
				continue
			}
			v, err := decode[Term](t.name, key, last)
			if !yield(v, err) {
				return
			}
		}
	}
}

func sameTerm(a, b []byte) bool {
	x, _, _ := bytes.Cut(a, []byte{0})
	y, _, _ := bytes.Cut(b, []byte{0})
	return bytes.Equal(x, y)
}

// PutTerms adds what somebody says about concepts. The N of each must be the one after
// what was said last; otherwise somebody else did meanwhile, which is a
// vigie.ErrConflict. Where that cannot be read it is a vigie.ErrDamaged; what cannot be
// read of other concepts stands in nobody's way.
func (tx *Tx) PutTerms(terms ...Term) error {
	table := tableOf[Term](tx.tx, "concepts")
	for _, t := range terms {
		if err := t.Check(); err != nil {
			return fmt.Errorf("put concept %.64s: %w", t.ID, err)
		}
		last, err := tx.Term(t.ID)
		if err != nil && !errors.Is(err, vigie.ErrNotFound) {
			return err
		}
		if t.N != last.N+1 {
			return fmt.Errorf("put concept %s: it was changed %d times and not %d: %w", t.ID, last.N, t.N-1, vigie.ErrConflict)
		}
		t.Concept.ID, t.At = "", t.At.UTC().Round(0)
		if err := table.put(termKey(t.ID, t.N), t); err != nil {
			return err
		}
	}
	n := 0
	for t, err := range tx.Terms() {
		if err != nil && !errors.Is(err, vigie.ErrDamaged) {
			return err
		}
		if t.State == OwnTerm {
			n++
		}
	}
	if n > mostTerms {
		return &vigie.InvalidError{Field: "many", Reason: fmt.Sprintf("are more than %d concepts", mostTerms)}
	}
	return nil
}

// concepts proves that all that was said about concepts is there and well formed.
func (c *checker) concepts(context.Context) {
	t := tableOf[Term](c.tx.tx, "concepts")
	before := Term{}
	for k := range t.keys(nil) {
		term, err := t.get(k)
		if err != nil {
			before = Term{}
			before.fill(k)
			continue // counted by envelopes
		}
		if term.ID != before.ID {
			before = Term{}
		}
		if term.N != before.N+1 || !bytes.Equal(termKey(term.ID, term.N), k) {
			c.damagef("%s does not follow what was said before about that concept", place("concepts", k))
		} else if err := term.Check(); err != nil {
			c.damagef("%s is no term: %v", place("concepts", k), err)
		}
		before = term
	}
}
