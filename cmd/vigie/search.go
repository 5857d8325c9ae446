package main

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"vigie"
	"vigie/index"
	"vigie/index/query"
)

// searchCmd finds documents.
type searchCmd struct {
	Query []string `arg:"" help:"Words, \"a phrase\", -without, source:name lang:fr title:word from:2026-01 to:2026-11. A single - reads one query a line."`
	Plain bool     `help:"Take the line as words, without the grammar."`
	Limit int      `default:"20" help:"How many to show, 200 at most."`
	Lang  string   `help:"Only documents in this language."`
	JSON  bool     `name:"json" help:"Print JSON."`
}

// longestQuery bounds a line of the batch form, in bytes.
const longestQuery = 1 << 20

func (c *searchCmd) work(ctx context.Context, s *session, a *app) error {
	if c.Limit < 1 || c.Limit > 200 {
		return &vigie.InvalidError{Field: "--limit", Reason: "must lie between 1 and 200"}
	}
	x, err := a.catchUp(ctx, newProgress(s))
	if err != nil {
		return err
	}
	if len(c.Query) == 1 && c.Query[0] == "-" {
		return c.batch(ctx, s, x)
	}
	r, err := c.search(ctx, x, strings.Join(c.Query, " "))
	switch {
	case err != nil:
		return err
	case c.JSON:
		return s.printJSON(r)
	case r.Total == 0 && x.Stats().Documents == 0:
		return s.printf("there is nothing to search yet: vigie sources add URL, then vigie gather\n")
	default:
		return printHits(s, r)
	}
}

// batch answers one query a line, each with one line of JSON. A bad line gets its
// answer as well and does not end the batch.
func (c *searchCmd) batch(ctx context.Context, s *session, x *index.Index) error {
	lines := bufio.NewScanner(s.in)
	lines.Buffer(nil, longestQuery)
	for lines.Scan() {
		var answer any
		answer, err := c.search(ctx, x, lines.Text())
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			answer = map[string]string{"error": err.Error()}
		}
		if err := s.printJSON(answer); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read queries: %w", err)
	}
	return nil
}

func (c *searchCmd) search(ctx context.Context, x *index.Index, line string) (index.Results, error) {
	q := query.Plain(line)
	if !c.Plain {
		var err error
		if q, err = query.Parse(line); err != nil {
			return index.Results{}, err
		}
	}
	o := index.SearchOptions{Limit: c.Limit}
	if c.Lang != "" {
		lang, err := vigie.ParseLang(c.Lang)
		if err != nil {
			return index.Results{}, err
		}
		o.Langs = []vigie.Lang{lang}
	}
	return x.Search(ctx, q, o)
}

func printHits(s *session, r index.Results) error {
	if r.Total == 0 {
		return s.printf("nothing was found\n")
	}
	for i, h := range r.Hits {
		title := h.Title
		if title == "" {
			title = "(without a title)"
		}
		facts := []string{h.Source, h.Published.String(), string(h.Lang)}
		if h.Page > 0 {
			facts = append(facts, fmt.Sprintf("page %d", h.Page))
		}
		if err := s.printf("%d. %s\n   %s\n", i+1, title, joinKnown(facts)); err != nil {
			return err
		}
		for _, line := range []string{h.Extract, h.URL} {
			if line == "" {
				continue
			}
			if err := s.printf("   %s\n", line); err != nil {
				return err
			}
		}
	}
	return s.printf("%d found in %d ms\n", r.Total, r.TookMS)
}

// joinKnown joins what is not empty.
func joinKnown(facts []string) string {
	var known []string
	for _, f := range facts {
		if f != "" {
			known = append(known, f)
		}
	}
	return strings.Join(known, ", ")
}
