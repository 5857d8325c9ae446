package polite

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"time"

	"vigie"
)

// The kinds of error of this package. Every one comes wrapped with words that
// say what happened; test with errors.Is.
var (
	// ErrAddress means that the address policy refused; see [AddressError].
	ErrAddress = errors.New("address refused")
	// ErrRobots means that robots.txt stands against it; see [RobotsError].
	ErrRobots = errors.New("refused by robots.txt")
	// ErrTooBig means that the answer is over the size limit, or that it unpacks
	// to far more than it was.
	ErrTooBig = errors.New("answer too big")
	// ErrTimeout means that the other side was too slow in one of the phases.
	ErrTimeout = errors.New("timed out")
	// ErrRedirect means that redirects go round, on and on, or nowhere.
	ErrRedirect = errors.New("redirects lead nowhere")
	// ErrEncoding means that the answer is packed in a way that was not asked
	// for, or that its packing is damaged.
	ErrEncoding = errors.New("cannot unpack the answer")
	// ErrCertificate means that the certificate of the server cannot be trusted: it
	// has ended, is for another name, or nobody vouches for it.
	ErrCertificate = errors.New("the certificate is not valid")
	// ErrTLS means that no encrypted connection came about for another reason.
	ErrTLS = errors.New("no encrypted connection")
	// ErrChallenge means that the host wants a browser and a person; the
	// [RetryError] is one of these then.
	ErrChallenge = errors.New("a check that only a browser passes")
)

// AddressError says which address the policy refused, and what can be done. It
// is an [ErrAddress] and a [vigie.ErrForbidden].
type AddressError struct {
	// Host is the name or literal that was asked for.
	Host string
	// Addr is what it resolved to; invalid when the host was refused before.
	Addr netip.Addr
	// Reason completes the sentence "host X ..." when there is no address.
	Reason string
}

// Error implements error.
func (e *AddressError) Error() string {
	if !e.Addr.IsValid() {
		return fmt.Sprintf("host %s %s", e.Host, e.Reason)
	}
	return fmt.Sprintf("address %s of host %s %s; the operator can allow it with network.allow (VIGIE_NETWORK_ALLOW)", e.Addr, e.Host, e.Reason)
}

// Is makes errors.Is true for ErrAddress and vigie.ErrForbidden.
func (*AddressError) Is(target error) bool {
	return target == ErrAddress || target == vigie.ErrForbidden
}

// RobotsError says which line of a robots.txt file forbids an address, or why
// the file could not be read. It is an [ErrRobots] and a [vigie.ErrForbidden].
type RobotsError struct {
	// Origin is where the file lies, for example "https://www.example.org:443".
	Origin string
	// Path is the path and query that were asked for.
	Path string
	// Line and Rule are the number, from 1, and the text of the line.
	Line int
	Rule string
	// Cause is why the file could not be read; nil when a rule forbids.
	Cause error
}

// Error implements error.
func (e *RobotsError) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("robots.txt of %s could not be read, so nothing may be fetched there for now: %v", e.Origin, e.Cause)
	}
	return fmt.Sprintf("robots.txt of %s forbids %s to %s: line %d says %q", e.Origin, e.Path, product, e.Line, e.Rule)
}

// Is makes errors.Is true for ErrRobots and vigie.ErrForbidden.
func (*RobotsError) Is(target error) bool {
	return target == ErrRobots || target == vigie.ErrForbidden
}

// Unwrap returns why the file could not be read.
func (e *RobotsError) Unwrap() error { return e.Cause }

// StatusError is an answer whose status is not one of success.
type StatusError struct {
	// Code is the HTTP status, for example 404.
	Code int
}

// Error implements error.
func (e *StatusError) Error() string {
	return fmt.Sprintf("the site answered %d: %s", e.Code, statusWords(e.Code))
}

func statusWords(code int) string {
	switch {
	case code == http.StatusNotFound:
		return "there is nothing at this address"
	case code == http.StatusGone:
		return "this was removed for good"
	case code == http.StatusUnauthorized, code == http.StatusProxyAuthRequired:
		return "it asks for a user name and password"
	case code == http.StatusForbidden:
		return "it does not let us read this"
	case code == http.StatusUnavailableForLegalReasons:
		return "not available for legal reasons"
	case code == http.StatusPartialContent:
		return "it sent a part that was not asked for"
	case code == http.StatusNotModified:
		return "it says that nothing changed, but nothing was known"
	case code >= 500:
		return "it has a fault of its own; it may work again later"
	case code >= 400:
		return "it does not accept the request"
	}
	return "it did not give the content"
}

// RetryError is the wish of a host to be left alone for a while: an answer 429
// or 503, or a check that programs are meant to fail. Until then every request to
// that host fails at once with it.
type RetryError struct {
	// Host is the name of the host, without port.
	Host string
	// Status is 429 or 503, or the status of a challenge.
	Status int
	// Challenge says that the host wants a browser and a person.
	Challenge bool
	// Until is when the host may be asked again.
	Until time.Time
}

// Error implements error.
func (e *RetryError) Error() string {
	if e.Challenge {
		return fmt.Sprintf("host %s answered %d with %v, so it is left alone until %s", e.Host, e.Status, ErrChallenge, e.Until.UTC().Format(time.RFC3339))
	}
	return fmt.Sprintf("host %s answered %d and asks to be left alone until %s", e.Host, e.Status, e.Until.UTC().Format(time.RFC3339))
}

// Is makes errors.Is true for ErrChallenge where it is one.
func (e *RetryError) Is(target error) bool { return target == ErrChallenge && e.Challenge }

// BudgetError means that a host gave as many bytes as it is asked for in a day
// ([Options.DailyBytes]). Until then every request to it fails at once with it.
type BudgetError struct {
	// Host is the name of the host, without port.
	Host string
	// Bytes is the budget of a day.
	Bytes int64
	// Until is when the next day begins, in UTC.
	Until time.Time
}

// Error implements error.
func (e *BudgetError) Error() string {
	return fmt.Sprintf("host %s gave the %d bytes that it is asked for in a day; the next day begins at %s", e.Host, e.Bytes, e.Until.UTC().Format(time.RFC3339))
}
