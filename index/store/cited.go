package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"vigie"
)

// DriftKind says what became of quoted words.
type DriftKind string

// The kinds of drift.
const (
	// EditedWords are words that stand there in another form.
	EditedWords DriftKind = "edited"
	// GoneWords are not in the text any more.
	GoneWords DriftKind = "gone"
	// WithdrawnWords are of a document that was withdrawn for legal reasons.
	WithdrawnWords DriftKind = "withdrawn"
)

// Drift says that the words of a citation are not any more what its document says.
// It goes when the citation does, when it quotes other words, and when the words are
// back.
type Drift struct {
	Synthesis vigie.SynthesisID `json:"synthesis"`
	// N is the number of the citation.
	N        int              `json:"n"`
	Document vigie.DocumentID `json:"document"`
	// Revision is the one whose text was searched; 0 where there is none.
	Revision int       `json:"revision,omitempty"`
	How      DriftKind `json:"how"`
	// Was are the quoted words, Now what stands in their place; "" for nothing.
	Was string `json:"was"`
	Now string `json:"now,omitempty"`
	// Weighty says that a number, a unit, a sign or a negation is among what changed.
	Weighty bool      `json:"weighty,omitempty"`
	At      time.Time `json:"at"`
	// KeptBy looked at it at KeptAt and kept the citation as it is.
	KeptBy vigie.UserID `json:"kept_by,omitempty"`
	KeptAt time.Time    `json:"kept_at,omitzero"`
}

// Open reports whether nobody has looked at it yet.
func (d Drift) Open() bool { return d.KeptBy == "" }

// Same reports whether two drifts tell the same of one citation.
func (d Drift) Same(o Drift) bool {
	return d.Synthesis == o.Synthesis && d.N == o.N && d.Document == o.Document && d.How == o.How && d.Was == o.Was && d.Now == o.Now
}

func driftKey(id vigie.SynthesisID, n int) []byte {
	return binary.BigEndian.AppendUint32([]byte(id), uint32(n))
}

// PutDrift notes what became of the words of a citation.
func (tx *Tx) PutDrift(d Drift) error {
	s, err := tx.Synthesis(d.Synthesis)
	if err != nil {
		return fmt.Errorf("note what became of a quotation: %w", err)
	}
	if c, ok := citation(s, d.N); !ok || c.Passage.Document != d.Document {
		return fmt.Errorf("note what became of quotation %d of %s: %w", d.N, s.ID, vigie.ErrNotFound)
	}
	return tableOf[Drift](tx.tx, "drifts").put(driftKey(d.Synthesis, d.N), d)
}

// Drift returns what became of the words of a citation, or vigie.ErrNotFound.
func (tx *Tx) Drift(id vigie.SynthesisID, n int) (Drift, error) {
	return tableOf[Drift](tx.tx, "drifts").get(driftKey(id, n))
}

// Drifts returns what became of the citations of a synthesis; "" stands for all
// syntheses.
func (tx *Tx) Drifts(id vigie.SynthesisID) ([]Drift, error) {
	var out []Drift
	for d, err := range tableOf[Drift](tx.tx, "drifts").all([]byte(id), nil) {
		if err != nil {
			return out, fmt.Errorf("read drifts: %w", err)
		}
		out = append(out, d)
	}
	return out, nil
}

// DeleteDrift forgets what became of the words of a citation.
func (tx *Tx) DeleteDrift(id vigie.SynthesisID, n int) error {
	return tableOf[Drift](tx.tx, "drifts").delete(driftKey(id, n))
}

// CitedBy returns the syntheses that quote a document, in a working text or in an
// edition.
func (tx *Tx) CitedBy(id vigie.DocumentID) []vigie.SynthesisID {
	var out []vigie.SynthesisID
	for k := range tableOf[mark](tx.tx, "cited").keys([]byte(id)) {
		out = append(out, vigie.SynthesisID(k[len(id):]))
	}
	return out
}

func citation(s vigie.Synthesis, n int) (vigie.Citation, bool) {
	for _, c := range s.Citations {
		if c.N == n {
			return c, true
		}
	}
	return vigie.Citation{}, false
}

// cite keeps the list of who quotes what, and the drifts, in step with a synthesis.
func (tx *Tx) cite(old, s vigie.Synthesis) error {
	quoted := map[vigie.DocumentID]bool{}
	for _, c := range s.Citations {
		quoted[c.Passage.Document] = true
	}
	dropped := map[vigie.DocumentID]bool{}
	for _, c := range old.Citations {
		if !quoted[c.Passage.Document] {
			dropped[c.Passage.Document] = true
		}
		if now, there := citation(s, c.N); !there || now.Passage != c.Passage {
			if err := tx.DeleteDrift(s.ID, c.N); err != nil {
				return err
			}
		}
	}
	if err := tx.stillCited(s.ID, dropped); err != nil {
		return err
	}
	for doc := range dropped {
		if err := tableOf[mark](tx.tx, "cited").delete(join([]byte(doc), []byte(s.ID))); err != nil {
			return err
		}
	}
	return tx.markCited(s.ID, s.Citations)
}

// stillCited takes from dropped the documents that an edition quotes.
func (tx *Tx) stillCited(id vigie.SynthesisID, dropped map[vigie.DocumentID]bool) error {
	if len(dropped) == 0 {
		return nil
	}
	for e, err := range tx.Editions(id) {
		if err != nil {
			return err
		}
		for _, c := range e.Citations {
			delete(dropped, c.Passage.Document)
		}
	}
	return nil
}

func (tx *Tx) markCited(id vigie.SynthesisID, citations []vigie.Citation) error {
	for _, c := range citations {
		if !vigie.ValidID(c.Passage.Document) {
			continue // it leads nowhere, and was not made at the desk
		}
		if err := tableOf[mark](tx.tx, "cited").b.Put(join([]byte(c.Passage.Document), []byte(id)), nil); err != nil {
			return err
		}
	}
	return nil
}

// addCited is the way from format 4, which did not know who quotes what.
func addCited(btx *bolt.Tx) error {
	if err := addTables(btx); err != nil {
		return err
	}
	tx := &Tx{tx: btx}
	var all []vigie.Synthesis // written to while they are walked they would move
	for s, err := range tx.Syntheses() {
		if err != nil {
			return err
		}
		all = append(all, vigie.Synthesis{ID: s.ID, Citations: s.Citations})
	}
	for _, s := range all {
		for e, err := range tx.Editions(s.ID) {
			if err := errors.Join(err, tx.markCited(s.ID, e.Citations)); err != nil {
				return err
			}
		}
		if err := tx.markCited(s.ID, s.Citations); err != nil {
			return err
		}
	}
	return nil
}

// cited proves that the list of who quotes what is that of the syntheses, and that
// each drift is of a citation.
func (c *checker) cited(context.Context) {
	want := c.quotations()
	c.entries("cited", len(want))
	for k := range want {
		if !tableOf[mark](c.tx.tx, "cited").has([]byte(k)) {
			c.damagef("synthesis %s quotes document %s, and is not listed there", k[idLength:], k[:idLength])
		}
	}
	t := tableOf[Drift](c.tx.tx, "drifts")
	for k := range t.keys(nil) {
		d, err := t.get(k)
		if err != nil || !bytes.Equal(driftKey(d.Synthesis, d.N), k) {
			c.damagef("%s is not the drift of that citation", place("drifts", k))
			continue
		}
		s, err := c.tx.Synthesis(d.Synthesis)
		if q, ok := citation(s, d.N); err != nil || !ok || q.Passage.Document != d.Document {
			c.damagef("a drift is of citation %d of synthesis %s, which does not exist", d.N, d.Synthesis)
		}
	}
}

// quotations are the keys that the table of who quotes what is to have.
func (c *checker) quotations() map[string]bool {
	want := map[string]bool{}
	note := func(id vigie.SynthesisID, citations []vigie.Citation) {
		for _, q := range citations {
			if vigie.ValidID(q.Passage.Document) {
				want[string(q.Passage.Document)+string(id)] = true
			}
		}
	}
	for s, err := range c.tx.Syntheses() {
		if err != nil {
			continue // counted by syntheses
		}
		note(s.ID, s.Citations)
		for e, err := range c.tx.Editions(s.ID) {
			if err == nil {
				note(s.ID, e.Citations)
			}
		}
	}
	return want
}
