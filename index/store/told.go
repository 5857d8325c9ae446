package store

import (
	"errors"
	"fmt"
	"time"

	"vigie"
)

// Told is what the administrators were last told of the sources, so that they hear
// of what changed, and of nothing else.
type Told struct {
	At time.Time `json:"at"`
	// Alarms are the codes of the alarms of each source; a source without any is not
	// in it.
	Alarms map[vigie.SourceID][]string `json:"alarms,omitempty"`
}

// Told returns what was told last; the zero value before the first time.
func (tx *Tx) Told() (Told, error) {
	t, err := tableOf[Told](tx.tx, "told").get([]byte("alarms"))
	if errors.Is(err, vigie.ErrNotFound) {
		return Told{}, nil
	}
	if err != nil {
		return Told{}, fmt.Errorf("read what was told: %w", err)
	}
	return t, nil
}

// PutTold remembers what is told, in the transaction that writes the letters.
func (tx *Tx) PutTold(t Told) error {
	return tableOf[Told](tx.tx, "told").put([]byte("alarms"), t)
}
