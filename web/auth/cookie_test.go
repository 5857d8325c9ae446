package auth_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"vigie"
	"vigie/web/auth"
)

func TestCookies(t *testing.T) {
	h := newHouse(t)
	secret := h.signIn(h.curator).Secret
	for _, c := range []struct{ public, set, clear string }{
		{"https://litt.example", "__Host-s=SECRET; Path=/; HttpOnly; Secure; SameSite=Lax", "__Host-s=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax"},
		{"https://127.0.0.1:8443/", "__Host-s=SECRET; Path=/; HttpOnly; Secure; SameSite=Lax", "__Host-s=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax"},
		{"", "s-loopback=SECRET; Path=/; HttpOnly; SameSite=Lax", "s-loopback=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"},
		{"http://localhost:8080", "s-loopback=SECRET; Path=/; HttpOnly; SameSite=Lax", "s-loopback=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"},
		{"http://[::1]:8080", "s-loopback=SECRET; Path=/; HttpOnly; SameSite=Lax", "s-loopback=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"},
	} {
		t.Run(c.public, func(t *testing.T) {
			cookies, err := auth.NewCookies(c.public)
			if err != nil {
				t.Fatal(err)
			}
			w := httptest.NewRecorder()
			cookies.Set(w, secret)
			cookies.Clear(w)
			got := w.Result().Header.Values("Set-Cookie")
			if want := strings.Replace(c.set, "SECRET", secret.Reveal(), 1); len(got) != 2 || got[0] != want || got[1] != c.clear {
				t.Errorf("Set-Cookie is %q, want %q and %q", got, want, c.clear)
			}
		})
	}
	for _, public := range []string{"http://litt.example", "http://192.0.2.1", "ftp://litt.example", "litt.example", "http://localhost.litt.example", ":"} {
		if _, err := auth.NewCookies(public); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("NewCookies(%q) = %v", public, err)
		}
	}
}

func TestCookieOfARequest(t *testing.T) {
	secret := newHouse(t).signInCurator().Secret.Reveal()
	name := map[string]string{"https://litt.example": "__Host-s", "": "s-loopback"}
	for public, mine := range name {
		cookies, err := auth.NewCookies(public)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			cookie string
			found  bool
		}{
			{mine + "=" + secret, true},
			{"a=b; " + mine + "=" + secret + "; c=d", true},
			{"", false},
			{mine + "=", false},
			{mine + "=" + secret + "; " + mine + "=" + secret, false}, // one was planted
			{mine + "=" + secret[1:], false},
			{mine + "=" + secret + "A", false},
			{mine + "=" + strings.Repeat("%", 43), false},
			{mine + "=" + secret[:42] + "\x00", false},
			{strings.ToUpper(mine) + "=" + secret, false},
			{name["https://litt.example"] + name[""] + "=" + secret, false},
		} {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.Header.Set("Cookie", c.cookie)
			if got := cookies.Secret(r); got.IsZero() == c.found {
				t.Errorf("%q, %q: found %v", public, c.cookie, !got.IsZero())
			}
		}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Cookie", map[string]string{"__Host-s": "s-loopback", "s-loopback": "__Host-s"}[mine]+"="+secret)
		if got := cookies.Secret(r); !got.IsZero() {
			t.Errorf("%q: the cookie of the other kind was taken", public)
		}
	}
}

func FuzzCookie(f *testing.F) {
	f.Add("s-loopback=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("s-loopback=\"; s-loopback")
	f.Fuzz(func(t *testing.T, cookie string) {
		cookies, err := auth.NewCookies("")
		if err != nil {
			t.Fatal(err)
		}
		s := cookies.Secret(&http.Request{Header: http.Header{"Cookie": {cookie}}})
		if text := s.Reveal(); !s.IsZero() && (!strings.Contains(cookie, text) || auth.ParseSecret(text) != s) {
			t.Errorf("%q gave %q", cookie, text)
		}
	})
}

func FuzzSecret(f *testing.F) {
	f.Add("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB")
	f.Fuzz(func(t *testing.T, text string) {
		s := auth.ParseSecret(text)
		if !s.IsZero() && (s.Reveal() != text || len(text) != 43 || strings.ContainsAny(text, "+/=\r\n")) {
			t.Errorf("%q was read as %q", text, s.Reveal())
		}
	})
}

// TestSecretsDoNotPrint: T-SESS-5 at its root.
func TestSecretsDoNotPrint(t *testing.T) {
	s := newHouse(t).signInCurator()
	var b strings.Builder
	log := slog.New(slog.NewJSONHandler(&b, nil))
	log.Info("x", "secret", s.Secret, "session", s)
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "secret", s.Secret, "session", s)
	fmt.Fprintf(&b, "%v %+v %#v %s %q %x %v", s, s, s, s.Secret, s.Secret, s.Secret, &s)
	j, err := json.Marshal(map[string]any{"a": s, "b": s.Secret, "c": &s})
	if err != nil {
		t.Fatal(err)
	}
	b.Write(j)
	if strings.Contains(b.String(), s.Secret.Reveal()) || strings.Contains(b.String(), fmt.Sprintf("%x", s.Secret.Reveal())) {
		t.Errorf("the secret is shown in:\n%s", b.String())
	}
}

func (h *house) signInCurator() auth.Session {
	h.t.Helper()
	return h.signIn(h.curator)
}
