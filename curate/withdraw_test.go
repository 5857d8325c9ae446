package curate_test

import (
	"errors"
	"strings"
	"testing"

	"vigie"
	"vigie/index/store"
)

// TestWithdrawDocument: who administers withdraws, with a reason; a line of the audit
// log says so, and a second try changes nothing.
func TestWithdrawDocument(t *testing.T) {
	d := newCell(t)
	id := d.document(t, "https://regulateur.example/rapport", vigie.Paragraph{Text: "Un secret."})
	admin := vigie.User{ID: "01JD0000000000000000000E0E", Name: "Eva", Role: vigie.Admin}
	for name, tc := range map[string]struct {
		by   vigie.User
		id   vigie.DocumentID
		why  string
		want error
	}{
		"a publisher":      {d.dina, id, "jugement", vigie.ErrForbidden},
		"no reason":        {admin, id, " \n", vigie.ErrInvalid},
		"a long reason":    {admin, id, strings.Repeat("x", 1001), vigie.ErrInvalid},
		"no such document": {admin, "01JD0000000000000000000000", "jugement", vigie.ErrNotFound},
	} {
		if _, err := d.WithdrawDocument(t.Context(), tc.by, tc.id, tc.why, ""); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for range 2 {
		if _, err := d.WithdrawDocument(t.Context(), admin, id, " Jugement du 3 mars ", "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
	}
	d.view(t, func(tx *store.Tx) error {
		w, err := tx.Withdrawal(id)
		if w.By != admin.ID || w.Why != "Jugement du 3 mars" || w.Erased.IsZero() {
			t.Errorf("the trace is %+v", w)
		}
		doc, err2 := tx.Document(id)
		body, err3 := tx.Body(doc)
		if doc.Title != "" || doc.URL == "" || len(body) > 0 {
			t.Errorf("what is left: %+v, %v", doc, body)
		}
		log, err4 := tx.AuditLines(0, 100)
		lines := 0
		for _, line := range log {
			if line.What == "document withdrawn" && line.About == string(id) && line.Who == string(admin.ID) {
				lines++
			}
		}
		if lines != 1 {
			t.Errorf("%d lines in the audit log", lines)
		}
		return errors.Join(err, err2, err3, err4)
	})
}
