package auth_test

import (
	"errors"
	"strings"
	"testing"

	"vigie"
	"vigie/web/auth"
)

func TestCheckPassword(t *testing.T) {
	u := vigie.User{Name: "Yto Berrada-Naji", Email: "y.naji@litt.example"}
	for _, c := range []struct {
		name, password string
		want           auth.PasswordFault // "" when it is fine
	}{
		{"empty", "", auth.TooShort},
		{"eleven", "moutonsbleu", auth.TooShort},
		{"twelve", "moutonsbleux", ""},
		{"twelve Arabic letters", "خروفازرقصغير", ""},
		{"eleven characters in more bytes", "moutonsblêu", auth.TooShort},
		{"an accent written apart counts once", "moutonsble\u0302u", auth.TooShort},
		{"the longest", strings.Repeat("moutons bleus qui dansent la nuit au bord de mer sans bruit; ", 2) + "fini", ""},
		{"longer", strings.Repeat("moutons bleus qui dansent la nuit au bord de mer sans bruit; ", 2) + "c'est fini", auth.TooLong},
		{"very long", strings.Repeat("a", 1<<20), auth.TooLong},
		{"a passphrase", "correct horse battery staple", ""},
		{"French", good, ""},
		{"Arabic", "سبعة خراف زرقاء ترقص", ""},
		{"from a generator", "xK9#mQ2$vL7!", ""},
		{"not UTF-8", "moutons\xffbleus", auth.Unreadable},
		{"a line break", "moutons\nbleus", auth.Unreadable},
		{"one character", strings.Repeat("a", 20), auth.Easy},
		{"figures up", "123456789012", auth.Easy},
		{"figures down", "987654321098", auth.Easy},
		{"alphabet", "abcdefghijklmnop", auth.Easy},
		{"American keyboard", "qwertyuiopasdfghjkl", auth.Easy},
		{"French keyboard", "azertyuiopqsdfghjklm", auth.Easy},
		{"French keyboard backwards", "mlkjhgfdsqpoiuytreza", auth.Easy},
		{"Arabic keyboard", "ضصثقفغعهخحجشسيبل", auth.Easy},
		{"a block repeated", "kdtkdtkdtkdtkdt", auth.Easy},
		{"two characters in turn", "xyxyxyxyxyxy", auth.Easy},
		{"the usual word", "Password1234!", auth.Easy},
		{"the usual word in disguise", "P@ssw0rd2026!!", auth.Easy},
		{"the usual word in French", "MotDePasse2026", auth.Easy},
		{"the usual word in Arabic", "كلمة المرور 12", auth.Easy},
		{"the product", "vigie-vigie-2026", auth.Easy},
		{"the observatory", "observatoire littoral", auth.Easy},
		{"own name", "yto.berrada.naji", auth.Easy},
		{"own name with accents", "Yto-Bérrada-Nàji!", auth.Easy},
		{"own address", "y.naji@litt.example1", auth.Easy},
		{"letters that are taken apart into many", strings.Repeat("\ufdfa", 128), auth.Easy},
		{"own name and much more", "naji et sept moutons bleus", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := auth.CheckPassword(c.password, u, "Observatoire du Littoral")
			var fault *auth.PasswordError
			errors.As(err, &fault)
			switch {
			case c.want == "" && err != nil:
				t.Errorf("it is refused: %v", err)
			case c.want != "" && (fault == nil || fault.Fault != c.want || !errors.Is(err, vigie.ErrInvalid)):
				t.Errorf("CheckPassword = %v, want the fault %q", err, c.want)
			case c.password != "" && err != nil && strings.Contains(err.Error(), c.password):
				t.Errorf("the error shows the password: %v", err)
			}
		})
	}
}

func FuzzCheckPassword(f *testing.F) {
	f.Add("moutonsbleux", "Yto")
	f.Add("qwerty\xff\u0300", "")
	f.Fuzz(func(t *testing.T, password, name string) {
		if auth.CheckPassword(password, vigie.User{Name: name}, name) != nil {
			return
		}
		if n := len([]rune(password)); n < 12 || n > 128*4 {
			t.Errorf("%q has %d characters and is fine", password, n)
		}
	})
}

// TestSameKeysSamePassword: systems write the same accent and the same space in
// different ways.
func TestSameKeysSamePassword(t *testing.T) {
	h := newHouse(t)
	if err := h.SetPassword(t.Context(), auth.Operator(), h.curator.ID, "une forêt tout près"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.try(h.curator.Email, "une fore\u0302t\u00a0tout pre\u0300s"); err != nil {
		t.Error(err)
	}
	if _, err := h.try(h.curator.Email, "une foret tout pres"); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("without accents: %v", err)
	}
}

// TestAllOfALongPasswordCounts: bcrypt would cut it at 72 bytes (CVE-2025-68402).
func TestAllOfALongPasswordCounts(t *testing.T) {
	h := newHouse(t)
	long := strings.Repeat("moutons bleus qui dansent la nuit au bord de mer sans bruit; ", 2)
	if err := h.SetPassword(t.Context(), auth.Operator(), h.curator.ID, long+"oui"); err != nil {
		t.Fatal(err)
	}
	for end, want := range map[string]bool{"oui": true, "non": false, "": false, "ouioui": false} {
		if _, err := h.try(h.curator.Email, long+end); (err == nil) != want {
			t.Errorf("with %q at the end: %v", end, err)
		}
	}
}
