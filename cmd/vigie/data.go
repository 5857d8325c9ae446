package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"vigie/index/archive"
	"vigie/index/store"
)

// checkCmd proves that everything is whole.
type checkCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// checkView is the report of a check.
type checkView struct {
	store.Checked
	// Index is "" when index and store agree, Public when the public index does.
	Index  string `json:"index"`
	Public string `json:"public_index"`
	OK     bool   `json:"ok"`
}

func (c *checkCmd) work(ctx context.Context, s *session, a *app) error {
	p := newProgress(s)
	// So that a server that has settled them already says the same. What goes wrong
	// here is what the check is about to find.
	if _, err := a.stories.CatchUp(ctx, nil); err != nil && ctx.Err() != nil {
		return fmt.Errorf("check: %w", err)
	}
	checked, err := a.db.Check(ctx, func(done, all int) { p.steps("checking", done, all) })
	p.end()
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	view := checkView{Checked: checked}
	view.Index, view.Public = a.checkIndexes(ctx, p)
	view.OK = len(view.Damages) == 0 && view.Index == "" && view.Public == ""
	if c.JSON {
		err = s.printJSON(view)
	} else {
		err = printCheck(s, view)
	}
	if err == nil && !view.OK {
		return exitError(exitFailed)
	}
	return err
}

// checkIndexes compares both indexes with the store and says what does not fit.
func (a *app) checkIndexes(ctx context.Context, p *progress) (ofDesk, ofPublic string) {
	desk, err := a.openIndex(ctx)
	if err == nil {
		_, err = desk.CatchUp(ctx, p.indexing)
	}
	if err == nil {
		err = desk.Check(ctx)
	}
	if err != nil {
		ofDesk = err.Error()
	}
	public, err := a.openPublic(ctx)
	if err == nil {
		err = public.Check(ctx)
	}
	if err != nil {
		ofPublic = err.Error()
	}
	return ofDesk, ofPublic
}

func printCheck(s *session, v checkView) error {
	if err := s.printf("checked %d documents, %d revisions, %d objects, %d records\n", v.Documents, v.Revisions, v.Objects, v.Records); err != nil {
		return err
	}
	for _, d := range v.Damages {
		if err := s.printf("  %s\n", d); err != nil {
			return err
		}
	}
	if v.Index != "" {
		if err := s.printf("  index: %s (vigie reindex builds it anew)\n", v.Index); err != nil {
			return err
		}
	}
	if v.Public != "" {
		if err := s.printf("  public index: %s (vigie reindex builds it anew)\n", v.Public); err != nil {
			return err
		}
	}
	if v.OK {
		return s.printf("everything is whole, and the indexes agree with the store\n")
	}
	if len(v.Damages) > 0 {
		return s.printf("the store is damaged: stop the server and restore the newest backup (vigie restore --replace FILE)\n")
	}
	return nil
}

// verifyDataCmd is what [verifyInChild] runs.
type verifyDataCmd struct {
	Dir   string `arg:""`
	Quick bool
}

func (c *verifyDataCmd) run(ctx context.Context, _ *session) error {
	checked, err := store.Verify(ctx, c.Dir, c.Quick)
	if err == nil {
		err = checked.Err()
	}
	return err
}

// backupCmd writes a backup.
type backupCmd struct {
	File string `arg:"" help:"File to write; it appears when it is whole."`
	JSON bool   `name:"json" help:"Print the manifest as JSON."`
}

func (c *backupCmd) work(ctx context.Context, s *session, a *app) error {
	file, err := s.target(c.File)
	if err != nil {
		return err
	}
	p := newProgress(s)
	m, err := a.db.BackupFile(ctx, file, func(done, all int) { p.steps("writing bytes", done, all) })
	p.end()
	if err != nil {
		return err
	}
	if c.JSON {
		return s.printJSON(m)
	}
	return s.printf("wrote %s: %d documents as of %s\n", c.File, m.Counts.Documents, m.Made.Format("2006-01-02 15:04:05 MST"))
}

// restoreCmd restores a backup. It needs the folder for itself.
type restoreCmd struct {
	File    string `arg:"" help:"Backup to restore."`
	Replace bool   `help:"Put an existing store aside, in a folder named before-restore-…"`
	JSON    bool   `name:"json" help:"Print the manifest as JSON."`
}

func (c *restoreCmd) run(ctx context.Context, s *session) error {
	f, err := s.open(c.File)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer func() { _ = f.Close() }()
	p := newProgress(s)
	m, err := store.Restore(ctx, f, s.cfg.Data, store.RestoreOptions{
		Command: "restore", Replace: c.Replace, Verify: verifyWholeInChild,
		Progress: func(done, all int) { p.steps("unpacking files", done, all) },
	})
	p.end()
	if err != nil {
		return err
	}
	if c.JSON {
		return s.printJSON(m)
	}
	return s.printf("restored %d documents as of %s into %s\n", m.Counts.Documents, m.Made.Format("2006-01-02 15:04:05 MST"), s.cfg.Data)
}

// exportCmd writes the portable archive.
type exportCmd struct {
	File string `arg:"" help:"File to write (gzipped JSON lines)."`
	JSON bool   `name:"json" help:"Print the report as JSON."`
}

func (c *exportCmd) work(ctx context.Context, s *session, a *app) error {
	p := newProgress(s)
	var report archive.Report
	err := s.replace(c.File, func(w io.Writer) error {
		var err error
		report, err = archive.Export(ctx, a.db, w, func(done, all int) { p.steps("exporting", done, all) })
		return err
	})
	p.end()
	if err != nil {
		return err
	}
	if c.JSON {
		return s.printJSON(report)
	}
	line, err := json.Marshal(report)
	if err != nil {
		return err
	}
	return s.printf("wrote %s: %s\n", c.File, line)
}

// reindexCmd rebuilds the indexes.
type reindexCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

func (c *reindexCmd) work(ctx context.Context, s *session, a *app) error {
	desk, public, err := a.openIndexes(ctx)
	if err != nil {
		return err
	}
	p := newProgress(s)
	err = desk.Rebuild(ctx, p.indexing)
	if err == nil {
		err = public.Rebuild(ctx, nil)
	}
	p.end()
	if err != nil {
		return err
	}
	documents, texts := desk.Stats().Documents, public.Stats().Documents
	if c.JSON {
		return s.printJSON(map[string]any{"documents": documents, "public_texts": texts})
	}
	return s.printf("rebuilt the index: %d documents; and the public one: %d texts\n", documents, texts)
}

// collectCmd gives back unused room.
type collectCmd struct {
	Share float64 `default:"0.3" help:"Rewrite files of which at least this share is unused (0 to 1)."`
	JSON  bool    `name:"json" help:"Print JSON."`
}

func (c *collectCmd) work(ctx context.Context, s *session, a *app) error {
	if c.Share < 0 || c.Share > 1 {
		return wrongFlag("--share", "must lie between 0 and 1")
	}
	p := newProgress(s)
	collected, entries, err := a.collect(ctx, c.Share, p)
	p.end()
	if err != nil {
		return err
	}
	if c.JSON {
		return s.printJSON(map[string]any{"segments": collected.Segments, "bytes": collected.Bytes, "log_entries": entries})
	}
	return s.printf("gave back %d bytes in %d files and %d entries of the change log\n", collected.Bytes, collected.Segments, entries)
}

// collect gives back the room of what nothing refers to, and drops what later entries
// of the change log supersede once the alerts have seen it: they must know why a
// document changed. All others need the newest entry only.
func (a *app) collect(ctx context.Context, share float64, p *progress) (store.Collected, int, error) {
	collected, err := a.db.Collect(ctx, share, func(done, all int) { p.steps("collecting", done, all) })
	if err != nil {
		return collected, 0, err
	}
	seen, err := a.alertsSeen()
	if err != nil {
		return collected, 0, err
	}
	entries, err := a.db.CompactLog(ctx, seen)
	return collected, entries, err
}
