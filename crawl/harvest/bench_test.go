package harvest_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/harvest"
	"vigie/crawl/polite"
	"vigie/feeds"
	"vigie/index/store"
)

// BenchmarkTurn304 is a turn over 2,000 sources, each on an address of its own, that
// all answer 304: what the program costs when there is nothing new. The server is in
// the same process.
func BenchmarkTurn304(b *testing.B) {
	const sources = 2000
	db, err := store.Open(b.Context(), b.TempDir(), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	port := serveEverywhere(b)
	err = db.Update(b.Context(), func(tx *store.Tx) error {
		for n := range sources {
			_, err := tx.AddSource(vigie.Source{Kind: vigie.Feed, URL: fmt.Sprintf("http://127.40.%d.%d:%s/feed", n/250, n%250+1, port)})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	web := polite.New(polite.Options{
		Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, PagePause: time.Millisecond, FeedPause: time.Millisecond,
		LoadHost: remembered(db, (*store.Tx).Host),
		SaveHost: func(_ context.Context, host string, record []byte) error {
			db.NoteHost(host, record)
			return nil
		},
		Record: db.NoteFetch,
	})
	defer web.CloseIdleConnections()
	h := harvest.New(db, map[vigie.Kind]harvest.Reader{vigie.Feed: &feeds.Reader{Web: web}}, harvest.Options{})
	if r, err := h.Run(b.Context(), harvest.Choice{All: true}, nil); err != nil || r.Read != sources {
		b.Fatalf("%d read, %v", r.Read, err)
	}
	before := processor(b)
	for b.Loop() {
		r, err := h.Run(b.Context(), harvest.Choice{All: true}, nil)
		if err != nil || r.NotModified != sources {
			b.Fatalf("%d not modified, %v", r.NotModified, err)
		}
	}
	turns := float64(b.N)
	b.ReportMetric(b.Elapsed().Seconds()/turns, "s/turn")
	b.ReportMetric((processor(b)-before).Seconds()/turns, "cpu-s/turn")
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	b.ReportMetric(float64(memory.HeapInuse)/(1<<20), "heap-MiB")
}

// serveEverywhere answers on every loopback address, at the port that it returns,
// with a feed that never changes.
func serveEverywhere(b *testing.B) (port string) {
	b.Helper()
	l, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "0.0.0.0:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		switch {
		case r.URL.Path != "/feed":
			http.NotFound(w, r)
		case r.Header.Get("If-None-Match") == `"1"`:
			w.WriteHeader(http.StatusNotModified)
		default:
			fmt.Fprintf(w, `<rss version="2.0"><channel><title>%s</title><item><guid>1</guid><title>One</title></item></channel></rss>`, r.Host)
		}
	})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l)
	}()
	b.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// processor is the processor time of this process so far.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
