package harvest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/crawl"
	"vigie/crawl/crawltest"
	"vigie/crawl/harvest"
	"vigie/crawl/polite"
	"vigie/feeds"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// TestKept reads with a real store what is sent once only: a feed with more pages than
// one reading fetches, and a deep site of which nothing may be kept.
func TestKept(t *testing.T) {
	text := strings.Repeat("Le régulateur rend compte de la couverture mobile du pays, région par région. ", 6)
	web, db := crawltest.New(t), storetest.Open(t)
	var list, links strings.Builder
	for i := range 35 {
		fmt.Fprintf(&list, "<item><guid>%d</guid><title>Note %[1]d</title><link>http://agence.test/%[1]d.html</link><description>Un extrait.</description></item>", i)
		web.Set("agence.test", fmt.Sprintf("/%d.html", i), crawltest.Page{Body: fmt.Sprintf("<html><title>Note %d</title><article><p>%s</p></article></html>", i, text)})
	}
	web.Set("agence.test", "/flux.xml", crawltest.Page{Body: "<rss version='2.0'><channel><title>Agence</title>" + list.String() + "</channel></rss>"})
	for i := range 4 {
		fmt.Fprintf(&links, "<a href='%d.html'>Chapitre %[1]d</a>", i)
		web.Set("manuel.test", fmt.Sprintf("/m/%d.html", i), crawltest.Page{
			Header: map[string]string{"X-Robots-Tag": "noarchive"},
			Body:   fmt.Sprintf("<html><title>Chapitre %d</title><article><p>%s</p></article><a href='%d.html'>La suite</a></html>", i, text, 10+i),
		})
		web.Set("manuel.test", fmt.Sprintf("/m/%d.html", 10+i), crawltest.Page{Body: fmt.Sprintf("<html><title>Suite %d</title><article><p>%s</p></article></html>", i, text)})
	}
	web.Set("manuel.test", "/m/index.html", crawltest.Page{
		Header: map[string]string{"X-Robots-Tag": "noarchive"},
		Body:   "<html><title>Manuel</title><article><p>" + text + "</p></article>" + links.String() + "</html>",
	})
	feed := storetest.Source(t, db, web.URL("agence.test", "/flux.xml"))
	site := vigie.Source{Kind: vigie.Site, URL: web.URL("manuel.test", "/m/index.html"), List: vigie.ListRules{Depth: 3}}
	if err := db.Update(t.Context(), func(tx *store.Tx) (err error) {
		site, err = tx.AddSource(site)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	door := polite.New(polite.Options{Allow: web.Allow(), PagePause: time.Millisecond, FeedPause: time.Millisecond})
	t.Cleanup(door.CloseIdleConnections)
	h := harvest.New(db, map[vigie.Kind]harvest.Reader{
		vigie.Feed: &feeds.Reader{Web: door, Kept: harvest.KeptItem(db)}, vigie.Site: &crawl.Reader{Web: door, Kept: harvest.Kept(db)},
	}, harvest.Options{})
	turn := func(want map[string]int) {
		t.Helper()
		before := len(web.Log(""))
		for _, id := range []vigie.SourceID{feed.ID, site.ID} {
			if r, err := h.Run(t.Context(), harvest.Choice{Source: id}, nil); err != nil || len(r.Failed) > 0 {
				t.Fatal(r.Failed, err)
			}
		}
		got := map[string]int{}
		for _, r := range web.Log("")[before:] {
			if r.Status == http.StatusOK || r.Status == http.StatusNotModified {
				got[fmt.Sprintf("%d %s", r.Status, r.Site)]++
			}
		}
		for what, n := range want {
			if got[what] != n {
				t.Errorf("%d answers %s, want %d: %v", got[what], what, n, got)
			}
		}
	}
	turn(map[string]int{"200 agence.test": 1 + 30, "200 manuel.test": 9})
	turn(map[string]int{"304 agence.test": 1, "200 agence.test": 5, "304 manuel.test": 9, "200 manuel.test": 0})
	turn(map[string]int{"304 agence.test": 1, "200 agence.test": 0, "304 manuel.test": 9, "200 manuel.test": 0})
	if v := visit(t, db, feed.ID); len(v.Skipped) != 0 || v.ETag == "" {
		t.Errorf("the feed: %+v", v)
	}
}
