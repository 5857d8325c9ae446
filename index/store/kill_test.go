package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// childEnv makes the test binary work on a store until it is killed. Its value is
// the folder and the number of the round.
const childEnv = "VIGIE_STORE_CHILD"

// child files, edits, removes, collects, compacts and backs up, and prints what
// was acknowledged. It never ends by itself, unless something fails.
func child() int {
	dir, round, _ := strings.Cut(os.Getenv(childEnv), "|")
	first, err := strconv.Atoi(round)
	if err != nil {
		fmt.Println("failed", err)
		return 2
	}
	ctx := context.Background()
	db, err := store.Open(ctx, dir, store.Options{SegmentBytes: 64 << 10, Verify: verify})
	if err != nil {
		fmt.Println("failed", err)
		return 2
	}
	fmt.Println("open")
	failures := make(chan error)
	for w := range 3 {
		go func() { failures <- childWrites(ctx, db, first*3+w) }()
	}
	go func() { failures <- childSends(ctx, db, first) }()
	go func() { failures <- childDecides(ctx, db, first) }()
	go func() { failures <- childTells(ctx, db, first) }()
	go func() { failures <- childAsks(ctx, db, first) }()
	go func() { failures <- childWithdraws(ctx, db, first) }()
	go func() { failures <- childAlerts(ctx, db, first) }()
	go func() { failures <- childNames(ctx, db, first) }()
	go func() {
		for {
			if _, err := db.Collect(ctx, 0.2, nil); err != nil && !errors.Is(err, vigie.ErrConflict) { // or something is erased
				failures <- err
			}
			if _, err := db.CompactLog(ctx, db.Last().Seq); err != nil {
				failures <- err
			}
			if _, err := db.Backup(ctx, io.Discard, nil); err != nil {
				failures <- err
			}
		}
	}()
	fmt.Println("failed", <-failures)
	return 2
}

func childWrites(ctx context.Context, db *store.DB, lane int) error {
	var s vigie.Source
	err := db.Update(ctx, func(tx *store.Tx) error {
		var err error
		s, err = tx.AddSource(vigie.Source{Kind: vigie.Feed, URL: fmt.Sprintf("https://lane-%d.example.org/feed", lane)})
		return err
	})
	for turn := 0; err == nil; turn++ {
		n := lane*1_000_000 + turn*2
		var filed store.Filed
		if filed, err = db.File(ctx, store.Filing{Source: s, Reading: vigie.Reading{Findings: items(n, n+2)}}); err != nil {
			break
		}
		fmt.Printf("filed %d\nfiled %d\n", n, n+1)
		if turn%2 == 0 {
			fmt.Printf("removing %d\n", n)
			err = db.Update(ctx, func(tx *store.Tx) error { return tx.RemoveDocument(filed.Documents[0], "x") })
			fmt.Printf("removed %d\n", n)
		}
	}
	return err
}

// told is what the children said, by item.
type told struct {
	filed, removing, removed, vintages, claimed, accepted map[int]bool
	kept, undoing, undone, published, asked, withdrawn    map[int]bool
	told, matched, alerted, named                         map[int]bool
}

func nothingTold() told {
	none := func() map[int]bool { return map[int]bool{} }
	return told{none(), none(), none(), none(), none(), none(), none(), none(), none(), none(), none(), none(), none(), none(), none(), none()}
}

func (k told) line(t *testing.T, line string) {
	t.Helper()
	word, rest, _ := strings.Cut(line, " ")
	n, _ := strconv.Atoi(rest)
	switch word {
	case "filed":
		k.filed[n] = true
	case "removing":
		k.removing[n] = true
	case "removed":
		k.removed[n] = true
	case "vintage":
		k.vintages[n] = true
	case "claimed":
		k.claimed[n] = true
	case "accepted":
		k.accepted[n] = true
	case "kept":
		k.kept[n] = true
	case "undoing":
		k.undoing[n] = true
	case "undone":
		k.undone[n] = true
	case "published":
		k.published[n] = true
	case "asked":
		k.asked[n] = true
	case "told":
		k.told[n] = true
	case "withdrawn":
		k.withdrawn[n] = true
	case "matched":
		k.matched[n] = true
	case "alerted":
		k.alerted[n] = true
	case "named":
		k.named[n] = true
	case "open":
	default:
		t.Errorf("the child says %q", line)
	}
}

// TestKill kills a process at random moments while it does everything that a store
// can do, and proves each time that nothing acknowledged is lost and nothing is
// there twice. VIGIE_PROOF=1 makes many rounds of it.
func TestKill(t *testing.T) {
	rounds := 20
	if os.Getenv("VIGIE_PROOF") != "" {
		rounds = 200
	}
	dir := t.TempDir()
	know := nothingTold()
	for round := range rounds {
		killOnce(t, dir, round, know)
		db, err := store.Open(t.Context(), dir, store.Options{Verify: verify, SegmentBytes: 64 << 10})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		storetest.Check(t, db)
		know.compare(t, db)
		know.compareSent(t, db)
		know.compareDesk(t, db)
		know.compareStories(t, db)
		know.compareHosts(t, db)
		know.compareWithdrawn(t, db)
		know.compareAlerts(t, db)
		know.compareNames(t, db)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			t.Fatalf("in round %d", round)
		}
	}
	t.Logf("kills=%d acknowledged=%d removed=%d vintages=%d sent=%d kept=%d published=%d lost=0 doubled=0",
		rounds, len(know.filed), len(know.removed), len(know.vintages), len(know.accepted), len(know.kept), len(know.published))
	if len(know.filed) < rounds || len(know.accepted) == 0 || len(know.published) == 0 {
		t.Errorf("only %d filings, %d mails and %d texts were acknowledged", len(know.filed), len(know.accepted), len(know.published))
	}
}

// killOnce runs a child and kills it after a random number of its lines and a
// little more.
func killOnce(t *testing.T, dir string, round int, know told) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s|%d", childEnv, dir, round))
	out, err := cmd.StdoutPipe()
	if err := errors.Join(err, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	lines, more := 1+rand.IntN(60), time.Duration(rand.IntN(3000))*time.Microsecond
	scan := bufio.NewScanner(out)
	for n := 0; scan.Scan(); n++ {
		know.line(t, scan.Text())
		if n == lines {
			// Anywhere within the next steps; the moment decides nothing but the place.
			time.AfterFunc(more, func() { _ = cmd.Process.Kill() })
		}
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("round %d: the child ended by itself: %v", round, err)
	}
}

// compare holds a store against what was said.
func (k told) compare(t *testing.T, db *store.DB) {
	t.Helper()
	got := stateOf(t, db)
	there := map[int]int{}
	for id, d := range got.Documents {
		n, err := strconv.Atoi(strings.TrimPrefix(d.Title, "Article "))
		if n >= withdrawItems || d.Title == "" && isWithdrawn(t, db, id) {
			continue // on its way out
		}
		if err != nil || got.Bodies[id] != vigie.PlainText(item(n).Document.Body) || got.Snapshots[id] != string(item(n).Capture.Body) {
			t.Errorf("document %s is not what was filed", id)
		}
		there[n]++
	}
	for n, times := range there {
		if times > 1 {
			t.Errorf("item %d is there %d times", n, times)
		}
		if k.removed[n] {
			t.Errorf("item %d is there, its removal was acknowledged", n)
		}
	}
	for n := range k.filed {
		if there[n] == 0 && !k.removing[n] {
			t.Errorf("item %d was acknowledged and is lost", n)
		}
	}
	if got.Counts.Documents != len(got.Documents) {
		t.Errorf("the counts say %d documents, there are %d", got.Counts.Documents, len(got.Documents))
	}
}

// TestKillDuringMigration kills a process that migrates at its very first steps.
func TestKillDuringMigration(t *testing.T) {
	for range 10 {
		dir := format1(t)
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), childEnv+"="+dir+"|0")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Duration(5+rand.IntN(25))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		db, err := store.Open(t.Context(), dir, store.Options{Verify: verify})
		if err != nil {
			t.Fatal(err)
		}
		for n := range 3 {
			view(t, db, func(tx *store.Tx) error {
				_, err := tx.DocumentAt(item(n).URL)
				return err
			})
		}
		storetest.Check(t, db)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
