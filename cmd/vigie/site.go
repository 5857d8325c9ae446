package main

import (
	"vigie/crawl/extract/jail"
	"vigie/crawl/harvest"
	"vigie/crawl/schedule"
	"vigie/index"
	"vigie/index/store"
	"vigie/web"
)

// newSite makes the pages. They are told how things stand through functions, so
// that package web knows neither readers nor schedules.
func newSite(a *app, jobs *schedule.Scheduler) (*web.Server, error) {
	return web.New(web.Options{
		DB: a.db, Auth: a.auth, Desk: a.desk, Post: a.post, Public: a.openedPublic(), PublicURL: a.cfg.PublicURL, TrustedProxies: a.cfg.TrustedProxies, Version: version, Log: a.log,
		Reading: func() []web.Reading { return readings(a.harvest.Now()) },
		Turn: func() web.Turn {
			if last := a.harvest.Last(); last.Sources > 0 {
				return web.Turn{End: last.End, New: last.New, Failed: len(last.Failed)}
			}
			last := a.lastRuns()["gather"]
			return web.Turn{End: last.Ended, New: last.New, Failed: last.Failed}
		},
		Jobs:   func() []web.Job { return a.withWalk(jobViews(jobs.Status(), a.lastRuns())) },
		Index:  a.indexState,
		Totals: a.totals,
		Found:  a.opened(),
		Probe:  a.probe, Reread: a.reread, Once: a.once, Manners: a.web.State, Agent: a.web.UserAgent(),
		Jail: func() (jail.Protections, bool) {
			p := a.jailed.Load()
			if p == nil {
				return jail.Protections{}, false
			}
			return *p, true
		},
		Gathering: func() web.Gathering {
			done, all := a.harvest.Progress()
			return web.Gathering{Done: done, All: all}
		},
	})
}

func readings(now []harvest.Current) []web.Reading {
	out := make([]web.Reading, len(now))
	for i, c := range now {
		out[i] = web.Reading{Name: c.Source.Name, URL: c.Source.URL, Since: c.Since}
	}
	return out
}

func jobViews(jobs []schedule.Status, before map[string]store.Run) []web.Job {
	out := make([]web.Job, len(jobs))
	for i, j := range jobs {
		out[i] = web.Job{Name: j.Name, Last: before[j.Name].Ended, Next: j.Next, LastError: before[j.Name].Error, Running: !j.RunningSince.IsZero()}
	}
	return out
}

// opened is the index of the desk, nil before it is opened.
func (a *app) opened() *index.Index {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.index
}

// indexState compares the index with the store.
func (a *app) indexState() web.IndexState {
	x := a.opened()
	if x == nil {
		return web.IndexState{}
	}
	stats := x.Stats()
	return web.IndexState{
		Ready: !stats.Partial, Rebuilding: stats.Rebuilding,
		Lag: int(a.db.Last().Seq - min(stats.Cursor.Seq, a.db.Last().Seq)),
	}
}

// totals adds up what was done since the start.
func (a *app) totals() web.Totals {
	read, failed := a.harvest.Totals()
	door := a.web.Stats()
	return web.Totals{Readings: read, Failed: failed, Requests: door.Requests, FetchBytes: door.Bytes}
}

// openedPublic is the index of the portal, nil before it is opened.
func (a *app) openedPublic() *index.PublicIndex {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.public
}
