package web

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie"
	"vigie/curate"
	"vigie/web/ui"
)

// zones are the names of time zones that are suggested: those of zone.tab, from the
// time zone data base 2025b, which is in the public domain.
//
//go:embed settings_zones.txt
var zones string

// The tokens that an operator's colours stand for (css/tokens.css).
const (
	tokenAccent, tokenAccentDark = "#0b5a62", "#83ccd1"
	tokenWarm, tokenWarmDark     = "#96390f", "#f2a477"
)

// asks makes a question.
func asks(kind, name, label, hint, fault string) question {
	return question{Question: ui.Question{Kind: kind, Name: name, Label: label, Hint: hint}, fault: fault}
}

func (s *Server) identityForm(kept vigie.Settings) questionnaire {
	name := asks("line", "name", "settings.name", "", "settings.fault.name")
	name.Max = 120
	motto := asks("line", "motto", "settings.motto", "", "settings.fault.text")
	motto.Max = 300
	footer := asks("lines", "footer", "settings.footer", "", "settings.fault.text")
	footer.Max = 2000
	colour := func(name, label, value string, of func(*vigie.Settings) *string) question {
		q := asks("code", name, label, "settings.colour.hint", "settings.fault.colour")
		q.Value, q.Max = value, 7
		q.set = func(settings *vigie.Settings, given []string) error {
			hex := strings.ToLower(said(given))
			if hex != "" && !strings.HasPrefix(hex, "#") {
				hex = "#" + hex
			}
			if *of(settings) = hex; hex == "" {
				return nil
			}
			_, err := curate.ShadesOf(hex)
			return err
		}
		return q
	}
	return questionnaire{
		groups: []questions{
			{legend: "settings.name", list: s.inEach(name, kept.Name, func(s *vigie.Settings) *vigie.Text { return &s.Name })},
			{legend: "settings.motto", hint: "settings.motto.hint", list: s.inEach(motto, kept.Motto, func(s *vigie.Settings) *vigie.Text { return &s.Motto })},
			{legend: "settings.footer", hint: "settings.footer.hint", list: s.inEach(footer, kept.Footer, func(s *vigie.Settings) *vigie.Text { return &s.Footer })},
			{legend: "settings.colours", list: []question{
				colour("accent", "settings.accent", kept.Accent, func(s *vigie.Settings) *string { return &s.Accent }),
				colour("warm", "settings.warm", kept.Warm, func(s *vigie.Settings) *string { return &s.Warm }),
			}},
		},
		fields: map[string]ui.Trouble{"name": {Field: "name-" + string(s.menu()[0]), Key: "settings.fault.name"}},
	}
}

// shades are the colours of a form as they will look.
func (s *Server) shades(a *asking, f questionnaire) []ui.Shade {
	var out []ui.Shade
	f.each(func(q *question) {
		shades := curate.Shades{Light: tokenAccent, Dark: tokenAccentDark}
		switch q.Name {
		case "accent":
		case "warm":
			shades = curate.Shades{Light: tokenWarm, Dark: tokenWarmDark}
		default:
			return
		}
		// A colour that is too faint is shown as the one instead.
		if own, _ := curate.ShadesOf("#" + strings.TrimPrefix(strings.ToLower(strings.TrimSpace(q.Value)), "#")); own.Light != "" {
			shades = own
		}
		light, dark := shades.Contrasts()
		out = append(out, ui.Shade{Label: q.Label, Light: shades.Light, Dark: shades.Dark, LightRatio: a.ratio(light), DarkRatio: a.ratio(dark)})
	})
	return out
}

func (s *Server) localityForm(a *asking, kept vigie.Settings) questionnaire {
	languages := asks("ticks", "languages", "settings.languages", "settings.languages.hint", "settings.fault.languages")
	first := asks("select", "default", "settings.default", "", "settings.fault.default")
	for _, l := range s.menu() {
		p := s.locales.For(l)
		option := ui.Offer{Value: string(l), Label: p.Name(), Lang: l, Dir: p.Dir(), Chosen: slices.Contains(kept.Languages, l)}
		languages.Options = append(languages.Options, option)
		option.Chosen = l == kept.Default
		first.Options = append(first.Options, option)
	}
	languages.set = func(settings *vigie.Settings, given []string) error {
		settings.Languages = nil
		for _, l := range s.menu() {
			if slices.Contains(given, string(l)) {
				settings.Languages = append(settings.Languages, l)
			}
		}
		if len(settings.Languages) == 0 {
			return &vigie.InvalidError{Field: "languages", Reason: "are missing"}
		}
		if !slices.Contains(settings.Languages, settings.Default) {
			settings.Default = settings.Languages[0] // the next question sets it
		}
		return nil
	}
	first.set = func(settings *vigie.Settings, given []string) error {
		settings.Default = vigie.Lang(said(given))
		return nil
	}
	country := asks("code", "country", "settings.country", "settings.country.hint", "settings.fault.country")
	country.Value, country.Max, country.List = kept.Country, 3, "places"
	country.set = func(settings *vigie.Settings, given []string) error {
		settings.Country = strings.ToUpper(said(given))
		return nil
	}
	zone := asks("line", "zone", "settings.zone", "settings.zone.hint", "settings.fault.zone")
	zone.Value, zone.Max, zone.List = kept.TimeZone, 60, "zones"
	zone.set = func(settings *vigie.Settings, given []string) error {
		settings.TimeZone = said(given)
		return nil
	}
	return questionnaire{
		groups: []questions{{list: []question{languages, first, country, zone}}},
		lists:  []ui.Suggestions{s.placeList(a), {ID: "zones", Options: zoneList()}},
		fields: map[string]ui.Trouble{"default": {Field: "default", Key: "settings.fault.default"}},
	}
}

// placeList suggests the places that the operator named.
func (s *Server) placeList(a *asking) ui.Suggestions {
	out := ui.Suggestions{ID: "places"}
	for _, code := range s.o.Desk.Places(a.Lang) {
		name, _ := s.o.Desk.Place(code).In(a.Lang)
		out.Options = append(out.Options, ui.Offer{Value: code, Label: name})
	}
	return out
}

func zoneList() []ui.Offer {
	var out []ui.Offer
	for name := range strings.FieldsSeq(zones) {
		out = append(out, ui.Offer{Value: name, Label: name})
	}
	return out
}

func (s *Server) letteringForm(a *asking, kept vigie.Settings) questionnaire {
	weekday := asks("select", "weekday", "settings.weekday", "settings.weekday.hint", "settings.fault.weekday")
	for i := range 7 {
		day := (i + 1) % 7 // a week begins on Monday
		weekday.Options = append(weekday.Options, ui.Offer{
			Value: strconv.Itoa(day), Label: a.P.T(fmt.Sprintf("settings.weekday.%d", day)), Chosen: day == int(kept.Digest.Weekday),
		})
	}
	weekday.set = func(settings *vigie.Settings, given []string) error {
		day, err := strconv.Atoi(said(given))
		settings.Digest.Weekday = time.Weekday(day)
		return err
	}
	intro := asks("lines", "intro", "settings.intro", "", "settings.fault.text")
	intro.Max = 2000
	return questionnaire{
		groups: []questions{
			{legend: "settings.when", hint: "settings.when.hint", list: []question{
				wholeNumber(asks("", "hour", "settings.hour", "settings.hour.hint", "settings.fault.hour"), kept.Digest.Hour, 0, 23,
					func(s *vigie.Settings, n int) { s.Digest.Hour = n }),
				weekday,
				wholeNumber(asks("", "day", "settings.day", "settings.day.hint", "settings.fault.day"), kept.Digest.Day, 1, 28,
					func(s *vigie.Settings, n int) { s.Digest.Day = n }),
				wholeNumber(asks("", "hold", "settings.hold", "settings.hold.hint", "settings.fault.hold"), int(kept.Digest.Hold/time.Minute), 0, 24*60,
					func(s *vigie.Settings, n int) { s.Digest.Hold = time.Duration(n) * time.Minute }),
			}},
			{legend: "settings.intro", hint: "settings.intro.hint", list: s.inEach(intro, kept.Digest.Intro, func(s *vigie.Settings) *vigie.Text { return &s.Digest.Intro })},
		},
	}
}
