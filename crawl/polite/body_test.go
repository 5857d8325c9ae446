package polite_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vigie/crawl/crawltest"
	"vigie/crawl/polite"
)

const site = "bulletin.test"

func packed(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// answer returns a handler that sends headers and a body as they are.
func answer(body []byte, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		_, _ = w.Write(body)
	}
}

// random is text that does not pack well.
func random(n int) []byte {
	out := make([]byte, 0, n+20)
	for x := uint64(1); len(out) < n; x = x*6364136223846793005 + 1442695040888963407 {
		out = strconv.AppendUint(out, x, 36)
	}
	return out[:n]
}

func TestBody(t *testing.T) {
	text := []byte("Rapport sur la fibre")
	bomb := packed(t, make([]byte, 12<<20))
	twice := packed(t, bomb[:1000])
	big := random(10<<20 + 1)
	bigPage := packed(t, random(5<<20+1))
	for _, c := range []struct {
		name    string
		want    polite.Want
		handler http.HandlerFunc
		body    []byte
		err     error
	}{
		{"plain", polite.Feed, answer(text), text, nil},
		{"empty", polite.Feed, answer(nil), []byte{}, nil},
		{"gzip", polite.Feed, answer(packed(t, text), "Content-Encoding", "gzip"), text, nil},
		{"x-gzip", polite.Feed, answer(packed(t, text), "Content-Encoding", "X-GZip"), text, nil},
		{"identity", polite.Page, answer(text, "Content-Encoding", "identity"), text, nil},
		{"empty said to be gzip", polite.Page, answer(nil, "Content-Encoding", "gzip"), []byte{}, nil},
		{"gzip file left alone", polite.File, answer(packed(t, text), "Content-Type", "application/gzip"), packed(t, text), nil},
		{"brotli", polite.Page, answer(text, "Content-Encoding", "br"), nil, polite.ErrEncoding},
		{"gzip, gzip", polite.Page, answer(twice, "Content-Encoding", "gzip, gzip"), nil, polite.ErrEncoding},
		{"not gzip at all", polite.Page, answer(text, "Content-Encoding", "gzip"), nil, polite.ErrEncoding},
		{"gzip cut off", polite.Page, answer(packed(t, random(9000))[:4000], "Content-Encoding", "gzip"), nil, io.ErrUnexpectedEOF},
		{"bomb in a feed", polite.Feed, answer(bomb, "Content-Encoding", "gzip"), nil, polite.ErrTooBig},
		{"bomb in a file", polite.File, answer(bomb, "Content-Encoding", "gzip"), nil, polite.ErrTooBig},
		{"bomb as gzip file", polite.File, answer(bomb, "Content-Type", "application/gzip"), bomb, nil},
		{"10 MB and 1 as feed, announced", polite.Feed, answer(big, "Content-Length", strconv.Itoa(len(big))), nil, polite.ErrTooBig},
		{"10 MB and 1 as feed", polite.Feed, answer(big), nil, polite.ErrTooBig},
		{"10 MB as feed", polite.Feed, answer(big[1:]), big[1:], nil},
		{"10 MB and 1 as page", polite.Page, answer(big), nil, polite.ErrTooBig},
		{"5 MB and 1 as packed page", polite.Page, answer(bigPage, "Content-Encoding", "gzip"), nil, polite.ErrTooBig},
		{"10 MB and 1 as file", polite.File, answer(big), big, nil},
		{"header flood", polite.Page, answer(text, "X-Flood", strings.Repeat("a", 70<<10)), nil, polite.ErrTooBig},
		{"cut off", polite.Page, answer(text, "Content-Length", "1000"), nil, io.ErrUnexpectedEOF},
	} {
		t.Run(c.name, func(t *testing.T) {
			web := crawltest.New(t)
			web.Handle(site, "/x.xml.gz", c.handler)
			door := polite.New(polite.Options{Allow: web.Allow()})
			got, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, "/x.xml.gz"), Want: c.want})
			if !errors.Is(err, c.err) {
				t.Fatalf("error %v, want %v", err, c.err)
			}
			if !bytes.Equal(got.Capture.Body, c.body) {
				t.Errorf("body of %d bytes, want %d", len(got.Capture.Body), len(c.body))
			}
			if n := len(door.Stats().Refused); (n > 0) != (c.err != nil) {
				t.Errorf("refused %v", door.Stats().Refused)
			}
		})
	}
}

// stalling returns a handler that sends the first bytes and then so many every
// second, without end.
func stalling(first, every int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(make([]byte, first))
		for r.Context().Err() == nil {
			_ = http.NewResponseController(w).Flush()
			select {
			case <-time.After(time.Second):
			case <-r.Context().Done():
			}
			_, _ = w.Write(make([]byte, every))
		}
	}
}

func TestSlow(t *testing.T) {
	for _, c := range []struct {
		name    string
		want    polite.Want
		handler http.HandlerFunc
		after   time.Duration
		words   string
	}{
		{"no header", polite.Page, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, 15 * time.Second, "headers"},
		{"drip", polite.Page, stalling(100, 10), 10 * time.Second, "1 KiB a second"},
		{"drip after a good start", polite.Page, stalling(100_000, 10), 20 * time.Second, "1 KiB a second"},
		{"page without end", polite.Page, stalling(100, 2000), 60 * time.Second, "longer than 1m0s"},
		{"file without end", polite.File, stalling(100, 2000), 180 * time.Second, "longer than 3m0s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				web := crawltest.Offline(t)
				web.Set(site, "/robots.txt", crawltest.Page{})
				web.Handle(site, "/", c.handler)
				door := bubble(t, web, polite.Options{})
				start := time.Now()
				_, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, "/"), Want: c.want})
				if !errors.Is(err, polite.ErrTimeout) || !strings.Contains(err.Error(), c.words) {
					t.Errorf("error %v, want one about %q", err, c.words)
				}
				if took := time.Since(start); took != c.after {
					t.Errorf("gave up after %v, want %v", took, c.after)
				}
				// The turn is given back: the next request gets the same, and no hang.
				if _, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, "/"), Want: c.want}); !errors.Is(err, polite.ErrTimeout) {
					t.Error(err)
				}
			})
		})
	}
}

// unread asks for a page of 20,000 bytes, whose body is still to be read.
func unread(t *testing.T) (door *polite.Transport, url string, resp *http.Response) {
	t.Helper()
	web := crawltest.Offline(t)
	web.Set(site, "/", crawltest.Page{Body: string(random(20_000))})
	door, url = bubble(t, web, polite.Options{}), web.URL(site, "/")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err = door.RoundTrip(req); err != nil {
		t.Fatal(err)
	}
	return door, url, resp
}

// TestSlowReader: time in which we do not read is not the server's fault.
func TestSlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, _, resp := unread(t)
		time.Sleep(45 * time.Second)
		if b, err := io.ReadAll(resp.Body); err != nil || len(b) != 20_000 {
			t.Errorf("%d bytes, %v", len(b), err)
		}
		_ = resp.Body.Close()
	})
}

// TestForgottenBody: a body that nobody closes gives its turn back in the end.
func TestForgottenBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		door, url, resp := unread(t)
		start := time.Now()
		if _, err := door.Get(t.Context(), polite.Request{URL: url, Want: polite.Page}); err != nil {
			t.Error(err)
		}
		if took, want := time.Since(start), 65*time.Second; took != want {
			t.Errorf("waited %v, want %v", took, want)
		}
		if _, err := resp.Body.Read(make([]byte, 1)); !errors.Is(err, polite.ErrTimeout) {
			t.Errorf("the forgotten body says %v", err)
		}
		_ = resp.Body.Close()
	})
}
