package digest

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"vigie"
	"vigie/index/store"
)

// mostTold bounds the documents that one alert tells of; what is left goes with the
// next one.
const mostTold = 2000

// turnAlerts plans the alerts that are due and sends what is planned. It returns when
// there is something to do next.
func (p *Post) turnAlerts(ctx context.Context) (next time.Time, err error) {
	leave, err := p.alerts.enter(ctx)
	if err != nil {
		return next, err
	}
	defer leave()
	if since, err := p.Held(); err != nil || !since.IsZero() {
		return next, err
	}
	s, err := p.settings()
	if err != nil {
		return next, fmt.Errorf("plan alerts: %w", err)
	}
	if next, err = p.planAlerts(ctx, s); err != nil {
		return next, fmt.Errorf("plan alerts: %w", err)
	}
	again, err := p.sendAlerts(ctx, s)
	if err != nil {
		return next, fmt.Errorf("send alerts: %w", err)
	}
	return sooner(next, again), nil
}

// planAlerts makes one mail of what each saved search found and whose time has come,
// and returns when more of it comes due.
func (p *Post) planAlerts(ctx context.Context, s vigie.Settings) (next time.Time, err error) {
	now := p.now()
	var due []vigie.SearchID
	err = p.db.View(func(tx *store.Tx) error {
		for _, id := range tx.AwaitingSearches() {
			d, err := p.dueAlert(tx, s, id, now)
			if err != nil {
				return err
			}
			if next = sooner(next, d.next); len(d.docs)+len(d.gone) > 0 {
				due = append(due, id)
			}
		}
		return nil
	})
	for _, id := range due {
		if err == nil {
			err = p.planAlert(ctx, s, id, now)
		}
	}
	return next, err
}

// dueAlert is what a saved search found and no mail tells of yet.
type dueAlert struct {
	docs []vigie.DocumentID // whose time has come
	gone []vigie.DocumentID // likewise, but nobody is to be told of them any more
	next time.Time          // when more comes due
}

func (p *Post) dueAlert(tx *store.Tx, s vigie.Settings, id vigie.SearchID, now time.Time) (d dueAlert, err error) {
	search, err := tx.Search(id)
	if err != nil {
		return d, err
	}
	owner, err := tx.User(search.Owner)
	if err != nil {
		return d, err
	}
	waiting, err := tx.Awaiting(id, mostTold)
	if err != nil {
		return d, err
	}
	until, next := p.alertSlot(s, search, now, waiting)
	for _, m := range waiting {
		if !m.At.Before(until) {
			d.next = next
			continue
		}
		there, err := readable(tx, owner, m.Document)
		switch {
		case err != nil:
			return d, err
		case there:
			d.docs = append(d.docs, m.Document)
		default:
			d.gone = append(d.gone, m.Document)
		}
	}
	return d, nil
}

// alertSlot returns the moment before which a match was found that is to be told now,
// and when the rest comes due. What is told at once goes when the first of it has
// waited for the others, by day and by week at the hour of the digest.
func (p *Post) alertSlot(s vigie.Settings, search vigie.SavedSearch, now time.Time, waiting []vigie.Match) (until, next time.Time) {
	cadence := vigie.EveryDay
	switch search.Alert {
	case vigie.AlertDaily:
	case vigie.AlertWeekly:
		cadence = vigie.EveryWeek
	case vigie.AlertNow, vigie.NoAlert:
		var first time.Time
		for _, m := range waiting {
			first = sooner(first, m.At)
		}
		if ripe := first.Add(p.o.Gather); now.Before(ripe) {
			return time.Time{}, ripe
		}
		return now.Add(time.Second), time.Time{} // matches bear whole seconds
	}
	t := timetable{s.Digest, cadence, s.Location()}
	slot := t.latest(now)
	return slot, t.shift(slot, 1)
}

// readable reports whether somebody may be told of a document: it is there, was not
// withdrawn, and they may see what is gathered.
func readable(tx *store.Tx, u vigie.User, id vigie.DocumentID) (bool, error) {
	if !vigie.Visible(u, vigie.Thing{Visibility: vigie.Internal}) {
		return false, nil
	}
	if _, err := tx.Document(id); errors.Is(err, vigie.ErrDamaged) {
		return false, nil // it costs one line; vigie check names it
	} else if err != nil {
		return false, ignoreGone(err)
	}
	_, err := tx.Withdrawal(id)
	return errors.Is(err, vigie.ErrNotFound), ignoreGone(err)
}

// ignoreGone is nil for what is not there.
func ignoreGone(err error) error {
	if errors.Is(err, vigie.ErrNotFound) {
		return nil
	}
	return err
}

// planAlert writes the mail of a saved search into the ledger.
func (p *Post) planAlert(ctx context.Context, s vigie.Settings, id vigie.SearchID, now time.Time) error {
	return p.db.Update(ctx, func(tx *store.Tx) error {
		d, err := p.dueAlert(tx, s, id, now)
		if err != nil {
			return ignoreGone(err) // the search was deleted meanwhile
		}
		if len(d.gone) > 0 {
			if err := tx.ForgetAwaiting(id, d.gone...); err != nil {
				return err
			}
		}
		if len(d.docs) == 0 {
			return nil
		}
		a, err := p.newAlert(tx, id, d.docs, now)
		if err != nil {
			return err
		}
		return tx.PlanAlert(a)
	})
}

func (p *Post) newAlert(tx *store.Tx, search vigie.SearchID, docs []vigie.DocumentID, now time.Time) (vigie.Alert, error) {
	raw, err := tx.MakeKey(keyPurpose)
	if err != nil {
		return vigie.Alert{}, err
	}
	now = now.Truncate(time.Second)
	a := vigie.Alert{ID: vigie.NewID[vigie.AlertID](now), Search: search, Documents: docs, Made: now}
	name := hex.EncodeToString(signer(raw).sum("alert", string(search), string(a.ID))[:16])
	a.Mail = vigie.Delivery{State: vigie.Planned, MessageID: name + "@" + p.domain(), At: now}
	return a, nil
}

// sendAlerts sends the mails that are planned, one after the other, and returns when
// more are due. What is found claimed was claimed before a crash.
func (p *Post) sendAlerts(ctx context.Context, s vigie.Settings) (next time.Time, err error) {
	var open []vigie.Alert
	err = p.db.View(func(tx *store.Tx) error {
		open, err = tx.Unsettled("")
		return err
	})
	if err != nil {
		return next, err
	}
	l := line{server: p.o.Mail}
	defer l.close()
	for _, a := range open {
		switch {
		case a.Mail.State == vigie.Claimed:
			p.o.Log.WarnContext(ctx, "an alert is uncertain after a crash", "search", a.Search, "alert", a.ID)
			_, err = p.changeAlert(ctx, a, func(_ *store.Tx, d vigie.Delivery) (vigie.Delivery, error) {
				return d.Lose(p.now(), "the program ended while the mail was on its way")
			})
		case a.Mail.State != vigie.Planned:
			continue
		case p.now().Before(a.Mail.Next):
			next = sooner(next, a.Mail.Next)
		default:
			if until, _ := p.heldUp(&p.alertsWay); p.now().Before(until) {
				return sooner(next, until), nil
			}
			a, err = p.sendAlert(ctx, &l, s, a)
			if a.Mail.State == vigie.Planned {
				next = sooner(next, a.Mail.Next)
			}
		}
		if err != nil {
			return next, err
		}
	}
	return next, nil
}

// changeAlert takes a step with a mail, durably. One that is gone, or is in another
// state by now, stays as it is.
func (p *Post) changeAlert(ctx context.Context, a vigie.Alert, step func(*store.Tx, vigie.Delivery) (vigie.Delivery, error)) (vigie.Alert, error) {
	err := p.db.Update(ctx, func(tx *store.Tx) error {
		kept, err := tx.Alert(a.Search, a.ID)
		if err != nil {
			return err
		}
		if kept.Mail, err = step(tx, kept.Mail); err != nil {
			return err
		}
		a = kept
		return tx.PutAlert(a)
	})
	if errors.Is(err, vigie.ErrConflict) || errors.Is(err, vigie.ErrNotFound) {
		a.Mail.State = ""
		return a, nil
	}
	return a, err
}

// sendAlert claims one mail, sends it and settles it. The error is one that stops the
// pass.
func (p *Post) sendAlert(ctx context.Context, l *line, s vigie.Settings, a vigie.Alert) (vigie.Alert, error) {
	// Before anything is claimed: a server that is down leaves no trace.
	if err := l.open(ctx); err != nil {
		p.serverFailed(ctx, &p.alertsWay, err)
		return a, err
	}
	var to recipient
	a, err := p.changeAlert(ctx, a, func(tx *store.Tx, d vigie.Delivery) (vigie.Delivery, error) {
		var err error
		if to, err = p.recipientOf(tx, a); err != nil {
			return d, err
		}
		if to.unwanted != "" {
			return d.Fail(p.now(), 0, to.unwanted)
		}
		return d.Claim(p.now())
	})
	if err != nil || a.Mail.State != vigie.Claimed {
		return a, err
	}
	m, err := p.alertMessage(ctx, s, a, to)
	v, err := p.attempt(ctx, attempt{line: l, way: &p.alertsWay, since: a.Made, delivery: a.Mail, message: m, unmade: err})
	a, kept := p.changeAlert(context.WithoutCancel(ctx), a, func(tx *store.Tx, d vigie.Delivery) (vigie.Delivery, error) {
		d, err := v.step(d)
		d.Reason = redact(d.Reason, to.user.Email)
		if err == nil && v.bounce {
			_, err = stopMails(tx, a.Search, p.now())
		}
		return d, err
	})
	return a, errors.Join(err, kept)
}

// recipient is whom an alert goes to.
type recipient struct {
	search vigie.SavedSearch
	user   vigie.User
	key    signer
	// unwanted says why it is not sent; "" where it is.
	unwanted string
}

func (p *Post) recipientOf(tx *store.Tx, a vigie.Alert) (to recipient, err error) {
	raw, err := tx.Key(keyPurpose)
	if err != nil {
		return to, err
	}
	to.key = raw
	if to.search, err = tx.Search(a.Search); err != nil {
		return to, err
	}
	if to.user, err = tx.User(to.search.Owner); err != nil {
		return to, err
	}
	left := 0
	for _, d := range a.Documents {
		there, err := readable(tx, to.user, d)
		if err != nil {
			return to, err
		}
		if there {
			left++
		}
	}
	switch {
	case !to.user.May(vigie.ReadItems):
		to.unwanted = "the account is disabled"
	case !to.search.Alerts():
		to.unwanted = "stopped"
	case left == 0:
		to.unwanted = "all of it is gone"
	}
	return to, nil
}
