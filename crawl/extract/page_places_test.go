package extract_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"vigie/crawl/extract"
)

// occupied returns places that are all taken by work that was given up, and what ends
// that work.
func occupied(t *testing.T) (p *extract.Places, end func()) {
	t.Helper()
	p = &extract.Places{}
	over := make(chan struct{})
	for range 4 {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := extract.Within(ctx, p, func() (int, error) {
			cancel()
			<-over
			return 1, nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("work that was given up ended with %v", err)
		}
	}
	return p, func() { close(over) }
}

// TestPlaces: work that was given up keeps its place; there is never more of it than places.
func TestPlaces(t *testing.T) {
	p, end := occupied(t)
	var began atomic.Int32
	work := func() (int, error) { return int(began.Add(1)), nil }
	for range 3 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
		if _, err := extract.Within(ctx, p, work); !errors.Is(err, context.DeadlineExceeded) || began.Load() != 0 {
			t.Errorf("without a place: %v, %d began", err, began.Load())
		}
		cancel()
	}
	end()
	for n := range 9 {
		if got, err := extract.Within(t.Context(), p, work); err != nil || got != n+1 {
			t.Errorf("with places: %d, %v", got, err)
		}
	}
	if _, err := extract.Within(t.Context(), p, func() (int, error) { panic("a hostile page") }); err == nil || !strings.Contains(err.Error(), "a hostile page") {
		t.Errorf("after a panic: %v", err)
	}
}

// TestPagesWait: a page waits for a place as long as it may take, and is read flat then.
func TestPagesWait(t *testing.T) {
	p, end := occupied(t)
	page := []byte("<title>Titre</title><nav>Menu</nav><p>Des mots.</p>")
	at := address(t, "https://a.example/p")
	a, err := extract.PageWithin(t.Context(), p, time.Nanosecond, page, "text/html", at, time.Time{})
	if err != nil || !strings.Contains(a.Text, "Des mots.") || len(a.Faults) != 1 || !strings.Contains(a.Faults[0], "took too long") {
		t.Errorf("without a place: %v, %+v", err, a)
	}
	end()
	if a, err = p.PageAt(t.Context(), page, "text/html", at, time.Time{}); err != nil || len(a.Faults) != 0 {
		t.Errorf("with a place: %v, %q", err, a.Faults)
	}
}
