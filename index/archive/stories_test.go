package archive_test

import (
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
)

// fillStories adds two stories of four documents, one of them taken apart before.
func fillStories(t testing.TB, db *store.DB, docs ...vigie.DocumentID) {
	t.Helper()
	at := time.Date(2026, 11, 21, 19, 0, 0, 0, time.UTC)
	id := func(n int) vigie.StoryID { return vigie.NewID[vigie.StoryID](at.Add(time.Duration(n) * time.Second)) }
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		return tx.PutStory(vigie.Story{
			ID: id(0), Record: docs[0], Members: []vigie.Member{{Document: docs[1], Bond: vigie.NearCopy, To: docs[0], Since: at}},
			Splits: []vigie.Split{{Out: docs[1:2], From: []vigie.DocumentID{vigie.NewID[vigie.DocumentID](at)}, By: "Amina", At: at, Why: "autre sujet"}},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}
