package harvest_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/crawltest"
	"vigie/crawl/harvest"
	"vigie/crawl/polite"
	"vigie/feeds"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// pausing is a desk of four sources on two hosts. One of the hosts asks for an hour;
// two sources of the other lead there.
type pausing struct {
	db              *store.DB
	web             *crawltest.Web
	now             time.Time
	moved, auto, at vigie.Source // which lead to the busy host
	own             vigie.Source // which does not
}

func newPausing(t *testing.T) *pausing {
	t.Helper()
	p := &pausing{db: storetest.Open(t), web: crawltest.New(t), now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	const feed = `<rss version="2.0"><channel><title>N</title><item><title>Note</title><guid>1</guid></item></channel></rss>`
	p.web.Set("busy.test", "/a", crawltest.Page{Status: 503, Header: map[string]string{"Retry-After": "7200"}})
	p.web.Set("busy.test", "/b", crawltest.Page{Body: feed, Type: "application/rss+xml"})
	p.web.Set("door.test", "/moved", crawltest.Page{Location: "http://busy.test/a"})
	p.web.Set("door.test", "/own", crawltest.Page{Body: feed, Type: "application/rss+xml"})
	p.moved = storetest.Source(t, p.db, p.web.URL("door.test", "/moved"))
	p.own = storetest.Source(t, p.db, p.web.URL("door.test", "/own"))
	p.at = storetest.Source(t, p.db, p.web.URL("busy.test", "/b"))
	err := p.db.Update(t.Context(), func(tx *store.Tx) (err error) {
		if p.auto, err = tx.AddSource(vigie.Source{Kind: vigie.Auto, URL: p.web.URL("door.test", "/")}); err != nil {
			return err
		}
		return tx.PutVisit(vigie.Visit{Source: p.auto.ID, Found: vigie.Found{Kind: vigie.Feed, URL: p.web.URL("busy.test", "/b")}})
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// run starts the program anew for one turn; it returns how often each host was asked.
func (p *pausing) run(t *testing.T, c harvest.Choice) (r harvest.Report, door, busy int) {
	t.Helper()
	clock := func() time.Time { return p.now }
	web := polite.New(polite.Options{
		Allow: p.web.Allow(), Now: clock, FeedPause: time.Millisecond, PagePause: time.Millisecond,
		LoadHost: func(_ context.Context, host string) (record []byte, err error) {
			err = p.db.View(func(tx *store.Tx) error {
				record, err = tx.Host(host)
				return err
			})
			if errors.Is(err, vigie.ErrNotFound) {
				return nil, nil
			}
			return record, err
		},
		SaveHost: func(_ context.Context, host string, record []byte) error {
			p.db.NoteHost(host, record)
			return nil
		},
	})
	defer web.CloseIdleConnections()
	feed := &feeds.Reader{Web: web, Now: clock}
	h := harvest.New(p.db, map[vigie.Kind]harvest.Reader{
		vigie.Feed: feed,
		vigie.Auto: &harvest.Auto{Scout: harvest.Scout{Web: web, Now: clock}, Readers: map[vigie.Kind]harvest.Reader{vigie.Feed: feed}, Now: clock},
	}, harvest.Options{Now: clock})
	before := len(p.web.Paths(""))
	r, err := h.Run(t.Context(), c, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, asked := range p.web.Log("")[before:] {
		switch {
		case strings.HasSuffix(asked.Path, "/robots.txt"):
		case asked.Site == "busy.test":
			busy++
		default:
			door++
		}
	}
	return r, door, busy
}

// TestPause keeps the wish of a server for all that is read from it, whatever host the
// source is of, also when a person asks and when the program was started anew. The other
// sources of a host that leads there are read as ever.
func TestPause(t *testing.T) {
	p := newPausing(t)
	until := p.now.Add(2 * time.Hour)
	if r, door, busy := p.run(t, harvest.Choice{Source: p.moved.ID}); len(r.Failed) != 1 || door != 1 || busy != 1 {
		t.Fatalf("first: %+v, %d and %d requests", r, door, busy)
	}
	r, door, busy := p.run(t, harvest.Choice{})
	if r.Read != 1 || len(r.Failed) != 2 || door != 1 || busy != 0 {
		t.Errorf("what is due: %+v, %d requests for the host that leads there and %d for the busy one", r, door, busy)
	}
	for _, s := range []vigie.Source{p.moved, p.auto, p.at} {
		v := visit(t, p.db, s.ID)
		if !v.NextRead.Equal(until) || !v.NotBefore.Equal(until) || v.Trouble.Code != vigie.TroubleRetry {
			t.Errorf("%s is next read at %s, not before %s, for %+v", s.URL, v.NextRead, v.NotBefore, v.Trouble)
		}
		if !strings.Contains(v.LastError, "asks to be left alone until 2026-11-21T14:00:00Z") || !strings.Contains(p.web.URL("busy.test", "/"), v.Trouble.What) {
			t.Errorf("%s: %q, about %s", s.URL, v.LastError, v.Trouble.What)
		}
	}
	if v := visit(t, p.db, p.own.ID); !v.NotBefore.IsZero() || v.Failures != 0 {
		t.Errorf("the source that leads nowhere: %+v", v)
	}
	for _, choice := range []harvest.Choice{{All: true}, {Source: p.at.ID}} {
		r, _, busy := p.run(t, choice)
		if busy != 0 || len(r.Failed) == 0 || r.Failed[0].Reason != "its server asked for a pause until 2026-11-21 14:00 UTC" {
			t.Errorf("%+v: %d requests, %+v", choice, busy, r)
		}
	}
	p.now = until
	p.web.Set("busy.test", "/a", crawltest.Page{Body: "<rss><channel/></rss>", Type: "application/rss+xml"})
	if r, _, busy := p.run(t, harvest.Choice{All: true}); r.Read != 4 || busy != 3 {
		t.Errorf("after the pause: %+v, %d requests", r, busy)
	}
}
