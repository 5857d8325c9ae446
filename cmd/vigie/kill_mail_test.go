package main_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"vigie"
	"vigie/curate/digest"
	"vigie/curate/locale"
	"vigie/curate/mail"
	"vigie/index/store"
)

// workers is how many mails are on their way at a time: what a crash may leave
// uncertain.
const workers = 2

// TestKillMail kills the program at random moments of sending an issue, and goes on
// until it is sent. After every round nobody got the issue twice, those whose fate
// is unknown are listed and are no more than the workers for each kill, the ledger
// adds up, and once a person has settled them everybody got it once.
func TestKillMail(t *testing.T) {
	var total tally
	rounds := inRounds(t, func(t *testing.T, random *rand.Rand, rounds int) {
		t.Helper()
		total.add(killMailRounds(t, random, rounds))
	})
	t.Logf("%d rounds: %d kills while mails were on their way, %d mails taken, %d uncertain, of which %d had arrived", rounds, total.kills, total.mails, total.uncertain, total.arrived)
	if total.kills < rounds {
		t.Errorf("only %d kills in %d rounds", total.kills, rounds)
	}
}

// tally is what came of the rounds.
type tally struct{ kills, mails, uncertain, arrived int }

func (a *tally) add(b tally) {
	a.kills, a.mails, a.uncertain, a.arrived = a.kills+b.kills, a.mails+b.mails, a.uncertain+b.uncertain, a.arrived+b.arrived
}

const killedReaders = 24

// killMailRounds sends so many issues from one folder.
func killMailRounds(t *testing.T, random *rand.Rand, rounds int) (total tally) {
	t.Helper()
	o := openOffice(t, random.Uint64())
	d := newDesk(t, o.env()...)
	d.with(t, func(db *store.DB, _ *digest.Post) {
		var emails []string
		for n := range killedReaders {
			emails = append(emails, fmt.Sprintf("reader%d@lettres.example", n))
		}
		if err := subscribe(t.Context(), db, emails); err != nil {
			t.Fatal(err)
		}
	})
	for round := range rounds {
		o.begin()
		issue := d.composeIssue(t, round)
		kills := 0
		for sent := false; !sent; {
			if d.sendAndKill(t, random, o, kills < 2) {
				kills++
			}
			sent = d.look(t, o, issue, kills)
			if t.Failed() {
				t.Fatalf("round %d", round)
			}
		}
		uncertain, arrived := d.settleAll(t, o, issue)
		total.add(tally{kills, o.all(), uncertain, arrived})
		for name, n := range o.byRecipient() {
			if n != 1 {
				t.Fatalf("round %d: %s got the issue %d times", round, name, n)
			}
		}
		if got := len(o.byRecipient()); got != killedReaders {
			t.Fatalf("round %d: %d of %d got the issue", round, got, killedReaders)
		}
	}
	d.checkWhole(t)
	return total
}

// with opens the data between two runs of the program, as a person at the desk.
func (d *desk) with(t *testing.T, do func(db *store.DB, post *digest.Post)) {
	t.Helper()
	db, err := store.Open(t.Context(), d.dir, store.Options{Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}()
	catalogues, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	do(db, digest.New(db, digest.Options{
		Mail: mail.SMTP{Host: "127.0.0.1", Dial: new(net.Dialer).DialContext}, From: mail.Address{Email: "lettre@observatoire.example"},
		PublicURL: "https://observatoire.example", Catalogues: catalogues,
	}))
}

// person decides at the desk.
func person() vigie.User { return vigie.User{ID: "01KAMSVB000000000000000001", Role: vigie.Publisher} }

func update(t *testing.T, db *store.DB, do func(*store.Tx) error) {
	t.Helper()
	if err := db.Update(t.Context(), do); err != nil {
		t.Fatal(err)
	}
}

// composeIssue makes an issue that goes out at once.
func (d *desk) composeIssue(t *testing.T, n int) (issue vigie.Issue) {
	t.Helper()
	d.with(t, func(db *store.DB, post *digest.Post) {
		err := publish(t.Context(), db, fmt.Sprintf("Note %d", n))
		for found := false; err == nil && !found; { // what came this very moment belongs to the next
			issue, found, err = post.Compose(t.Context(), person(), vigie.EveryDay)
		}
		if err == nil {
			err = post.SendNow(t.Context(), person(), issue.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
	return issue
}

// sendAndKill runs the program, as a server or as a command, and kills it after a
// random number of mails, at a random moment after the last of them. It reports
// whether it was killed.
func (d *desk) sendAndKill(t *testing.T, random *rand.Rand, o *office, kill bool) bool {
	t.Helper()
	args := []string{"digest", "send"}
	if kill && random.IntN(2) == 0 {
		args = []string{"serve", "--no-gather"} // it would never end by itself
	}
	cmd := d.command(context.Background(), args...)
	after := o.after(1 + random.IntN(max(killedReaders-4-o.all(), 1)))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	if kill {
		select {
		case <-after:
			time.Sleep(time.Duration(random.Int64N(int64(15 * time.Millisecond)))) // the moment is random: that is the test
		case <-ended:
		case <-time.After(time.Second): // the server has nothing left to send now
		}
		_ = cmd.Process.Kill()
	}
	<-ended
	o.idle()
	return killed(cmd)
}

func killed(cmd *exec.Cmd) bool {
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled()
}

// deliveries are the ledger of an issue.
func deliveries(t *testing.T, db *store.DB, id vigie.IssueID) (all []vigie.Delivery) {
	t.Helper()
	err := db.View(func(tx *store.Tx) error {
		for v, err := range tx.Deliveries(id) {
			if err != nil {
				return err
			}
			all = append(all, v)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// look compares the ledger with what the server took, lets the time pass that
// deliveries wait before they are tried again, and reports whether nothing is left
// to send.
func (d *desk) look(t *testing.T, o *office, issue vigie.Issue, kills int) (sent bool) {
	t.Helper()
	d.with(t, func(db *store.DB, post *digest.Post) {
		b, err := post.Balance(issue.ID)
		if err != nil || b.Recipients > 0 && !b.Holds() {
			t.Errorf("the ledger does not add up: %+v, %v", b, err)
		}
		if b.Uncertain+b.Claimed > workers*kills {
			t.Errorf("%d uncertain after %d kills", b.Uncertain+b.Claimed, kills)
		}
		ledger := deliveries(t, db, issue.ID)
		compareLedger(t, ledger, o.byMessage())
		update(t, db, func(tx *store.Tx) error {
			for _, v := range ledger {
				if v.State != vigie.Planned || v.Next.IsZero() {
					continue
				}
				v.Next = time.Time{}
				if err := tx.PutDelivery(v); err != nil {
					return err
				}
			}
			now, err := tx.Issue(issue.ID)
			sent = now.State == vigie.Sent
			return err
		})
	})
	return sent
}

// compareLedger compares a ledger with how often the server took each message.
func compareLedger(t *testing.T, ledger []vigie.Delivery, taken map[string]int) {
	t.Helper()
	for _, v := range ledger {
		n := taken[v.MessageID]
		switch {
		case n > 1:
			t.Errorf("%s was mailed %d times", v.Subscriber, n)
		case v.State == vigie.Accepted && n != 1:
			t.Errorf("%s counts as accepted and got %d", v.Subscriber, n)
		case v.State == vigie.Planned && n != 0:
			t.Errorf("%s is planned and got %d", v.Subscriber, n)
		case v.State == vigie.Failed:
			t.Errorf("%s failed: %s", v.Subscriber, v.Reason)
		}
	}
}

// settleAll is a person who looks into the log of the mail server: what arrived is
// settled, and the rest is sent again.
func (d *desk) settleAll(t *testing.T, o *office, issue vigie.Issue) (uncertain, arrived int) {
	t.Helper()
	taken := o.byMessage()
	d.with(t, func(db *store.DB, post *digest.Post) {
		for _, v := range deliveries(t, db, issue.ID) {
			if v.State != vigie.Uncertain {
				continue
			}
			uncertain++
			var err error
			if taken[v.MessageID] > 0 {
				arrived++
				err = post.Settle(t.Context(), person(), issue.ID, v.Subscriber, true)
			} else {
				err = post.Resend(t.Context(), person(), issue.ID, v.Subscriber)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	})
	for again := uncertain > arrived; again; { // some are put off once more
		d.must(t, "digest", "send")
		again = !d.look(t, o, issue, uncertain)
	}
	if b := d.balance(t, issue); !b.Done() {
		t.Fatalf("the issue is not done: %+v", b)
	}
	return uncertain, arrived
}

func (d *desk) balance(t *testing.T, issue vigie.Issue) (b vigie.Balance) {
	t.Helper()
	d.with(t, func(_ *store.DB, post *digest.Post) {
		var err error
		if b, err = post.Balance(issue.ID); err != nil {
			t.Fatal(err)
		}
	})
	return b
}
