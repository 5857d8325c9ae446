package crawl

import (
	"context"
	"fmt"

	"vigie"
	"vigie/crawl/polite"
)

// Preview is what a list page shows, before anybody decides to watch it.
type Preview struct {
	// Title is that of the page.
	Title  string
	Items  []Listed
	Faults []string
}

// Listed is one item of a list page.
type Listed struct {
	URL   string
	Title string
	// Date is known where a rule says where it stands.
	Date vigie.Date
}

// Look reads the items of a list page that was fetched already, by the rules of s.
// It asks for nothing more. Selectors that match nothing are vigie.ErrInvalid.
func Look(ctx context.Context, s vigie.Source, c vigie.Capture) (Preview, error) {
	if err := CheckSelectors(s.List); err != nil {
		return Preview{}, err
	}
	d := doorway{fetched: true, answer: polite.Answer{Capture: c}}
	finder := finder{rules: s.List, asked: s.URL}
	err := visit(ctx, s.URL, &d, finder.read)
	switch {
	case d.err != nil:
		err = d.err
	case err == nil:
		err = finder.err
	}
	if err != nil {
		return Preview{}, fmt.Errorf("look for links on %s: %w", c.Final, err)
	}
	out := Preview{Title: finder.title, Faults: finder.faults}
	for _, r := range finder.rows {
		out.Items = append(out.Items, Listed{URL: r.raw, Title: r.title, Date: r.date})
	}
	return out, nil
}
