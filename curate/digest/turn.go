package digest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"vigie"
	"vigie/index/store"
)

// stale is how long after its hour an issue does not go out by itself any more.
const stale = 48 * time.Hour

// turnIssues composes what is due, begins to send what waited long enough, and
// sends. It returns when there is something to do next.
func (p *Post) turnIssues(ctx context.Context) (next time.Time, err error) {
	leave, err := p.issues.enter(ctx)
	if err != nil {
		return next, err
	}
	defer leave()
	if since, err := p.Held(); err != nil || !since.IsZero() {
		return next, err
	}
	if err := p.forget(ctx); err != nil {
		return next, err
	}
	if next, err = p.composeDue(ctx); err != nil {
		return next, err
	}
	open, err := p.opened()
	for _, id := range open {
		if err != nil {
			break
		}
		var again time.Time
		again, err = p.turnIssue(ctx, id)
		next = sooner(next, again)
	}
	return next, err
}

// Open returns the issues that wait or are on their way, oldest first; one that was
// finished just now may be among them.
func (p *Post) Open() ([]vigie.IssueID, error) { return p.opened() }

// opened returns the issues that may be waiting or on their way, oldest first.
func (p *Post) opened() ([]vigie.IssueID, error) {
	p.mu.Lock()
	known := p.open != nil
	p.mu.Unlock()
	if !known {
		found := map[vigie.IssueID]bool{}
		err := p.db.View(func(tx *store.Tx) error {
			open, err := collect(tx.Issues(), unfinished)
			for _, i := range open {
				found[i.ID] = true
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("look for issues: %w", err)
		}
		p.mu.Lock()
		if p.open == nil {
			p.open = found
		}
		p.mu.Unlock()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]vigie.IssueID, 0, len(p.open))
	for id := range p.open {
		out = append(out, id)
	}
	slices.Sort(out)
	return out, nil
}

func unfinished(i vigie.Issue) bool { return i.State == vigie.Composed || i.State == vigie.Sending }

// turnIssue brings one issue as far as it goes now.
func (p *Post) turnIssue(ctx context.Context, id vigie.IssueID) (next time.Time, err error) {
	var issue vigie.Issue
	err = p.db.View(func(tx *store.Tx) error {
		issue, err = tx.Issue(id)
		return err
	})
	if err == nil && issue.State == vigie.Composed {
		if issue.Asks {
			return next, nil // until a person decides
		}
		if p.now().Before(issue.Send) {
			return issue.Send, nil
		}
		issue, err = p.begin(ctx, issue)
	}
	switch {
	case err != nil:
		return next, err
	case issue.State == vigie.Composed:
		return issue.Send, nil
	case issue.State == vigie.Sending:
		return p.send(ctx, issue)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, id)
	return next, nil
}

// begin freezes an issue whose hour has come. Where that was long ago, because the
// program was down or had no mail server, nobody expects it any more: it waits
// anew, so that a person can cancel it.
func (p *Post) begin(ctx context.Context, issue vigie.Issue) (vigie.Issue, error) {
	if p.now().Sub(issue.Send) <= stale {
		return p.freeze(ctx, issue.ID)
	}
	id := issue.ID
	err := p.db.Update(ctx, func(tx *store.Tx) error {
		s, err := tx.Settings()
		if err != nil {
			return err
		}
		if issue, err = tx.Issue(id); err != nil || issue.State != vigie.Composed || p.now().Sub(issue.Send) <= stale {
			return err // somebody decided about it meanwhile
		}
		issue.Send = p.now().Add(s.Digest.Hold)
		_, err = tx.Audit(store.AuditLine{At: p.now(), Who: "timetable", What: "issue put off", About: string(id), Note: "its hour had long passed"})
		return errors.Join(err, tx.PutIssue(issue))
	})
	if err != nil {
		return issue, fmt.Errorf("put off issue %s: %w", id, err)
	}
	return issue, nil
}

// freeze begins to send an issue: from here on its content and its recipients stay
// as they are. What was withdrawn while it waited is left out, and an issue that
// holds nothing after that is cancelled.
func (p *Post) freeze(ctx context.Context, id vigie.IssueID) (vigie.Issue, error) {
	var issue vigie.Issue
	err := p.db.Update(ctx, func(tx *store.Tx) error {
		var err error
		if issue, err = tx.Issue(id); err != nil || issue.State != vigie.Composed || issue.Asks {
			return err // somebody decided about it meanwhile
		}
		if issue.Items, err = stillOut(tx, issue.Items); err != nil {
			return err
		}
		if empty(issue) {
			issue.State = vigie.Cancelled
			_, err := tx.Audit(store.AuditLine{At: p.now(), Who: "timetable", What: "issue cancelled", About: string(id), Note: "all of it was withdrawn"})
			return errors.Join(err, tx.PutIssue(issue))
		}
		if issue.Content, err = contentOf(issue); err != nil {
			return err
		}
		readers, err := collect(tx.Subscribers(), func(s vigie.Subscriber) bool { return unwanted(issue, s) == "" })
		if err != nil {
			return err
		}
		to := make([]vigie.SubscriberID, len(readers))
		for n, s := range readers {
			to[n] = s.ID
		}
		raw, err := tx.MakeKey(keyPurpose)
		if err != nil {
			return err
		}
		issue, err = tx.PlanDeliveries(issue, to, func(to vigie.SubscriberID) string { return signer(raw).messageID(id, to, p.domain()) })
		return err
	})
	if err != nil {
		return issue, fmt.Errorf("begin to send issue %s: %w", id, err)
	}
	return issue, nil
}

// stillOut leaves out what the public cannot read any more.
func stillOut(tx *store.Tx, items []vigie.DigestItem) ([]vigie.DigestItem, error) {
	var out []vigie.DigestItem
	for _, i := range items {
		s, err := tx.Synthesis(i.Synthesis)
		if err != nil && !errors.Is(err, vigie.ErrNotFound) {
			return nil, err
		}
		if err == nil && s.Versions[i.Lang].Out() {
			out = append(out, i)
		}
	}
	return out, nil
}

// contentOf is the hash of what an issue tells.
func contentOf(i vigie.Issue) (vigie.Hash, error) {
	b, err := json.Marshal(struct {
		Items   []vigie.DigestItem
		Figures []vigie.DigestFigure
	}{i.Items, i.Figures})
	return vigie.HashOf(b), err
}

// unwanted says why somebody is not sent an issue; "" where they are.
func unwanted(i vigie.Issue, s vigie.Subscriber) string {
	switch items, figures := i.For(s.Wish); {
	case s.State == vigie.Bounced:
		return "the address refuses mail"
	case s.State != vigie.Active:
		return "unsubscribed"
	case s.Cadence != i.Cadence:
		return "asked for another cadence"
	case len(items)+len(figures) == 0:
		return "holds nothing that was asked for"
	}
	return ""
}

// ledger is what is to be done about an issue that is being sent.
type ledger struct {
	due    []vigie.SubscriberID // planned, and their time has come
	lost   []vigie.SubscriberID // claimed, with nobody at work
	next   time.Time            // when more of them are due
	unsent int                  // planned or claimed
}

func (p *Post) ledger(id vigie.IssueID) (l ledger, err error) {
	now := p.now()
	err = p.db.View(func(tx *store.Tx) error {
		for d, err := range tx.Deliveries(id) {
			if err != nil {
				return err
			}
			switch {
			case d.State == vigie.Claimed:
				l.lost = append(l.lost, d.Subscriber)
			case d.State == vigie.Planned && now.Before(d.Next):
				l.next = sooner(l.next, d.Next)
			case d.State == vigie.Planned:
				l.due = append(l.due, d.Subscriber)
			default:
				continue
			}
			l.unsent++
		}
		return nil
	})
	if err != nil {
		return l, fmt.Errorf("read the ledger of issue %s: %w", id, err)
	}
	return l, nil
}

// send sends what is due of an issue, and returns when more is.
func (p *Post) send(ctx context.Context, issue vigie.Issue) (next time.Time, err error) {
	l, err := p.ledger(issue.ID)
	if err != nil {
		return next, err
	}
	// Nobody else sends: what is claimed now was claimed before a crash.
	if err := p.lose(ctx, issue.ID, l.lost); err != nil {
		return next, err
	}
	if l, err = p.ledger(issue.ID); err != nil {
		return next, err
	}
	for len(l.due) > 0 {
		before := len(l.due)
		held, workers := p.heldUp(&p.issuesWay)
		switch {
		case p.now().Before(held):
			return held, nil
		case workers < p.o.Workers:
			l.due = l.due[:1] // one mail shows whether the server is well again
		}
		if err := p.sendAll(ctx, issue, l.due, workers); err != nil {
			return next, err
		}
		if l, err = p.ledger(issue.ID); err != nil {
			return next, err
		}
		if len(l.due) >= before {
			return p.now().Add(longestNap), nil // as many came to be due meanwhile
		}
	}
	if l.unsent > 0 {
		return l.next, nil
	}
	return next, p.end(ctx, issue.ID)
}

// heldUp returns until when the server is left alone, and how many may try after
// that: a server that failed is tried by one.
func (p *Post) heldUp(way *pace) (until time.Time, workers int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if way.failures > 0 {
		return way.until, 1
	}
	return time.Time{}, p.o.Workers
}

func (p *Post) lose(ctx context.Context, id vigie.IssueID, lost []vigie.SubscriberID) error {
	if len(lost) == 0 {
		return nil
	}
	err := p.db.Update(ctx, func(tx *store.Tx) error {
		for _, to := range lost {
			d, err := tx.Delivery(id, to)
			if err == nil {
				d, err = d.Lose(p.now(), "the program ended while the mail was on its way")
			}
			if err := errors.Join(err, tx.PutDelivery(d)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("note uncertain deliveries of issue %s: %w", id, err)
	}
	p.o.Log.WarnContext(ctx, "mails are uncertain after a crash", "issue", id, "mails", len(lost))
	return nil
}

func unsent(d vigie.Delivery) bool { return d.State == vigie.Planned || d.State == vigie.Claimed }

// end notes that an issue was sent, if nothing of it is left.
func (p *Post) end(ctx context.Context, id vigie.IssueID) error {
	err := p.db.Update(ctx, func(tx *store.Tx) error {
		issue, err := tx.Issue(id)
		if err != nil {
			return err
		}
		left, err := collect(tx.Deliveries(id), unsent)
		if err != nil || len(left) > 0 {
			return err // a person said meanwhile that a mail is sent again
		}
		issue.State = vigie.Sent
		return tx.PutIssue(issue)
	})
	if err != nil {
		return fmt.Errorf("end issue %s: %w", id, err)
	}
	return nil
}

// sendAll hands the deliveries to so many workers, and waits for them.
func (p *Post) sendAll(ctx context.Context, issue vigie.Issue, due []vigie.SubscriberID, workers int) error {
	s, err := p.settings()
	if err != nil {
		return fmt.Errorf("send issue %s: %w", issue.ID, err)
	}
	if sum, err := contentOf(issue); err != nil || sum != issue.Content {
		return errors.Join(err, &vigie.DamagedError{Place: "issue " + string(issue.ID), Reason: "its content is not what was frozen"})
	}
	q := &queue{left: due}
	var g errgroup.Group
	for range min(workers, len(due)) {
		g.Go(func() error {
			w := worker{post: p, issue: issue, settings: s, queue: q, line: line{server: p.o.Mail}}
			defer w.line.close()
			err := w.run(ctx)
			if err != nil {
				q.stop()
			}
			return err
		})
	}
	return g.Wait()
}
