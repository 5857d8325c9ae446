package main

import (
	"context"
	"errors"
	"time"

	"vigie/crawl/harvest"
	"vigie/index/store"
	"vigie/web"
)

// rereadPause is the time between two documents that are read again beside everything
// else: a hundred thousand take seven hours, and no core is busy with it.
const rereadPause = 250 * time.Millisecond

// readAgain reads what is kept with the readers of today, without asking anybody for
// it. It takes as long as it takes: the schedule lets it run once at a time.
func (a *app) readAgain(ctx context.Context) error {
	r := harvest.Rereader{DB: a.db, Report: a.reports.Refill, Pause: rereadPause, Log: a.log}
	before, err := a.walk()
	if err != nil {
		return err
	}
	w, err := r.Run(ctx)
	if err == nil && w.Ended != before.Ended {
		a.log.InfoContext(ctx, "read again what was kept", "versions", w.Versions, "documents", w.Looked,
			"read", w.Read, "changed", w.Changed, "failed", w.Failed)
	}
	return err
}

// walk is how far the reading of what is kept has come.
func (a *app) walk() (w store.Walk, err error) {
	err = a.db.View(func(tx *store.Tx) error {
		w, err = tx.Walk()
		return err
	})
	return w, err
}

// withWalk says of the job that reads again how far it is.
func (a *app) withWalk(jobs []web.Job) []web.Job {
	w, err := a.walk()
	counts := store.Counts{}
	if err == nil {
		err = a.db.View(func(tx *store.Tx) error {
			counts, err = tx.Counts()
			return err
		})
	}
	if err != nil {
		a.log.Error("could not tell how far the reading of what is kept is", "err", err)
		return jobs
	}
	for i := range jobs {
		if jobs[i].Name == "reread" && w.Versions != "" && w.Ended.IsZero() {
			jobs[i].Done, jobs[i].All = min(w.Looked, counts.Documents), counts.Documents
		}
	}
	return jobs
}

// applyRetention lets go of what sources are kept for no longer, and finishes what a
// withdrawal began before the program was stopped.
func (a *app) applyRetention(ctx context.Context) error {
	errErase := a.db.Erase(ctx)
	gone, err := a.db.Retain(ctx)
	if err == nil && gone.Documents > 0 {
		a.log.InfoContext(ctx, "let go of what is not to be kept", "documents", gone.Documents, "originals", gone.Originals, "texts", gone.Texts)
	}
	return errors.Join(errErase, err)
}
