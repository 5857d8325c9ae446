package store

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"vigie"
)

// longestArea bounds the name of a place in bytes.
const longestArea = 60

func figureMarkKey(id vigie.SynthesisID, indicator, area string) []byte {
	return join([]byte(id), []byte(indicator), []byte{0}, []byte(area))
}

// PutMark notes that a figure which a synthesis shows has moved. A later mark of
// the same figure replaces it.
func (tx *Tx) PutMark(m vigie.FigureMark) error {
	if !vigie.IndicatorID(m.Indicator).Valid() || m.Area == "" || len(m.Area) > longestArea || strings.ContainsRune(m.Area, 0) {
		return &vigie.InvalidError{Field: "figure", Reason: fmt.Sprintf("%.60q %.60q does not name an indicator and an area", m.Indicator, m.Area)}
	}
	if _, err := tx.Synthesis(m.Synthesis); err != nil {
		return fmt.Errorf("mark a figure: %w", err)
	}
	return tableOf[vigie.FigureMark](tx.tx, "marks").put(figureMarkKey(m.Synthesis, m.Indicator, m.Area), m)
}

// Marks returns the figures of a synthesis that moved; "" stands for all
// syntheses.
func (tx *Tx) Marks(id vigie.SynthesisID) ([]vigie.FigureMark, error) {
	var out []vigie.FigureMark
	for m, err := range tableOf[vigie.FigureMark](tx.tx, "marks").all([]byte(id), nil) {
		if err != nil {
			return out, fmt.Errorf("read marks: %w", err)
		}
		out = append(out, m)
	}
	return out, nil
}

// DeleteMarks forgets that figures of a synthesis moved: one figure, all areas of
// an indicator where area is "", all of the synthesis where both are.
func (tx *Tx) DeleteMarks(id vigie.SynthesisID, indicator, area string) error {
	marks, err := tx.Marks(id)
	if err != nil || id == "" {
		return err
	}
	for _, m := range marks {
		if (indicator != "" && m.Indicator != indicator) || (area != "" && m.Area != area) {
			continue
		}
		if err := tableOf[vigie.FigureMark](tx.tx, "marks").delete(figureMarkKey(m.Synthesis, m.Indicator, m.Area)); err != nil {
			return err
		}
	}
	return nil
}

// marks proves that each is of a synthesis that exists.
func (c *checker) marks(context.Context) {
	t := tableOf[vigie.FigureMark](c.tx.tx, "marks")
	for k := range t.keys(nil) {
		m, err := t.get(k)
		if err != nil || !bytes.Equal(figureMarkKey(m.Synthesis, m.Indicator, m.Area), k) {
			c.damagef("%s is not the mark of that figure", place("marks", k))
			continue
		}
		if !tableOf[vigie.Synthesis](c.tx.tx, "syntheses").has([]byte(m.Synthesis)) {
			c.damagef("a mark is of synthesis %s, which does not exist", m.Synthesis)
		}
	}
}
