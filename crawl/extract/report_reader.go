package extract

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"vigie"
	"vigie/crawl/extract/jail"
)

// The bounds on the reading of one report.
const (
	reportTime   = time.Minute
	reportMemory = 1 << 30
	// prepareTime bounds the compilation of the engine, which happens once on a machine.
	prepareTime = 3 * time.Minute
)

// ErrUnsafe means that the parsers of reports cannot be locked up on this machine, so
// that no report is read.
var ErrUnsafe = errors.New("this machine lets a locked-up process open, write, connect or execute; no report is read on it")

// ErrNoReader means that no reader of reports could be had: it is not allowed on this
// machine, did not start, or is closed. It says nothing of the report.
var ErrNoReader = errors.New("no reader of reports could be had")

// ReportOptions say how reports are read. Command is needed; the zero value of the
// others is a good default.
type ReportOptions struct {
	// Command is the hidden command that calls [jail.Serve] with [ReportHandlers], as
	// arguments of this program. The folder of the compiled engine is added to it as the last one.
	Command []string
	// CacheDir is a folder for the compiled engine and nothing else, made where it is
	// missing. "" compiles it anew in each child, which takes seconds.
	CacheDir string
	// PDFToText is the program pdftotext, which is asked where the engine finds no text;
	// "" for none.
	PDFToText string
	// Children is how many reports are read at the same time. Default 2.
	Children int
	// Timeout is the longest that one report may take. Default one minute.
	Timeout time.Duration
	// MemoryBytes bounds what one child may use. Default 1 GiB.
	MemoryBytes int64
	// Log hears of reports that could not be read. Default: nobody.
	Log *slog.Logger
}

// ReportReader reads reports in children of this program that can open nothing; see
// package jail. Its children are started when the first report comes. Make one with
// [NewReportReader]; its methods may be called concurrently.
type ReportReader struct {
	o      ReportOptions
	mu     sync.Mutex
	jail   *jail.Jail        // under mu; nil before the first report
	checks *jail.Protections // under mu; what holds the children
	closed bool              // under mu
}

// NewReportReader returns a reader of reports. Close it in the end.
func NewReportReader(o ReportOptions) *ReportReader {
	o.Children = cmp.Or(o.Children, 2)
	o.Timeout = cmp.Or(o.Timeout, reportTime)
	o.MemoryBytes = cmp.Or(o.MemoryBytes, reportMemory)
	return &ReportReader{o: o}
}

// Close ends all children, and the reports that they are at.
func (r *ReportReader) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	if r.jail != nil {
		r.jail.Close()
	}
}

// Check has a child try what it must not be able to do, once, and returns which
// protections hold on this machine.
func (r *ReportReader) Check(ctx context.Context) (jail.Protections, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.check(ctx)
}

// check is Check under mu.
func (r *ReportReader) check(ctx context.Context) (jail.Protections, error) {
	if r.closed {
		return jail.Protections{}, fmt.Errorf("read the report: %w", jail.ErrClosed)
	}
	if r.checks != nil {
		return *r.checks, nil
	}
	j := jail.New(r.options()) // without the compiled engine, which may not be there yet
	defer j.Close()
	checks, err := j.Check(ctx)
	if err != nil {
		return jail.Protections{}, fmt.Errorf("check what holds the readers of reports: %w", err)
	}
	r.checks = &checks
	return checks, nil
}

// Read reads a report. prior is the language to assume. The error is a [ReportError]
// where the file could not be read; any other is nothing that the file did, and it
// deserves another try.
func (r *ReportReader) Read(ctx context.Context, pdf []byte, prior vigie.Lang) (Report, error) {
	if len(pdf) > MaxReport {
		return Report{}, &ReportError{vigie.TooLarge, fmt.Sprintf("the PDF is %d bytes long, and at most %d are read", len(pdf), MaxReport)}
	}
	j, err := r.open(ctx)
	if err != nil {
		return Report{}, err
	}
	report, err := ask(ctx, j, pdf)
	if r.o.PDFToText != "" && isSecondTry(report, err) {
		if second, secondErr := r.second(ctx, j, pdf); secondErr == nil {
			report.Body, report.Read = second.Body, second.Read
			report.PageCount = max(report.PageCount, second.PageCount)
			report.Faults = append(slices.Clip(report.Faults), "the text is that of the second engine, pdftotext")
			err = nil
		}
	}
	if err != nil {
		return Report{}, err
	}
	report.Lang = Language(prior, report.Title, vigie.PlainText(report.Body))
	MarkLanguages(report.Body, report.Lang)
	return report, nil
}

// ask has a child read a report.
func ask(ctx context.Context, j *jail.Jail, pdf []byte) (Report, error) {
	answer, err := j.Run(ctx, handlerPDF, pdf)
	stopped, ok := errors.AsType[*jail.DocumentError](err)
	switch {
	case ok && stopped.What == jail.Refused: // the engine did not start
		return Report{}, fmt.Errorf("read the report: %s", stopped.Reason)
	case ok:
		return Report{}, &ReportError{obstacleOf(stopped.What), "the PDF could not be read: " + stopped.Error()}
	case err != nil:
		return Report{}, fmt.Errorf("read the report: %w", err)
	}
	report, err := decodeReport(answer)
	if errors.Is(err, errAnswer) {
		return Report{}, &ReportError{vigie.Crashed, err.Error()}
	}
	return report, err
}

// obstacleOf names what happened to a document in the jail.
func obstacleOf(what jail.What) vigie.Obstacle {
	if what == jail.TooSlow || what == jail.TooMuchMemory {
		return vigie.TooSlow
	}
	return vigie.Crashed
}

// isSecondTry reports whether another engine may find the text that the first did not.
func isSecondTry(r Report, err error) bool {
	stopped, ok := errors.AsType[*ReportError](err)
	switch {
	case err == nil:
		return len(r.Body) == 0 && !r.NeedsOCR
	case !ok:
		return false
	}
	return stopped.Obstacle == vigie.Damaged || stopped.Obstacle == vigie.Crashed || stopped.Obstacle == vigie.TooSlow
}

// second has pdftotext read a report.
func (r *ReportReader) second(ctx context.Context, j *jail.Jail, pdf []byte) (Report, error) {
	text, err := j.RunTool(ctx, jail.Tool{Path: r.o.PDFToText, Args: []string{"-q", "-enc", "UTF-8", "-", "-"}}, pdf)
	if err != nil {
		r.log().InfoContext(ctx, "the second engine did not read a report", "err", err)
		return Report{}, err
	}
	out := readPlainPages(strings.ToValidUTF8(string(text), "�"))
	if len(out.Body) == 0 {
		return Report{}, &ReportError{vigie.Unreadable, "there is no text in the PDF"}
	}
	return out, nil
}

// readPlainPages makes a report of plain text whose pages end with form feeds.
func readPlainPages(text string) Report {
	var out Report
	for page := range strings.SplitSeq(strings.TrimSuffix(text, "\f"), "\f") {
		if out.PageCount++; out.PageCount > maxReportPages || len(out.Body) > maxReportParagraphs {
			break
		}
		for _, p := range plainParagraphs(page) {
			p.Page = out.PageCount
			out.Body = append(out.Body, p)
		}
	}
	out.Read = out.PageCount
	return out
}

// open returns the jail; at the first call it is built.
func (r *ReportReader) open(ctx context.Context) (*jail.Jail, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	checks, err := r.check(ctx)
	switch {
	case err != nil:
		return nil, err
	case !checks.Safe():
		return nil, ErrUnsafe
	case r.jail == nil:
		r.jail, err = r.build(ctx)
	}
	return r.jail, err
}

// options are those of a jail without a folder for the compiled engine.
func (r *ReportReader) options() jail.Options {
	return jail.Options{
		Command: slices.Clone(r.o.Command), Children: r.o.Children, Timeout: r.o.Timeout, MemoryBytes: r.o.MemoryBytes,
		MaxInputBytes: MaxReport, MaxAnswerBytes: maxReportAnswer, Log: r.o.Log,
	}
}

// build makes the jail. What one child writes to the folder of the compiled engine, the
// next one runs: a child that reads nothing fills it, and the others only read it.
func (r *ReportReader) build(ctx context.Context) (*jail.Jail, error) {
	o := r.options()
	if r.o.CacheDir == "" {
		return jail.New(o), nil
	}
	cached := o
	cached.Command, cached.CacheDir = append(slices.Clip(o.Command), r.o.CacheDir), r.o.CacheDir
	filling := cached
	filling.Children, filling.Timeout, filling.MemoryBytes = 1, prepareTime, max(o.MemoryBytes, reportMemory)
	filler := jail.New(filling)
	defer filler.Close()
	_, err := filler.Run(ctx, handlerPrepare, nil)
	if ctx.Err() != nil {
		return nil, fmt.Errorf("prepare the PDF engine: %w", ctx.Err())
	}
	if err != nil {
		r.log().WarnContext(ctx, "the compiled PDF engine could not be kept; each reader of reports makes its own", "folder", r.o.CacheDir, "err", err)
		return jail.New(o), nil
	}
	cached.CacheReadOnly = true
	return jail.New(cached), nil
}

func (r *ReportReader) log() *slog.Logger {
	if r.o.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return r.o.Log
}
