package archive

import (
	"context"
	"slices"
	"time"

	"vigie"
	"vigie/index/store"
)

// search is a line about a saved search. Of its owner there is the identity, of its
// feed nothing but that there is one: the address is a secret.
type search struct {
	Type    string          `json:"type"`
	ID      vigie.SearchID  `json:"id"`
	Owner   vigie.UserID    `json:"owner"`
	Name    string          `json:"name"`
	Query   string          `json:"query"`
	Lang    vigie.Lang      `json:"lang"`
	Alert   vigie.AlertPace `json:"alert,omitempty"`
	Mail    bool            `json:"mail,omitempty"`
	Feed    bool            `json:"feed,omitempty"`
	Created time.Time       `json:"created"`
	Changed time.Time       `json:"changed"`
}

// alert is a line about a mail of the search before it.
type alert struct {
	Type      string         `json:"type"`
	ID        vigie.AlertID  `json:"id"`
	Search    vigie.SearchID `json:"search"`
	Documents int            `json:"documents"`
	Made      time.Time      `json:"made"`
	posting
}

// match is a line of the ledger of the search before it.
type match struct {
	Type     string           `json:"type"`
	Search   vigie.SearchID   `json:"search"`
	Document vigie.DocumentID `json:"document"`
	At       time.Time        `json:"at"`
	Alert    vigie.AlertID    `json:"alert,omitempty"`
}

func viewSearch(s vigie.SavedSearch) search {
	return search{
		Type: "search", ID: s.ID, Owner: s.Owner, Name: s.Name, Query: s.Query, Lang: s.Lang, Alert: s.Alert, Mail: s.Mail, Feed: s.Feed,
		Created: s.Created, Changed: s.Changed,
	}
}

func viewAlert(a vigie.Alert) alert {
	return alert{Type: "alert", ID: a.ID, Search: a.Search, Documents: len(a.Documents), Made: a.Made, posting: viewPosting(a.Mail)}
}

// searches writes the saved searches, each with its ledger as it is at one moment.
func (e *exporter) searches(ctx context.Context) error {
	after := vigie.SearchID("")
	return e.pages(ctx, func(tx *store.Tx) (more bool, err error) {
		for s, err := range tx.SearchesAfter(after) {
			if err != nil {
				return false, err
			}
			if e.page.Len() > pageBytes {
				return true, nil
			}
			if err := e.search(tx, s); err != nil {
				return false, err
			}
			after = s.ID
		}
		return false, nil
	})
}

func (e *exporter) search(tx *store.Tx, s vigie.SavedSearch) error {
	if err := e.line(viewSearch(s), &e.report.Searches); err != nil {
		return err
	}
	var mails []vigie.Alert
	for a, err := range tx.Alerts(s.ID) {
		if err != nil {
			return err
		}
		mails = append(mails, a)
	}
	for _, a := range slices.Backward(mails) {
		if err := e.line(viewAlert(a), &e.report.Alerts); err != nil {
			return err
		}
	}
	for m, err := range tx.Matches(s.ID) {
		if err != nil {
			return err
		}
		v := match{Type: "match", Search: m.Search, Document: m.Document, At: m.At, Alert: m.Alert}
		if err := e.line(v, &e.report.Matches); err != nil {
			return err
		}
	}
	return nil
}

// seenSearches is what the lines about saved searches were so far.
type seenSearches struct {
	search   vigie.SearchID
	alert    vigie.AlertID
	document vigie.DocumentID
	// owed counts the documents that the alerts of the search tell of and that are to
	// come, by alert.
	owed map[vigie.AlertID]int
}

// settled reports whether every alert told of as many documents as it says.
func (s seenSearches) settled() bool {
	for _, n := range s.owed {
		if n != 0 {
			return false
		}
	}
	return true
}

// searchLine reads a line about saved searches and reports whether it fits those
// before it.
func (v *verifier) searchLine(kind string, line []byte) (ok bool, err error) {
	seen := &v.searches
	switch kind {
	case "search":
		var s search
		err = strict(line, &s)
		v.seen.Searches++
		ok = vigie.ValidID(s.ID) && s.ID > seen.search && vigie.ValidID(s.Owner) && seen.settled()
		v.searches = seenSearches{search: s.ID, owed: map[vigie.AlertID]int{}}
	case "alert":
		var a alert
		err = strict(line, &a)
		v.seen.Alerts++
		ok = a.Search == seen.search && vigie.ValidID(a.ID) && a.ID > seen.alert && a.Documents > 0 && seen.document == ""
		if seen.alert = a.ID; ok {
			seen.owed[a.ID] = a.Documents
		}
	default:
		var m match
		err = strict(line, &m)
		v.seen.Matches++
		ok = m.Search == seen.search && vigie.ValidID(m.Document) && m.Document > seen.document
		seen.document = m.Document
		if m.Alert != "" {
			ok = ok && seen.owed[m.Alert] > 0
			if ok {
				seen.owed[m.Alert]--
			}
		}
	}
	return ok, err
}
