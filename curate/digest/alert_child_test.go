package digest_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
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

// alertChild files what saved searches find, lets everything follow, and makes the
// index anew again and again. It returns only when something fails.
func alertChild() error {
	dir, rest, _ := strings.Cut(os.Getenv(alertChildEnv), "|")
	server, round, _ := strings.Cut(rest, "|")
	ctx := context.Background()
	e, err := openEngine(ctx, dir, server)
	if err != nil {
		return err
	}
	failures := make(chan error)
	for _, run := range []func(context.Context) error{e.index.Follow, e.alerts.Follow, e.post.Run, e.rebuild} {
		go func() { failures <- run(ctx) }()
	}
	go func() { failures <- e.file(ctx, round) }()
	return <-failures
}

// rebuild fills the index, which may have been damaged, and then makes it anew for
// ever, and prints where it is.
func (e *engine) rebuild(ctx context.Context) error {
	_, err := e.index.CatchUp(ctx, nil)
	for err == nil {
		fmt.Println("rebuilding")
		if err = e.index.Rebuild(ctx, nil); err == nil {
			fmt.Println("rebuilt")
		}
	}
	return err
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
