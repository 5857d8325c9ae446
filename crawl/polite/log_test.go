package polite_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/crawl/crawltest"
	"vigie/crawl/polite"
	"vigie/vigietest"
)

// TestWriteLog compares with testdata/log.txt; -update writes it.
func TestWriteLog(t *testing.T) {
	at := time.Date(2026, 11, 3, 13, 0, 0, 123456789, time.FixedZone("", 3600))
	log := func(yield func(vigie.Fetch, error) bool) {
		for i, f := range []vigie.Fetch{
			{URL: "https://bulletin.test/feed.xml", Status: 200, Bytes: 18234, Took: 1234567 * time.Microsecond},
			{URL: "https://bulletin.test/feed.xml", Status: 304, Took: 80 * time.Millisecond},
			{URL: "https://bulletin.test/tab\there", Why: "timed out:\n\u202eno answer"},
			{URL: "https://bulletin.test/rapport", Status: 429, Bytes: 12, Took: time.Second, Why: "host bulletin.test answered 429"},
		} {
			f.At, f.Host = at.Add(-time.Duration(i)*time.Hour), "bulletin.test"
			if !yield(f, nil) {
				return
			}
		}
	}
	var b bytes.Buffer
	door := polite.New(polite.Options{Version: "1.2", Contact: "https://watch.example/bot"})
	head := polite.LogHead{Host: "bulletin.test", Agent: door.UserAgent(), Made: at}
	if err := polite.WriteLog(&b, head, log); err != nil {
		t.Fatal(err)
	}
	vigietest.Golden(t, "testdata/log.txt", b.String())
	broken := errors.New("damaged")
	err := polite.WriteLog(&b, head, func(yield func(vigie.Fetch, error) bool) { yield(vigie.Fetch{}, broken) })
	if !errors.Is(err, broken) {
		t.Error(err)
	}
}

// TestRecord: every request is told of, in the order in which they ended.
func TestRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := crawltest.Offline(t)
		web.Set(site, "/a", crawltest.Page{Body: "four", ETag: `"e"`})
		web.Set(site, "/b", crawltest.Page{Location: "/a"})
		web.Set(site, "/busy", crawltest.Page{Status: 503})
		web.Handle(site, "/slow", stalling(100, 10))
		var kept ledger
		door := bubble(t, web, kept.options(polite.Options{}))
		for _, path := range []string{"/a", "/b", "/gone", "/slow", "/busy", "/a"} {
			_, _ = door.Get(t.Context(), polite.Request{URL: web.URL(site, path)})
		}
		var got []string
		for _, f := range kept.fetches {
			path := strings.TrimPrefix(f.URL, web.URL(site, ""))
			got = append(got, strings.TrimSpace(strings.Join([]string{path, fmt.Sprint(f.Status), fmt.Sprint(int(f.Bytes)), f.Took.String(), f.Why}, " ")))
			if f.Why != "" {
				got[len(got)-1] = fmt.Sprint(path, " ", f.Status, " ", f.Took, " ", f.Why) // how much came is a matter of chance
			}
			if f.At.IsZero() || "http://"+f.Host != web.URL(site, "") {
				t.Errorf("%+v", f)
			}
		}
		want := []string{
			"/robots.txt 404 0 0s", "/a 200 28 0s", "/b 302 0 0s", "/a 200 28 0s", "/gone 404 0 0s",
			"/slow 200 10s timed out: the answer came slower than 1 KiB a second for 10s", "/busy 503 0 0s",
		}
		if !slices.Equal(got, want) {
			t.Errorf("recorded (-want +got):\n%s", cmp.Diff(want, got))
		}
	})
}
