package digest_test

import (
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
)

// TestTellAlarms lets a source be refused: each administrator hears of it once, in
// their own language, and again when it is in order.
func TestTellAlarms(t *testing.T) {
	d := open(t)
	s := vigie.Source{ID: vigie.NewID[vigie.SourceID](d.clock.Now()), Kind: vigie.Feed, URL: "https://agence.example/flux", Name: "Agence des réseaux", Added: d.clock.Now()}
	set := func(v vigie.Visit) {
		v.Source = s.ID
		d.update(func(tx *store.Tx) error { return tx.PutVisit(v) })
	}
	d.update(func(tx *store.Tx) error {
		for _, u := range []vigie.User{
			{Email: "camille@observatoire.example", Name: "Camille Exemple", Lang: vigie.French, Role: vigie.Admin},
			{Email: "dina@observatoire.example", Name: "Dina Modèle", Lang: vigie.Arabic, Role: vigie.Admin},
			{Email: "ex@observatoire.example", Name: "Partie Ailleurs", Lang: vigie.French, Role: vigie.Admin, Disabled: true},
			{Email: "awa@observatoire.example", Name: "Awa Exemple", Lang: vigie.French, Role: vigie.Editor},
		} {
			u.ID = vigie.NewID[vigie.UserID](d.clock.Now())
			if err := tx.PutUser(u); err != nil {
				return err
			}
		}
		_, err := tx.AddSource(s)
		return err
	})
	tell := func(want int) map[string]vigie.Letter {
		t.Helper()
		n, err := d.post.TellAlarms(t.Context())
		if err != nil || n != want {
			t.Fatalf("told %d people (%v), want %d", n, err, want)
		}
		letters := map[string]vigie.Letter{}
		d.update(func(tx *store.Tx) error {
			for l, err := range tx.Letters() {
				if err != nil {
					return err
				}
				letters[strings.Split(l.To, "@")[0]] = l
			}
			for _, l := range letters {
				if err := tx.DeleteLetter(l.ID); err != nil {
					return err
				}
			}
			return nil
		})
		return letters
	}

	tell(0) // all is well
	refused := vigie.Visit{
		Standing: vigie.Refused, Failures: 1, FailingSince: d.clock.Now(), LastRead: d.clock.Now(),
		Trouble: vigie.Trouble{Code: vigie.TroubleStatus, Status: 403},
	}
	set(refused)
	letters := tell(2)
	if got := letters["camille"].Text; !strings.Contains(got, "Agence des réseaux") || !strings.Contains(got, "22 novembre 2026") ||
		!strings.Contains(got, "webmestre") || !strings.Contains(got, "https://observatoire.example/fr/bureau/sources/etat") {
		t.Errorf("the letter in French says %s", got)
	}
	if got := letters["dina"].Text; !strings.Contains(got, "يرفض خادمه القراءة") {
		t.Errorf("the letter in Arabic says %s", got)
	}
	d.clock.Forward(25 * time.Hour)
	tell(0) // nothing changed
	refused.Certificate = d.clock.Now().Add(48 * time.Hour)
	set(refused)
	if got := tell(2)["camille"].Text; !strings.Contains(got, "expire le \u206825 novembre 2026\u2069") {
		t.Errorf("the letter about the certificate says %s", got)
	}
	d.clock.Forward(2 * time.Hour)
	set(vigie.Visit{LastRead: d.clock.Now(), LastSuccess: d.clock.Now()})
	tell(0) // not twice a day
	d.clock.Forward(20 * time.Hour)
	if got := tell(2)["camille"].Text; !strings.Contains(got, "De nouveau en ordre\n- Agence des réseaux") {
		t.Errorf("the letter about what is well says %s", got)
	}
	d.clock.Forward(25 * time.Hour)
	tell(0)
}
