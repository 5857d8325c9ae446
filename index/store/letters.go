package store

import (
	"fmt"
	"iter"

	"vigie"
)

// PutLetter adds or changes a letter that waits to be sent. Whom it is about must
// exist.
func (tx *Tx) PutLetter(l vigie.Letter) error {
	if !vigie.ValidID(l.ID) || l.To == "" {
		return fmt.Errorf("put letter: %w", &vigie.InvalidError{Field: "letter", Reason: "needs an identity and an email address"})
	}
	if l.About != "" {
		if _, err := tx.Subscriber(l.About); err != nil {
			return fmt.Errorf("put letter: %w", err)
		}
	}
	return tableOf[vigie.Letter](tx.tx, "letters").put([]byte(l.ID), l)
}

// Letters walks the letters that wait, oldest first.
func (tx *Tx) Letters() iter.Seq2[vigie.Letter, error] {
	return tableOf[vigie.Letter](tx.tx, "letters").all(nil, nil)
}

// DeleteLetter forgets a letter; one that is not there is fine.
func (tx *Tx) DeleteLetter(id vigie.LetterID) error {
	return tableOf[vigie.Letter](tx.tx, "letters").delete([]byte(id))
}
