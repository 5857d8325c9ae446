package polite

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"vigie"
)

// handedKey is the context key of the answers that are at hand.
type handedKey struct{}

// WithAnswers returns a context in which [Transport.Get] gives these answers in place
// of asking a second time: to a request without condition for the address that was
// asked, or for the one that answered. It is for who has just asked, to find out how
// an address can be read, and reads it now.
func WithAnswers(ctx context.Context, answers []Answer) context.Context {
	return context.WithValue(ctx, handedKey{}, answers)
}

// handed returns the answer to a request that is at hand.
func handed(ctx context.Context, r Request) (Answer, bool) {
	answers, _ := ctx.Value(handedKey{}).([]Answer)
	if len(answers) == 0 || r.ETag != "" || r.LastModified != "" {
		return Answer{}, false
	}
	if i := slices.IndexFunc(answers, func(a Answer) bool { return a.Capture.URL == r.URL }); i >= 0 {
		return answers[i], true
	}
	i := slices.IndexFunc(answers, func(a Answer) bool { return a.Capture.Final == r.URL })
	if i < 0 {
		return Answer{}, false
	}
	a := answers[i] // as it would have been without the way to it
	a.Capture.URL, a.Capture.Hops, a.Permanent = r.URL, nil, false
	return a, true
}

// again gives an answer that is at hand to another request.
func (t *Transport) again(ctx context.Context, answer Answer, r Request) (Answer, error) {
	answer.Capture.ID, answer.Capture.Source = vigie.NewID[vigie.CaptureID](t.stamp()), r.Source
	return t.reserve(WithWant(ctx, r.Want), answer, r, answer.Capture.Header)
}

// reserve notes what the publisher wants not to be done with an answer.
func (t *Transport) reserve(ctx context.Context, answer Answer, r Request, h http.Header) (Answer, error) {
	reserved, said := reservations(h, answer.Capture)
	answer.Reservation = reserved
	if r.Keep && !said && !answer.reserves(r.Want) {
		final, err := url.Parse(answer.Capture.Final)
		if err != nil {
			return Answer{}, err
		}
		if answer.TDM, err = t.mined(ctx, final); err != nil {
			return Answer{}, err
		}
	}
	answer.Capture.Reserved = answer.reserves(r.Want)
	return answer, nil
}
