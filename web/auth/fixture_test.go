package auth_test

import (
	"net/netip"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/vigietest"
	"vigie/web/auth"
)

const (
	good  = "huit moutons bleus dansent"
	other = "neuf canards verts chantent"
	wrong = "dix lapins rouges dorment"
)

// cheap is a cost that takes microseconds.
func cheap() auth.Cost { return auth.Cost{MemoryKiB: 8, Passes: 1, Lanes: 1} }

// house is an observatory with one administrator and one curator, who both have
// the password good.
type house struct {
	*auth.Authenticator
	t       testing.TB
	db      *store.DB
	clock   *vigietest.Clock
	admin   vigie.User
	curator vigie.User
}

// home and away are two networks.
func home() netip.Addr { return netip.MustParseAddr("192.0.2.17") }
func away() netip.Addr { return netip.MustParseAddr("198.51.100.99") }

func newHouse(t testing.TB) *house {
	t.Helper()
	return houseAt(t, t.TempDir())
}

func houseAt(t testing.TB, dir string) *house {
	t.Helper()
	h := &house{t: t, clock: vigietest.NewClock(time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC))}
	h.db = storetest.OpenAt(t, dir, store.Options{Now: h.clock.Now})
	h.Authenticator = authenticator(t, h.db, auth.Options{Cost: cheap(), Words: []string{"Observatoire du Littoral"}})
	h.admin = h.add("zineb@litt.example", "Zineb Alaoui", vigie.Admin)
	h.curator = h.add("yto@litt.example", "Yto Berrada-Naji", vigie.Curator)
	return h
}

func authenticator(t testing.TB, db *store.DB, o auth.Options) *auth.Authenticator {
	t.Helper()
	a, err := auth.New(db, o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// add makes a user with the password good.
func (h *house) add(email, name string, role vigie.Role) vigie.User {
	h.t.Helper()
	u, err := h.CreateUser(h.t.Context(), auth.Operator(), vigie.User{Email: email, Name: name, Role: role})
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.SetPassword(h.t.Context(), auth.Operator(), u.ID, good); err != nil {
		h.t.Fatal(err)
	}
	return u
}

func (h *house) try(login, password string) (auth.Session, error) {
	return h.SignIn(h.t.Context(), auth.Attempt{Login: login, Password: password, From: home()})
}

// signIn must work.
func (h *house) signIn(u vigie.User) auth.Session {
	h.t.Helper()
	s, err := h.try(u.Email, good)
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

// alive reports whether a secret still opens something.
func (h *house) alive(s auth.Session) bool {
	h.t.Helper()
	_, _, err := h.Find(h.t.Context(), s.Secret)
	return err == nil
}

// by is the administrator as an actor.
func (h *house) by() auth.Actor { return auth.Actor{User: h.admin.ID, From: home()} }

// audit returns what the newest lines say was done, oldest of them first.
func (h *house) audit(n int) []string {
	h.t.Helper()
	var out []string
	err := h.db.View(func(tx *store.Tx) error {
		lines, err := tx.AuditLines(0, n)
		for _, l := range lines {
			out = append([]string{l.What}, out...)
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}
