package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"sync"
	"sync/atomic"

	"vigie"
	"vigie/config"
	"vigie/crawl"
	"vigie/crawl/extract"
	"vigie/crawl/extract/jail"
	"vigie/crawl/harvest"
	"vigie/crawl/polite"
	"vigie/curate"
	"vigie/curate/digest"
	"vigie/feeds"
	"vigie/index"
	"vigie/index/store"
	"vigie/web/auth"
)

// app is the engine put together: the one place that knows everybody.
type app struct {
	cfg  config.Config
	log  *slog.Logger
	db   *store.DB
	web  *polite.Transport
	auth *auth.Authenticator
	desk *curate.Desk
	// stories is the follower that finds what tells the same thing.
	stories *curate.Stories
	// citations is the follower that looks after quoted words.
	citations *curate.Citations
	post      *digest.Post
	// address is where the server answers; "" while there is none.
	address string
	harvest *harvest.Harvester
	reports *extract.ReportReader
	// jailed is what holds the readers of reports; nil while it is not known.
	jailed atomic.Pointer[jail.Protections]

	// places are what the operator calls countries.
	places map[string]vigie.Text

	mu     sync.Mutex
	index  *index.Index       // opened when first wanted; under mu
	alerts *index.Alerts      // follows index; under mu
	public *index.PublicIndex // likewise
}

// openApp takes the data folder. The caller closes the app.
func openApp(ctx context.Context, s *session, command string) (*app, error) {
	a := &app{cfg: s.cfg, log: s.log}
	var err error
	a.db, err = store.Open(ctx, s.cfg.Data, store.Options{Command: command, Verify: verifyInChild, Log: s.log})
	if err != nil {
		return nil, err
	}
	if a.auth, err = openAuth(ctx, a.db, s.log); err != nil {
		return nil, errors.Join(err, a.db.Close()) //nolint:contextcheck // closing goes on after the context has ended
	}
	a.places, err = readPlaces(s.cfg.Places)
	if err == nil {
		a.desk, err = openDesk(a.db, a.places, s.cfg.Fetch.Every, s.log, a.reword)
	}
	if err != nil {
		return nil, errors.Join(err, a.db.Close()) //nolint:contextcheck // closing goes on after the context has ended
	}
	if a.post, err = openPost(s.cfg, a.places, a.db, a.hits, s.log); err != nil {
		return nil, errors.Join(err, a.db.Close()) //nolint:contextcheck // closing goes on after the context has ended
	}
	if a.reports, err = openReports(s.cfg, filepath.Join(s.cfg.Data, "cache"), s.log); err != nil {
		return nil, errors.Join(err, a.db.Close()) //nolint:contextcheck // closing goes on after the context has ended
	}
	a.stories, a.citations = curate.NewStories(a.db, s.log), curate.NewCitations(a.db, s.log)
	a.web = polite.New(doorOptions(s.cfg, s.log, a.db))
	a.harvest = harvest.New(a.db, a.readers(), harvest.Options{Parallel: s.cfg.Fetch.Parallel, Every: s.cfg.Fetch.Every, Log: s.log})
	return a, nil
}

// readers are those of all kinds of source.
func (a *app) readers() map[vigie.Kind]harvest.Reader {
	sites := &crawl.Reader{Web: a.web, Kept: harvest.Kept(a.db), Reports: a.reports, Log: a.log}
	items := &feeds.Reader{Web: a.web, Kept: harvest.KeptItem(a.db), Reports: a.reports, Log: a.log}
	readers := map[vigie.Kind]harvest.Reader{vigie.Feed: items, vigie.Site: sites, vigie.Page: sites}
	readers[vigie.Auto] = &harvest.Auto{Scout: harvest.Scout{Web: a.web}, Readers: maps.Clone(readers)}
	return readers
}

// doorOptions makes the door out as configured. Without a store (db is nil) it
// forgets robots.txt files and what hosts are owed when the program ends.
func doorOptions(cfg config.Config, log *slog.Logger, db *store.DB) polite.Options {
	o := polite.Options{
		Version: version, Contact: cfg.Network.Contact, Allow: cfg.Network.Allow,
		PagePause: cfg.Fetch.PagePause, FeedPause: cfg.Fetch.FeedPause, DailyBytes: int64(cfg.Fetch.DailyMegabytes) * 1e6, Log: log,
	}
	if o.DailyBytes == 0 {
		o.DailyBytes = -1 // any amount
	}
	if db == nil {
		return o
	}
	o.LoadRobots = func(_ context.Context, origin string) (record []byte, err error) {
		err = db.View(func(tx *store.Tx) error {
			record, err = tx.Robots(origin)
			return err
		})
		if errors.Is(err, vigie.ErrNotFound) {
			return nil, nil
		}
		return record, err
	}
	o.SaveRobots = func(ctx context.Context, origin string, record []byte) error {
		return db.Update(ctx, func(tx *store.Tx) error { return tx.PutRobots(origin, record) })
	}
	o.LoadHost = func(_ context.Context, host string) (record []byte, err error) {
		err = db.View(func(tx *store.Tx) error {
			record, err = tx.Host(host)
			return err
		})
		if errors.Is(err, vigie.ErrNotFound) {
			return nil, nil
		}
		return record, err
	}
	o.SaveHost = func(_ context.Context, host string, record []byte) error {
		db.NoteHost(host, record)
		return nil
	}
	o.Record = db.NoteFetch
	return o
}

// openIndex opens the index at its first use. A missing or damaged one is built
// anew from the store.
func (a *app) openIndex(ctx context.Context) (*index.Index, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.index != nil {
		return a.index, nil
	}
	x, err := index.Open(ctx, filepath.Join(a.cfg.Data, "index"), a.db, index.Options{Log: a.log, Thesaurus: a.desk.Thesaurus, Places: a.places})
	if err != nil {
		return nil, fmt.Errorf("open the index: %w", err)
	}
	a.index = x
	a.alerts = index.NewAlerts(x, func(int) { a.post.Wake() })
	return x, nil
}

// openPublic opens the index over what the public may read, as openIndex does.
func (a *app) openPublic(ctx context.Context) (*index.PublicIndex, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.public != nil {
		return a.public, nil
	}
	x, err := index.OpenPublic(ctx, filepath.Join(a.cfg.Data, "public-index"), a.db, index.Options{Log: a.log})
	if err != nil {
		return nil, fmt.Errorf("open the public index: %w", err)
	}
	a.public = x
	return x, nil
}

// close lets go of everything, the indexes before the store.
func (a *app) close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	var err error
	if a.index != nil {
		err = a.index.Close()
	}
	if a.public != nil {
		err = errors.Join(err, a.public.Close())
	}
	a.reports.Close()
	return errors.Join(err, a.db.Close())
}
