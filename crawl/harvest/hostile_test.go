package harvest_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"runtime"
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

// containsFold reports whether a text has the words in it, in whatever case.
func containsFold(text, words string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(words))
}

// rebound is a name that leads to a good address first, and then to this machine.
const rebound = "rebind.example"

// TestHostileBesideHealthy puts every hostile and every failing source into one turn
// with a healthy one, which comes last: it is read while the dripping one still drips,
// and each of the others is told for what it is, in words and to programs. What they
// cost together is bounded, and nothing of them is left half done.
func TestHostileBesideHealthy(t *testing.T) {
	rebind(t, []string{"127.60.9.9"}, []string{"127.0.0.1"})
	crowd, closeCrowd := serveCrowd(t, 0, 0) // the soak looks at pauses
	t.Cleanup(closeCrowd)
	traps := append(failures(), hostiles()...)
	traps = append(traps,
		trap{name: "sitemap of a million lines", answer: millionLines, kind: vigie.Site},
		trap{name: "rebinding name", answer: answering(200, nil), code: vigie.TroubleAddress, words: "127.0.0.1 of host " + rebound + " is not public"})
	db := storetest.Open(t)
	var members []*member
	for n, tr := range append(traps, trap{}) {
		m := &member{trap: tr, source: vigie.Source{Kind: vigie.Feed, FullText: vigie.FullTextNever, List: vigie.ListRules{Most: 5}}}
		address, path := fmt.Sprintf("127.60.0.%d", n+1), "/feed"
		switch tr.name {
		case "links for ever":
			m.source.Kind, m.source.List.Depth = vigie.Site, 10
		case "sitemap of a million lines":
			m.source.Kind, m.source.List.Sitemap, path = vigie.Site, "below", "/sitemap.xml"
		case "rebinding name":
			address, m.hangsUp = rebound, true
		}
		members = append(members, crowd.join(address, path, m))
	}
	addAll(t, db, members)
	web := polite.New(polite.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.60.0.0/16")}, PagePause: time.Millisecond, FeedPause: time.Millisecond})
	t.Cleanup(web.CloseIdleConnections)
	pages := &crawl.Reader{Web: web, Kept: harvest.Kept(db)}
	h := harvest.New(db, map[vigie.Kind]harvest.Reader{vigie.Feed: &feeds.Reader{Web: web}, vigie.Site: pages}, harvest.Options{})

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var order []string // of what is done
	report, err := h.Run(t.Context(), harvest.Choice{}, func(e harvest.Event) {
		order = append(order, e.Source.Name)
		if e.Filed.New > 5 {
			t.Errorf("%s brought %d items", e.Source.Name, e.Filed.New)
		}
	})
	runtime.ReadMemStats(&after)
	if err != nil || report.Sources != len(members) || report.Read != 3 {
		t.Errorf("%d sources, %d read, %v", report.Sources, report.Read, err)
	}
	for _, name := range order {
		if name == "" {
			break // the healthy one
		}
		if name == "dripping body" {
			t.Errorf("the healthy source was read behind the dripping one: %q", order)
		}
	}
	for _, m := range members {
		m.judge(t, visit(t, db, m.source.ID))
		m.judgeOnce(t, visit(t, db, m.source.ID), report.Start)
	}
	crowd.judgeCosts(t, members)
	stats := web.Stats()
	t.Logf("%s, %d requests, %d KiB, %d MiB allocated, refused %v", report.End.Sub(report.Start).Round(time.Millisecond),
		stats.Requests, stats.Bytes>>10, (after.TotalAlloc-before.TotalAlloc)>>20, stats.Refused)
	if stats.Bytes > 64<<20 || after.TotalAlloc-before.TotalAlloc > 1<<30 {
		t.Errorf("the turn cost %d bytes of the wire and %d of memory", stats.Bytes, after.TotalAlloc-before.TotalAlloc)
	}
}

// addAll adds the sources of all hosts.
func addAll(t *testing.T, db *store.DB, members []*member) {
	t.Helper()
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		for _, m := range members {
			added, err := tx.AddSource(m.source)
			if err != nil {
				return err
			}
			m.source = added
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// judgeOnce wants nothing half done after one reading.
func (m *member) judgeOnce(t *testing.T, v vigie.Visit, start time.Time) {
	t.Helper()
	t.Logf("%s: %s: %s", m.trap.name, v.Trouble.Code, v.LastError)
	failed := m.trap.code != ""
	if v.LastRead.Before(start) || v.LastSuccess.IsZero() != failed || (v.Failures == 1) != failed {
		t.Errorf("%s: read at %s, succeeded at %s, %d failures", m.trap.name, v.LastRead, v.LastSuccess, v.Failures)
	}
	if failed && (v.ETag != "" || v.LastModified != "" || v.Body != "" || v.Items != 0) {
		t.Errorf("%s failed, and this is kept of it: %+v", m.trap.name, v)
	}
	if !v.Stopped() && !v.NextRead.After(v.LastRead) {
		t.Errorf("%s is next read at %s", m.trap.name, v.NextRead)
	}
}

// judgeCosts bounds what each host was asked for.
func (c *crowd) judgeCosts(t *testing.T, members []*member) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, how := range c.broken {
		t.Error(how)
	}
	for _, m := range members {
		if m.requests > 20 {
			t.Errorf("%s was asked %d times", m.trap.name, m.requests)
		}
		if m.name == rebound && m.reads > 0 {
			t.Error("the rebinding name led to this machine")
		}
	}
}

// millionLines is a sitemap that goes on and on, and its pages.
func millionLines(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/sitemap.xml" {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(soakPage(r.URL.Path, 0)))
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	out := bufio.NewWriter(w)
	lines := 1_000_000
	if testing.Short() {
		lines /= 20 // as many as are read of it
	}
	for n := range lines {
		if _, err := fmt.Fprintf(out, "http://%s/n/%d\n", r.Host, n); err != nil {
			return
		}
	}
	_ = out.Flush()
}

// rebind makes names lead to the given addresses, one after the other and the last for
// good, until the test ends. No other test may run beside it.
func rebind(t *testing.T, answers ...[]string) {
	t.Helper()
	system := net.DefaultResolver
	net.DefaultResolver = crawltest.Resolver(t, answers...)
	t.Cleanup(func() { net.DefaultResolver = system })
}
