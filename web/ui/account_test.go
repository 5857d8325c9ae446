package ui_test

import (
	"bytes"
	"time"

	"vigie"
	"vigie/web/ui"
)

// accountPages are those of signing in and of accounts, with hostile names.
func accountPages(u *ui.UI, lang vigie.Lang) map[string]func(*bytes.Buffer) error {
	kept := ui.Kept{
		Target: "/fr/bureau/syntheses/01JD0000000000000000000000?x=1&y=2", Multipart: true, Files: true,
		Fields: []ui.Field{{Name: "title", Value: `"><b>titre</b>`}, {Name: "body", Value: "une\nligne\n’"}},
	}
	languages := frameOf(lang).Languages
	faults := ui.Faults{{Field: "email", Key: "account.fault.email"}, {Field: "name", Key: "account.fault.name"}, {Field: "password", Key: "account.password.easy"}}
	colleague := ui.Colleague{
		ID: "01JD0000000000000000000000", Name: "نادية <b>B</b>", Email: "nadia@observatoire.example", Role: vigie.Editor, State: "active", Created: now().Add(-time.Hour), Self: true,
	}
	invited, disabled := colleague, colleague
	invited.State, invited.Role, invited.Self = "invited", vigie.Reader, false
	disabled.State, disabled.Role, disabled.Self = "disabled", vigie.Admin, false
	samples := map[string]struct {
		page  string
		shown any
	}{
		"signin":       {"signin", ui.SignIn{}},
		"signin_kept":  {"signin", ui.SignIn{Email: `"><b>`, Next: "/fr/compte", Kept: kept, Wrong: "account.wrong"}},
		"signin_wait":  {"signin", ui.SignIn{Wrong: "account.wait", Wait: 3 * time.Minute}},
		"confirm":      {"confirm", ui.SignIn{Email: "awa@observatoire.example", Next: "/fr/bureau/journal"}},
		"confirm_kept": {"confirm", ui.SignIn{Email: "awa@observatoire.example", Kept: kept, Wrong: "account.wrong_password"}},
		"resume":       {"resume", ui.Resume{Kept: kept, Next: "/fr/compte"}},
		"lost":         {"lost", nil},
		"forgot":       {"forgot", ui.Forgot{}},
		"forgot_mute":  {"forgot", ui.Forgot{Silent: true}},
		"forgot_wait":  {"forgot", ui.Forgot{Email: "<b>", Faults: ui.Faults{{Field: "email", Key: "account.wait"}}, Wait: time.Minute}},
		"first":        {"welcome", ui.Welcome{First: true, Languages: languages}},
		"first_faults": {"welcome", ui.Welcome{First: true, Email: "<b>", Name: "<b>", Languages: languages, Faults: faults}},
		"invitation":   {"welcome", ui.Welcome{Email: "awa@observatoire.example", Name: "Awa", Languages: languages}},
		"reset":        {"welcome", ui.Welcome{Reset: true, Email: "awa@observatoire.example"}},
		"account": {"account", ui.Account{
			Now: now(), Email: "awa@observatoire.example", Name: "<b>Awa</b>", Role: vigie.Admin, Languages: languages,
			Sessions: []ui.Session{
				{ID: "ab", Created: now().Add(-time.Hour), Seen: now(), From: "203.0.113.0/24", Current: true},
				{ID: "cd", Created: now().Add(-2 * time.Hour), Seen: now().Add(-time.Minute)},
			},
			Tokens: ui.Tokens{
				Now: now(), Make: "/fr/compte/jetons", Revoke: "/fr/compte/jetons/fin", Document: "/api/v1/openapi.json", Days: []int{30, 90, 365}, For: 90,
				List: []ui.Token{
					{ID: "ab", Name: "<b>tableur</b>", Scopes: []string{"token.scope.public", "token.scope.items"}, Created: now().Add(-time.Hour), Expires: now().Add(time.Hour), Used: now().Add(-time.Minute)},
					{ID: "cd", Name: "أداة", Scopes: []string{"token.scope.searches"}, Created: now().Add(-time.Hour), Expires: now().Add(-time.Minute), Expired: true},
				},
				Scopes: []ui.TokenScope{{Value: "read:public", Key: "token.scope.public", Chosen: true}, {Value: "read:items", Key: "token.scope.items"}},
			},
		}},
		"account_faults": {"account", ui.Account{
			Now: now(), Role: vigie.Reader, Lang: lang, Languages: languages, Faults: faults, Wait: time.Minute,
			Refused: ui.Faults{{Field: "password_old", Key: "account.wait"}, {Field: "password", Key: "account.password.short"}},
		}},
		"account_token": {"account", ui.Account{
			Now: now(), Role: vigie.Reader, Lang: lang, Languages: languages, Tokens: ui.Tokens{
				Now: now(), Days: []int{30}, Name: "<b>", Scopes: []ui.TokenScope{{Value: "read:public", Key: "token.scope.public"}},
				Faults: ui.Faults{{Field: "nom", Key: "token.fault.name"}, {Field: "jours", Key: "token.fault.days"}, {Field: "droit", Key: "token.fault.scopes"}, {Field: "nom", Key: "token.fault.many"}},
			},
		}},
		"token":  {"token", ui.NewToken{Name: "<b>tableur</b>", Text: "vigie_AAAA", Expires: now().AddDate(0, 0, 30), Account: "/fr/compte", Document: "/api/v1/openapi.json"}},
		"people": {"people", ui.People{Now: now(), People: []ui.Colleague{colleague, invited, disabled}, Roles: vigie.Roles(), Role: vigie.Reader, Languages: languages}},
		"people_faults": {"people", ui.People{
			Now: now(), Roles: vigie.Roles(), Languages: languages, Lang: lang, Email: "<b>", Name: "<b>",
			Faults: append(faults, ui.Fault{Field: "role", Key: "account.fault.role"}),
		}},
		"person":          {"person", ui.PersonPage{Colleague: colleague, Now: now(), Roles: vigie.Roles()}},
		"person_disabled": {"person", ui.PersonPage{Colleague: disabled, Now: now(), Roles: vigie.Roles(), Faults: ui.Faults{{Field: "role", Key: "account.fault.last"}}}},
		"handover":        {"handover", ui.HandOver{Colleague: invited, URL: "https://observatoire.example/fr/invitation/x", For: 72 * time.Hour}},
		"audit": {"audit", ui.Audit{Now: now(), Older: "/fr/bureau/journal?avant=3", Newer: "/fr/bureau/journal", Lines: []ui.AuditLine{
			{Number: 12, At: now().Add(-time.Hour), Who: "<b>Awa</b>", What: "role set", WhatKey: "account.did.role_set", About: "Nadia", Note: "reader to editor", From: "203.0.113.0/24"},
			{Number: 11, At: now().Add(-time.Hour), WhoKey: "account.audit.operator", What: "<b>something new</b>"},
		}}},
		"audit_empty": {"audit", ui.Audit{Now: now()}},
	}
	out := map[string]func(*bytes.Buffer) error{}
	for name, sample := range samples {
		out["account_"+name] = func(b *bytes.Buffer) error { return u.Write(b, sample.page, frameOf(lang), sample.shown) }
	}
	return out
}
