package polite_test

import (
	"context"
	"errors"
	"io"
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

// ledger keeps what a transport wants to be kept, in memory.
type ledger struct {
	mu      sync.Mutex
	hosts   map[string][]byte
	fetches []vigie.Fetch
	loads   int
}

func (l *ledger) options(o polite.Options) polite.Options {
	o.LoadHost = func(_ context.Context, host string) ([]byte, error) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.loads++
		return l.hosts[host], nil
	}
	o.SaveHost = func(_ context.Context, host string, record []byte) error {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.hosts == nil {
			l.hosts = map[string][]byte{}
		}
		l.hosts[host] = record
		return nil
	}
	o.Record = func(f vigie.Fetch) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.fetches = append(l.fetches, f)
	}
	return o
}

// TestRestartKeepsWish: who asked for time gets it, whatever happens to us.
func TestRestartKeepsWish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := crawltest.Offline(t)
		web.Set(site, "/", crawltest.Page{Status: 429, Header: map[string]string{"Retry-After": "604800"}})
		var kept ledger
		start := time.Now()
		if get(t, bubble(t, web, kept.options(polite.Options{})), web.URL(site, "/")) == nil {
			t.Fatal("no wish to wait")
		}
		n := len(web.Log(""))
		web.Set(site, "/", crawltest.Page{})
		for range 7 {
			door := bubble(t, web, kept.options(polite.Options{}))
			retry := get(t, door, web.URL(site, "/other"))
			if retry == nil || retry.Status != 429 || !retry.Until.Equal(start.Add(7*24*time.Hour)) {
				t.Fatalf("%v after the start: %v", time.Since(start), retry)
			}
			time.Sleep(24*time.Hour - time.Nanosecond)
		}
		if len(web.Log("")) != n {
			t.Error("the host was asked meanwhile")
		}
		time.Sleep(7 * time.Nanosecond)
		if retry := get(t, bubble(t, web, kept.options(polite.Options{})), web.URL(site, "/")); retry != nil {
			t.Errorf("after the week: %v", retry)
		}
	})
}

// TestWeekOfRefusals asks a host every ten minutes that refuses for a week and names
// no time; the program is started anew each day.
func TestWeekOfRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := crawltest.Offline(t)
		web.Set(site, "/", crawltest.Page{Status: 429})
		web.Set("gazette.test", "/", crawltest.Page{})
		var kept ledger
		start := time.Now()
		week := start.Add(7 * 24 * time.Hour)
		var door *polite.Transport
		for i := 0; time.Now().Before(week); i++ {
			if i%144 == 0 {
				door = bubble(t, web, kept.options(polite.Options{}))
			}
			if get(t, door, web.URL(site, "/")) == nil {
				t.Fatal("no wish to wait")
			}
			if err := get(t, door, web.URL("gazette.test", "/")); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Minute)
		}
		var hours []int
		for _, r := range web.Log(site) {
			if r.Path == "/" {
				hours = append(hours, int(r.At.Sub(start).Round(time.Hour)/time.Hour))
			}
		}
		if want := []int{0, 1, 3, 7, 15, 31, 55, 79, 103, 127, 151}; !slices.Equal(hours, want) {
			t.Errorf("asked at the hours %v, want %v", hours, want)
		}
		// One answer, and the next trouble begins small again.
		web.Set(site, "/", crawltest.Page{})
		time.Sleep(24 * time.Hour)
		if err := get(t, door, web.URL(site, "/")); err != nil {
			t.Fatal(err)
		}
		web.Set(site, "/", crawltest.Page{Status: 503})
		if retry := get(t, door, web.URL(site, "/")); retry == nil || time.Until(retry.Until).Round(time.Minute) != time.Hour {
			t.Errorf("after an answer: %v", retry)
		}
	})
}

// TestRestartKeepsPause: a restart is no reason to hurry.
func TestRestartKeepsPause(t *testing.T) {
	for _, c := range []struct {
		robots string
		want   time.Duration
	}{{"", 5 * time.Second}, {"User-agent: *\nCrawl-delay: 40", 40 * time.Second}} {
		synctest.Test(t, func(t *testing.T) {
			web := crawltest.Offline(t)
			web.Set(site, "/robots.txt", crawltest.Page{Body: c.robots})
			web.Set(site, "/a", crawltest.Page{})
			var kept ledger
			start := time.Now()
			for range 3 {
				door := bubble(t, web, kept.options(polite.Options{}))
				if _, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, "/a"), Want: polite.Page}); err != nil {
					t.Fatal(err)
				}
			}
			if took := time.Since(start); took != 2*c.want {
				t.Errorf("three pages over two restarts took %v, want %v", took, 2*c.want)
			}
		})
	}
}

// TestDailyBytes: a host gives so much a day, over a restart too, and the next day
// begins at midnight in UTC.
func TestDailyBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := crawltest.Offline(t)
		web.Set(site, "/", crawltest.Page{Body: string(random(40_000))})
		web.Set("gazette.test", "/", crawltest.Page{})
		var kept ledger
		o := kept.options(polite.Options{DailyBytes: 70_000})
		door := bubble(t, web, o)
		ask := func(at string) error {
			_, err := door.Get(t.Context(), polite.Request{URL: web.URL(at, "/")})
			return err
		}
		for i := range 3 {
			if err := ask(site); err != nil {
				t.Errorf("request %d: %v", i, err)
			}
		}
		n := len(web.Log(""))
		for range 2 {
			var budget *polite.BudgetError
			if err := ask(site); !errors.As(err, &budget) || budget.Until != time.Now().UTC().Truncate(24*time.Hour).Add(24*time.Hour) || !strings.Contains(err.Error(), "70000 bytes") {
				t.Errorf("over the budget: %v", err)
			}
			door = bubble(t, web, o)
		}
		if len(web.Log("")) != n {
			t.Error("the host was asked all the same")
		}
		if err := ask("gazette.test"); err != nil {
			t.Errorf("another host: %v", err)
		}
		time.Sleep(time.Until(time.Now().Truncate(24 * time.Hour).Add(24 * time.Hour)))
		if err := ask(site); err != nil {
			t.Errorf("the next day: %v", err)
		}
		door = bubble(t, web, kept.options(polite.Options{DailyBytes: -1}))
		for range 5 {
			if err := ask(site); err != nil {
				t.Errorf("without a budget: %v", err)
			}
		}
	})
}

// TestChallenge: a check that programs must fail is a reason to rest, not to try on.
func TestChallenge(t *testing.T) {
	for _, c := range []struct {
		name string
		page crawltest.Page
		rest bool
	}{
		{"named", crawltest.Page{Status: 403, Header: map[string]string{"Cf-Mitigated": "challenge"}}, true},
		{"named with another status", crawltest.Page{Status: 202, Header: map[string]string{"X-Amzn-Waf-Action": "challenge"}}, true},
		{"by its page", crawltest.Page{Status: 403, Body: "<html><script src='/cdn-cgi/challenge-platform/h/g'></script>"}, true},
		{"by its header", crawltest.Page{Status: 403, Header: map[string]string{"X-Datadome": "protected"}}, true},
		{"the header of a good answer", crawltest.Page{Header: map[string]string{"X-Datadome": "protected"}}, false},
		{"a plain no", crawltest.Page{Status: 403, Body: "Forbidden"}, false},
		{"words of a good answer", crawltest.Page{Body: "window._cf_chl_opt explained"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				web := crawltest.Offline(t)
				web.Set(site, "/", c.page)
				web.Set(site, "/other", crawltest.Page{})
				var kept ledger
				o := kept.options(polite.Options{})
				_, err := bubble(t, web, o).Get(t.Context(), polite.Request{URL: web.URL(site, "/")})
				if errors.Is(err, polite.ErrChallenge) != c.rest || c.rest && !strings.Contains(err.Error(), "only a browser") {
					t.Errorf("the answer: %v", err)
				}
				_, err = bubble(t, web, o).Get(t.Context(), polite.Request{URL: web.URL(site, "/other")})
				var retry *polite.RetryError
				if errors.As(err, &retry) != c.rest || c.rest && (!retry.Challenge || time.Until(retry.Until).Round(time.Minute) != time.Hour) {
					t.Errorf("another page after a restart: %v", err)
				}
			})
		})
	}
}

// TestForbiddenBody: looking at an answer 403 takes nothing away from it.
func TestForbiddenBody(t *testing.T) {
	web := crawltest.New(t)
	long := string(random(50_000))
	web.Set(site, "/", crawltest.Page{Status: 403, Body: long})
	client := http.Client{Transport: wire(web)}
	resp, err := client.Get(web.URL(site, "/"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if b, err := io.ReadAll(resp.Body); err != nil || string(b) != long || resp.StatusCode != http.StatusForbidden {
		t.Errorf("status %d, %d bytes of %d, %v", resp.StatusCode, len(b), len(long), err)
	}
}

// TestHostRecords: what is kept may be damaged, absurd or missing.
func TestHostRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := crawltest.Offline(t)
		web.Set(site, "/", crawltest.Page{})
		name := strings.TrimPrefix(web.URL(site, ""), "http://")
		var kept ledger
		o := kept.options(polite.Options{})
		for _, record := range []string{"", "{", "[]", `{"refusals":-5,"bytes":-7}`, `{"ended":"2199-01-01T00:00:00Z"}`, strings.Repeat(" ", 5000)} {
			kept.hosts = map[string][]byte{name: []byte(record)}
			if err := get(t, bubble(t, web, o), web.URL(site, "/")); err != nil {
				t.Errorf("%.50q: %v", record, err)
			}
		}
		kept.hosts = map[string][]byte{name: []byte(`{"until":"2999-01-01T00:00:00Z","status":503}`)}
		if retry := get(t, bubble(t, web, o), web.URL(site, "/")); retry == nil || time.Until(retry.Until) != 366*24*time.Hour {
			t.Errorf("until the year 2999: %v", retry)
		}
		door := bubble(t, web, o)
		kept.hosts, kept.loads = nil, 0
		for range 3 {
			if err := get(t, door, web.URL(site, "/")); err != nil {
				t.Error(err)
			}
		}
		if kept.loads != 1 {
			t.Errorf("the record was asked for %d times", kept.loads)
		}
	})
}
