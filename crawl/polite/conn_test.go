package polite_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vigie/crawl/polite"
)

// counted is a connection that is counted until it is closed.
type counted struct {
	net.Conn
	close func() error
}

func (c *counted) Close() error { return c.close() }

// TestOneConnection: a host sees one connection at a time, whatever goes wrong on
// it.
func TestOneConnection(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "0"):
			w.Header().Set("Connection", "close")
		case strings.HasSuffix(r.URL.Path, "1"):
			w.Header().Set("Content-Encoding", "br") // ends it in the middle
		case strings.HasSuffix(r.URL.Path, "2"):
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = w.Write(random(100_000))
	}))
	defer server.Close()
	door := polite.New(loopback())
	var open, most, dials atomic.Int64
	door.SetDial(func(ctx context.Context, network, address string) (net.Conn, error) {
		// The transport lets the next one be dialled a moment before it closes the last. One
		// that is kept stays.
		for begin := time.Now(); open.Load() > 0 && time.Since(begin) < 2*time.Second; {
			time.Sleep(time.Millisecond)
		}
		c, err := door.Dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		dials.Add(1)
		if n := open.Add(1); n > most.Load() {
			most.Store(n)
		}
		return &counted{c, sync.OnceValue(func() error {
			open.Add(-1)
			return c.Close()
		})}, nil
	})
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			_, _ = door.Get(t.Context(), polite.Request{URL: fmt.Sprint(server.URL, "/", i)})
		})
	}
	all.Wait()
	if most.Load() != 1 || dials.Load() < 10 {
		t.Errorf("%d connections at a time, %d in all", most.Load(), dials.Load())
	}
}
