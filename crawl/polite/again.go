package polite

import (
	"errors"
	"net/http"

	"vigie"
)

// IfChanged returns the request on condition that the answer is another than the one
// that was kept: with the validators that came with it.
func (r Request) IfChanged(kept vigie.Capture) Request {
	header := http.Header(kept.Header)
	r.ETag, r.LastModified, r.ValidatorsOf = header.Get("Etag"), header.Get("Last-Modified"), kept.Final
	return r
}

// IsFinal reports whether an address that was refused with an error will be refused next
// week as well: by its server, by a rule of robots.txt, or by ourselves. Not so what says
// "later" (RFC 9110 section 15.5.9, RFC 8470, RFC 6585).
func IsFinal(err error) bool {
	if robots, ok := errors.AsType[*RobotsError](err); ok {
		return robots.Cause == nil
	}
	if _, ok := errors.AsType[*RetryError](err); ok {
		return false
	}
	if _, ok := errors.AsType[*BudgetError](err); ok {
		return false
	}
	if status, ok := errors.AsType[*StatusError](err); ok {
		switch status.Code {
		case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
			return false
		}
		return status.Code >= 400 && status.Code < 500
	}
	return errors.Is(err, ErrAddress) || errors.Is(err, vigie.ErrInvalid)
}
