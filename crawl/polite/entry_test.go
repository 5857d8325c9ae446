package polite_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"vigie"
	"vigie/crawl/crawltest"
	"vigie/crawl/polite"
)

// TestEntryPoints takes every special spelling to everything that takes an address:
// refused, and no packet, counted by a listener and by the dialer.
func TestEntryPoints(t *testing.T) {
	port, count := counter(t)
	var dials atomic.Int64
	door := polite.New(polite.Options{})
	door.SetDial(func(_ context.Context, _, address string) (net.Conn, error) {
		dials.Add(1)
		return nil, fmt.Errorf("dialed %s", address)
	})
	client := http.Client{Transport: door}
	entries := map[string]func(address string) error{
		"Get": func(address string) error {
			_, err := door.Get(t.Context(), polite.Request{URL: address})
			return err
		},
		"Get with validators": func(address string) error {
			_, err := door.Get(t.Context(), polite.Request{URL: address, ETag: "a", ValidatorsOf: address, Want: polite.File})
			return err
		},
		"RoundTrip": func(address string) error {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
			if err != nil {
				return err
			}
			resp, err := client.Do(req)
			if err == nil {
				_ = resp.Body.Close()
			}
			return err
		},
		"Transport.CheckURL": func(address string) error {
			_, err := door.CheckURL(address)
			return err
		},
		// It decides about the spelling alone; what it lets through, the door must not.
		"CheckURL": func(address string) error {
			clean, err := polite.CheckURL(address)
			if err != nil {
				return err
			}
			_, err = door.Get(t.Context(), polite.Request{URL: clean})
			return err
		},
	}
	tried := 0
	for name, enter := range entries {
		for _, host := range spellings() {
			for _, address := range []string{"http://" + host + ":" + port + "/", "http://" + host + "/", "https://" + host + "/", "HTTP:\\\\" + host + "\\"} {
				tried++
				if enter(address) == nil {
					t.Errorf("%s: %q passed", name, address)
				}
			}
		}
	}
	if dials.Load() != 0 || count.Load() != 0 {
		t.Errorf("%d addresses were dialed, %d connections came", dials.Load(), count.Load())
	}
	t.Logf("%d ways in, %d spellings, %d tries", len(entries), len(spellings()), tried)
}

// TestRedirectSpellings: what is no address for a person is none for a server
// either, be it of a page or of its robots.txt.
func TestRedirectSpellings(t *testing.T) {
	for _, host := range spellings() {
		for _, robots := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				door, network := online(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if robots != (r.URL.Path == "/robots.txt") {
						http.NotFound(w, r)
						return
					}
					w.Header()["Location"] = []string{"http://" + host + "/x"}
					w.WriteHeader(http.StatusFound)
				}), polite.Options{})
				_, err := door.Get(t.Context(), polite.Request{URL: "http://1.1.1.1/"})
				if err == nil {
					t.Errorf("%q passed", host)
				}
				if slices.ContainsFunc(network.dialed, func(a string) bool { return a != "1.1.1.1:80" }) {
					t.Errorf("%q: dialed %q", host, network.dialed)
				}
			})
		}
	}
}

// TestRebinding: a name whose address changes between two questions, or that has
// two at once, leads nowhere but where it may.
func TestRebinding(t *testing.T) {
	port, count := counter(t)
	// 127.0.0.9 stands for a public address, and 127.0.0.8 for one where nobody is.
	public, err := net.Listen("tcp", "127.0.0.9:"+port)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.NotFoundHandler()}
	server.SetKeepAlivesEnabled(false) // each request asks for the name again
	go func() { _ = server.Serve(public) }()
	defer server.Close()
	for _, c := range []struct {
		name    string
		answers [][]string
		refused bool
	}{
		{"private", [][]string{{"127.0.0.1"}}, true},
		{"public first", [][]string{{"127.0.0.9"}, {"127.0.0.1"}}, true},
		{"public for long", [][]string{{"127.0.0.9"}, {"127.0.0.9"}, {"127.0.0.1"}}, true},
		{"both at once", [][]string{{"127.0.0.9"}, {"127.0.0.8", "127.0.0.1"}}, false},
		{"both the other way round", [][]string{{"127.0.0.9"}, {"127.0.0.1", "127.0.0.8"}}, false},
		{"metadata", [][]string{{"127.0.0.9"}, {"169.254.169.254"}}, true},
		{"none", [][]string{{"127.0.0.9"}, {}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			door := polite.New(polite.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.8/31")}, PagePause: 1, FeedPause: 1})
			door.SetResolver(crawltest.Resolver(t, c.answers...))
			var err error
			for range 3 {
				_, err = door.Get(t.Context(), polite.Request{URL: "http://rebind.example:" + port + "/"})
				if err == nil {
					t.Error("an answer")
				}
			}
			var status *polite.StatusError
			if errors.As(err, &status) || c.refused && (!errors.Is(err, polite.ErrAddress) || !errors.Is(err, vigie.ErrForbidden)) {
				t.Error(err)
			}
		})
	}
	if n := count.Load(); n != 0 {
		t.Errorf("%d connections to 127.0.0.1", n)
	}
	// The resolver does lead there where that is allowed.
	door := polite.New(polite.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	door.SetResolver(crawltest.Resolver(t, []string{"127.0.0.1"}))
	_, _ = door.Get(t.Context(), polite.Request{URL: "http://rebind.example:" + port + "/"})
	if count.Load() == 0 {
		t.Error("the listener counts nothing")
	}
}
