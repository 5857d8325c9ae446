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

// TestTellSlowedOnce tells of a source that publishes less than it did once, and not of
// the end of that, beside what else happens to it.
func TestTellSlowedOnce(t *testing.T) {
	d := open(t)
	s := vigie.Source{ID: vigie.NewID[vigie.SourceID](d.clock.Now()), Kind: vigie.Feed, URL: "https://agence.example/flux", Name: "Agence", Added: d.clock.Now()}
	d.update(func(tx *store.Tx) error {
		if _, err := tx.AddSource(s); err != nil {
			return err
		}
		return tx.PutUser(vigie.User{ID: vigie.NewID[vigie.UserID](d.clock.Now()), Email: "camille@observatoire.example", Name: "Camille Exemple", Lang: vigie.English, Role: vigie.Admin})
	})
	slowed, usual := vigie.Visit{Source: s.ID}, vigie.Visit{Source: s.ID}
	for n := range 20 {
		usual.Rhythm.Times = append(usual.Rhythm.Times, d.clock.Now().AddDate(0, 0, -250+7*n))
	}
	slowed.Rhythm.Times = append(slowed.Rhythm.Times, usual.Rhythm.Times...)
	for _, days := range []int{-87, -57, -27} {
		slowed.Rhythm.Times = append(slowed.Rhythm.Times, d.clock.Now().AddDate(0, 0, days))
	}
	dated := func(v vigie.Visit) vigie.Visit {
		v.Certificate = d.clock.Now().Add(48 * time.Hour)
		return v
	}
	for i, step := range []struct {
		visit vigie.Visit
		says  string // "" for no letter
		not   string
	}{
		{slowed, "used to publish", "in order"},
		{slowed, "", ""},
		{usual, "", ""},
		{slowed, "", ""},
		{dated(slowed), "certificate", "used to publish"},
		{slowed, "Agence", "used to publish"},
		{usual, "", ""},
	} {
		d.clock.Forward(25 * time.Hour)
		d.update(func(tx *store.Tx) error { return tx.PutVisit(step.visit) })
		if n, err := d.post.TellAlarms(t.Context()); err != nil || n > 0 != (step.says != "") {
			t.Fatalf("step %d: %d letters, %v", i, n, err)
		}
		d.update(func(tx *store.Tx) error {
			var texts []string
			var ids []vigie.LetterID
			for l, err := range tx.Letters() {
				if err != nil {
					return err
				}
				texts, ids = append(texts, l.Text), append(ids, l.ID)
			}
			if text := strings.Join(texts, ""); step.says != "" && (!strings.Contains(text, step.says) || strings.Contains(text, step.not)) {
				t.Errorf("step %d says %s", i, text)
			}
			for _, id := range ids {
				if err := tx.DeleteLetter(id); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// TestTellWhoComesLater: what happened while nobody could be told, for there was no
// administrator or none that is let in, is told to the first who comes.
func TestTellWhoComesLater(t *testing.T) {
	d := open(t)
	s := vigie.Source{ID: vigie.NewID[vigie.SourceID](d.clock.Now()), Kind: vigie.Feed, URL: "https://agence.example/flux", Name: "Agence", Added: d.clock.Now()}
	admin := vigie.User{ID: vigie.NewID[vigie.UserID](d.clock.Now()), Email: "camille@observatoire.example", Name: "Camille Exemple", Lang: vigie.English, Role: vigie.Admin, Disabled: true}
	d.update(func(tx *store.Tx) error {
		if _, err := tx.AddSource(s); err != nil {
			return err
		}
		return tx.PutVisit(vigie.Visit{
			Source: s.ID, Standing: vigie.Refused, Failures: 1, FailingSince: d.clock.Now(), LastRead: d.clock.Now(),
			Trouble: vigie.Trouble{Code: vigie.TroubleStatus, Status: 403},
		})
	})
	tell := func(want int) {
		t.Helper()
		if n, err := d.post.TellAlarms(t.Context()); err != nil || n != want {
			t.Errorf("told %d people (%v), want %d", n, err, want)
		}
	}
	tell(0) // there is nobody
	d.update(func(tx *store.Tx) error { return tx.PutUser(admin) })
	d.clock.Forward(time.Hour)
	tell(0) // nor is there anybody who may come in
	admin.Disabled = false
	d.update(func(tx *store.Tx) error { return tx.PutUser(admin) })
	d.clock.Forward(time.Hour)
	tell(1)
	d.clock.Forward(25 * time.Hour)
	tell(0)
}
