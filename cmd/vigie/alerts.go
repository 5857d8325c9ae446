package main

import (
	"context"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store"
)

// shower shows documents as a search would that asked for a line.
type shower func(ctx context.Context, line string, ids []vigie.DocumentID) ([]index.Hit, error)

// hits is the shower of the desk's index.
func (a *app) hits(ctx context.Context, line string, ids []vigie.DocumentID) ([]index.Hit, error) {
	x, err := a.openIndex(ctx)
	if err != nil {
		return nil, err
	}
	q, err := query.Parse(line)
	if err != nil {
		return nil, err
	}
	return x.Hits(ctx, q, ids)
}

// openedAlerts is the follower behind the desk's index, nil before that is opened.
func (a *app) openedAlerts() *index.Alerts {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.alerts
}

// lookForAlerts lets saved searches look at what the index took in. What they find is
// mailed by serve.
func (a *app) lookForAlerts(ctx context.Context) error {
	if _, err := a.openIndex(ctx); err != nil {
		return err
	}
	_, err := a.openedAlerts().CatchUp(ctx)
	return err
}

// alertsSeen returns the newest change that the alerts need no more.
func (a *app) alertsSeen() (seen store.Seq, err error) {
	seen = a.db.Last().Seq // before the look: what is saved after it tells of what comes later
	err = a.db.View(func(tx *store.Tx) error {
		watches, err := tx.Watches()
		if err != nil {
			return err
		}
		at, err := tx.Cursor(store.AlertFollower)
		if err != nil {
			return err
		}
		for _, w := range watches {
			seen = min(seen, max(w.From, at.Seq))
		}
		return nil
	})
	return seen, err
}
