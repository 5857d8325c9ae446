package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"vigie"
)

// Format is the number of the current format of the folder.
const Format = 7

// migration brings a store from one format to the next.
type migration struct {
	from int
	what string
	run  func(tx *bolt.Tx) error
}

func migrations() []migration {
	return []migration{
		{from: 1, what: "count what there is", run: addCounts},
		{from: 2, what: "make room for accounts and the desk, sort the documents by status", run: addLists},
		{from: 3, what: "make room for what hosts are owed, and for their logs", run: addTables},
		{from: 4, what: "make room for stories, and for what is quoted, withdrawn or not read yet", run: addStories},
		{from: 5, what: "make room for saved searches, their feeds and what they tell, and for tokens", run: addTables},
		{from: 6, what: "make room for what the desk says of the thesaurus", run: addConcepts},
	}
}

// migrate brings an older file up to date, one transaction a step: a crash leaves
// it at a whole format. A file of a newer vigie is refused.
func migrate(ctx context.Context, db *bolt.DB, log *slog.Logger) error {
	format, err := formatOf(db)
	if err != nil {
		return err
	}
	if format > Format {
		return fmt.Errorf("the store has format %d and this vigie knows up to %d: use the newer vigie that wrote it: %w", format, Format, vigie.ErrInvalid)
	}
	for _, m := range migrations() {
		if m.from < format {
			continue
		}
		log.InfoContext(ctx, "bringing the store up to date", "from", m.from, "to", m.from+1, "what", m.what)
		err := db.Update(func(tx *bolt.Tx) error {
			if err := m.run(tx); err != nil {
				return err
			}
			return tableOf[int](tx, "meta").put([]byte("format"), m.from+1)
		})
		if err != nil {
			return fmt.Errorf("bring the store from format %d to %d: %w", m.from, m.from+1, asFull(err))
		}
	}
	return nil
}

// formatOf returns the format of a file, and an error if it lacks a table of the
// current one.
func formatOf(db *bolt.DB) (int, error) {
	format := 0
	err := db.View(func(tx *bolt.Tx) error {
		if tx.Bucket([]byte("meta")) == nil {
			return &vigie.DamagedError{Place: fileName, Reason: "it is not a vigie store"}
		}
		var err error
		if format, err = tableOf[int](tx, "meta").get([]byte("format")); err != nil || format != Format {
			return err
		}
		for _, name := range tableNames() {
			if tx.Bucket([]byte(name)) == nil {
				return damagedFile("the table " + name + " is missing")
			}
		}
		return nil
	})
	return format, err
}

// addCounts is the way from format 1, which had no counts, robots, runs and
// decisions.
func addCounts(btx *bolt.Tx) error {
	if err := addTables(btx); err != nil {
		return err
	}
	tx := &Tx{tx: btx}
	var counts Counts
	for doc, err := range tx.Documents() {
		if err != nil {
			return err
		}
		counts.Documents++
		counts.Revisions += doc.Revision
	}
	counts.Sources = btx.Bucket([]byte("sources")).Stats().KeyN
	counts.Captures = btx.Bucket([]byte("captures")).Stats().KeyN
	return tableOf[Counts](btx, "meta").put([]byte("counts"), counts)
}

// addLists is the way from format 2, which had neither accounts nor the desk: what
// is new begins empty, but for what leads to documents and decisions that are there.
// The queues took the place of one list of all documents, the table recent.
func addLists(btx *bolt.Tx) error {
	if err := btx.DeleteBucket([]byte("recent")); err != nil && !errors.Is(err, bolterrors.ErrBucketNotFound) {
		return err
	}
	if err := addTables(btx); err != nil {
		return err
	}
	tx := &Tx{tx: btx}
	for doc, err := range tx.Documents() {
		if err != nil {
			return err
		}
		if err := tx.list(doc); err != nil {
			return err
		}
	}
	for d, err := range tableOf[vigie.Decision](btx, "decisions").all(nil, nil) {
		if err != nil {
			return err
		}
		if err := tableOf[decidedRow](btx, "decided").put([]byte(d.ID), decidedRow{Document: d.Document}); err != nil {
			return err
		}
	}
	return tx.finish()
}

// addStories is the way from format 4, which found copies by their titles only, in the
// table titled.
func addStories(tx *bolt.Tx) error {
	if err := tx.DeleteBucket([]byte("titled")); err != nil && !errors.Is(err, bolterrors.ErrBucketNotFound) {
		return err
	}
	return addCited(tx)
}

// addConcepts is the way from format 6, whose feeds did not say in which epoch they got
// their address: those that are open stay open. After a restore they do not, as in a
// store of today.
func addConcepts(tx *bolt.Tx) error {
	if err := addTables(tx); err != nil || tx.Bucket([]byte("meta")).Get([]byte(restoredKey)) != nil {
		return err
	}
	now, err := lastCursor(tx)
	if err != nil {
		return err
	}
	t := tableOf[searchRecord](tx, "searches")
	var open []searchRecord
	for r, err := range t.all(nil, nil) {
		if err == nil && r.Secret != "" && r.Epoch == "" { // a damaged one is the check's to tell
			open = append(open, r)
		}
	}
	for _, r := range open {
		r.Epoch = now.Epoch
		if err := t.put([]byte(r.ID), r); err != nil {
			return err
		}
	}
	return nil
}

// addTables makes the tables that are not there yet.
func addTables(tx *bolt.Tx) error {
	for _, name := range tableNames() {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	return nil
}
