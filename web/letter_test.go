package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/curate/digest"
	"vigie/curate/locale"
	"vigie/curate/mail"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/web"
)

// postal gives a server a post that could send: letters stay in the store.
func postal(t *testing.T, o *web.Options) {
	t.Helper()
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	o.Post = digest.New(o.DB, digest.Options{
		Mail: mail.SMTP{Host: "mail.observatoire.example", Dial: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("nobody is there") }},
		From: mail.Address{Email: "lettre@observatoire.example"}, PublicURL: "https://observatoire.example", Catalogues: c, Now: o.Now,
	})
}

// lettered is a server with a post and two topics.
func lettered(t *testing.T) (web.Options, *web.Server) {
	t.Helper()
	o := options(storetest.OpenAt(t, t.TempDir(), store.Options{Command: "test", Now: now}))
	postal(t, &o)
	people(t, &o)
	topics(t, o.DB, "reseaux", "usages")
	return o, server(t, o)
}

func topics(t *testing.T, db *store.DB, labels ...string) {
	t.Helper()
	change(t, db, func(tx *store.Tx) error {
		for n, label := range labels {
			id := label
			if !vigie.IndicatorID(id).Valid() {
				id = fmt.Sprintf("t%d", n)
			}
			if err := tx.PutTopic(vigie.Topic{ID: id, Labels: vigie.Text{vigie.French: label}}); err != nil {
				return err
			}
		}
		return nil
	})
}

func change(t *testing.T, db *store.DB, do func(*store.Tx) error) {
	t.Helper()
	if err := db.Update(t.Context(), do); err != nil {
		t.Fatal(err)
	}
}

// reader is a subscriber in a state.
func reader(t *testing.T, db *store.DB, email string, state vigie.SubscriberState) vigie.Subscriber {
	t.Helper()
	v, err := vigie.Subscribe(vigie.NewID[vigie.SubscriberID](now()), email, vigie.Wish{Cadence: vigie.EveryWeek, Lang: vigie.French}, vigie.Consent{At: now(), Via: vigie.ByForm})
	if err != nil {
		t.Fatal(err)
	}
	v.State = state
	change(t, db, func(tx *store.Tx) error {
		_, err := tx.MakeKey("subscriber links")
		return errors.Join(err, tx.PutSubscriber(v))
	})
	return v
}

// kept is a subscriber as the store has them now.
func kept(t *testing.T, db *store.DB, email string) (v vigie.Subscriber, err error) {
	t.Helper()
	err = db.View(func(tx *store.Tx) (err error) {
		v, err = tx.SubscriberByEmail(email)
		return err
	})
	return v, err
}

// linkTo is the path of a link in a mail.
func linkTo(t *testing.T, o web.Options, purpose digest.Purpose, id vigie.SubscriberID) string {
	t.Helper()
	link, err := o.Post.Link(purpose, vigie.French, id)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(link, "https://observatoire.example")
}

// wishes is the form to subscribe, well filled in.
func wishes(email string) url.Values {
	return url.Values{"email": {email}, "cadence": {"weekly"}, "lang": {"fr"}, "topic": {"reseaux"}, "accord": {"oui"}}
}

// TestSubscribe answers the same for an address that is known and one that is not,
// and tells the difference to whoever reads the mailbox.
func TestSubscribe(t *testing.T) {
	o, s := lettered(t)
	reader(t, o.DB, "connue@lettres.example", vigie.Active)
	reader(t, o.DB, "partie@lettres.example", vigie.Stopped)
	page := ask(t, s, "GET", "/fr/lettre").Body
	_, wording := o.Post.Wording(vigie.DefaultSettings(), vigie.French)
	if !strings.Contains(page, wording) || !strings.Contains(page, `id="topic-usages"`) {
		t.Errorf("the form does not show %q, or no topics", wording)
	}
	var first answer
	for n, email := range []string{"nouvelle@lettres.example", "connue@lettres.example", "CONNUE@lettres.example", "partie@lettres.example", "connue@lettres.example", "connue@lettres.example"} {
		got := send(t, s, "/fr/lettre", wishes(email))
		got.Header.Del("X-Request-Id")
		if n == 0 {
			first = got
		}
		if diff := cmp.Diff(first, got); diff != "" || got.Code != http.StatusSeeOther {
			t.Errorf("%s is answered %d, and otherwise (-first +this):\n%s", email, got.Code, diff)
		}
	}
	if page := ask(t, s, "GET", first.Header.Get("Location")); page.Code != http.StatusOK || strings.Contains(page.Body, "lettres.example") {
		t.Errorf("%d after the form, or the page repeats the address", page.Code)
	}
	v, err := kept(t, o.DB, "nouvelle@lettres.example")
	if err != nil || v.State != vigie.Asked || v.Topics[0] != "reseaux" || v.Ledger[0].Text != vigie.HashOf([]byte(wording)) {
		t.Errorf("%+v, %v", v, err)
	}
	letters := map[string]int{}
	change(t, o.DB, func(tx *store.Tx) error {
		for l, err := range tx.Letters() {
			if err != nil {
				return err
			}
			letters[l.To]++
		}
		return nil
	})
	if letters["nouvelle@lettres.example"] != 1 || letters["connue@lettres.example"] != 3 {
		t.Errorf("letters: %v", letters)
	}
}

func TestSubscribeFaults(t *testing.T) {
	o, s := lettered(t)
	for field, values := range map[string][]string{
		"email":   {"", "nobody", "a@b", "x@y.example\r\nBcc: z@y.example", strings.Repeat("a", 250) + "@lettres.example", "é@lettres.example"},
		"cadence": {"", "hourly"}, "lang": {"", "tlh"}, "accord": {"", "non"},
	} {
		for _, value := range values {
			form := wishes("nouvelle@lettres.example")
			form.Set(field, value)
			if got := send(t, s, "/fr/lettre", form); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body, `class="error"`) {
				t.Errorf("%s %q: %d, or nothing says why", field, value, got.Code)
			}
		}
	}
	if _, err := kept(t, o.DB, "nouvelle@lettres.example"); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("a wrong form subscribed: %v", err)
	}
	silent := server(t, web.Options{DB: o.DB, Now: now})
	if page := ask(t, silent, "GET", "/fr/lettre").Body; strings.Contains(page, `name="email"`) {
		t.Error("a service that sends no mail asks for addresses")
	}
	if got := send(t, silent, "/fr/lettre", wishes("nouvelle@lettres.example")); got.Code != http.StatusServiceUnavailable {
		t.Errorf("without mail: %d", got.Code)
	}
}

// TestSubscribeThrottle lets a network ask twenty times an hour.
func TestSubscribeThrottle(t *testing.T) {
	o, _ := lettered(t)
	at := now()
	o.Now = func() time.Time { return at }
	s := server(t, o)
	from := func(address string) func(*http.Request) {
		return func(r *http.Request) { r.RemoteAddr = address + ":4000" }
	}
	try := func(n int, address string) answer {
		return send(t, s, "/fr/lettre", wishes(fmt.Sprintf("n%d@lettres.example", n)), from(address))
	}
	for n := range 20 {
		if got := try(n, "198.51.100.7"); got.Code != http.StatusSeeOther {
			t.Fatalf("form %d: %d", n, got.Code)
		}
	}
	got := try(20, "198.51.100.8")
	if got.Code != http.StatusTooManyRequests || got.Header.Get("Retry-After") != "3600" || !strings.Contains(got.Body, "n20@lettres.example") {
		t.Errorf("%d, %q, or the form forgets what was typed", got.Code, got.Header.Get("Retry-After"))
	}
	if got := try(21, "203.0.113.7"); got.Code != http.StatusSeeOther {
		t.Errorf("another network: %d", got.Code)
	}
	at = at.Add(time.Hour)
	if got := try(22, "198.51.100.7"); got.Code != http.StatusSeeOther {
		t.Errorf("an hour later: %d", got.Code)
	}
}

// TestConfirm looks at the link as mail programs do, and presses the button twice.
func TestConfirm(t *testing.T) {
	o, s := lettered(t)
	v := reader(t, o.DB, "awa@lettres.example", vigie.Asked)
	path := linkTo(t, o, digest.ConfirmLink, v.ID)
	for _, method := range []string{"GET", "HEAD", "GET", "GET"} {
		if got := ask(t, s, method, path); got.Code != http.StatusOK || got.Header.Get("Referrer-Policy") != "no-referrer" || got.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, %v", method, got.Code, got.Header)
		}
	}
	if now, _ := kept(t, o.DB, v.Email); now.State != vigie.Asked {
		t.Fatalf("looking confirms: %s", now.State)
	}
	forms := formsOn(t, ask(t, s, "GET", path).Body)
	if len(forms) != 1 {
		t.Fatalf("%d forms", len(forms))
	}
	for range 2 {
		got := forms[0].fill(t, s, nil)
		if page := ask(t, s, "GET", got.Header.Get("Location")); got.Code != http.StatusSeeOther || page.Code != http.StatusOK || !strings.Contains(page.Body, "Abonnement confirmé") {
			t.Errorf("%d to %q: %d", got.Code, got.Header.Get("Location"), page.Code)
		}
	}
	if page := ask(t, s, "GET", path).Body; !strings.Contains(page, "Déjà confirmé") || len(formsOn(t, page)) != 0 {
		t.Error("the second visit does not say that it is confirmed")
	}
	if now, _ := kept(t, o.DB, v.Email); now.State != vigie.Active || len(now.Ledger) != 2 {
		t.Errorf("%+v", now)
	}
	if _, err := o.Post.Unsubscribe(t.Context(), strings.TrimPrefix(linkTo(t, o, digest.UnsubscribeLink, v.ID), "/fr/lettre/desinscription/"), vigie.ByLink); err != nil {
		t.Fatal(err)
	}
	forms[0].fill(t, s, nil)
	if now, _ := kept(t, o.DB, v.Email); now.State != vigie.Stopped {
		t.Error("an old link brings a subscription back")
	}
}

// TestOneClick ends a subscription as mail programs do: from another site, without
// a cookie, with one field, in either encoding, or with none.
func TestOneClick(t *testing.T) {
	o, s := lettered(t)
	from := func(r *http.Request) {
		r.Header.Set("Origin", "https://webmail.example")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
	}
	for n, body := range []struct{ kind, text string }{
		{"application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"},
		{"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n"},
		{"", ""},
		{"text/plain", "List-Unsubscribe=One-Click"},
	} {
		v := reader(t, o.DB, fmt.Sprintf("r%d@lettres.example", n), vigie.Active)
		path := linkTo(t, o, digest.UnsubscribeLink, v.ID)
		for _, method := range []string{"GET", "HEAD"} {
			if ask(t, s, method, path, from); len(ledger(t, o, v)) != 1 {
				t.Errorf("%s unsubscribes", method)
			}
		}
		for range 2 {
			got := ask(t, s, "POST", path, from, func(r *http.Request) {
				r.Header.Set("Content-Type", body.kind)
				r.Body = io.NopCloser(strings.NewReader(body.text))
			})
			if got.Code != http.StatusOK || !strings.Contains(got.Body, "Vous êtes désabonné") || got.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s: %d", body.kind, got.Code)
			}
		}
		acts := ledger(t, o, v)
		if want := map[bool]vigie.Via{true: vigie.ByOneClick, false: vigie.ByLink}[n < 2]; len(acts) != 2 || acts[1].Act != vigie.ConsentTakenBack || acts[1].Via != want {
			t.Errorf("%s: ledger %+v", body.kind, acts)
		}
	}
	for _, route := range s.Routes() {
		method, path := filledPath(t, s, route)
		if method != http.MethodPost || route.Cross {
			continue
		}
		if got := ask(t, s, method, path, from); got.Code != http.StatusForbidden {
			t.Errorf("%s from another site: %d", route.Pattern, got.Code)
		}
	}
}

func ledger(t *testing.T, o web.Options, v vigie.Subscriber) []vigie.Consent {
	t.Helper()
	now, err := kept(t, o.DB, v.Email)
	if err != nil {
		t.Fatal(err)
	}
	return now.Ledger
}
