package polite_test

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/crawl/polite"
	"vigie/vigietest"
)

func TestRobotsGoogle(t *testing.T) {
	f, err := os.Open(vigietest.Shared(t, "corpus", "robots", "google-robots.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	total, passed := 0, 0
	for lines.Scan() {
		var c struct {
			Test, Robots, URL string
			Agents            []string
			Allowed           bool
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		total++
		if got := polite.ParseRobots([]byte(c.Robots)).Allowed(c.Agents, c.URL); got != c.Allowed {
			t.Errorf("%s: %.200q for %q at %.200q: allowed %v, want %v", c.Test, c.Robots, c.Agents, c.URL, got, c.Allowed)
			continue
		}
		passed++
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if total != 146 || passed != total {
		t.Errorf("%d of %d pass, want 146 of 146", passed, total)
	}
}

func TestRobotsAllowed(t *testing.T) {
	long := strings.Repeat("a", 600<<10)
	for _, c := range []struct {
		name, file, agent, url string
		want                   bool
	}{
		{"robots.txt always", "User-agent: *\nDisallow: /", "vigie", "http://h/robots.txt", true},
		{"version in agent", "User-agent: vigie\nDisallow: /a", "vigie/0.1.0", "http://h/a", false},
		{"version in line", "User-agent: Vigie/9\nDisallow: /a", "vigie", "http://h/a", false},
		{"prefix of a token is not the token", "User-agent: vig\nDisallow: /", "vigie", "http://h/a", true},
		{"agent with a space is nobody", "User-agent: *\nDisallow: /\nUser-agent: Foo Bar\nAllow: /", "Foo Bar", "http://h/x", false},
		{"groups merged", "User-agent: vigie\nDisallow: /a\n\nUser-agent: *\nDisallow: /\n\nUser-agent: VIGIE\nDisallow: /b", "vigie", "http://h/b", false},
		{"own group shuts the star out", "User-agent: vigie\nDisallow: /a\nUser-agent: *\nDisallow: /", "vigie", "http://h/c", true},
		{"own empty group shuts the star out", "User-agent: *\nDisallow: /\nUser-agent: vigie\nDisallow:", "vigie", "http://h/c", true},
		{"carriage returns only", "User-agent: *\rDisallow: /a\r", "vigie", "http://h/a", false},
		{"byte order mark", "\xef\xbb\xbfUser-agent: *\nDisallow: /a", "vigie", "http://h/a", false},
		{"slips", "useragent: *\ndissallow: /a\ndisalow: /b", "vigie", "http://h/b", false},
		{"bad lines tolerated", "Disallow: /\n\x00\x01\n:::\nUser-agent: *\nCrawl-delay: 1s\nDisallow: /a", "vigie", "http://h/a", false},
		{"rule before any agent", "Disallow: /", "vigie", "http://h/a", true},
		{"star is anchored at the start", "User-agent: *\nDisallow: /a*b", "vigie", "http://h/ok/a/b", true},
		{"query not sorted", "User-agent: *\nDisallow: /d?z=1", "vigie", "http://h/d?z=1&a=2", false},
		{"lower-case escape", "User-agent: *\nDisallow: /caf%c3%a9", "vigie", "http://h/caf\u00e9/x", false},
		{"dollar in the middle is plain", "User-agent: *\nDisallow: /a$b", "vigie", "http://h/a$bc", false},
		{"star dollar", "User-agent: *\nDisallow: /*a*$", "vigie", "http://h/xay", false},
		{"many stars", "User-agent: *\nDisallow: /" + strings.Repeat("*a", 4000), "vigie", "http://h/" + strings.Repeat("a", 2000), true},
		{"empty path", "User-agent: *\nDisallow: /$", "vigie", "http://h", false},
		{"query without path", "User-agent: *\nDisallow: /?a", "vigie", "http://h?a", false},
		{"path only", "User-agent: *\nDisallow: /a", "vigie", "/a", false},
		{"address in the query", "User-agent: *\nDisallow: /a", "vigie", "/a?u=http://h/b", false},
		{"beyond 512 KiB", "User-agent: *\n# " + long + "\nDisallow: /a", "vigie", "http://h/a", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := polite.ParseRobots([]byte(c.file)).Allowed([]string{c.agent}, c.url); got != c.want {
				t.Errorf("allowed %v, want %v", got, c.want)
			}
		})
	}
}

func TestRobotsOtherLines(t *testing.T) {
	r := polite.ParseRobots([]byte("Crawl-delay: 9\nSitemap: https://h.example/s.xml\n" +
		"User-agent: a\nCrawl-delay: 2.5\nUser-agent: *\nDisallow: /x\nCrawl-delay: 7\nCrawl-delay: NaN\nCrawl-delay: -3\nsite-map: /t.xml"))
	if got, want := r.Sitemaps(), []string{"https://h.example/s.xml", "/t.xml"}; !slices.Equal(got, want) {
		t.Errorf("sitemaps %q, want %q", got, want)
	}
	for agent, want := range map[string]time.Duration{"other": 7 * time.Second, "A/1": 7 * time.Second, "": 7 * time.Second} {
		if got := r.CrawlDelay([]string{agent}); got != want {
			t.Errorf("delay of %q: %v, want %v", agent, got, want)
		}
	}
	r = polite.ParseRobots([]byte("User-agent: a\nCrawl-delay: 2.5\nDisallow: /\nUser-agent: *\nCrawl-delay: 1e300"))
	if got := r.CrawlDelay([]string{"a"}); got != 2500*time.Millisecond {
		t.Errorf("delay of a: %v", got)
	}
	if got := r.CrawlDelay([]string{"b"}); got <= 0 {
		t.Errorf("a huge delay became %v", got)
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /*a$\nAllow: /b", "vigie", "http://h/a?b#c")
	f.Add("useragent *\r\ndisallow /%e3\x00", "", "//h;p")
	f.Add("User-agent: vigie\nCrawl-delay: 1e9\nAllow: /x/index.html\nDisallow: /", "Vigie/1", "/x/")
	f.Fuzz(func(t *testing.T, file, agent, url string) {
		r := polite.ParseRobots([]byte(file))
		allowed := r.Allowed([]string{agent}, url)
		if again := r.Allowed([]string{agent, agent}, url); again != allowed {
			t.Error("naming an agent twice changes the answer")
		}
		if !r.Allowed([]string{agent}, "http://h/robots.txt") {
			t.Error("robots.txt itself is forbidden")
		}
		if r.CrawlDelay([]string{agent}) < 0 {
			t.Error("negative delay")
		}
		if crlf := strings.ReplaceAll(file, "\n", "\r\n"); len(crlf) < 10_000 && !strings.Contains(file, "\r") {
			if polite.ParseRobots([]byte(crlf)).Allowed([]string{agent}, url) != allowed {
				t.Error("line ends change the answer")
			}
		}
	})
}
