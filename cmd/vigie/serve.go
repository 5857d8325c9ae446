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
	desk, public, err := a.openIndexes(ctx)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	// What works ends before what answers: a page can still say what is going on.
	work, ctxWork := errgroup.WithContext(ctx)
	work.Go(func() error { a.warmUp(ctxWork, desk, public); return nil })
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
	jobs, err := schedule.New(a.log, schedule.Options{Record: a.recordJob}, a.jobs(ctxWork, work, c.NoGather)...)
	if err != nil {
		return errors.Join(err, listener.Close(), ctl.listener.Close())
	}
	site, err := newSite(a, jobs) //nolint:contextcheck // the key of cursors, made at the first start, is not to be cut off
	if err != nil {
		return errors.Join(err, listener.Close(), ctl.listener.Close())
	}
	a.address = "http://" + listener.Addr().String()
	if err := s.printf("vigie serves %s from %s\n", a.address, s.cfg.Data); err != nil {
		return err
	}
	if err := a.greet(ctx, s); err != nil {
		return err
	}
	work.Go(func() error { a.checkReports(ctxWork); return nil })
	work.Go(func() error { a.readDictionaries(ctxWork); return nil })
	work.Go(func() error { return ended(ctxWork, a.follow(ctxWork)) })
	work.Go(func() error { return ended(ctxWork, jobs.Run(ctxWork)) })
	work.Go(func() error { return ended(ctxWork, a.post.Run(ctxWork)) })
	work.Go(func() error { _ = jobs.Now(ctxWork, "reread"); return nil }) // its record says what went wrong
	if !c.NoGather {
		work.Go(func() error { return ended(ctxWork, a.readAdded(ctxWork)) })
	}
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

// jobs are what the server does by itself. Turns over the sources are started by
// their job and go on beside it, in work and until ctx ends: one slow host must not
// hold up the next turn over all others.
func (a *app) jobs(ctx context.Context, work *errgroup.Group, noGather bool) []schedule.Job {
	jobs := []schedule.Job{
		{
			Name: "collect", Spec: "17 3 * * *",
			Run: func(ctx context.Context) error {
				_, _, err := a.collect(ctx, 0.3, quiet())
				return err
			},
		},
		{Name: "audit", Spec: "37 4 * * *", Run: a.logAuditHead},
		{Name: "sweep", Spec: "@every 1h", Run: a.auth.Sweep},
		{Name: "alarms", Spec: "7 6 * * *", Run: a.tellAlarms},
		{Name: "reread", Spec: "@every 1h", Run: a.readAgain},
		{Name: "retention", Spec: "47 2 * * *", Run: a.applyRetention},
	}
	if noGather {
		return jobs
	}
	return append(jobs, schedule.Job{
		// Which sources are due is kept in the store; this only looks.
		Name: "gather", Spec: "@every 30s",
		Run: func(context.Context) error {
			work.Go(func() error { a.turn(ctx, harvest.Choice{}); return nil })
			return nil
		},
	})
}

// tellAlarms writes to the administrators what changed among the sources, where mail
// can be sent.
func (a *app) tellAlarms(ctx context.Context) error {
	if err := a.post.Ready(); err != nil {
		a.log.DebugContext(ctx, "nobody is told of the sources", "err", err)
		return nil // an observatory without mail is in order
	}
	_, err := a.post.TellAlarms(ctx)
	return err
}

// turn reads sources and remembers what came of it, unless nothing was due. A turn
// that fails is logged; the next one tries again.
func (a *app) turn(ctx context.Context, c harvest.Choice) {
	report, err := a.harvest.Run(ctx, c, nil)
	if ctx.Err() != nil || (report.Sources == 0 && err == nil) {
		return
	}
	a.log.InfoContext(ctx, "gathered", "sources", report.Sources, "read", report.Read, "new", report.New,
		"changed", report.Changed, "failed", len(report.Failed), "took", report.End.Sub(report.Start).Round(time.Millisecond))
	a.rememberTurn(ctx, report, err)
}

// rememberTurn keeps the record of a turn over the sources, whoever asked for it.
func (a *app) rememberTurn(ctx context.Context, r harvest.Report, failed error) {
	a.remember(ctx, store.Run{Job: "gather", Started: r.Start, Ended: r.End, New: r.New, Failed: len(r.Failed)}, failed)
}

// readAdded reads a source as soon as somebody adds it.
func (a *app) readAdded(ctx context.Context) error {
	for after := a.db.Last().Seq; ; {
		if err := a.db.Wait(ctx, after); err != nil {
			return err
		}
		added := false
		err := a.db.View(func(tx *store.Tx) error {
			changes, err := tx.Changes(after, 500)
			for _, c := range changes {
				after = c.Seq
				added = added || c.Kind == store.SourceChange && c.Op == store.Put
			}
			return err
		})
		if err != nil {
			return err
		}
		if added {
			a.turn(ctx, harvest.Choice{})
		}
	}
}

// recordJob remembers what the schedule did. A job that gathers only starts a turn,
// which remembers itself.
func (a *app) recordJob(r schedule.Run) {
	if r.Job != "gather" {
		a.remember(context.Background(), store.Run{Job: r.Job, Started: r.Started, Ended: r.Ended}, r.Err)
	}
}

// remember keeps the record of a run, also of one that was told to stop.
func (a *app) remember(ctx context.Context, row store.Run, failed error) {
	if failed != nil {
		row.Error = failed.Error()
		if !errors.Is(failed, context.Canceled) {
			a.log.Error("a job failed", "job", row.Job, "err", failed)
		}
	}
	err := a.db.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error { return tx.AddRun(row) })
	if err != nil {
		a.log.Error("could not remember a run", "job", row.Job, "err", err)
	}
}

// lastRuns returns the newest remembered run of each job, so that pages know what
// was done before the program was started.
func (a *app) lastRuns() map[string]store.Run {
	last := map[string]store.Run{}
	err := a.db.View(func(tx *store.Tx) error {
		for r, err := range tx.Runs() {
			if err != nil {
				return err
			}
			last[r.Job] = r
		}
		return nil
	})
	if err != nil {
		a.log.Error("could not read the remembered runs", "err", err)
	}
	return last
}
