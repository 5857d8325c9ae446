package curate

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"vigie"
	"vigie/index/store"
)

const (
	// longestReason bounds why a document is withdrawn, in characters.
	longestReason = 1000
	// eraseTime bounds how long somebody waits for the disk to be written anew.
	eraseTime = time.Minute
)

// WithdrawDocument withdraws a document for a legal reason: its text and its originals
// go at once, from the disk too, and it is never filed again. Its addresses, the
// decisions about it and this act stay as a trace; words that a synthesis quotes stay
// with it, whose authors are told. Older backups keep what they have. What cannot be
// erased now, because a backup is under way, is erased by the next run of the job for
// it. Errors: vigie.ErrForbidden for who may not administer, vigie.ErrInvalid for a
// reason that is missing or too long, vigie.ErrNotFound.
func (d *Desk) WithdrawDocument(ctx context.Context, by vigie.User, id vigie.DocumentID, why, from string) (w store.Withdrawal, err error) {
	why = strings.TrimSpace(why)
	switch n := utf8.RuneCountInString(why); {
	case !by.May(vigie.Administer):
		err = fmt.Errorf("role %q may not: %w", by.Role, vigie.ErrForbidden)
	case n == 0 || n > longestReason:
		err = &vigie.InvalidError{Field: "why", Reason: fmt.Sprintf("has %d characters; allowed: 1 to %d", n, longestReason)}
	default:
		err = d.db.Update(ctx, func(tx *store.Tx) error {
			if first, err := tx.Withdrawal(id); err == nil {
				w = first // a form that is posted twice
				return nil
			}
			if w, err = tx.Withdraw(store.Withdrawal{Document: id, By: by.ID, At: d.o.Now(), Why: why}); err != nil {
				return err
			}
			return d.noteDown(tx, by, "document withdrawn", string(id), clipped(why, longestNote), from)
		})
	}
	if err != nil {
		return w, fmt.Errorf("withdraw document %s: %w", id, err)
	}
	// Whoever asked may leave: what was begun is ended.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), eraseTime)
	defer cancel()
	if err := d.db.Erase(ctx); err != nil {
		d.o.Log.WarnContext(ctx, "what was withdrawn is not erased yet", "document", id, "err", err)
	}
	return w, nil
}
