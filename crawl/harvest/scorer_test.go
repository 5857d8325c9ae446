package harvest_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// scorer is a server that judges feed readers as the Feed Reader Score project does
// (https://rachelbythebay.com/fs/): it remembers every request and says afterwards
// which of the 17 rules of the trade were broken.
type scorer struct {
	now   func() time.Time
	feeds map[string]*scored // by host and port

	mu     sync.Mutex
	asked  []asked
	flying map[string]int // requests under way, by host
}

// scored is a feed with its behaviour.
type scored struct {
	// path and query are where it lies, byte for byte.
	path string
	// answer says what the feed gives at a time after its start.
	answer func(since time.Duration) answer
}

// answer is what a feed gives at one moment.
type answer struct {
	status       int
	etag         string
	lastModified string
	maxAge       time.Duration // 0 sends no Cache-Control
	quiet        bool          // a 304 does not repeat max-age
	retryAfter   string
	location     string
	items        int
}

// asked is one request and what it was given.
type asked struct {
	host, uri string
	at        time.Time
	header    http.Header
	beside    bool // another request was under way
	gave      answer
	full      bool // the answer had a body
}

func newScorer(now func() time.Time) *scorer {
	return &scorer{now: now, feeds: map[string]*scored{}, flying: map[string]int{}}
}

func (s *scorer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := s.now()
	s.mu.Lock()
	s.flying[r.Host]++
	beside := s.flying[r.Host] > 1
	feed := s.feeds[r.Host]
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.flying[r.Host]--
	}()
	gave := answer{status: http.StatusNotFound}
	if r.RequestURI == feed.path || strings.HasPrefix(r.RequestURI, "/moved") {
		gave = feed.answer(now.Sub(scoringFrom()))
		if r.RequestURI == gave.location {
			gave.status, gave.location = http.StatusOK, ""
		}
	}
	full := gave.status == http.StatusOK && !(gave.etag != "" && r.Header.Get("If-None-Match") == gave.etag ||
		gave.etag == "" && gave.lastModified != "" && r.Header.Get("If-Modified-Since") == gave.lastModified)
	s.mu.Lock()
	s.asked = append(s.asked, asked{host: r.Host, uri: r.RequestURI, at: now, header: r.Header.Clone(), beside: beside, gave: gave, full: full})
	s.mu.Unlock()
	gave.write(w, now, full)
}

func (a answer) write(w http.ResponseWriter, now time.Time, full bool) {
	h := w.Header()
	h.Set("Date", now.UTC().Format(http.TimeFormat))
	h.Set("Set-Cookie", "reader=1; Path=/")
	h.Set("Content-Type", "application/rss+xml")
	for name, value := range map[string]string{"ETag": a.etag, "Last-Modified": a.lastModified, "Retry-After": a.retryAfter, "Location": a.location} {
		if value != "" {
			h.Set(name, value)
		}
	}
	if a.maxAge > 0 && (full || !a.quiet) {
		h.Set("Cache-Control", fmt.Sprintf("max-age=%d", int(a.maxAge.Seconds())))
	}
	switch {
	case a.status == http.StatusOK && !full:
		w.WriteHeader(http.StatusNotModified)
	case a.status != http.StatusOK:
		w.WriteHeader(a.status)
	default:
		_, _ = w.Write([]byte(scoredFeed(a.items)))
	}
}

// scoredFeed is a feed of full articles, so that no page behind them is wanted.
func scoredFeed(items int) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>Scored</title>`)
	for i := max(0, items-10); i < items; i++ {
		date := scoringFrom().Add(time.Duration(i-9) * day).Format(time.RFC1123Z)
		fmt.Fprintf(&b, `<item><guid isPermaLink="false">n%d</guid><title>Note %d</title><link>https://scored.example/%d</link><pubDate>%s</pubDate><description>%s</description></item>`,
			i, i, i, date, strings.Repeat("The line to the northern plateau was measured again this week. ", 60))
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

// scoringFrom is when the four weeks begin.
func scoringFrom() time.Time { return time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC) }

// broken names a rule and says how it was broken.
type brokenRule struct {
	rule int
	how  string
}

// judge says which rules the requests to one feed broke, in their order.
func judge(feed *scored, requests []asked) []brokenRule {
	j := &judgement{feed: feed}
	for _, r := range requests {
		if r.uri == "/robots.txt" {
			j.robots(r)
			continue
		}
		j.manners(r)
		if j.lost(r) || j.twice(r) {
			continue
		}
		j.condition(r)
		j.pace(r)
		j.remember(r)
	}
	return j.broken
}

// judgement walks through the requests to a feed.
type judgement struct {
	feed   *scored
	broken []brokenRule

	read       int    // complete answers so far
	last       *asked // the last request for the feed
	valid      answer // whose validators the next request must carry
	of         string // the address that they belong to
	until      time.Time
	fresh      time.Duration
	gone       bool
	moves      int
	lastRobots time.Time
}

func (j *judgement) faultf(rule int, format string, args ...any) {
	j.broken = append(j.broken, brokenRule{rule, fmt.Sprintf(format, args...)})
}

// robots may be read once a day.
func (j *judgement) robots(r asked) {
	if !j.lastRobots.IsZero() && r.at.Sub(j.lastRobots) < day {
		j.faultf(16, "robots.txt again after %s", r.at.Sub(j.lastRobots))
	}
	j.lastRobots = r.at
}

// manners are the rules that hold for every single request (10 to 14, 16, 17).
func (j *judgement) manners(r asked) {
	if r.header.Get("Cookie") != "" {
		j.faultf(10, "a cookie")
	}
	if r.header.Get("Referer") != "" {
		j.faultf(11, "a Referer")
	}
	if agent := r.header.Get("User-Agent"); !strings.Contains(agent, "/") || !strings.Contains(agent, "http") || strings.Contains(agent, "Mozilla") {
		j.faultf(13, "User-Agent %q", agent)
	}
	if !strings.Contains(r.header.Get("Accept-Encoding"), "gzip") {
		j.faultf(14, "no gzip")
	}
	if r.beside {
		j.faultf(17, "two requests at once")
	}
}

// lost reports requests for what is not the feed.
func (j *judgement) lost(r asked) bool {
	switch before, _, _ := strings.Cut(j.feed.path, "?"); {
	case r.uri == j.feed.path, strings.HasPrefix(r.uri, "/moved"):
		return false
	case strings.HasPrefix(r.uri, before):
		j.faultf(12, "the address became %s", r.uri)
	default:
		j.faultf(16, "asked for %s", r.uri)
	}
	return true
}

// twice reports a request for what was just asked for.
func (j *judgement) twice(r asked) bool {
	if j.last == nil || j.last.uri != r.uri || r.at.Sub(j.last.at) > time.Second {
		return false
	}
	j.faultf(17, "twice in the same instant")
	return true
}

// condition are the rules about validators (1 to 5).
func (j *judgement) condition(r asked) {
	etag, modified := r.header.Get("If-None-Match"), r.header.Get("If-Modified-Since")
	if j.of != "" && r.uri != j.of {
		if etag != "" || modified != "" {
			j.faultf(5, "validators of %s sent to %s", j.of, r.uri)
		}
		return
	}
	known := j.valid.etag != "" || j.valid.lastModified != ""
	switch {
	case j.read == 0 && (etag != "" || modified != ""):
		j.faultf(1, "invented a validator: %q %q", etag, modified)
	case known && etag == "" && modified == "":
		j.faultf(2, "no condition")
		j.faultf(3, "asked for all of it again")
	case etag != "" && etag != j.valid.etag:
		j.faultf(ruleOf(etag, j.valid.etag), "If-None-Match %q instead of %q", etag, j.valid.etag)
	case modified != "" && modified != j.valid.lastModified:
		j.faultf(ruleOf(modified, j.valid.lastModified), "If-Modified-Since %q instead of %q", modified, j.valid.lastModified)
	}
}

// ruleOf tells a validator that was changed from one that is old.
func ruleOf(sent, want string) int {
	switch {
	case want == "":
		return 5
	case strings.Trim(sent, `"W/ `) == strings.Trim(want, `"W/ `):
		return 1
	}
	return 4
}

// pace are the rules about when to come (6 to 9, 15).
func (j *judgement) pace(r asked) {
	if j.last == nil {
		return
	}
	passed := r.at.Sub(j.last.at)
	redirected := j.last.gave.location == r.uri && passed < time.Minute
	switch {
	case redirected:
		return
	case j.gone:
		j.faultf(15, "asked again though it is gone")
	case r.at.Before(j.until):
		j.faultf(9, "%s too early for Retry-After", j.until.Sub(r.at))
	case j.fresh > 0 && passed < j.fresh:
		j.faultf(7, "after %s, max-age is %s", passed, j.fresh)
	case passed < 55*time.Minute:
		j.faultf(6, "after %s", passed)
	case passed < time.Hour:
		j.faultf(8, "after %s", passed)
	case j.last.full && j.valid.etag == "" && j.valid.lastModified == "" && j.fresh == 0 && passed < day:
		j.faultf(6, "without a condition after %s", passed)
	}
}

// remember takes the answer in.
func (j *judgement) remember(r asked) {
	j.last, j.until, j.gone = &r, time.Time{}, r.gave.status == http.StatusGone
	switch {
	case r.gave.status == http.StatusOK:
		if r.full {
			j.read++
			j.valid = r.gave
		}
		// A 304 repeats the validators that hold on; one that it leaves out stays.
		if r.gave.etag != "" {
			j.valid.etag = r.gave.etag
		}
		if r.gave.lastModified != "" {
			j.valid.lastModified = r.gave.lastModified
		}
		j.of, j.fresh = r.uri, r.gave.maxAge
	case r.gave.location != "":
		if j.moves++; j.moves > 3*25 {
			j.faultf(15, "asked the old address %d times", j.moves)
		}
	case r.gave.retryAfter != "":
		j.until = scoringUntil(r)
	}
}

// scoringUntil reads a Retry-After of our own.
func scoringUntil(r asked) time.Time {
	if at, err := http.ParseTime(r.gave.retryAfter); err == nil {
		return at
	}
	seconds, _ := time.ParseDuration(r.gave.retryAfter + "s")
	return r.at.Add(seconds)
}
