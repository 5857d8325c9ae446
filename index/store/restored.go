package store

import (
	"errors"
	"fmt"
	"time"

	"vigie"
)

// restoredKey is where [Restore] notes its time.
const restoredKey = "restored"

// Restored returns when the store was restored from a backup, and the zero time
// where it never was or [Tx.ForgetRestored] said that it no longer matters. Mail
// waits meanwhile, since it may have been sent after the backup was taken.
func (tx *Tx) Restored() (time.Time, error) {
	s, err := tableOf[string](tx.tx, "meta").get([]byte(restoredKey))
	if errors.Is(err, vigie.ErrNotFound) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("read when the store was restored: %w", err)
	}
	return at, nil
}

// ForgetRestored notes a person's word that mail may be sent again.
func (tx *Tx) ForgetRestored() error {
	return tableOf[string](tx.tx, "meta").delete([]byte(restoredKey))
}
