package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"vigie/cmd/vigie/demo"
	"vigie/crawl/harvest"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store"
)

// demoCmd shows the whole way on a sample web: gather, search, gather again.
type demoCmd struct {
	Query string `arg:"" optional:"" default:"interoperabilite registres" help:"What to search for."`
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
	s.cfg.Network.Allow = append(s.cfg.Network.Allow, netip.MustParsePrefix("127.0.0.0/8"))
	s.cfg.Fetch.PagePause, s.cfg.Fetch.FeedPause = 100*time.Millisecond, 100*time.Millisecond
	web, err := demo.Start(ctx)
	if err != nil {
		return err
	}
	a, err := openApp(ctx, s, "demo")
	if err != nil {
		return errors.Join(err, web.Close())
	}
	return errors.Join(c.show(ctx, s, a, web), a.close(), web.Close()) //nolint:contextcheck // closing goes on after the context has ended
}

func (c *demoCmd) show(ctx context.Context, s *session, a *app, web *demo.Web) error {
	err := a.db.Update(ctx, func(tx *store.Tx) error {
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
	for _, turn := range []string{"gathering the sample web", "gathering it again: nothing is new, nothing is read twice"} {
		if err := s.printf("%s\n", turn); err != nil {
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
	}
	return c.search(ctx, s, a)
}

func (c *demoCmd) search(ctx context.Context, s *session, a *app) error {
	x, err := a.openIndex(ctx)
	if err != nil {
		return err
	}
	q, err := query.Parse(c.Query)
	if err != nil {
		return err
	}
	if err := s.printf("searching for %s\n", c.Query); err != nil {
		return err
	}
	results, err := x.Search(ctx, q, index.SearchOptions{Limit: 5})
	if err != nil {
		return err
	}
	if err := printHits(s, results); err != nil {
		return err
	}
	if s.dataGiven {
		return s.printf("look further with: vigie --data %s search WORDS\n", s.cfg.Data)
	}
	return nil
}
