package polite

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"vigie"
)

// Request is something to read.
type Request struct {
	// URL is an absolute http or https address, asked for exactly as it is
	// written but for what may not stand in a request.
	URL  string
	Want Want
	// ETag and LastModified are byte for byte what the server sent with an earlier
	// answer (RFC 9110 section 13.1); "" asks without condition.
	ETag, LastModified string
	// ValidatorsOf is the address whose answer carried them ([Answer.ValidatorsOf]);
	// "" means URL. They are sent to that address only, also when it is reached by
	// redirects.
	ValidatorsOf string
	// Source becomes part of the capture.
	Source vigie.SourceID
	// Keep says that what comes is to be kept as a document: the reservations that a
	// site declares in /.well-known/tdmrep.json count, where the answer says nothing of
	// mining itself. That file is asked for once a day, with the pause of the host, after
	// an answer and before it is handed out.
	Keep bool
}

// Answer is what a site gave.
type Answer struct {
	// Capture holds the unpacked body and the way to it. HTML is not recoded.
	Capture vigie.Capture
	// NotModified says that the server answered 304; there is no body then.
	NotModified bool
	// ETag and LastModified belong to the next request: those of this answer or,
	// after a 304 that did not repeat them, the ones that were sent. They belong to
	// the address ValidatorsOf.
	ETag, LastModified string
	ValidatorsOf       string
	// Permanent says that there were redirects and that all were 301 or 308, so
	// that the source may be known under Capture.Final from now on.
	Permanent bool
	// Fresh is how much longer the answer is fresh, also one of 304 (RFC 9111): the
	// publisher sees no use in being asked before. 0 where nothing is said.
	Fresh time.Duration
	// Certificate is when the certificate of the server ends, and CertificateFrom when
	// it began; zero for http.
	Certificate, CertificateFrom time.Time
	// Reservation is what the publisher wants not to be done with it. Where that
	// leaves metadata and link alone, Capture.Reserved is set.
	Reservation
}

// validators are what makes a request conditional, and the address they are of.
type validators struct{ of, etag, modified string }

// validatorsKey is the context key of [validators].
type validatorsKey struct{}

// set puts the validators into a header as they are. One that cannot stand in a
// header, or is absurdly long, is left out.
func (v validators) set(h http.Header) {
	if v.etag = plainValidator(v.etag); v.etag != "" {
		h.Set("If-None-Match", v.etag)
	}
	if v.modified = plainValidator(v.modified); v.modified != "" {
		h.Set("If-Modified-Since", v.modified)
	}
}

func plainValidator(s string) string {
	if len(s) > maxValidator || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		return ""
	}
	return s
}

// Get reads an address and follows at most five redirects; every hop passes
// every check. It returns an [Answer] for a success and for 304 after a
// conditional request; everything else is an error, in words. It waits for the
// host's turn as long as the context lets it.
func (t *Transport) Get(ctx context.Context, r Request) (Answer, error) {
	back := leave(ctx)
	answer, err := t.take(ctx, r)
	if gone := back(ctx); gone != nil {
		return Answer{}, fmt.Errorf("fetch %.300s: %w", r.URL, gone)
	}
	return answer, err
}

// take is [Transport.Get], whoever waits for it.
func (t *Transport) take(ctx context.Context, r Request) (Answer, error) {
	if answer, ok := handed(ctx, r); ok {
		return t.again(ctx, answer, r)
	}
	return t.get(ctx, r)
}

// get asks for an address.
func (t *Transport) get(ctx context.Context, r Request) (Answer, error) {
	to, err := url.Parse(r.URL)
	if err != nil || to.Host == "" {
		return Answer{}, fmt.Errorf("fetch %.300q: %w", r.URL, &vigie.InvalidError{Field: "address", Reason: "cannot be read as an address"})
	}
	v, err := r.validators()
	if err != nil {
		return Answer{}, err
	}
	ctx = context.WithValue(WithWant(ctx, r.Want), validatorsKey{}, v)
	answer, unsafe := Answer{Permanent: true}, false
	var resp *http.Response
	for {
		req := (&http.Request{Method: http.MethodGet, URL: to, Header: http.Header{}, Response: resp}).WithContext(ctx)
		resp, err = t.RoundTrip(req)
		if err != nil {
			return Answer{}, err
		}
		next, err := redirect(resp)
		if err != nil {
			_ = resp.Body.Close()
			return Answer{}, t.counts.refuse(err)
		}
		if next == nil {
			break
		}
		drain(resp)
		answer.Capture.Hops = append(answer.Capture.Hops, vigie.Hop{URL: to.String(), Status: resp.StatusCode})
		if resp.StatusCode != http.StatusMovedPermanently && resp.StatusCode != http.StatusPermanentRedirect {
			answer.Permanent = false
		}
		unsafe = unsafe || to.Scheme == "https" && next.Scheme == "http"
		to = next
	}
	defer resp.Body.Close()
	// What a hop in the clear says after a safe one is nobody's word; where such a hop is
	// the last, the address itself tells.
	answer.Permanent = answer.Permanent && len(answer.Capture.Hops) > 0 && !(unsafe && to.Scheme == "https")
	return t.finish(ctx, answer, r, v, resp)
}

// validators returns what to send, with the address in the form in which it is
// asked for.
func (r Request) validators() (validators, error) {
	of := r.ValidatorsOf
	if of == "" {
		of = r.URL
	}
	u, err := url.Parse(of)
	if err != nil {
		return validators{}, fmt.Errorf("read %.300q: %w", of, &vigie.InvalidError{Field: "address of validators", Reason: "cannot be read as an address"})
	}
	_ = checkSyntax(u) // one that would be refused is never reached either
	return validators{of: u.String(), etag: r.ETag, modified: r.LastModified}, nil
}

// redirect returns where a response leads, nil when it does not.
func redirect(resp *http.Response) (*url.URL, error) {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, nil
	}
	location := resp.Header.Get("Location")
	next, err := resp.Request.URL.Parse(strings.TrimSpace(location))
	if location == "" || err != nil {
		return nil, fmt.Errorf("fetch %s: %w: status %d leads to %.200q", resp.Request.URL, ErrRedirect, resp.StatusCode, location)
	}
	next.Fragment, next.RawFragment = "", ""
	return next, nil
}

// finish reads the last response of the way.
func (t *Transport) finish(ctx context.Context, answer Answer, r Request, v validators, resp *http.Response) (Answer, error) {
	final := *resp.Request.URL
	_ = checkSyntax(&final) // it passed before: this is its form on the wire
	answer.ValidatorsOf = final.String()
	answer.ETag = rememberValidator(resp.Header.Get("ETag"))
	answer.LastModified = rememberValidator(resp.Header.Get("Last-Modified"))
	c := &answer.Capture
	c.ID = vigie.NewID[vigie.CaptureID](t.stamp())
	c.Source, c.URL, c.Final = r.Source, r.URL, answer.ValidatorsOf
	c.Status, c.Fetched = resp.StatusCode, t.stamp()
	c.Header = contentHeaders(resp.Header)
	c.MediaType = mediaType(resp.Header.Get("Content-Type"))

	answer.Fresh = freshness(resp.Header, t.stamp())
	if resp.TLS != nil && len(resp.TLS.PeerCertificates) > 0 {
		leaf := resp.TLS.PeerCertificates[0]
		answer.Certificate, answer.CertificateFrom = leaf.NotAfter.UTC(), leaf.NotBefore.UTC()
	}

	conditional := v.of == answer.ValidatorsOf && (plainValidator(v.etag) != "" || plainValidator(v.modified) != "")
	if resp.StatusCode == http.StatusNotModified && conditional {
		answer.NotModified = true
		if answer.ETag == "" {
			answer.ETag = v.etag
		}
		if answer.LastModified == "" {
			answer.LastModified = v.modified
		}
		return answer, nil
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 || resp.StatusCode == http.StatusPartialContent {
		return Answer{}, fmt.Errorf("fetch %s: %w", c.Final, &StatusError{Code: resp.StatusCode})
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return Answer{}, err // in words already
	}
	c.Body = body
	return t.reserve(ctx, answer, r, resp.Header)
}

// reservations reads the headers of an answer and, of a page, its meta elements;
// what is said closer to the text wins (TDMRep, "Processing priority"). Whether they
// speak of mining at all is said.
func reservations(h http.Header, c vigie.Capture) (r Reservation, said bool) {
	r, said = reservationOf(h)
	if c.MediaType != "text/html" && c.MediaType != "application/xhtml+xml" {
		return r, said
	}
	page, inPage := pageReservation(c.Body)
	if inPage {
		r.TDM = false
	}
	return r.and(page), said || inPage
}

// rememberValidator drops a validator that is too long to be honest.
func rememberValidator(s string) string {
	if len(s) > maxValidator {
		return ""
	}
	return s
}

// contentHeaders keeps the headers that say something about the content.
func contentHeaders(h http.Header) map[string][]string {
	kept := make(map[string][]string)
	for _, name := range [...]string{
		"Age", "Cache-Control", "Content-Disposition", "Content-Language", "Content-Location", "Content-Type",
		"Date", "Etag", "Expires", "Last-Modified", "Link", "Tdm-Policy", "Tdm-Reservation", "X-Robots-Tag",
	} {
		if v := h[name]; len(v) > 0 {
			kept[name] = slices.Clone(v)
		}
	}
	return kept
}

// mediaType returns the type of a Content-Type header in lower case, without
// parameters.
func mediaType(contentType string) string {
	if mt, _, err := mime.ParseMediaType(contentType); err == nil {
		return mt
	}
	mt, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(mt))
}
