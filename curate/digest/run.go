package digest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"vigie/index/store"
)

const (
	// longestNap is the longest time between two looks: settings may change, and
	// letters may be put by others.
	longestNap = time.Minute
	// shortestNap keeps a fault from becoming a busy loop.
	shortestNap = 100 * time.Millisecond
)

// Run composes and sends what is due until ctx is done, and waits for the mails
// that are on their way. What fails is logged and tried again; the error is that
// of ctx.
func (p *Post) Run(ctx context.Context) error {
	if err := p.Ready(); err != nil {
		p.o.Log.InfoContext(ctx, "no mail is sent", "err", err)
		<-ctx.Done()
		return ctx.Err()
	}
	// Letters and alerts have loops of their own: nobody who confirms, or is to hear of
	// something at once, waits for an issue to have gone out to everybody.
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return p.loop(ctx, p.wakeLetters, p.turnLetters) })
	g.Go(func() error { return p.loop(ctx, p.wakeIssues, p.turnIssues) })
	g.Go(func() error { return p.loop(ctx, p.wakeAlerts, p.turnAlerts) })
	return g.Wait()
}

// loop makes one pass after the other, each when it is due or somebody wakes it.
func (p *Post) loop(ctx context.Context, wake <-chan struct{}, pass func(context.Context) (time.Time, error)) error {
	for {
		next, err := pass(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			p.o.Log.WarnContext(ctx, "mail is held up", "err", err)
		}
		nap := longestNap
		if !next.IsZero() && err == nil {
			nap = min(max(next.Sub(p.now()), shortestNap), longestNap)
		}
		timer := time.NewTimer(nap)
		select {
		case <-timer.C:
		case <-wake:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// Turn makes one pass: letters first, then the issues and the alerts that are due. It
// returns when nothing more can be done now. Errors: of the mail server as a *mail.SendError; of
// the store; [Post.Ready]'s.
func (p *Post) Turn(ctx context.Context) error {
	if err := p.Ready(); err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	_, err := p.turnLetters(ctx)
	_, issuesErr := p.turnIssues(ctx)
	_, alertsErr := p.turnAlerts(ctx)
	return errors.Join(err, issuesErr, alertsErr)
}

// Trouble says how the mail server fares. The zero value is a server that is well.
type Trouble struct {
	// Failures counts those in a row that were about no recipient, Again is when
	// the server is tried next, and Reason is why the last try failed.
	Failures int
	Again    time.Time
	Reason   string
}

// Trouble returns what holds mail up; the worst of what issues, letters and alerts met.
func (p *Post) Trouble() Trouble {
	p.mu.Lock()
	defer p.mu.Unlock()
	way := p.issuesWay
	for _, other := range []pace{p.lettersWay, p.alertsWay} {
		if other.failures > way.failures {
			way = other
		}
	}
	t := Trouble{Failures: way.failures, Again: way.until}
	if way.why != nil {
		t.Reason = way.why.Error()
	}
	return t
}

// Held returns since when nothing is sent because a backup was restored; the zero
// time where mails are sent.
func (p *Post) Held() (since time.Time, err error) {
	err = p.db.View(func(tx *store.Tx) error {
		since, err = tx.Restored()
		return err
	})
	return since, err
}
