package web_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/polite"
	"vigie/index/store"
)

const aDay = 24 * time.Hour

// ailing adds a source in each trouble that there is, one that is well, and one that
// is paused, and returns their identities.
func ailing(t *testing.T, db *store.DB) map[string]vigie.SourceID {
	t.Helper()
	ago := func(days int) time.Time { return now().Add(-time.Duration(days) * aDay) }
	quarterly := vigie.Rhythm{Gap: 91 * aDay, Late: 110 * aDay, Times: []time.Time{ago(294), ago(203), ago(112)}, Weeks: []int{2, 0, 0, 0, 1, 0}, First: ago(26 * 7).Truncate(aDay)}
	lively := vigie.Rhythm{Gap: aDay, Late: 9 * aDay, Times: []time.Time{ago(2), ago(1)}, First: ago(12 * 7), Weeks: []int{2, 4, 3, 6, 0, 5, 9, 4, 4, 12, 3, 5}}
	status := func(code int, since time.Time) vigie.Trouble {
		return vigie.Trouble{Code: vigie.TroubleStatus, Status: code, Since: since}
	}
	read := vigie.Visit{LastRead: ago(0).Add(-time.Hour), LastSuccess: ago(0).Add(-time.Hour), NextRead: now().Add(2 * time.Hour), Why: vigie.ByRhythm, Items: 20}
	with := func(change func(*vigie.Visit)) vigie.Visit {
		v := read
		change(&v)
		return v
	}
	ids := map[string]vigie.SourceID{}
	for name, one := range map[string]struct {
		title, url string
		change     func(*vigie.Source)
		visit      vigie.Visit
	}{
		"gone": {"Bulletin de l’Atlas", "https://atlas.example/bulletin.xml", nil, vigie.Visit{
			LastRead: ago(3), LastSuccess: ago(9), Failures: 1, FailingSince: ago(3), Standing: vigie.Gone, Trouble: status(410, ago(3)), LastError: "the site answered 410: this was removed for good",
		}},
		"refused": {"هيئة التقنين", "https://taqnin.example/akhbar.xml", nil, vigie.Visit{
			LastRead: ago(1), LastSuccess: ago(20), Failures: 1, FailingSince: ago(1), Standing: vigie.Refused, Trouble: status(403, ago(1)), LastError: "the site answered 403: it does not let us read this",
		}},
		"suspended": {"Lettre de la baie", "https://baie.example/rss", nil, vigie.Visit{
			LastRead: ago(1), Failures: 8, FailingSince: ago(12), Standing: vigie.Suspended, Trouble: status(404, ago(12)), NextRead: ago(-29), Why: vigie.ByProbe, LastError: "the site answered 404: there is nothing at this address",
		}},
		"failing": {"", "https://panne.example/a-very-long-address-without-any-space-in-it-that-must-break-somewhere-or-else/feed.xml?with=a&query=<b>", nil, vigie.Visit{
			Title: "<script>alert(1)</script>", LastRead: ago(0), Failures: 6, FailingSince: ago(2), Standing: vigie.Failing, Trouble: vigie.Trouble{Code: vigie.TroubleDown}, NextRead: now().Add(20 * time.Hour), Why: vigie.ByBackOff, LastError: "fetch https://panne.example/: connection refused",
		}},
		"empty": {"Observatoire des câbles", "https://cables.example/", func(s *vigie.Source) { s.Kind = vigie.Auto }, with(func(v *vigie.Visit) {
			v.EmptySince, v.Found = ago(18), vigie.Found{Kind: vigie.Site, URL: "https://cables.example/nouvelles", At: ago(90)}
		})},
		"silent": {"Statistiques trimestrielles", "https://stat.example/rss", nil, with(func(v *vigie.Visit) {
			v.Rhythm, v.Wishes = quarterly, vigie.Wishes{Every: 6 * time.Hour, Fresh: 30 * time.Minute, SkipHours: []int{1, 2}, SkipDays: []time.Weekday{time.Saturday, time.Sunday}}
		})},
		"certificate": {"Gazette du port", "https://port.example/feed", nil, with(func(v *vigie.Visit) { v.Rhythm, v.Certificate = lively, ago(-3) })},
		"moved": {"Revue des pylônes", "https://nouveau.example/rss", nil, with(func(v *vigie.Visit) {
			v.Rhythm, v.Adopted = lively, vigie.Adoption{From: "https://ancien.example/rss", At: ago(2)}
		})},
		"well":   {"Journal des ondes", "https://ondes.example/rss", func(s *vigie.Source) { s.Every = 3 * time.Hour }, with(func(v *vigie.Visit) { v.Rhythm, v.Why = lively, vigie.ByWish })},
		"paused": {"Archives du fil", "https://fil.example/rss", func(s *vigie.Source) { s.Paused = true }, with(func(v *vigie.Visit) { v.Rhythm = lively })},
	} {
		src := source(t, db, one.title, one.url)
		if one.change != nil {
			one.change(&src)
		}
		one.visit.Source = src.ID
		err := db.Update(t.Context(), func(tx *store.Tx) error {
			if err := tx.PutSource(src); err != nil {
				return err
			}
			return tx.PutVisit(one.visit)
		})
		if err != nil {
			t.Fatal(err)
		}
		ids[name] = src.ID
	}
	return ids
}

// spared tells what is in force for hosts, as the door out would.
func spared(_ context.Context, address string, w polite.Want) (polite.State, error) {
	_, host, ok := strings.Cut(address, "://")
	if host, _, _ = strings.Cut(host, "/"); !ok {
		return polite.State{}, fmt.Errorf("look up %q: %w", address, vigie.ErrInvalid)
	}
	s := polite.State{Host: host, Pause: 5 * time.Second, Daily: 200e6, Bytes: 81_234, RobotsRead: now()}
	if w == polite.Feed {
		s.Pause = time.Second
	}
	switch host {
	case "taqnin.example":
		s.Robots = &polite.RobotsError{Origin: "https://" + host + ":443", Path: "/akhbar.xml", Line: 3, Rule: "Disallow: /<i>"}
	case "panne.example":
		s.RobotsRead, s.Bytes, s.Refusal = time.Time{}, 0, &polite.RetryError{Host: host, Status: 429, Until: now().Add(20 * time.Hour)}
	case "stat.example":
		s.Delay, s.Pause, s.Daily = 30*time.Second, 30*time.Second, -1
	}
	return s, nil
}
