package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

const logged = "bulletin.example"

func fetched(db *store.DB, host string, n int) vigie.Fetch {
	return vigie.Fetch{
		At: db.Now(), Host: host, URL: fmt.Sprintf("https://%s/%d", host, n), Status: 200,
		Bytes: int64(n), Took: time.Duration(n) * time.Millisecond,
	}
}

// logOf returns the log of a host, newest first.
func logOf(t testing.TB, db *store.DB, host string) (out []vigie.Fetch) {
	t.Helper()
	view(t, db, func(tx *store.Tx) error {
		for f, err := range tx.Fetches(host) {
			if err != nil {
				return err
			}
			out = append(out, f)
		}
		return nil
	})
	return out
}

func hostOf(t testing.TB, db *store.DB, host string) (record string) {
	t.Helper()
	view(t, db, func(tx *store.Tx) error {
		b, err := tx.Host(host)
		record = string(b)
		if errors.Is(err, vigie.ErrNotFound) {
			record, err = "none", nil
		}
		return err
	})
	return record
}

// TestNotesRide: what is noted is written with the next transaction, whoever's it
// is, and never by one that fails.
func TestNotesRide(t *testing.T) {
	c := newClock()
	dir := t.TempDir()
	db, err := store.Open(t.Context(), dir, store.Options{Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	want := []vigie.Fetch{
		{At: c.at, Host: logged, URL: "https://bulletin.example/a?b=1", Status: 301, Bytes: 5, Took: time.Second},
		{At: c.at, Host: logged, URL: "http://bulletin.example/c", Why: "timed out"},
		{At: c.at, Host: logged, URL: "https://bulletin.example:8443/", Status: 200},
	}
	for _, f := range want {
		db.NoteFetch(f)
	}
	db.NoteHost(logged, []byte("first"))
	db.NoteHost(logged, []byte("second"))
	for _, odd := range []string{"", "a\x00b", strings.Repeat("a", 256)} {
		db.NoteHost(odd, []byte("x"))
		db.NoteFetch(vigie.Fetch{Host: odd})
	}
	refused := errors.New("refused")
	if err := db.Update(t.Context(), func(*store.Tx) error { return refused }); !errors.Is(err, refused) {
		t.Fatal(err)
	}
	if got := logOf(t, db, logged); got != nil || hostOf(t, db, logged) != "none" {
		t.Errorf("a failed transaction wrote %v", got)
	}
	change(t, db, func(*store.Tx) error { return nil })
	want[1].At, want[2].At = c.at.Add(1), c.at.Add(2) // a moment has room for one
	slices.Reverse(want)
	if diff := cmp.Diff(want, logOf(t, db, logged)); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	if got := hostOf(t, db, logged); got != "second" {
		t.Errorf("record %q", got)
	}
	// What waits at the end is written at the end.
	db.NoteFetch(fetched(db, "gazette.example", 1))
	db.NoteHost(logged, []byte("third"))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db.NoteFetch(fetched(db, logged, 9)) // too late, and no harm
	db = storetest.OpenAt(t, dir, store.Options{Now: c.now})
	if n := len(logOf(t, db, "gazette.example")); n != 1 || hostOf(t, db, logged) != "third" || hostOf(t, db, "gazette.example") != "none" {
		t.Errorf("after the end: %d lines, record %q", n, hostOf(t, db, logged))
	}
	if n := len(logOf(t, db, "bulletin")) + len(logOf(t, db, "bulletin.example.org")); n != 0 {
		t.Errorf("another host has %d lines", n)
	}
	storetest.Check(t, db)
}

// TestLogIsBounded: a host keeps its newest thousand, and nothing beyond 90 days,
// also if nobody asks it any more.
func TestLogIsBounded(t *testing.T) {
	c := newClock()
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	nothing := func(*store.Tx) error { return nil }
	for n := range 1500 {
		c.at = c.at.Add(time.Minute)
		db.NoteFetch(fetched(db, logged, n))
		if n%100 == 0 {
			db.NoteFetch(fetched(db, "gazette.example", n))
			change(t, db, nothing)
		}
	}
	change(t, db, nothing)
	got := logOf(t, db, logged)
	if len(got) != 1000 || got[0].Bytes != 1499 || got[999].Bytes != 500 {
		t.Errorf("%d lines", len(got))
	}
	c.at = c.at.Add(91 * 24 * time.Hour)
	if got := logOf(t, db, "gazette.example"); len(got) != 0 {
		t.Errorf("%d lines of last year are shown", len(got))
	}
	for range 3 {
		db.NoteFetch(fetched(db, logged, 1))
		change(t, db, nothing)
	}
	if got := logOf(t, db, logged); len(got) != 3 {
		t.Errorf("%d lines after 91 days", len(got))
	}
	c.at = c.at.Add(-91 * 24 * time.Hour)
	if got := logOf(t, db, "gazette.example"); len(got) != 0 {
		t.Errorf("%d lines of a host that nobody asks are kept", len(got))
	}
	storetest.Check(t, db)
	// Without a transaction the oldest are forgotten before memory runs out.
	for n := range 20_000 {
		db.NoteFetch(fetched(db, fmt.Sprint("h", n%10), n))
		c.at = c.at.Add(time.Second)
	}
	change(t, db, nothing)
	all := 0
	for n := range 10 {
		all += len(logOf(t, db, fmt.Sprint("h", n)))
	}
	if newest := logOf(t, db, "h9")[0].Bytes; all > 4096 || all < 3000 || newest != 19_999 {
		t.Errorf("%d lines, the newest is %d", all, newest)
	}
}

// hostsDir returns a folder with a closed store that knows two hosts.
func hostsDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{logged, "gazette.example"} {
		db.NoteFetch(fetched(db, host, 1))
		db.NoteHost(host, []byte("{}"))
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestCheckFindsDamagedHosts(t *testing.T) {
	whole := hostsDir(t)
	for _, table := range []string{"hosts", "fetches"} {
		drop := copyDir(t, whole)
		inside(t, drop, func(tx *bolt.Tx) error {
			k, _ := first(tx, table)
			return tx.Bucket([]byte(table)).Delete(k)
		})
		damaged(t, drop, true, "log of host "+logged)
		for _, at := range []int{0, 2, 5, -1} {
			dir := flipped(t, whole, table, at)
			damaged(t, dir, true, "record "+table+"/")
			// It stops nobody, and the next request mends the record of the host.
			db, err := store.Open(t.Context(), dir, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			db.NoteFetch(fetched(db, logged, 2))
			db.NoteHost(logged, []byte("new"))
			change(t, db, func(*store.Tx) error { return nil })
			if got := hostOf(t, db, logged); got != "new" {
				t.Errorf("record %q", got)
			}
			if table == "hosts" {
				storetest.Check(t, db)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// fixture3 is a store of format 3, written by the last vigie of that format: what
// filledDir makes, with three documents.
const fixture3 = "testdata/format3.tar.gz"

// TestMigrationFrom3: a store without hosts gets room for them and keeps what it had.
func TestMigrationFrom3(t *testing.T) {
	dir := unpackFixture(t, fixture3)
	if format, _ := formatOf(t, dir); format != "3" {
		t.Fatalf("the fixture has format %s", format)
	}
	db := storetest.OpenAt(t, dir, store.Options{})
	if got := stateOf(t, db).Counts; got != (store.Counts{Sources: 1, Documents: 3, Revisions: 3, Captures: 3}) {
		t.Errorf("after the migration: %+v", got)
	}
	db.NoteHost(logged, []byte("a"))
	change(t, db, func(*store.Tx) error { return nil })
	if hostOf(t, db, logged) != "a" {
		t.Error("no room for hosts")
	}
	storetest.Check(t, db)
}

// fixture4 is a store of format 4, written by the last vigie of that format: what
// filledDir makes, with three documents.
const fixture4 = "testdata/format4.tar.gz"

// TestMigrationFrom4: rows that end before the fields of format 5 are read as ever,
// and there is room for what format 5 keeps.
func TestMigrationFrom4(t *testing.T) {
	dir := unpackFixture(t, fixture4)
	if format, _ := formatOf(t, dir); format != "4" {
		t.Fatalf("the fixture has format %s", format)
	}
	db := storetest.OpenAt(t, dir, store.Options{})
	got := stateOf(t, db)
	if got.Counts != (store.Counts{Sources: 1, Documents: 3, Revisions: 3, Captures: 3}) {
		t.Errorf("after the migration: %+v", got.Counts)
	}
	for id, d := range got.Documents {
		if d.Pages != 0 || d.Obstacle != "" || got.Bodies[id] == "" {
			t.Errorf("%s became %+v", id, d)
		}
	}
	storetest.Check(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	inside(t, dir, func(tx *bolt.Tx) error {
		if tx.Bucket([]byte("titled")) != nil {
			t.Error("the table titled is still there")
		}
		return nil
	})
}

// TestReserved: of what a publisher reserved, metadata and link are kept, and
// nothing else, whatever the reader brought.
func TestReserved(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://news.example.org/feed")
	shared := &vigie.Capture{URL: "https://news.example.org/feed", Status: 200, Reserved: true, Body: []byte("<rss>secret-feed</rss>")}
	findings := items(0, 4)
	for i := range 3 {
		f := &findings[i]
		f.Document.Summary = "secret-summary"
		f.Document.Body = []vigie.Paragraph{{Text: "secret-text"}}
		f.Capture = shared
	}
	filed := file(t, db, s, findings...)
	if filed.New != 4 || len(shared.Body) == 0 {
		t.Fatalf("filed %+v; the reader's own capture has %d bytes", filed, len(shared.Body))
	}
	got := stateOf(t, db)
	if got.Counts.Captures != 2 {
		t.Errorf("%d captures", got.Counts.Captures)
	}
	for id, d := range got.Documents {
		open := d.Title == "Article 3"
		if d.Title == "" || d.URL == "" || (got.Bodies[id] != "") != open || (got.Snapshots[id] != "") != open || strings.Contains(d.Summary, "secret") {
			t.Errorf("%s: %+v, text %.20q, snapshot %.20q", id, d, got.Bodies[id], got.Snapshots[id])
		}
	}
	if again := file(t, db, s, findings...); again.Unchanged != 4 {
		t.Errorf("a second time: %+v", again)
	}
	// Nothing lies on the disk either.
	view(t, db, func(tx *store.Tx) error {
		for _, secret := range [][]byte{shared.Body, store.PackBody([]vigie.Paragraph{{Text: "secret-text"}})} {
			if _, err := tx.Object(vigie.HashOf(secret)); !errors.Is(err, vigie.ErrNotFound) {
				t.Errorf("an object holds what was reserved (%v)", err)
			}
		}
		return nil
	})
	storetest.Check(t, db)
}

// childAsks notes requests as a gathering does, each before the filing that they
// belong to.
func childAsks(ctx context.Context, db *store.DB, round int) error {
	host := fmt.Sprintf("asked-%d.example", round)
	for n := round * 1_000_000; ; n++ {
		db.NoteFetch(fetched(db, host, n))
		db.NoteHost(host, fmt.Append(nil, n))
		if err := db.Update(ctx, func(*store.Tx) error { return nil }); err != nil {
			return err
		}
		fmt.Println("asked", n)
	}
}

// compareHosts holds the logs against what was said.
func (k told) compareHosts(t *testing.T, db *store.DB) {
	t.Helper()
	newest, lines := map[int]int{}, map[int]int{}
	for n := range k.asked {
		newest[n/1_000_000] = max(newest[n/1_000_000], n)
		lines[n/1_000_000]++
	}
	for round, n := range newest {
		host := fmt.Sprintf("asked-%d.example", round)
		log := logOf(t, db, host)
		if len(log) < min(lines[round], 1000) || log[0].Bytes < int64(n) || hostOf(t, db, host) != fmt.Sprint(log[0].Bytes) {
			t.Errorf("round %d: %d requests were acknowledged, the last %d; %d are there, the last %d; record %s",
				round, lines[round], n, len(log), log[0].Bytes, hostOf(t, db, host))
		}
	}
}
