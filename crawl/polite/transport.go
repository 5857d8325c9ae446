package polite

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Transport is the door out. It is safe for concurrent use; make it with [New].
type Transport struct {
	options Options
	agent   string
	door    *door
	hosts   *hosts
	robots  *robotsCache
	web     *http.Transport
	counts  counts
}

var _ http.RoundTripper = (*Transport)(nil)

// New returns a transport with the given options.
func New(o Options) *Transport {
	o = o.withDefaults()
	t := &Transport{options: o, agent: o.userAgent(), door: newDoor(o.Allow)}
	t.hosts = &hosts{
		pause: max(o.PagePause, o.FeedPause, longestDelay),
		now:   o.Now,
		known: make(map[string]*host),
	}
	t.web = &http.Transport{
		Proxy:                  nil, // never from the environment: a proxy would resolve names for us
		DialContext:            t.door.dial,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // unpacking has limits of its own, see body
		TLSHandshakeTimeout:    tlsTimeout,
		ResponseHeaderTimeout:  headerTimeout,
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConnsPerHost:    1,
		MaxConnsPerHost:        2,
		MaxIdleConns:           100,
		IdleConnTimeout:        idleTimeout,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
	}
	t.robots = newRobotsCache(o, t.fetchRobots)
	return t
}

// CloseIdleConnections closes the connections that are kept for the next
// request to the same host.
func (t *Transport) CloseIdleConnections() { t.web.CloseIdleConnections() }

// RoundTrip implements http.RoundTripper: one hop, with every check. Of the
// request's headers only Accept-Language and, on a first hop, the validators are
// sent; User-Agent, Accept and Accept-Encoding are ours. Redirects are
// answers here; a client that follows them sets Response in its next request,
// and is stopped at the sixth, or when an address comes back. The body that is
// returned is unpacked and ends in an error when it is too big or too slow.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
	resp, err := t.hop(req)
	if err != nil {
		return nil, t.counts.refuse(err)
	}
	return resp, nil
}

func (t *Transport) hop(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	b := t.options.budgetOf(wantOf(ctx))
	if req.Method != "" && req.Method != http.MethodGet || req.Body != nil && req.Body != http.NoBody {
		return nil, fmt.Errorf("fetch %s: %w: only GET passes this door", req.URL.Redacted(), errors.ErrUnsupported)
	}
	out, err := t.outgoing(ctx, req.URL)
	if err != nil {
		return nil, err
	}
	if err := checkChain(req, out.URL); err != nil {
		return nil, err
	}
	t.copyHeaders(out, req, b)
	host := out.URL.Hostname()
	if err := t.hosts.quiet(host); err != nil {
		return nil, fmt.Errorf("fetch %s: %w", out.URL, err)
	}
	delay, err := t.robots.check(ctx, out.URL)
	if err != nil {
		return nil, fmt.Errorf("fetch %s: %w", out.URL, err)
	}
	b.pause = max(b.pause, min(delay, longestDelay))
	resp, err := t.send(ctx, out, b)
	if err != nil {
		return nil, err
	}
	resp.Request = req
	if err := t.backOff(resp, host, true); err != nil {
		_ = resp.Body.Close()
		return nil, fmt.Errorf("fetch %s: %w", out.URL, err)
	}
	return resp, nil
}

// outgoing makes the request for an address, once its syntax has passed.
func (t *Transport) outgoing(ctx context.Context, to *url.URL) (*http.Request, error) {
	u := *to
	if reason := checkSyntax(&u); reason != "" {
		return nil, fmt.Errorf("fetch %.300s: %w", to.Redacted(), &AddressError{Host: to.Hostname(), Reason: reason})
	}
	if err := t.door.literal(&u); err != nil {
		return nil, fmt.Errorf("fetch %s: %w", &u, err)
	}
	out := (&http.Request{
		Method: http.MethodGet, URL: &u, Host: u.Host, Header: make(http.Header, 6),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
	out.Header.Set("User-Agent", t.agent)
	out.Header.Set("Accept-Encoding", "gzip")
	return out, nil
}

// copyHeaders lets the few headers through that a caller may set. A client that
// follows a redirect copies the validators of the first address to the next,
// where they mean nothing; those of a [Request] know their address.
func (t *Transport) copyHeaders(out, req *http.Request, b budget) {
	out.Header.Set("Accept", b.accept)
	if v := req.Header.Get("Accept-Language"); v != "" {
		out.Header.Set("Accept-Language", v)
	}
	v, ok := req.Context().Value(validatorsKey{}).(validators)
	switch {
	case ok && v.of == out.URL.String():
		v.set(out.Header)
	case !ok && req.Response == nil:
		validators{etag: req.Header.Get("If-None-Match"), modified: req.Header.Get("If-Modified-Since")}.set(out.Header)
	}
}

// checkChain walks back through the redirects that led to a request.
func checkChain(req *http.Request, to *url.URL) error {
	hops := 0
	for prev := req.Response; prev != nil && prev.Request != nil; prev = prev.Request.Response {
		hops++
		if hops > maxHops {
			return fmt.Errorf("fetch %s: %w: more than %d of them", to, ErrRedirect, maxHops)
		}
		was := *prev.Request.URL
		if checkSyntax(&was) == "" && was.String() == to.String() {
			return fmt.Errorf("fetch %s: %w: they come back to it", to, ErrRedirect)
		}
	}
	return nil
}

// send waits for the host's turn and sends one request.
func (t *Transport) send(ctx context.Context, out *http.Request, b budget) (*http.Response, error) {
	host := out.URL.Hostname()
	leave, err := t.hosts.take(ctx, host, b.pause)
	if err != nil {
		return nil, fmt.Errorf("wait for the turn of %s: %w", host, err)
	}
	if err := t.hosts.quiet(host); err != nil {
		leave()
		return nil, fmt.Errorf("fetch %s: %w", out.URL, err)
	}
	tripCtx, cancel := context.WithCancelCause(ctx)
	tr := begin(cancel, leave, b.total, &t.counts)
	t.counts.requests.Add(1)
	resp, err := t.web.RoundTrip(out.WithContext(tripCtx))
	if err != nil {
		err = explain(context.Cause(tripCtx), "fetch", out.URL.String(), err)
		tr.end(err)
		return nil, err
	}
	wrapped, err := newBody(tripCtx, tr, resp, out.URL.String(), b.limit)
	if err != nil {
		tr.end(err)
		_ = resp.Body.Close()
		return nil, err
	}
	tr.watch()
	resp.Body = wrapped
	t.options.Log.Debug("asked", "url", out.URL.String(), "status", resp.StatusCode)
	if resp.StatusCode == http.StatusNotModified {
		t.counts.notModified.Add(1)
	}
	return resp, nil
}

// backOff notes an answer 429 or 503 for the whole host and returns it as an
// error. Without a Retry-After it does so only if always is set.
func (t *Transport) backOff(resp *http.Response, host string, always bool) error {
	if resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode != http.StatusServiceUnavailable {
		return nil
	}
	wish := resp.Header.Get("Retry-After")
	if wish == "" && !always {
		return nil
	}
	retry := RetryError{Host: host, Status: resp.StatusCode, Until: retryAfter(wish, t.options.Now())}
	t.hosts.hush(retry)
	return &retry
}

// explain says in words why the network failed: cause, which is ours or the
// caller's reason to stop, comes before what the connection made of it.
func explain(cause error, verb, address string, err error) error {
	var refused *AddressError
	var network net.Error
	switch {
	case cause != nil:
		return fmt.Errorf("%s %s: %w", verb, address, cause)
	case errors.As(err, &refused):
		return fmt.Errorf("%s %s: %w", verb, address, refused)
	case strings.Contains(err.Error(), "response headers exceeded"), strings.Contains(err.Error(), "response header list larger"):
		// net/http has no error value for these, of HTTP/1 and HTTP/2.
		return fmt.Errorf("%s %s: %w: its headers are longer than %d bytes", verb, address, ErrTooBig, maxHeader)
	case errors.As(err, &network) && network.Timeout():
		return fmt.Errorf("%s %s: %w: %w", verb, address, ErrTimeout, err)
	}
	return fmt.Errorf("%s %s: %w", verb, address, err)
}

// drain reads a little of a body that nobody wants, so that its connection can
// be used again, and closes it.
func drain(resp *http.Response) {
	const little = 4 << 10
	buf := make([]byte, little)
	for n := 0; n < little; {
		m, err := resp.Body.Read(buf)
		n += m
		if err != nil {
			break
		}
	}
	_ = resp.Body.Close()
}

// stamp is the current time in UTC.
func (t *Transport) stamp() time.Time { return t.options.Now().UTC() }
