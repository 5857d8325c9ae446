package web_test

import (
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"vigie/index/store/storetest"
	"vigie/web"
)

// TestOrigin follows the way of a request back through proxies that are trusted, and
// no further.
func TestOrigin(t *testing.T) {
	s := server(t, web.Options{DB: storetest.Open(t), TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}})
	direct := server(t, web.Options{DB: storetest.Open(t)})
	for name, tc := range map[string]struct {
		peer, plain, full, want string
	}{
		"no proxy":                 {"203.0.113.9:4711", "", "", "203.0.113.9"},
		"a stranger's word":        {"203.0.113.9:4711", "198.51.100.1", "", "203.0.113.9"},
		"one proxy":                {"10.0.0.1:4711", "198.51.100.1", "", "198.51.100.1"},
		"two proxies":              {"10.0.0.1:4711", "198.51.100.1, 10.9.9.9", "", "198.51.100.1"},
		"made up before the asker": {"10.0.0.1:4711", "192.0.2.66, 10.2.2.2, 198.51.100.1", "", "198.51.100.1"},
		"no header":                {"10.0.0.1:4711", "", "", "10.0.0.1"},
		"proxies only":             {"10.0.0.1:4711", "10.1.1.1", "", "10.1.1.1"},
		"no address":               {"10.0.0.1:4711", "198.51.100.1, unknown", "", "10.0.0.1"},
		"with a port":              {"10.0.0.1:4711", "198.51.100.1:1234", "", "198.51.100.1"},
		"mapped":                   {"[::ffff:10.0.0.1]:4711", "::ffff:198.51.100.1", "", "198.51.100.1"},
		"IPv6 proxy":               {"[::1]:4711", "2001:db8::7", "", "2001:db8::7"},
		"Forwarded":                {"10.0.0.1:4711", "", `for=192.0.2.66, proto=https;For="[2001:db8::7]:99";by=10.0.0.2`, "2001:db8::7"},
		"Forwarded, hidden":        {"10.0.0.1:4711", "", "for=_hidden", "10.0.0.1"},
		"both":                     {"10.0.0.1:4711", "198.51.100.1", "for=192.0.2.66", "10.0.0.1"},
		"endless":                  {"10.0.0.1:4711", "198.51.100.1" + strings.Repeat(",10.3.3.3", 500), "", "10.3.3.3"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
		r.RemoteAddr = tc.peer
		if tc.plain != "" {
			r.Header.Set("X-Forwarded-For", tc.plain)
		}
		if tc.full != "" {
			r.Header.Set("Forwarded", tc.full)
		}
		if got := s.Origin(r); got.String() != tc.want {
			t.Errorf("%s: %s, not %s", name, got, tc.want)
		}
		if peer := netip.MustParseAddrPort(tc.peer).Addr().Unmap(); direct.Origin(r) != peer {
			t.Errorf("%s: a header is trusted although no proxy is", name)
		}
	}
}

// FuzzOrigin takes any header: what comes out is an address.
func FuzzOrigin(f *testing.F) {
	f.Add("198.51.100.1, 10.0.0.1", "")
	f.Add("", `for="[2001:db8::7]:99", for=_x`)
	s := server(f, web.Options{DB: storetest.Open(f), TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}})
	f.Fuzz(func(t *testing.T, plain, full string) {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
		r.RemoteAddr = "10.0.0.1:1"
		r.Header["X-Forwarded-For"], r.Header["Forwarded"] = []string{plain}, []string{full}
		if plain == "" {
			r.Header.Del("X-Forwarded-For")
		}
		if full == "" {
			r.Header.Del("Forwarded")
		}
		if got := s.Origin(r); !got.IsValid() || got.Zone() != "" {
			t.Errorf("%q", got)
		}
	})
}
