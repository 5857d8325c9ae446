package main

import (
	"context"

	"vigie"
	"vigie/crawl/harvest"
	"vigie/index/store"
)

// gatherCmd is one turn.
type gatherCmd struct {
	Source string `placeholder:"ID" help:"Read this source only, due or not."`
	All    bool   `help:"Read every source that is not paused, due or not."`
	JSON   bool   `name:"json" help:"Print the report as JSON."`
}

func (c *gatherCmd) work(ctx context.Context, s *session, a *app) error {
	if c.Source != "" {
		err := a.db.View(func(tx *store.Tx) error {
			_, err := tx.Source(vigie.SourceID(c.Source))
			return err
		})
		if err != nil {
			return noSuchSource(err, c.Source)
		}
	}
	p := newProgress(s)
	report, err := a.gather(ctx, harvest.Choice{Source: vigie.SourceID(c.Source), All: c.All}, p)
	p.end()
	if err != nil {
		return err
	}
	if c.JSON {
		err = s.printJSON(report)
	} else {
		err = printReport(s, report)
	}
	if err == nil && report.Sources > 0 && len(report.Failed) == report.Sources {
		return exitError(exitFailed) // every reason was printed
	}
	return err
}

func printReport(s *session, r harvest.Report) error {
	if r.Sources == 0 {
		return s.printf("no source is due; vigie sources list says when the next one is (--all reads every source now)\n")
	}
	if err := s.printf("read %d of %d sources (%d with nothing new): %d new, %d changed, %d unchanged items\n",
		r.Read, r.Sources, r.NotModified, r.New, r.Changed, r.Unchanged); err != nil {
		return err
	}
	for _, f := range r.Failed {
		if err := s.printf("  %s could not be read: %s\n", f.URL, f.Reason); err != nil {
			return err
		}
	}
	return nil
}
