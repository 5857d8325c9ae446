package ui_test

import (
	"bytes"
	"time"

	"vigie"
	"vigie/web/ui"
)

// issueLine is an issue in a state.
func issueLine(id vigie.IssueID, state vigie.IssueState, b vigie.Balance) ui.IssueLine {
	return ui.IssueLine{
		ID: id, State: state, Cadence: vigie.EveryWeek, From: daysAgo(7), Until: daysAgo(0), Made: now(), Send: now().Add(9 * time.Minute), Items: 2, Figures: 1,
		Balance: b, Settled: b.Accepted + b.Failed + b.Uncertain,
	}
}

// digestPages are the desk's about the digest.
func digestPages(u *ui.UI, lang vigie.Lang) map[string]func(*bytes.Buffer) error {
	waiting := issueLine("01JD0000000000000000000000", vigie.Composed, vigie.Balance{})
	due := waiting
	asking := waiting
	asking.Asks = true
	due.ID, due.Due, due.Items, due.Figures = "01JD0000000000000000000001", true, 0, 0
	sending := issueLine("01JD0000000000000000000002", vigie.Sending, vigie.Balance{Recipients: 1204, Accepted: 700, Failed: 3, Uncertain: 1, Claimed: 2, Planned: 498})
	sent := issueLine("01JD0000000000000000000003", vigie.Sent, vigie.Balance{Recipients: 5, Accepted: 3, Failed: 1, Uncertain: 1})
	cancelled := issueLine("01JD0000000000000000000004", vigie.Cancelled, vigie.Balance{})
	counts := []ui.StateCount{{State: vigie.Active, N: 1204}, {State: vigie.Asked, N: 3}, {State: vigie.Stopped}, {State: vigie.Bounced, N: 1}}
	mail := ui.DeliveryLine{Subscriber: "01JD0000000000000000000005", Email: "<b>@lettres.example", MessageID: "00ff@lettres.example", At: now(), Code: 550, Reason: "550 <b>no</b>", Attempts: 2}
	hidden := mail
	hidden.Email = ""
	reader := ui.SubscriberLine{ID: mail.Subscriber, Email: "<b>@lettres.example", State: vigie.Active, Cadence: vigie.EveryDay, Language: "العربية", Topics: []string{"Réseaux <b>", "Usages"}, Since: now().Add(-50 * time.Hour)}
	asked, stopped, bounced := reader, reader, reader
	asked.State, asked.Topics, stopped.State, bounced.State = vigie.Asked, nil, vigie.Stopped, vigie.Bounced
	languages := frameOf(lang).Languages
	samples := map[string]struct {
		page  string
		shown any
	}{
		"empty": {"digest", ui.Digest{Now: now(), Missing: "send.missing.mail", Counts: counts, Hold: 10 * time.Minute, MaySend: true}},
		"full": {"digest", ui.Digest{
			Now: now(), Missing: "send.missing.public_url", Held: now(), Trouble: &ui.MailTrouble{Failures: 3, Again: now().Add(4 * time.Minute), Reason: "dial <b>"},
			Counts: counts, Hold: 10 * time.Minute, MaySend: true, MayKeep: true,
			Next:   []ui.NextIssue{{Cadence: vigie.EveryDay, At: now().Add(10 * time.Hour), Items: 3, Figures: 2, Readers: 9}, {Cadence: vigie.EveryMonth, At: now().Add(300 * time.Hour)}},
			Newest: "/fr/bureau/lettre", Older: "/fr/bureau/lettre?avant=01JD0000000000000000000004", Waiting: []ui.IssueLine{waiting, due, asking}, Sending: []ui.IssueLine{sending}, Sent: []ui.IssueLine{sent, cancelled},
		}},
		"seen":            {"digest", ui.Digest{Now: now(), Counts: counts, Waiting: []ui.IssueLine{waiting}, Sending: []ui.IssueLine{sending}, Sent: []ui.IssueLine{sent}}},
		"issue_waiting":   {"deskissue", ui.DeskIssue{IssueLine: waiting, Now: now(), By: "<b>Awa</b>", Shown: issuePage(), MaySend: true}},
		"issue_asking":    {"deskissue", ui.DeskIssue{IssueLine: asking, Now: now(), Shown: issuePage(), MaySend: true}},
		"issue_due":       {"deskissue", ui.DeskIssue{IssueLine: due, Now: now(), Missing: "send.missing.mail"}},
		"issue_sending":   {"deskissue", ui.DeskIssue{IssueLine: sending, Now: now(), Shown: issuePage(), Doubtful: []ui.DeliveryLine{mail, hidden}, Failed: []ui.DeliveryLine{mail, hidden}, MaySend: true, MayKeep: true}},
		"issue_sent":      {"deskissue", ui.DeskIssue{IssueLine: sent, Now: now(), Shown: issuePage(), Doubtful: []ui.DeliveryLine{hidden}}},
		"issue_cancelled": {"deskissue", ui.DeskIssue{IssueLine: cancelled, Now: now()}},
		"preview": {"mailpreview", ui.MailPreview{
			Name: "weekly", Draft: true, Cadence: vigie.EveryWeek, Lang: vigie.Arabic, Dir: "rtl", Languages: languages, Small: true, Subject: "نشرة <b>", Text: "<b>text</b>\n",
			Source: "/fr/bureau/lettre/weekly/courriel?langue=ar", KB: 14, MaySend: true, Email: "awa@observatoire.example",
		}},
		"preview_empty":    {"mailpreview", ui.MailPreview{Name: "01JD0000000000000000000000", Cadence: vigie.EveryDay, Lang: vigie.French, Dir: "ltr", Languages: languages, Empty: true, Missing: "send.missing.mail"}},
		"people":           {"subscribers", ui.Subscribers{Now: now(), Query: `"><b>`, State: vigie.Asked, States: []vigie.SubscriberState{vigie.Active, vigie.Asked, vigie.Stopped, vigie.Bounced}, List: []ui.SubscriberLine{reader, asked, stopped, bounced}, Total: 54, Page: 2, Newer: "?page=1"}},
		"people_empty":     {"subscribers", ui.Subscribers{Now: now(), Page: 1}},
		"person":           {"subscriber", ui.SubscriberPage{SubscriberLine: reader, Now: now(), Ledger: []ui.ConsentLine{{At: now(), Act: "send.act.confirmed", Via: "send.via.link", Wording: "digest.consent/fr"}, {At: now(), Act: "send.act.asked", Via: "send.via.form"}}}},
		"person_of_faults": {"subscriber", ui.SubscriberPage{SubscriberLine: stopped, Now: now(), Faults: ui.Faults{{Field: "adresse", Key: "send.fault.typed"}}}},
	}
	out := map[string]func(*bytes.Buffer) error{}
	for name, sample := range samples {
		out["digest_"+name] = func(b *bytes.Buffer) error { return u.Write(b, sample.page, frameOf(lang), sample.shown) }
	}
	return out
}
