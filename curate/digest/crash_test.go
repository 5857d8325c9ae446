package digest_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/vigietest"
)

// after is an observatory that goes on from a copied store, with a server of its
// own.
func (d *desk) after(dir string) *desk {
	d.Helper()
	next := &desk{T: d.T, dir: dir, office: openOffice(d.T), clock: vigietest.NewClock(d.clock.Now())}
	next.db = storetest.OpenAt(d, dir, store.Options{Command: "test", Now: next.clock.Now})
	next.post = next.newPost(next.db)
	return next
}

// TestCrash copies the store while each mail is on its way, before the server has
// it and after, as a crash would leave it, and goes on from each copy: nobody is
// mailed twice, and only the one who was on the way is uncertain.
func TestCrash(t *testing.T) {
	d := open(t)
	d.workers = 1 // so that nothing is written while the folder is copied
	d.post = d.newPost(d.db)
	ids := five(d)
	d.publish("La 5G arrive")
	type left struct {
		dir   string
		taken map[string]int
	}
	var copies []left
	crash := func() {
		l := left{dir: t.TempDir(), taken: map[string]int{}}
		if err := os.CopyFS(l.dir, os.DirFS(d.dir)); err != nil {
			t.Error(err)
		}
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			l.taken[name] = d.office.took(name)
		}
		copies = append(copies, l)
	}
	d.office.set(func(string, int) error { crash(); return nil })
	d.office.arrived = crash
	if err := d.sendDay(); err != nil || len(copies) != 10 {
		t.Fatalf("%d copies, %v", len(copies), err)
	}
	for n, c := range copies {
		next := d.after(c.dir)
		if err := next.turn(); err != nil {
			t.Fatal(err)
		}
		b := next.balance()
		if b.Uncertain != 1 || b.Accepted != 4 || next.newest().State != vigie.Sent {
			t.Errorf("after crash %d: %+v", n, b)
		}
		for i, name := range []string{"a", "b", "c", "d", "e"} {
			total := c.taken[name] + next.office.took(name)
			if doubt := next.delivery(ids[i]).State == vigie.Uncertain; total > 1 || total == 0 && !doubt {
				t.Errorf("after crash %d: %s got %d mails, uncertain %v", n, name, total, doubt)
			}
		}
	}
}

// TestHold composes, waits, and obeys the desk.
func TestHold(t *testing.T) {
	d := open(t)
	five(d)
	ctx := t.Context()
	d.publish("La 5G arrive")
	d.clock.Forward(11 * time.Hour)
	if err := d.turn(); err != nil {
		t.Fatal(err)
	}
	issue := d.newest()
	if issue.State != vigie.Composed || issue.Send.Sub(issue.Made) != 10*time.Minute || d.office.all() != 0 {
		t.Fatalf("%+v, %d mails", issue, d.office.all())
	}
	if err := d.post.Cancel(ctx, vigie.User{Role: vigie.Editor}, issue.ID); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("an editor cancels: %v", err)
	}
	if err := d.post.Cancel(ctx, publisher(), issue.ID); err != nil {
		t.Fatal(err)
	}
	if err := d.post.SendNow(ctx, publisher(), issue.ID); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("a cancelled issue is sent: %v", err)
	}
	d.clock.Forward(time.Hour)
	if err := d.turn(); err != nil || d.office.all() != 0 {
		t.Errorf("a cancelled issue went to %d, %v", d.office.all(), err)
	}
	// What it told is in the next one, which the desk does not wait for.
	next, found, err := d.post.Compose(ctx, publisher(), vigie.EveryDay)
	if err != nil || !found || len(next.Items) != 1 {
		t.Fatalf("Compose = %+v, %v, %v", next, found, err)
	}
	if err := errors.Join(d.post.SendNow(ctx, publisher(), next.ID), d.turn()); err != nil || d.office.all() != 5 || d.newest().By != publisher().ID {
		t.Errorf("%d mails, %v", d.office.all(), err)
	}
	if _, found, err := d.post.Compose(ctx, publisher(), vigie.EveryDay); err != nil || found {
		t.Errorf("told twice: %v, %v", found, err)
	}
	d.view(func(tx *store.Tx) error {
		lines, err := tx.AuditLines(0, 10)
		if err != nil || len(lines) != 4 || lines[0].What != "issue sent now" || lines[2].What != "issue cancelled" || lines[2].Who != string(publisher().ID) {
			t.Errorf("audit %+v, %v", lines, err)
		}
		return nil
	})
}

// TestWithdrawnMeanwhile leaves out what was withdrawn while the issue waited.
func TestWithdrawnMeanwhile(t *testing.T) {
	d := open(t)
	five(d)
	id := d.publish("La 5G arrive")
	d.clock.Forward(11 * time.Hour)
	if err := d.turn(); err != nil {
		t.Fatal(err)
	}
	d.update(func(tx *store.Tx) error {
		s, err := tx.Synthesis(id)
		if err == nil {
			s, err = s.Withdraw(vigie.Step{Lang: vigie.French, Seen: 3, By: publisher(), Now: d.clock.Now()})
		}
		return errors.Join(err, tx.PutSynthesis(s))
	})
	d.clock.Forward(time.Hour)
	if err := d.turn(); err != nil || d.office.all() != 0 || d.newest().State != vigie.Cancelled {
		t.Errorf("%d mails of a withdrawn text, issue %s, %v", d.office.all(), d.newest().State, err)
	}
}

// restored is the desk on a store that was restored from a backup of this moment.
func restored(t *testing.T, d *desk) *desk {
	t.Helper()
	var backup bytes.Buffer
	if _, err := d.db.Backup(t.Context(), &backup, nil); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "restored")
	if _, err := store.Restore(t.Context(), &backup, dir, store.RestoreOptions{Now: d.clock.Now}); err != nil {
		t.Fatal(err)
	}
	return d.after(dir)
}

// TestRestored sends nothing after a restore before somebody says so, and nothing
// by itself that may have been sent since the backup.
func TestRestored(t *testing.T) {
	d := open(t)
	five(d)
	d.publish("La 5G arrive")
	d.office.set(func(string, int) error { return reply(421, "closing") })
	_ = d.sendDay()
	next := restored(t, d)
	next.clock.Forward(time.Hour)
	if err := errors.Join(next.post.Subscribe(t.Context(), request("new@lettres.example")), next.turn()); err != nil || next.office.all() != 0 {
		t.Errorf("%d mails, %v", next.office.all(), err)
	}
	if since, err := next.post.Held(); err != nil || since.IsZero() {
		t.Errorf("Held = %v, %v", since, err)
	}
	if err := next.post.Resume(t.Context(), vigie.User{}); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("anybody resumes: %v", err)
	}
	if err := errors.Join(next.post.Resume(t.Context(), publisher()), next.turn()); err != nil {
		t.Fatal(err)
	}
	if b := next.balance(); b.Uncertain != 5 || next.office.all() != 1 {
		t.Errorf("%+v, %d mails", b, next.office.all())
	}
	if err := next.post.Resume(t.Context(), publisher()); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("resumed twice: %v", err)
	}
}

// TestRun lets the loop work: a letter goes out when it is put, an issue when the
// desk says so, and the loop ends with its context.
func TestRun(t *testing.T) {
	d := open(t)
	d.subscriber("slow", daily())
	d.office.hold = make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- d.post.Run(ctx) }()
	d.publish("La 5G arrive")
	issue, found, err := d.post.Compose(ctx, publisher(), vigie.EveryDay)
	if !found {
		d.clock.Forward(time.Second) // what came at the end of a period belongs to the next
		issue, found, err = d.post.Compose(ctx, publisher(), vigie.EveryDay)
	}
	if err != nil || !found {
		t.Fatal(found, err)
	}
	if err := d.post.SendNow(ctx, publisher(), issue.ID); err != nil {
		t.Fatal(err)
	}
	<-d.office.waiting // the issue is on its way, and letters go out all the same
	arrived := make(chan struct{}, 1)
	d.office.mu.Lock()
	d.office.arrived = func() { arrived <- struct{}{} }
	d.office.mu.Unlock()
	if err := d.post.Subscribe(ctx, request("new@lettres.example")); err != nil {
		t.Fatal(err)
	}
	<-arrived
	close(d.office.hold)
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("Run = %v", err)
	}
	if d.office.took("slow") != 1 || d.office.took("new") != 1 || d.balance().Claimed != 0 {
		t.Errorf("%+v", d.balance())
	}
}
