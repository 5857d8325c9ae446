package polite_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vigie"
	"vigie/crawl/crawltest"
	"vigie/crawl/polite"
)

func TestRobotsAtTheDoor(t *testing.T) {
	const secret = "User-agent: vigie\nDisallow: /secret\n"
	page := func(status int, body string) crawltest.Page { return crawltest.Page{Status: status, Body: body} }
	for _, c := range []struct {
		name       string
		robots     map[string]crawltest.Page
		open       bool // /open may be read
		secret     bool
		words      string
		robotsHits int
	}{
		{"none", nil, true, true, "", 1},
		{"rule", map[string]crawltest.Page{"/robots.txt": page(200, secret)}, true, false, `line 2 says "Disallow: /secret"`, 1},
		{"gone", map[string]crawltest.Page{"/robots.txt": page(410, secret)}, true, true, "", 1},
		{"forbidden", map[string]crawltest.Page{"/robots.txt": page(403, secret)}, true, true, "", 1},
		{"server error", map[string]crawltest.Page{"/robots.txt": page(500, "")}, false, false, "could not be read", 1},
		{"unavailable", map[string]crawltest.Page{"/robots.txt": page(503, "")}, false, false, "could not be read", 1},
		{"too many requests", map[string]crawltest.Page{"/robots.txt": page(429, "")}, false, false, "could not be read", 1},
		{"redirect", map[string]crawltest.Page{"/robots.txt": {Location: "/a"}, "/a": page(200, secret)}, true, false, "line 2", 1},
		{
			"five redirects", map[string]crawltest.Page{
				"/robots.txt": {Location: "/1"}, "/1": {Location: "/2"}, "/2": {Location: "/3"}, "/3": {Location: "/4"}, "/4": {Location: "/5"}, "/5": page(200, secret),
			}, true, false, "line 2", 1,
		},
		{"redirect loop", map[string]crawltest.Page{"/robots.txt": {Location: "/robots.txt"}}, true, true, "", 6},
		{"redirect to this machine", map[string]crawltest.Page{"/robots.txt": {Location: "http://127.0.0.1/robots.txt"}}, false, false, "not public", 1},
		{"longer than 512 KiB", map[string]crawltest.Page{"/robots.txt": {Body: secret + strings.Repeat("# a\n", 1<<20), Header: map[string]string{"Content-Encoding": "identity"}}}, true, false, "line 2", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				web := crawltest.Offline(t)
				web.Set(site, "/open", crawltest.Page{})
				web.Set(site, "/secret", crawltest.Page{})
				web.Set(site, "/hop", crawltest.Page{Location: "/secret"})
				for path, p := range c.robots {
					web.Set(site, path, p)
				}
				door := bubble(t, web, polite.Options{})
				for path, allowed := range map[string]bool{"/open": c.open, "/secret": c.secret, "/hop": c.secret} {
					_, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, path)})
					if allowed && err != nil {
						t.Errorf("%s: %v", path, err)
					}
					if !allowed && (!errors.Is(err, polite.ErrRobots) || !errors.Is(err, vigie.ErrForbidden) || !strings.Contains(err.Error(), c.words)) {
						t.Errorf("%s: %v, want one that says %q", path, err, c.words)
					}
				}
				hits, seen := 0, false
				for _, p := range web.Paths(site) {
					if strings.HasSuffix(p, " /robots.txt") {
						hits++
					}
					seen = seen || strings.HasSuffix(p, " /secret")
				}
				if hits != c.robotsHits || seen != c.secret {
					t.Errorf("requests %q", web.Paths(site))
				}
			})
		})
	}
}

// TestRobotsAge follows one file through a month of use, trouble and restarts.
func TestRobotsAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := crawltest.Offline(t)
		web.Set(site, "*", crawltest.Page{})
		var mu sync.Mutex
		kept := make(map[string][]byte)
		o := polite.Options{
			LoadRobots: func(_ context.Context, origin string) ([]byte, error) {
				mu.Lock()
				defer mu.Unlock()
				return kept[origin], nil
			},
			SaveRobots: func(_ context.Context, origin string, record []byte) error {
				mu.Lock()
				defer mu.Unlock()
				kept[origin] = record
				return nil
			},
		}
		door := bubble(t, web, o)
		rules := func(p crawltest.Page) { web.Set(site, "/robots.txt", p) }
		hits := func() (n int) {
			for _, r := range web.Log(site) {
				if r.Path == "/robots.txt" {
					n++
				}
			}
			return n
		}
		step := func(what string, wantHits int, forbidden bool) {
			t.Helper()
			_, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, "/a")})
			if errors.Is(err, polite.ErrRobots) != forbidden || err != nil && !forbidden {
				t.Errorf("%s: %v", what, err)
			}
			if n := hits(); n != wantHits {
				t.Errorf("%s: robots.txt was read %d times, want %d", what, n, wantHits)
			}
		}
		no := crawltest.Page{Body: "User-agent: *\nDisallow: /a"}
		rules(no)
		step("first", 1, true)
		rules(crawltest.Page{})
		step("cached", 1, true)
		time.Sleep(23 * time.Hour)
		step("still cached", 1, true)
		door = bubble(t, web, o)
		step("after a restart", 1, true)
		time.Sleep(time.Hour)
		step("a day later", 2, false)
		rules(no)
		time.Sleep(24 * time.Hour)
		rules(crawltest.Page{Status: 500})
		step("in trouble the old copy stands", 3, false)
		step("and the file is not asked for again at once", 3, false)
		time.Sleep(5 * time.Minute)
		step("but soon", 4, false)
		door = bubble(t, web, o)
		step("also after a restart", 5, false)
		time.Sleep(30 * 24 * time.Hour)
		step("as long as it takes", 6, false)
		rules(crawltest.Page{})
		time.Sleep(10 * time.Minute)
		step("trouble over", 7, false)
		if len(kept) != 1 {
			t.Errorf("%d records", len(kept))
		}
		for origin := range kept {
			kept[origin] = []byte(`{"fetched":`)
		}
		door = bubble(t, web, o)
		step("a damaged record is no record", 8, false)
		kept["http://127.1.0.1:80"] = fmt.Appendf(nil, `{"fetched":%q,"status":404}`, time.Now().Add(100*time.Hour).Format(time.RFC3339))
		door = bubble(t, web, o)
		step("nor is one from the future", 9, false)
	})
}

// TestRobotsLost: a file that was never read forbids everything for thirty days of
// trying, over restarts; after that it counts as absent (RFC 9309 section 2.3.1.4).
func TestRobotsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := crawltest.Offline(t)
		web.Set(site, "*", crawltest.Page{})
		web.Set(site, "/robots.txt", crawltest.Page{Status: 500})
		kept := make(map[string][]byte)
		o := polite.Options{
			LoadRobots: func(_ context.Context, origin string) ([]byte, error) { return kept[origin], nil },
			SaveRobots: func(_ context.Context, origin string, record []byte) error {
				kept[origin] = record
				return nil
			},
		}
		ask := func() error {
			_, err := bubble(t, web, o).Get(t.Context(), polite.Request{URL: web.URL(site, "/a")})
			return err
		}
		for day := range 31 {
			if err := ask(); !errors.Is(err, polite.ErrRobots) {
				t.Fatalf("day %d: %v", day, err)
			}
			time.Sleep(24 * time.Hour)
		}
		if err := ask(); err != nil {
			t.Errorf("after a month: %v", err)
		}
		web.Set(site, "/robots.txt", crawltest.Page{Body: "User-agent: *\nDisallow: /"})
		if err := ask(); !errors.Is(err, polite.ErrRobots) || !strings.Contains(err.Error(), "line 2") {
			t.Errorf("when it is there again: %v", err)
		}
		web.Set(site, "/robots.txt", crawltest.Page{Status: 500})
		time.Sleep(24 * time.Hour)
		door := bubble(t, web, o)
		before := len(web.Log(site))
		for range 24 * 12 {
			_, _ = door.Get(t.Context(), polite.Request{URL: web.URL(site, "/a")})
			time.Sleep(5 * time.Minute)
		}
		// 0, 5, 15, 35, 75, 155, 315 minutes, and then every six hours
		if n := len(web.Log(site)) - before; n != 10 {
			t.Errorf("a file that cannot be read was asked for %d times in a day", n)
		}
	})
}

// TestRobotsOnce: many requests at once ask for the file once, each origin has
// its own, and who gives up does not spoil it for the others.
func TestRobotsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := crawltest.Offline(t)
		ask := make(chan struct{})
		web.Handle(site, "/robots.txt", func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-ask:
			case <-r.Context().Done():
			}
		})
		web.Set(site, "/a", crawltest.Page{})
		door := bubble(t, web, polite.Options{})
		leader, stop := context.WithCancel(t.Context())
		var errs [5]error
		var all sync.WaitGroup
		for i := range errs {
			ctx := t.Context()
			if i == 0 {
				ctx = leader
			}
			all.Go(func() { _, errs[i] = door.Get(ctx, polite.Request{URL: web.URL(site, "/a")}) })
			synctest.Wait()
		}
		start := time.Now()
		stop()
		synctest.Wait()
		if !errors.Is(errs[0], context.Canceled) || time.Since(start) != 0 {
			t.Errorf("the one that was told to stop: %v after %v", errs[0], time.Since(start))
		}
		close(ask)
		all.Wait()
		if err := errors.Join(errs[1:]...); err != nil {
			t.Error(err)
		}
		if got := web.Paths(site); len(got) != 6 || !strings.HasSuffix(got[1], "/robots.txt") || slices.Index(got[2:], "200 /a") != 0 {
			t.Errorf("requests %q", got)
		}
	})
}

// TestRobotsUnreachable: where nobody answers, the words are those of the
// network.
func TestRobotsUnreachable(t *testing.T) {
	door := polite.New(polite.Options{})
	refused := errors.New("connection refused")
	door.SetDial(func(context.Context, string, string) (net.Conn, error) { return nil, refused })
	_, err := door.Get(t.Context(), polite.Request{URL: "http://1.1.1.1/"})
	if !errors.Is(err, polite.ErrRobots) || !errors.Is(err, refused) {
		t.Error(err)
	}
}
