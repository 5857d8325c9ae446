package harvest_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"vigie"
)

// trap is one way of failing, or of being hostile, and what is to be told of it.
type trap struct {
	name   string
	answer http.HandlerFunc
	kind   vigie.Kind // "" for a feed
	code   string     // of the trouble; "" where it is read, within bounds
	words  string     // part of the reason for the person
	// again is the least time after which such a source may be asked again.
	again time.Duration
}

// never is longer than any test.
const never = 1000 * time.Hour

// failures are hosts in trouble.
func failures() []trap {
	return []trap{
		{name: "500", answer: answering(500, nil), code: vigie.TroubleStatus, words: "500"},
		{name: "404", answer: answering(404, nil), code: vigie.TroubleStatus, words: "404"},
		{name: "403", answer: answering(403, nil), code: vigie.TroubleStatus, words: "403", again: never},
		{name: "410", answer: answering(410, nil), code: vigie.TroubleStatus, words: "410", again: never},
		{name: "429 with seconds", answer: answering(429, func() string { return "70" }), code: vigie.TroubleRetry, words: "left alone until", again: 70 * time.Second},
		{name: "503 with a date", answer: answering(503, func() string { return time.Now().Add(80 * time.Second).UTC().Format(http.TimeFormat) }), code: vigie.TroubleRetry, words: "left alone until", again: 78 * time.Second},
		{name: "reset", answer: reset, code: vigie.TroubleDown, words: "reset"},
		{name: "cut off", answer: cutOff, code: vigie.TroubleCut, words: "breaks off"},
	}
}

// hostiles are hosts that mean harm.
func hostiles() []trap {
	bomb := pack(bytes.Repeat([]byte{' '}, 100<<20))
	deep := []byte("<rss xmlns:q='q'><channel><item>" + strings.Repeat("<a>", 500_000))
	laughs := []byte(`<!DOCTYPE rss [<!ENTITY a "ha">` + strings.Repeat(`<!ENTITY b "&a;&a;&a;&a;">`, 10_000) + `]><html><body>&b;` + strings.Repeat("&b;", 100_000))
	return []trap{
		{name: "body without end", answer: endless, code: vigie.TroubleBig, words: "longer than"},
		{name: "dripping body", answer: drip, code: vigie.TroubleSlow, words: "1 KiB a second"},
		{name: "headers without end", answer: endlessHeaders, code: vigie.TroubleBig, words: "headers are longer"},
		{name: "gzip bomb", answer: sending(bomb, "gzip"), code: vigie.TroubleBig, words: "100 times"},
		{name: "gzip of gzip", answer: sending(pack(pack([]byte("<rss/>"))), "gzip"), code: vigie.TroubleNotFeed, words: "feed"},
		{name: "gzip of gzip, said", answer: sending(pack(pack([]byte("<rss/>"))), "gzip, gzip"), code: vigie.TroublePacking, words: "only gzip was asked for"},
		{name: "half a million elements", answer: sending(deep, ""), code: vigie.TroubleNotFeed, words: "deep"},
		{name: "entities of entities", answer: sending(laughs, ""), code: vigie.TroubleNotFeed, words: "entities"},
		{name: "redirect chain", answer: chain, code: vigie.TroubleRedirect, words: "more than 5"},
		{name: "redirect loop", answer: loop, code: vigie.TroubleRedirect, words: "come back"},
		{name: "links for ever", answer: inventing, kind: vigie.Site},
	}
}

func answering(status int, retry func() string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if retry != nil {
			w.Header().Set("Retry-After", retry())
		}
		w.WriteHeader(status)
	}
}

func sending(body []byte, encoding string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		if encoding != "" {
			w.Header().Set("Content-Encoding", encoding)
		}
		_, _ = w.Write(body)
	}
}

func pack(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(b)
	_ = z.Close()
	return out.Bytes()
}

// hijack takes the connection from the server.
func hijack(w http.ResponseWriter) (net.Conn, bool) {
	conn, _, err := http.NewResponseController(w).Hijack()
	return conn, err == nil
}

func reset(w http.ResponseWriter, _ *http.Request) {
	if conn, ok := hijack(w); ok {
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		time.AfterFunc(20*time.Millisecond, func() { _ = conn.Close() }) // behind the end of the handler
	}
}

func cutOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "5000")
	_, _ = w.Write([]byte("<rss version='2.0'><channel><item><title>half"))
}

func endless(w http.ResponseWriter, _ *http.Request) {
	_, err := w.Write([]byte("<rss version='2.0'><channel><title>"))
	for chunk := bytes.Repeat([]byte("and so on "), 3000); err == nil; {
		_, err = w.Write(chunk)
	}
}

func drip(w http.ResponseWriter, r *http.Request) {
	for {
		if _, err := w.Write([]byte("<rss>")); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
		select {
		case <-time.After(500 * time.Millisecond):
		case <-r.Context().Done():
			return
		}
	}
}

func endlessHeaders(w http.ResponseWriter, _ *http.Request) {
	conn, ok := hijack(w)
	if !ok {
		return
	}
	defer conn.Close()
	_, err := conn.Write([]byte("HTTP/1.1 200 OK\r\n"))
	for n := 0; err == nil; n++ {
		_, err = fmt.Fprintf(conn, "X-Header-%d: %s\r\n", n, strings.Repeat("x", 500))
	}
}

func chain(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/hop/"))
	http.Redirect(w, r, fmt.Sprintf("/hop/%d", n+1), http.StatusFound)
}

func loop(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, r.URL.Path, http.StatusMovedPermanently)
}

// inventing answers every address with a page of links to more pages.
func inventing(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprintf(w, "<html><title>%s</title><body><p>%s</p><ul>", r.URL.Path, strings.Repeat("A page like the others, with nothing of its own. ", 8))
	now := time.Now().UnixNano()
	for n := range 300 {
		fmt.Fprintf(w, `<li><a href="/x/%d/%d">Item %d of many</a></li>`, now, n, n)
	}
	fmt.Fprint(w, "</ul></body></html>")
}

// slowly answers a healthy feed in parts, over about half a second.
func (c *crowd) slowly(m *member, w http.ResponseWriter, r *http.Request) {
	time.Sleep(100 * time.Millisecond)
	whole := &held{header: w.Header(), status: http.StatusOK}
	c.healthy(m, whole, r)
	w.WriteHeader(whole.status)
	for part := range strings.SplitAfterSeq(whole.body.String(), "</item>") {
		_, _ = w.Write([]byte(part))
		_ = http.NewResponseController(w).Flush()
		time.Sleep(100 * time.Millisecond)
	}
}

// held keeps an answer.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (h *held) Header() http.Header { return h.header }

// WriteHeader implements http.ResponseWriter.
func (h *held) WriteHeader(status int) { h.status = status }

// Write implements io.Writer.
func (h *held) Write(p []byte) (int, error) { return h.body.Write(p) }
