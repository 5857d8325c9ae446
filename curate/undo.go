package curate

import (
	"context"
	"fmt"
	"slices"

	"vigie"
	"vigie/index/store"
)

// How far the newest act of a person is looked for in the log of all, in decisions:
// when they undo it, and when a page only names it. Most decisions are those of
// rules, so somebody who takes few may stand far behind.
const (
	mostWalked = 100_000
	mostPeeked = 2_000
)

// Undo takes back the newest act of a person that still counts, all of it, and
// returns the decisions that do not count any more. It goes back as far as it is
// called; nothing is returned where there is nothing left.
func (d *Desk) Undo(ctx context.Context, by vigie.User) (out []vigie.Decision, err error) {
	newest, err := d.newest(by, mostWalked)
	if err != nil || newest.ID == "" {
		return nil, err
	}
	return d.takeBack(ctx, by, func(tx *store.Tx) ([]vigie.Decision, error) {
		act, err := actOf(tx, by, newest.Document, newest.ID)
		if err != nil {
			return nil, err
		}
		return counting(tx, act) // it may have been undone since it was found
	})
}

// Newest returns a decision of the act that [Desk.Undo] would take back, for
// [Desk.UndoAct]; the zero decision for none, and for one far back.
func (d *Desk) Newest(by vigie.User) (vigie.Decision, error) { return d.newest(by, mostPeeked) }

// UndoAct takes back the act that a decision belongs to, one of the person's own,
// and returns its decisions. It may be called again: what does not count any more is
// left as it is. vigie.ErrNotFound means that there is no such act.
func (d *Desk) UndoAct(ctx context.Context, by vigie.User, doc vigie.DocumentID, id vigie.DecisionID) (act []vigie.Decision, err error) {
	_, err = d.takeBack(ctx, by, func(tx *store.Tx) ([]vigie.Decision, error) {
		if act, err = actOf(tx, by, doc, id); err != nil {
			return nil, err
		}
		return counting(tx, act)
	})
	if err != nil {
		return nil, err
	}
	return act, nil
}

// UndoOne takes back one decision, whoever took it; taking back an undo restores
// what it undid. What does not count any more is left as it is, and nothing is
// returned. vigie.ErrNotFound means that there is no such decision about the
// document.
func (d *Desk) UndoOne(ctx context.Context, by vigie.User, doc vigie.DocumentID, id vigie.DecisionID) (out []vigie.Decision, err error) {
	return d.takeBack(ctx, by, func(tx *store.Tx) ([]vigie.Decision, error) {
		one, err := decisionOf(tx, doc, id)
		if err != nil {
			return nil, err
		}
		return counting(tx, []vigie.Decision{one})
	})
}

// takeBack undoes the decisions that choose names, and those that copies have of them,
// in one transaction.
func (d *Desk) takeBack(ctx context.Context, by vigie.User, choose func(*store.Tx) ([]vigie.Decision, error)) (out []vigie.Decision, err error) {
	if !by.May(vigie.Triage) {
		return nil, fmt.Errorf("undo: role %q may not: %w", by.Role, vigie.ErrForbidden)
	}
	err = d.db.Update(ctx, func(tx *store.Tx) error {
		if out, err = choose(tx); err != nil {
			return err
		}
		if out, err = inherited(tx, out); err != nil {
			return err
		}
		at, err := d.moment(tx)
		if err != nil {
			return err
		}
		for _, undone := range out {
			_, err := tx.Decide(vigie.Decision{Document: undone.Document, By: string(by.ID), At: at, Act: vigie.Undo, Undoes: undone.ID})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("undo: %w", err)
	}
	return out, nil
}

// newest looks for the newest decision of a person that counts among the last ones
// of the log. It only reads, so that a long way back holds up nobody who writes.
func (d *Desk) newest(by vigie.User, most int) (out vigie.Decision, err error) {
	if !by.May(vigie.Triage) {
		return out, fmt.Errorf("undo: role %q may not: %w", by.Role, vigie.ErrForbidden)
	}
	err = d.db.View(func(tx *store.Tx) error {
		counts := counter{tx: tx}
		for each, err := range tx.Decided("") {
			if most--; err != nil || most < 0 {
				return err
			}
			if each.By != string(by.ID) || each.Act == vigie.Undo {
				continue
			}
			switch undone, err := counts.undone(each); {
			case err != nil:
				return err
			case !undone:
				out = each
				return nil
			}
		}
		return nil
	})
	if err != nil {
		return vigie.Decision{}, fmt.Errorf("find what to undo: %w", err)
	}
	return out, nil
}

// decisionOf returns a decision about a document.
func decisionOf(tx *store.Tx, doc vigie.DocumentID, id vigie.DecisionID) (vigie.Decision, error) {
	log, err := tx.Decisions(doc)
	if err != nil {
		return vigie.Decision{}, err
	}
	i := slices.IndexFunc(log, func(l vigie.Decision) bool { return l.ID == id })
	if i < 0 {
		return vigie.Decision{}, fmt.Errorf("decision %.30q: %w", string(id), vigie.ErrNotFound)
	}
	return log[i], nil
}

// actOf returns the decisions of a person's act, newest first, from the given one:
// they stand beside each other in the log of all.
func actOf(tx *store.Tx, by vigie.User, doc vigie.DocumentID, id vigie.DecisionID) ([]vigie.Decision, error) {
	first, err := decisionOf(tx, doc, id)
	if err != nil {
		return nil, err
	}
	if first.By != string(by.ID) || first.Act == vigie.Undo {
		return nil, fmt.Errorf("an act of %s with the decision %s: %w", by.ID, id, vigie.ErrNotFound)
	}
	out := []vigie.Decision{first}
	for each, err := range tx.Decided(id) {
		if err != nil {
			return nil, err
		}
		if each.By != first.By || !each.At.Equal(first.At) {
			break
		}
		out = append(out, each)
	}
	return out, nil
}

// counting returns those of some decisions that are not undone.
func counting(tx *store.Tx, decisions []vigie.Decision) ([]vigie.Decision, error) {
	var out []vigie.Decision
	counts := counter{tx: tx}
	for _, each := range decisions {
		undone, err := counts.undone(each)
		if err != nil {
			return nil, err
		}
		if !undone {
			out = append(out, each)
		}
	}
	return out, nil
}

// counter finds out which decisions count, and reads the log of a document once.
type counter struct {
	tx   *store.Tx
	logs map[vigie.DocumentID]map[vigie.DecisionID]bool
}

func (c *counter) undone(d vigie.Decision) (bool, error) {
	gone, known := c.logs[d.Document]
	if !known {
		log, err := c.tx.Decisions(d.Document)
		if err != nil {
			return false, err
		}
		if gone = vigie.Undone(log); c.logs == nil {
			c.logs = map[vigie.DocumentID]map[vigie.DecisionID]bool{}
		}
		c.logs[d.Document] = gone
	}
	return gone[d.ID], nil
}
