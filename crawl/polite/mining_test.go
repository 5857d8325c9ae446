package polite_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vigie/crawl/crawltest"
	"vigie/crawl/polite"
)

const tdmrep = "/.well-known/tdmrep.json"

// TestMining: what a site reserves for its paths counts where the answer itself says
// nothing of mining.
func TestMining(t *testing.T) {
	const rules = `[
{"location": "/free/*.pdf$", "tdm-reservation": 0},
{"location": "/free/text", "tdm-reservation": 1, "tdm-policy": "https://a.example/policy"},
{"location": "/free", "tdm-reservation": 0},
{"location": 5, "tdm-reservation": 1}, "nonsense", {"location": "free", "tdm-reservation": 1}, {"location": "/free", "tdm-reservation": 2},
{"location": "/%c3%a9t%C3%A9", "tdm-reservation": "1"},
{"location": "/shut", "tdm-reservation": 1}]`
	for _, c := range []struct {
		name     string
		file     crawltest.Page
		robots   string
		path     string
		page     crawltest.Page
		leave    bool // nothing is to be kept
		reserved bool
		asked    bool
	}{
		{name: "a path that is reserved", file: crawltest.Page{Body: rules}, path: "/shut/1.html", reserved: true, asked: true},
		{name: "a document that is reserved", file: crawltest.Page{Body: rules}, path: "/shut/1.pdf", page: crawltest.Page{Body: "%PDF-"}, reserved: true, asked: true},
		{name: "the first rule decides", file: crawltest.Page{Body: rules}, path: "/free/text/1.html", reserved: true, asked: true},
		{name: "and not a later one", file: crawltest.Page{Body: rules}, path: "/free/text/1.pdf", asked: true},
		{name: "a path that is not", file: crawltest.Page{Body: rules}, path: "/free/1.html", asked: true},
		{name: "no rule is about it", file: crawltest.Page{Body: rules}, path: "/else", asked: true},
		{name: "escapes", file: crawltest.Page{Body: rules}, path: "/%C3%A9t%C3%A9/1", reserved: true, asked: true},
		{name: "the header says otherwise", file: crawltest.Page{Body: rules}, path: "/shut/", page: crawltest.Page{Header: map[string]string{"Tdm-Reservation": "0"}}},
		{name: "so does the page", file: crawltest.Page{Body: rules}, path: "/shut/", page: crawltest.Page{Body: `<meta name="tdm-reservation" content="0">`}},
		{name: "it is reserved anyway", file: crawltest.Page{Body: rules}, path: "/free/", page: crawltest.Page{Header: map[string]string{"X-Robots-Tag": "noarchive"}}, reserved: true},
		{name: "nothing is to be kept", file: crawltest.Page{Body: rules}, path: "/shut/", leave: true},
		{name: "the page is gone", file: crawltest.Page{Body: rules}, path: "/shut/", page: crawltest.Page{Status: 404}},
		{name: "robots.txt forbids to ask", robots: "User-agent: *\nDisallow: /.well-known/", file: crawltest.Page{Body: rules}, path: "/shut/"},
		{name: "no file", file: crawltest.Page{Status: 404}, path: "/shut/", asked: true},
		{name: "a fault of the server", file: crawltest.Page{Status: 500}, path: "/shut/", asked: true},
		{name: "a check for browsers", file: crawltest.Page{Status: 403, Header: map[string]string{"Cf-Mitigated": "challenge"}}, path: "/shut/", asked: true},
		{name: "a page in its place", file: crawltest.Page{Body: "<html><p>Not found"}, path: "/shut/", asked: true},
		{name: "no list", file: crawltest.Page{Body: `{"location": "/", "tdm-reservation": 1}`}, path: "/shut/", asked: true},
		{name: "too long", file: crawltest.Page{Body: `[{"location": "/", "tdm-reservation": 1}` + strings.Repeat(" ", 600<<10) + "]"}, path: "/shut/", asked: true},
		{name: "round and round", file: crawltest.Page{Location: "http://" + site + tdmrep}, path: "/shut/", asked: true},
		{name: "elsewhere", file: crawltest.Page{Location: "http://gazette.test/tdm"}, path: "/shut/", reserved: true, asked: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			web := crawltest.New(t)
			web.Set(site, "/robots.txt", crawltest.Page{Body: c.robots})
			web.Set("gazette.test", "/tdm", crawltest.Page{Body: rules})
			web.Set(site, tdmrep, c.file)
			web.Set(site, c.path, c.page)
			door := polite.New(polite.Options{Allow: web.Allow(), PagePause: time.Millisecond})
			for range 3 {
				got, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, c.path), Want: polite.Item, Keep: !c.leave})
				if (err != nil) != (c.page.Status != 0) || got.Capture.Reserved != c.reserved {
					t.Errorf("%+v, reserved %v, error %v", got.Reservation, got.Capture.Reserved, err)
				}
			}
			asked := 0
			for _, r := range web.Log(site) {
				if r.Path == tdmrep {
					asked++
				}
			}
			if want := map[bool]int{true: 1}[c.asked]; asked != want && (asked == 0 || c.name != "round and round") {
				t.Errorf("it was asked for %d times", asked)
			}
		})
	}
}

// TestMiningOnceADay: over restarts, and with the pause of the host; while the file
// cannot be read, what it said holds on.
func TestMiningOnceADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := crawltest.Offline(t)
		web.Set(site, "/robots.txt", crawltest.Page{Body: "User-agent: *\nCrawl-delay: 20"})
		web.Set(site, tdmrep, crawltest.Page{Body: `[{"location": "/", "tdm-reservation": 1}]`})
		web.Set(site, "/a", crawltest.Page{})
		var kept ledger
		robots := map[string][]byte{}
		o := kept.options(polite.Options{})
		o.LoadRobots = func(_ context.Context, origin string) ([]byte, error) { return robots[origin], nil }
		o.SaveRobots = func(_ context.Context, origin string, record []byte) error {
			robots[origin] = record
			return nil
		}
		start := time.Now()
		for hour := range 72 {
			if hour == 30 {
				web.Set(site, tdmrep, crawltest.Page{Status: 500})
			}
			door := bubble(t, web, o)
			got, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, "/a"), Want: polite.Page, Keep: true})
			if err != nil || !got.Capture.Reserved {
				t.Fatalf("hour %d: reserved %v, error %v", hour, got.Capture.Reserved, err)
			}
			time.Sleep(time.Until(start.Add(time.Duration(hour+1) * time.Hour)))
		}
		var hours []int
		last := time.Time{}
		for _, r := range web.Log(site) {
			if r.Path == "/robots.txt" {
				continue
			}
			if r.Path == tdmrep {
				hours = append(hours, int(r.At.Sub(start)/time.Hour))
			}
			if gap := r.At.Sub(last); gap < 20*time.Second {
				t.Errorf("%s after %v", r.Path, gap)
			}
			last = r.At
		}
		if !slices.Equal(hours, []int{0, 25, 50}) {
			t.Errorf("it was asked for in the hours %v", hours)
		}
	})
}
