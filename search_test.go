package vigie_test

import (
	"errors"
	"strings"
	"testing"

	"vigie"
)

const (
	searchID = vigie.SearchID("01KAMSRCH00000000000000001")
	alertID  = vigie.AlertID("01KAMA1RT00000000000000001")
)

func sampleSearch() vigie.SavedSearch {
	return vigie.SavedSearch{
		ID: searchID, Owner: "01KAMSVB000000000000000001", Name: "Fibre & الألياف", Query: `fibre lang:ar from:-30d "très haut débit"`, Lang: vigie.Arabic,
		Alert: vigie.AlertDaily, Mail: true, Feed: true, Created: at(0), Changed: at(1),
	}
}

func sampleAlert() vigie.Alert {
	return vigie.Alert{
		ID: alertID, Search: searchID, Documents: []vigie.DocumentID{documentID}, Made: at(2),
		Mail: vigie.Delivery{State: vigie.Planned, MessageID: "0f3a@observatoire.example", Attempts: 1, At: at(3), Next: at(4), Code: 450, Reason: "plus tard"},
	}
}

// searchSamples are the nouns of saved searches.
func searchSamples() map[string]any {
	return map[string]any{
		"search": sampleSearch(), "alert": sampleAlert(),
		"match": vigie.Match{Search: searchID, Document: documentID, At: at(2), Alert: alertID},
	}
}

func TestSavedSearchCheck(t *testing.T) {
	if err := sampleSearch().Check(); err != nil {
		t.Errorf("a good one: %v", err)
	}
	for field, spoil := range map[string]func(*vigie.SavedSearch){
		"id":          func(s *vigie.SavedSearch) { s.ID = "x" },
		"id of owner": func(s *vigie.SavedSearch) { s.Owner = "" },
		"name":        func(s *vigie.SavedSearch) { s.Name = " \t" },
		"long name":   func(s *vigie.SavedSearch) { s.Name = strings.Repeat("é", vigie.LongestSearchName+1) },
		"odd name":    func(s *vigie.SavedSearch) { s.Name = "a\nb" },
		"query":       func(s *vigie.SavedSearch) { s.Query = "" },
		"long query":  func(s *vigie.SavedSearch) { s.Query = strings.Repeat("a", vigie.LongestSearchQuery+1) },
		"alert":       func(s *vigie.SavedSearch) { s.Alert = "hourly" },
		"lang":        func(s *vigie.SavedSearch) { s.Lang = "?" },
	} {
		s := sampleSearch()
		if spoil(&s); !errors.Is(s.Check(), vigie.ErrInvalid) {
			t.Errorf("%s: %v", field, s.Check())
		}
	}
}

func TestSavedSearchAlerts(t *testing.T) {
	for _, test := range []struct {
		pace vigie.AlertPace
		mail bool
		want bool
	}{
		{vigie.NoAlert, true, false}, {vigie.AlertNow, true, true}, {vigie.AlertWeekly, false, false},
	} {
		if got := (vigie.SavedSearch{Alert: test.pace, Mail: test.mail}).Alerts(); got != test.want {
			t.Errorf("%q with mail %v: %v", test.pace, test.mail, got)
		}
	}
}

// TestAlertSettled: an alert moves as every mail does, and is settled at the end.
func TestAlertSettled(t *testing.T) {
	a := sampleAlert()
	var err error
	if a.Mail, err = a.Mail.Claim(at(30)); err != nil || a.Settled() {
		t.Fatalf("claimed: %v, %v", a.Settled(), err)
	}
	lost := a
	if lost.Mail, err = a.Mail.Lose(at(31), "cut"); err != nil || lost.Settled() {
		t.Errorf("uncertain: %v, %v", lost.Settled(), err)
	}
	if a.Mail, err = a.Mail.Accept(at(31), 250); err != nil || !a.Settled() {
		t.Errorf("accepted: %v, %v", a.Settled(), err)
	}
}
