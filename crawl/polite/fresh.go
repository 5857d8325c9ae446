package polite

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// longestFresh bounds what a publisher may say about how long an answer is
// fresh: no header may take a source out of sight for good.
const longestFresh = 365 * 24 * time.Hour

// freshness returns how much longer an answer is fresh when it arrives at now
// (RFC 9111 section 4.2): max-age, or else Expires less Date, and Age taken off.
// What a cache must not use without asking, and what says nothing, is not fresh.
func freshness(h http.Header, now time.Time) time.Duration {
	said, age, forbidden := cacheControl(h)
	if forbidden {
		return 0
	}
	if !said {
		expires, err := http.ParseTime(h.Get("Expires"))
		if err != nil {
			return 0 // "0" and other nonsense mean the past (RFC 9111 section 5.3)
		}
		date, err := http.ParseTime(h.Get("Date"))
		if err != nil {
			date = now
		}
		age = max(expires.Sub(date), 0) // a year 1 would run over below
	}
	passed := seconds(h.Get("Age"))
	return min(max(age-passed, 0), longestFresh)
}

// cacheControl reads the max-age of the first directive of that name; one that
// cannot be read is 0. Whether the answer may be used again without asking is
// forbidden's to say.
func cacheControl(h http.Header) (said bool, age time.Duration, forbidden bool) {
	for _, line := range h["Cache-Control"] {
		for directive := range strings.SplitSeq(line, ",") {
			name, value, _ := strings.Cut(directive, "=")
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "no-cache", "no-store":
				forbidden = true
			case "max-age":
				if !said {
					said = true
					age = seconds(strings.Trim(strings.TrimSpace(value), `"`))
				}
			}
		}
	}
	return said, age, forbidden
}

// seconds reads a number of seconds (RFC 9111 section 1.2.2); what is none is 0, and
// one that is too large counts as more than [longestFresh].
func seconds(s string) time.Duration {
	s = strings.TrimSpace(s)
	if !digits(s) {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if most := int64(2 * longestFresh / time.Second); err != nil || n > most {
		n = most
	}
	return time.Duration(n) * time.Second
}
