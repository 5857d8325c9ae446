package feeds_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/feeds"
)

// TestWishes reads when a feed wants to be read again.
func TestWishes(t *testing.T) {
	for _, tt := range []struct {
		name, channel string
		want          vigie.Wishes
	}{
		{"nothing", "", vigie.Wishes{}},
		{"ttl", "<ttl> 90 </ttl>", vigie.Wishes{Every: 90 * time.Minute}},
		{"ttl of nonsense", "<ttl>soon</ttl>", vigie.Wishes{}},
		{"negative ttl", "<ttl>-5</ttl>", vigie.Wishes{}},
		{"endless ttl", "<ttl>99999999999</ttl>", vigie.Wishes{Every: 366 * 24 * time.Hour}},
		{
			"hours and days", "<skipHours><hour>24</hour><hour>3</hour><hour>3</hour><hour>99</hour><hour>x</hour></skipHours>" +
				"<skipDays><day>sunday</day><day>Saturday</day><day>Someday</day></skipDays>",
			vigie.Wishes{SkipHours: []int{0, 3}, SkipDays: []time.Weekday{time.Sunday, time.Saturday}},
		},
		{"twice a day", "<sy:updatePeriod> daily </sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", vigie.Wishes{Every: 12 * time.Hour}},
		{"weekly", "<sy:updatePeriod>weekly</sy:updatePeriod>", vigie.Wishes{Every: 7 * 24 * time.Hour}},
		{"never", "<sy:updatePeriod>never</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", vigie.Wishes{}},
		{"ttl before period", "<sy:updatePeriod>hourly</sy:updatePeriod><ttl>30</ttl>", vigie.Wishes{Every: 30 * time.Minute}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			feed := `<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>W</title>` + tt.channel + `</channel></rss>`
			got, err := feeds.WishesOf([]byte(feed))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("wishes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestReadWishes keeps what the feed asked for when the next answer is 304, and
// takes from each answer how long it is fresh.
func TestReadWishes(t *testing.T) {
	d := newDesk(t)
	fresh := "max-age=7200"
	feed := strings.Replace(feedOf(entry("1", "One", "/1", "text")), "<channel>", "<channel><ttl>180</ttl>", 1)
	d.web.Handle("bulletin.test", "/feed.xml", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", fresh)
		w.Header().Set("ETag", `"1"`)
		w.Header().Set("Content-Type", "application/rss+xml")
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write([]byte(feed))
	})
	got := d.read()
	if want := (vigie.Wishes{Every: 3 * time.Hour, Fresh: 2 * time.Hour}); !cmp.Equal(got.Visit.Wishes, want) {
		t.Errorf("wishes %+v, want %+v", got.Visit.Wishes, want)
	}
	if got.Items != 1 || got.Left || got.Moved != "" {
		t.Errorf("items %d, left %v, moved %q; want one item", got.Items, got.Left, got.Moved)
	}
	fresh = "max-age=600"
	got = d.read()
	if want := (vigie.Wishes{Every: 3 * time.Hour, Fresh: 10 * time.Minute}); !got.NotModified || !cmp.Equal(got.Visit.Wishes, want) {
		t.Errorf("after a 304 (%v): wishes %+v, want %+v", got.NotModified, got.Visit.Wishes, want)
	}
	if got.Items != 0 {
		t.Errorf("a 304 has %d items", got.Items)
	}
}

// TestReadMoved tells where a permanent redirect leads, and not where another does.
func TestReadMoved(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		moved  bool
	}{
		{"permanently", http.StatusMovedPermanently, true},
		{"permanently, strictly", http.StatusPermanentRedirect, true},
		{"for now", http.StatusFound, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			to := d.web.URL("bulletin.test", "/new.xml")
			d.web.Handle("bulletin.test", "/feed.xml", func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, to, tt.status)
			})
			d.web.Handle("bulletin.test", "/new.xml", func(w http.ResponseWriter, _ *http.Request) {
				_, _ = w.Write([]byte(feedOf(entry("1", "One", "/1", "text"))))
			})
			want := ""
			if tt.moved {
				want = to
			}
			if got := d.read().Moved; got != want {
				t.Errorf("moved to %q, want %q", got, want)
			}
		})
	}
}

// TestCaptureHeaders takes language and base address from the headers of an answer.
func TestCaptureHeaders(t *testing.T) {
	body := []byte(`<rss><channel><item><link>a</link></item></channel></rss>`)
	for _, tt := range []struct{ name, location, language, link, lang string }{
		{"none", "", "", "https://a.example/news/a", ""},
		{"relative", "/feeds/rss", "fr", "https://a.example/feeds/a", "fr"},
		{"same host", "https://a.example/x/y", "fr, en", "https://a.example/x/a", ""},
		{"another host", "https://internal.example/x/y", "", "https://a.example/news/a", ""},
		{"no address", "http://%zz", "", "https://a.example/news/a", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := feeds.ParseCapture(vigie.Capture{Final: "https://a.example/news/feed", Body: body, Header: map[string][]string{
				"Content-Location": {tt.location}, "Content-Language": {tt.language},
			}})
			if err != nil {
				t.Fatal(err)
			}
			if e := c.Entries[0]; e.Link != tt.link || e.Lang != tt.lang {
				t.Errorf("link %q language %q, want %q %q", e.Link, e.Lang, tt.link, tt.lang)
			}
		})
	}
}
