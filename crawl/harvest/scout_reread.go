package harvest

import (
	"context"
	"fmt"

	"vigie"
	"vigie/crawl"
	"vigie/crawl/extract"
)

// Reread reads a page that [Scout.Explore] gave as a list by the rules of s, and asks
// for nothing. Where example is the address of an item on the page, the rules are
// those of the list that it stands in; vigie.ErrNotFound means that it stands in none.
func Reread(ctx context.Context, s vigie.Source, c vigie.Capture, example string) (Way, error) {
	s.Kind = vigie.Site
	if example != "" {
		text, _, err := extract.Decode(c.Body, extract.ContentType(c))
		if err != nil {
			return Way{}, fmt.Errorf("read %s: %w", c.Final, err)
		}
		found, err := crawl.SelectorsAt(text, c.Final, example)
		if err != nil {
			return Way{}, err
		}
		rules := found.Rules
		rules.Allow, rules.Most, rules.Depth, rules.Least = s.List.Allow, s.List.Most, s.List.Depth, s.List.Least
		s.List = rules
	}
	look, err := crawl.Look(ctx, s, c)
	if err != nil {
		return Way{}, err
	}
	p := &probing{source: s}
	p.addList(c, s.List, look.Items, look.Faults, 100)
	p.ways[0].Title = look.Title
	return p.ways[0], nil
}
