package store

import (
	"errors"
	"fmt"

	"vigie"
)

// errLetGo says that an object which was kept when a filing began was let go since.
var errLetGo = fmt.Errorf("it was let go: %w", vigie.ErrConflict)

// need counts one more use of an object. An object that is not there yet takes
// the place where it was appended.
func (tx *Tx) need(hash vigie.Hash, places map[vigie.Hash]where) error {
	if hash == "" {
		return nil
	}
	key, err := hash.Bytes()
	if err != nil {
		return err
	}
	t := tableOf[where](tx.tx, "objects")
	at, err := t.get(key)
	if errors.Is(err, vigie.ErrNotFound) {
		var ok bool
		if at, ok = places[hash]; !ok {
			return fmt.Errorf("use object %s: %w", hash, errLetGo)
		}
		if err := tx.use(at, at.Stored); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	at.Needed++
	return t.put(key, at)
}

// release counts one use less. The bytes of an object that nothing needs are
// given back by [DB.Collect].
func (tx *Tx) release(hash vigie.Hash) error {
	if hash == "" {
		return nil
	}
	key, err := hash.Bytes()
	if err != nil {
		return err
	}
	t := tableOf[where](tx.tx, "objects")
	at, err := t.get(key)
	if err != nil {
		return err
	}
	if at.Needed--; at.Needed > 0 {
		return t.put(key, at)
	}
	if err := tx.use(at, -at.Stored); err != nil {
		return err
	}
	return t.delete(key)
}

// use changes the count of used bytes of a segment, and notes how far it is
// committed.
func (tx *Tx) use(at where, bytes int64) error {
	t := tableOf[segment](tx.tx, "segments")
	seg, err := t.get(segmentKey(at.Segment))
	if err != nil && !errors.Is(err, vigie.ErrNotFound) {
		return err
	}
	seg.InUse += bytes
	seg.Length = max(seg.Length, at.Offset+at.Stored)
	return t.put(segmentKey(at.Segment), seg)
}

// RemoveDocument forgets a document with its revisions, captures, sightings,
// addresses, decisions and print, and leaves a tombstone in the change log, by which
// the follower of the stories takes it out of its own. One that was withdrawn stays
// as it is: there is nothing left of it but its trace.
func (tx *Tx) RemoveDocument(id vigie.DocumentID, cause string) error {
	doc, err := tx.Document(id)
	if err != nil || tx.isWithdrawn(id) {
		return err
	}
	for _, forget := range []func(vigie.Document) error{tx.unlist, tx.forgetRevisions, tx.forgetSightings, tx.forgetAliases, tx.forgetDecisions, tx.forgetPrint} {
		if err := forget(doc); err != nil {
			return fmt.Errorf("remove document %s: %w", id, err)
		}
	}
	for _, table := range []string{"documents", "unread"} {
		if err := tableOf[mark](tx.tx, table).delete([]byte(id)); err != nil {
			return err
		}
	}
	counts, err := tx.count()
	if err != nil {
		return err
	}
	counts.Documents--
	_, err = tx.record(DocumentChange, string(id), Delete, cause)
	return err
}

func (tx *Tx) forgetRevisions(doc vigie.Document) error {
	counts, err := tx.count()
	if err != nil {
		return err
	}
	for n := 1; n <= doc.Revision; n++ {
		r, err := tx.Revision(doc.ID, n)
		if err != nil {
			return err
		}
		if err := tx.release(r.Text); err != nil {
			return err
		}
		if err := tableOf[revisionRow](tx.tx, "revisions").delete(revisionKey(doc.ID, n)); err != nil {
			return err
		}
		counts.Revisions--
		if err := tx.forgetCapture(r.Capture); err != nil {
			return err
		}
	}
	return nil
}

// forgetCapture counts one revision less that was read from an answer of the
// network, and drops it with the last: the items of a feed share one.
func (tx *Tx) forgetCapture(id vigie.CaptureID) error {
	if id == "" {
		return nil
	}
	t := tableOf[captureRecord](tx.tx, "captures")
	k, err := t.get([]byte(id))
	if err != nil {
		return err
	}
	if k.Needed--; k.Needed > 0 {
		return t.put([]byte(id), k)
	}
	if err := tx.release(k.Snapshot); err != nil {
		return err
	}
	counts, err := tx.count()
	if err != nil {
		return err
	}
	counts.Captures--
	return t.delete([]byte(id))
}

func (tx *Tx) forgetSightings(doc vigie.Document) error {
	var keys [][]byte
	for k := range tableOf[mark](tx.tx, "sighted").keys([]byte(doc.ID)) {
		keys = append(keys, append([]byte(nil), k...))
	}
	for _, k := range keys {
		if err := tableOf[sightingRow](tx.tx, "sightings").delete(k[len(doc.ID):]); err != nil {
			return err
		}
		if err := tx.tx.Bucket([]byte("sighted")).Delete(k); err != nil {
			return err
		}
	}
	return nil
}

// forgetAliases walks all addresses: there is no way back from a document to its
// addresses, and documents are removed rarely.
func (tx *Tx) forgetAliases(doc vigie.Document) error {
	t := tableOf[aliasRow](tx.tx, "aliases")
	var keys [][]byte
	for k := range t.keys(nil) {
		id, err := t.get(k)
		if err != nil {
			return err
		}
		if vigie.DocumentID(id) == doc.ID {
			keys = append(keys, append([]byte(nil), k...))
		}
	}
	for _, k := range keys {
		if err := t.delete(k); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) forgetDecisions(doc vigie.Document) error {
	t := tableOf[vigie.Decision](tx.tx, "decisions")
	var keys [][]byte
	for k := range t.keys([]byte(doc.ID)) {
		keys = append(keys, append([]byte(nil), k...))
	}
	for _, k := range keys {
		if err := errors.Join(t.delete(k), tableOf[decidedRow](tx.tx, "decided").delete(k[len(doc.ID):])); err != nil {
			return err
		}
	}
	return tableOf[vigie.Judgement](tx.tx, "judgements").delete([]byte(doc.ID))
}
