package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"vigie"
	"vigie/cmd/vigie/demo"
	"vigie/config"
	"vigie/crawl/harvest"
	"vigie/index/store"
)

// demoCmd shows a whole observatory on a sample web.
type demoCmd struct {
	Once bool `help:"Set everything up and end, instead of serving it."`
}

// run works in a folder of its own, which goes with it unless --data names a new
// one. It never touches a folder that is in use.
func (c *demoCmd) run(ctx context.Context, s *session) error {
	if !s.dataGiven {
		dir, err := os.MkdirTemp("", "vigie-demo-*")
		if err != nil {
			return fmt.Errorf("run the demo: %w", err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		s.cfg.Data = dir
	} else if _, err := os.Stat(filepath.Join(s.cfg.Data, "vigie.db")); err == nil {
		return usageError{fmt.Errorf("the demo wants a folder of its own, and %s holds data already", s.cfg.Data)}
	}
	// The sample speaks to nobody but itself, whatever the configuration says.
	s.cfg.Mail, s.cfg.PublicURL, s.cfg.Places = config.Mail{}, "", ""
	s.cfg.Network.Allow = append(s.cfg.Network.Allow, netip.MustParsePrefix("127.0.0.0/8"))
	s.cfg.Fetch.PagePause, s.cfg.Fetch.FeedPause = 50*time.Millisecond, 50*time.Millisecond
	content, err := demo.Observatory()
	if err != nil {
		return err
	}
	web, err := demo.Start(ctx)
	if err != nil {
		return err
	}
	a, err := openApp(ctx, s, "demo")
	if err != nil {
		return errors.Join(err, web.Close())
	}
	return errors.Join(c.show(ctx, s, a, web, content), a.close(), web.Close()) //nolint:contextcheck // closing goes on after the context has ended
}

func (c *demoCmd) show(ctx context.Context, s *session, a *app, web *demo.Web, content demo.Content) error {
	var err error
	if a.desk, err = openDesk(a.db, content.Areas, s.cfg.Fetch.Every, s.log, a.reword); err != nil {
		return err
	}
	if a.post, err = openPost(s.cfg, content.Areas, a.db, a.hits, s.log); err != nil {
		return err
	}
	err = a.db.Update(ctx, func(tx *store.Tx) error {
		for _, src := range web.Sources() {
			if _, err := tx.AddSource(src); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.printf("gathering the sample web of %d publishers, who are all made up\n", len(web.Sources())); err != nil {
		return err
	}
	p := newProgress(s)
	report, err := a.gather(ctx, harvest.Choice{All: true}, p)
	p.end()
	if err != nil {
		return err
	}
	if err := printReport(s, report); err != nil {
		return err
	}
	if err := a.furnish(ctx, content); err != nil {
		return err
	}
	if err := a.gatherCorrected(ctx, s, web.Correct()); err != nil {
		return err
	}
	if _, err := a.catchUp(ctx, p); err != nil {
		return err
	}
	if c.Once {
		return nil
	}
	if !free(ctx, s.cfg.Listen) {
		s.cfg.Listen = "127.0.0.1:0"
		a.cfg.Listen = s.cfg.Listen
	}
	if s.dataGiven {
		err = s.printf("everything is in %s; stop with Ctrl-C\n", s.cfg.Data)
	} else {
		err = s.printf("everything goes when you stop it with Ctrl-C; keep it with --data FOLDER\n")
	}
	return errors.Join(err, (&serveCmd{}).serve(ctx, s, a))
}

// gatherCorrected reads the sources again whose publishers put something right after
// the sample's texts had quoted them: there are revisions to compare, and words that
// somebody cites have changed.
func (a *app) gatherCorrected(ctx context.Context, s *session, addresses []string) error {
	sources := map[string]vigie.SourceID{}
	err := a.db.View(func(tx *store.Tx) error {
		for src, err := range tx.Sources() {
			if err != nil {
				return err
			}
			sources[src.URL] = src.ID
		}
		return nil
	})
	if err != nil {
		return err
	}
	changed := 0
	for _, address := range addresses {
		report, err := a.gather(ctx, harvest.Choice{Source: sources[address]}, quiet())
		if err != nil {
			return err
		}
		changed += report.Changed
	}
	return s.printf("read %d of them again, where publishers put something right: %d changed items\n", len(addresses), changed)
}

// free reports whether nobody listens on an address yet.
func free(ctx context.Context, address string) bool {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	return err == nil && l.Close() == nil
}
