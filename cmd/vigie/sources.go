package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"vigie"
	"vigie/crawl"
	"vigie/crawl/polite"
	"vigie/feeds"
	"vigie/index/store"
)

// sourcesCmd groups the commands about sources.
type sourcesCmd struct {
	List   sourcesListCmd   `cmd:"" help:"List the sources with their last reading and the next."`
	Add    sourcesAddCmd    `cmd:"" help:"Watch one more place; it is due at once."`
	Remove sourcesRemoveCmd `cmd:"" help:"Stop watching a place; what it brought stays."`
	Pause  sourcesPauseCmd  `cmd:"" help:"Leave a source unread until it is resumed."`
	Resume sourcesResumeCmd `cmd:"" help:"Read a paused source again."`
	Import sourcesImportCmd `cmd:"" help:"Add the feeds of an OPML file."`
	Export sourcesExportCmd `cmd:"" help:"Write the sources as OPML."`
}

// sourceView is what the list shows of a source.
type sourceView struct {
	ID          vigie.SourceID `json:"id"`
	Kind        vigie.Kind     `json:"kind"`
	URL         string         `json:"url"`
	Name        string         `json:"name"`
	Lang        vigie.Lang     `json:"lang"`
	Topics      []string       `json:"topics"`
	Paused      bool           `json:"paused"`
	LastSuccess *time.Time     `json:"last_success"`
	NextRead    *time.Time     `json:"next_read"`
	Failures    int            `json:"failures"`
	LastError   string         `json:"last_error"`
	Faults      []string       `json:"faults"`
}

func viewSource(s vigie.Source, v vigie.Visit) sourceView {
	view := sourceView{
		ID: s.ID, Kind: s.Kind, URL: s.URL, Name: s.Name, Lang: s.Lang, Topics: s.Topics, Paused: s.Paused,
		Failures: v.Failures, LastError: v.LastError, Faults: v.Faults,
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
		if err := s.printf("%s  %-4s  %s  %s\n", v.ID, v.Kind, v.URL, v.Name); err != nil {
			return err
		}
		if err := s.printf("%s", sourceState(v)); err != nil {
			return err
		}
	}
	return nil
}

// sourceState says in a line or two how a source is doing.
func sourceState(v sourceView) string {
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

// sourcesAddCmd adds one source.
type sourcesAddCmd struct {
	URL       string        `arg:"" help:"Address of the feed, or of the page that lists items."`
	Kind      string        `enum:"feed,site," default:"" help:"feed or site (default: site if a selector is given, else feed)."`
	Name      string        `help:"Name shown to people."`
	Publisher string        `help:"Who publishes it."`
	Country   string        `help:"ISO 3166-1 alpha-3 code, for example MAR."`
	Lang      string        `help:"Language to assume where a document does not say, for example fr."`
	Topic     []string      `help:"Topic; may be repeated."`
	Every     time.Duration `help:"Time between two readings, for example 6h."`
	FullText  string        `enum:"auto,always,never," default:"" help:"Fetch the page behind each item: auto, always or never."`
	Item      string        `placeholder:"CSS" help:"Site: selects the block of one item."`
	Link      string        `placeholder:"CSS" help:"Site: selects the link within it."`
	Title     string        `placeholder:"CSS" help:"Site: selects the title within it."`
	Date      string        `placeholder:"CSS" help:"Site: selects the date within it."`
	Allow     []string      `placeholder:"PATH" help:"Site: follow only links whose path begins so; may be repeated."`
	Most      int           `help:"Site: pages fetched in one reading at most (default 30)."`
	JSON      bool          `name:"json" help:"Print JSON."`
}

// longestEvery is the longest time between two readings.
const longestEvery = 366 * 24 * time.Hour

func (c *sourcesAddCmd) source(door *polite.Transport) (vigie.Source, error) {
	address, err := door.CheckURL(c.URL)
	if err != nil {
		return vigie.Source{}, usageError{fmt.Errorf("add source %s: %w", c.URL, err)}
	}
	src := vigie.Source{
		Kind: vigie.Kind(c.Kind), URL: address, Name: c.Name, Publisher: c.Publisher, Country: c.Country,
		Topics: c.Topic, Every: c.Every, FullText: vigie.FullText(c.FullText),
		List: vigie.ListRules{Item: c.Item, Link: c.Link, Title: c.Title, Date: c.Date, Allow: c.Allow, Most: c.Most},
	}
	if c.Every != 0 && (c.Every < time.Minute || c.Every > longestEvery) {
		return src, wrongFlag("--every", "must lie between 1m and 8784h (a year)")
	}
	if c.Most < 0 || c.Most > 1000 {
		return src, wrongFlag("--most", "must lie between 1 and 1000")
	}
	if c.Country != "" && !regexp.MustCompile(`^[A-Z]{3}$`).MatchString(c.Country) {
		return src, wrongFlag("--country", "must be three capital letters of ISO 3166-1, for example MAR")
	}
	if c.Lang != "" {
		if src.Lang, err = vigie.ParseLang(c.Lang); err != nil {
			return src, usageError{err}
		}
	}
	if err := crawl.CheckSelectors(src.List); err != nil {
		return src, usageError{err}
	}
	if src.Kind == "" {
		src.Kind = vigie.Feed
		if c.Item != "" || c.Link != "" || len(c.Allow) > 0 {
			src.Kind = vigie.Site
		}
	}
	return src, nil
}

func (c *sourcesAddCmd) work(ctx context.Context, s *session, a *app) error {
	src, err := c.source(a.web)
	if err != nil {
		return err
	}
	var added vigie.Source
	err = a.db.Update(ctx, func(tx *store.Tx) error {
		added, err = tx.AddSource(src)
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return s.printJSON(viewSource(added, vigie.Visit{}))
	}
	return s.printf("added %s %s as %s; it is read at the next turn (vigie gather)\n", added.Kind, added.URL, added.ID)
}

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
	err := a.db.Update(ctx, func(tx *store.Tx) error { return tx.RemoveSource(id) })
	if err != nil {
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

func setPaused(ctx context.Context, s *session, a *app, id string, paused, asJSON bool) error {
	err := a.db.Update(ctx, func(tx *store.Tx) error {
		src, err := tx.Source(vigie.SourceID(id))
		if err != nil || src.Paused == paused {
			return err
		}
		src.Paused = paused
		return tx.PutSource(src)
	})
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

// sourcesImportCmd adds the feeds of an OPML file.
type sourcesImportCmd struct {
	File string `arg:"" help:"OPML file, or - for standard input."`
	JSON bool   `name:"json" help:"Print JSON."`
}

func (c *sourcesImportCmd) work(ctx context.Context, s *session, a *app) error {
	f, err := s.open(c.File)
	if err != nil {
		return fmt.Errorf("import sources: %w", err)
	}
	defer func() { _ = f.Close() }()
	sources, faults, err := feeds.ReadOPML(f)
	if err != nil {
		return fmt.Errorf("import %s: %w", c.File, err)
	}
	added, known := 0, 0
	// All or nothing: an import that is cut half way is not left half done.
	err = a.db.Update(ctx, func(tx *store.Tx) error {
		added, known = 0, 0
		for _, src := range sources {
			switch _, err := tx.AddSource(src); {
			case errors.Is(err, vigie.ErrConflict):
				known++
			case err != nil:
				return err
			default:
				added++
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("import %s: %w", c.File, err)
	}
	if faults == nil {
		faults = []string{}
	}
	if c.JSON {
		return s.printJSON(map[string]any{"added": added, "known": known, "refused": faults})
	}
	for _, f := range faults {
		s.tellf("%s: %s\n", c.File, f)
	}
	return s.printf("added %d sources, %d were there already, %d were refused\n", added, known, len(faults))
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
