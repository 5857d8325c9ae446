package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"vigie/config"
	"vigie/crawl/extract"
	"vigie/crawl/extract/jail"
)

// parseCommand is the hidden command that reads documents; see package jail.
const parseCommand = "parse-document"

// parseDocumentCmd is the inside of the jail: a child that the program starts of itself.
type parseDocumentCmd struct {
	Cache string `arg:"" optional:"" help:"Folder of the compiled engine."`
}

func (c *parseDocumentCmd) run(ctx context.Context, s *session) error {
	return jail.Serve(ctx, s.in, s.out, extract.ReportHandlers(c.Cache))
}

// openReports makes the reader of reports, which keeps its compiled engine in a folder,
// unless another is configured.
func openReports(cfg config.Config, cacheDir string, log *slog.Logger) (*extract.ReportReader, error) {
	if tool := cfg.Reports.PDFToText; tool != "" {
		if info, err := os.Stat(tool); err != nil || !info.Mode().IsRegular() {
			return nil, fmt.Errorf("find pdftotext: %s is no program here (see reports.pdftotext in 'vigie config')", tool)
		}
	}
	return extract.NewReportReader(extract.ReportOptions{
		Command: []string{parseCommand}, CacheDir: cmp.Or(cfg.Reports.Cache, cacheDir), PDFToText: cfg.Reports.PDFToText, Log: log,
	}), nil
}

// userCache is where a command that has no data folder keeps the compiled engine: the
// person's own cache, or "" for nowhere.
func (s *session) userCache() string {
	dir := s.getenv("XDG_CACHE_HOME")
	if !filepath.IsAbs(dir) {
		home := s.getenv("HOME")
		if info, err := os.Stat(home); err != nil || !info.IsDir() || !filepath.IsAbs(home) {
			return ""
		}
		dir = filepath.Join(home, ".cache")
	}
	return filepath.Join(dir, "vigie")
}

// checkReports finds out what stands between the readers of reports and this machine, and
// says it.
func (a *app) checkReports(ctx context.Context) {
	checks, err := a.reports.Check(ctx)
	if ctx.Err() != nil {
		return
	}
	a.jailed.Store(&checks)
	switch {
	case err != nil:
		a.log.WarnContext(ctx, "reports are kept and not read: their readers do not start", "err", err)
	case !checks.Safe():
		a.log.WarnContext(ctx, "reports are kept and not read: their readers cannot be locked up on this machine", "protections", checks.Lines())
	default:
		a.log.InfoContext(ctx, "reports are read by processes that can open nothing", "protections", checks.Lines())
	}
}
