package harvest_test

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"vigie"
)

// crowd are many hosts at one port, each on a loopback address of its own. It measures
// how it is visited: all that it says of pauses follows from what reached it, however
// busy the machine is.
type crowd struct {
	port       string
	feed, page time.Duration // the pauses that a visitor must keep

	mu     sync.Mutex
	hosts  map[string]*member // by address
	broken []string           // manners, by whom and how; at most a few
	gaps   []time.Duration    // between two readings of sources that answer; since measure
	since  time.Time          // zero before
}

// member is one host of a crowd.
type member struct {
	name   string
	source vigie.Source
	trap   trap // what it does to visitors; the zero trap is a healthy host
	slow   bool
	delay  time.Duration // its Crawl-delay
	robots int           // status of its robots.txt
	// hangsUp says that it closes the connection behind its robots.txt.
	hangsUp bool

	// Under crowd.mu.
	flying   int       // requests under way
	requests int       // of any kind
	busy     time.Time // the last moment at which the last request had surely not ended
	last     time.Time // when the source was asked last
	reads    int       // how often the source was asked, and since measure
	recent   int
	shown    int // items that were sent in answers
}

// serveCrowd serves until the function that it returns is called.
func serveCrowd(t testing.TB, feed, page time.Duration) (*crowd, func()) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &crowd{port: strconv.Itoa(l.Addr().(*net.TCPAddr).Port), feed: feed, page: page, hosts: map[string]*member{}}
	server := &http.Server{Handler: c, ReadHeaderTimeout: time.Minute}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l)
	}()
	return c, sync.OnceFunc(func() {
		_ = server.Close()
		<-done
	})
}

// join adds a host at an address; the path of its source decides what a healthy one is.
func (c *crowd) join(address, path string, m *member) *member {
	m.name = address
	m.source.URL = "http://" + net.JoinHostPort(address, c.port) + path
	m.source.Name = m.trap.name
	if m.source.List.Sitemap != "" {
		m.source.List.Sitemap = m.source.URL
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hosts[address] = m
	return m
}

// measure begins to measure how often sources are read: about so many times each.
func (c *crowd) measure(times int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gaps = make([]time.Duration, 0, len(c.hosts)*times) // all at once, so that its own memory is flat
	c.since = time.Now()
	for _, m := range c.hosts {
		m.recent = 0
	}
}

// everybody reports whether every host was asked for its source, and those that answer
// so many times.
func (c *crowd) everybody(times int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.hosts {
		if m.reads == 0 && m.robots == 0 || m.trap.answer == nil && m.reads < times {
			return false
		}
	}
	return true
}

func (c *crowd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	address, _, err := net.SplitHostPort(r.Host)
	c.mu.Lock()
	m := c.hosts[address]
	c.mu.Unlock()
	if err != nil || m == nil {
		http.Error(w, "nobody lives here", http.StatusMisdirectedRequest)
		return
	}
	c.enter(m, r)
	defer c.leave(m)
	out := &watched{ResponseWriter: w, sending: func() { c.sending(m) }}
	switch {
	case r.URL.Path == "/robots.txt":
		out.sending = func() {} // it costs no pause
		m.answerRobots(out)
	case m.trap.answer != nil:
		m.trap.answer(out, r)
	case m.slow:
		c.slowly(m, out, r)
	default:
		c.healthy(m, out, r)
	}
}

// enter notes a request and judges its manners.
func (c *crowd) enter(m *member, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	m.requests++
	if m.flying++; m.flying > 1 {
		c.faultf("%s (%s): %d requests at once", m.name, m.source.Name, m.flying)
	}
	if r.URL.Path == "/robots.txt" {
		return
	}
	pause := c.page
	if m.source.Kind == vigie.Feed {
		pause = c.feed
	}
	if gap := now.Sub(m.busy); gap < max(pause, m.delay) {
		c.faultf("%s (%s): %s after %s, its pause is %s", m.name, m.source.Name, r.URL.Path, gap, max(pause, m.delay))
	}
	m.busy = now
	if !strings.HasSuffix(m.source.URL, r.URL.Path) {
		return
	}
	if again := m.trap.again; again > 0 && m.reads > 0 && now.Sub(m.last) < again {
		c.faultf("%s (%s): asked again after %s", m.name, m.source.Name, now.Sub(m.last))
	}
	if m.trap.answer == nil && !c.since.IsZero() && !m.last.IsZero() {
		c.gaps = append(c.gaps, now.Sub(m.last))
	}
	m.reads, m.recent, m.last = m.reads+1, m.recent+1, now
}

func (c *crowd) faultf(format string, args ...any) {
	if len(c.broken) < 20 {
		c.broken = append(c.broken, fmt.Sprintf(format, args...))
	}
}

// sending is called before each part of an answer leaves.
func (c *crowd) sending(m *member) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m.busy = time.Now()
}

func (c *crowd) leave(m *member) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m.flying--
}

func (m *member) answerRobots(w http.ResponseWriter) {
	if m.hangsUp {
		w.Header().Set("Connection", "close")
	}
	switch {
	case m.robots != 0:
		w.WriteHeader(m.robots)
	case m.delay > 0:
		fmt.Fprintf(w, "User-agent: *\nCrawl-delay: %d\n", int(m.delay.Seconds()))
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// healthy answers as a good host does. Every third time that it is asked, something
// new is there; else the answer is 304.
func (c *crowd) healthy(m *member, w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	state := m.reads / 3
	if fresh := state + 3; fresh > m.shown {
		m.shown = fresh
	}
	c.mu.Unlock()
	tag := fmt.Sprintf(`"%d"`, state)
	w.Header().Set("ETag", tag)
	base := "http://" + r.Host
	switch {
	case r.Header.Get("If-None-Match") == tag:
		w.WriteHeader(http.StatusNotModified)
	case r.URL.Path == "/feed":
		w.Header().Set("Content-Type", "application/rss+xml")
		_, _ = w.Write([]byte(soakFeed(base, state)))
	case r.URL.Path == "/list":
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, "<!doctype html><html><head><title>News of %s</title></head><body><main><ul>", r.Host)
		for n := range state + 3 {
			fmt.Fprintf(w, `<li><a href="/news/%d">Note %d of the regional office</a></li>`, n, n)
		}
		fmt.Fprint(w, "</ul></main></body></html>")
	default:
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, soakPage(r.URL.Path, state))
	}
}

// soakFeed are the last items of a feed.
func soakFeed(base string, state int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<rss version="2.0"><channel><title>Feed of %s</title>`, base)
	for n := max(0, state-5); n < state+3; n++ {
		fmt.Fprintf(&b, `<item><guid isPermaLink="false">%d</guid><link>%s/item/%d</link><title>Notice %d of %s</title><description>%s</description></item>`,
			n, base, n, n, base, strings.Repeat("The northern exchange was joined to the ring. ", 5))
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

// soakPage is a page of an article; that of a watched page grows.
func soakPage(path string, state int) string {
	text := strings.Repeat("<p>The office reports on the lines that it laid along the coast, and on those that it will lay in the coming year.</p>", 5)
	if path == "/page" {
		for n := range state {
			text += fmt.Sprintf("<p>In note %d it says that the exchange of district %d is joined to the ring as well.</p>", n, n)
		}
	}
	return "<!doctype html><html><head><title>Page " + path + "</title></head><body><article><h1>Page " + path + "</h1>" + text + "</article></body></html>"
}

// watched tells when something is sent.
type watched struct {
	http.ResponseWriter
	sending func()
}

// WriteHeader implements http.ResponseWriter.
func (w *watched) WriteHeader(status int) {
	w.sending()
	w.ResponseWriter.WriteHeader(status)
}

// Write implements io.Writer.
func (w *watched) Write(p []byte) (int, error) {
	w.sending()
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// share is the value below which the given hundredth part of the times lie.
func share(times []time.Duration, part int) time.Duration {
	if len(times) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(times))
	return sorted[min(len(sorted)*part/100, len(sorted)-1)]
}
