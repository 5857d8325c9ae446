package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"golang.org/x/sync/errgroup"

	"vigie/crawl/harvest"
	"vigie/crawl/schedule"
	"vigie/index/store"
)

// serveCmd runs until it is told to stop.
type serveCmd struct {
	NoGather bool `help:"Read nothing by itself: answer pages and commands only."`
}

// run opens the data, lets the followers catch up (which is the whole recovery
// after a crash), and serves. It needs the folder for itself.
func (c *serveCmd) run(ctx context.Context, s *session) error {
	a, err := openApp(ctx, s, "serve")
	if err != nil {
		return err
	}
	return errors.Join(c.serve(ctx, s, a), a.close()) //nolint:contextcheck // closing goes on after the context has ended
}

func (c *serveCmd) serve(ctx context.Context, s *session, a *app) error {
	p := newProgress(s)
	if _, err := a.catchUp(ctx, p); err != nil {
		return err
	}
	p.end()
	ctl, err := listenControl(ctx, a)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.cfg.Listen)
	if err != nil {
		return errors.Join(fmt.Errorf("listen on %s: %w (choose another address with listen or VIGIE_LISTEN)", s.cfg.Listen, err), ctl.listener.Close())
	}
	jobs, err := schedule.New(a.log, schedule.Options{Record: a.recordRun}, a.jobs(c.NoGather)...)
	if err != nil {
		return errors.Join(err, listener.Close(), ctl.listener.Close())
	}
	site, err := newSite(a, jobs)
	if err != nil {
		return errors.Join(err, listener.Close(), ctl.listener.Close())
	}
	if err := s.printf("vigie serves http://%s from %s\n", listener.Addr(), s.cfg.Data); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	// What works ends before what answers: a page can still say what is going on.
	work, ctxWork := errgroup.WithContext(ctx)
	work.Go(func() error { return ended(ctxWork, a.follow(ctxWork)) })
	work.Go(func() error { return ended(ctxWork, jobs.Run(ctxWork)) })
	g.Go(work.Wait)
	g.Go(func() error { return ended(ctx, ctl.serve(ctx)) })
	g.Go(func() error { return ended(ctx, site.Serve(ctx, listener)) })
	return g.Wait()
}

// ended hides the error that only says that we were told to stop.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return nil
	}
	return err
}

// jobs are what the server does by itself.
func (a *app) jobs(noGather bool) []schedule.Job {
	jobs := []schedule.Job{{
		Name: "collect", Spec: "17 3 * * *",
		Run: func(ctx context.Context) error {
			_, _, err := a.collect(ctx, 0.3, quiet())
			return err
		},
	}}
	if noGather {
		return jobs
	}
	return append(jobs, schedule.Job{
		// Which sources are due is kept in the store; this only looks.
		Name: "gather", Spec: "@every 30s",
		Run: func(ctx context.Context) error {
			report, err := a.harvest.Run(ctx, harvest.Choice{}, nil)
			if report.Sources > 0 {
				a.log.InfoContext(ctx, "gathered", "sources", report.Sources, "read", report.Read, "new", report.New,
					"changed", report.Changed, "failed", len(report.Failed), "took", report.End.Sub(report.Start).Round(time.Millisecond))
			}
			return err
		},
	})
}

// recordRun remembers what the schedule did. The gathering that found nothing due
// is left out: it comes twice a minute.
func (a *app) recordRun(r schedule.Run) {
	if r.Job == "gather" && r.Err == nil && a.harvest.Last().Start.Before(r.Started) {
		return
	}
	row := store.Run{Job: r.Job, Started: r.Started, Ended: r.Ended}
	if r.Err != nil {
		row.Error = r.Err.Error()
		if !errors.Is(r.Err, context.Canceled) {
			a.log.Error("a job failed", "job", r.Job, "err", r.Err)
		}
	}
	err := a.db.Update(context.Background(), func(tx *store.Tx) error { return tx.AddRun(row) })
	if err != nil {
		a.log.Error("could not remember a run", "job", r.Job, "err", err)
	}
}
