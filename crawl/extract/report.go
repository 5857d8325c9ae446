package extract

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"vigie"
	"vigie/crawl/extract/pdfium"
)

// ReportVersion is the version of what reads reports. It is raised whenever the text
// of a report may come out differently than before, so that what is kept is read again.
const ReportVersion = 1 + pdfium.Version

// MaxReport is the largest report that is read, in bytes: as much as the door out
// fetches of a file.
const MaxReport = 100 << 20

// PDF is the media type of reports.
const PDF = "application/pdf"

// Report is what a PDF file says, for a reader.
type Report struct {
	// Title is one plain line: the declared one or, where the file declares none, the
	// largest line at the head of its first page.
	Title   string
	Authors []vigie.Author
	// Created and Modified are the file's own dates.
	Created, Modified vigie.Date
	// Lang is never empty: [vigie.Und] where it could not be told.
	Lang vigie.Lang
	// PageCount is how many pages the file says that it has, Read how many were read.
	PageCount, Read int
	Outline         []ReportHeading
	// Links are addresses on the web that it leads to, as they stand in the file.
	Links []string
	// Body is the text in reading order; each paragraph knows its page.
	Body []vigie.Paragraph
	// NeedsOCR means that half of the pages or more are pictures of text.
	NeedsOCR bool
	// Faults say in words what was left out or could not be read.
	Faults []string
}

// ReportHeading is an entry of the outline of a report.
type ReportHeading struct {
	Title string `json:"title"`
	// Page is where it leads, from 1; 0 where that is not known.
	Page int `json:"page"`
	// Level counts from 1.
	Level int `json:"level"`
}

// reportPage is the text of one page.
type reportPage struct {
	N    int    `json:"n"`
	Text string `json:"text"`
}

// MarshalJSON writes the public contract of a report.
func (r Report) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Title    string          `json:"title"`
		Authors  []vigie.Author  `json:"authors"`
		Created  vigie.Date      `json:"created"`
		Lang     vigie.Lang      `json:"lang"`
		Pages    []reportPage    `json:"pages"`
		Outline  []ReportHeading `json:"outline"`
		NeedsOCR bool            `json:"needs_ocr"`
		Faults   []string        `json:"faults"`
	}{
		r.Title, orEmpty(r.Authors), r.Created, r.Lang, r.pages(), orEmpty(r.Outline), r.NeedsOCR, orEmpty(r.Faults),
	})
}

// orEmpty returns a list that is never null in JSON.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// pages returns the text of every page that was read.
func (r Report) pages() []reportPage {
	texts := make([]strings.Builder, r.Read)
	for _, p := range r.Body {
		if p.Page < 1 || p.Page > r.Read {
			continue
		}
		b := &texts[p.Page-1]
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.Text)
	}
	out := make([]reportPage, r.Read)
	for i := range texts {
		out[i] = reportPage{i + 1, texts[i].String()}
	}
	return out
}

// Obstacle returns what stands between the report and its text, "" where nothing does.
func (r Report) Obstacle() vigie.Obstacle {
	if r.NeedsOCR || len(r.Body) == 0 { // letters may be drawn as lines, too
		return vigie.NeedsOCR
	}
	return ""
}

// ReportError says why a report could not be read. It is a [vigie.ErrForbidden] where
// the file is locked, else a [vigie.ErrInvalid].
type ReportError struct {
	// Obstacle is the kind of reason; never "".
	Obstacle vigie.Obstacle
	// Reason says it in words, in one line of plain text.
	Reason string
}

// Error implements error.
func (e *ReportError) Error() string { return e.Reason }

// Is makes errors.Is true of the kind of error that e is.
func (e *ReportError) Is(target error) bool {
	if e.Obstacle == vigie.Encrypted {
		return target == vigie.ErrForbidden
	}
	return target == vigie.ErrInvalid
}

// ObstacleOf returns the obstacle that an error of [ReportReader.Read] stands for, "" where
// the error says nothing of the file.
func ObstacleOf(err error) vigie.Obstacle {
	if stopped, ok := errors.AsType[*ReportError](err); ok {
		return stopped.Obstacle
	}
	return ""
}

// IsReport reports whether an answer is a PDF file: by its first bytes, whatever its
// server calls it, or by its declared type where it is no page all the same.
func IsReport(declared string, body []byte) bool {
	head := bytes.TrimLeft(body[:min(len(body), 64)], "\ufeff \t\r\n\x00")
	switch {
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return true
	case mediaType(declared) != PDF && mediaType(declared) != "application/x-pdf":
		return false
	}
	return len(head) == 0 || head[0] != '<'
}

// Fill reads the report that came as c and puts what it says into its document, which
// has what the source said: that stays where it is better. Where the report cannot be
// read, the document tells the obstacle. The error is that of ctx. A nil reader reads
// nothing, and leaves the document without a text.
func (r *ReportReader) Fill(ctx context.Context, d *vigie.Document, c vigie.Capture) error {
	err := r.Refill(ctx, d, c)
	if err != nil && ctx.Err() == nil {
		// What is nothing that the file did deserves another try, as after a crash.
		d.Obstacle = vigie.Crashed
		r.log().InfoContext(ctx, "a report could not be read", "url", c.URL, "obstacle", string(d.Obstacle), "err", err)
		return nil
	}
	return err
}

// Refill is Fill for a report that is kept already: an error of the machine, which is
// nothing that the file did, is returned as a [ErrNoReader] and leaves the document as
// it is, since it says nothing of the document.
func (r *ReportReader) Refill(ctx context.Context, d *vigie.Document, c vigie.Capture) error {
	d.MediaType = PDF
	if r == nil {
		return nil
	}
	report, err := r.Read(ctx, c.Body, d.Lang)
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("read the report: %w", ctx.Err())
	case err == nil:
		report.describe(d, c.Fetched)
		d.Links = reportLinks(report.Links, cmp.Or(c.Final, c.URL, d.URL))
	case ObstacleOf(err) == "":
		return fmt.Errorf("%w: %w", ErrNoReader, err)
	default:
		d.Obstacle = ObstacleOf(err)
		r.log().InfoContext(ctx, "a report could not be read", "url", c.URL, "obstacle", string(d.Obstacle), "err", err)
	}
	return nil
}

// describe puts what a report says into its document.
func (r Report) describe(d *vigie.Document, fetched time.Time) {
	d.Pages, d.Obstacle = r.PageCount, r.Obstacle()
	if len(r.Body) > 0 { // what the source said of a file of pictures stays
		d.Body = r.Body
	}
	if !isPoorTitle(r.Title) || isPoorTitle(d.Title) && r.Title != "" {
		d.Title = r.Title
	}
	if len(d.Authors) == 0 {
		d.Authors = r.Authors
	}
	if d.Published.IsZero() {
		d.Published = fileDay(r.Created, fetched)
	}
	if d.Modified.IsZero() {
		d.Modified = fileDay(r.Modified, fetched)
	}
	d.Lang = r.Lang // that of the source, where the text does not say more
}

// fileDay returns the day of one of the file's own dates, which its maker's clock gave:
// nothing from after the file was fetched.
func fileDay(d vigie.Date, fetched time.Time) vigie.Date {
	if !fetched.IsZero() && d.Time.After(fetched.Add(24*time.Hour)) {
		return vigie.Date{}
	}
	if d.Precision > vigie.Day {
		return vigie.Date{Time: d.Time.Truncate(24 * time.Hour), Precision: vigie.Day}
	}
	return d
}

// SameSite reports whether two addresses are on hosts of one registered domain, as
// www.example.org and files.example.org are.
func SameSite(a, b string) bool {
	first, second := hostOf(a), hostOf(b)
	if first == second {
		return first != ""
	}
	for _, host := range []string{first, second} {
		if _, err := netip.ParseAddr(host); err == nil || host == "" {
			return false
		}
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(first)
	other, errOther := publicsuffix.EffectiveTLDPlusOne(second)
	return err == nil && errOther == nil && domain == other
}

// hostOf returns the host of an address in lower case, "" where it has none.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
}
