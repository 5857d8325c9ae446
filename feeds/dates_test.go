package feeds_test

import (
	"strings"
	"testing"

	"vigie/feeds"
)

// TestDates reads dates as feeds write them; all come out in UTC.
func TestDates(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"Mon, 02 Nov 2026 10:30:00 GMT", "2026-11-02T10:30:00Z"},
		{"Mon, 02 Nov 2026 10:30:00 +0100", "2026-11-02T09:30:00Z"},
		{"Mon, 2 Nov 26 10:30 EST", "2026-11-02T15:30:00Z"},
		{"2 November 2026 10:30:00 CET", "2026-11-02T09:30:00Z"},
		{"Monday, 02-Nov-26 10:30:00 UTC", "2026-11-02T10:30:00Z"},
		{"Mon Nov  2 10:30:00 2026", "2026-11-02T10:30:00Z"},
		{"Nov 2, 2026 10:30 PM", "2026-11-02T22:30:00Z"},
		{"Wed, 02 Sept 2026 24:00:00 -0000", "2026-09-03T00:00:00Z"},
		{"Mon, 02 Nov 2026 10:30:00 GMT+0100", "2026-11-02T09:30:00Z"},
		{"Mon, 02 Nov 2026 10:30:00.123 +01:00", "2026-11-02T09:30:00Z"},
		{"2026-11-02T10:30:00+01:00", "2026-11-02T09:30:00Z"},
		{"2026-11-02T10:30:00.5Z", "2026-11-02T10:30:00Z"},
		{"2026-11-02T10:30:00+0100", "2026-11-02T09:30:00Z"},
		{"2026-11-02T10:30Z", "2026-11-02T10:30:00Z"},
		{"2026-11-02 10:30:00", "2026-11-02T10:30:00Z"},
		{"2026-11-02", "2026-11-02T00:00:00Z"},
		{"2026-11-02+01:00", "2026-11-02T00:00:00Z"},
		{"2026-11", "2026-11-01T00:00:00Z"},
		{"2026", "2026-01-01T00:00:00Z"},
		{" \n2 Nov 2026\t", "2026-11-02T00:00:00Z"},
		{"", ""},
		{"today", ""},
		{"0000-00-00T00:00:00Z", ""},
		{"31 Feb 2026", ""},
		{"Mon, 02 Foo 2026 10:30:00 GMT", ""},
		{"Mon, 02 Nov 2026 99:30:00 GMT", ""},
		{"1, 2, 3", ""},
		{",,,,", ""},
		{strings.Repeat("1", 5000), ""},
	} {
		t.Run(tt.text[:min(len(tt.text), 40)], func(t *testing.T) {
			c, err := feeds.Parse([]byte(rss("<item><pubDate>"+tt.text+"</pubDate></item>")), "", nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Entries[0].Published; got != tt.want {
				t.Errorf("date %q, want %q", got, tt.want)
			}
		})
	}
}
