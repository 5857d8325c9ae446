package harvest_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/crawl"
	"vigie/crawl/harvest"
	"vigie/crawl/polite"
	"vigie/feeds"
)

func TestAlarms(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	ago := func(days int) time.Time { return now.Add(-time.Duration(days) * day) }
	quarterly := vigie.Rhythm{Gap: 91 * day, Late: 110 * day, Times: []time.Time{ago(112)}}
	var months, skipped vigie.Rhythm // a weekly one that became monthly, and one that had two holidays
	for week := range 30 {
		months.Times = append(months.Times, ago(7*week+110))
	}
	months.Times = append(months.Times, ago(80), ago(50), ago(20))
	slices.SortFunc(months.Times, time.Time.Compare)
	for week := range 30 {
		if week < 3 || week > 7 {
			skipped.Times = append(skipped.Times, ago(7*week))
		}
	}
	slices.SortFunc(skipped.Times, time.Time.Compare)
	status := vigie.Trouble{Code: vigie.TroubleStatus, Status: 500}
	page := vigie.Trouble{Code: vigie.TroublePage}
	tests := map[string]struct {
		source vigie.Source
		visit  vigie.Visit
		want   []harvest.Alarm
	}{
		"well": {visit: vigie.Visit{LastRead: now, LastSuccess: now, Rhythm: vigie.Rhythm{Gap: day, Late: 3 * day, Times: []time.Time{ago(2)}}}},
		"late": {visit: vigie.Visit{LastRead: now, LastSuccess: now, Rhythm: quarterly}, want: []harvest.Alarm{
			{Code: harvest.AlarmSilent, Since: ago(112), Days: 21, Usual: 91 * day},
		}},
		"a guess, nothing yet": {
			source: vigie.Source{Cadence: 30 * day, Added: ago(61)}, visit: vigie.Visit{LastRead: now, LastSuccess: now},
			want: []harvest.Alarm{{Code: harvest.AlarmSilent, Since: ago(61), Never: true, Days: 31, Usual: 30 * day}},
		},
		"a guess, one item": {
			source: vigie.Source{Cadence: day, Added: ago(100)},
			visit:  vigie.Visit{LastRead: now, LastSuccess: now, Rhythm: vigie.Rhythm{Times: []time.Time{ago(8)}}},
			want:   []harvest.Alarm{{Code: harvest.AlarmSilent, Since: ago(8), Days: 7, Usual: day}},
		},
		"a guess that the rhythm overrules": {
			source: vigie.Source{Cadence: day, Added: ago(100)},
			visit:  vigie.Visit{LastRead: now, LastSuccess: now, Rhythm: vigie.Rhythm{Gap: 91 * day, Late: 110 * day, Times: []time.Time{ago(90)}}},
		},
		"a guess, not yet due":          {source: vigie.Source{Cadence: 30 * day, Added: ago(59)}, visit: vigie.Visit{LastRead: now, LastSuccess: now}},
		"late, but nobody looked":       {visit: vigie.Visit{LastRead: ago(5), LastSuccess: ago(5), Rhythm: quarterly}},
		"late, but it is paused":        {source: vigie.Source{Paused: true}, visit: vigie.Visit{LastRead: now, LastSuccess: now, Rhythm: quarterly}},
		"it fails, so silence is known": {visit: vigie.Visit{LastRead: now, LastSuccess: now, Rhythm: quarterly, Standing: vigie.Failing, Failures: 4, FailingSince: ago(2), Trouble: status}, want: []harvest.Alarm{{Code: harvest.AlarmFailing, Since: ago(2), Days: 2, Trouble: status}}},
		"it failed once":                {visit: vigie.Visit{LastRead: ago(3), Standing: vigie.Failing, Failures: 1, FailingSince: ago(3), Trouble: status}},
		"nothing to read":               {visit: vigie.Visit{LastRead: now, LastSuccess: now, EmptySince: ago(18)}, want: []harvest.Alarm{{Code: harvest.AlarmEmpty, Since: ago(18), Days: 18}}},
		"nothing to read since now":     {visit: vigie.Visit{LastRead: now, LastSuccess: now, EmptySince: now}},
		"a page instead of a feed":      {visit: vigie.Visit{LastRead: now, EmptySince: ago(4), Standing: vigie.Failing, Failures: 9, FailingSince: ago(4), Trouble: page}, want: []harvest.Alarm{{Code: harvest.AlarmEmpty, Since: ago(4), Days: 4, Trouble: page}}},
		"gone":                          {visit: vigie.Visit{LastRead: ago(1), Standing: vigie.Gone, FailingSince: ago(1)}, want: []harvest.Alarm{{Code: harvest.AlarmGone, Since: ago(1), Days: 1}}},
		"refused":                       {visit: vigie.Visit{LastRead: ago(1), Standing: vigie.Refused, FailingSince: ago(1)}, want: []harvest.Alarm{{Code: harvest.AlarmRefused, Since: ago(1), Days: 1}}},
		"suspended": {visit: vigie.Visit{LastRead: ago(1), NextRead: ago(-29), Standing: vigie.Suspended, FailingSince: ago(9)}, want: []harvest.Alarm{
			{Code: harvest.AlarmSuspended, Since: ago(9), Until: ago(-29), Days: 9},
		}},
		"everything at once": {
			source: vigie.Source{URL: "https://old.example/"},
			visit: vigie.Visit{
				LastRead: now, LastSuccess: now, Rhythm: quarterly, Certificate: ago(-3),
				Moved: vigie.Move{To: "https://new.example/", Days: []time.Time{ago(3), ago(2), ago(1)}},
			},
			want: []harvest.Alarm{
				{Code: harvest.AlarmSilent, Since: ago(112), Days: 21, Usual: 91 * day},
				{Code: harvest.AlarmCertificate, Since: ago(11), Until: ago(-3), Days: 3},
				{Code: harvest.AlarmMoved, Since: ago(3), Days: 3, From: "https://old.example/", To: "https://new.example/"},
			},
		},
		"it slowed": {visit: vigie.Visit{LastRead: now, LastSuccess: now, Rhythm: months}, want: []harvest.Alarm{
			{Code: harvest.AlarmSlowed, Since: ago(110), Usual: 7 * day, Now: 30 * day, Days: 110},
		}},
		"it slowed, and is refused": {visit: vigie.Visit{LastRead: ago(1), Standing: vigie.Refused, FailingSince: ago(1), Rhythm: months}, want: []harvest.Alarm{{Code: harvest.AlarmRefused, Since: ago(1), Days: 1}}},
		"it was on holiday":         {visit: vigie.Visit{LastRead: now, LastSuccess: now, Rhythm: skipped}},
		"it was moved": {
			source: vigie.Source{URL: "https://new.example/"}, visit: vigie.Visit{Adopted: vigie.Adoption{From: "https://old.example/", At: ago(2)}},
			want: []harvest.Alarm{{Code: harvest.AlarmMoved, Since: ago(2), Days: 2, From: "https://old.example/", To: "https://new.example/", Adopted: true}},
		},
		"that was long ago": {visit: vigie.Visit{Adopted: vigie.Adoption{From: "https://old.example/", At: ago(20)}}},
	}
	for name, test := range tests {
		if diff := cmp.Diff(test.want, harvest.Alarms(test.source, test.visit, now)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestTroubleOf reads from servers that give real trouble.
func TestTroubleOf(t *testing.T) {
	mux := http.NewServeMux()
	for path, handler := range map[string]http.HandlerFunc{
		"/robots.txt": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "User-agent: *\nDisallow: /no") },
		"/gone":       func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) },
		"/round":      func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/round", http.StatusFound) },
		"/packed": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			fmt.Fprint(w, "this is no gzip")
		},
		"/cut": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, "<rss>")
		},
		"/page":  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<!doctype html><html><p>x</html>") },
		"/text":  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "words") },
		"/empty": func(http.ResponseWriter, *http.Request) {},
		"/big": func(w http.ResponseWriter, _ *http.Request) {
			chunk := strings.Repeat("x", 1<<20)
			for range 12 {
				fmt.Fprint(w, chunk)
			}
		},
	} {
		mux.HandleFunc(path, handler)
	}
	server := "http://" + serveAt(t, 100, mux)
	busy := "http://" + serveAt(t, 101, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	unread := "http://" + serveAt(t, 102, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }))
	secret := httptest.NewUnstartedServer(mux)
	secret.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	secret.StartTLS()
	defer secret.Close()
	closed := httptest.NewServer(mux)
	closed.Close()
	web := polite.New(polite.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, FeedPause: time.Millisecond, PagePause: time.Millisecond})
	readers := map[vigie.Kind]harvest.Reader{vigie.Feed: &feeds.Reader{Web: web}, vigie.Site: &crawl.Reader{Web: web}}
	tests := []struct {
		source vigie.Source
		want   vigie.Trouble
	}{
		{vigie.Source{URL: server + "/gone"}, vigie.Trouble{Code: vigie.TroubleStatus, Status: 410}},
		{vigie.Source{URL: server + "/no"}, vigie.Trouble{Code: vigie.TroubleRobots}},
		{vigie.Source{URL: server + "/round"}, vigie.Trouble{Code: vigie.TroubleRedirect}},
		{vigie.Source{URL: server + "/packed"}, vigie.Trouble{Code: vigie.TroublePacking}},
		{vigie.Source{URL: server + "/cut"}, vigie.Trouble{Code: vigie.TroubleCut}},
		{vigie.Source{URL: server + "/page"}, vigie.Trouble{Code: vigie.TroublePage}},
		{vigie.Source{URL: server + "/text"}, vigie.Trouble{Code: vigie.TroubleNotFeed}},
		{vigie.Source{URL: server + "/empty"}, vigie.Trouble{Code: vigie.TroubleEmpty}},
		{vigie.Source{URL: server + "/big"}, vigie.Trouble{Code: vigie.TroubleBig}},
		{vigie.Source{URL: busy + "/feed"}, vigie.Trouble{Code: vigie.TroubleRetry, Status: 429}},
		{vigie.Source{URL: unread + "/feed"}, vigie.Trouble{Code: vigie.TroubleRobotsUnread}},
		{vigie.Source{URL: secret.URL + "/feed"}, vigie.Trouble{Code: vigie.TroubleCertificate}},
		{vigie.Source{URL: closed.URL + "/feed"}, vigie.Trouble{Code: vigie.TroubleDown}},
		{vigie.Source{URL: "http://192.168.7.7/feed"}, vigie.Trouble{Code: vigie.TroubleAddress}},
		{vigie.Source{URL: "http://nowhere.invalid/feed"}, vigie.Trouble{Code: vigie.TroubleName}},
		{vigie.Source{URL: "http://[/feed"}, vigie.Trouble{Code: vigie.TroubleNoAddress}},
		{vigie.Source{Kind: vigie.Site, URL: server + "/page", List: vigie.ListRules{Item: "li"}}, vigie.Trouble{Code: vigie.TroubleNothing}},
		{vigie.Source{Kind: vigie.Site, URL: server + "/page", List: vigie.ListRules{Item: "]"}}, vigie.Trouble{Code: vigie.TroubleSelector}},
	}
	for _, test := range tests {
		if test.source.Kind == "" {
			test.source.Kind = vigie.Feed
		}
		unknown := func(string, string) (vigie.Hash, bool) { return "", false }
		_, err := readers[test.source.Kind].Read(t.Context(), test.source, vigie.Visit{}, unknown)
		got := harvest.TroubleOf(err)
		if got.What, got.Until = "", (time.Time{}); got != test.want {
			t.Errorf("%s: %+v, want %+v, of %v", test.source.URL, got, test.want, err)
		}
	}
}

// TestTroubleOfErrors knows what no server here gives.
func TestTroubleOfErrors(t *testing.T) {
	until := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	own := vigie.Trouble{Code: vigie.TroubleLinks, What: "main"}
	for _, test := range []struct {
		err  error
		want vigie.Trouble
	}{
		{nil, vigie.Trouble{}},
		{errors.New("odd"), vigie.Trouble{Code: vigie.TroubleOther}},
		{fmt.Errorf("read: %w", &vigie.TroubleError{Trouble: own, Err: &polite.StatusError{Code: 404}}), own},
		{&polite.BudgetError{Host: "a.example", Until: until}, vigie.Trouble{Code: vigie.TroubleBudget, What: "a.example", Until: until}},
		{&polite.RetryError{Host: "a.example", Status: 403, Until: until, Challenge: true}, vigie.Trouble{Code: vigie.TroubleChallenge, Status: 403, What: "a.example", Until: until}},
		{fmt.Errorf("fetch: %w", polite.ErrTimeout), vigie.Trouble{Code: vigie.TroubleSlow}},
		{context.DeadlineExceeded, vigie.Trouble{Code: vigie.TroubleSlow}},
		{tls.AlertError(40), vigie.Trouble{Code: vigie.TroubleCertificate}},
		{fmt.Errorf("get: %w", io.EOF), vigie.Trouble{Code: vigie.TroubleDown}},
		{&net.DNSError{Name: "b.example", IsTimeout: true}, vigie.Trouble{Code: vigie.TroubleName, What: "b.example"}},
	} {
		if got := harvest.TroubleOf(test.err); got != test.want {
			t.Errorf("%v: %+v, want %+v", test.err, got, test.want)
		}
	}
}
