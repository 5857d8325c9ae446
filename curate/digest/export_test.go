package digest

import (
	"time"

	"vigie"
)

// Due tells when the issue is due that follows one, for tests of the timetable.
func Due(s vigie.Settings, c vigie.Cadence, now time.Time, before ...vigie.Issue) (from, until time.Time, due bool) {
	return timetable{s.Digest, c, s.Location()}.due(now, before)
}

// Token and ReadToken are those of links.
func Token(key []byte, purpose Purpose, id vigie.SubscriberID, now time.Time) string {
	return signer(key).token(purpose, id, 0, now)
}

// ReadToken returns whom a token is for.
func ReadToken(key []byte, purpose Purpose, token string, now time.Time) (vigie.SubscriberID, error) {
	id, _, err := signer(key).read(purpose, token, now)
	return id, err
}
