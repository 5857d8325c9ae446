package web_test

import (
	"net/http"
	"testing"

	"vigie"
	"vigie/index/store"
	"vigie/web"
	"vigie/web/auth"
)

// people gives a server accounts that cost nothing to sign in to.
func people(t testing.TB, o *web.Options) {
	t.Helper()
	a, err := auth.New(o.DB, auth.Options{Cost: auth.Cost{MemoryKiB: 8, Passes: 1, Lanes: 1}, Now: o.Now})
	if err != nil {
		t.Fatal(err)
	}
	o.Auth = a
}

// signed makes an account of a role and returns what makes a request that person's.
func signed(t testing.TB, o web.Options, role vigie.Role) (vigie.User, func(*http.Request)) {
	t.Helper()
	return signedAs(t, o, role, string(role)+"@observatoire.example")
}

// signedAs is signed with an address of its own.
func signedAs(t testing.TB, o web.Options, role vigie.Role, email string) (vigie.User, func(*http.Request)) {
	t.Helper()
	user := vigie.User{Name: "Camille " + string(role), Email: email, Role: role}
	user, err := o.Auth.CreateUser(t.Context(), auth.Operator(), user)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Auth.SetPassword(t.Context(), auth.Operator(), user.ID, password); err != nil {
		t.Fatal(err)
	}
	return user, signIn(t, o, user.Email)
}

// password is everybody's.
const password = "neuf petites lanternes bleues"

// signIn opens a session and returns what makes a request of it.
func signIn(t testing.TB, o web.Options, email string) func(*http.Request) {
	t.Helper()
	session, err := o.Auth.SignIn(t.Context(), auth.Attempt{Login: email, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	cookies, err := auth.NewCookies(o.PublicURL)
	if err != nil {
		t.Fatal(err)
	}
	return func(r *http.Request) {
		r.AddCookie(&http.Cookie{Name: cookies.Name(), Value: session.Secret.Reveal()})
	}
}

// settle changes the settings of a store.
func settle(t testing.TB, db *store.DB, change func(*vigie.Settings)) {
	t.Helper()
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		settings, err := tx.Settings()
		if err != nil {
			return err
		}
		change(&settings)
		return tx.PutSettings(settings)
	})
	if err != nil {
		t.Fatal(err)
	}
}
