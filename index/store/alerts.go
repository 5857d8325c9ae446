package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"vigie"
)

// AlertFollower is the name of the follower that finds what saved searches tell.
const AlertFollower = "alerts"

// matchRow is a row of the table matches.
type matchRow vigie.Match

func (m *matchRow) fill(key []byte) {
	if len(key) == 2*idLength {
		m.Search, m.Document = vigie.SearchID(key[:idLength]), vigie.DocumentID(key[idLength:])
	}
}

func (m *matchRow) pack(w *rowWriter) {
	w.time(m.At)
	packID(w, m.Alert)
}

func (m *matchRow) unpack(u *rowReader) { m.At, m.Alert = u.time(), unpackID[vigie.AlertID](u) }

// alertRow is a row of the table alerts.
type alertRow vigie.Alert

func (a *alertRow) fill(key []byte) {
	if len(key) == 2*idLength {
		a.Search, a.ID = vigie.SearchID(key[:idLength]), vigie.AlertID(key[idLength:])
	}
}

func (a *alertRow) pack(w *rowWriter) {
	w.time(a.Made)
	w.uint(uint64(len(a.Documents)))
	for _, d := range a.Documents {
		packID(w, d)
	}
	mail := deliveryRow(a.Mail)
	mail.pack(w)
}

func (a *alertRow) unpack(u *rowReader) {
	a.Made = u.time()
	for range u.count() {
		a.Documents = append(a.Documents, unpackID[vigie.DocumentID](u))
	}
	mail := deliveryRow{}
	mail.unpack(u)
	a.Mail = vigie.Delivery(mail)
}

func matchKey(search vigie.SearchID, doc vigie.DocumentID) []byte {
	return []byte(string(search) + string(doc))
}

func alertKey(search vigie.SearchID, id vigie.AlertID) []byte {
	return []byte(string(search) + string(id))
}

// AddMatches notes that a saved search, which asked for query, found documents, and
// returns how many are to be told. Left out are those that it found before, those that
// are gone or withdrawn, and all of them where the search is gone, alerts no more or
// asks for something else by now.
func (tx *Tx) AddMatches(search vigie.SearchID, query string, docs []vigie.DocumentID) (added int, err error) {
	s, err := tx.Search(search)
	if errors.Is(err, vigie.ErrNotFound) || err == nil && (!s.Alerts() || s.Query != query) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	now := tx.db.Now()
	// A value of no bytes, and not nil: bbolt gives back what was put until it commits.
	matches, awaiting := tableOf[matchRow](tx.tx, "matches"), tx.tx.Bucket([]byte("awaiting"))
	for _, d := range docs {
		key := matchKey(search, d)
		if matches.has(key) || !tableOf[mark](tx.tx, "documents").has([]byte(d)) || tx.isWithdrawn(d) {
			continue
		}
		if err := errors.Join(matches.put(key, matchRow{At: now}), awaiting.Put(key, []byte{})); err != nil {
			return added, err
		}
		added++
	}
	return added, nil
}

// Matches walks the ledger of a saved search by the identities of the documents.
func (tx *Tx) Matches(search vigie.SearchID) iter.Seq2[vigie.Match, error] {
	return func(yield func(vigie.Match, error) bool) {
		if !vigie.ValidID(search) {
			return
		}
		for r, err := range tableOf[matchRow](tx.tx, "matches").all([]byte(search), nil) {
			if !yield(vigie.Match(r), err) {
				return
			}
		}
	}
}

// Awaiting returns what a saved search found and no mail tells of yet, at most so
// many, by the identities of the documents.
func (tx *Tx) Awaiting(search vigie.SearchID, most int) ([]vigie.Match, error) {
	var out []vigie.Match
	for k := range tableOf[mark](tx.tx, "awaiting").keys([]byte(search)) {
		if len(out) == most {
			break
		}
		m, err := tableOf[matchRow](tx.tx, "matches").get(k)
		if err != nil {
			return out, err
		}
		out = append(out, vigie.Match(m))
	}
	return out, nil
}

// AwaitingSearches returns the saved searches that found what no mail tells of yet.
func (tx *Tx) AwaitingSearches() []vigie.SearchID {
	var out []vigie.SearchID
	t := tableOf[mark](tx.tx, "awaiting")
	for from := []byte{}; ; {
		found := false
		for k := range t.keysFrom(nil, from) {
			id := vigie.SearchID(k[:min(idLength, len(k))])
			out, from, found = append(out, id), []byte(id+"~"), true // behind all of its documents
			break
		}
		if !found {
			return out
		}
	}
}

// ForgetAwaiting takes documents out of the ledger of a saved search that no mail
// tells of yet; none stands for all of those.
func (tx *Tx) ForgetAwaiting(search vigie.SearchID, docs ...vigie.DocumentID) error {
	t := tableOf[mark](tx.tx, "awaiting")
	var keys [][]byte
	for k := range t.keys([]byte(search)) {
		if len(docs) == 0 || slices.Contains(docs, vigie.DocumentID(k[idLength:])) {
			keys = append(keys, slices.Clone(k))
		}
	}
	for _, k := range keys {
		if err := errors.Join(t.delete(k), tableOf[mark](tx.tx, "matches").delete(k)); err != nil {
			return err
		}
	}
	return nil
}

// PlanAlert plans a mail for documents that await one: from then on it tells of
// them, and no other does. Anything else is a vigie.ErrConflict.
func (tx *Tx) PlanAlert(a vigie.Alert) error {
	if !vigie.ValidID(a.ID) || len(a.Documents) == 0 || a.Mail.State != vigie.Planned {
		return fmt.Errorf("plan an alert: %w", &vigie.InvalidError{Field: "alert", Reason: "has no identity, no documents or is not planned"})
	}
	if _, err := tx.Search(a.Search); err != nil {
		return fmt.Errorf("plan an alert: %w", err)
	}
	matches, awaiting := tableOf[matchRow](tx.tx, "matches"), tableOf[mark](tx.tx, "awaiting")
	for _, d := range a.Documents {
		key := matchKey(a.Search, d)
		if !awaiting.has(key) {
			return fmt.Errorf("plan an alert of %s: document %s does not wait for one: %w", a.Search, d, vigie.ErrConflict)
		}
		m, err := matches.get(key)
		if err != nil {
			return err
		}
		m.Alert = a.ID
		if err := errors.Join(matches.put(key, m), awaiting.delete(key)); err != nil {
			return err
		}
	}
	return tx.putAlert(a)
}

// PutAlert changes what is known of a mail. What it tells of and its Message-ID stay
// (vigie.ErrConflict); one that is not there is a vigie.ErrNotFound.
func (tx *Tx) PutAlert(a vigie.Alert) error {
	old, err := tx.Alert(a.Search, a.ID)
	if err != nil {
		return err
	}
	if old.Mail.MessageID != a.Mail.MessageID || !slices.Equal(old.Documents, a.Documents) {
		return fmt.Errorf("put alert %s: it tells of something else: %w", a.ID, vigie.ErrConflict)
	}
	if !slices.Contains(deliveryStates(), a.Mail.State) {
		return fmt.Errorf("put alert: %w", &vigie.InvalidError{Field: "state", Reason: "is none of planned, claimed, accepted, failed, uncertain"})
	}
	return tx.putAlert(a)
}

func (tx *Tx) putAlert(a vigie.Alert) error {
	key := alertKey(a.Search, a.ID)
	open := tx.tx.Bucket([]byte("unsettled"))
	err := open.Put(key, []byte{})
	if a.Settled() {
		err = open.Delete(key)
	}
	return errors.Join(err, tableOf[alertRow](tx.tx, "alerts").put(key, alertRow(a)))
}

// Alert returns one mail of a saved search, or vigie.ErrNotFound.
func (tx *Tx) Alert(search vigie.SearchID, id vigie.AlertID) (vigie.Alert, error) {
	r, err := tableOf[alertRow](tx.tx, "alerts").get(alertKey(search, id))
	return vigie.Alert(r), err
}

// Alerts walks the mails of a saved search, newest first.
func (tx *Tx) Alerts(search vigie.SearchID) iter.Seq2[vigie.Alert, error] {
	return func(yield func(vigie.Alert, error) bool) {
		if !vigie.ValidID(search) {
			return
		}
		for r, err := range tableOf[alertRow](tx.tx, "alerts").back([]byte(search), []byte(search+"~")) {
			if !yield(vigie.Alert(r), err) {
				return
			}
		}
	}
}

// Unsettled returns the mails of a saved search that are to be sent, are on their way
// or are uncertain, oldest first; "" stands for all searches.
func (tx *Tx) Unsettled(search vigie.SearchID) ([]vigie.Alert, error) {
	var out []vigie.Alert
	for k := range tableOf[mark](tx.tx, "unsettled").keys([]byte(search)) {
		r, err := tableOf[alertRow](tx.tx, "alerts").get(k)
		if err != nil {
			return out, err
		}
		out = append(out, vigie.Alert(r))
	}
	return out, nil
}

// searches proves that saved searches, their owners, feeds, ledgers and mails agree.
func (c *checker) searches(ctx context.Context) {
	owned, feeds := 0, 0
	for r, err := range tableOf[searchRecord](c.tx.tx, "searches").all(nil, nil) {
		if err != nil {
			continue // counted by envelopes, here and below
		}
		owned++
		if !tableOf[mark](c.tx.tx, "users").has([]byte(r.Owner)) {
			c.damagef("saved search %s is of a user who does not exist", r.ID)
		}
		if c.tx.tx.Bucket([]byte("owned")).Get(ownedKey(r.Owner, r.ID)) == nil {
			c.damagef("saved search %s is not listed with its owner", r.ID)
		}
		if r.Feed != (r.Secret != "") {
			c.damagef("saved search %s and its feed do not agree", r.ID)
		}
		if r.Secret == "" {
			continue
		}
		feeds++
		if id, err := c.tx.feeds().find(r.Secret); err != nil || id != r.ID {
			c.damagef("saved search %s is not found by its feed", r.ID)
		}
	}
	c.entries("owned", owned)
	c.entries("feeds", feeds)
	if ctx.Err() == nil {
		c.alertLedger()
	}
}

// alertLedger proves that every match waits for a mail or is told by one.
func (c *checker) alertLedger() {
	waiting := 0
	for m, err := range tableOf[matchRow](c.tx.tx, "matches").all(nil, nil) {
		if err != nil {
			continue
		}
		if !tableOf[mark](c.tx.tx, "searches").has([]byte(m.Search)) {
			c.damagef("a match is of saved search %s, which does not exist", m.Search)
		}
		if m.Alert == "" {
			waiting++
			if c.tx.tx.Bucket([]byte("awaiting")).Get(matchKey(m.Search, m.Document)) == nil {
				c.damagef("document %s waits for an alert of %s and is not listed", m.Document, m.Search)
			}
			continue
		}
		if a, err := c.tx.Alert(m.Search, m.Alert); err != nil || !slices.Contains(a.Documents, m.Document) {
			c.damagef("document %s is not in the alert that tells of it", m.Document)
		}
	}
	c.entries("awaiting", waiting)
	c.alertMails()
}

// alertMails proves that every mail tells of what is its own, and that those that are
// not settled are listed.
func (c *checker) alertMails() {
	open := 0
	for a, err := range tableOf[alertRow](c.tx.tx, "alerts").all(nil, nil) {
		if err != nil {
			continue
		}
		for _, d := range a.Documents {
			if m, err := tableOf[matchRow](c.tx.tx, "matches").get(matchKey(a.Search, d)); err != nil || m.Alert != a.ID {
				c.damagef("alert %s tells of document %s, which is not its own", a.ID, d)
			}
		}
		if vigie.Alert(a).Settled() {
			continue
		}
		open++
		if c.tx.tx.Bucket([]byte("unsettled")).Get(alertKey(a.Search, a.ID)) == nil {
			c.damagef("alert %s is not settled and not listed", a.ID)
		}
	}
	c.entries("unsettled", open)
}

// Fresh reports whether the cause of a change of a document brought words of a
// publisher that were not there before: a new document, or another title, text or
// summary of one. The same names stand in vigie.Revision.
func Fresh(cause string) bool {
	return slices.Contains([]string{"new", "title", "text", "summary"}, cause)
}
