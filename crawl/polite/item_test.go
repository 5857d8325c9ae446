package polite_test

import (
	"errors"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"vigie/crawl/crawltest"
	"vigie/crawl/polite"
)

// TestItem: behind a link stands a page with the limit of pages, or a document with
// that of documents, as the answer says or shows.
func TestItem(t *testing.T) {
	big := random(6 << 20)
	pdf := append([]byte("%PDF-1.7\n"), big...)
	announced := []string{"Content-Length", strconv.Itoa(len(pdf))}
	declared := []string{"Content-Type", "application/pdf; charset=binary"}
	for _, c := range []struct {
		name    string
		want    polite.Want
		handler http.HandlerFunc
		bytes   int
		err     error
	}{
		{"a document, declared", polite.Item, answer(big, declared...), len(big), nil},
		{"declared and announced", polite.Item, answer(pdf, append(announced, declared...)...), len(pdf), nil},
		{"declared, as a page", polite.Page, answer(big, declared...), 0, polite.ErrTooBig},
		{"an office document", polite.Item, answer(big, "Content-Type", "application/vnd.oasis.opendocument.text"), len(big), nil},
		{"by its first bytes", polite.Item, answer(pdf, "Content-Type", "application/octet-stream"), len(pdf), nil},
		{"by its first bytes, announced", polite.Item, answer(pdf, append(announced, "Content-Type", "text/html")...), len(pdf), nil},
		{"by its first bytes, packed", polite.Item, answer(packed(t, pdf), "Content-Encoding", "gzip", "Content-Type", "text/html"), len(pdf), nil},
		{"a byte at a time", polite.Item, slowStart(pdf), len(pdf), nil},
		{"a page", polite.Item, answer(big, "Content-Type", "text/html"), 0, polite.ErrTooBig},
		{"a page, announced", polite.Item, answer(big, "Content-Type", "text/html", "Content-Length", strconv.Itoa(len(big))), 0, polite.ErrTooBig},
		{"a short page", polite.Item, answer([]byte("%PD")), 3, nil},
		{"nothing", polite.Item, answer(nil), 0, nil},
		{"too long a document", polite.Item, answer(pdf, append(declared, "Content-Length", strconv.Itoa(100<<20+1))...), 0, polite.ErrTooBig},
		{"too long, by its first bytes", polite.Item, answer(pdf, "Content-Length", strconv.Itoa(100<<20+1)), 0, polite.ErrTooBig},
		{"a document without end", polite.Item, func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write(pdf)
			for r.Context().Err() == nil {
				_, _ = w.Write(big)
			}
		}, 0, polite.ErrTooBig},
	} {
		t.Run(c.name, func(t *testing.T) {
			web := crawltest.New(t)
			web.Handle(site, "/download", c.handler)
			door := polite.New(polite.Options{Allow: web.Allow()})
			got, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, "/download"), Want: c.want})
			if !errors.Is(err, c.err) || len(got.Capture.Body) != c.bytes {
				t.Errorf("%d bytes, error %v; want %d, %v", len(got.Capture.Body), err, c.bytes, c.err)
			}
		})
	}
}

// slowStart sends the first bytes one by one.
func slowStart(body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := range 10 {
			_, _ = w.Write(body[i : i+1])
			_ = http.NewResponseController(w).Flush()
		}
		_, _ = w.Write(body[10:])
	}
}

// TestItemTime: a document may take as long as a document.
func TestItemTime(t *testing.T) {
	for first, want := range map[string]time.Duration{"%PDF-1.7": 180 * time.Second, "<html>": 60 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			web := crawltest.Offline(t)
			web.Handle(site, "/download", func(w http.ResponseWriter, r *http.Request) {
				_, _ = w.Write([]byte(first))
				stalling(100, 2000)(w, r)
			})
			door := bubble(t, web, polite.Options{})
			start := time.Now()
			_, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, "/download"), Want: polite.Item})
			if took := time.Since(start); !errors.Is(err, polite.ErrTimeout) || took != want {
				t.Errorf("%s: %v after %v", first, err, took)
			}
		})
	}
}
