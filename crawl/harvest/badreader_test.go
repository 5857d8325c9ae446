package harvest_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
)

// badReader is a feed reader that keeps all the rules but one; 0 breaks none.
type badReader struct {
	breaks int
	server *scorer
	now    time.Time

	uri            string
	etag, modified string
	wait           time.Duration
	again          time.Time
	moved          int
	stopped        bool
}

// request is one that this reader would send for an address.
func (b *badReader) request(uri string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "http://feed.example", nil)
	r.RequestURI, r.Host = uri, "feed.example"
	r.Header.Set("User-Agent", "reader/1.0 (+https://watch.example)")
	r.Header.Set("Accept-Encoding", "gzip, br")
	switch b.breaks {
	case 10:
		r.Header.Set("Cookie", "reader=1")
	case 11:
		r.Header.Set("Referer", "https://watch.example/")
	case 12:
		r.RequestURI += "?null"
	case 13:
		r.Header.Set("User-Agent", "Mozilla/5.0 (+https://watch.example)")
	case 14:
		r.Header.Set("Accept-Encoding", "identity")
	}
	for name, value := range map[string]string{"If-None-Match": b.etag, "If-Modified-Since": b.modified} {
		if value != "" && b.breaks != 2 && b.breaks != 3 {
			r.Header.Set(name, value)
		}
	}
	if b.breaks == 1 && b.etag != "" {
		r.Header.Set("If-None-Match", strings.Trim(b.etag, `"`))
	}
	return r
}

// turn asks once, and decides when to come back.
func (b *badReader) turn() {
	w := httptest.NewRecorder()
	b.server.ServeHTTP(w, b.request(b.uri))
	switch b.breaks {
	case 16:
		b.server.ServeHTTP(httptest.NewRecorder(), b.request("/favicon.ico"))
	case 17:
		b.server.ServeHTTP(httptest.NewRecorder(), b.request(b.uri))
	}
	switch w.Code {
	case http.StatusOK, http.StatusNotModified:
		b.learn(w)
	case http.StatusGone:
		b.stopped = b.breaks != 15
	case http.StatusMovedPermanently:
		b.etag, b.modified = "", ""
		if b.moved++; b.breaks != 15 {
			b.uri = w.Header().Get("Location")
		}
	}
	b.again = b.now.Add(max(b.wait, 61*time.Minute))
	if retry := w.Header().Get("Retry-After"); retry != "" && b.breaks != 9 {
		seconds, _ := strconv.Atoi(retry)
		b.again = b.now.Add(time.Duration(seconds) * time.Second)
		if at, err := http.ParseTime(retry); err == nil {
			b.again = at
		}
	}
	switch b.breaks {
	case 6:
		b.again = b.now.Add(30 * time.Minute)
	case 8:
		b.again = b.now.Add(59 * time.Minute)
	}
}

// learn takes validators and max-age in.
func (b *badReader) learn(w *httptest.ResponseRecorder) {
	etag, modified := w.Header().Get("ETag"), w.Header().Get("Last-Modified")
	if first := b.etag == "" && b.modified == ""; b.breaks != 4 || first {
		if etag != "" || b.breaks != 5 && w.Code == http.StatusOK {
			b.etag = etag
		}
		b.modified = modified
	}
	if w.Code == http.StatusOK {
		b.wait = 0
		if etag == "" && modified == "" {
			b.wait = day
		}
	}
	if _, age, ok := strings.Cut(w.Header().Get("Cache-Control"), "max-age="); ok && b.breaks != 7 {
		seconds, _ := strconv.Atoi(age)
		b.wait = time.Duration(seconds) * time.Second
	}
}

// TestScorerFindsFaults gives the scorer readers that break one rule each: it names
// that rule, and no other; and it has nothing to say of the one that breaks none.
func TestScorerFindsFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	on := map[int]string{4: "the same bytes", 5: "loses its ETag", 7: "max-age", 9: "busy", 15: "gone"}
	check := func(breaks int, name string) {
		b := &badReader{breaks: breaks, now: scoringFrom(), uri: scoredFeeds()[name].path}
		b.server = newScorer(func() time.Time { return b.now })
		b.server.feeds["feed.example"] = scoredFeeds()[name]
		for !b.stopped && b.now.Before(scoringFrom().Add(4*week)) {
			b.turn()
			b.now = b.again
		}
		found := map[int]string{}
		for _, f := range judge(b.server.feeds["feed.example"], b.server.asked) {
			found[f.rule] = f.how
		}
		if breaks == 2 || breaks == 3 {
			delete(found, 5-breaks) // who asks without a condition asks for all of it
		}
		if _, ok := found[breaks]; ok != (breaks > 0) || len(found) > 1 {
			t.Errorf("%s, read by one who breaks rule %d: %v", name, breaks, found)
		}
	}
	for rule := 1; rule <= 17; rule++ {
		name := on[rule]
		if name == "" {
			name = "steady"
		}
		check(rule, name)
	}
	for name := range scoredFeeds() {
		check(0, name)
	}
}
