package polite_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"testing"
	"time"

	"vigie/crawl/crawltest"
	"vigie/crawl/polite"
)

// TestWithAnswers: what is at hand is not asked for again, unless on condition, and
// what may be kept of it depends on what it is wanted for.
func TestWithAnswers(t *testing.T) {
	const site = "hand.test"
	web := crawltest.New(t)
	web.Set(site, "/old", crawltest.Page{Status: http.StatusMovedPermanently, Location: "http://hand.test/feed.xml"})
	web.Set(site, "/feed.xml", crawltest.Page{Body: "<rss/>", Header: map[string]string{"X-Robots-Tag": "noindex"}})
	door := polite.New(polite.Options{Allow: web.Allow(), FeedPause: time.Millisecond, PagePause: time.Millisecond})
	first, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, "/old"), Want: polite.Any})
	if err != nil || !first.Permanent || !first.Capture.Reserved {
		t.Fatalf("%+v, %v", first, err)
	}
	ctx := polite.WithAnswers(t.Context(), []polite.Answer{first})
	asked := len(web.Log(site))
	again, err := door.Get(ctx, polite.Request{URL: web.URL(site, "/old"), Want: polite.Page, Source: "S1"})
	if c := again.Capture; err != nil || !again.Permanent || len(c.Hops) != 1 || c.Source != "S1" || c.ID == first.Capture.ID || !c.Reserved || again.ETag != first.ETag {
		t.Errorf("as it was asked: %+v, %v", again, err)
	}
	there, err := door.Get(ctx, polite.Request{URL: web.URL(site, "/feed.xml"), Want: polite.Feed})
	if c := there.Capture; err != nil || there.Permanent || len(c.Hops) != 0 || c.URL != c.Final || c.Reserved || string(c.Body) != "<rss/>" {
		t.Errorf("where it answered: %+v, %v", there, err)
	}
	if log := web.Log(site); len(log) != asked {
		t.Errorf("asked again: %q", web.Paths(site)[asked:])
	}
	if got, err := door.Get(ctx, polite.Request{URL: web.URL(site, "/feed.xml"), ETag: first.ETag}); err != nil || !got.NotModified {
		t.Errorf("on condition: %+v, %v", got, err)
	}
	if _, err := door.Get(ctx, polite.Request{URL: web.URL(site, "/other")}); err == nil || !slices.Contains(web.Paths(site), "404 /other") {
		t.Errorf("what is not at hand: %v", err)
	}
}

// TestUnsafeHop: what a hop in the clear says of the address of a source that is read
// by https does not count.
func TestUnsafeHop(t *testing.T) {
	var plain, safe *httptest.Server
	plain = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/end" {
			return
		}
		http.Redirect(w, r, safe.URL+"/end", http.StatusMovedPermanently)
	}))
	defer plain.Close()
	safe = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/through":
			http.Redirect(w, r, plain.URL+"/back", http.StatusMovedPermanently)
		case "/down":
			http.Redirect(w, r, plain.URL+"/end", http.StatusMovedPermanently)
		case "/along":
			http.Redirect(w, r, "/end", http.StatusMovedPermanently)
		}
	}))
	defer safe.Close()
	door := polite.New(polite.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, FeedPause: time.Millisecond})
	door.SetRoots(safe.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs)
	for address, want := range map[string]bool{safe.URL + "/through": false, safe.URL + "/down": true, safe.URL + "/along": true, plain.URL + "/up": true} {
		if got, err := door.Get(t.Context(), polite.Request{URL: address}); err != nil || got.Permanent != want {
			t.Errorf("%s: permanent %v, %v", address, got.Permanent, err)
		}
	}
}
