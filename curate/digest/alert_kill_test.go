package digest_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// TestKillAlerts kills indexing, rebuilding, finding and telling at random moments,
// and damages the index now and then: nothing that was filed is missed, nothing is
// told twice, what may or may not have arrived is listed, and in the end the index is
// whole and stands alone in its folder.
func TestKillAlerts(t *testing.T) {
	if testing.Short() {
		killAlerts(t, 9)
		return
	}
	killAlerts(t, together)
}

// TestProofKillAlerts is the long form of TestKillAlerts.
func TestProofKillAlerts(t *testing.T) {
	if os.Getenv("VIGIE_PROOF") == "" {
		t.Skip("takes minutes; VIGIE_PROOF=1 runs it")
	}
	killAlerts(t, 300)
}

// together is how many kills a folder goes through: a rebuild of more documents would
// never come to its end between two of them.
const together = 30

func killAlerts(t *testing.T, rounds int) {
	t.Helper()
	var all killings
	for from := 0; from < rounds; from += together {
		all.add(killTogether(t, min(together, rounds-from)))
	}
	t.Logf("kills=%d within_a_rebuild=%d within_a_refill=%d damages=%d rebuilds=%d filed=%d mails=%d uncertain=%d missed_or_twice=%v",
		rounds, all.rebuilding, all.filling, all.damages, all.rebuilt, all.filed, all.mails, all.uncertain, t.Failed())
	if all.uncertain > rounds {
		t.Errorf("%d uncertain mails after %d kills", all.uncertain, rounds)
	}
	if rounds >= together && (all.rebuilding < rounds/10 || all.rebuilt == 0 || all.damages == 0 || all.mails == 0) {
		t.Errorf("too little happened to prove anything: %+v", all)
	}
}

// killings is what happened.
type killings struct {
	// rebuilding and filling count kills while an index was made beside the one in use,
	// and while one that was damaged or gone was made anew in its place.
	rebuilding, filling int
	// damages counts what was done to the index between two rounds, rebuilt the rebuilds
	// that came to their end.
	damages, rebuilt        int
	filed, mails, uncertain int
}

func (a *killings) add(b killings) {
	a.rebuilding, a.filling, a.damages, a.rebuilt = a.rebuilding+b.rebuilding, a.filling+b.filling, a.damages+b.damages, a.rebuilt+b.rebuilt
	a.filed, a.mails, a.uncertain = a.filed+b.filed, a.mails+b.mails, a.uncertain+b.uncertain
}

// killTogether kills so many times over one folder.
func killTogether(t *testing.T, rounds int) (all killings) {
	t.Helper()
	o, dir := openOffice(t), t.TempDir()
	searches := prepareKills(t, dir)
	filed := map[vigie.SearchID][]string{}
	for round := range rounds {
		harmed := round%3 == 2 && harmIndex(t, filepath.Join(dir, "index"))
		lines := 1 + rand.IntN(40)
		if harmed {
			lines = rand.IntN(8) // while it is made anew, rather than later
		}
		said := killChild(t, dir, o.address, round, lines)
		for _, line := range said.filed {
			n, id, _ := strings.Cut(line, " ")
			filed[searches[0].ID] = append(filed[searches[0].ID], id)
			if n == "0" {
				filed[searches[1].ID] = append(filed[searches[1].ID], id)
			}
		}
		all.rebuilt += said.rebuilt
		if said.rebuilding {
			all.rebuilding++
		}
		if harmed {
			all.damages++
		}
		if harmed && !said.filled {
			all.filling++
		}
	}
	all.filed = len(filed[searches[0].ID])
	e, err := openEngine(t.Context(), dir, o.address)
	if err != nil {
		t.Fatal(err)
	}
	_, errIndex := e.index.CatchUp(t.Context(), nil)
	_, errAlerts := e.alerts.CatchUp(t.Context())
	if err := errors.Join(errIndex, errAlerts, e.tellAll(t.Context())); err != nil {
		t.Fatal(err)
	}
	for _, s := range searches {
		mails, uncertain := e.compare(t, o, s, filed[s.ID])
		all.mails, all.uncertain = all.mails+mails, all.uncertain+uncertain
	}
	e.whole(t, filepath.Join(dir, "index"))
	storetest.Check(t, e.db)
	if err := e.close(); err != nil {
		t.Fatal(err)
	}
	return all
}

// harmIndex does something to an index that was left by a kill: it goes, it loses what
// names its files, or one byte of it is altered. It reports whether there was one.
func harmIndex(t *testing.T, dir string) bool {
	t.Helper()
	active, err := os.ReadFile(filepath.Join(dir, "active"))
	if err != nil {
		t.Fatal(err)
	}
	used := filepath.Join(dir, strings.TrimSpace(string(active)))
	switch segments, _ := filepath.Glob(filepath.Join(used, "store", "*.zap")); rand.IntN(3) {
	case 0:
		err = os.RemoveAll(used)
	case 1:
		err = os.Truncate(filepath.Join(used, "store", "root.bolt"), 100)
	default:
		if len(segments) == 0 {
			return false
		}
		err = alter(segments[rand.IntN(len(segments))])
	}
	if err != nil {
		t.Fatal(err)
	}
	return true
}

// alter changes one byte of a file.
func alter(file string) error {
	b, err := os.ReadFile(file)
	if err != nil || len(b) == 0 {
		return err
	}
	b[rand.IntN(len(b))] ^= 0xff
	return os.WriteFile(file, b, 0o600)
}

// whole fails the test unless the index holds every document of the store, finds it,
// and stands alone in its folder.
func (e *engine) whole(t *testing.T, dir string) {
	t.Helper()
	if err := e.index.Check(t.Context()); err != nil {
		t.Errorf("check: %v", err)
	}
	var counts store.Counts
	err := e.db.View(func(tx *store.Tx) (err error) {
		counts, err = tx.Counts()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]int{"fibre": counts.Documents, "5G": counts.Documents / 2} {
		q, err := query.Parse(line)
		if err != nil {
			t.Fatal(err)
		}
		res, err := e.index.Search(t.Context(), q, index.SearchOptions{})
		if err != nil || res.Total != want || res.Partial {
			t.Errorf("%q finds %d of %d documents (partial: %v), %v", line, res.Total, want, res.Partial, err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, entry := range entries {
		kind, _, _ := strings.Cut(entry.Name(), "-")
		kinds[kind]++
	}
	if kinds["active"] != 1 || kinds["bleve"] != 1 || kinds["open"] != 1 || kinds["index"] > 1 || len(entries) > 4 {
		t.Errorf("the folder holds %v", entries)
	}
}

// tellAll sends until nothing waits: what was found this moment is not due yet.
func (e *engine) tellAll(ctx context.Context) error {
	for {
		if err := e.post.Turn(ctx); err != nil {
			return err
		}
		left := 0
		err := e.db.View(func(tx *store.Tx) error {
			left = len(tx.AwaitingSearches())
			return nil
		})
		if err != nil || left == 0 {
			return err
		}
	}
}

// prepareKills makes a store with a source and two saved searches.
func prepareKills(t *testing.T, dir string) []vigie.SavedSearch {
	t.Helper()
	db, err := store.Open(t.Context(), dir, store.Options{Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	storetest.Source(t, db, "https://example.org/feed")
	var out []vigie.SavedSearch
	err = db.Update(t.Context(), func(tx *store.Tx) error {
		out = nil
		owner := vigie.User{ID: vigie.NewID[vigie.UserID](time.Now()), Email: "awa@observatoire.example", Role: vigie.Reader}
		err := tx.PutUser(owner)
		for _, line := range []string{"fibre", "5G"} {
			s := vigie.SavedSearch{
				ID: vigie.NewID[vigie.SearchID](time.Now()), Owner: owner.ID, Name: line, Query: line, Lang: vigie.French, Alert: vigie.AlertNow, Mail: true,
			}
			err = errors.Join(err, tx.PutSearch(s))
			out = append(out, s)
		}
		return err
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return out
}

// spoken is what a child said before it was killed.
type spoken struct {
	filed   []string
	rebuilt int
	// filled says that the index had come level with the store once, rebuilding that
	// another one was being made beside it.
	filled, rebuilding bool
}

func (s *spoken) line(t *testing.T, line string) {
	t.Helper()
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "filed":
		s.filed = append(s.filed, rest)
	case "rebuilding":
		s.filled, s.rebuilding = true, true
	case "rebuilt":
		s.rebuilt++
		s.rebuilding = false
	default:
		t.Fatalf("the child says %q", line)
	}
}

// killChild runs a child, kills it a moment after so many lines, and returns what it
// said.
func killChild(t *testing.T, dir, server string, round, lines int) (said spoken) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s|%s|%d", alertChildEnv, dir, server, round))
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.StdoutPipe()
	if err := errors.Join(err, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	more := time.Duration(rand.IntN(60_000)) * time.Microsecond
	scan := bufio.NewScanner(out)
	for n := 0; scan.Scan(); n++ {
		said.line(t, scan.Text())
		if n == lines {
			time.AfterFunc(more, func() { _ = cmd.Process.Kill() }) // the moment decides nothing but the place
		}
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("round %d: the child ended by itself: %v\n%s", round, err, complaint.Bytes())
	}
	return said
}

// compare holds what arrived of a saved search against what was filed and what the
// ledger says.
func (e *engine) compare(t *testing.T, o *office, s vigie.SavedSearch, filed []string) (mails, uncertain int) {
	t.Helper()
	arrived := o.messages()
	told := map[string]vigie.DeliveryState{}
	err := e.db.View(func(tx *store.Tx) error {
		for a, err := range tx.Alerts(s.ID) {
			if err != nil {
				return err
			}
			got := arrived[a.Mail.MessageID]
			switch {
			case got > 1:
				t.Errorf("%s: alert %s came %d times", s.Name, a.ID, got)
			case a.Mail.State == vigie.Uncertain:
				uncertain++
			case a.Mail.State != vigie.Accepted || got != 1:
				t.Errorf("%s: alert %s is %q and came %d times", s.Name, a.ID, a.Mail.State, got)
			}
			mails += got
			for _, id := range a.Documents {
				if told[string(id)] != "" {
					t.Errorf("%s: document %s is told twice", s.Name, id)
				}
				told[string(id)] = a.Mail.State
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range filed {
		if told[id] == "" {
			t.Errorf("%s: document %s was filed and is told by nothing", s.Name, id)
		}
	}
	return mails, uncertain
}

// messages counts the mails that arrived by their Message-ID.
func (o *office) messages() map[string]int {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := map[string]int{}
	for _, mails := range o.mails {
		for _, raw := range mails {
			if m := regexp.MustCompile(`(?mi)^Message-Id: *<(.*)>`).FindStringSubmatch(raw); m != nil {
				out[m[1]]++
			}
		}
	}
	return out
}
