package curate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"unicode/utf8"

	"vigie"
	"vigie/curate/indicator"
	"vigie/index/store"
)

// The bounds of an indicator's texts, in characters.
const (
	longestLabel      = 200
	longestDefinition = 4000
)

// Fingerprint tells an indicator from what it was before, so that nobody writes
// over the work of somebody else.
func Fingerprint(i vigie.Indicator) (vigie.Hash, error) {
	b, err := json.Marshal(i)
	return vigie.HashOf(b), err
}

// PutIndicator adds an indicator where seen is "", and otherwise changes the one
// that has this fingerprint. Values that follow from a changed formula are computed
// anew in the same transaction, and syntheses are marked as by [Desk.Import].
// Errors: vigie.ErrForbidden, vigie.InvalidError, vigie.ErrConflict for one that
// exists or was changed in the meantime.
func (d *Desk) PutIndicator(ctx context.Context, by vigie.User, i vigie.Indicator, seen vigie.Hash, from string) error {
	err := mayKeep(by)
	if err == nil {
		err = checkTexts(i)
	}
	if err == nil {
		err = d.db.Update(ctx, func(tx *store.Tx) error { return d.putIndicator(tx, by, i, seen, from) })
	}
	if err != nil {
		return fmt.Errorf("keep indicator %.60s: %w", i.ID, err)
	}
	return nil
}

func checkTexts(i vigie.Indicator) error {
	for field, text := range map[string]vigie.Text{"name": i.Name, "unit": i.Unit, "definition": i.Definition} {
		most := longestLabel
		if field == "definition" {
			most = longestDefinition
		}
		for lang, words := range text {
			if utf8.RuneCountInString(words) > most {
				return &vigie.InvalidError{Field: field + "." + string(lang), Reason: fmt.Sprintf("is longer than %d characters", most)}
			}
		}
	}
	for field, words := range map[string]string{"publisher": i.Publisher, "source": i.Source, "licence": i.Licence} {
		if utf8.RuneCountInString(words) > longestLabel {
			return &vigie.InvalidError{Field: field, Reason: fmt.Sprintf("is longer than %d characters", longestLabel)}
		}
	}
	return i.Check()
}

func (d *Desk) putIndicator(tx *store.Tx, by vigie.User, i vigie.Indicator, seen vigie.Hash, from string) error {
	kept, err := tx.Indicator(i.ID)
	there := err == nil
	if err != nil && !errors.Is(err, vigie.ErrNotFound) {
		return err
	}
	was, err := Fingerprint(kept)
	if err != nil {
		return err
	}
	is, err := Fingerprint(i)
	switch {
	case err != nil:
		return err
	case there && was == is:
		return nil // the same form twice
	case there != (seen != "") || there && was != seen:
		return fmt.Errorf("it is there already, or was changed in the meantime: %w", vigie.ErrConflict)
	}
	for _, topic := range i.Topics {
		if _, err := tx.Topic(topic); err != nil {
			return err
		}
	}
	if err := checkFormula(tx, i); err != nil {
		return err
	}
	if err := tx.PutIndicator(i); err != nil {
		return err
	}
	if i.Formula != "" {
		origin := vigie.Vintage{Released: d.o.Now().UTC(), By: string(by.ID)}
		_, moved, err := recompute(tx, origin, nil, i.ID)
		if err != nil {
			return err
		}
		if _, err := markMoved(tx, moved, d.o.Now().UTC()); err != nil {
			return err
		}
	}
	return noted(tx, store.AuditLine{At: d.o.Now().UTC(), Who: string(by.ID), What: "indicator kept", About: string(i.ID), From: from})
}

// checkFormula refuses a formula that cannot be read, names what does not exist,
// goes in a circle, or would write over imported values.
func checkFormula(tx *store.Tx, i vigie.Indicator) error {
	if i.Formula == "" {
		return nil
	}
	formulas, err := formulasOf(tx)
	if err != nil {
		return err
	}
	f, err := indicator.ParseFormula(i.Formula)
	if err != nil {
		return err
	}
	for _, input := range f.Inputs() {
		_, err := tx.Indicator(input)
		if errors.Is(err, vigie.ErrNotFound) && input != i.ID {
			return &vigie.InvalidError{Field: "formula", Reason: fmt.Sprintf("character %d: there is no indicator %s", placeIn(i.Formula, input), input)}
		}
		if err != nil && input != i.ID {
			return err
		}
	}
	formulas[i.ID] = f
	if _, err := indicator.Order(formulas); err != nil {
		return err
	}
	vintages, err := tx.Vintages(i.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(vintages, func(v vigie.Vintage) bool { return v.File != "" }) {
		return &vigie.InvalidError{Field: "formula", Reason: "cannot compute an indicator that has imported values"}
	}
	return nil
}

// placeIn is the number of the character at which a formula names an indicator.
func placeIn(formula string, id vigie.IndicatorID) int {
	for _, at := range formulaWords().FindAllStringIndex(formula, -1) {
		if formula[at[0]:at[1]] == string(id) {
			return utf8.RuneCountInString(formula[:at[0]]) + 1
		}
	}
	return 1
}

// formulaWords finds the names, numbers and signs of a formula.
func formulaWords() *regexp.Regexp {
	return regexp.MustCompile(`[A-Za-z0-9.][A-Za-z0-9._-]*|\S`)
}

// DeleteIndicator forgets an indicator without values. Errors: vigie.ErrForbidden,
// vigie.ErrNotFound, vigie.ErrConflict for one with values, or that a formula names.
func (d *Desk) DeleteIndicator(ctx context.Context, by vigie.User, id vigie.IndicatorID, from string) error {
	err := mayKeep(by)
	if err == nil {
		err = d.db.Update(ctx, func(tx *store.Tx) error {
			formulas, err := formulasOf(tx)
			if err != nil {
				return err
			}
			delete(formulas, id)
			for other, f := range formulas {
				if slices.Contains(f.Inputs(), id) {
					return fmt.Errorf("the formula of %s names it: %w", other, vigie.ErrConflict)
				}
			}
			if err := tx.DeleteIndicator(id); err != nil {
				return err
			}
			return noted(tx, store.AuditLine{At: d.o.Now().UTC(), Who: string(by.ID), What: "indicator removed", About: string(id), From: from})
		})
	}
	if err != nil {
		return fmt.Errorf("delete indicator %.60s: %w", id, err)
	}
	return nil
}

// formulasOf are the formulas of all computed indicators.
func formulasOf(tx *store.Tx) (map[vigie.IndicatorID]indicator.Formula, error) {
	out := map[vigie.IndicatorID]indicator.Formula{}
	for i, err := range tx.Indicators() {
		if err != nil {
			return nil, err
		}
		if i.Formula == "" {
			continue
		}
		f, err := indicator.ParseFormula(i.Formula)
		if err != nil {
			return nil, fmt.Errorf("read the formula of %s: %w", i.ID, err)
		}
		out[i.ID] = f
	}
	return out, nil
}

// recompute computes anew what follows from changed indicators, each after those
// that it depends on and as a vintage of its own: release, edition and person are
// those of origin. A changed indicator that is itself computed comes first. It adds
// the values that moved to moved.
func recompute(tx *store.Tx, origin vigie.Vintage, moved []move, changed ...vigie.IndicatorID) ([]vigie.Vintage, []move, error) {
	formulas, err := formulasOf(tx)
	if err != nil {
		return nil, nil, err
	}
	after, err := indicator.Dependents(formulas, changed...)
	if err != nil {
		return nil, nil, err
	}
	var out []vigie.Vintage
	for _, id := range append(slices.Clone(changed), after...) {
		f, computed := formulas[id]
		if !computed {
			continue
		}
		changes, err := computedChanges(tx, id, f)
		if err != nil {
			return nil, nil, err
		}
		values := changes.Superseding()
		if len(values) == 0 {
			continue
		}
		v, err := tx.AddVintage(vigie.Vintage{
			Released: origin.Released, Edition: origin.Edition, By: origin.By,
			Added: len(changes.Added), Revised: len(changes.Revised), Rounded: len(changes.Rounded),
		}, values)
		if err != nil {
			return nil, nil, fmt.Errorf("compute %s: %w", id, err)
		}
		out, moved = append(out, v), append(moved, movesOf(v, changes)...)
	}
	return out, moved, nil
}

// computedChanges says what a formula changes in what is known of its indicator.
// What does not follow any more is superseded too, by the reason why there is
// nothing: a value that nobody can compute would be false.
func computedChanges(tx *store.Tx, id vigie.IndicatorID, f indicator.Formula) (indicator.Changes, error) {
	about, err := tx.Indicator(id)
	if err != nil {
		return indicator.Changes{}, err
	}
	var inputs []vigie.Observation
	for _, input := range f.Inputs() {
		known, err := Known(tx, input, "", "")
		if err != nil {
			return indicator.Changes{}, err
		}
		inputs = append(inputs, known...)
	}
	known, err := Known(tx, id, "", "")
	if err != nil {
		return indicator.Changes{}, err
	}
	values := f.Compute(about, inputs)
	for _, gone := range indicator.Compare(known, values).Absent {
		if gone.Value != "" {
			gone.Value, gone.Status, gone.Vintage = "", vigie.MissingNotAsked, ""
			values = append(values, gone)
		}
	}
	return indicator.Compare(known, values), nil
}

// FormulaPart is a stretch of a formula as people read it.
type FormulaPart struct {
	// Text is a sign or a number.
	Text string
	// Function is "growth" or "share"; Indicator is named instead of a text.
	Function  string
	Indicator vigie.IndicatorID
}

// FormulaParts takes a formula apart, with signs as people write them. What is no
// formula is one part.
func FormulaParts(formula string) []FormulaPart {
	f, err := indicator.ParseFormula(formula)
	if err != nil {
		return []FormulaPart{{Text: formula}}
	}
	names := map[string]bool{}
	for _, id := range f.Inputs() {
		names[string(id)] = true
	}
	signs := map[string]string{"*": "×", "/": "÷", "-": "−"}
	var out []FormulaPart
	for _, word := range formulaWords().FindAllString(formula, -1) {
		switch {
		case names[word]:
			out = append(out, FormulaPart{Indicator: vigie.IndicatorID(word)})
		case word == "growth" || word == "share":
			out = append(out, FormulaPart{Function: word})
		default:
			if sign := signs[word]; sign != "" {
				word = sign
			}
			out = append(out, FormulaPart{Text: word})
		}
	}
	return out
}

// Formulas returns the identities of all computed indicators that follow from one.
func Formulas(tx *store.Tx, id vigie.IndicatorID) ([]vigie.IndicatorID, error) {
	formulas, err := formulasOf(tx)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(formulas, func(_ vigie.IndicatorID, f indicator.Formula) bool { return !slices.Contains(f.Inputs(), id) })
	return slices.Sorted(maps.Keys(formulas)), nil
}
