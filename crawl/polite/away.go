package polite

import "context"

// awayKey is the context key of the function of [WithAway].
type awayKey struct{}

// WithAway returns a context under which [Transport.Get] calls away before it begins to
// wait for its host and the network, and the function that away returned before it comes
// back with an answer. So a caller that rations its work (a core, a place in a queue)
// does not hold a ration through pauses of a minute, or through a body that trickles.
// If back returns an error, Get returns that.
func WithAway(ctx context.Context, away func() (back func(context.Context) error)) context.Context {
	return context.WithValue(ctx, awayKey{}, away)
}

// leave calls the function of [WithAway], where there is one.
func leave(ctx context.Context) (back func(context.Context) error) {
	if away, ok := ctx.Value(awayKey{}).(func() func(context.Context) error); ok {
		return away()
	}
	return func(context.Context) error { return nil }
}
