package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"

	"vigie"
	"vigie/crawl/extract"
	"vigie/crawl/polite"
	"vigie/feeds"
)

// tryCmd reads something and prints what vigie understands.
type tryCmd struct {
	What        string `arg:"" name:"file-or-url" help:"A file, - for standard input, or an address."`
	As          string `enum:"feed,page,pdf," default:"" help:"Read it as a feed, a page or a PDF (default: whichever it is)."`
	Base        string `placeholder:"URL" help:"The address that relative links start from."`
	ContentType string `placeholder:"TYPE" help:"The Content-Type that a server would give."`
	JSON        bool   `name:"json" help:"Print JSON on one line."`
}

// tryBytes bounds what is read from a file that is no PDF; the door out has its own bounds.
const tryBytes = 10 << 20

func (c *tryCmd) run(ctx context.Context, s *session) error {
	body, contentType, base, err := c.load(ctx, s)
	if err != nil {
		return err
	}
	if c.As == "pdf" || c.As == "" && extract.IsReport(contentType, body) {
		return c.report(ctx, s, body)
	}
	if c.As != "page" {
		channel, err := feeds.Parse(body, contentType, base)
		if err == nil {
			return c.print(s, channel)
		}
		if c.As == "feed" || !looksLikePage(body, contentType) {
			return fmt.Errorf("read %s as a feed: %w", c.What, err)
		}
	}
	article, err := extract.Page(ctx, body, contentType, base)
	if err != nil {
		return fmt.Errorf("read %s as a page: %w", c.What, err)
	}
	return c.print(s, article)
}

// report reads a PDF in the jail.
func (c *tryCmd) report(ctx context.Context, s *session, body []byte) error {
	reports, err := openReports(s.cfg, s.userCache(), s.log)
	if err != nil {
		return err
	}
	defer reports.Close()
	report, err := reports.Read(ctx, body, "")
	if err != nil {
		return fmt.Errorf("read %s as a PDF: %w", c.What, err)
	}
	return c.print(s, report)
}

func (c *tryCmd) load(ctx context.Context, s *session) (body []byte, contentType string, base *url.URL, err error) {
	contentType = c.ContentType
	address := c.Base
	if strings.HasPrefix(c.What, "http://") || strings.HasPrefix(c.What, "https://") {
		want := polite.Feed
		switch c.As {
		case "page":
			want = polite.Page
		case "pdf":
			want = polite.File
		}
		door := polite.New(doorOptions(s.cfg, s.log, nil))
		answer, err := door.Get(ctx, polite.Request{URL: c.What, Want: want})
		if err != nil {
			return nil, "", nil, err
		}
		body = answer.Capture.Body
		if h := answer.Capture.Header["Content-Type"]; contentType == "" && len(h) > 0 {
			contentType = h[0]
		}
		if address == "" {
			address = answer.Capture.Final
		}
	} else if body, err = c.readFile(s); err != nil {
		return nil, "", nil, err
	}
	if address == "" {
		return body, contentType, nil, nil
	}
	base, err = url.Parse(address)
	if err != nil {
		return nil, "", nil, wrongFlag("--base", "is not an address")
	}
	return body, contentType, base, nil
}

func (c *tryCmd) readFile(s *session) ([]byte, error) {
	f, err := s.open(c.What)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", c.What, err)
	}
	defer func() { _ = f.Close() }()
	body, err := io.ReadAll(io.LimitReader(f, extract.MaxReport+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", c.What, err)
	}
	bound := tryBytes
	if c.As == "pdf" || c.As == "" && extract.IsReport(c.ContentType, body) {
		bound = extract.MaxReport
	}
	if len(body) > bound {
		return nil, fmt.Errorf("read %s: %w", c.What, &vigie.InvalidError{Reason: fmt.Sprintf("it is larger than %d MiB", bound>>20)})
	}
	return body, nil
}

func (c *tryCmd) print(s *session, v any) error {
	if c.JSON {
		return s.printJSON(v)
	}
	enc := json.NewEncoder(s.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// looksLikePage reports whether something that is no feed may be a page.
func looksLikePage(body []byte, contentType string) bool {
	if strings.Contains(contentType, "html") {
		return true
	}
	head := strings.ToLower(string(body[:min(len(body), 1024)]))
	return strings.Contains(head, "<html") || strings.Contains(head, "<!doctype html") || strings.Contains(head, "<body") || strings.Contains(head, "<head")
}

// robotsCmd answers for a robots.txt file.
type robotsCmd struct {
	File   string `arg:"" help:"A robots.txt file, or - for standard input."`
	Agents string `arg:"" help:"Agents, parted by commas; all must be allowed."`
	URL    string `arg:"" help:"The address that they want to read."`
	JSON   bool   `name:"json" help:"Print JSON."`
}

// robotsBytes is how much of a robots.txt file is read (RFC 9309 section 2.5 asks
// for at least 500 KiB).
const robotsBytes = 512 << 10

func (c *robotsCmd) run(_ context.Context, s *session) error {
	f, err := s.open(c.File)
	if err != nil {
		return fmt.Errorf("read robots.txt: %w", err)
	}
	defer func() { _ = f.Close() }()
	body, err := io.ReadAll(io.LimitReader(f, robotsBytes))
	if err != nil {
		return fmt.Errorf("read robots.txt: %w", err)
	}
	allowed := polite.ParseRobots(body).Allowed(strings.Split(c.Agents, ","), c.URL)
	if c.JSON {
		return s.printJSON(map[string]bool{"allowed": allowed})
	}
	if allowed {
		return s.printf("allowed\n")
	}
	return s.printf("disallowed\n")
}
