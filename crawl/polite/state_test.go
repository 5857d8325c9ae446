package polite_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"vigie"
	"vigie/crawl/crawltest"
	"vigie/crawl/polite"
)

// TestState: what is in force is told without asking anybody.
func TestState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := crawltest.Offline(t)
		web.Set(site, "/robots.txt", crawltest.Page{Body: "User-agent: *\nCrawl-delay: 90\nDisallow: /no"})
		web.Set(site, "/a", crawltest.Page{Body: string(random(5000))})
		web.Set(site, "/busy", crawltest.Page{Status: 429, Header: map[string]string{"Retry-After": "7200"}})
		var kept ledger
		door := bubble(t, web, kept.options(polite.Options{}))
		state := func(path string, w polite.Want) polite.State {
			t.Helper()
			n := len(web.Log(""))
			s, err := door.State(t.Context(), web.URL(site, path), w)
			if err != nil || len(web.Log("")) != n {
				t.Errorf("%v, %d requests", err, len(web.Log(""))-n)
			}
			return s
		}
		if s := state("/a", polite.Feed); s.Host == "" || !s.Last.IsZero() || !s.RobotsRead.IsZero() || s.Refusal != nil || s.Pause != time.Second || s.Daily != 200e6 {
			t.Errorf("before: %+v", s)
		}
		start := time.Now().UTC()
		if err := get(t, door, web.URL(site, "/a")); err != nil {
			t.Fatal(err)
		}
		s := state("/a", polite.Page)
		if !s.Last.Equal(start) || !s.RobotsRead.Equal(start) || s.Bytes == 0 || s.Pause != time.Minute || s.Delay != 90*time.Second || s.Robots != nil {
			t.Errorf("after one page: %+v", s)
		}
		if s := state("/no", polite.Page); !errors.Is(s.Robots, polite.ErrRobots) {
			t.Errorf("a page that robots.txt forbids: %+v", s)
		}
		_ = get(t, door, web.URL(site, "/busy"))
		var retry *polite.RetryError
		if s := state("/a", polite.Page); !errors.As(s.Refusal, &retry) || !retry.Until.Equal(time.Now().Add(2*time.Hour)) {
			t.Errorf("after a refusal: %+v", s)
		}
		if _, err := door.State(t.Context(), "ftp://x", polite.Page); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("no address: %v", err)
		}
	})
}
