package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"

	"vigie"
)

// The most that a synthesis may refer to.
const (
	mostVersions  = 40
	mostCitations = 2000
	mostEmbeds    = 500
)

// Synthesis returns one synthesis with its working texts, or vigie.ErrNotFound.
func (tx *Tx) Synthesis(id vigie.SynthesisID) (vigie.Synthesis, error) {
	return tableOf[vigie.Synthesis](tx.tx, "syntheses").get([]byte(id))
}

// Syntheses walks all syntheses, the one that was begun last first.
func (tx *Tx) Syntheses() iter.Seq2[vigie.Synthesis, error] {
	return tableOf[vigie.Synthesis](tx.tx, "syntheses").back(nil, nil)
}

// PutSynthesis adds or changes a synthesis. Its Revision must be the one after the
// kept one's, 1 for a new one; otherwise somebody changed it meanwhile, which is a
// vigie.ErrConflict. A version that speaks of a new edition needs [Tx.AddEdition]
// in the same transaction, before or after.
func (tx *Tx) PutSynthesis(s vigie.Synthesis) error {
	if err := checkSynthesis(s); err != nil {
		return fmt.Errorf("put synthesis: %w", err)
	}
	t := tableOf[vigie.Synthesis](tx.tx, "syntheses")
	cause := "changed"
	old, err := t.get([]byte(s.ID))
	switch {
	case errors.Is(err, vigie.ErrNotFound):
		cause = "new"
	case err != nil:
		return err
	}
	if s.Revision != old.Revision+1 {
		return fmt.Errorf("put synthesis %s: revision %d follows %d: %w", s.ID, s.Revision, old.Revision, vigie.ErrConflict)
	}
	if err := tx.noteEditions(old, s); err != nil {
		return err
	}
	if err := errors.Join(tx.show(old, s), tx.cite(old, s)); err != nil {
		return err
	}
	if err := t.put([]byte(s.ID), s); err != nil {
		return err
	}
	_, err = tx.record(SynthesisChange, string(s.ID), Put, cause)
	return err
}

func checkSynthesis(s vigie.Synthesis) error {
	switch {
	case !vigie.ValidID(s.ID):
		return &vigie.InvalidError{Field: "id", Reason: "is missing, or no identity"}
	case len(s.Versions) > mostVersions:
		return &vigie.InvalidError{Field: "versions", Reason: fmt.Sprintf("are more than %d", mostVersions)}
	case len(s.Citations) > mostCitations:
		return &vigie.InvalidError{Field: "citations", Reason: fmt.Sprintf("are more than %d", mostCitations)}
	case len(s.Embeds) > mostEmbeds:
		return &vigie.InvalidError{Field: "figures", Reason: fmt.Sprintf("are more than %d", mostEmbeds)}
	}
	for lang, v := range s.Versions {
		if err := errors.Join(usual(lang), v.Check()); err != nil {
			return err
		}
	}
	return nil
}

// noteEditions notes which new editions a synthesis speaks of, and sees to it that
// none is forgotten.
func (tx *Tx) noteEditions(old, s vigie.Synthesis) error {
	for lang, before := range old.Versions {
		if now := s.Versions[lang]; now.Edition < before.Edition {
			return &vigie.InvalidError{Field: "edition", Reason: fmt.Sprintf("%d in %s is there and was forgotten", before.Edition, lang)}
		}
	}
	for lang, v := range s.Versions {
		if v.Edition != old.Versions[lang].Edition {
			tx.published = append(tx.published, publication{s.ID, lang})
		}
	}
	return nil
}

// publication is a text in one language.
type publication struct {
	id   vigie.SynthesisID
	lang vigie.Lang
}

// settleEditions refuses a transaction that brought an edition without its
// synthesis, or the reverse.
func (tx *Tx) settleEditions() error {
	for _, p := range tx.published {
		s, err := tx.Synthesis(p.id)
		if err != nil {
			return err
		}
		last, err := tx.newestEdition(p.id, p.lang)
		if err != nil && !errors.Is(err, vigie.ErrNotFound) {
			return err
		}
		if said := s.Versions[p.lang].Edition; said != last.N {
			return &vigie.InvalidError{Field: "edition", Reason: fmt.Sprintf("the synthesis speaks of edition %d in %s and the newest is %d", said, p.lang, last.N)}
		}
	}
	return nil
}

// publicKey sorts newest first.
func publicKey(id vigie.SynthesisID, lang vigie.Lang, v vigie.Version) []byte {
	return join(newestFirst(v.Published), []byte(id), []byte(lang))
}

// show keeps the list of what is out in step with a synthesis.
func (tx *Tx) show(old, s vigie.Synthesis) error {
	t := tableOf[mark](tx.tx, "public")
	for lang, v := range old.Versions {
		if v.Out() {
			if err := t.delete(publicKey(s.ID, lang, v)); err != nil {
				return err
			}
		}
	}
	for lang, v := range s.Versions {
		if v.Out() {
			if err := t.b.Put(publicKey(s.ID, lang, v), nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// Public walks what the public reads in a language: the newest edition of every
// text that is out, newest first. "" stands for every language.
func (tx *Tx) Public(lang vigie.Lang) iter.Seq2[vigie.Edition, error] {
	return func(yield func(vigie.Edition, error) bool) {
		for k := range tableOf[mark](tx.tx, "public").keys(nil) {
			id, in := vigie.SynthesisID(k[8:8+idLength]), vigie.Lang(k[8+idLength:])
			if lang != "" && in != lang {
				continue
			}
			if !yield(tx.newestEdition(id, in)) {
				return
			}
		}
	}
}

func editionsOf(id vigie.SynthesisID, lang vigie.Lang) []byte {
	return join([]byte(id), []byte(lang), []byte{0})
}

func editionKey(id vigie.SynthesisID, lang vigie.Lang, n int) []byte {
	return binary.BigEndian.AppendUint32(editionsOf(id, lang), uint32(n))
}

// Edition returns a text as it was published, or vigie.ErrNotFound.
func (tx *Tx) Edition(id vigie.SynthesisID, lang vigie.Lang, n int) (vigie.Edition, error) {
	return tableOf[vigie.Edition](tx.tx, "editions").get(editionKey(id, lang, n))
}

// Editions walks all editions of a synthesis, language by language, oldest first.
func (tx *Tx) Editions(id vigie.SynthesisID) iter.Seq2[vigie.Edition, error] {
	return tableOf[vigie.Edition](tx.tx, "editions").all([]byte(id), nil)
}

// newestEdition returns the last edition in a language, or vigie.ErrNotFound.
func (tx *Tx) newestEdition(id vigie.SynthesisID, lang vigie.Lang) (vigie.Edition, error) {
	prefix := editionsOf(id, lang)
	for e, err := range tableOf[vigie.Edition](tx.tx, "editions").back(prefix, join(prefix, []byte{255, 255, 255, 255})) {
		return e, err
	}
	return vigie.Edition{}, fmt.Errorf("find edition of %s in %s: %w", id, lang, vigie.ErrNotFound)
}

// AddEdition keeps what is published, for ever. Its N must be the next one of the
// language; otherwise it is a vigie.ErrConflict. The synthesis that speaks of it
// belongs into the same transaction, see [Tx.PutSynthesis].
func (tx *Tx) AddEdition(e vigie.Edition) error {
	if err := errors.Join(usual(e.Lang), e.Check()); err != nil {
		return fmt.Errorf("add edition: %w", err)
	}
	if _, err := tx.Synthesis(e.Synthesis); err != nil {
		return fmt.Errorf("add edition: %w", err)
	}
	last, err := tx.newestEdition(e.Synthesis, e.Lang)
	if err != nil && !errors.Is(err, vigie.ErrNotFound) {
		return err
	}
	if e.N != last.N+1 {
		return fmt.Errorf("add edition %d of %s in %s: the newest is %d: %w", e.N, e.Synthesis, e.Lang, last.N, vigie.ErrConflict)
	}
	if err := tableOf[vigie.Edition](tx.tx, "editions").put(editionKey(e.Synthesis, e.Lang, e.N), e); err != nil {
		return err
	}
	if err := tx.markCited(e.Synthesis, e.Citations); err != nil {
		return err
	}
	tx.published = append(tx.published, publication{e.Synthesis, e.Lang})
	_, err = tx.record(SynthesisChange, string(e.Synthesis), Put, "edition")
	return err
}

// syntheses proves that the texts, their editions and the list of what is out
// belong together.
func (c *checker) syntheses(context.Context) {
	t := tableOf[vigie.Synthesis](c.tx.tx, "syntheses")
	editions, out := 0, 0
	for k := range t.keys(nil) {
		s, err := t.get(k)
		if err != nil || string(s.ID) != string(k) || s.Revision < 1 {
			c.damagef("%s is not the synthesis of that name", place("syntheses", k))
			continue
		}
		for lang, v := range s.Versions {
			editions += v.Edition
			c.editions(s.ID, lang, v)
			if !v.Out() {
				continue
			}
			out++
			if !tableOf[mark](c.tx.tx, "public").has(publicKey(s.ID, lang, v)) {
				c.damagef("synthesis %s is out in %s and missing from the list of what is out", s.ID, lang)
			}
		}
	}
	c.entries("editions", editions)
	c.entries("public", out)
}

// editions proves that a version has the editions that it speaks of.
func (c *checker) editions(id vigie.SynthesisID, lang vigie.Lang, v vigie.Version) {
	for n := 1; n <= v.Edition; n++ {
		if e, err := c.tx.Edition(id, lang, n); err != nil || e.Synthesis != id || e.Lang != lang || e.N != n {
			c.damagef("synthesis %s lacks edition %d in %s", id, n, lang)
			return
		}
	}
}
