package archive

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"vigie"
	"vigie/index/store"
)

const (
	format  = "vigie-archive"
	version = 1
	// pageDocuments and pageBytes bound what one read transaction gathers.
	pageDocuments = 200
	pageBytes     = 8 << 20
)

// Report counts the lines of an archive.
type Report struct {
	Sources    int `json:"sources"`
	Visits     int `json:"visits"`
	Documents  int `json:"documents"`
	Revisions  int `json:"revisions"`
	Sightings  int `json:"sightings"`
	Captures   int `json:"captures"`
	Decisions  int `json:"decisions"`
	Judgements int `json:"judgements"`
	// Withdrawals are the traces of documents that were withdrawn.
	Withdrawals int `json:"withdrawals,omitempty"`
	Stories     int `json:"stories"`

	Indicators   int `json:"indicators"`
	Vintages     int `json:"vintages"`
	Observations int `json:"observations"`

	Settings  int `json:"settings"`
	Topics    int `json:"topics"`
	Pages     int `json:"pages"`
	Syntheses int `json:"syntheses"`
	Editions  int `json:"editions"`
	Marks     int `json:"marks"`

	Subscribers int `json:"subscribers"`
	Issues      int `json:"issues"`
	Deliveries  int `json:"deliveries"`

	Searches int `json:"searches"`
	Alerts   int `json:"alerts"`
	Matches  int `json:"matches"`

	// Concepts are what the desk said of the thesaurus.
	Concepts int `json:"concepts"`
}

// Export writes an archive of db to w. Writers go on meanwhile. The progress
// function, which may be nil, is told documents. Errors are those of w, of the
// context, and vigie.ErrDamaged.
func Export(ctx context.Context, db *store.DB, w io.Writer, progress func(done, all int)) (Report, error) {
	e := &exporter{db: db, zip: gzip.NewWriter(w), progress: progress, captures: map[vigie.CaptureID]bool{}, began: db.Now()}
	err := e.export(ctx)
	if err == nil {
		err = e.zip.Close()
	}
	if err != nil {
		return e.report, fmt.Errorf("export: %w", err)
	}
	return e.report, nil
}

// exporter writes one archive.
type exporter struct {
	db       *store.DB
	zip      *gzip.Writer
	page     bytes.Buffer // lines that wait for the end of the transaction
	progress func(done, all int)
	began    time.Time
	all      int
	report   Report
	captures map[vigie.CaptureID]bool // those that were written
}

func (e *exporter) export(ctx context.Context) error {
	if err := e.line(header{Format: format, Version: version, Made: e.began.Truncate(time.Second), Cursor: e.db.Last()}, nil); err != nil {
		return err
	}
	if err := e.db.View(e.sources); err != nil {
		return err
	}
	for after, more := vigie.DocumentID(""), true; more; {
		if err := errors.Join(ctx.Err(), e.flush()); err != nil {
			return err
		}
		err := e.db.View(func(tx *store.Tx) error {
			var err error
			after, more, err = e.documents(tx, after)
			return err
		})
		if err != nil {
			return err
		}
	}
	for _, part := range []func(context.Context) error{e.stories, e.figures, e.desk, e.mail, e.searches, e.terms} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	if err := e.line(end{Type: "end", Counts: e.report}, nil); err != nil {
		return err
	}
	return e.flush()
}

// line adds one line and counts it.
func (e *exporter) line(view any, count *int) error {
	b, err := json.Marshal(view)
	if err != nil {
		return err
	}
	e.page.Write(b)
	e.page.WriteByte('\n')
	if count != nil {
		*count++
	}
	return nil
}

// flush writes what was gathered, outside of any transaction.
func (e *exporter) flush() error {
	if e.progress != nil && e.all > 0 {
		e.progress(min(e.report.Documents, e.all), e.all)
	}
	_, err := e.page.WriteTo(e.zip)
	return err
}

func (e *exporter) sources(tx *store.Tx) error {
	counts, err := tx.Counts()
	if err != nil {
		return err
	}
	e.all = counts.Documents
	for s, err := range tx.Sources() {
		if err != nil {
			return err
		}
		v, err := tx.Visit(s.ID)
		if err != nil {
			return err
		}
		if err := errors.Join(e.line(viewSource(s), &e.report.Sources), e.line(viewVisit(v), &e.report.Visits)); err != nil {
			return err
		}
	}
	return nil
}

// documents gathers one page of documents with all that belongs to them.
func (e *exporter) documents(tx *store.Tx, after vigie.DocumentID) (last vigie.DocumentID, more bool, err error) {
	n := 0
	for d, err := range tx.DocumentsAfter(after) {
		if err != nil {
			return after, false, err
		}
		if n == pageDocuments || e.page.Len() > pageBytes {
			return after, true, nil
		}
		n++
		after = d.ID
		if d.Filed.After(e.began) {
			continue
		}
		if err := e.document(tx, d); err != nil {
			return after, false, fmt.Errorf("document %s: %w", d.ID, err)
		}
	}
	return after, false, nil
}

func (e *exporter) document(tx *store.Tx, d vigie.Document) error {
	var revisions []vigie.Revision
	for r, err := range tx.Revisions(d.ID) {
		if err != nil {
			return err
		}
		if err := e.capture(tx, r.Capture); err != nil {
			return err
		}
		revisions = append(revisions, r)
	}
	body, err := tx.Body(d)
	if err != nil {
		return err
	}
	if err := e.line(viewDocument(d, body), &e.report.Documents); err != nil {
		return err
	}
	for _, r := range revisions {
		var body []vigie.Paragraph
		if r.N != d.Revision {
			if body, err = tx.BodyOf(r); err != nil {
				return err
			}
		}
		if err := e.line(viewRevision(r, body), &e.report.Revisions); err != nil {
			return err
		}
	}
	return e.about(tx, d)
}

// about writes what was seen and decided of a document.
func (e *exporter) about(tx *store.Tx, d vigie.Document) error {
	sightings, err := tx.Sightings(d.ID)
	if err != nil {
		return err
	}
	for _, s := range sightings {
		if err := e.line(viewSighting(s), &e.report.Sightings); err != nil {
			return err
		}
	}
	if w, err := tx.Withdrawal(d.ID); err == nil {
		if err := e.line(viewWithdrawal(w), &e.report.Withdrawals); err != nil {
			return err
		}
	} else if !errors.Is(err, vigie.ErrNotFound) {
		return err
	}
	decisions, err := tx.Decisions(d.ID)
	if err != nil || len(decisions) == 0 {
		return err
	}
	for _, x := range decisions {
		if err := e.line(viewDecision(x), &e.report.Decisions); err != nil {
			return err
		}
	}
	j, err := tx.Judgement(d.ID)
	if err != nil {
		return err
	}
	return e.line(viewJudgement(j), &e.report.Judgements)
}

// capture writes an answer of the network when it is first needed.
func (e *exporter) capture(tx *store.Tx, id vigie.CaptureID) error {
	if id == "" || e.captures[id] {
		return nil
	}
	k, err := tx.Capture(id)
	if err != nil {
		return err
	}
	e.captures[id] = true
	return e.line(viewCapture(k), &e.report.Captures)
}
