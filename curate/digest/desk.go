package digest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"vigie"
	"vigie/index/store"
)

// SendNow lets an issue that waits go out at once. Errors: vigie.ErrForbidden,
// vigie.ErrNotFound, vigie.ErrConflict for one that does not wait.
func (p *Post) SendNow(ctx context.Context, by vigie.User, id vigie.IssueID) error {
	return p.decide(ctx, by, id, "issue sent now", func(i *vigie.Issue) { i.Send, i.By, i.Asks = p.now(), by.ID, false })
}

// Cancel keeps an issue that waits from going out. What it tells belongs to the
// next one. Errors as of [Post.SendNow].
func (p *Post) Cancel(ctx context.Context, by vigie.User, id vigie.IssueID) error {
	return p.decide(ctx, by, id, "issue cancelled", func(i *vigie.Issue) { i.State = vigie.Cancelled })
}

func (p *Post) decide(ctx context.Context, by vigie.User, id vigie.IssueID, what string, act func(*vigie.Issue)) error {
	if err := may(by, vigie.SendDigest, what); err != nil {
		return err
	}
	err := p.db.Update(ctx, func(tx *store.Tx) error {
		issue, err := tx.Issue(id)
		if err != nil {
			return err
		}
		if issue.State != vigie.Composed {
			return fmt.Errorf("it is in state %q: %w", issue.State, vigie.ErrConflict)
		}
		act(&issue)
		_, err = tx.Audit(store.AuditLine{At: p.now(), Who: string(by.ID), What: what, About: string(id)})
		return errors.Join(err, tx.PutIssue(issue))
	})
	if err != nil {
		return fmt.Errorf("%s %s: %w", what, id, err)
	}
	p.watch(id)
	p.Wake()
	return nil
}

// Settle is a person's word on what became of an uncertain mail; "" stands for all
// uncertain ones of the issue. Errors: vigie.ErrForbidden, vigie.ErrNotFound,
// vigie.ErrConflict for a mail that is not uncertain.
func (p *Post) Settle(ctx context.Context, by vigie.User, id vigie.IssueID, to vigie.SubscriberID, arrived bool) error {
	note := "did not arrive"
	if arrived {
		note = "arrived"
	}
	return p.resolve(ctx, by, id, to, "delivery settled", note, func(d vigie.Delivery) (vigie.Delivery, error) {
		return d.Settle(p.now(), arrived, "")
	})
}

// Resend is a person's word that an uncertain mail is sent again, under the same
// Message-ID; "" stands for all uncertain ones of the issue. Errors as of
// [Post.Settle].
func (p *Post) Resend(ctx context.Context, by vigie.User, id vigie.IssueID, to vigie.SubscriberID) error {
	return p.resolve(ctx, by, id, to, "delivery sent again", "", func(d vigie.Delivery) (vigie.Delivery, error) {
		return d.Resend(p.now())
	})
}

func (p *Post) resolve(ctx context.Context, by vigie.User, id vigie.IssueID, to vigie.SubscriberID, what, note string, act func(vigie.Delivery) (vigie.Delivery, error)) error {
	if err := may(by, vigie.SendDigest, what); err != nil {
		return err
	}
	err := p.db.Update(ctx, func(tx *store.Tx) error {
		ids, err := uncertain(tx, id, to)
		if err != nil {
			return err
		}
		for _, to := range ids {
			d, err := tx.Delivery(id, to)
			if err == nil {
				d, err = act(d)
			}
			if err != nil {
				return err
			}
			if err := tx.PutDelivery(d); err != nil {
				return err
			}
		}
		line := store.AuditLine{At: p.now(), Who: string(by.ID), What: what, About: string(id) + " " + string(to), Note: note}
		if to == "" {
			line.About, line.Note = string(id), note+" ("+strconv.Itoa(len(ids))+")"
		}
		if _, err := tx.Audit(line); err != nil {
			return err
		}
		return reopen(tx, id)
	})
	if err != nil {
		return fmt.Errorf("%s of issue %s: %w", what, id, err)
	}
	p.watch(id)
	p.Wake()
	return nil
}

// uncertain returns whose mails of an issue are uncertain; the one that is named,
// or all.
func uncertain(tx *store.Tx, id vigie.IssueID, to vigie.SubscriberID) ([]vigie.SubscriberID, error) {
	if to != "" {
		return []vigie.SubscriberID{to}, nil
	}
	if _, err := tx.Issue(id); err != nil {
		return nil, err
	}
	all, err := collect(tx.Deliveries(id), func(d vigie.Delivery) bool { return d.State == vigie.Uncertain })
	out := make([]vigie.SubscriberID, len(all))
	for n, d := range all {
		out[n] = d.Subscriber
	}
	return out, err
}

// reopen sends an issue again where something of it is planned anew.
func reopen(tx *store.Tx, id vigie.IssueID) error {
	issue, err := tx.Issue(id)
	if err != nil || issue.State != vigie.Sent {
		return err
	}
	left, err := collect(tx.Deliveries(id), unsent)
	if err != nil || len(left) == 0 {
		return err
	}
	issue.State = vigie.Sending
	return tx.PutIssue(issue)
}

// Balance adds up the ledger of an issue. The error is vigie.ErrNotFound.
func (p *Post) Balance(id vigie.IssueID) (vigie.Balance, error) {
	var b vigie.Balance
	err := p.db.View(func(tx *store.Tx) error {
		issue, err := tx.Issue(id)
		if err != nil {
			return err
		}
		b = vigie.BalanceOf(issue.Recipients, func(yield func(vigie.Delivery) bool) {
			for d, broken := range tx.Deliveries(id) {
				if broken != nil {
					err = broken
					return
				}
				if !yield(d) {
					return
				}
			}
		})
		return err
	})
	return b, err
}

// Told is a person's word that an issue that waits went out already, before a backup
// was restored: nobody is sent it, and what it tells does not belong to the next.
// Errors as of [Post.SendNow].
func (p *Post) Told(ctx context.Context, by vigie.User, id vigie.IssueID) error {
	const what = "issue counted as sent"
	if err := may(by, vigie.SendDigest, what); err != nil {
		return err
	}
	err := p.db.Update(ctx, func(tx *store.Tx) error {
		issue, err := tx.Issue(id)
		if err != nil {
			return err
		}
		if issue.State != vigie.Composed || !issue.Asks {
			return fmt.Errorf("nobody is asked about it in state %q: %w", issue.State, vigie.ErrConflict)
		}
		if issue.Content, err = contentOf(issue); err != nil {
			return err
		}
		issue.Asks, issue.By = false, by.ID
		if issue, err = tx.PlanDeliveries(issue, nil, nil); err != nil {
			return err
		}
		issue.State = vigie.Sent
		_, err = tx.Audit(store.AuditLine{At: p.now(), Who: string(by.ID), What: what, About: string(id)})
		return errors.Join(err, tx.PutIssue(issue))
	})
	if err != nil {
		return fmt.Errorf("%s %s: %w", what, id, err)
	}
	p.Wake()
	return nil
}

// Resume is a person's word that mail may be sent again after a backup was
// restored. Of issues that waited nobody knows whether they went out since it was
// taken: each waits for a person's word, [Post.SendNow], [Post.Told] or
// [Post.Cancel]. Deliveries that were planned may have been sent since the backup, so
// they become uncertain.
// Errors: vigie.ErrForbidden, vigie.ErrConflict where nothing is held.
func (p *Post) Resume(ctx context.Context, by vigie.User) error {
	if err := may(by, vigie.SendDigest, "resume sending"); err != nil {
		return err
	}
	err := p.db.Update(ctx, func(tx *store.Tx) error {
		since, err := tx.Restored()
		if err != nil {
			return err
		}
		if since.IsZero() {
			return fmt.Errorf("nothing is held: %w", vigie.ErrConflict)
		}
		open, err := collect(tx.Issues(), unfinished)
		if err != nil {
			return err
		}
		for _, i := range open {
			if err := p.doubt(tx, i); err != nil {
				return err
			}
		}
		if err := p.doubtAlerts(tx); err != nil {
			return err
		}
		_, err = tx.Audit(store.AuditLine{At: p.now(), Who: string(by.ID), What: "sending resumed", Note: "after a restore"})
		return errors.Join(err, tx.ForgetRestored())
	})
	if err != nil {
		return fmt.Errorf("resume sending: %w", err)
	}
	p.Wake()
	return nil
}

// doubt makes uncertain what may have been sent since a backup was taken.
func (p *Post) doubt(tx *store.Tx, i vigie.Issue) error {
	now := p.now()
	if i.State == vigie.Composed {
		i.Asks = true
		return tx.PutIssue(i)
	}
	left, err := collect(tx.Deliveries(i.ID), unsent)
	if err != nil {
		return err
	}
	for _, d := range left {
		d, err := doubtful(d, now)
		if err != nil {
			return err
		}
		if err := tx.PutDelivery(d); err != nil {
			return err
		}
	}
	return nil
}

// doubtful makes a mail uncertain that was not sent when a backup was taken.
func doubtful(d vigie.Delivery, now time.Time) (vigie.Delivery, error) {
	var err error
	if d.State == vigie.Planned {
		d.Next = now // whatever it waited for
		d, err = d.Claim(now)
	}
	if err != nil {
		return d, err
	}
	return d.Lose(now, "a backup was restored: it may have been sent since")
}
