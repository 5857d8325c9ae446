package main

import (
	"context"
	"fmt"

	"vigie"
)

// sourcesOnceCmd files one document that somebody found.
type sourcesOnceCmd struct {
	URL  string `arg:"" help:"Address of the page, or of the PDF."`
	JSON bool   `name:"json" help:"Print JSON."`
}

// onceView is what is printed of a document that was filed by hand.
type onceView struct {
	Document  vigie.DocumentID `json:"document"`
	URL       string           `json:"url"`
	Title     string           `json:"title"`
	Lang      vigie.Lang       `json:"lang"`
	Published vigie.Date       `json:"published"`
	MediaType string           `json:"media_type"`
	New       bool             `json:"new"`
	Changed   bool             `json:"changed"`
}

func (c *sourcesOnceCmd) work(ctx context.Context, s *session, a *app) error {
	address, err := a.web.CheckURL(c.URL)
	if err != nil {
		return usageError{fmt.Errorf("read %s: %w", c.URL, err)}
	}
	found, err := a.harvest.Once(ctx, address)
	if err != nil {
		return err
	}
	if found.New || found.Changed {
		if _, err := a.catchUp(ctx, newProgress(s)); err != nil {
			return err
		}
	}
	d := found.Document
	if c.JSON {
		return s.printJSON(onceView{
			Document: d.ID, URL: d.URL, Title: d.Title, Lang: d.Lang, Published: d.Published, MediaType: d.MediaType,
			New: found.New, Changed: found.Changed,
		})
	}
	what := "it is there already as"
	switch {
	case found.New:
		what = "filed"
	case found.Changed:
		what = "filed a new revision of"
	}
	return s.printf("%s %s: %s (%s)\n", what, d.ID, d.Title, d.URL)
}
