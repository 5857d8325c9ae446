package curate

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"vigie"
	"vigie/index/store"
	"vigie/index/thesaurus"
)

// Names is the thesaurus as the desk sees it.
type Names struct {
	// BuiltIn comes with the program; InUse has what the desk said put over it.
	BuiltIn, InUse *thesaurus.Thesaurus
	// Said is what the desk said last, by concept.
	Said map[string]store.Term
}

// Names returns the thesaurus. What the desk said of a concept and cannot be read is
// passed over, for all the other concepts are of use; the check of the store names it.
func (d *Desk) Names(tx *store.Tx) (Names, error) {
	n := Names{Said: map[string]store.Term{}}
	var err error
	if n.BuiltIn, err = d.builtIn(); err != nil {
		return n, fmt.Errorf("read the built-in thesaurus: %w", err)
	}
	var changes []thesaurus.Change
	for t, err := range tx.Terms() {
		if errors.Is(err, vigie.ErrDamaged) {
			continue
		}
		if err != nil {
			return n, fmt.Errorf("read the thesaurus: %w", err)
		}
		n.Said[t.ID] = t
		if c, ok := t.Change(); ok {
			changes = append(changes, c)
		}
	}
	n.InUse = n.BuiltIn.Over(changes)
	return n, nil
}

// Thesaurus returns the thesaurus that searches use.
func (d *Desk) Thesaurus() (*thesaurus.Thesaurus, error) {
	var n Names
	err := d.db.View(func(tx *store.Tx) (err error) {
		n, err = d.Names(tx)
		return err
	})
	return n.InUse, err
}

// Concept returns a concept as it is in use. A hidden one is as it was before; a
// vigie.ErrNotFound is one that never was there.
func (n Names) Concept(tx *store.Tx, id string) (thesaurus.Concept, error) {
	if c, ok := n.InUse.Concept(id); ok {
		return c, nil
	}
	c, known := n.BuiltIn.Concept(id)
	for t, err := range tx.TermsOf(id) {
		if errors.Is(err, vigie.ErrDamaged) {
			continue
		}
		if err != nil {
			return c, err
		}
		if t.State == store.OwnTerm {
			c, known = t.Concept, true
		}
	}
	if !known {
		return c, fmt.Errorf("find concept %.64q: %w", id, vigie.ErrNotFound)
	}
	return c, nil
}

func mayWord(by vigie.User) error {
	if !by.May(vigie.KeepTerms) {
		return fmt.Errorf("role %q may not: %w", by.Role, vigie.ErrForbidden)
	}
	return nil
}

// reword changes the thesaurus in one transaction and tells those who use it, where
// something was said. Whoever comes last tells the newest.
func (d *Desk) reword(ctx context.Context, by vigie.User, do func(*store.Tx, Names) (said bool, err error)) error {
	if err := mayWord(by); err != nil {
		return err
	}
	said := false
	err := d.db.Update(ctx, func(tx *store.Tx) error {
		n, err := d.Names(tx)
		if err != nil {
			return err
		}
		said, err = do(tx, n)
		return err
	})
	if err != nil || !said || d.o.Reword == nil {
		return err
	}
	d.rewording.Lock()
	defer d.rewording.Unlock()
	t, err := d.Thesaurus()
	if err == nil {
		d.o.Reword(t)
	}
	return err
}

// say adds what somebody says of a concept, with its line in the audit log.
func (d *Desk) say(tx *store.Tx, by vigie.User, t store.Term, seen int, what, from string) (said bool, err error) {
	t.N, t.By, t.At = seen+1, by.ID, d.o.Now()
	if err := tx.PutTerms(t); err != nil {
		return false, err
	}
	name, _ := t.Concept.Name(vigie.French)
	if t.State != store.OwnTerm {
		name = ""
	}
	return true, d.noteDown(tx, by, what, t.ID, name, from)
}

// AddConcept adds a concept to the thesaurus. Errors: vigie.ErrForbidden, a
// thesaurus.FlawError, vigie.ErrConflict for an identity that is taken.
func (d *Desk) AddConcept(ctx context.Context, by vigie.User, c thesaurus.Concept, from string) error {
	err := d.reword(ctx, by, func(tx *store.Tx, n Names) (bool, error) {
		_, err := n.Concept(tx, c.ID)
		switch {
		case err == nil:
			return false, fmt.Errorf("it is there already: %w", vigie.ErrConflict)
		case !errors.Is(err, vigie.ErrNotFound):
			return false, err
		}
		if err := n.InUse.Admits(c); err != nil {
			return false, err
		}
		return d.say(tx, by, store.Term{ID: c.ID, State: store.OwnTerm, Concept: c}, n.Said[c.ID].N, "concept added", from)
	})
	if err != nil {
		return fmt.Errorf("add the concept %.64s: %w", c.ID, err)
	}
	return nil
}

// ChangeConcept changes a concept, or brings a hidden one back. Seen is how often it had
// been changed when the person looked at it. Errors: vigie.ErrForbidden,
// vigie.ErrNotFound, a thesaurus.FlawError, vigie.ErrConflict where somebody else
// changed it meanwhile.
func (d *Desk) ChangeConcept(ctx context.Context, by vigie.User, c thesaurus.Concept, seen int, from string) error {
	err := d.reword(ctx, by, func(tx *store.Tx, n Names) (bool, error) {
		if _, err := n.Concept(tx, c.ID); err != nil {
			return false, err
		}
		if err := n.InUse.Admits(c); err != nil {
			return false, err
		}
		t, changes := n.wanted(c)
		if !changes {
			return false, nil
		}
		return d.say(tx, by, t, seen, "concept changed", from)
	})
	if err != nil {
		return fmt.Errorf("change the concept %.64s: %w", c.ID, err)
	}
	return nil
}

// wanted is what has to be said for a concept to be as it is wanted; false where it is
// so already.
func (n Names) wanted(c thesaurus.Concept) (store.Term, bool) {
	if now, ok := n.InUse.Concept(c.ID); ok && now.Equal(c) {
		return store.Term{}, false
	}
	if builtIn, ok := n.BuiltIn.Concept(c.ID); ok && builtIn.Equal(c) && n.Said[c.ID].N > 0 {
		return store.Term{ID: c.ID, State: store.BuiltInTerm}, true
	}
	return store.Term{ID: c.ID, State: store.OwnTerm, Concept: c}, true
}

// HideConcept takes a concept out of use; one that is hidden stays so. Errors are those
// of [Desk.ChangeConcept].
func (d *Desk) HideConcept(ctx context.Context, by vigie.User, id string, seen int, from string) error {
	err := d.reword(ctx, by, func(tx *store.Tx, n Names) (bool, error) {
		if _, err := n.Concept(tx, id); err != nil || n.Said[id].State == store.HiddenTerm {
			return false, err
		}
		return d.say(tx, by, store.Term{ID: id, State: store.HiddenTerm}, seen, "concept hidden", from)
	})
	if err != nil {
		return fmt.Errorf("hide the concept %.64s: %w", id, err)
	}
	return nil
}

// RestoreConcept makes a concept again what the built-in thesaurus has. Errors are those
// of [Desk.ChangeConcept]; vigie.ErrNotFound is one that it has not.
func (d *Desk) RestoreConcept(ctx context.Context, by vigie.User, id string, seen int, from string) error {
	err := d.reword(ctx, by, func(tx *store.Tx, n Names) (bool, error) {
		c, ok := n.BuiltIn.Concept(id)
		if !ok {
			return false, fmt.Errorf("it is not built in: %w", vigie.ErrNotFound)
		}
		if last, said := n.Said[id]; !said || last.State == store.BuiltInTerm {
			return false, nil
		}
		// links to concepts that are hidden, which nothing uses, stand in no way
		hidden := func(id string) bool { _, ok := n.InUse.Concept(id); return !ok }
		c.Broader, c.Related = slices.DeleteFunc(slices.Clone(c.Broader), hidden), slices.DeleteFunc(slices.Clone(c.Related), hidden)
		if err := n.InUse.Admits(c); err != nil {
			return false, err
		}
		return d.say(tx, by, store.Term{ID: id, State: store.BuiltInTerm}, seen, "concept restored", from)
	})
	if err != nil {
		return fmt.Errorf("restore the concept %.64s: %w", id, err)
	}
	return nil
}
