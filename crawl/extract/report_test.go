package extract_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/extract"
	"vigie/crawl/extract/jail"
	"vigie/crawl/extract/reporttest"
)

func TestMain(m *testing.M) { os.Exit(reporttest.Main(m)) }

const ducts = "The regulator opened the ducts of the country to all operators."

func onePage() []byte { return reporttest.PDF("The state of the ducts", ducts) }

func TestReportContract(t *testing.T) {
	report, err := reporttest.New(t, extract.ReportOptions{}).Read(t.Context(), onePage(), "")
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"title":"The state of the ducts","authors":[{"name":"Ann Reed"},{"name":"Bo Ek"}],"created":"2024-03-15T13:30:00Z","lang":"en",` +
		`"pages":[{"n":1,"text":"` + ducts + `"}],"outline":[],"needs_ocr":false,"faults":[]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestPlantedTrouble has parsers break down in every way: each costs one document, and
// the next is read.
func TestPlantedTrouble(t *testing.T) {
	r := reporttest.New(t, extract.ReportOptions{Timeout: 5 * time.Second, Children: 1})
	for _, c := range []struct {
		document []byte
		obstacle vigie.Obstacle
		reason   string
	}{
		{reporttest.Planted(reporttest.Panic), vigie.Crashed, "a planted crash"},
		{reporttest.Planted(reporttest.Memory), vigie.TooSlow, "memory"},
		{reporttest.Planted(reporttest.Loop), vigie.TooSlow, "not done after 5s"},
		{reporttest.Planted(reporttest.Garbage), vigie.Crashed, "cannot be understood"},
		{reporttest.Planted(reporttest.Refusal), "", "does not start"},
		{[]byte("no PDF at all"), vigie.Damaged, "no PDF"},
		{nil, vigie.Damaged, "no PDF"},
	} {
		_, err := r.Read(t.Context(), c.document, "")
		stopped, ok := errors.AsType[*extract.ReportError](err)
		switch {
		case err == nil:
			t.Errorf("%.30q was read", c.document)
		case ok != (c.obstacle != "") || ok && stopped.Obstacle != c.obstacle:
			t.Errorf("%.30q: %v, want the obstacle %q", c.document, err, c.obstacle)
		case !strings.Contains(err.Error(), c.reason):
			t.Errorf("%.30q: the reason is %q, want %q in it", c.document, err, c.reason)
		}
		if _, err := r.Read(t.Context(), onePage(), ""); err != nil {
			t.Errorf("the report after %.30q: %v", c.document, err)
		}
	}
}

func TestReportTooLarge(t *testing.T) {
	_, err := reporttest.New(t, extract.ReportOptions{}).Read(t.Context(), make([]byte, extract.MaxReport+1), "")
	if stopped, ok := errors.AsType[*extract.ReportError](err); !ok || stopped.Obstacle != vigie.TooLarge || !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("error %v, want the obstacle %s", err, vigie.TooLarge)
	}
}

// TestSecondEngine has a tool stand in for pdftotext: it is asked only where there is
// no text.
func TestSecondEngine(t *testing.T) {
	const tool = "/usr/bin/pdftotext"
	if _, err := os.Stat(tool); err != nil {
		t.Skip("pdftotext is not installed")
	}
	r := reporttest.New(t, extract.ReportOptions{PDFToText: tool})
	for _, c := range []struct {
		name     string
		document []byte
		text     string
		second   bool
	}{{"good", onePage(), ducts, false}, {"broken", reporttest.Planted(reporttest.Panic), "Behind the trouble.", true}} {
		report, err := r.Read(t.Context(), c.document, "")
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got := vigie.PlainText(report.Body); got != c.text {
			t.Errorf("%s: text %q", c.name, got)
		}
		if second := strings.Contains(strings.Join(report.Faults, ""), "second engine"); second != c.second {
			t.Errorf("%s: the faults are %q", c.name, report.Faults)
		}
	}
}

// TestUnwritableCache does without a folder for the compiled engine.
func TestUnwritableCache(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r := reporttest.New(t, extract.ReportOptions{CacheDir: filepath.Join(file, "cache")})
	if checks, err := r.Check(t.Context()); err != nil || !checks.Safe() {
		t.Errorf("the readers do not work: %v, %v", err, checks)
	}
}

func TestClosedReports(t *testing.T) {
	r := reporttest.New(t, extract.ReportOptions{})
	r.Close()
	if _, err := r.Read(t.Context(), onePage(), ""); !errors.Is(err, jail.ErrClosed) {
		t.Errorf("error %v, want %v", err, jail.ErrClosed)
	}
	// That there is no reader says nothing of what is kept; what is new waits for one.
	kept := vigie.Document{Title: "Ducts", MediaType: extract.PDF, Obstacle: vigie.TooSlow, Body: []vigie.Paragraph{{Text: "What its feed says"}}}
	d := kept
	if err := r.Refill(t.Context(), &d, vigie.Capture{Body: onePage()}); !errors.Is(err, extract.ErrNoReader) || !reflect.DeepEqual(d, kept) {
		t.Errorf("Refill = %v of %+v", err, d)
	}
	if err := r.Fill(t.Context(), &d, vigie.Capture{Body: onePage()}); err != nil || d.Obstacle != vigie.Crashed {
		t.Errorf("Fill = %v of %+v", err, d)
	}
}

func TestIsReport(t *testing.T) {
	for _, c := range []struct {
		mediaType, body string
		want            bool
	}{
		{"application/pdf", string(onePage()), true},
		{"application/pdf; charset=binary", "broken", true},
		{"application/x-pdf", "", true},
		{"text/html", string(onePage()), true},
		{"", "\ufeff\r\n" + string(onePage()), true},
		{"application/octet-stream", "GIF89a", false},
		{"application/pdf", "\n<!DOCTYPE html><title>Sign in</title>", false},
		{"text/html", "<p>%PDF-1.4", false},
	} {
		if got := extract.IsReport(c.mediaType, []byte(c.body)); got != c.want {
			t.Errorf("IsReport(%q, %.20q) = %v", c.mediaType, c.body, got)
		}
	}
}

func TestFill(t *testing.T) {
	good := string(onePage())
	r := reporttest.New(t, extract.ReportOptions{})
	fetched := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, body string
		before     vigie.Document
		want       string // title | published | authors | language | pages | obstacle
	}{
		{"nothing known", good, vigie.Document{}, "The state of the ducts|2024-03-15|2|en|1|"},
		{
			"the source knows more", good,
			vigie.Document{Title: "Ducts, yearly report", Published: vigie.Date{Time: fetched, Precision: vigie.Month}, Authors: []vigie.Author{{Name: "The regulator"}}},
			"The state of the ducts|2026-11|1|en|1|",
		},
		{"the file's title is poor", strings.Replace(good, "The state of the ducts", "final_v3", 1), vigie.Document{Title: "Ducts, yearly report"}, "Ducts, yearly report|2024-03-15|2|en|1|"},
		{"both are poor", strings.Replace(good, "The state of the ducts", "Layout 1", 1), vigie.Document{Title: "PDF"}, "Layout 1|2024-03-15|2|en|1|"},
		{"its clock is wrong", strings.Replace(good, "D:2024", "D:2027", 1), vigie.Document{}, "The state of the ducts||2|en|1|"},
		{"it cannot be read", "%PDF-1.4 nothing", vigie.Document{Title: "Ducts", Lang: "fr"}, "Ducts||0|fr|0|damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := c.before
			if err := r.Fill(t.Context(), &d, vigie.Capture{Body: []byte(c.body), Fetched: fetched}); err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprintf("%s|%s|%d|%s|%d|%s", d.Title, d.Published, len(d.Authors), d.Lang, d.Pages, d.Obstacle)
			if got != c.want || d.MediaType != "application/pdf" {
				t.Errorf("got %s (%s), want %s", got, d.MediaType, c.want)
			}
		})
	}
	var none *extract.ReportReader
	d := vigie.Document{Title: "Ducts"}
	if err := none.Fill(t.Context(), &d, vigie.Capture{Body: onePage()}); err != nil || d.Obstacle != "" || len(d.Body) > 0 {
		t.Errorf("without a reader: %v, %+v", err, d)
	}
}
