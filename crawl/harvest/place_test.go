package harvest_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/harvest"
	"vigie/crawl/polite"
	"vigie/feeds"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// TestSlowHosts has many more sites than the harvester reads at a time, each of which
// answers only once a healthy one behind them all was asked.
func TestSlowHosts(t *testing.T) {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	const healthy = "127.60.1.1"
	asked, once := make(chan struct{}), sync.Once{}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		if host, _, _ := net.SplitHostPort(r.Host); host == healthy {
			once.Do(func() { close(asked) })
		}
		select {
		case <-asked:
		case <-r.Context().Done():
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		_, _ = fmt.Fprint(w, `<rss version="2.0"><channel><title>Une source</title><item><title>Un titre</title><guid>1</guid></item></channel></rss>`)
	})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l)
	}()
	defer func() {
		_ = server.Close()
		<-done
	}()

	db := storetest.Open(t)
	for i := range 20 {
		storetest.Source(t, db, "http://"+net.JoinHostPort(fmt.Sprintf("127.60.0.%d", i+1), port)+"/")
	}
	last := storetest.Source(t, db, "http://"+net.JoinHostPort(healthy, port)+"/")
	setNext(t, db, last.ID, time.Now().Add(-time.Second)) // the others are due for ever
	web := polite.New(polite.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, FeedPause: time.Nanosecond})
	defer web.CloseIdleConnections()
	h := harvest.New(db, map[vigie.Kind]harvest.Reader{vigie.Feed: &feeds.Reader{Web: web}}, harvest.Options{Parallel: 2})

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	report, err := h.Run(ctx, harvest.Choice{}, nil)
	if err != nil {
		t.Fatalf("the healthy source was not read beside the slow ones: %v", err)
	}
	if report.Read != 21 || len(report.Failed) > 0 {
		t.Errorf("read %d sources, failed %v", report.Read, report.Failed)
	}
}

// setNext makes a source due at a time.
func setNext(t *testing.T, db *store.DB, id vigie.SourceID, at time.Time) {
	t.Helper()
	if err := db.Update(t.Context(), func(tx *store.Tx) error {
		v, err := tx.Visit(id)
		if err != nil {
			return err
		}
		v.Source, v.NextRead = id, at
		return tx.PutVisit(v)
	}); err != nil {
		t.Fatal(err)
	}
}

// TestManyWaitForOne has more people ask for one slow source than may be away at a time:
// who waits for another reading must not keep what that reading needs to end.
func TestManyWaitForOne(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://slow.example/")
	goOn, asked := make(chan struct{}), make(chan struct{}, 1000)
	h := newHarvester(db, harvest.Options{Parallel: 2}, func(_ context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
		asked <- struct{}{}
		<-goOn
		return items(s, v, known, "un titre"), nil
	})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var all sync.WaitGroup
	run := func() {
		all.Go(func() {
			if _, err := h.Run(ctx, harvest.Choice{Source: s.ID}, nil); err != nil {
				t.Error(err)
			}
		})
	}
	run()
	<-asked
	for range 100 {
		run()
	}
	close(goOn)
	all.Wait()
}
