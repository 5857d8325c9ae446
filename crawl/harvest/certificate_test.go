package harvest_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/crawl/harvest"
)

// TestCertificateAlarm: how much of a certificate may be left depends on how long it is
// good for, and on when it was looked at.
func TestCertificateAlarm(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	in := func(hours int) time.Time { return now.Add(time.Duration(hours) * time.Hour) }
	for name, c := range map[string]struct {
		from, until, seen time.Time
		want              []harvest.Alarm
	}{
		"none":                          {seen: now},
		"of six days, new":              {from: in(-1), until: in(159), seen: now},
		"of six days, in its last half": {from: in(-110), until: in(50), seen: now},
		"of six days, forgotten":        {from: in(-121), until: in(39), seen: now, want: []harvest.Alarm{{Code: harvest.AlarmCertificate, Since: in(-1), Until: in(39), Days: 1}}},
		"seen while it was well":        {from: in(-150), until: in(10), seen: in(-72)},
		"of ninety days":                {from: in(-70 * 24), until: in(20 * 24), seen: now},
		"of ninety days, forgotten":     {from: in(-80 * 24), until: in(10 * 24), seen: now, want: []harvest.Alarm{{Code: harvest.AlarmCertificate, Since: in(-4 * 24), Until: in(10 * 24), Days: 10}}},
		"of a year":                     {from: in(-350 * 24), until: in(15 * 24), seen: now},
		"of a year, forgotten":          {from: in(-352 * 24), until: in(13 * 24), seen: now, want: []harvest.Alarm{{Code: harvest.AlarmCertificate, Since: in(-24), Until: in(13 * 24), Days: 13}}},
		"of unknown life":               {until: in(15 * 24), seen: now},
		"of unknown life, forgotten":    {until: in(13 * 24), seen: now, want: []harvest.Alarm{{Code: harvest.AlarmCertificate, Since: in(-24), Until: in(13 * 24), Days: 13}}},
		"of no life":                    {from: in(1000), until: in(500), seen: now},
	} {
		v := vigie.Visit{LastRead: c.seen, LastSuccess: c.seen, Certificate: c.until, CertificateFrom: c.from}
		if diff := cmp.Diff(c.want, harvest.Alarms(vigie.Source{}, v, now)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
