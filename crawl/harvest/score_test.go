package harvest_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/harvest"
	"vigie/crawl/polite"
	"vigie/feeds"
	"vigie/index/store"
)

// scoredFeeds are the behaviours that a reader has to cope with.
func scoredFeeds() map[string]*scored {
	stamp := func(since time.Duration) string {
		return scoringFrom().Add(since.Truncate(3 * day)).Format(http.TimeFormat)
	}
	steady := func(since time.Duration) answer {
		n := int(since / (3 * day))
		return answer{status: 200, etag: fmt.Sprintf(`"v%d"`, n), lastModified: stamp(since), items: 10 + n}
	}
	return map[string]*scored{
		"steady": {path: "/feed.xml", answer: steady},
		"odd validators": {path: "/odd?b=2&a=%7e1&c", answer: func(since time.Duration) answer {
			a := steady(since)
			a.etag, a.lastModified = fmt.Sprintf(`W/"x y-%d`, since/(3*day)), fmt.Sprintf("yesterday, %d", since/(3*day))
			return a
		}},
		"the same bytes": {path: "/feed", answer: func(since time.Duration) answer {
			a := steady(since)
			a.items = 10
			return a
		}},
		"loses its ETag": {path: "/feed", answer: func(since time.Duration) answer {
			a := steady(since)
			if since > 10*day {
				a.etag = ""
			}
			return a
		}},
		"no validators": {path: "/feed", answer: func(since time.Duration) answer {
			return answer{status: 200, items: 10 + int(since/(3*day))}
		}},
		"max-age": {path: "/feed", answer: func(since time.Duration) answer {
			a := steady(since)
			a.maxAge, a.quiet = 12*time.Hour, true
			return a
		}},
		"long max-age": {path: "/feed", answer: func(since time.Duration) answer {
			a := steady(since)
			a.maxAge = 50 * time.Hour
			return a
		}},
		"busy": {path: "/feed", answer: func(since time.Duration) answer {
			switch {
			case since > 5*day && since < 6*day:
				return answer{status: 429, retryAfter: fmt.Sprint(int((60 * time.Hour).Seconds()))}
			case since > 15*day && since < 16*day:
				return answer{status: 503, retryAfter: scoringFrom().Add(20 * day).Format(http.TimeFormat)}
			}
			return steady(since)
		}},
		"moves": {path: "/feed", answer: func(since time.Duration) answer {
			a := steady(since)
			if since > 7*day {
				a.status, a.location, a.etag = 301, "/moved/feed", `"new"`
			}
			return a
		}},
		"gone": {path: "/feed", answer: func(since time.Duration) answer {
			if since > 12*day {
				return answer{status: 410}
			}
			return steady(since)
		}},
		"broken for days": {path: "/feed", answer: func(since time.Duration) answer {
			if since > 9*day && since < 13*day {
				return answer{status: 500}
			}
			return steady(since)
		}},
	}
}

// weeksOfReading is a reader on a clock of its own.
type weeksOfReading struct {
	dir   string
	clock atomic.Int64
	allow netip.Prefix
}

func (w *weeksOfReading) now() time.Time { return time.Unix(0, w.clock.Load()).UTC() }

// open starts the program anew; the function that it returns ends it.
//
//nolint:contextcheck // closing goes on after the context has ended
func (w *weeksOfReading) open(ctx context.Context, t *testing.T) (*store.DB, *harvest.Harvester, func()) {
	t.Helper()
	db, err := store.Open(ctx, w.dir, store.Options{Now: w.now})
	if err != nil {
		t.Fatal(err)
	}
	web := polite.New(polite.Options{
		Version: "1.0", Contact: "https://watch.example/bot", Allow: []netip.Prefix{w.allow}, Now: w.now,
		PagePause: time.Millisecond, FeedPause: time.Millisecond,
		LoadRobots: remembered(db, (*store.Tx).Robots),
		SaveRobots: func(ctx context.Context, origin string, record []byte) error {
			return db.Update(ctx, func(tx *store.Tx) error { return tx.PutRobots(origin, record) })
		},
	})
	readers := map[vigie.Kind]harvest.Reader{vigie.Feed: &feeds.Reader{Web: web, Now: w.now}}
	readers[vigie.Auto] = &harvest.Auto{Scout: harvest.Scout{Web: web, Now: w.now}, Readers: maps.Clone(readers), Now: w.now}
	return db, harvest.New(db, readers, harvest.Options{Now: w.now}), func() {
		web.CloseIdleConnections()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// remembered reads what the door has written down in the store, as the program does:
// nothing is no fault.
func remembered(db *store.DB, read func(tx *store.Tx, key string) ([]byte, error)) func(context.Context, string) ([]byte, error) {
	return func(_ context.Context, key string) (record []byte, err error) {
		err = db.View(func(tx *store.Tx) error {
			record, err = read(tx, key)
			return err
		})
		if errors.Is(err, vigie.ErrNotFound) {
			return nil, nil
		}
		return record, err
	}
}

// next is when the first source is due.
func (w *weeksOfReading) next(t *testing.T, db *store.DB) (next time.Time) {
	t.Helper()
	err := db.View(func(tx *store.Tx) error {
		for s, err := range tx.Sources() {
			if err != nil {
				return err
			}
			v, err := tx.Visit(s.ID)
			if err != nil {
				return err
			}
			at := v.NextRead
			if v.NotBefore.After(at) {
				at = v.NotBefore
			}
			if !v.Stopped() && (next.IsZero() || at.Before(next)) {
				next = at
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// TestScore reads eleven feeds of odd behaviour for four weeks of its own clock. The
// program is started anew every day, and is stopped in the middle of a turn now and
// then. No rule may be broken, and every item must have come.
func TestScore(t *testing.T) {
	t.Parallel()
	kinds := []vigie.Kind{vigie.Feed, vigie.Auto}
	if testing.Short() {
		kinds = kinds[:1] // the goroutines that meet are the same
	}
	for i, kind := range kinds {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			score(t, kind, 20*i)
		})
	}
}

// score reads the feeds as sources of a kind; its servers have numbers of their own.
func score(t *testing.T, kind vigie.Kind, number int) {
	t.Helper()
	w := &weeksOfReading{dir: t.TempDir(), allow: netip.MustParsePrefix("127.0.0.0/8")}
	w.clock.Store(scoringFrom().UnixNano())
	judges := newScorer(w.now)
	names := map[string]string{} // of hosts
	db, _, stop := w.open(t.Context(), t)
	for name, feed := range scoredFeeds() {
		host := serveAt(t, number+len(names)+1, judges)
		judges.feeds[host], names[host] = feed, name
		err := db.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.AddSource(vigie.Source{Kind: kind, URL: "http://" + host + feed.path, Name: name})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	stop()
	turns := 0
	for w.now().Before(scoringFrom().Add(4 * week)) {
		db, h, stop := w.open(t.Context(), t)
		for end := w.now().Add(day); w.now().Before(end); turns++ {
			ctx, cancel := context.WithCancel(t.Context())
			progress := func(harvest.Event) {}
			if turns%10 == 7 {
				progress = func(harvest.Event) { cancel() } // in the middle
			}
			if _, err := h.Run(ctx, harvest.Choice{}, progress); err != nil && !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			cancel()
			next := w.next(t, db)
			if next.IsZero() || next.After(end) {
				next = end
			}
			w.clock.Store(max(next.UnixNano(), w.clock.Load()+1))
		}
		stop()
	}
	for host, name := range names {
		requests := slices.DeleteFunc(slices.Clone(judges.asked), func(a asked) bool { return a.host != host })
		t.Logf("%-16s %3d requests", name, len(requests))
		for _, b := range judge(judges.feeds[host], requests) {
			t.Errorf("%s: rule %d: %s", name, b.rule, b.how)
		}
	}
	w.everything(t, names)
}

// everything looks whether the items came and the moved feed has its new address.
func (w *weeksOfReading) everything(t *testing.T, names map[string]string) {
	t.Helper()
	db, _, stop := w.open(t.Context(), t)
	defer stop()
	err := db.View(func(tx *store.Tx) error {
		counts, err := tx.Counts()
		if err != nil {
			return err
		}
		if counts.Documents < 18 {
			t.Errorf("%d documents came", counts.Documents)
		}
		for s, err := range tx.Sources() {
			if err != nil {
				return err
			}
			v, err := tx.Visit(s.ID)
			if err != nil {
				return err
			}
			moved := s.Name == "moves"
			if moved != (v.Adopted.From != "") || moved && s.URL[len(s.URL)-len("/moved/feed"):] != "/moved/feed" {
				t.Errorf("%s is at %s: %+v", s.Name, s.URL, v.Adopted)
			}
			if (s.Name == "gone") != (v.Standing == vigie.Gone) || v.Standing == vigie.Failing {
				t.Errorf("%s is %q: %s", s.Name, v.Standing, v.LastError)
			}
		}
		return nil
	})
	if err != nil || len(names) == 0 {
		t.Fatal(err)
	}
}

// serveAt serves on a loopback address of its own, and returns host and port.
func serveAt(t testing.TB, n int, handler http.Handler) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", fmt.Sprintf("127.30.%d.%d:0", n/250, n%250+1))
	if err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: l, Config: &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}}
	server.Start()
	t.Cleanup(server.Close)
	return l.Addr().String()
}
