package archive_test

import (
	"bytes"
	"strings"
	"testing"

	"vigie"
	"vigie/index/archive"
	"vigie/index/store"
)

// TestWithdrawnInArchive: of a document that was withdrawn there is its trace, and none
// of its words.
func TestWithdrawnInArchive(t *testing.T) {
	db := filled(t)
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		for d, err := range tx.Documents() {
			if err != nil {
				return err
			}
			if d.Title == "Only a title" {
				_, err := tx.Withdraw(store.Withdrawal{Document: d.ID, By: "Amina", At: db.Now(), Why: "jugement"})
				return err
			}
		}
		return vigie.ErrNotFound
	})
	if err != nil {
		t.Fatal(err)
	}
	b, _ := exported(t, db)
	report, err := archive.Verify(bytes.NewReader(b))
	if err != nil || report.Withdrawals != 1 {
		t.Errorf("Verify = %+v, %v", report, err)
	}
	if lines := unzip(t, b); strings.Contains(lines, "Only a title") || !strings.Contains(lines, `"type":"withdrawal"`) || !strings.Contains(lines, "jugement") {
		t.Error("the archive does not have the trace alone")
	}
}
