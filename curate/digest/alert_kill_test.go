package digest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/curate/digest"
	"vigie/curate/locale"
	"vigie/curate/mail"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// alertChildEnv makes the test binary work until it is killed. Its value is the
// folder, the address of the mail server and the number of the round.
const alertChildEnv = "VIGIE_ALERT_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(alertChildEnv) != "" {
		fmt.Println("failed", alertChild())
		os.Exit(2)
	}
	os.Exit(m.Run())
}

// engine is what finds and tells: index, alerts and post on one store.
type engine struct {
	db     *store.DB
	index  *index.Index
	alerts *index.Alerts
	post   *digest.Post
}

// openEngine opens a folder as the program does, with alerts that wait for nothing.
func openEngine(ctx context.Context, dir, server string) (*engine, error) {
	db, err := store.Open(ctx, dir, store.Options{Command: "test"})
	if err != nil {
		return nil, err
	}
	x, err := index.Open(ctx, filepath.Join(dir, "index"), db, index.Options{Gather: time.Millisecond})
	if err != nil {
		return nil, err
	}
	words, err := locale.Load()
	if err != nil {
		return nil, err
	}
	e := &engine{db: db, index: x}
	e.post = digest.New(db, digest.Options{
		Mail: mail.SMTP{Host: "mail.observatoire.example", Timeout: 20 * time.Second, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, server)
		}},
		From: mail.Address{Email: "lettre@observatoire.example"}, PublicURL: "https://observatoire.example", Catalogues: words, Gather: time.Millisecond,
		Hits: func(ctx context.Context, line string, ids []vigie.DocumentID) ([]index.Hit, error) {
			q, err := query.Parse(line)
			if err != nil {
				return nil, err
			}
			return x.Hits(ctx, q, ids)
		},
	})
	e.alerts = index.NewAlerts(x, func(int) { e.post.Wake() })
	return e, nil
}

func (e *engine) close() error { return errors.Join(e.index.Close(), e.db.Close()) }

// alertChild files what saved searches find, and lets everything follow. It returns
// only when something fails.
func alertChild() error {
	dir, rest, _ := strings.Cut(os.Getenv(alertChildEnv), "|")
	server, round, _ := strings.Cut(rest, "|")
	ctx := context.Background()
	e, err := openEngine(ctx, dir, server)
	if err != nil {
		return err
	}
	failures := make(chan error)
	for _, run := range []func(context.Context) error{e.index.Follow, e.alerts.Follow, e.post.Run} {
		go func() { failures <- run(ctx) }()
	}
	go func() { failures <- e.file(ctx, round) }()
	return <-failures
}

// file files documents for ever, and prints which are on the disk.
func (e *engine) file(ctx context.Context, round string) error {
	var source vigie.Source
	err := e.db.View(func(tx *store.Tx) error {
		for s, err := range tx.Sources() {
			source = s
			return err
		}
		return vigie.ErrNotFound
	})
	for turn := 0; err == nil; turn++ {
		var findings []vigie.Finding
		for n := range 2 {
			url := fmt.Sprintf("https://example.org/%s/%d/%d", round, turn, n)
			text := []string{"La fibre et la 5G.", "La fibre optique."}[n]
			findings = append(findings, vigie.Finding{GUID: url, URL: url, Document: vigie.Document{
				URL: url, Title: "Rapport", Lang: vigie.French, Body: []vigie.Paragraph{{Text: text + " Numéro " + round}},
			}})
		}
		var filed store.Filed
		filed, err = e.db.File(ctx, store.Filing{Source: source, Reading: vigie.Reading{Visit: vigie.Visit{Source: source.ID}, Findings: findings}})
		for n, id := range filed.Documents {
			fmt.Println("filed", n, id)
		}
	}
	return err
}

// TestKillAlerts kills finding and telling at random moments: nothing that was filed
// is missed, nothing is told twice, and what may or may not have arrived is listed.
func TestKillAlerts(t *testing.T) { killAlerts(t, 10) }

// TestProofKillAlerts is the long form of TestKillAlerts.
func TestProofKillAlerts(t *testing.T) {
	if os.Getenv("VIGIE_PROOF") == "" {
		t.Skip("takes a minute; VIGIE_PROOF=1 runs it")
	}
	killAlerts(t, 100)
}

func killAlerts(t *testing.T, rounds int) {
	t.Helper()
	o, dir := openOffice(t), t.TempDir()
	searches := prepareKills(t, dir)
	filed := map[vigie.SearchID][]string{}
	for round := range rounds {
		for _, line := range killChild(t, dir, o.address, round) {
			n, id, _ := strings.Cut(line, " ")
			filed[searches[0].ID] = append(filed[searches[0].ID], id)
			if n == "0" {
				filed[searches[1].ID] = append(filed[searches[1].ID], id)
			}
		}
	}
	e, err := openEngine(t.Context(), dir, o.address)
	if err != nil {
		t.Fatal(err)
	}
	_, errIndex := e.index.CatchUp(t.Context(), nil)
	_, errAlerts := e.alerts.CatchUp(t.Context())
	if err := errors.Join(errIndex, errAlerts, e.tellAll(t.Context())); err != nil {
		t.Fatal(err)
	}
	mails, uncertain := 0, 0
	for _, s := range searches {
		m, u := e.compare(t, o, s, filed[s.ID])
		mails, uncertain = mails+m, uncertain+u
	}
	if uncertain > rounds {
		t.Errorf("%d uncertain mails after %d kills", uncertain, rounds)
	}
	t.Logf("kills=%d filed=%d mails=%d uncertain=%d missed=0 twice=0", rounds, len(filed[searches[0].ID]), mails, uncertain)
	storetest.Check(t, e.db)
	if err := e.close(); err != nil {
		t.Fatal(err)
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

// killChild runs a child, kills it somewhere, and returns what it filed.
func killChild(t *testing.T, dir, server string, round int) (filed []string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s|%s|%d", alertChildEnv, dir, server, round))
	out, err := cmd.StdoutPipe()
	if err := errors.Join(err, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	lines, more := 1+rand.IntN(80), time.Duration(rand.IntN(60_000))*time.Microsecond
	scan := bufio.NewScanner(out)
	for n := 0; scan.Scan(); n++ {
		said, ok := strings.CutPrefix(scan.Text(), "filed ")
		if !ok {
			t.Fatalf("round %d: the child says %q", round, scan.Text())
		}
		filed = append(filed, said)
		if n == lines {
			time.AfterFunc(more, func() { _ = cmd.Process.Kill() }) // the moment decides nothing but the place
		}
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("round %d: the child ended by itself: %v", round, err)
	}
	return filed
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
