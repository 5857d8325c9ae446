package digest_test

import (
	"testing"
	"time"

	"vigie"
	"vigie/curate/digest"
)

func settings(zone string, hour int) vigie.Settings {
	s := vigie.DefaultSettings()
	s.TimeZone, s.Digest.Hour = zone, hour
	return s
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestDue(t *testing.T) {
	for name, tc := range map[string]struct {
		zone    string
		cadence vigie.Cadence
		now     string
		last    string // end of the last issue's period
		from    string
		until   string // "" where nothing is due
	}{
		"first daily":              {"UTC", vigie.EveryDay, "2026-11-22 12:00", "", "2026-11-21 07:00", "2026-11-22 07:00"},
		"before the hour":          {"UTC", vigie.EveryDay, "2026-11-22 06:59", "2026-11-21 07:00", "", ""},
		"on the hour":              {"UTC", vigie.EveryDay, "2026-11-22 07:00", "2026-11-21 07:00", "2026-11-21 07:00", "2026-11-22 07:00"},
		"twice":                    {"UTC", vigie.EveryDay, "2026-11-22 07:01", "2026-11-22 07:00", "", ""},
		"one after ten days":       {"UTC", vigie.EveryDay, "2026-11-22 12:00", "2026-11-12 07:00", "2026-11-12 07:00", "2026-11-22 07:00"},
		"the hour was moved back":  {"UTC", vigie.EveryDay, "2026-11-22 12:00", "2026-11-22 05:00", "", ""},
		"by hand at noon":          {"UTC", vigie.EveryDay, "2026-11-22 23:00", "2026-11-22 12:00", "", ""},
		"Monday":                   {"UTC", vigie.EveryWeek, "2026-11-23 08:00", "2026-11-16 07:00", "2026-11-16 07:00", "2026-11-23 07:00"},
		"Sunday":                   {"UTC", vigie.EveryWeek, "2026-11-22 23:59", "2026-11-16 07:00", "", ""},
		"by hand in the same week": {"UTC", vigie.EveryWeek, "2026-11-29 12:00", "2026-11-25 12:00", "", ""},
		"month":                    {"UTC", vigie.EveryMonth, "2027-01-01 07:30", "2026-12-01 07:00", "2026-12-01 07:00", "2027-01-01 07:00"},
		"month, before its day":    {"UTC", vigie.EveryMonth, "2026-12-31 23:00", "2026-12-01 07:00", "", ""},
		"Paris, summer begins":     {"Europe/Paris", vigie.EveryDay, "2026-03-29 05:00", "2026-03-28 06:00", "2026-03-28 06:00", "2026-03-29 05:00"},
		"Paris, summer ends":       {"Europe/Paris", vigie.EveryDay, "2026-10-25 06:00", "2026-10-24 05:00", "2026-10-24 05:00", "2026-10-25 06:00"},
		"Casablanca":               {"Africa/Casablanca", vigie.EveryDay, "2026-01-10 06:00", "2026-01-09 06:00", "2026-01-09 06:00", "2026-01-10 06:00"},
		"east of the date line":    {"Pacific/Auckland", vigie.EveryWeek, "2026-11-22 18:00", "2026-11-15 18:00", "2026-11-15 18:00", "2026-11-22 18:00"},
	} {
		t.Run(name, func(t *testing.T) {
			var before []vigie.Issue
			if tc.last != "" {
				before = []vigie.Issue{{State: vigie.Sent, Until: at(t, tc.last)}}
			}
			from, until, due := digest.Due(settings(tc.zone, 7), tc.cadence, at(t, tc.now), before...)
			if due != (tc.until != "") {
				t.Fatalf("due = %v, until %v", due, until)
			}
			if due && (!from.Equal(at(t, tc.from)) || !until.Equal(at(t, tc.until))) {
				t.Errorf("from %v until %v", from, until)
			}
		})
	}
}

// TestCancelledIsToldNext: what a cancelled issue did not tell belongs to the next,
// however many were cancelled.
func TestCancelledIsToldNext(t *testing.T) {
	s, now := settings("UTC", 7), at(t, "2026-11-22 08:00")
	day := func(n int, state vigie.IssueState) vigie.Issue {
		return vigie.Issue{State: state, From: at(t, "2026-11-20 07:00").AddDate(0, 0, n-1), Until: at(t, "2026-11-20 07:00").AddDate(0, 0, n)}
	}
	if from, _, _ := digest.Due(s, vigie.EveryDay, now, day(1, vigie.Cancelled), day(0, vigie.Cancelled)); !from.Equal(at(t, "2026-11-19 07:00")) {
		t.Errorf("two that were cancelled: from %v", from)
	}
	if from, _, _ := digest.Due(s, vigie.EveryDay, now, day(1, vigie.Cancelled), day(0, vigie.Sent)); !from.Equal(at(t, "2026-11-20 07:00")) {
		t.Errorf("one that was cancelled: from %v", from)
	}
}

// TestEveryDayOnce walks two years of days in zones that skip and repeat hours, one of
// them at midnight: each local day has exactly one issue.
func TestEveryDayOnce(t *testing.T) {
	for _, zone := range []string{"Africa/Casablanca", "Africa/Cairo", "America/Sao_Paulo", "Europe/Paris", "Australia/Lord_Howe", "Pacific/Apia"} {
		for _, hour := range []int{0, 2, 23} {
			s := settings(zone, hour)
			now := time.Date(2010, 1, 1, 12, 0, 0, 0, time.UTC)
			var last []vigie.Issue
			seen := map[string]bool{}
			for now.Year() < 2012 {
				next := digest.Next(s, vigie.EveryDay, now)
				if !next.After(now) || next.Sub(now) > 51*time.Hour { // Apia left a day out
					t.Fatalf("%s at %d: after %v comes %v", zone, hour, now, next)
				}
				now = next
				_, until, due := digest.Due(s, vigie.EveryDay, now, last...)
				if day := now.In(s.Location()).Format(time.DateOnly); !due || !until.Equal(now) || seen[day] {
					t.Fatalf("%s at %d: due %v on %s, until %v", zone, hour, due, now, until)
				} else {
					seen[day] = true
				}
				last = []vigie.Issue{{State: vigie.Sent, Until: until}}
			}
			if len(seen) < 728 {
				t.Errorf("%s at %d: %d days of two years", zone, hour, len(seen))
			}
		}
	}
}
