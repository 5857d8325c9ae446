package curate

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"vigie"
	"vigie/curate/indicator"
	"vigie/index/store"
)

// Import takes a staged file in, as one vintage, in one transaction: its values,
// those that formulas make of them, the marks of syntheses that show a figure which
// moved, and a line in the audit log. The same import twice is one vintage. Errors:
// vigie.ErrForbidden; vigie.ErrNotFound for a file that is not staged any more;
// vigie.ErrInvalid for one with faults, or with nothing new; vigie.ErrConflict where
// it would do something else than release.Seen, because another import came between.
func (d *Desk) Import(ctx context.Context, by vigie.User, id ImportID, layout Layout, release Release, from string) (Imported, error) {
	if err := mayKeep(by); err != nil {
		return Imported{}, fmt.Errorf("import figures: %w", err)
	}
	f, err := d.stage.get(id, by.ID, d.o.Now())
	if err != nil {
		return Imported{}, err
	}
	f.taking.Lock()
	defer f.taking.Unlock()
	if f.done != nil {
		return *f.done, nil
	}
	plan, err := d.plan(ctx, f.Upload, layout)
	if err == nil {
		err = cmp.Or(plan.Fault, release.check())
	}
	if err != nil {
		return Imported{}, fmt.Errorf("import figures: %w", err)
	}
	var out Imported
	err = d.db.Update(ctx, func(tx *store.Tx) error {
		out, err = d.take(tx, by, plan, release, from)
		return err
	})
	if err != nil {
		return Imported{}, fmt.Errorf("import figures: %w", err)
	}
	f.done = &out
	return out, nil
}

func (r Release) check() error {
	for field, text := range map[string]string{"edition": r.Edition, "note": r.Note} {
		if utf8.RuneCountInString(text) > longestField {
			return &vigie.InvalidError{Field: field, Reason: fmt.Sprintf("is longer than %d characters", longestField)}
		}
	}
	return nil
}

// take does what a plan says, within one transaction.
func (d *Desk) take(tx *store.Tx, by vigie.User, plan Plan, release Release, from string) (Imported, error) {
	// Indicators may have changed since the plan was made, too.
	now, err := importable(tx, plan.Upload.Indicator)
	if err != nil {
		return Imported{}, err
	}
	changes, err := changesOf(tx, plan.Found.Observations)
	if err != nil {
		return Imported{}, err
	}
	seen, err := fingerprint(changes)
	superseding := changes.Superseding()
	allowed := func(o vigie.Observation) bool {
		return slices.ContainsFunc(now, func(i vigie.Indicator) bool { return i.ID == o.Indicator })
	}
	switch {
	case err != nil:
		return Imported{}, err
	case seen != release.Seen:
		return Imported{}, fmt.Errorf("the figures changed since they were looked at: %w", vigie.ErrConflict)
	case len(superseding) == 0:
		return Imported{}, &vigie.InvalidError{Field: "file", Reason: "holds nothing that is not known"}
	case slices.ContainsFunc(superseding, func(o vigie.Observation) bool { return !allowed(o) }):
		return Imported{}, fmt.Errorf("an indicator of the file is computed now: %w", vigie.ErrConflict)
	}
	at := release.Released.UTC()
	if at.IsZero() {
		at = d.o.Now().UTC()
	}
	vintage, err := tx.AddVintage(vigie.Vintage{
		Released: at, Edition: strings.TrimSpace(release.Edition), Note: strings.TrimSpace(release.Note),
		File: vigie.HashOf(plan.Upload.File), By: string(by.ID),
		Added: len(changes.Added), Revised: len(changes.Revised), Rounded: len(changes.Rounded),
	}, superseding)
	if err != nil {
		return Imported{}, err
	}
	out := Imported{Vintage: vintage}
	moved := movesOf(vintage, changes)
	out.Computed, moved, err = recompute(tx, vintage, moved, vintage.Indicators...)
	if err != nil {
		return Imported{}, err
	}
	if out.Marks, err = markMoved(tx, moved, d.o.Now().UTC()); err != nil {
		return Imported{}, err
	}
	return out, noted(tx, store.AuditLine{
		At: d.o.Now().UTC(), Who: string(by.ID), What: "figures imported", About: string(vintage.ID), From: from,
		Note: fmt.Sprintf("%d added, %d revised, %d rounded", vintage.Added, vintage.Revised, vintage.Rounded),
	})
}

func noted(tx *store.Tx, line store.AuditLine) error {
	_, err := tx.Audit(line)
	return err
}

// move is a value that a vintage revised beyond rounding.
type move struct {
	indicator.Revision
	vintage vigie.VintageID
}

func movesOf(v vigie.Vintage, c indicator.Changes) []move {
	var out []move
	for _, r := range c.Revised {
		out = append(out, move{Revision: r, vintage: v.ID})
	}
	return out
}

// markMoved marks every synthesis that shows a series live of which a value moved.
// What is told is the value that stood in its heading where that one moved, and
// otherwise the newest one in the picture that did.
func markMoved(tx *store.Tx, moved []move, at time.Time) ([]vigie.FigureMark, error) {
	bySeries := map[vigie.Embed][]move{}
	for _, m := range moved {
		if len(m.Now.Breakdowns) == 0 {
			key := vigie.Embed{Indicator: string(m.Now.Indicator), Area: m.Now.RefArea}
			bySeries[key] = append(bySeries[key], m)
		}
	}
	if len(bySeries) == 0 {
		return nil, nil
	}
	var out []vigie.FigureMark
	for s, err := range tx.Syntheses() {
		if err != nil {
			return nil, err
		}
		live, err := liveFigures(tx, s)
		if err != nil {
			return nil, err
		}
		for _, e := range live {
			moves := bySeries[e]
			if len(moves) == 0 {
				continue
			}
			told, err := tellingMove(tx, e, moves)
			if err != nil {
				return nil, err
			}
			out = append(out, vigie.FigureMark{
				Synthesis: s.ID, Indicator: e.Indicator, Area: e.Area, Period: told.Now.Period,
				Before: told.Was.Value, After: told.Now.Value, Vintage: told.vintage, At: at,
			})
		}
	}
	// Marks are put once the walk is over: bbolt forbids writing under a cursor.
	for i := range out {
		if err := keepMark(tx, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// keepMark puts a mark. Where the same value moved before and nobody has looked
// since, what the text was written with stays.
func keepMark(tx *store.Tx, m *vigie.FigureMark) error {
	before, err := tx.Marks(m.Synthesis)
	if err != nil {
		return err
	}
	for _, b := range before {
		if b.Indicator == m.Indicator && b.Area == m.Area && b.Period == m.Period {
			m.Before = b.Before
		}
	}
	return tx.PutMark(*m)
}

// tellingMove chooses which of the moved values of a series is told.
func tellingMove(tx *store.Tx, e vigie.Embed, moves []move) (move, error) {
	newest := slices.MaxFunc(moves, func(a, b move) int { return a.Now.Period.Compare(b.Now.Period) })
	var latest vigie.Period // that had a value before
	for o, err := range tx.History(vigie.IndicatorID(e.Indicator), e.Area) {
		if err != nil {
			return move{}, err
		}
		if len(o.Breakdowns) == 0 && o.Value != "" && o.Vintage < moves[0].vintage && o.Period.Compare(latest) > 0 {
			latest = o.Period
		}
	}
	if i := slices.IndexFunc(moves, func(m move) bool { return m.Now.Period == latest }); i >= 0 {
		return moves[i], nil
	}
	return newest, nil
}

// liveFigures are the series that follow the newest values in what the public
// reads of a synthesis, or in a draft of it.
func liveFigures(tx *store.Tx, s vigie.Synthesis) ([]vigie.Embed, error) {
	var out []vigie.Embed
	add := func(embeds []vigie.Embed) {
		for _, e := range embeds {
			if e.Live() && !slices.ContainsFunc(out, e.Same) {
				out = append(out, vigie.Embed{Indicator: e.Indicator, Area: e.Area})
			}
		}
	}
	for _, lang := range langsOf(s) {
		v := s.Versions[lang]
		if v.Out() {
			e, err := tx.Edition(s.ID, lang, v.Edition)
			if err != nil {
				return nil, err
			}
			add(e.Embeds)
		}
		if v.State == vigie.Drafted || v.State == vigie.InReview {
			add(s.Embeds)
		}
	}
	return out, nil
}
