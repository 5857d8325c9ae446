package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// tale is a story of documents, the first of them its record.
func tale(at time.Time, docs ...vigie.DocumentID) vigie.Story {
	s := vigie.Story{ID: vigie.NewID[vigie.StoryID](at), Record: docs[0]}
	for _, d := range docs[1:] {
		s.Members = append(s.Members, vigie.Member{Document: d, Bond: vigie.NearCopy, To: docs[0], Since: at})
	}
	return s
}

// wantStory compares the story of a document; "" stands for none.
func wantStory(t *testing.T, db *store.DB, doc vigie.DocumentID, want vigie.StoryID) {
	t.Helper()
	view(t, db, func(tx *store.Tx) error {
		s, err := tx.StoryOf(doc)
		if s.ID != want || (want == "") != errors.Is(err, vigie.ErrNotFound) {
			t.Errorf("document %s is of story %q, %v; want %q", doc, s.ID, err, want)
		}
		return nil
	})
}

func TestStories(t *testing.T) {
	c := newClock()
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	ids := file(t, db, storetest.Source(t, db, "https://a.example.org/feed"), items(0, 5)...).Documents
	one, two := tale(c.at, ids[0], ids[1], ids[2]), tale(c.at.Add(time.Second), ids[3], ids[4])
	after := db.Last().Seq
	change(t, db, func(tx *store.Tx) error { return errors.Join(tx.PutStory(one), tx.PutStory(two)) })
	parted, err := one.Part(ids[2:3], "Amina", "autre sujet", c.at)
	if err != nil {
		t.Fatal(err)
	}
	change(t, db, func(tx *store.Tx) error { return tx.PutStory(parted) })
	// A document goes from one to the other, in the worse order.
	parted.Members = parted.Members[:1]
	two.Members = append(two.Members, vigie.Member{Document: ids[2], Bond: vigie.SameTitle, To: ids[3], Since: c.at})
	change(t, db, func(tx *store.Tx) error { return errors.Join(tx.PutStory(two), tx.PutStory(parted)) })
	wantStory(t, db, ids[2], two.ID)
	wantStory(t, db, ids[1], one.ID)
	change(t, db, func(tx *store.Tx) error { return tx.DeleteStory(two.ID) })
	wantStory(t, db, ids[2], "")
	view(t, db, func(tx *store.Tx) error {
		got, err := tx.Story(one.ID)
		if diff := cmp.Diff(parted, got); diff != "" {
			t.Errorf("Story (-want +got):\n%s", diff)
		}
		changes, err2 := tx.Changes(after, 100)
		var said []string
		for _, c := range changes {
			said = append(said, fmt.Sprint(c.Kind, " ", c.Op, " ", c.Cause))
		}
		want := []string{"story put new", "story put new", "story put split", "story put changed", "story put changed", "story delete gone"}
		if diff := cmp.Diff(want, said); diff != "" {
			t.Errorf("the log (-want +got):\n%s", diff)
		}
		if last, err := tx.LastSplit(); err != nil || last != changes[2].Seq {
			t.Errorf("the last split is %d, %v; want %d", last, err, changes[2].Seq)
		}
		return errors.Join(err, err2)
	})
	for name, bad := range map[string]vigie.Story{
		"no identity":    {Record: ids[0], Members: one.Members},
		"one document":   tale(c.at, ids[0]),
		"twice":          tale(c.at, ids[0], ids[0]),
		"no document":    tale(c.at, ids[0], "x"),
		"no record":      {ID: one.ID, Members: one.Members},
		"nothing at all": {ID: one.ID},
	} {
		err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutStory(bad) })
		if !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPrints(t *testing.T) {
	db := storetest.Open(t)
	ids := file(t, db, storetest.Source(t, db, "https://a.example.org/feed"), items(0, 3)...).Documents
	change(t, db, func(tx *store.Tx) error {
		for i, id := range ids {
			if err := tx.PutPrint(store.Print{Document: id, Data: bytes.Repeat([]byte{byte(i)}, 900)}); err != nil {
				return err
			}
		}
		return nil
	})
	err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutPrint(store.Print{Document: "01JD8Y3K5W0000000000000000"}) })
	if !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("the print of no document: %v", err)
	}
	remove(t, db, ids[1])
	var got []byte
	view(t, db, func(tx *store.Tx) error {
		for p, err := range tx.PrintsBefore("") {
			if err != nil || len(p.Data) != 900 {
				t.Errorf("%d bytes, %v", len(p.Data), err)
			}
			got = append(got, p.Data[0])
		}
		_, err := tx.Print(ids[1])
		if !errors.Is(err, vigie.ErrNotFound) {
			t.Errorf("the print of a document that is gone: %v", err)
		}
		return nil
	})
	if len(got) != 2 {
		t.Errorf("prints of %v", got)
	}
}

// storyDir is a closed store with a story and a print.
func storyDir(t *testing.T) string {
	t.Helper()
	dir := filledDir(t, 4, store.Options{})
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var ids []vigie.DocumentID
	view(t, db, func(tx *store.Tx) error {
		for d, err := range tx.Documents() {
			if err != nil {
				return err
			}
			ids = append(ids, d.ID)
		}
		return nil
	})
	change(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.PutStory(tale(db.Now(), ids[0], ids[1])), tx.PutPrint(store.Print{Document: ids[0], Data: []byte("print")}), tx.SetCursor(store.StoryFollower, db.Last()))
	})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestCheckOfStories(t *testing.T) {
	whole := storyDir(t)
	flipEach(t, whole, "stories", "storied", "prints")
	drop := func(table string) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			k, _ := first(tx, table)
			return tx.Bucket([]byte(table)).Delete(k)
		}
	}
	for name, tc := range map[string]struct {
		seed  func(*bolt.Tx) error
		words string
	}{
		"a story that is lost":     {drop("stories"), "the table storied has 2 entries, 0 belong there"},
		"a document without story": {drop("storied"), "does not know it"},
		"a print of nothing": {func(tx *bolt.Tx) error {
			k := []byte("01JD8Y3K5W0000000000000000")
			return tx.Bucket([]byte("prints")).Put(k, store.SealPacked("prints", k, []byte("print")))
		}, "a print is of document"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := copyDir(t, whole)
			inside(t, dir, tc.seed)
			damaged(t, dir, true, tc.words)
		})
	}
}

// TestBackupHasStories restores a backup: the stories and prints are there, and the
// follower begins anew.
func TestBackupHasStories(t *testing.T) {
	db, err := store.Open(t.Context(), storyDir(t), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "backup.tar")
	_, err = db.BackupFile(t.Context(), file, nil)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "restored")
	_, err = store.Restore(t.Context(), f, dir, store.RestoreOptions{Verify: verify})
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	restored := storetest.OpenAt(t, dir, store.Options{})
	view(t, restored, func(tx *store.Tx) error {
		for s, err := range tx.StoriesAfter("") {
			p, err2 := tx.Print(s.Record)
			at, err3 := tx.Cursor(store.StoryFollower)
			if string(p.Data) != "print" || at.Epoch == restored.Last().Epoch {
				t.Errorf("the print is %q, the cursor %+v", p.Data, at)
			}
			return errors.Join(err, err2, err3)
		}
		t.Error("no story was restored")
		return nil
	})
}

// storyItems is where the numbers of the items begin that childTells files.
const storyItems = 600_000_000

// childTells files two documents, puts them into a story with their prints, and removes
// one of them every other time.
func childTells(ctx context.Context, db *store.DB, round int) error {
	var s vigie.Source
	err := db.Update(ctx, func(tx *store.Tx) error {
		var err error
		s, err = tx.AddSource(vigie.Source{Kind: vigie.Feed, URL: fmt.Sprintf("https://tale-%d.example.org/feed", round)})
		return err
	})
	for turn := 0; err == nil; turn++ {
		n := storyItems + round*1_000_000 + 2*turn
		var filed store.Filed
		if filed, err = db.File(ctx, store.Filing{Source: s, Reading: vigie.Reading{Findings: items(n, n+2)}}); err != nil {
			break
		}
		fmt.Printf("filed %d\nfiled %d\n", n, n+1)
		err = db.Update(ctx, func(tx *store.Tx) error {
			out := tx.PutStory(tale(db.Now(), filed.Documents...))
			for _, id := range filed.Documents {
				out = errors.Join(out, tx.PutPrint(store.Print{Document: id, Data: noise(n, 700)}))
			}
			return out
		})
		if err != nil {
			break
		}
		fmt.Println("told", n)
		if turn%2 == 0 {
			fmt.Println("removing", n+1)
			err = db.Update(ctx, func(tx *store.Tx) error { return tx.RemoveDocument(filed.Documents[1], "x") })
			fmt.Println("removed", n+1)
		}
	}
	return err
}

// compareStories holds the stories against what was said. That they agree with the
// documents is what the check of the store proves.
func (k told) compareStories(t *testing.T, db *store.DB) {
	t.Helper()
	for n := range k.told {
		view(t, db, func(tx *store.Tx) error {
			doc, err := tx.DocumentAt(item(n).URL)
			if err != nil {
				return err
			}
			s, err := tx.StoryOf(doc.ID)
			if p, err := tx.Print(doc.ID); err != nil || len(s.Documents()) != 2 || !bytes.Equal(p.Data, noise(n, 700)) {
				t.Errorf("item %d is of story %q with %d bytes of print, %v", n, s.ID, len(p.Data), err)
			}
			return err
		})
	}
}
