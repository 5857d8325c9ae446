package store_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// fixture2 is a store of format 2, written by the last vigie of that format: what
// filledDir makes, with three documents.
const fixture2 = "testdata/format2.tar.gz"

// TestMigrationFrom2: a store without accounts gets room for them and keeps what
// it had.
func TestMigrationFrom2(t *testing.T) {
	dir := unpackFixture(t, fixture2)
	if format, _ := formatOf(t, dir); format != "2" {
		t.Fatalf("the fixture has format %s", format)
	}
	if err := os.WriteFile(filepath.Join(dir, "running"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	db := storetest.OpenAt(t, dir, store.Options{})
	if got := stateOf(t, db).Counts; got != (store.Counts{Sources: 1, Documents: 3, Revisions: 3, Captures: 3}) {
		t.Errorf("after the migration: %+v", got)
	}
	u := addUser(t, db, "amina@litt.example")
	view(t, db, func(tx *store.Tx) error {
		_, err := tx.User(u.ID)
		return err
	})
}

func addUser(t testing.TB, db *store.DB, email string) vigie.User {
	t.Helper()
	u := vigie.User{ID: vigie.NewID[vigie.UserID](db.Now()), Name: "Amina", Email: email, Role: vigie.Curator, Created: db.Now()}
	change(t, db, func(tx *store.Tx) error { return tx.PutUser(u) })
	return u
}

func TestUsers(t *testing.T) {
	c := newClock()
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	a := addUser(t, db, "amina@litt.example")
	c.at = c.at.Add(time.Minute)
	b := addUser(t, db, "Badr@litt.example")
	expect := func(email string, want vigie.User) {
		t.Helper()
		view(t, db, func(tx *store.Tx) error {
			got, err := tx.UserByEmail(email)
			if diff := cmp.Diff(want, got); diff != "" || (want.ID == "") != errors.Is(err, vigie.ErrNotFound) {
				t.Errorf("%s (-want +got):\n%s%v", email, diff, err)
			}
			return nil
		})
	}
	expect("AMINA@litt.example", a)
	expect("badr@litt.example", b)
	expect("nobody@litt.example", vigie.User{})

	moved := a
	moved.Email = "BADR@litt.example"
	if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutUser(moved) }); !errors.Is(err, vigie.ErrConflict) || strings.Contains(err.Error(), "BADR") {
		t.Errorf("an address that is taken: %v", err)
	}
	expect("badr@litt.example", b)
	moved.Email = "a.idrissi@litt.example"
	change(t, db, func(tx *store.Tx) error { return tx.PutUser(moved) })
	expect("amina@litt.example", vigie.User{})
	expect("a.idrissi@litt.example", moved)
	for _, u := range []vigie.User{{}, {ID: "x", Email: "x@litt.example"}, {ID: a.ID}} {
		if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutUser(u) }); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("PutUser(%+v) = %v", u, err)
		}
	}
	view(t, db, func(tx *store.Tx) error {
		var all []vigie.UserID
		for u, err := range tx.Users() {
			if err != nil {
				return err
			}
			all = append(all, u.ID)
		}
		if !slices.Equal(all, []vigie.UserID{a.ID, b.ID}) {
			t.Errorf("Users = %q", all)
		}
		return nil
	})
	if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutCredential("01KAM000000000000000000000", store.Credential{}) }); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("a credential of nobody: %v", err)
	}
}

// TestSessionsLinksTries writes, finds, walks and deletes one of each.
func TestSessionsLinksTries(t *testing.T) {
	c := newClock()
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	u := addUser(t, db, "amina@litt.example")
	id := vigie.HashOf([]byte("secret"))
	epoch := db.Last().Epoch
	session := store.Session{ID: id, User: u.ID, Version: 1, Created: c.at, Seen: c.at, Proved: c.at, From: "203.0.113.0/24", Epoch: epoch}
	link := store.Link{ID: id, Purpose: "reset", User: u.ID, Version: 1, Expires: c.at, Epoch: epoch}
	tries := store.Tries{Key: "network 203.0.113.0/24", Count: 3, Last: c.at}
	change(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.PutSession(session), tx.PutLink(link), tx.PutTries(tries))
	})
	view(t, db, func(tx *store.Tx) error {
		s, err1 := tx.Session(id)
		l, err2 := tx.Link(id)
		n, err3 := tx.Tries(tries.Key)
		for s, err := range tx.Sessions() {
			if s != session || err != nil {
				t.Errorf("Sessions gives %+v, %v", s, err)
			}
		}
		for l, err := range tx.Links() {
			if l != link || err != nil {
				t.Errorf("Links gives %+v, %v", l, err)
			}
		}
		for n, err := range tx.AllTries() {
			if n != tries || err != nil {
				t.Errorf("AllTries gives %+v, %v", n, err)
			}
		}
		if diff := cmp.Diff([]any{session, link, tries}, []any{s, l, n}); diff != "" {
			t.Errorf("they came back changed (-want +got):\n%s", diff)
		}
		return errors.Join(err1, err2, err3)
	})
	change(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.DeleteSession(id), tx.DeleteLink(id), tx.DeleteTries(tries.Key), tx.DeleteSession(id))
	})
	view(t, db, func(tx *store.Tx) error {
		_, err1 := tx.Session(id)
		_, err2 := tx.Link(id)
		_, err3 := tx.Tries(tries.Key)
		for _, err := range []error{err1, err2, err3} {
			if !errors.Is(err, vigie.ErrNotFound) {
				t.Errorf("what was deleted: %v", err)
			}
		}
		if _, err := tx.Session("x"); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("an odd hash: %v", err)
		}
		return nil
	})
}

// TestCheckSeesLostAccounts: what belongs to nobody is a damage that is named.
func TestCheckSeesLostAccounts(t *testing.T) {
	id := vigie.HashOf([]byte("secret"))
	for name, c := range map[string]struct {
		table string
		words string
	}{
		"user":    {"users", "credentials/"},
		"address": {"emails", "is not found by the email address"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			db, err := store.Open(t.Context(), dir, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			u := addUser(t, db, "amina@litt.example")
			change(t, db, func(tx *store.Tx) error {
				return errors.Join(tx.PutCredential(u.ID, store.Credential{Hash: "h", Version: 1}), tx.PutSession(store.Session{ID: id, User: u.ID}), tx.PutLink(store.Link{ID: id, User: u.ID}))
			})
			storetest.Check(t, db)
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			inside(t, dir, func(tx *bolt.Tx) error {
				k, _ := tx.Bucket([]byte(c.table)).Cursor().First()
				return tx.Bucket([]byte(c.table)).Delete(slices.Clone(k))
			})
			checked, err := store.Verify(t.Context(), dir, true)
			if err != nil {
				t.Fatal(err)
			}
			all := strings.Join(checked.Damages, "\n")
			if !strings.Contains(all, c.words) || name == "user" && (!strings.Contains(all, "session "+string(id)) || !strings.Contains(all, "link "+string(id))) {
				t.Errorf("the damages are:\n%s", all)
			}
		})
	}
}

// audited returns a closed store with an audit log of five lines.
func audited(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	db, err := store.Open(t.Context(), dir, store.Options{Now: newClock().now})
	if err != nil {
		t.Fatal(err)
	}
	for n := range 5 {
		change(t, db, func(tx *store.Tx) error {
			l, err := tx.Audit(store.AuditLine{Who: "amina", What: "signed in", Note: fmt.Sprint(n), Seq: 99, Hash: "x", Previous: "y"})
			if l.Seq != store.Seq(n+1) || l.At != newClock().at {
				t.Errorf("line %d is %+v", n+1, l)
			}
			return err
		})
	}
	storetest.Check(t, db)
	view(t, db, func(tx *store.Tx) error {
		newest, err := tx.VerifyAudit()
		page, pageErr := tx.AuditLines(4, 2)
		if newest.Seq != 5 || len(page) != 2 || page[0].Seq != 3 || page[1].Seq != 2 {
			t.Errorf("the newest is %+v, the page before 4 is %+v", newest, page)
		}
		return errors.Join(err, pageErr)
	})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestAuditIsTamperEvident: whatever is done to a line, with checksums that fit,
// the check names the line.
func TestAuditIsTamperEvident(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	whole := audited(t)
	key := func(n int) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }
	body := func(b *bolt.Bucket, n int) string {
		_, body, err := store.Unseal("audit", key(n), b.Get(key(n)))
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	put := func(b *bolt.Bucket, n int, body string) error {
		return b.Put(key(n), store.Seal("audit", key(n), []byte(body)))
	}
	for name, c := range map[string]struct {
		line   int
		tamper func(b *bolt.Bucket) error
	}{
		"a word changed":           {2, func(b *bolt.Bucket) error { return put(b, 2, strings.Replace(body(b, 2), "amina", "badr", 1)) }},
		"the newest changed":       {5, func(b *bolt.Bucket) error { return put(b, 5, strings.Replace(body(b, 5), "amina", "badr", 1)) }},
		"replaced by another line": {3, func(b *bolt.Bucket) error { return put(b, 3, body(b, 4)) }},
		"taken out":                {3, func(b *bolt.Bucket) error { return b.Delete(key(3)) }},
		"the first taken out":      {1, func(b *bolt.Bucket) error { return b.Delete(key(1)) }},
		"the newest taken out":     {5, func(b *bolt.Bucket) error { return b.Delete(key(5)) }},
		"put in":                   {6, func(b *bolt.Bucket) error { return put(b, 6, body(b, 5)) }},
		"with a hash of its own": {2, func(b *bolt.Bucket) error {
			line := strings.Replace(body(b, 2), "amina", "badr", 1)
			at := strings.LastIndex(line, `"hash":"`) + len(`"hash":"`)
			sum := vigie.HashOf([]byte(line[:at] + `"}`))
			return put(b, 2, line[:at]+string(sum)+`"}`)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := copyDir(t, whole)
			inside(t, dir, func(tx *bolt.Tx) error { return c.tamper(tx.Bucket([]byte("audit"))) })
			checked, err := store.Verify(t.Context(), dir, true)
			if want := fmt.Sprintf("line %d of the audit log", c.line); err != nil || len(checked.Damages) != 1 || !strings.Contains(checked.Damages[0], want) {
				t.Errorf("the damages are %q, %v; want %s", checked.Damages, err, want)
			}
		})
	}
	// Any byte: the envelope or the chain names it.
	for n := range 5 {
		for at := range 40 {
			dir := copyDir(t, whole)
			inside(t, dir, func(tx *bolt.Tx) error {
				b := tx.Bucket([]byte("audit"))
				value := slices.Clone(b.Get(key(n + 1)))
				value[at*len(value)/40] ^= 1
				return b.Put(key(n+1), value)
			})
			checked, err := store.Verify(t.Context(), dir, true)
			if err != nil || !strings.Contains(strings.Join(checked.Damages, ";"), fmt.Sprintf("line %d of the audit log", n+1)) {
				t.Fatalf("line %d, part %d: the damages are %q, %v", n+1, at, checked.Damages, err)
			}
		}
	}
}

// FuzzAccountRows: whatever stands in a row, reading it never panics.
func FuzzAccountRows(f *testing.F) {
	f.Add([]byte("k"), []byte(`{"user":"u","version":1,"created":"2026-11-21T00:00:00Z","count":1}`))
	f.Add([]byte{}, []byte(`{"at":"x"}`))
	f.Fuzz(func(t *testing.T, key, value []byte) {
		for _, err := range store.DecodeAccountRows(key, store.Seal("t", key, value)) {
			if err != nil && !errors.Is(err, vigie.ErrDamaged) {
				t.Fatal(err)
			}
		}
	})
}
