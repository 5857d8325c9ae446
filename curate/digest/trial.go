package digest

import (
	"context"
	"errors"
	"fmt"

	"vigie"
	"vigie/index/store"
)

// Try sends an issue to the person who asks, as somebody with a wish would get it.
// Nothing is noted in its ledger. Errors: vigie.ErrForbidden, vigie.ErrNotFound for
// an issue that holds nothing for the wish, [Post.Ready]'s.
func (p *Post) Try(ctx context.Context, by vigie.User, issue vigie.Issue, w vigie.Wish) error {
	if err := may(by, vigie.SendDigest, "try an issue"); err != nil {
		return err
	}
	if err := p.Ready(); err != nil {
		return fmt.Errorf("try an issue: %w", err)
	}
	r, err := p.Preview(ctx, issue, w)
	if err != nil {
		return err
	}
	now := p.now()
	err = p.db.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Audit(store.AuditLine{At: now, Who: string(by.ID), What: "issue tried", About: string(issue.ID)})
		return errors.Join(err, tx.PutLetter(vigie.Letter{
			ID: vigie.NewID[vigie.LetterID](now), To: by.Email, Lang: w.Lang, Subject: r.Subject, Text: r.Text, HTML: r.HTML, Made: now,
		}))
	})
	if err != nil {
		return fmt.Errorf("try an issue: %w", err)
	}
	p.Wake()
	return nil
}
