package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vigie"
)

// Retained says what was let go of by the rules of the sources.
type Retained struct {
	// Documents are those that lost something: Originals what they were read from, Texts
	// the readable text.
	Documents, Originals, Texts int
}

// retainStep is how many documents are looked at in one transaction.
const retainStep = 200

// Retain lets go of what the rules of the sources keep no longer: the originals, and of
// sources that keep records only the texts and summaries as well. Hashes, metadata and
// addresses stay. Documents that a synthesis quotes are left whole, and so is what was
// read from the same answer. It may be stopped anywhere. The room is given back by
// [DB.Collect].
func (db *DB) Retain(ctx context.Context) (Retained, error) {
	var total Retained
	rules := map[vigie.SourceID]vigie.Retention{}
	err := db.View(func(tx *Tx) error {
		for s, err := range tx.Sources() {
			if err != nil {
				return err
			}
			if s.Keep.Keep != vigie.KeepAll {
				rules[s.ID] = s.Keep
			}
		}
		return nil
	})
	if err != nil || len(rules) == 0 {
		return total, err
	}
	for after, more := vigie.DocumentID(""), true; more; {
		var due []vigie.DocumentID
		if due, after, more, err = db.retainable(rules, after); err != nil {
			break
		}
		if len(due) == 0 {
			continue
		}
		var some Retained
		err = db.Update(ctx, func(tx *Tx) error {
			some, err = tx.retainAll(rules, due)
			return err
		})
		if err != nil {
			break
		}
		total.Documents += some.Documents
		total.Originals += some.Originals
		total.Texts += some.Texts
	}
	if err != nil {
		return total, fmt.Errorf("let go of what is not to be kept: %w", err)
	}
	return total, nil
}

// retainable looks at the next documents for those of sources with a rule.
func (db *DB) retainable(rules map[vigie.SourceID]vigie.Retention, after vigie.DocumentID) (due []vigie.DocumentID, last vigie.DocumentID, more bool, err error) {
	last = after
	err = db.View(func(tx *Tx) error {
		looked := 0
		for doc, err := range tx.DocumentsAfter(after) {
			if err != nil {
				return err
			}
			if looked++; looked > retainStep {
				more = true
				return nil
			}
			last = doc.ID
			if _, ruled := rules[doc.Source]; ruled && !tx.isWithdrawn(doc.ID) {
				due = append(due, doc.ID)
			}
		}
		return nil
	})
	return due, last, more, err
}

func (tx *Tx) retainAll(rules map[vigie.SourceID]vigie.Retention, ids []vigie.DocumentID) (Retained, error) {
	var out Retained
	quoted, err := tx.quotedCaptures()
	if err != nil {
		return out, err
	}
	for _, id := range ids {
		doc, err := tx.Document(id)
		if errors.Is(err, vigie.ErrNotFound) {
			continue
		}
		if err != nil {
			return out, err
		}
		rule, ruled := rules[doc.Source]
		if !ruled || len(tx.CitedBy(id)) > 0 {
			continue
		}
		one, err := tx.retain(doc, rule, quoted)
		if err != nil {
			return out, fmt.Errorf("document %s: %w", id, err)
		}
		out.Documents += min(1, one.Originals+one.Texts)
		out.Originals += one.Originals
		out.Texts += one.Texts
	}
	return out, nil
}

// quotedCaptures are the answers that documents were read from which are quoted.
func (tx *Tx) quotedCaptures() (map[vigie.CaptureID]bool, error) {
	out := map[vigie.CaptureID]bool{}
	last := ""
	for k := range tableOf[mark](tx.tx, "cited").keys(nil) {
		id := string(k[:idLength])
		if id == last {
			continue
		}
		last = id
		for r, err := range tx.Revisions(vigie.DocumentID(id)) {
			if err != nil {
				return nil, err
			}
			out[r.Capture] = true
		}
	}
	return out, nil
}

// retain applies a rule to one document.
func (tx *Tx) retain(doc vigie.Document, rule vigie.Retention, quoted map[vigie.CaptureID]bool) (Retained, error) {
	var out Retained
	before := tx.db.now().Add(-time.Duration(rule.Days) * 24 * time.Hour)
	newest := false // lost its text
	for n := 1; n <= doc.Revision; n++ {
		r, err := tx.Revision(doc.ID, n)
		if err != nil {
			return out, err
		}
		if r.Fetched.After(before) {
			continue
		}
		dropped, err := tx.dropOriginal(r.Capture, quoted)
		if err != nil {
			return out, err
		}
		out.Originals += dropped
		if rule.Keep != vigie.KeepRecords || r.Text == "" && r.Was["summary"] == "" && (n < doc.Revision || doc.Summary == "") {
			continue
		}
		if err := tx.dropText(r); err != nil {
			return out, err
		}
		if r.Text != "" || n == doc.Revision && doc.Summary != "" {
			out.Texts++
		}
		newest = n == doc.Revision
	}
	if !newest {
		return out, nil
	}
	doc.Summary = ""
	seq, err := tx.record(DocumentChange, string(doc.ID), Put, withheld)
	if err != nil {
		return out, err
	}
	return out, tableOf[documentRecord](tx.tx, "documents").put([]byte(doc.ID), documentRecord{Document: doc, Seq: seq})
}

// dropText lets go of the text of a revision, and of former summaries.
func (tx *Tx) dropText(r vigie.Revision) error {
	if err := tx.release(r.Text); err != nil {
		return err
	}
	r.Text = ""
	delete(r.Was, "summary")
	return tableOf[revisionRow](tx.tx, "revisions").put(revisionKey(r.Document, r.N), revisionRow(r))
}

// dropOriginal lets go of the bytes of an answer, unless they are quoted, and remembers
// their hash. It returns how many there were: one or none.
func (tx *Tx) dropOriginal(id vigie.CaptureID, quoted map[vigie.CaptureID]bool) (int, error) {
	if id == "" || quoted[id] {
		return 0, nil
	}
	t := tableOf[captureRecord](tx.tx, "captures")
	k, err := t.get([]byte(id))
	if err != nil || k.Snapshot == "" {
		return 0, err
	}
	if err := tx.release(k.Snapshot); err != nil {
		return 0, err
	}
	k.Dropped, k.Snapshot = k.Snapshot, ""
	return 1, t.put([]byte(id), k)
}
