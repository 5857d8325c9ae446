package digest_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/curate/digest"
)

const someone = vigie.SubscriberID("01KAMSVB00000000000000000S")

func purposes() []digest.Purpose {
	return []digest.Purpose{digest.ConfirmLink, digest.PreferencesLink, digest.UnsubscribeLink}
}

func TestToken(t *testing.T) {
	key, now := []byte(strings.Repeat("k", 32)), sunday()
	for _, purpose := range purposes() {
		token := digest.Token(key, purpose, someone, now)
		if strings.Trim(token, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != "" || strings.HasSuffix(token, "-") || strings.HasSuffix(token, "_") {
			t.Errorf("%s does not go into an address", token)
		}
		for _, as := range purposes() {
			id, err := digest.ReadToken(key, as, token, now.Add(6*24*time.Hour))
			if as == purpose && (err != nil || id != someone) || as != purpose && !errors.Is(err, digest.ErrLink) {
				t.Errorf("a token to %s read as one to %s: %q, %v", purpose, as, id, err)
			}
		}
		later := now.Add(7*24*time.Hour + time.Second)
		if _, err := digest.ReadToken(key, purpose, token, later); (err == nil) != (purpose != digest.ConfirmLink) {
			t.Errorf("%s after a week: %v", purpose, err)
		}
		if _, err := digest.ReadToken([]byte("another"), purpose, token, now); !errors.Is(err, digest.ErrLink) {
			t.Errorf("%s under another key: %v", purpose, err)
		}
		for i := range token { // every byte counts
			changed := token[:i] + "~" + token[i+1:]
			if token[i] != 'A' {
				changed = token[:i] + "A" + token[i+1:]
			}
			for _, bad := range []string{changed, token[:i], token[:i] + token[i+1:]} {
				if _, err := digest.ReadToken(key, purpose, bad, now); !errors.Is(err, digest.ErrLink) {
					t.Errorf("%s: %q was taken: %v", purpose, bad, err)
				}
			}
		}
	}
}

// TestBadTokens come before there is a key, too.
func TestBadTokens(t *testing.T) {
	d := open(t)
	for range 2 {
		for _, bad := range []string{"", ".", "..", "x", string(someone), string(someone) + ".", strings.Repeat("A", 1<<20), "\x00"} {
			for _, purpose := range purposes() {
				_, lookErr := d.post.Look(purpose, bad)
				_, confirmErr := d.post.Confirm(t.Context(), bad, vigie.ByLink)
				_, stopErr := d.post.Unsubscribe(t.Context(), bad, vigie.ByLink)
				_, exportErr := d.post.Export(bad)
				for _, err := range []error{lookErr, confirmErr, stopErr, exportErr, d.post.Erase(t.Context(), bad)} {
					if !errors.Is(err, digest.ErrLink) || err.Error() != digest.ErrLink.Error() {
						t.Errorf("%.40q: %v", bad, err)
					}
				}
			}
		}
		if err := d.post.Subscribe(t.Context(), request("a@lettres.example")); err != nil {
			t.Fatal(err)
		}
	}
}

func FuzzReadToken(f *testing.F) {
	key, now := []byte("key"), time.Unix(1_800_000_000, 0)
	for _, purpose := range purposes() {
		f.Add(digest.Token(key, purpose, someone, now))
	}
	f.Fuzz(func(t *testing.T, token string) {
		for _, purpose := range purposes() {
			id, err := digest.ReadToken(key, purpose, token, now)
			if err == nil && digest.Token(key, purpose, id, now) != token && purpose != digest.ConfirmLink {
				t.Errorf("%q is taken for %q, whose token is another", token, id)
			}
		}
	})
}

// TestConfirmsItsRequest lets somebody else ask for a pending address: each link
// confirms what its own letter said, and none what was asked before a refusal.
func TestConfirmsItsRequest(t *testing.T) {
	d := open(t)
	ask := func(c vigie.Cadence) string {
		t.Helper()
		r := request("lectrice@lettres.example")
		r.Wish.Cadence = c
		if err := errors.Join(d.post.Subscribe(t.Context(), r), d.turn()); err != nil {
			t.Fatal(err)
		}
		return link(t, d.office.last(t, "lectrice"), digest.ConfirmLink)
	}
	mine, theirs := ask(vigie.EveryMonth), ask(vigie.EveryDay)
	if s, err := d.post.Look(digest.ConfirmLink, mine); err != nil || s.Cadence != vigie.EveryMonth {
		t.Errorf("the first link is about %q, %v", s.Cadence, err)
	}
	s, err := d.post.Confirm(t.Context(), mine, vigie.ByLink)
	if err != nil || s.State != vigie.Active || s.Cadence != vigie.EveryMonth || s.Ledger[2].Wish.Cadence != vigie.EveryMonth {
		t.Fatalf("%+v, %v", s, err)
	}
	if s, err := d.post.Confirm(t.Context(), theirs, vigie.ByLink); err != nil || s.Cadence != vigie.EveryMonth {
		t.Errorf("the other link changed it to %q, %v", s.Cadence, err)
	}
	if err := d.post.StopFor(t.Context(), publisher(), s.ID); err != nil {
		t.Fatal(err)
	}
	ask(vigie.EveryWeek)
	if _, err := d.post.Confirm(t.Context(), mine, vigie.ByLink); !errors.Is(err, digest.ErrLink) {
		t.Errorf("a link of before the refusal: %v", err)
	}
}
