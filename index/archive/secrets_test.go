package archive_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index/archive"
	"vigie/index/store"
)

// TestNoSecrets: nothing of what people sign in with leaves in an archive, nor who
// they are or what they did to accounts.
func TestNoSecrets(t *testing.T) {
	db := filled(t)
	id := vigie.HashOf([]byte("secret"))
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		u := vigie.User{ID: vigie.NewID[vigie.UserID](time.Unix(1, 0)), Name: "CANARY name", Email: "canary@litt.example", Role: vigie.Admin}
		err1 := tx.PutUser(u)
		err2 := tx.PutCredential(u.ID, store.Credential{Hash: "$argon2id$CANARY", Version: 1})
		_, err3 := tx.Audit(store.AuditLine{Who: "CANARY", What: "CANARY", Note: "CANARY"})
		err4 := tx.PutToken(store.Token{ID: id, User: u.ID, Name: "CANARY", Scopes: []string{"read:items"}, Expires: time.Unix(1, 0)})
		return errors.Join(err1, err2, err3, err4, tx.PutSession(store.Session{ID: id, User: u.ID}), tx.PutLink(store.Link{ID: id, User: u.ID}), tx.PutTries(store.Tries{Key: "CANARY"}))
	})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := archive.Export(t.Context(), db, &b, nil); err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"canary", "argon2", string(id)} {
		if strings.Contains(strings.ToLower(string(text)), word) {
			t.Errorf("%q is in the archive", word)
		}
	}
}
