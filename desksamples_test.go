package vigie_test

import (
	"time"

	"vigie"
)

const (
	userID       = vigie.UserID("01KAMVSR000000000000000001")
	synthesisID  = vigie.SynthesisID("01KAMSYN000000000000000001")
	subscriberID = vigie.SubscriberID("01KAMSVB000000000000000001")
	issueID      = vigie.IssueID("01KAMSSV000000000000000001")
)

func sampleWriting() vigie.Writing {
	return vigie.Writing{
		Title: "La 5G <arrive> & تصل", Summary: "Un résumé.", Body: "Des mots [@1].\n\n{{figure IT.NET.USER.ZS MAR}}\n", Slug: "la-5g-arrive",
	}
}

func sampleCitations() []vigie.Citation {
	return []vigie.Citation{{
		N: 1, Passage: vigie.Passage{Document: documentID, Revision: 2, Page: 7, Exact: "mots", Prefix: "avant ", Suffix: " après", Start: 6, End: 10},
		Publisher: "Autorité exemple", Title: "Rapport annuel", URL: "https://example.org/r", Lang: vigie.French,
		Published: vigie.Date{Time: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Precision: vigie.Month}, Accessed: at(4),
	}}
}

func sampleEmbeds() []vigie.Embed {
	return []vigie.Embed{{Indicator: "IT.NET.USER.ZS", Area: "MAR", Release: "2026-10"}}
}

// deskSamples are the nouns of the desk and of the portal.
func deskSamples() map[string]any {
	consent := vigie.Consent{
		At: at(1), Act: vigie.ConsentAsked, Via: vigie.ByForm, Wording: "2026-1", Text: vigie.HashOf([]byte("wording")),
		Wish: vigie.Wish{Topics: []string{"5g"}, Cadence: vigie.EveryWeek, Lang: vigie.Arabic},
	}
	return map[string]any{
		"user": vigie.User{
			ID: userID, Name: "Amina Exemple", Email: "amina@example.org", Role: vigie.Editor, Lang: vigie.French, Created: at(0), Disabled: true,
		},
		"synthesis": vigie.Synthesis{
			ID: synthesisID, Kind: vigie.Analysis, Topics: []string{"5g"}, Authors: []vigie.UserID{userID}, Created: at(0),
			Versions: map[vigie.Lang]vigie.Version{vigie.French: sampleVersion()}, Citations: sampleCitations(), Embeds: sampleEmbeds(), Revision: 9,
		},
		"version": sampleVersion(),
		"edition": vigie.Edition{
			Synthesis: synthesisID, Lang: vigie.French, N: 2, Kind: vigie.Brief, Topics: []string{"5g"}, Authors: []vigie.UserID{userID},
			Writing: sampleWriting(), Citations: sampleCitations(), Embeds: sampleEmbeds(), By: userID, Published: at(5),
		},
		"citation": sampleCitations()[0],
		"subscriber": vigie.Subscriber{
			ID: subscriberID, Email: "lecteur@example.org", State: vigie.Active, Wish: consent.Wish, Since: at(1), Ledger: []vigie.Consent{consent},
		},
		"consent": consent,
		"issue":   sampleIssue(),
		"delivery": vigie.Delivery{
			Issue: issueID, Subscriber: subscriberID, State: vigie.Planned, MessageID: "<abc@example.org>", Attempts: 1, At: at(2), Next: at(9),
			Code: 451, Reason: "try later",
		},
		"balance": vigie.Balance{Recipients: 15, Planned: 1, Claimed: 2, Accepted: 3, Failed: 4, Uncertain: 5},

		"user_empty": vigie.User{}, "synthesis_empty": vigie.Synthesis{}, "subscriber_empty": vigie.Subscriber{}, "issue_empty": vigie.Issue{},
		"delivery_empty": vigie.Delivery{},
	}
}

func sampleVersion() vigie.Version {
	return vigie.Version{
		State: vigie.InReview, N: 4, Writing: sampleWriting(), Writers: []vigie.UserID{userID}, By: userID, At: at(6), Why: "relire", Edition: 1,
		Published: at(3), Withdrawn: at(5), Reason: "une erreur",
	}
}

func sampleIssue() vigie.Issue {
	return vigie.Issue{
		ID: issueID, Cadence: vigie.EveryWeek, State: vigie.Sending, From: at(0), Until: at(30), Made: at(31), Send: at(41), By: userID,
		Items: []vigie.DigestItem{{
			Synthesis: synthesisID, Lang: vigie.French, Edition: 2, Title: "La 5G", Summary: "Un résumé.", Slug: "la-5g", Topics: []string{"5g"}, Published: at(5),
		}},
		Figures: []vigie.DigestFigure{{
			Indicator: "IT.NET.USER.ZS", Area: "MAR", Title: vigie.Text{vigie.French: "Internautes"}, Period: "2025", Before: "88.1", After: "90.7",
			Unit: vigie.Text{vigie.French: "%"}, Source: "Exemple", Topics: []string{"usages"},
		}},
		Content: vigie.HashOf([]byte("issue")), Recipients: 15, Vintages: []vigie.VintageID{"01KAMSVB00000000000000000V"}, Asks: true,
	}
}
