package vigie_test

import (
	"testing"
	"time"

	"vigie"
)

// autoFeed is a source whose feed was found behind its page.
func autoFeed() (vigie.Source, vigie.Visit) {
	return vigie.Source{ID: sourceID, Kind: vigie.Auto, URL: "https://a.example/"},
		vigie.Visit{Found: vigie.Found{Kind: vigie.Feed, URL: "https://a.example/feed"}}
}

// TestAutoPace: a feed that was found is spared as one that a person named.
func TestAutoPace(t *testing.T) {
	s, v := autoFeed()
	var pace vigie.Pace
	for code, want := range map[int]vigie.Standing{410: vigie.Gone, 401: vigie.Refused, 403: vigie.Refused, 451: vigie.Refused, 404: vigie.Failing, 500: vigie.Failing} {
		if got := pace.Failed(s, v, "no", status(code), at(0)); got.Standing != want {
			t.Errorf("after %d: %q", code, got.Standing)
		}
	}
	read := vigie.Reading{Visit: v, Items: 3}
	read.Visit.LastSuccess = at(0).Add(-day)
	if wait := pace.Succeeded(s, read, at(0)).NextRead.Sub(at(0)); wait < day {
		t.Errorf("without validators it is read again after %s", wait)
	}
	read.Visit.ETag = `"1"`
	if wait := pace.Succeeded(s, read, at(0)).NextRead.Sub(at(0)); wait >= day {
		t.Errorf("with one it is read again after %s", wait)
	}
	sitemap := vigie.Found{Kind: vigie.Site, Sitemap: true}
	if as := s.As(sitemap); as.List.Sitemap != s.URL {
		t.Errorf("the address itself is a sitemap, and is read as %+v", as)
	}
}

// TestAgreed: an offer lasts until the source is read again, or a person takes it.
func TestAgreed(t *testing.T) {
	s, v := autoFeed()
	v.ETag, v.Body, v.Offered = `"1"`, "b", vigie.Found{Kind: vigie.Site, At: at(0)}
	v = vigie.Pace{}.Failed(s, v, "gone", status(410), at(1))
	if v.Offered.Kind != vigie.Site || !v.Agreeable() {
		t.Errorf("a failure took the offer: %+v", v)
	}
	if got := v.Agreed(); got.Found.Kind != vigie.Site || got.Agreeable() || got.ETag != "" || got.Body != "" || got.Failures != 0 || got.Standing != "" || !got.Due(s, at(2)) {
		t.Errorf("taken: %+v", got)
	}
	if got := (vigie.Pace{}).Succeeded(s, vigie.Reading{Visit: v, Items: 1}, at(3)); got.Agreeable() {
		t.Errorf("read again, and still offered: %+v", got.Offered)
	}
	if got := (vigie.Pace{}).Succeeded(s, vigie.Reading{Visit: v}, at(3)); !got.Agreeable() {
		t.Error("what answers with nothing has no offer any more")
	}
	v.Offered, v.Found.Was = vigie.Found{}, "https://a.example/old"
	next := v.NextRead
	if got := v.Agreed(); got.Agreeable() || got.Found.URL != v.Found.URL || !got.NextRead.Equal(next) {
		t.Errorf("agreed to what was taken: %+v", got)
	}
}

// TestUnsafeMove: no redirect makes a source give up https by itself.
func TestUnsafeMove(t *testing.T) {
	sitemap := vigie.ListRules{Sitemap: "https://a.example/sitemap.xml"}
	for name, test := range map[string]struct {
		source vigie.Source
		found  vigie.Found
		to     string
		unsafe bool
	}{
		"to http":         {source: vigie.Source{Kind: vigie.Feed, URL: "https://a.example/feed"}, to: "http://a.example/feed", unsafe: true},
		"in capitals":     {source: vigie.Source{Kind: vigie.Feed, URL: "HTTPS://a.example/feed"}, to: "HTTP://b.example/feed", unsafe: true},
		"a feed found":    {source: vigie.Source{Kind: vigie.Auto, URL: "http://a.example/"}, found: vigie.Found{Kind: vigie.Feed, URL: "https://a.example/feed"}, to: "http://a.example/feed", unsafe: true},
		"a sitemap":       {source: vigie.Source{Kind: vigie.Site, URL: "http://a.example/", List: sitemap}, to: "http://a.example/sitemap.xml", unsafe: true},
		"to https":        {source: vigie.Source{Kind: vigie.Feed, URL: "http://a.example/feed"}, to: "https://a.example/feed"},
		"http throughout": {source: vigie.Source{Kind: vigie.Feed, URL: "http://a.example/feed"}, to: "http://b.example/feed"},
		"https as well":   {source: vigie.Source{Kind: vigie.Feed, URL: "https://a.example/feed"}, to: "https://b.example/feed"},
	} {
		v := vigie.Visit{Found: test.found}
		for i := range 4 {
			v = vigie.Pace{}.Succeeded(test.source, vigie.Reading{Visit: v, NotModified: true, Moved: test.to}, at(0).Add(time.Duration(i)*day))
		}
		_, after := v.Adopt(test.source, at(0).Add(4*day))
		if v.Unsafe(test.source) != test.unsafe || (after.Adopted.From == "") != test.unsafe {
			t.Errorf("%s: unsafe %v, adopted %+v", name, v.Unsafe(test.source), after.Adopted)
		}
	}
}
