package curate

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"vigie"
	"vigie/index/store"
	"vigie/index/thesaurus"
)

// TermPlan is what a file of concepts would change.
type TermPlan struct {
	// File is its name.
	File string
	// New are the identities of concepts that are not in use, Changed of those that say
	// something else in it; Same counts the others.
	New, Changed []string
	Same         int
	// Seen stands for what the file would do.
	Seen vigie.Hash

	terms []store.Term
	// concepts are what the terms say, in their order; of those that are built in again
	// the terms themselves do not.
	concepts []thesaurus.Concept
}

// ProposeConcepts stages a file of concepts (SKOS), as [Desk.Propose] does files of
// values. Errors: vigie.ErrForbidden, vigie.ErrInvalid with the line for a file that
// cannot be taken, vigie.ErrConflict for an identity that another file has.
func (d *Desk) ProposeConcepts(_ context.Context, by vigie.User, up Upload) error {
	if err := mayWord(by); err != nil {
		return fmt.Errorf("stage a thesaurus: %w", err)
	}
	if !vigie.ValidID(up.ID) {
		return &vigie.InvalidError{Field: "id", Reason: "is not an identity"}
	}
	if _, err := d.planConcepts(up); err != nil {
		return fmt.Errorf("stage a thesaurus: %w", err)
	}
	if err := d.stage.put(up, by.ID, d.o.Now()); err != nil {
		return fmt.Errorf("stage a thesaurus: %w", err)
	}
	return nil
}

// PlanConcepts returns what a staged file would change. Errors: vigie.ErrForbidden,
// vigie.ErrNotFound for one that is not staged any more, vigie.ErrInvalid.
func (d *Desk) PlanConcepts(_ context.Context, by vigie.User, id ImportID) (TermPlan, error) {
	if err := mayWord(by); err != nil {
		return TermPlan{}, fmt.Errorf("plan a thesaurus: %w", err)
	}
	f, err := d.stage.get(id, by.ID, d.o.Now())
	if err != nil {
		return TermPlan{}, err
	}
	return d.planConcepts(f.Upload)
}

func (d *Desk) planConcepts(up Upload) (plan TermPlan, err error) {
	read, err := thesaurus.ParseSKOS(bytes.NewReader(up.File))
	if err != nil {
		return plan, err
	}
	err = d.db.View(func(tx *store.Tx) error {
		n, err := d.Names(tx)
		if err == nil {
			plan, err = n.plan(up.Name, read)
		}
		return err
	})
	return plan, err
}

// plan compares a file with what is in use. What is in use and not in the file is left
// alone.
func (n Names) plan(name string, read *thesaurus.SKOS) (TermPlan, error) {
	plan := TermPlan{File: name}
	concepts, err := read.Over(n.InUse)
	if err != nil {
		return plan, err
	}
	for _, c := range concepts {
		t, changes := n.wanted(c)
		if !changes {
			plan.Same++
			continue
		}
		t.N = n.Said[c.ID].N + 1
		plan.terms, plan.concepts = append(plan.terms, t), append(plan.concepts, c)
		if _, ok := n.InUse.Concept(c.ID); ok {
			plan.Changed = append(plan.Changed, c.ID)
		} else {
			plan.New = append(plan.New, c.ID)
		}
	}
	slices.Sort(plan.New)
	slices.Sort(plan.Changed)
	plan.Seen = sealOf(plan.termKeys())
	return plan, nil
}

// termKeys is what tells plans apart.
func (p TermPlan) termKeys() []any {
	out := []any{}
	for _, t := range p.terms {
		out = append(out, []any{t.ID, t.N, t.State, t.Concept})
	}
	return out
}

// TakeConcepts takes a staged file in, in one transaction. Seen is what its plan said;
// where it would do something else by now it is a vigie.ErrConflict. Other errors are
// those of [Desk.PlanConcepts], and a vigie.InvalidError in "many" for too many
// concepts.
func (d *Desk) TakeConcepts(ctx context.Context, by vigie.User, id ImportID, seen vigie.Hash, from string) (TermPlan, error) {
	f, err := d.stage.get(id, by.ID, d.o.Now())
	if err != nil {
		return TermPlan{}, err
	}
	return d.takeConcepts(ctx, by, f.Upload, from, func(plan TermPlan) error {
		if seen != plan.Seen {
			return fmt.Errorf("the thesaurus was changed meanwhile: %w", vigie.ErrConflict)
		}
		return nil
	})
}

// ImportConcepts takes a file in without a plan before.
func (d *Desk) ImportConcepts(ctx context.Context, by vigie.User, up Upload, from string) (TermPlan, error) {
	return d.takeConcepts(ctx, by, up, from, func(TermPlan) error { return nil })
}

func (d *Desk) takeConcepts(ctx context.Context, by vigie.User, up Upload, from string, agreed func(TermPlan) error) (plan TermPlan, err error) {
	if err := mayWord(by); err != nil {
		return plan, fmt.Errorf("import a thesaurus: %w", err)
	}
	read, err := thesaurus.ParseSKOS(bytes.NewReader(up.File)) // before others have to wait
	if err != nil {
		return plan, fmt.Errorf("import a thesaurus: %w", err)
	}
	err = d.reword(ctx, by, func(tx *store.Tx, n Names) (said bool, err error) {
		if plan, err = n.plan(up.Name, read); err != nil || len(plan.terms) == 0 {
			return false, err
		}
		if err := agreed(plan); err != nil {
			return false, err
		}
		now := d.o.Now()
		for i := range plan.terms {
			plan.terms[i].By, plan.terms[i].At = by.ID, now
		}
		if err := tx.PutTerms(plan.terms...); err != nil {
			return false, err
		}
		note := fmt.Sprintf("%d new, %d changed", len(plan.New), len(plan.Changed))
		return true, d.noteDown(tx, by, "thesaurus imported", plan.File, note, from)
	})
	if err != nil {
		return plan, fmt.Errorf("import a thesaurus: %w", err)
	}
	return plan, nil
}

// Concept returns a concept that an import of the plan brings or changes, as it will be.
func (p TermPlan) Concept(id string) thesaurus.Concept {
	for _, c := range p.concepts {
		if c.ID == id {
			return c
		}
	}
	return thesaurus.Concept{ID: id}
}
