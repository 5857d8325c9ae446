package harvest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/crawltest"
	"vigie/crawl/harvest"
	"vigie/crawl/polite"
)

// TestScoutPauses: an address that may be that of a page waits as pages do, and what is
// looked for behind it as feeds do, so that a person has the preview in some seconds.
func TestScoutPauses(t *testing.T) {
	web := crawltest.New(t)
	web.Set(office, "/", home("", 4))
	web.Set(office, "/sitemap.xml", sitemap(5))
	door := polite.New(polite.Options{Allow: web.Allow(), FeedPause: time.Millisecond, PagePause: time.Hour})
	scout, s := harvest.Scout{Web: door}, vigie.Source{ID: "s", Kind: vigie.Auto, URL: web.URL(office, "/")}
	ways, err := scout.Ways(t.Context(), s) // would take hours otherwise
	if err != nil || len(ways) < 3 {
		t.Fatalf("%+v, %v", ways, err)
	}
	asked := len(web.Log(office))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := scout.Ways(ctx, s); !errors.Is(err, context.DeadlineExceeded) || len(web.Log(office)) != asked {
		t.Errorf("the page was asked for again at once: %v, %q", err, web.Paths(office)[asked:])
	}
}
