package polite

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"time"
)

// SetDial replaces the way to the network, so that a test can run on pipes in a
// bubble where time costs nothing. The address policy is in the real one.
func (t *Transport) SetDial(dial func(ctx context.Context, network, address string) (net.Conn, error)) {
	t.web.DialContext = dial
}

// Hosts returns the number of hosts that are remembered.
func (t *Transport) Hosts() int {
	t.hosts.mu.Lock()
	defer t.hosts.mu.Unlock()
	return len(t.hosts.known)
}

// Hush makes a host ask for an hour as an answer 429 does.
func (t *Transport) Hush(ctx context.Context, host string) {
	t.hosts.hush(ctx, host, http.StatusTooManyRequests, false, "3600")
}

// Quiet is why a host is left alone as far as memory knows.
func (t *Transport) Quiet(host string) error { return t.hosts.quiet(host) }

// RetryAfter gives tests the parser of the header.
func RetryAfter(value string, now time.Time) (time.Time, bool) { return retryAfter(value, now) }

// Freshness gives tests the reader of Cache-Control and Expires.
func Freshness(h http.Header, now time.Time) time.Duration { return freshness(h, now) }

// Dial connects as the transport does, through the address policy.
func (t *Transport) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	return t.door.dial(ctx, network, address)
}

// RobotsBytes returns the size of the robots.txt files in memory.
func (t *Transport) RobotsBytes() int {
	t.robots.mu.Lock()
	defer t.robots.mu.Unlock()
	return t.robots.weight
}

// SetRoots replaces the certificate authorities that are trusted.
func (t *Transport) SetRoots(pool *x509.CertPool) { t.web.TLSClientConfig.RootCAs = pool }

// SetResolver replaces who is asked for the addresses of names.
func (t *Transport) SetResolver(r *net.Resolver) { t.door.names = r }

// SetTLSTime makes certificates be checked at another time.
func (t *Transport) SetTLSTime(at time.Time) {
	t.web.TLSClientConfig.Time = func() time.Time { return at }
}
