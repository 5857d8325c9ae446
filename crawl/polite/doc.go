// Package polite is the only way out of vigie: every byte that is asked for
// because of a source, a feed or a page passes one [Transport]. It keeps the
// machine safe from what addresses point to, and the sites that are read safe
// from us.
//
// What a newcomer should know: a request goes through these doors in this
// order. The address is checked ([CheckURL]); a host that asked for time
// (Retry-After), wants a browser, or gave its bytes of the day is left alone;
// robots.txt is obeyed ([Rules]); the request waits
// for its turn, one at a time and with a pause per host; the address that the
// name resolved to must be public, or be let through by the operator; each phase
// has a time limit; the answer is unpacked under a size limit. Each hop of a
// redirect passes all of them again.
//
// How to use it: make one Transport with [New] for the whole program. Call
// [Transport.Get] to read something; hand the Transport to an http client as its
// RoundTripper where a library insists on doing the reading, with [WithWant] in
// the request's context.
//
//	web := polite.New(polite.Options{Version: "0.1.0", Contact: "https://watch.example/bot"})
//	answer, err := web.Get(ctx, polite.Request{URL: "https://www.example.org/feed", Want: polite.Feed})
//
// Errors say in words what happened and can be told apart with errors.Is and
// errors.As: [ErrAddress], [ErrRobots], [ErrTooBig], [ErrTimeout],
// [ErrRedirect], [ErrEncoding], [ErrCertificate], [ErrTLS], [*StatusError],
// [*RetryError], [*BudgetError].
//
// What a publisher reserves (X-Robots-Tag, meta robots, TDM-Reservation) comes with
// an [Answer] as its [Reservation]. What a site reserves as a whole, in
// /.well-known/tdmrep.json, is asked for with [Request].Keep only: of hosts whose pages
// and documents are kept, once a day, and never for a feed, a list or a sitemap. Where no copy may be kept, the capture is
// [vigie.Capture].Reserved, and the store keeps metadata and link alone.
// [WriteLog] writes what was asked of a host for its webmaster, [Transport.State]
// says what is in force there.
//
// # Caveats
//
// A body that was not closed holds the turn of its host until the total time
// limit. An http client with a Timeout of its own counts the time spent waiting
// for a turn: leave it at 0. Answers with status 429 and 503 are errors, also
// from RoundTrip.
package polite
