package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"

	"vigie"
	"vigie/curate"
	"vigie/feeds"
	"vigie/index/store"
)

// sourcesImportCmd adds the sources of an OPML file.
type sourcesImportCmd struct {
	File   string `arg:"" help:"OPML file, or - for standard input."`
	Paused bool   `help:"Leave what is added unread until it is resumed."`
	JSON   bool   `name:"json" help:"Print JSON."`
}

func (c *sourcesImportCmd) work(ctx context.Context, s *session, a *app) error {
	f, err := s.open(c.File)
	if err != nil {
		return fmt.Errorf("import sources: %w", err)
	}
	defer func() { _ = f.Close() }()
	list, err := feeds.ReadOPML(f)
	if err != nil {
		return fmt.Errorf("import %s: %w", c.File, err)
	}
	done, err := a.desk.AddList(ctx, operatorUser(), list.Sources, c.Paused, "")
	if err != nil {
		return fmt.Errorf("import %s: %w", c.File, err)
	}
	return c.report(s, list, done)
}

// report says what became of the sources of a list, and line by line what is wrong
// with it.
func (c *sourcesImportCmd) report(s *session, list feeds.List, done []curate.Listed) error {
	added, known := 0, 0
	remarks := append([]feeds.Remark{}, list.Remarks...)
	for i, l := range done {
		switch {
		case l.Refused != nil:
			what := fmt.Sprintf("the source %.200q: %v", l.Source.URL, l.Refused)
			remarks = append(remarks, feeds.Remark{Line: list.Lines[i], What: what, Done: feeds.Refused})
		case l.Known:
			known++
		default:
			added++
		}
	}
	slices.SortStableFunc(remarks, func(a, b feeds.Remark) int { return cmp.Compare(a.Line, b.Line) })
	refused := []string{}
	for _, r := range remarks {
		if r.Done == feeds.Refused {
			refused = append(refused, r.String())
		}
	}
	var err error
	if c.JSON {
		err = s.printJSON(map[string]any{"added": added, "known": known, "refused": refused, "remarks": remarks})
	} else {
		for _, r := range remarks {
			s.tellf("%s: %s\n", c.File, r)
		}
		err = s.printf("added %d sources, %d were there already, %d were refused\n", added, known, len(refused))
	}
	if err == nil && added+known == 0 && len(refused) > 0 {
		return exitError(exitFailed) // every reason was printed
	}
	return err
}

// sourcesExportCmd writes OPML.
type sourcesExportCmd struct {
	File string `arg:"" optional:"" default:"-" help:"File to write, or - for standard output."`
}

func (c *sourcesExportCmd) work(_ context.Context, s *session, a *app) error {
	var sources []vigie.Source
	err := a.db.View(func(tx *store.Tx) error {
		for src, err := range tx.Sources() {
			if err != nil {
				return err
			}
			if src.ID != vigie.ByHand {
				sources = append(sources, src)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := feeds.WriteOPML(&b, "vigie", sources); err != nil {
		return err
	}
	return s.write(c.File, b.Bytes())
}
