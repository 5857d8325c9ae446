package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"vigie/curate"
	"vigie/index/thesaurus"
)

// thesaurusCmd are the commands about what searches look for besides.
type thesaurusCmd struct {
	Export thesaurusExportCmd `cmd:"" help:"Write the thesaurus that searches use as SKOS."`
	Import thesaurusImportCmd `cmd:"" help:"Add the concepts of a SKOS file (RDF/XML), and change those of the same identity."`
}

// thesaurusExportCmd writes SKOS.
type thesaurusExportCmd struct {
	File string `arg:"" optional:"" default:"-" help:"File to write, or - for standard output."`
}

func (c *thesaurusExportCmd) work(_ context.Context, s *session, a *app) error {
	t, err := a.desk.Thesaurus()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.WriteSKOS(&b, thesaurus.Base); err != nil {
		return err
	}
	return s.write(c.File, b.Bytes())
}

// thesaurusImportCmd reads SKOS.
type thesaurusImportCmd struct {
	File string `arg:"" help:"SKOS file in RDF/XML, or - for standard input."`
	JSON bool   `name:"json" help:"Print JSON."`
}

func (c *thesaurusImportCmd) work(ctx context.Context, s *session, a *app) error {
	f, err := s.open(c.File)
	if err != nil {
		return fmt.Errorf("import a thesaurus: %w", err)
	}
	body, err := io.ReadAll(io.LimitReader(f, thesaurus.MaxBytes+1))
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("import %s: %w", c.File, err)
	}
	plan, err := a.desk.ImportConcepts(ctx, operatorUser(), curate.Upload{Name: filepath.Base(c.File), File: body}, "")
	if err != nil {
		return fmt.Errorf("import %s: %w", c.File, err)
	}
	if c.JSON {
		return s.printJSON(map[string]any{"new": listed(plan.New), "changed": listed(plan.Changed), "same": plan.Same})
	}
	return s.printf("%d new concepts, %d changed, %d as they were\n", len(plan.New), len(plan.Changed), plan.Same)
}

// listed is a list that JSON writes as one also when it is empty.
func listed(ids []string) []string { return append([]string{}, ids...) }

// reword lets searches use the thesaurus that is in force now.
func (a *app) reword(t *thesaurus.Thesaurus) {
	if x := a.opened(); x != nil {
		x.Interpret(t)
	}
}
