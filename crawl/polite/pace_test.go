package polite_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vigie/crawl/crawltest"
	"vigie/crawl/polite"
)

// starts returns when the requests of a site but those for robots.txt arrived,
// in whole seconds since start.
func starts(web *crawltest.Web, site string, start time.Time) (out []int) {
	for _, r := range web.Log(site) {
		if r.Path != "/robots.txt" {
			out = append(out, int(r.At.Sub(start)/time.Second))
		}
	}
	return out
}

func TestPauses(t *testing.T) {
	for _, c := range []struct {
		name, robots string
		want         polite.Want
		options      polite.Options
		starts       []int
	}{
		{"feeds", "", polite.Feed, polite.Options{}, []int{0, 3, 6, 9}},
		{"pages", "", polite.Page, polite.Options{}, []int{0, 7, 14, 21}},
		{"files", "", polite.File, polite.Options{}, []int{0, 7, 14, 21}},
		{"as wished", "", polite.Page, polite.Options{PagePause: 8 * time.Second}, []int{0, 10, 20, 30}},
		{"Crawl-delay", "User-agent: vigie\nCrawl-delay: 18", polite.Page, polite.Options{}, []int{0, 20, 40, 60}},
		{"short Crawl-delay", "User-agent: *\nCrawl-delay: 0.5", polite.Page, polite.Options{}, []int{0, 7, 14, 21}},
		{"endless Crawl-delay", "User-agent: *\nCrawl-delay: 86400", polite.Page, polite.Options{}, []int{0, 62, 124, 186}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				web := crawltest.Offline(t)
				var mu sync.Mutex
				busy, most := 0, 0
				web.Set(site, "/robots.txt", crawltest.Page{Body: c.robots})
				web.Handle(site, "*", func(http.ResponseWriter, *http.Request) {
					mu.Lock()
					busy++
					most = max(most, busy)
					mu.Unlock()
					time.Sleep(2 * time.Second) // the answer takes its time
					mu.Lock()
					busy--
					mu.Unlock()
				})
				web.Set("gazette.test", "/a", crawltest.Page{})
				door := bubble(t, web, c.options)
				start := time.Now()
				var all sync.WaitGroup
				for i := range 4 {
					all.Go(func() {
						if _, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, fmt.Sprint("/", i)), Want: c.want}); err != nil {
							t.Error(err)
						}
					})
				}
				synctest.Wait()
				if _, err := door.Get(t.Context(), polite.Request{URL: web.URL("gazette.test", "/a"), Want: c.want}); err != nil || time.Since(start) != 0 {
					t.Errorf("another host had to wait %v (%v)", time.Since(start), err)
				}
				all.Wait()
				if got := starts(web, site, start); !slices.Equal(got, c.starts) {
					t.Errorf("requests at %v s, want %v", got, c.starts)
				}
				if most != 1 {
					t.Errorf("%d requests at the same time", most)
				}
			})
		})
	}
}

func TestCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := crawltest.Offline(t)
		web.Handle(site, "/a", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		web.Set(site, "/b", crawltest.Page{})
		door := bubble(t, web, polite.Options{})
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if _, err := door.Get(ctx, polite.Request{URL: web.URL(site, "/a")}); !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		start := time.Now()
		cancel()
		all.Wait()
		if took := time.Since(start); took != 0 {
			t.Errorf("the end took %v", took)
		}
		if n := door.Stats().Refused["canceled"]; n != 20 {
			t.Errorf("refused %v", door.Stats().Refused)
		}
		if _, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, "/b")}); err != nil {
			t.Error(err)
		}
	})
}

func TestRetryAfterHost(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		wish   func(now time.Time) string
		wait   time.Duration
	}{
		{"seconds", 429, func(time.Time) string { return "7200" }, 2 * time.Hour},
		{"date", 503, func(now time.Time) string { return now.Add(72 * time.Hour).UTC().Format(http.TimeFormat) }, 72 * time.Hour},
		{"nothing", 503, func(time.Time) string { return "" }, time.Hour},
		{"garbage", 429, func(time.Time) string { return "soon" }, time.Hour},
		{"at once", 429, func(time.Time) string { return "0" }, time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				web := crawltest.Offline(t)
				web.Set(site, "/busy", crawltest.Page{Status: c.status, Header: map[string]string{"Retry-After": c.wish(time.Now())}})
				web.Set(site, "/other", crawltest.Page{})
				web.Set("gazette.test", "/a", crawltest.Page{})
				door := bubble(t, web, polite.Options{})
				start := time.Now()
				first := get(t, door, web.URL(site, "/busy"))
				if first == nil || first.Status != c.status || !first.Until.Equal(start.Add(c.wait)) {
					t.Fatalf("first answer %v", first)
				}
				n := len(web.Log(""))
				if again := get(t, door, web.URL(site, "/other")); again == nil || *again != *first || time.Since(start) != 0 {
					t.Errorf("another page of the host: %v after %v", again, time.Since(start))
				}
				if len(web.Log("")) != n {
					t.Error("the host was asked although it wants to be left alone")
				}
				if err := get(t, door, web.URL("gazette.test", "/a")); err != nil {
					t.Errorf("another host: %v", err)
				}
				time.Sleep(c.wait - time.Nanosecond)
				if get(t, door, web.URL(site, "/other")) == nil {
					t.Error("asked too early")
				}
				time.Sleep(time.Nanosecond)
				if err := get(t, door, web.URL(site, "/other")); err != nil {
					t.Errorf("after the wait: %v", err)
				}
			})
		})
	}
}

// get returns the wish to wait that a request ended with, nil for a success.
func get(t *testing.T, door *polite.Transport, url string) *polite.RetryError {
	t.Helper()
	_, err := door.Get(t.Context(), polite.Request{URL: url})
	var retry *polite.RetryError
	if err != nil && !errors.As(err, &retry) {
		t.Fatal(err)
	}
	return retry
}

func TestRetryAfterQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := crawltest.Offline(t)
		web.Set(site, "/", crawltest.Page{Status: 429})
		door := bubble(t, web, polite.Options{})
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				if get(t, door, web.URL(site, "/")) == nil {
					t.Error("no wish to wait")
				}
			})
		}
		all.Wait()
		if got := web.Paths(site); !slices.Equal(got, []string{"404 /robots.txt", "429 /"}) {
			t.Errorf("those that were waiting asked as well: %q", got)
		}
	})
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"":                                0,
		"120":                             2 * time.Minute,
		" 120 ":                           2 * time.Minute,
		"0":                               time.Minute,
		"-1":                              0,
		"1.5":                             0,
		"604800":                          7 * 24 * time.Hour,
		"999999999999":                    366 * 24 * time.Hour,
		"99999999999999999999999999999":   366 * 24 * time.Hour,
		"Tue, 03 Nov 2026 12:30:00 GMT":   30 * time.Minute,
		"Tuesday, 03-Nov-26 12:30:00 GMT": 30 * time.Minute,
		"Tue Nov  3 12:30:00 2026":        30 * time.Minute,
		"Tue, 03 Nov 2020 12:30:00 GMT":   time.Minute,
		"Thu, 01 Jan 2099 00:00:00 GMT":   366 * 24 * time.Hour,
		"tomorrow":                        0,
	} {
		until, said := polite.RetryAfter(value, now)
		if said != (want != 0) || said && until.Sub(now) != want {
			t.Errorf("%q: %v, %v; want %v", value, until.Sub(now), said, want)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"", "1", "-1", "1e9", "Tue, 03 Nov 2026 12:30:00 GMT", "\u0661\u0662"} {
		f.Add(s, int64(1_800_000_000))
	}
	f.Fuzz(func(t *testing.T, value string, unix int64) {
		now := time.Unix(unix%(1<<35), 0)
		until, said := polite.RetryAfter(value, now)
		if wait := until.Sub(now); said && (wait < time.Minute || wait > 366*24*time.Hour) {
			t.Errorf("%q at %v: %v", value, now, wait)
		}
	})
}

// TestMemory: a million hosts do not stay in memory.
func TestMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		door, _ := online(t, http.NotFoundHandler(), polite.Options{})
		door.SetDial(nil)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for i := range 20_000 {
			_, _ = door.Get(ctx, polite.Request{URL: fmt.Sprintf("http://1.1.%d.%d/", i>>8, i&255)})
		}
		if n := door.Hosts(); n > 4096 {
			t.Errorf("%d hosts are remembered", n)
		}
	})
}

// TestRobotsMemory: nor do their robots.txt files, and one that is forgotten is
// read again.
func TestRobotsMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hits := 0
		long := make([]byte, 100<<10)
		door, _ := online(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Host == "1.1.0.0" && r.URL.Path == "/robots.txt" {
				hits++
			}
			_, _ = w.Write(long)
		}), polite.Options{})
		for i := range 100 {
			_, err := door.Get(t.Context(), polite.Request{URL: fmt.Sprintf("http://1.1.%d.%d/", i>>8, i&255)})
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		if _, err := door.Get(t.Context(), polite.Request{URL: "http://1.1.0.0/"}); err != nil {
			t.Fatal(err)
		}
		if hits != 2 {
			t.Errorf("the first robots.txt was read %d times, want 2", hits)
		}
		if n := door.RobotsBytes(); n > 8<<20 || n == 0 {
			t.Errorf("%d bytes of robots.txt in memory", n)
		}
	})
}
