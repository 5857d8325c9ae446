package polite

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The bounds of the time for which a host is left alone. There is no cut at a
// day: who asks for a month gets a month.
const (
	defaultRetry   = time.Hour
	longestDoubled = 24 * time.Hour // where the host names no time
	shortestRetry  = time.Minute
	longestRetry   = 366 * 24 * time.Hour
)

// retryAfter reads a Retry-After header (RFC 9110 section 10.2.3: seconds or an
// HTTP date) and returns the time until which to wait, between a minute and a
// year after now. What cannot be read says nothing.
func retryAfter(value string, now time.Time) (until time.Time, said bool) {
	value = strings.TrimSpace(value)
	var wait time.Duration
	if digits(value) {
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil || seconds > int64(longestRetry/time.Second) {
			seconds = int64(longestRetry / time.Second)
		}
		wait = time.Duration(seconds) * time.Second
	} else if date, err := http.ParseTime(value); err == nil {
		wait = date.Sub(now)
	} else {
		return time.Time{}, false
	}
	return now.Add(min(max(wait, shortestRetry), longestRetry)), true
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
