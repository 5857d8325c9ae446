package main_test

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"vigie"
	"vigie/index/store"
)

// watched is the command of scripts that saves a search.
func watched(ts *testscript.TestScript, _ bool, args []string) {
	db, err := store.Open(context.Background(), ts.Getenv("VIGIE_DATA"), store.Options{Command: "test"})
	ts.Check(err)
	err = db.Update(context.Background(), func(tx *store.Tx) error {
		now := db.Now()
		owner := vigie.User{ID: vigie.NewID[vigie.UserID](now), Name: "Awa", Email: args[1], Role: vigie.Reader, Lang: vigie.French}
		return errors.Join(tx.PutUser(owner), tx.PutSearch(vigie.SavedSearch{
			ID: vigie.NewID[vigie.SearchID](now), Owner: owner.ID, Name: "Suivi", Query: args[0], Lang: vigie.French, Alert: vigie.AlertNow, Mail: true, Created: now, Changed: now,
		}))
	})
	ts.Check(errors.Join(err, db.Close()))
}

// arrives is the command of scripts that waits for a file that another program writes.
func arrives(ts *testscript.TestScript, _ bool, args []string) {
	for range 300 { // a limit, not a measure
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	ts.Fatalf("%s does not arrive", args[0])
}
