package polite

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The bounds of a Retry-After. There is no cut at a day: who asks for a week
// gets a week.
const (
	defaultRetry  = time.Hour
	shortestRetry = time.Minute
	longestRetry  = 30 * 24 * time.Hour
)

// retryAfter reads a Retry-After header (RFC 9110 section 10.2.3: seconds or an
// HTTP date) and returns the time until which to wait, between a minute and 30
// days after now. What cannot be read counts as an hour.
func retryAfter(value string, now time.Time) time.Time {
	value = strings.TrimSpace(value)
	wait := defaultRetry
	if digits(value) {
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil || seconds > int64(longestRetry/time.Second) {
			seconds = int64(longestRetry / time.Second)
		}
		wait = time.Duration(seconds) * time.Second
	} else if date, err := http.ParseTime(value); err == nil {
		wait = date.Sub(now)
	}
	return now.Add(min(max(wait, shortestRetry), longestRetry))
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
