package harvest

import (
	"cmp"
	"time"

	"vigie"
	"vigie/curate/locale"
)

// Words says the alarm in the language of p: what happened, and since when.
func (a Alarm) Words(p *locale.Printer) []locale.Part {
	day := p.Date(vigie.Date{Time: a.Since, Precision: vigie.Day})
	switch a.Code {
	case AlarmSilent:
		if a.Never {
			return p.Phrase("health.silent.never", "day", day)
		}
		return p.Phrase("health.silent."+cadence(a.Usual), "late", late(p, a.Days), "day", day)
	case AlarmSlowed:
		month := p.Date(vigie.Date{Time: a.Since, Precision: vigie.Month})
		return p.Phrase("health.slowed", "was", p.T("health.cadence."+cadence(a.Usual)), "now", p.T("health.cadence."+cadence(a.Now)), "month", month)
	case AlarmCertificate:
		key := "health.certificate"
		if a.Days < 0 {
			key = "health.expired"
		}
		return p.Phrase(key, "day", p.Date(vigie.Date{Time: a.Until, Precision: vigie.Day}))
	case AlarmMoved:
		return p.Phrase("health."+a.advice(), "to", a.To, "day", day)
	case AlarmUnsafe, AlarmRerouted:
		return p.Phrase("health."+a.Code, "from", a.From, "to", a.To, "day", day)
	case AlarmFailing, AlarmRefused:
		return p.Phrase("health."+a.Code, "day", day, "why", locale.Plain(Reason(p, a.Trouble)))
	default:
		return p.Phrase("health."+a.Code, "day", day)
	}
}

// Advice says what a person can do about the alarm.
func (a Alarm) Advice(p *locale.Printer) []locale.Part {
	if a.Way.Kind != "" {
		return p.Phrase("health.do.way."+nameOf(a.Way), "url", a.Way.URL)
	}
	return p.Phrase("health.do." + a.advice())
}

// ReadAs says in the language of p how a source of kind [vigie.Auto] is read.
func ReadAs(p *locale.Printer, s vigie.Source, f vigie.Found) []locale.Part {
	return p.Phrase("health.found."+nameOf(f), "url", cmp.Or(f.URL, s.URL))
}

// nameOf names a way to read a source.
func nameOf(f vigie.Found) string {
	if f.Sitemap {
		return "sitemap"
	}
	return string(f.Kind)
}

func (a Alarm) advice() string {
	if a.Code == AlarmMoved && !a.Adopted {
		return "moved_open"
	}
	return a.Code
}

// cadence names how often something comes out, by the usual time between two.
func cadence(usual time.Duration) string {
	for _, c := range []struct {
		most time.Duration
		name string
	}{
		{12 * time.Hour, "hour"},
		{4 * day, "day"},
		{10 * day, "week"},
		{21 * day, "fortnight"},
		{60 * day, "month"},
		{130 * day, "quarter"},
		{270 * day, "half"},
	} {
		if usual <= c.most {
			return c.name
		}
	}
	return "year"
}

// late says a number of days in the unit that people would use.
func late(p *locale.Printer, days int) string {
	switch days = max(days, 1); {
	case days < 14:
		return locale.Plain(p.Plural("health.late.day", days))
	case days < 60:
		return locale.Plain(p.Plural("health.late.week", days/7))
	default:
		return locale.Plain(p.Plural("health.late.month", days/30))
	}
}

// Reason says in the language of p why a source could not be read. The zero trouble
// says nothing.
func Reason(p *locale.Printer, t vigie.Trouble) []locale.Part {
	switch t.Code {
	case "":
		return nil
	case vigie.TroubleStatus:
		return statusReason(p, t.Status)
	case vigie.TroubleRetry:
		if t.Until.IsZero() {
			return p.Phrase("source.trouble.wait")
		}
		return p.Phrase("health.trouble.wait_until", "day", p.Time(t.Until))
	}
	for _, area := range []string{"source.trouble.", "health.trouble."} {
		if p.Has(area + t.Code) {
			return p.Phrase(area + t.Code)
		}
	}
	return p.Phrase("health.trouble.other")
}

func statusReason(p *locale.Printer, status int) []locale.Part {
	switch {
	case status == 404 || status == 410:
		return p.Phrase("source.trouble.gone")
	case status == 401 || status == 403 || status == 451:
		return p.Phrase("source.trouble.closed")
	case status >= 500:
		return p.Phrase("source.trouble.broken")
	default:
		return p.Phrase("health.trouble.status", "status", p.Number(status))
	}
}

// Because says in the language of p what decided when a source is read next.
func Because(p *locale.Printer, s vigie.Source, v vigie.Visit, now time.Time) []locale.Part {
	switch {
	case s.Paused:
		return p.Phrase("health.why.paused")
	case v.Standing == vigie.Gone || v.Standing == vigie.Refused:
		return p.Phrase("health.why.stopped")
	case v.NotBefore.After(now) && !v.NextRead.After(v.NotBefore):
		return p.Phrase("health.why.retry")
	case v.Why == "" || v.Due(s, now):
		return p.Phrase("health.why.now")
	}
	return p.Phrase("health.why." + string(v.Why))
}
