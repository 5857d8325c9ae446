package polite_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"vigie"
	"vigie/crawl/polite"
)

// counter counts the connections to a free port of 127.0.0.1.
func counter(t *testing.T) (port string, count *atomic.Int64) {
	t.Helper()
	count = new(atomic.Int64)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ = net.SplitHostPort(l.Addr().String())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			count.Add(1)
			_ = c.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	return port, count
}

// spellings are hosts that must never be connected to.
func spellings() []string {
	return []string{
		"127.0.0.1", "127.0.0.2", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.254",
		"192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192", "192.0.2.1", "198.18.0.1",
		"198.51.100.7", "203.0.113.9", "192.88.99.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
		// other ways to write 127.0.0.1 and 0.0.0.0
		"2130706433", "017700000001", "0x7f000001", "0X7F000001", "127.1", "127.0.1", "0177.0.0.1", "0x7f.0.0.1", "0x7f.1",
		"127.0.0.01", "127.0.0.1.", "0", "0x0", "00", "0.0", "0x", "127.0.0.0x1", "4294967295", "1.2.3.4.5",
		"\uff11\uff12\uff17.0.0.1", "\u2460\u2461\u2466.\u24ea.\u24ea.\u2460", "127\u30020\u30020\u30021", "127\uff0e0\uff0e0\uff0e1",
		"%31%32%37.0.0.1", "127.0.0.1%00.example.org", "127.0.0.1\t", "127.0.0.1%2f",
		"[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:0001]",
		"[::127.0.0.1]", "[::7f00:1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2001::1]", "[fe80::1]",
		"[fe80::1%25lo]", "[::1%25lo]", "[fec0::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[2001:db8::1]", "[100::1]",
		"[5f00::1]", "[3fff::1]", "[::ffff:10.0.0.1]", "[::ffff:169.254.169.254]",
		"localhost", "LOCALHOST", "localhost.", "foo.localhost", "printer", "intranet.", "host.local", "HOST.LOCAL.",
		"metadata.google.internal", "abcdefghij.onion", "1.0.0.127.in-addr.arpa", "\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54",
		"localhost\uff0e", "0\uff0e", "127.0.0.1\u3002", "lo\u00adcalhost", "local\u200bhost", "xn--localhost-", "xn--", "xn--a.example.org", "a..example.org", "exa_mple..org",
		"user@127.0.0.1", "example.org@127.0.0.1", "example.org:80@127.0.0.1", "user:pass@example.org",
	}
}

func TestAddressRefused(t *testing.T) {
	hosts := spellings()
	if len(hosts) < 60 {
		t.Fatalf("only %d spellings", len(hosts))
	}
	port, count := counter(t)
	door := polite.New(polite.Options{})
	for _, host := range hosts {
		for _, address := range []string{"http://" + host + ":" + port + "/", "http://" + host + "/", "https://" + host + ":443/"} {
			_, err := door.Get(t.Context(), polite.Request{URL: address})
			if !errors.Is(err, polite.ErrAddress) && !errors.Is(err, vigie.ErrInvalid) {
				t.Errorf("%q: %v", address, err)
			}
		}
	}
	for _, address := range []string{
		"ftp://example.org/", "file:///etc/passwd", "gopher://127.0.0.1:70/", "javascript:alert(1)", "http:127.0.0.1", "//127.0.0.1/", "http:///x", "",
		"http://example.org/" + strings.Repeat("a", 2048), "http://example.org:0/", "http://example.org:99999/",
	} {
		if _, err := door.Get(t.Context(), polite.Request{URL: address}); !errors.Is(err, polite.ErrAddress) && !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("%.100q: %v", address, err)
		}
	}
	if n := count.Load(); n != 0 {
		t.Errorf("%d connections were made", n)
	}
	// The listener does count: the operator's exception reaches it.
	door = polite.New(polite.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}})
	if _, err := door.Get(t.Context(), polite.Request{URL: "http://127.0.0.1:" + port + "/"}); errors.Is(err, polite.ErrAddress) {
		t.Error(err)
	}
	if count.Load() == 0 {
		t.Error("an allowed address was not reached")
	}
}

func TestAddressWords(t *testing.T) {
	_, err := polite.New(polite.Options{}).Get(t.Context(), polite.Request{URL: "http://10.1.2.3/x"})
	for _, want := range []string{"http://10.1.2.3/x", "address 10.1.2.3 of host 10.1.2.3 is not public", "network.allow", "VIGIE_NETWORK_ALLOW"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: does not say %q", err, want)
		}
	}
	var refused *polite.AddressError
	if !errors.As(err, &refused) || refused.Addr.String() != "10.1.2.3" || !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("%#v", err)
	}
}

// TestAddressResolved asks the dialer itself: what a name resolves to counts,
// not what it was checked as before.
func TestAddressResolved(t *testing.T) {
	port, count := counter(t)
	door := polite.New(polite.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}})
	for _, host := range []string{"localhost", "127.0.0.1", "127.1", "::ffff:127.0.0.1"} {
		conn, err := door.Dial(t.Context(), "tcp", net.JoinHostPort(host, port))
		if err == nil {
			_ = conn.Close()
		}
		if err == nil || count.Load() != 0 {
			t.Errorf("%s: connected (%v)", host, err)
		}
	}
	conn, err := door.Dial(t.Context(), "tcp4", "localhost:"+port)
	if err == nil {
		_ = conn.Close()
	}
	if !errors.Is(err, polite.ErrAddress) || !strings.Contains(err.Error(), "127.0.0.1 of host localhost") {
		t.Errorf("localhost: %v", err)
	}
}

func TestAddressPorts(t *testing.T) {
	door := polite.New(polite.Options{Allow: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}})
	for _, address := range []string{"http://1.1.1.1:22/", "http://1.1.1.1:6379/", "https://[2606:4700::1]:25/"} {
		if _, err := door.Get(t.Context(), polite.Request{URL: address}); !errors.Is(err, polite.ErrAddress) || !strings.Contains(err.Error(), "port") {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, err := door.CheckURL("http://192.0.2.1:22/"); err != nil {
		t.Errorf("an exception has any port: %v", err)
	}
}

func TestRedirectToPrivate(t *testing.T) {
	port, count := counter(t)
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, to := range []string{"http://127.0.0.1:" + port + "/", "//[::1]:" + port + "/", "http://169.254.169.254/latest", "http://localhost:" + port, "file:///etc/passwd"} {
			t.Run(fmt.Sprint(status, " ", to), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					door, net := online(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						if r.URL.Path == "/robots.txt" {
							http.NotFound(w, r)
							return
						}
						w.Header().Set("Location", to)
						w.WriteHeader(status)
					}), polite.Options{})
					_, err := door.Get(t.Context(), polite.Request{URL: "http://1.1.1.1/"})
					if !errors.Is(err, polite.ErrAddress) {
						t.Error(err)
					}
					if slices.ContainsFunc(net.dialed, func(a string) bool { return a != "1.1.1.1:80" }) {
						t.Errorf("dialed %q", net.dialed)
					}
				})
			})
		}
	}
	if count.Load() != 0 {
		t.Error("connected")
	}
}

// TestProxyIgnored runs itself again with proxies in the environment: net/http
// reads them once in a process.
func TestProxyIgnored(t *testing.T) {
	const proxy = "http://127.0.0.1:9"
	if os.Getenv("HTTP_PROXY") != proxy {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestProxyIgnored$")
		child.Env = append(os.Environ(), "HTTP_PROXY="+proxy, "http_proxy="+proxy, "HTTPS_PROXY="+proxy, "ALL_PROXY="+proxy, "NO_PROXY=", "no_proxy=")
		if out, err := child.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	synctest.Test(t, func(t *testing.T) {
		door, net := online(t, http.NotFoundHandler(), polite.Options{})
		_, err := door.Get(t.Context(), polite.Request{URL: "http://1.1.1.1/"})
		var status *polite.StatusError
		if !errors.As(err, &status) || status.Code != 404 {
			t.Error(err)
		}
		if len(net.dialed) == 0 || slices.ContainsFunc(net.dialed, func(a string) bool { return a != "1.1.1.1:80" }) {
			t.Errorf("dialed %q", net.dialed)
		}
	})
}

func TestCheckURL(t *testing.T) {
	for _, c := range []struct{ raw, want string }{
		{" HTTPS://WWW.Example.ORG:443/a/../b?utm_source=x&z=1#f ", "https://www.example.org/b?z=1"},
		{"http://b\u00fccher.example/", "http://xn--bcher-kva.example/"},
		{"http://example.org./", "http://example.org/"},
		{"http://127.0.0.1:8000/feed", "http://127.0.0.1:8000/feed"},
		{"http://localhost:8000/", "http://localhost:8000/"},
		{"http://[2001:DB8::1]/", "http://[2001:db8::1]/"},
		{"http://\u0645\u062b\u0627\u0644.example/\u0623", "http://xn--mgbh0fb.example/%D8%A3"},
	} {
		if got, err := polite.CheckURL(c.raw); got != c.want || err != nil {
			t.Errorf("%q: %q, %v; want %q", c.raw, got, err, c.want)
		}
	}
	for _, raw := range []string{
		"", "example.org", "javascript:alert(1)", "http://printer/", "http://a.local/", "http://0x7f.1/", "http://user@example.org/",
		"http://example.org\\@127.0.0.1/", "http://exa mple.org/", "http://example.org/\x00", "http://[fe80::1%25eth0]/",
	} {
		var invalid *vigie.InvalidError
		if got, err := polite.CheckURL(raw); !errors.As(err, &invalid) {
			t.Errorf("%q: %q, %v", raw, got, err)
		}
	}
	if _, err := polite.New(polite.Options{}).CheckURL("http://localhost/"); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("localhost without an exception: %v", err)
	}
}

func FuzzCheckURL(f *testing.F) {
	for _, host := range spellings() {
		f.Add("http://" + host + "/")
	}
	f.Add("HTTP://WWW.B\u00dccher.example:80/%7e?a=%zz#x")
	door := polite.New(polite.Options{})
	door.SetDial(func(_ context.Context, _, address string) (net.Conn, error) {
		host, _, _ := net.SplitHostPort(address)
		if ip, err := netip.ParseAddr(host); err == nil && (ip.IsLoopback() || ip.IsPrivate()) {
			panic("dialed " + address)
		}
		return nil, net.ErrClosed
	})
	f.Fuzz(func(t *testing.T, raw string) {
		if _, err := door.Get(t.Context(), polite.Request{URL: raw}); err == nil {
			t.Error("an answer without a network")
		}
		once, err := polite.CheckURL(raw)
		if err != nil {
			return
		}
		if twice, err := polite.CheckURL(once); twice != once || err != nil {
			t.Errorf("%q gives %q, and that gives %q, %v", raw, once, twice, err)
		}
	})
}
