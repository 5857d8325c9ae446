package ui_test

import (
	"bytes"
	"time"

	"vigie"
	"vigie/web/ui"
)

// daysAgo is a date of the samples.
func daysAgo(ago int) vigie.Date {
	return vigie.Date{Time: time.Date(2026, 11, 21-ago, 0, 0, 0, 0, time.UTC), Precision: vigie.Day}
}

// wish is a choice with hostile topics.
func wish(lang vigie.Lang) ui.Wish {
	return ui.Wish{
		Topics: []ui.WishChoice{{Value: "reseaux", Label: "Réseaux <b>", Chosen: true}, {Value: "usages", Label: `الاستخدامات"><b>`}},
		Cadences: []ui.WishChoice{
			{Value: "daily", Label: "letter.cadence.daily"}, {Value: "weekly", Label: "letter.cadence.weekly", Chosen: true}, {Value: "monthly", Label: "letter.cadence.monthly"},
		},
		Languages: frameOf(lang).Languages,
	}
}

// issuePage is an issue with something in every place.
func issuePage() ui.IssuePage {
	return ui.IssuePage{
		From: daysAgo(7), Until: daysAgo(0), Cadence: "letter.cadence.weekly", Gone: 2,
		Items: []ui.Teaser{
			{Title: "La 5G <b>arrive</b>", Summary: "Un résumé <b>", URL: "/fr/syntheses/01JD0000000000000000000000-la-5g", Lang: vigie.French, Dir: "ltr", Published: now(), Topics: []ui.Link{{Title: "Réseaux", URL: "/fr/themes/reseaux"}}},
			{Title: "النطاق العريض", URL: "/ar/syntheses/01JD0000000000000000000001", Lang: vigie.Arabic, Dir: "rtl", Foreign: true, Published: now()},
		},
		Figures: []ui.MovedFigure{
			{Title: "Internautes <b>", Place: "Maroc", Unit: "%", URL: "/fr/indicateurs/internautes", Value: "91,0", Exact: "91.0", Before: "90,7", Source: "UIT <b>", Period: "2024"},
			{Title: "Abonnements", URL: "/fr/indicateurs/abonnements", Value: "5", Exact: "5", Source: "UIT", Period: "2025"},
		},
	}
}

// letterPages are the public ones of the digest.
func letterPages(u *ui.UI, lang vigie.Lang) map[string]func(*bytes.Buffer) error {
	faults := ui.Faults{{Field: "email", Key: "letterpage.fault.email"}, {Field: "cadence-daily", Key: "letterpage.fault.cadence"}, {Field: "lang", Key: "letterpage.fault.lang"}, {Field: "accord", Key: "letterpage.fault.consent"}}
	links := []ui.IssueLink{
		{URL: "/fr/lettre/archives/01JD0000000000000000000000", Date: daysAgo(0), Cadence: "letter.cadence.daily", Items: 2, Figures: 1},
		{URL: "/fr/lettre/archives/01JD0000000000000000000001", Date: daysAgo(7), Cadence: "letter.cadence.weekly"},
	}
	wrong := wish(lang)
	wrong.Faults = faults
	const action = "/fr/lettre/preferences/01JD0000000000000000000000.x"
	samples := map[string]struct {
		page  string
		shown any
	}{
		"letter":         {"letter", ui.Letter{Ready: true, Consent: "J’accepte <b>tout</b>.", Wish: wish(lang), Issues: links}},
		"letter_closed":  {"letter", ui.Letter{Wish: wish(lang)}},
		"letter_faults":  {"letter", ui.Letter{Ready: true, Email: `"><b>`, Agreed: true, Wish: wrong, Faults: faults, Wait: 12 * time.Minute}},
		"letter_bare":    {"letter", ui.Letter{Ready: true, Wish: ui.Wish{Cadences: wish(lang).Cadences, Languages: wish(lang).Languages}}},
		"asked":          {"letterasked", nil},
		"lost":           {"letterlost", nil},
		"confirm":        {"letterconfirm", ui.LetterConfirm{Action: action, State: vigie.Asked}},
		"confirm_just":   {"letterconfirm", ui.LetterConfirm{Action: action, State: vigie.Active, Just: true}},
		"confirm_again":  {"letterconfirm", ui.LetterConfirm{Action: action, State: vigie.Active}},
		"confirm_ended":  {"letterconfirm", ui.LetterConfirm{Action: action, State: vigie.Stopped}},
		"stop":           {"letterstop", ui.LetterConfirm{Action: action, State: vigie.Active}},
		"stop_done":      {"letterstop", ui.LetterConfirm{Action: action, State: vigie.Stopped}},
		"preferences":    {"preferences", ui.Preferences{Action: action, Stop: action, Email: "awa@lettres.example", State: vigie.Active, Since: now(), Wish: wish(lang)}},
		"preferences_no": {"preferences", ui.Preferences{Action: action, Email: `<b>@lettres.example`, State: vigie.Stopped, Since: now(), Faults: ui.Faults{{Field: "sur", Key: "letterpage.fault.sure"}}}},
		"archive":        {"letters", ui.Letters{Issues: links, Page: 2, Newer: "/fr/lettre/archives", Older: "/fr/lettre/archives?page=3"}},
		"archive_empty":  {"letters", ui.Letters{Page: 1}},
		"issue":          {"issue", issuePage()},
		"issue_gone":     {"issue", ui.IssuePage{From: daysAgo(1), Until: daysAgo(0), Cadence: "letter.cadence.daily", Gone: 1}},
	}
	out := map[string]func(*bytes.Buffer) error{}
	for name, sample := range samples {
		out["letter_"+name] = func(b *bytes.Buffer) error { return u.Write(b, sample.page, frameOf(lang), sample.shown) }
	}
	return out
}
