package digest_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"vigie"
	"vigie/curate/digest"
	"vigie/curate/mail"
	"vigie/index/store"
)

func five(d *desk) (ids []vigie.SubscriberID) {
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		ids = append(ids, d.subscriber(name, daily()))
	}
	return ids
}

func TestSent(t *testing.T) {
	d := open(t)
	ids := five(d)
	d.subscriber("weekly-only", vigie.Wish{Cadence: vigie.EveryWeek, Lang: vigie.Arabic})
	other := d.subscriber("other", vigie.Wish{Cadence: vigie.EveryDay, Lang: vigie.English, Topics: []string{"postal"}})
	d.publish("La 5G arrive", "mobile")
	if err := d.sendDay(); err != nil {
		t.Fatal(err)
	}
	for range 3 { // nothing is left to do
		d.clock.Forward(time.Minute)
		if err := d.turn(); err != nil {
			t.Fatal(err)
		}
	}
	if got := d.office.all(); got != 6 || d.office.took("weekly-only") != 1 || d.office.took("other") != 0 {
		t.Errorf("%d mails went out", got)
	}
	d.view(func(tx *store.Tx) error {
		states := map[vigie.Cadence]vigie.IssueState{}
		for i, err := range tx.Issues() {
			if err != nil {
				return err
			}
			states[i.Cadence] = i.State
			if _, err := tx.Delivery(i.ID, other); !errors.Is(err, vigie.ErrNotFound) {
				t.Errorf("somebody for whom there is nothing is in the ledger: %v", err)
			}
			if i.Cadence != vigie.EveryDay {
				continue
			}
			d, err := tx.Delivery(i.ID, ids[0])
			if err != nil || d.State != vigie.Accepted || d.Code != 250 || d.Attempts != 1 {
				t.Errorf("delivery = %+v, %v", d, err)
			}
		}
		if fmt.Sprint(states) != "map[daily:sent weekly:sent]" {
			t.Errorf("issues: %v", states)
		}
		return nil
	})
	raw := d.office.last(t, "a")
	for _, header := range []string{"List-Unsubscribe-Post: List-Unsubscribe=One-Click", "List-Id: <digest.observatoire.example>", "multipart/alternative", "Precedence: bulk"} {
		if !strings.Contains(raw, header) {
			t.Errorf("the mail lacks %q:\n%s", header, raw)
		}
	}
}

func TestNothingToSend(t *testing.T) {
	d := open(t)
	five(d)
	if err := d.sendDay(); err != nil || d.office.all() != 0 {
		t.Errorf("%d mails of nothing, %v", d.office.all(), err)
	}
	if _, found, err := d.post.Compose(t.Context(), publisher(), vigie.EveryDay); found || err != nil {
		t.Errorf("Compose found %v, %v", found, err)
	}
	d.view(func(tx *store.Tx) error {
		for i := range tx.Issues() {
			t.Errorf("an issue of nothing: %+v", i)
		}
		return nil
	})
}

// TestOneOfFive refuses one recipient in every way; the others have their mail.
func TestOneOfFive(t *testing.T) {
	for name, tc := range map[string]struct {
		answer error
		first  vigie.DeliveryState
		then   vigie.DeliveryState
		state  vigie.SubscriberState
	}{
		"unknown":  {reply(550, "5.1.1 <c@lettres.example> unknown"), vigie.Failed, vigie.Failed, vigie.Bounced},
		"policy":   {reply(550, "5.7.1 not from you"), vigie.Failed, vigie.Failed, vigie.Active},
		"greylist": {reply(451, "4.7.1 come back later"), vigie.Planned, vigie.Accepted, vigie.Active},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			ids := five(d)
			d.publish("La 5G arrive")
			d.office.set(func(local string, try int) error {
				if local == "c" && (try == 1 || name != "greylist") {
					return tc.answer
				}
				return nil
			})
			if err := d.sendDay(); err != nil {
				t.Fatal(err)
			}
			if got := d.delivery(ids[2]); got.State != tc.first || strings.Contains(got.Reason, "lettres.example") {
				t.Errorf("first %+v", got)
			}
			if b := d.balance(); b.Accepted != 4 {
				t.Errorf("balance %+v", b)
			}
			if err := d.turn(); err != nil || d.office.tries["c"] != 1 {
				t.Errorf("tried %d times at once, %v", d.office.tries["c"], err)
			}
			d.clock.Forward(time.Minute)
			if err := d.turn(); err != nil {
				t.Fatal(err)
			}
			if got := d.delivery(ids[2]); got.State != tc.then || d.newest().State != vigie.Sent {
				t.Errorf("then %+v of an issue in state %s", got, d.newest().State)
			}
			d.view(func(tx *store.Tx) error {
				s, err := tx.Subscriber(ids[2])
				if s.State != tc.state {
					t.Errorf("the subscriber is %s", s.State)
				}
				return err
			})
			if d.office.all() != d.balance().Accepted {
				t.Errorf("%d mails", d.office.all())
			}
		})
	}
}

// TestGivenUp puts up with a full mailbox for three days.
func TestGivenUp(t *testing.T) {
	d := open(t)
	to := d.subscriber("full", daily())
	d.publish("La 5G arrive")
	d.office.set(func(string, int) error { return reply(452, "4.2.2 full") })
	if err := d.sendDay(); err != nil {
		t.Fatal(err)
	}
	for range 30 {
		d.clock.Forward(6 * time.Hour)
		if err := d.turn(); err != nil {
			t.Fatal(err)
		}
	}
	got := d.delivery(to)
	if got.State != vigie.Failed || got.Code != 452 || got.Attempts < 10 || !strings.Contains(got.Reason, "given up") {
		t.Errorf("%+v", got)
	}
}

// TestServerDown claims nothing while no connection can be made, leaves the server
// alone for longer and longer, and sends when it is back.
func TestServerDown(t *testing.T) {
	d := open(t)
	ids := five(d)
	d.publish("La 5G arrive")
	address := d.office.address
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d.office.address = l.Addr().String()
	_ = l.Close()
	err = d.sendDay()
	if e, ok := errors.AsType[*mail.SendError](err); !ok || e.Stage != mail.StageConnect {
		t.Fatalf("sent through a server that is down: %v", err)
	}
	if got := d.delivery(ids[0]); got.State != vigie.Planned || got.Attempts != 0 {
		t.Errorf("%+v", got)
	}
	if err := d.turn(); err != nil {
		t.Errorf("tried again at once: %v", err)
	}
	if got := d.post.Trouble(); got.Failures != 1 || got.Reason == "" || !got.Again.Equal(d.clock.Now().Add(time.Minute)) {
		t.Errorf("trouble: %+v", got)
	}
	d.clock.Forward(time.Minute)
	if err := d.turn(); err == nil {
		t.Error("not tried again after a minute")
	}
	d.office.address = address
	d.clock.Forward(time.Minute)
	if err := d.turn(); err != nil || d.office.all() != 0 {
		t.Errorf("tried again after a minute, not two: %v", err)
	}
	d.clock.Forward(time.Minute)
	if err := d.turn(); err != nil || d.balance().Accepted != 5 || d.office.all() != 5 || d.post.Trouble() != (digest.Trouble{}) {
		t.Errorf("after the server came back: %+v, %v", d.balance(), err)
	}
}

// TestServerFails stops at a failure that is not about a recipient.
func TestServerFails(t *testing.T) {
	d := open(t)
	five(d)
	d.publish("La 5G arrive")
	d.office.set(func(string, int) error { return reply(421, "closing") })
	if err := d.sendDay(); err == nil {
		t.Fatal("nobody said that the server fails")
	}
	if b := d.balance(); b.Planned != 5 || b.Uncertain != 0 {
		t.Errorf("%+v", b)
	}
	d.office.set(nil)
	d.clock.Forward(5 * time.Minute)
	if err := d.turn(); err != nil || d.balance().Accepted != 5 || d.office.all() != 5 {
		t.Errorf("after the server came back: %+v, %v", d.balance(), err)
	}
}

// TestCut loses the connection behind the mail: such mails are uncertain, no more
// than there are workers, and a person decides.
func TestCut(t *testing.T) {
	d := open(t)
	five(d)
	d.publish("La 5G arrive")
	d.office.set(func(string, int) error { return errCut })
	if err := d.sendDay(); err == nil {
		t.Fatal("nobody said that the server fails")
	}
	b := d.balance()
	if b.Uncertain < 1 || b.Uncertain > 2 || b.Uncertain != d.office.all() {
		t.Errorf("%+v, and %d mails taken", b, d.office.all())
	}
	d.office.set(nil)
	d.clock.Forward(time.Hour)
	if err := d.turn(); err != nil {
		t.Fatal(err)
	}
	if after := d.balance(); after.Uncertain != b.Uncertain || after.Accepted != 5-b.Uncertain || d.newest().State != vigie.Sent {
		t.Errorf("%+v", after)
	}
	var lost []vigie.SubscriberID
	issue := d.newest().ID
	d.view(func(tx *store.Tx) error {
		for x := range tx.Deliveries(issue) {
			if x.State == vigie.Uncertain {
				lost = append(lost, x.Subscriber)
			}
		}
		return nil
	})
	if err := d.post.Resend(t.Context(), vigie.User{Role: vigie.Editor}, issue, lost[0]); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("an editor sends: %v", err)
	}
	if err := d.post.Resend(t.Context(), publisher(), issue, lost[0]); err != nil {
		t.Fatal(err)
	}
	if err := d.post.Settle(t.Context(), publisher(), issue, "", true); err != nil {
		t.Fatal(err)
	}
	if err := d.turn(); err != nil {
		t.Fatal(err)
	}
	if b := d.balance(); !b.Done() || b.Accepted != 5 || d.office.all() != 6 || d.newest().State != vigie.Sent {
		t.Errorf("%+v, %d mails, %s", b, d.office.all(), d.newest().State)
	}
	if err := d.post.Settle(t.Context(), publisher(), issue, lost[0], false); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("settled what is settled: %v", err)
	}
}

// TestUnsubscribedMeanwhile, and erased: who goes after the ledger was frozen and
// before their turn is not mailed.
func TestUnsubscribedMeanwhile(t *testing.T) {
	d := open(t)
	ids := five(d)
	d.publish("La 5G arrive")
	d.office.set(func(string, int) error { return reply(421, "closing") })
	_ = d.sendDay()
	d.office.set(nil)
	if err := errors.Join(d.post.StopFor(t.Context(), publisher(), ids[3]), d.post.EraseFor(t.Context(), publisher(), ids[4])); err != nil {
		t.Fatal(err)
	}
	d.clock.Forward(5 * time.Minute)
	if err := d.turn(); err != nil {
		t.Fatal(err)
	}
	if b := d.balance(); b.Failed != 2 || b.Accepted != 3 || d.office.all() != 3 || d.office.took("d")+d.office.took("e") != 0 {
		t.Errorf("%+v", b)
	}
	if got := d.delivery(ids[3]); got.Reason != "unsubscribed" {
		t.Errorf("%+v", got)
	}
}

func TestTwiceAtOnce(t *testing.T) {
	d := open(t)
	for i := range 20 {
		d.subscriber(fmt.Sprint("n", i), daily())
	}
	d.publish("La 5G arrive")
	d.clock.Forward(12 * time.Hour)
	if err := d.turn(); err != nil {
		t.Fatal(err)
	}
	d.clock.Forward(time.Hour)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := d.turn(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for i := range 20 {
		if n := d.office.took(fmt.Sprint("n", i)); n != 1 {
			t.Errorf("n%d got %d mails", i, n)
		}
	}
	if b := d.balance(); !b.Done() {
		t.Errorf("%+v", b)
	}
}

// TestSlow stops the program while a mail waits for its answer: the mail is
// settled all the same, and what was not begun goes out later.
func TestSlow(t *testing.T) {
	d := open(t)
	d.subscriber("slow", daily())
	d.subscriber("b", daily())
	d.publish("La 5G arrive")
	d.office.hold = make(chan struct{})
	d.clock.Forward(11 * time.Hour)
	if err := d.turn(); err != nil {
		t.Fatal(err)
	}
	d.clock.Forward(time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- d.post.Turn(ctx) }()
	<-d.office.waiting
	cancel()
	close(d.office.hold)
	if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("Turn = %v", err)
	}
	if b := d.balance(); b.Claimed+b.Uncertain != 0 || d.office.took("slow") != 1 {
		t.Errorf("%+v", b)
	}
	if err := d.turn(); err != nil || !d.balance().Done() || d.office.all() != 2 {
		t.Errorf("%+v, %v", d.balance(), err)
	}
}
