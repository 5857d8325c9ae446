package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"vigie"
	"vigie/index"
	"vigie/index/query"
)

// searchCmd finds documents.
type searchCmd struct {
	Query []string `arg:"" help:"Words, \"a phrase\", -without, a AND b, a OR b, begin*, a NEAR b, title:word source:name lang:fr from:2026-01 age:<30d. A single - reads one query a line."`
	Plain bool     `help:"Take the line as words, without the grammar."`
	Limit int      `default:"20" help:"How many to show, 200 at most."`
	Lang  string   `help:"Only documents in this language."`
	JSON  bool     `name:"json" help:"Print JSON."`
}

// longestQuery bounds a line of the batch form, in bytes.
const longestQuery = 1 << 20

func (c *searchCmd) work(ctx context.Context, s *session, a *app) error {
	if c.Limit < 1 || c.Limit > 200 {
		return wrongFlag("--limit", "must lie between 1 and 200")
	}
	x, err := a.catchUp(ctx, newProgress(s))
	if err != nil {
		return err
	}
	if len(c.Query) == 1 && c.Query[0] == "-" {
		return c.batch(ctx, s, x)
	}
	r, err := c.search(ctx, x, c.line())
	switch {
	case errors.Is(err, vigie.ErrInvalid):
		return usageError{err}
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

// line puts the arguments together. The shell takes quotation marks away: of
// several arguments, one with a space in it is meant as a phrase.
func (c *searchCmd) line() string {
	if len(c.Query) == 1 {
		return c.Query[0]
	}
	words := make([]string, len(c.Query))
	for i, word := range c.Query {
		if strings.ContainsAny(word, " \t") && !strings.Contains(word, `"`) {
			field, rest, found := strings.Cut(word, ":")
			if !found || strings.Contains(field, " ") {
				field, rest = "", word
			} else {
				field += ":"
			}
			not := ""
			if trimmed, ok := strings.CutPrefix(rest, exclusion); ok && field == "" {
				not, rest = exclusion, trimmed
			}
			word = field + not + `"` + rest + `"`
		}
		words[i] = word
	}
	return strings.Join(words, " ")
}

// exclusion is the minus sign of mathematics, which the query language reads as
// the hyphen before a word to leave out. See [markExclusions].
const exclusion = "\u2212"

// markExclusions lets "search tariff -draft" through the reader of flags, which
// would take -draft for one.
func markExclusions(args []string) []string {
	at := slices.IndexFunc(args, func(a string) bool { return a == "search" })
	if at < 0 || commandName(args) != "search" {
		return args
	}
	out := slices.Clone(args)
	for i := at + 1; i < len(out) && out[i] != "--"; i++ {
		if rest, ok := strings.CutPrefix(out[i], "-"); ok && rest != "" && rest != "h" && !strings.HasPrefix(rest, "-") {
			out[i] = exclusion + rest
		}
	}
	return out
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
