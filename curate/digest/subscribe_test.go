package digest_test

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"regexp"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/curate/digest"
	"vigie/index/store"
)

func request(email string) digest.Request {
	return digest.Request{Email: email, Wish: daily(), Via: vigie.ByForm, Page: vigie.French}
}

// text is the text part of a mail.
func text(t *testing.T, raw string) string {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	part, err := multipart.NewReader(m.Body, params["boundary"]).NextRawPart()
	if err != nil || part.Header.Get("Content-Transfer-Encoding") != "quoted-printable" {
		t.Fatalf("%v, %v", part, err)
	}
	b, err := io.ReadAll(quotedprintable.NewReader(part))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(b), "\r\n", "\n")
}

// link takes the token out of a mail.
func link(t *testing.T, raw string, purpose digest.Purpose) string {
	t.Helper()
	m := regexp.MustCompile(`(?m)^https://observatoire\.example/fr/lettre/` + string(purpose) + `/(\S+)$`).FindStringSubmatch(text(t, raw))
	if m == nil {
		t.Fatalf("no link to %s in %s", purpose, text(t, raw))
	}
	return m[1]
}

func (d *desk) subscriberOf(email string) (out vigie.Subscriber) {
	d.Helper()
	d.view(func(tx *store.Tx) (err error) {
		out, err = tx.SubscriberByEmail(email)
		return err
	})
	return out
}

// TestSubscription is a subscription from the form to its end.
func TestSubscription(t *testing.T) {
	d := open(t)
	ctx := t.Context()
	if err := errors.Join(d.post.Subscribe(ctx, request("Lectrice@Lettres.example")), d.turn()); err != nil {
		t.Fatal(err)
	}
	d.publish("La 5G arrive")
	if err := d.sendDay(); err != nil || d.office.all() != 1 {
		t.Fatalf("before confirming: %d mails, %v", d.office.all(), err)
	}
	token := link(t, d.office.last(t, "Lectrice"), digest.ConfirmLink)
	if s, err := d.post.Look(digest.ConfirmLink, token); err != nil || s.State != vigie.Asked {
		t.Errorf("Look = %+v, %v", s, err)
	}
	for range 2 {
		if s, err := d.post.Confirm(ctx, token, vigie.ByLink); err != nil || s.State != vigie.Active {
			t.Fatalf("Confirm = %+v, %v", s, err)
		}
	}
	if err := d.sendDay(); err != nil { // the same day
		t.Fatal(err)
	}
	d.clock.Forward(24 * time.Hour)
	d.publish("La 6G aussi")
	d.clock.Forward(24 * time.Hour)
	if err := d.sendDay(); err != nil || d.office.all() != 2 {
		t.Fatalf("after confirming: %d mails, %v", d.office.all(), err)
	}
	raw := d.office.last(t, "Lectrice")
	preferences, stop := link(t, raw, digest.PreferencesLink), link(t, raw, digest.UnsubscribeLink)
	monthly := vigie.Wish{Cadence: vigie.EveryMonth, Lang: vigie.Arabic, Topics: []string{"mobile"}}
	if s, err := d.post.Prefer(ctx, preferences, monthly, vigie.ByLink); err != nil || s.Cadence != vigie.EveryMonth {
		t.Errorf("Prefer = %+v, %v", s, err)
	}
	if _, err := d.post.Prefer(ctx, preferences, vigie.Wish{Cadence: "hourly", Lang: "fr"}, vigie.ByLink); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("Prefer took anything: %v", err)
	}
	var export struct {
		Email      string
		Consents   []vigie.Consent
		Deliveries []struct{ State vigie.DeliveryState }
	}
	b, err := d.post.Export(preferences)
	if err := errors.Join(err, json.Unmarshal(b, &export)); err != nil || export.Email != "Lectrice@lettres.example" || len(export.Consents) != 3 || len(export.Deliveries) != 1 {
		t.Errorf("export %s, %v", b, err)
	}
	if export.Consents[0].Wording != "digest.consent/fr" || export.Consents[0].Text == "" || export.Consents[1].Text != export.Consents[0].Text {
		t.Errorf("nothing proves the consent: %+v", export.Consents)
	}
	d.clock.Forward(1000 * 24 * time.Hour) // old mails' links work for ever
	for range 2 {
		if s, err := d.post.Unsubscribe(ctx, stop, vigie.ByOneClick); err != nil || s.State != vigie.Stopped || len(s.Ledger) != 4 {
			t.Errorf("Unsubscribe = %+v, %v", s, err)
		}
	}
	if _, err := d.post.Confirm(ctx, token, vigie.ByLink); !errors.Is(err, digest.ErrLink) {
		t.Errorf("an old link confirms: %v", err)
	}
	if err := d.post.Erase(ctx, preferences); err != nil {
		t.Fatal(err)
	}
	if _, err := d.post.Unsubscribe(ctx, stop, vigie.ByLink); !errors.Is(err, digest.ErrLink) {
		t.Errorf("after erasing: %v", err)
	}
	d.balance()
}

// TestNoEnumeration asks for addresses in every state: the answer is the same, and
// only the mailbox sees a difference.
func TestNoEnumeration(t *testing.T) {
	d := open(t)
	d.subscriber("active", vigie.Wish{Cadence: vigie.EveryWeek, Lang: vigie.French})
	stopped := d.subscriber("stopped", daily())
	if err := d.post.StopFor(t.Context(), publisher(), stopped); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"new", "active", "stopped", "new"} {
		if err := d.post.Subscribe(t.Context(), request(name+"@lettres.example")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := d.turn(); err != nil || d.office.all() != 4 {
		t.Fatalf("%d letters, %v", d.office.all(), err)
	}
	link(t, d.office.last(t, "new"), digest.ConfirmLink)
	link(t, d.office.last(t, "active"), digest.PreferencesLink)
	if s := d.subscriberOf("active@lettres.example"); s.State != vigie.Active || s.Cadence != vigie.EveryWeek {
		t.Errorf("somebody else changed %+v", s)
	}
	if s := d.subscriberOf("stopped@lettres.example"); s.ID != stopped || s.State != vigie.Asked || len(s.Ledger) != 4 {
		t.Errorf("%+v", s)
	}
	for _, bad := range []digest.Request{request("no address"), request("a@b.example\r\nBcc: c@d.example"), {Email: "a@b.example"}, {Email: "a@b.example", Wish: vigie.Wish{Cadence: vigie.EveryDay, Lang: "fr", Topics: []string{"<b>"}}}} {
		if err := d.post.Subscribe(t.Context(), bad); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("Subscribe(%+v) = %v", bad, err)
		}
	}
}

func TestLettersADay(t *testing.T) {
	d := open(t)
	for i := range 8 {
		if err := d.post.Subscribe(t.Context(), request([]string{"x@lettres.example", "X@Lettres.Example"}[i%2])); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.turn(); err != nil || d.office.all() != 3 {
		t.Errorf("%d letters, %v", d.office.all(), err)
	}
	d.clock.Forward(23 * time.Hour)
	_ = d.post.Subscribe(t.Context(), request("x@lettres.example"))
	if err := d.turn(); err != nil || d.office.all() != 3 {
		t.Errorf("%d letters within a day, %v", d.office.all(), err)
	}
	d.clock.Forward(time.Hour)
	_ = d.post.Subscribe(t.Context(), request("x@lettres.example"))
	if err := d.turn(); err != nil || d.office.all() != 4 {
		t.Errorf("%d letters on the next day, %v", d.office.all(), err)
	}
	d.clock.Forward(9 * 24 * time.Hour)
	if err := d.turn(); err != nil {
		t.Fatal(err)
	}
	d.view(func(tx *store.Tx) error {
		for s := range tx.Subscribers() {
			t.Errorf("who never confirmed is still there: %+v", s)
		}
		return nil
	})
}

// TestLetterFails puts a letter off, sends it again after a doubt, and drops it
// after three days or when the address is refused.
func TestLetterFails(t *testing.T) {
	d := open(t)
	answer := errCut
	d.office.set(func(local string, _ int) error {
		if local == "gone" {
			return reply(550, "5.1.1 gone")
		}
		return answer
	})
	for _, name := range []string{"gone", "a"} {
		if err := d.post.Subscribe(t.Context(), request(name+"@lettres.example")); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.turn(); err == nil {
		t.Error("nobody said that the server cut the connection")
	}
	answer = nil
	d.clock.Forward(2 * time.Minute)
	if err := d.turn(); err != nil || d.office.took("a") != 2 || d.office.took("gone") != 0 {
		t.Errorf("%d letters, %v", d.office.took("a"), err)
	}
	answer = reply(452, "4.2.2 full")
	if err := d.post.Subscribe(t.Context(), request("b@lettres.example")); err != nil {
		t.Fatal(err)
	}
	letters := func() (out []vigie.Letter) {
		d.view(func(tx *store.Tx) error {
			for l, err := range tx.Letters() {
				if err != nil {
					return err
				}
				out = append(out, l)
			}
			return nil
		})
		return out
	}
	if err := d.turn(); err != nil || len(letters()) != 1 || letters()[0].Attempts != 1 || !strings.Contains(letters()[0].Reason, "452") {
		t.Errorf("%+v, %v", letters(), err)
	}
	for range 13 {
		d.clock.Forward(6 * time.Hour)
		if err := d.turn(); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(letters()); n != 0 || d.office.tries["b"] < 10 {
		t.Errorf("%d letters after three days and %d tries", n, d.office.tries["b"])
	}
}
