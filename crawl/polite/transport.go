package polite

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"vigie"
)

// Transport is the door out. It is safe for concurrent use; make it with [New].
type Transport struct {
	options Options
	agent   string
	door    *door
	hosts   *hosts
	robots  *robotsCache
	mining  *robotsCache
	web     *http.Transport
	counts  counts
}

var _ http.RoundTripper = (*Transport)(nil)

// New returns a transport with the given options.
func New(o Options) *Transport {
	o = o.withDefaults()
	t := &Transport{options: o, agent: o.userAgent(), door: newDoor(o.Allow)}
	t.hosts = &hosts{
		pause: max(o.PagePause, o.FeedPause, longestDelay), daily: o.DailyBytes, now: o.Now,
		load: o.LoadHost, save: o.SaveHost, log: o.Log,
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
		MaxConnsPerHost:        1,
		MaxIdleConns:           100,
		IdleConnTimeout:        idleTimeout,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
	}
	t.robots = newRobotsCache(o, t.fetchRobots)
	t.mining = newMiningCache(o, t.fetchMining)
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
	t.hosts.meet(ctx, host)
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
	if err := t.backOff(ctx, resp, host, aPage); err != nil {
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
		leave(0)
		return nil, fmt.Errorf("fetch %s: %w", out.URL, err)
	}
	tripCtx, cancel := context.WithCancelCause(ctx)
	entry := vigie.Fetch{At: t.stamp(), Host: host, URL: out.URL.String()}
	began := time.Now()
	tr := begin(cancel, b.total, &t.counts, func(cause error, status int, bytes int64) {
		entry.Status, entry.Bytes, entry.Took = status, bytes, time.Since(began)
		t.record(entry, cause)
		leave(bytes)
	})
	t.counts.requests.Add(1)
	resp, err := t.web.RoundTrip(out.WithContext(patiently(tripCtx, b.pause)))
	if err != nil {
		err = explain(context.Cause(tripCtx), "fetch", out.URL.String(), err)
		tr.end(err)
		return nil, err
	}
	tr.answered(resp.StatusCode)
	wrapped, err := newBody(tripCtx, tr, resp, out.URL.String(), b)
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

// patiently makes a request that net/http sends a second time wait for the pause. It does
// so by itself where a server closes a connection that was used before: right after
// robots.txt, for one.
func patiently(ctx context.Context, pause time.Duration) context.Context {
	tries := 0
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) {
		if tries++; tries > 1 {
			_ = sleep(ctx, pause) // the request fails by itself if ctx is done
		}
	}})
}

// record tells of a request that has ended, and how where it did not end well.
func (t *Transport) record(f vigie.Fetch, cause error) {
	if t.options.Record == nil {
		return
	}
	if cause != nil && !errors.Is(cause, io.EOF) {
		why := strings.TrimPrefix(strings.TrimPrefix(cause.Error(), "fetch "+f.URL+": "), "read "+f.URL+": ")
		f.Why = why[:min(len(why), maxWhy)]
	}
	t.options.Record(f)
}

// asked is what a request was for.
type asked uint8

const (
	aPage asked = iota
	aRobotsFile
	aMiningFile
)

// backOff notes for the whole host an answer 429 or 503, or a check for browsers,
// and returns it as an error. For a file about the whole site 429 and 503 without a
// Retry-After are the file's trouble alone; nor does its coming make a host well again.
// A check on the way to a file that few sites have is no wish of the host.
func (t *Transport) backOff(ctx context.Context, resp *http.Response, host string, what asked) error {
	wish := resp.Header.Get("Retry-After")
	refused := resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusServiceUnavailable
	if challenge := what != aMiningFile && isChallenge(resp); challenge || refused && (what == aPage || wish != "") {
		return t.hosts.hush(ctx, host, resp.StatusCode, challenge, wish)
	}
	if what == aPage && !refused && resp.StatusCode < http.StatusInternalServerError {
		t.hosts.calm(host)
	}
	return nil
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
	if secure := explainTLS(err); secure != nil {
		err = secure
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
