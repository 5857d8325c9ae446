package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"vigie"
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
	added, known, err := c.add(ctx, a, list.Sources)
	if err != nil {
		return fmt.Errorf("import %s: %w", c.File, err)
	}
	refused := []string{}
	for _, r := range list.Remarks {
		if r.Done == feeds.Refused {
			refused = append(refused, r.String())
		}
	}
	if c.JSON {
		remarks := append([]feeds.Remark{}, list.Remarks...)
		err = s.printJSON(map[string]any{"added": added, "known": known, "refused": refused, "remarks": remarks})
	} else {
		for _, r := range list.Remarks {
			s.tellf("%s: %s\n", c.File, r)
		}
		err = s.printf("added %d sources, %d were there already, %d were refused\n", added, known, len(refused))
	}
	if err == nil && len(list.Sources) == 0 && len(refused) > 0 {
		return exitError(exitFailed) // every reason was printed
	}
	return err
}

// add is all or nothing: an import that is cut half way is not left half done.
func (c *sourcesImportCmd) add(ctx context.Context, a *app, sources []vigie.Source) (added, known int, err error) {
	err = a.db.Update(ctx, func(tx *store.Tx) error {
		added, known = 0, 0
		for _, src := range sources {
			src.Paused = src.Paused || c.Paused
			switch _, err := tx.AddSource(src); {
			case errors.Is(err, vigie.ErrConflict):
				known++
			case err != nil:
				return err
			default:
				added++
			}
		}
		if added == 0 {
			return nil
		}
		return byOperator(tx, "sources imported", "", fmt.Sprintf("%d added, %d known", added, known))
	})
	return added, known, err
}

// byOperator writes into the audit log what whoever runs the machine did.
func byOperator(tx *store.Tx, what, about, note string) error {
	_, err := tx.Audit(store.AuditLine{Who: string(operatorUser().ID), What: what, About: about, Note: note})
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
			sources = append(sources, src)
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
