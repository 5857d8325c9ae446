package main

import (
	"context"
	"errors"
	"os"

	"golang.org/x/sync/errgroup"

	"vigie/crawl/harvest"
	"vigie/index"
)

// gather is one turn of the watch: read what is due, file it, make it searchable.
//
//	sources ──harvest──▶ store ──change log──▶ followers
//
// harvest asks a reader (feeds, crawl) for findings; the store decides in one
// transaction per source what is new, changed or the same; the followers take up
// what changed, each from its own cursor. A turn may be killed anywhere: what was
// filed stays, and the next turn, or the next start, finishes the rest.
//
// The followers, in order. What a later one needs, an earlier one has written:
//
//	stories    what tells the same thing stands together
//	citations  quoted words are looked for in what changed
//	(rules)    triage rules judge               not yet
//	index      the full text becomes searchable, for the desk
//	alerts     saved searches look at what the index took in
//	public     what is published becomes searchable, for everybody
func (a *app) gather(ctx context.Context, c harvest.Choice, p *progress) (harvest.Report, error) {
	report, errHarvest := a.harvest.Run(ctx, c, p.source)
	if ctx.Err() != nil {
		return report, ctx.Err()
	}
	_, errStories := a.stories.CatchUp(ctx, p.telling)
	_, errCitations := a.citations.CatchUp(ctx)
	_, errIndex := a.catchUp(ctx, p)
	errAlerts := a.lookForAlerts(ctx)
	err := errors.Join(errHarvest, errStories, errCitations, errIndex, errAlerts)
	if report.Sources > 0 {
		a.rememberTurn(ctx, report, err)
	}
	return report, err
}

// catchUp brings the indexes level with the store, for those who are about to search.
// The stories are left to gather and follow: nobody waits for them. It returns the
// desk's index.
func (a *app) catchUp(ctx context.Context, p *progress) (*index.Index, error) {
	desk, public, err := a.openIndexes(ctx)
	if err != nil {
		return nil, err
	}
	_, errDesk := desk.CatchUp(ctx, p.indexing)
	_, errPublic := public.CatchUp(ctx, nil) // few texts: nothing to show of it
	return desk, errors.Join(errDesk, errPublic)
}

// follow runs the followers until ctx ends, so that a document can be found
// within two seconds of its source's answer, and a text of its publication.
func (a *app) follow(ctx context.Context) error {
	desk, public, err := a.openIndexes(ctx)
	if err != nil {
		return err
	}
	followers, ctx := errgroup.WithContext(ctx)
	followers.Go(func() error { return a.stories.Follow(ctx) })
	followers.Go(func() error { return a.citations.Follow(ctx) })
	followers.Go(func() error { return desk.Follow(ctx) })
	followers.Go(func() error { return a.openedAlerts().Follow(ctx) })
	followers.Go(func() error { return public.Follow(ctx) })
	return followers.Wait()
}

// warmUp has loaded what the first searches would wait for.
func (a *app) warmUp(ctx context.Context, desk *index.Index, public *index.PublicIndex) {
	err := errors.Join(desk.WarmUp(ctx), public.WarmUp(ctx))
	if err != nil && ctx.Err() == nil && !errors.Is(err, os.ErrClosed) {
		a.log.WarnContext(ctx, "the first searches will wait", "err", err)
	}
}

func (a *app) openIndexes(ctx context.Context) (*index.Index, *index.PublicIndex, error) {
	desk, errDesk := a.openIndex(ctx)
	public, errPublic := a.openPublic(ctx)
	return desk, public, errors.Join(errDesk, errPublic)
}
