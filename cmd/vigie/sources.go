package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"vigie"
	"vigie/index/store"
)

// sourcesCmd groups the commands about sources.
type sourcesCmd struct {
	List   sourcesListCmd   `cmd:"" help:"List the sources with their last reading and the next."`
	Packs  sourcesPacksCmd  `cmd:"" help:"List the packs of the catalogue of sources, or what is in some of them."`
	Add    sourcesAddCmd    `cmd:"" help:"Watch one more place, or those of a pack; they are due at once."`
	Remove sourcesRemoveCmd `cmd:"" help:"Stop watching a place; what it brought stays."`
	Pause  sourcesPauseCmd  `cmd:"" help:"Leave a source unread until it is resumed."`
	Resume sourcesResumeCmd `cmd:"" help:"Read a paused source again."`
	Agree  sourcesAgreeCmd  `cmd:"" help:"Agree to how a source is read: in the way that is offered, or that was taken by itself."`
	Once   sourcesOnceCmd   `cmd:"" help:"File one page or document that somebody found; it stands in triage."`
	Health sourcesHealthCmd `cmd:"" help:"Say how the sources are doing, those that need a look first."`
	Import sourcesImportCmd `cmd:"" help:"Add the sources of an OPML file; what is wrong with it is told line by line."`
	Export sourcesExportCmd `cmd:"" help:"Write the sources as OPML."`
}

// sourceView is what the list shows of a source.
type sourceView struct {
	ID          vigie.SourceID `json:"id"`
	Kind        vigie.Kind     `json:"kind"`
	Found       vigie.Kind     `json:"found"`
	URL         string         `json:"url"`
	Name        string         `json:"name"`
	Publisher   string         `json:"publisher"`
	Country     string         `json:"country"`
	Lang        vigie.Lang     `json:"lang"`
	Topics      []string       `json:"topics"`
	Paused      bool           `json:"paused"`
	ByHand      bool           `json:"by_hand"`
	LastSuccess *time.Time     `json:"last_success"`
	NextRead    *time.Time     `json:"next_read"`
	Failures    int            `json:"failures"`
	LastError   string         `json:"last_error"`
	Faults      []string       `json:"faults"`
}

func viewSource(s vigie.Source, v vigie.Visit) sourceView {
	view := sourceView{
		ID: s.ID, Kind: s.Kind, Found: v.Found.Kind, URL: s.URL, Name: s.Name, Publisher: s.Publisher, Country: s.Country, Lang: s.Lang, Topics: s.Topics, Paused: s.Paused,
		Failures: v.Failures, LastError: v.LastError, Faults: v.Faults,
	}
	if s.ID == vigie.ByHand { // there is nothing behind its address
		view.ByHand, view.Paused, view.URL = true, false, ""
	}
	if view.Name == "" {
		view.Name = v.Title
	}
	if view.Topics == nil {
		view.Topics = []string{}
	}
	if view.Faults == nil {
		view.Faults = []string{}
	}
	if !v.LastSuccess.IsZero() {
		view.LastSuccess = &v.LastSuccess
	}
	if !v.NextRead.IsZero() {
		view.NextRead = &v.NextRead
	}
	return view
}

// sourcesListCmd lists the sources.
type sourcesListCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

func (c *sourcesListCmd) work(_ context.Context, s *session, a *app) error {
	views := []sourceView{}
	err := a.db.View(func(tx *store.Tx) error {
		for src, err := range tx.Sources() {
			if err != nil {
				return err
			}
			v, err := tx.Visit(src.ID)
			if err != nil {
				return err
			}
			views = append(views, viewSource(src, v))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return s.printJSON(map[string]any{"sources": views})
	}
	if len(views) == 0 {
		return s.printf("no source yet; vigie sources add URL adds one\n")
	}
	for _, v := range views {
		if err := s.printf("%s  %-9s  %s  %s\n", v.ID, kindOf(v), v.URL, v.Name); err != nil {
			return err
		}
		if err := s.printf("%s", sourceState(v)); err != nil {
			return err
		}
	}
	return nil
}

// kindOf names how a source is read, and for one that finds that out what it found.
func kindOf(v sourceView) string {
	if v.Kind == vigie.Auto && v.Found != "" {
		return string(v.Kind) + "/" + string(v.Found)
	}
	return string(v.Kind)
}

// sourceState says in a line or two how a source is doing.
func sourceState(v sourceView) string {
	if v.ByHand {
		return "    items found by hand: nothing is read by itself\n"
	}
	next := "due now"
	switch {
	case v.Paused:
		next = "paused"
	case v.NextRead != nil && v.NextRead.After(time.Now()):
		next = "next reading " + clock(*v.NextRead)
	}
	last := "not read yet"
	if v.LastSuccess != nil {
		last = "last read " + clock(*v.LastSuccess)
	}
	var lines strings.Builder
	fmt.Fprintf(&lines, "    %s; %s\n", last, next)
	for _, fault := range v.Faults[:min(len(v.Faults), 5)] {
		fmt.Fprintf(&lines, "    %s\n", fault)
	}
	if v.LastError != "" {
		fmt.Fprintf(&lines, "    failing, %d in a row: %s\n", v.Failures, v.LastError)
	}
	return lines.String()
}

// clock shows a time the same way wherever the command runs.
func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// sourcesRemoveCmd removes one source.
type sourcesRemoveCmd struct {
	ID        string `arg:"" help:"Identity of the source."`
	Documents bool   `name:"with-documents" help:"Also forget the documents that no other source showed. This cannot be undone."`
	JSON      bool   `name:"json" help:"Print JSON."`
}

func (c *sourcesRemoveCmd) work(ctx context.Context, s *session, a *app) error {
	id := vigie.SourceID(c.ID)
	removed := 0
	if c.Documents {
		var err error
		if removed, err = forgetDocuments(ctx, a, id); err != nil {
			return noSuchSource(err, c.ID)
		}
	}
	if err := a.desk.RemoveSource(ctx, operatorUser(), id); err != nil {
		return noSuchSource(err, c.ID)
	}
	if c.JSON {
		return s.printJSON(map[string]any{"removed": id, "documents": removed})
	}
	return s.printf("removed %s and %d documents\n", id, removed)
}

func noSuchSource(err error, id string) error {
	if errors.Is(err, vigie.ErrNotFound) {
		return usageError{fmt.Errorf("there is no source %s; vigie sources list shows them", id)}
	}
	return err
}

// forgetDocuments removes what only this source showed, in steps.
func forgetDocuments(ctx context.Context, a *app, id vigie.SourceID) (int, error) {
	var only []vigie.DocumentID
	err := a.db.View(func(tx *store.Tx) error {
		if _, err := tx.Source(id); err != nil {
			return err
		}
		var err error
		only, err = tx.OnlyShownBy(id)
		return err
	})
	const step = 200
	for i := 0; err == nil && i < len(only); i += step {
		err = a.db.Update(ctx, func(tx *store.Tx) error {
			for _, doc := range only[i:min(i+step, len(only))] {
				if err := tx.RemoveDocument(doc, "source removed"); err != nil && !errors.Is(err, vigie.ErrNotFound) {
					return err
				}
			}
			return nil
		})
	}
	return len(only), err
}

// sourcesPauseCmd pauses one source.
type sourcesPauseCmd struct {
	ID   string `arg:"" help:"Identity of the source."`
	JSON bool   `name:"json" help:"Print JSON."`
}

func (c *sourcesPauseCmd) work(ctx context.Context, s *session, a *app) error {
	return setPaused(ctx, s, a, c.ID, true, c.JSON)
}

// sourcesResumeCmd resumes one source.
type sourcesResumeCmd struct {
	ID   string `arg:"" help:"Identity of the source."`
	JSON bool   `name:"json" help:"Print JSON."`
}

func (c *sourcesResumeCmd) work(ctx context.Context, s *session, a *app) error {
	return setPaused(ctx, s, a, c.ID, false, c.JSON)
}

// sourcesAgreeCmd agrees to how one source is read.
type sourcesAgreeCmd struct {
	ID   string `arg:"" help:"Identity of the source."`
	JSON bool   `name:"json" help:"Print JSON."`
}

func (c *sourcesAgreeCmd) work(ctx context.Context, s *session, a *app) error {
	if err := a.desk.AgreeToWay(ctx, operatorUser(), vigie.SourceID(c.ID), ""); err != nil {
		return noSuchSource(err, c.ID)
	}
	if c.JSON {
		return s.printJSON(map[string]any{"id": c.ID, "agreed": true})
	}
	return s.printf("agreed to how %s is read\n", c.ID)
}

func setPaused(ctx context.Context, s *session, a *app, id string, paused, asJSON bool) error {
	err := a.desk.PauseSource(ctx, operatorUser(), vigie.SourceID(id), paused, "")
	if err != nil {
		return noSuchSource(err, id)
	}
	if asJSON {
		return s.printJSON(map[string]any{"id": id, "paused": paused})
	}
	if paused {
		return s.printf("paused %s\n", id)
	}
	return s.printf("resumed %s\n", id)
}
