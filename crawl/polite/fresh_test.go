package polite_test

import (
	"net/http"
	"testing"
	"time"

	"vigie/crawl/crawltest"
	"vigie/crawl/polite"
)

func TestFreshness(t *testing.T) {
	now := time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)
	const date, hourLater = "Tue, 03 Nov 2026 12:00:00 GMT", "Tue, 03 Nov 2026 13:00:00 GMT"
	for _, c := range []struct {
		name string
		head http.Header
		want time.Duration
	}{
		{"nothing", http.Header{}, 0},
		{"max-age", http.Header{"Cache-Control": {"public, max-age=43200"}}, 12 * time.Hour},
		{"less Age", http.Header{"Cache-Control": {"max-age=3600"}, "Age": {" 600 "}}, 50 * time.Minute},
		{"older than that", http.Header{"Cache-Control": {"max-age=3600"}, "Age": {"7200"}}, 0},
		{"odd spelling", http.Header{"Cache-Control": {`private , MAX-AGE = "60"`}}, time.Minute},
		{"two lines", http.Header{"Cache-Control": {"public", "max-age=60"}}, time.Minute},
		{"the first counts", http.Header{"Cache-Control": {"max-age=60, max-age=6000"}}, time.Minute},
		{"not for us", http.Header{"Cache-Control": {"s-maxage=6000"}}, 0},
		{"no-cache", http.Header{"Cache-Control": {"max-age=60, No-Cache"}}, 0},
		{"no-store", http.Header{"Cache-Control": {"no-store"}, "Expires": {hourLater}, "Date": {date}}, 0},
		{"negative", http.Header{"Cache-Control": {"max-age=-1"}}, 0},
		{"garbage", http.Header{"Cache-Control": {"max-age=soon"}, "Expires": {hourLater}, "Date": {date}}, 0},
		{"huge", http.Header{"Cache-Control": {"max-age=99999999999999999999999"}}, 365 * 24 * time.Hour},
		{"huge less Age", http.Header{"Cache-Control": {"max-age=99999999999999999999999"}, "Age": {"9999999999999999999999"}}, 0},
		{"Expires", http.Header{"Expires": {hourLater}, "Date": {date}}, time.Hour},
		{"Expires by a clock of its own", http.Header{"Expires": {"Tue, 03 Nov 2020 13:00:00 GMT"}, "Date": {"Tue, 03 Nov 2020 12:00:00 GMT"}}, time.Hour},
		{"Expires less Age", http.Header{"Expires": {hourLater}, "Date": {date}, "Age": {"60"}}, 59 * time.Minute},
		{"Expires without Date", http.Header{"Expires": {hourLater}}, time.Hour},
		{"Expires 0", http.Header{"Expires": {"0"}, "Date": {date}}, 0},
		{"Expires long ago", http.Header{"Expires": {"Thu, 01 Jan 1970 00:00:00 GMT"}, "Date": {date}}, 0},
		{"Expires in 2099", http.Header{"Expires": {"Thu, 01 Jan 2099 00:00:00 GMT"}, "Date": {date}}, 365 * 24 * time.Hour},
		{"max-age before Expires", http.Header{"Cache-Control": {"max-age=60"}, "Expires": {hourLater}, "Date": {date}}, time.Minute},
	} {
		if got := polite.Freshness(c.head, now); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestFreshNotModified: an answer 304 says anew how long it is fresh.
func TestFreshNotModified(t *testing.T) {
	web := crawltest.New(t)
	web.Set(site, "/f", crawltest.Page{Body: "x", ETag: `"e"`, Header: map[string]string{"Cache-Control": "max-age=120"}})
	door := wire(web)
	first, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, "/f")})
	if err != nil || first.Fresh != 2*time.Minute {
		t.Errorf("first answer: %v, %v", first.Fresh, err)
	}
	again, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, "/f"), ETag: first.ETag})
	if err != nil || !again.NotModified || again.Fresh != 2*time.Minute {
		t.Errorf("second answer: %v, %v, %v", again.NotModified, again.Fresh, err)
	}
	if !again.Certificate.IsZero() {
		t.Errorf("a certificate over http: %v", again.Certificate)
	}
}

func FuzzFreshness(f *testing.F) {
	f.Add("max-age=60", "10", "Tue, 03 Nov 2026 13:00:00 GMT", "Tue, 03 Nov 2026 12:00:00 GMT")
	f.Add(`no-cache="a, b", max-age="5"`, "-1", "0", "x")
	f.Fuzz(func(t *testing.T, control, age, expires, date string) {
		h := http.Header{"Cache-Control": {control}, "Age": {age}, "Expires": {expires}, "Date": {date}}
		if got := polite.Freshness(h, time.Unix(1_800_000_000, 0)); got < 0 || got > 365*24*time.Hour {
			t.Errorf("fresh for %v", got)
		}
	})
}
