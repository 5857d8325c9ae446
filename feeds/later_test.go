package feeds_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/crawltest"
	"vigie/crawl/polite"
)

// change serves another feed, with a validator of its own.
func (d *desk) change(feed string) {
	d.web.Set("bulletin.test", "/feed.xml", crawltest.Page{Body: feed})
}

// serveMany serves a feed of n short items with their pages.
func (d *desk) serveMany(n int) {
	var items []string
	for i := range n {
		items = append(items, entry(strconv.Itoa(i), fmt.Sprintf("Item %d", i), fmt.Sprintf("http://bulletin.test/%d", i), "Extract."))
		d.web.Set("bulletin.test", fmt.Sprintf("/%d", i), crawltest.Page{Body: page(fmt.Sprintf("p%d", i))})
	}
	d.serve(feedOf(items...))
}

// asked reads once more, and returns what was asked for.
func (d *desk) asked() (vigie.Reading, []string) {
	d.t.Helper()
	before := len(paths(d))
	r := d.read()
	return r, slices.DeleteFunc(paths(d)[before:], func(p string) bool { return strings.HasSuffix(p, "tdmrep.json") })
}

// TestManyPages fetches thirty pages of one feed at once, and the rest at the next
// readings, for which the feed is not sent again.
func TestManyPages(t *testing.T) {
	d := newDesk(t)
	d.serveMany(65)
	first, asked := d.asked()
	if len(first.Findings) != 65 || len(asked) != 1+30 || !first.Left || !strings.Contains(strings.Join(first.Faults, "\n"), "35 pages were left") {
		t.Errorf("%d findings, %d requests, left %v, faults %q", len(first.Findings), len(asked), first.Left, first.Faults)
	}
	for i, want := range []int{30, 5} {
		d.now = d.now.Add(time.Hour)
		r, asked := d.asked()
		if len(r.Findings) != want || len(asked) != 1+want || asked[0] != "304 /feed.xml" || r.NotModified || r.Left != (i == 0) || d.visit.ETag == "" {
			t.Errorf("reading %d: %d findings, requests %q, same %v, left %v", i+2, len(r.Findings), asked, r.NotModified, r.Left)
		}
		for _, f := range r.Findings {
			if len(vigie.PlainText(f.Document.Body)) < len(long) || f.Document.Title != "Item "+f.GUID || f.Digest == "" || f.Document.Publisher != "Bulletin" {
				t.Errorf("item %s is %+v", f.GUID, f.Document)
			}
		}
	}
	d.now = d.now.Add(time.Hour)
	if last, asked := d.asked(); !last.NotModified || len(asked) != 1 || len(last.Visit.Skipped) != 0 || len(last.Visit.Faults) != 0 {
		t.Errorf("last reading: %d findings, requests %q, faults %q", len(last.Findings), asked, last.Visit.Faults)
	}
	d.change(feedOf(entry("0", "Item 0", "http://bulletin.test/0", "Extract."), entry("64", "Item 64", "http://bulletin.test/64", "Extract.")))
	if r, asked := d.asked(); len(r.Findings) != 0 || r.Unchanged != 2 || len(asked) != 1 {
		t.Errorf("the feed changed: %d findings, requests %q", len(r.Findings), asked)
	}
}

// TestManyPagesUnkept: where nothing was kept, the feed is asked for again for the sake
// of what was left.
func TestManyPagesUnkept(t *testing.T) {
	for name, forget := range map[string]func(*desk){
		"nobody keeps": func(d *desk) { d.reader.Kept = nil },
		"it is gone":   func(d *desk) { clear(d.kept) },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.serveMany(35)
			if name == "nobody keeps" {
				forget(d)
			}
			d.read()
			forget(d)
			texts := 0
			for range 2 {
				d.now = d.now.Add(time.Hour)
				for _, f := range d.read().Findings {
					if f.Capture.URL != d.source.URL {
						texts++
					}
				}
			}
			if texts != 5 || d.visit.ETag == "" {
				t.Errorf("%d pages were read, validator %q", texts, d.visit.ETag)
			}
		})
	}
}

// TestPageComesLater: what stood in the way of a page is over at the next try.
func TestPageComesLater(t *testing.T) {
	reset := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	cut := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Length", "100000")
		_, _ = w.Write([]byte(page("one")))
	}
	answer := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
	}
	for name, tc := range map[string]struct {
		handler http.HandlerFunc
		link    string
		tries   int // 0 where the refusal is for good
	}{
		"reset":                {reset, "", 1},
		"cut off":              {cut, "", 1},
		"fault of the server":  {answer(500), "", 1},
		"slow":                 {answer(408), "", 1},
		"too early":            {answer(425), "", 1},
		"no such name":         {nil, "http://nowhere.invalid/one", 1},
		"refused":              {nil, "http://127.0.0.1:9/one", 1},
		"nothing there":        {answer(404), "", 0},
		"not for us":           {answer(403), "", 0},
		"an address of no one": {nil, "http://10.0.0.1/one", 0},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			link := "http://bulletin.test/one"
			if tc.link != "" {
				link = tc.link
			} else {
				d.web.Handle("bulletin.test", "/one", tc.handler)
			}
			d.serve(feedOf(entry("1", "One", link, "An extract.")))
			f := d.read().Findings[0]
			kept := d.visit.Skipped
			if tc.tries == 0 {
				if f.Digest == "" || len(kept) != 0 {
					t.Errorf("it is asked for again: %+v", kept)
				}
				return
			}
			if f.Digest != "" || len(kept) != 1 {
				t.Fatalf("digest %q, it is asked for again: %+v; faults %q", f.Digest, kept, d.visit.Faults)
			}
			for _, a := range kept {
				if a.Tries != tc.tries || !a.Next.Equal(d.now.Add(6*time.Hour)) || a.Why == "" {
					t.Errorf("it is asked for again: %+v", a)
				}
			}
			if tc.link != "" {
				return
			}
			d.web.Set("bulletin.test", "/one", crawltest.Page{Body: page("one")})
			d.now = d.now.Add(5 * time.Hour)
			if r, asked := d.asked(); !r.NotModified || len(asked) != 1 {
				t.Errorf("too early it asked %q", asked)
			}
			d.now = d.now.Add(time.Hour)
			r, asked := d.asked()
			if len(r.Findings) != 1 || len(asked) != 2 || asked[0] != "304 /feed.xml" || r.Findings[0].Digest == "" || len(vigie.PlainText(r.Findings[0].Document.Body)) < len(long) {
				t.Errorf("later: %d findings, requests %q", len(r.Findings), asked)
			}
			if len(d.visit.Skipped) != 0 || len(d.visit.Faults) != 0 {
				t.Errorf("it remembers %+v and says %q", d.visit.Skipped, d.visit.Faults)
			}
		})
	}
}

// TestPageIsGivenUp: a page that cannot be read is asked for six times, also while the
// feed changes, and again when the item does. None of that is news.
func TestPageIsGivenUp(t *testing.T) {
	d := newDesk(t)
	d.web.Set("bulletin.test", "/one", crawltest.Page{Status: http.StatusInternalServerError})
	one := entry("1", "One", "http://bulletin.test/one", "An extract.")
	d.serve(feedOf(one))
	d.read()
	tries := 1
	for hour := range 24 * 30 {
		d.now = d.now.Add(time.Hour)
		if hour%5 == 0 {
			d.change(feedOf(one) + strings.Repeat("<!-- -->", hour))
		}
		if hour%5 > 1 {
			continue
		}
		r, asked := d.asked()
		tries += len(asked) - 1
		if len(r.Findings) != 0 {
			t.Fatalf("after %d hours: found %q", hour, guids(r))
		}
	}
	if tries != 6 {
		t.Errorf("it was asked for %d times", tries)
	}
	d.web.Set("bulletin.test", "/one", crawltest.Page{Body: page("one")})
	d.change(feedOf(entry("1", "One", "http://bulletin.test/one", "Another extract.")))
	if r, asked := d.asked(); len(r.Findings) != 1 || len(asked) != 2 || len(vigie.PlainText(r.Findings[0].Document.Body)) < len(long) {
		t.Errorf("changed: requests %q", asked)
	}
}

// TestPagesBeyondTheShare: when we have had our share of a host today, nothing is wrong
// with its pages: they are asked for tomorrow.
func TestPagesBeyondTheShare(t *testing.T) {
	d := newDesk(t)
	door := polite.New(polite.Options{
		Version: "0.1.0", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, PagePause: 1, FeedPause: 1,
		DailyBytes: 1500, Now: func() time.Time { return d.now },
	})
	t.Cleanup(door.CloseIdleConnections)
	d.reader.Web = door
	d.serveMany(10)
	r, asked := d.asked()
	if len(r.Findings) != 10 || len(asked) > 8 || len(d.visit.Skipped) < 3 {
		t.Fatalf("%d findings, requests %q, faults %q", len(r.Findings), asked, r.Faults)
	}
	for _, a := range d.visit.Skipped {
		if a.Tries != 0 || a.Next.Day() != d.now.Day()+1 {
			t.Errorf("it is asked for again: %+v", a)
		}
	}
}
