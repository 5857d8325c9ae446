package digest_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// lookout is a desk with an index that saved searches are asked of.
type lookout struct {
	*desk
	index  *index.Index
	alerts *index.Alerts
	source vigie.Source
	owner  vigie.User
	filed  int
}

func openLookout(t *testing.T) *lookout {
	t.Helper()
	l := &lookout{desk: open(t)}
	l.settle()
	l.source = storetest.Source(t, l.db, "https://example.org/feed")
	l.owner = l.person("awa", vigie.Reader)
	return l
}

// settle puts an index behind the desk.
func (l *lookout) settle() {
	l.Helper()
	x, err := index.Open(l.Context(), filepath.Join(l.dir, "index"), l.db, index.Options{Gather: time.Millisecond})
	if err != nil {
		l.Fatal(err)
	}
	l.Cleanup(func() {
		if err := x.Close(); err != nil {
			l.Error(err)
		}
	})
	l.index, l.alerts = x, index.NewAlerts(x, nil)
	l.hits = func(ctx context.Context, line string, ids []vigie.DocumentID) ([]index.Hit, error) {
		q, err := query.Parse(line)
		if err != nil {
			return nil, err
		}
		return x.Hits(ctx, q, ids)
	}
	l.post = l.newPost(l.db)
}

// person makes an account, whose local part is the name.
func (l *lookout) person(name string, role vigie.Role) vigie.User {
	l.Helper()
	u := vigie.User{ID: vigie.NewID[vigie.UserID](sunday()), Name: name, Email: name + "@observatoire.example", Role: role}
	l.update(func(tx *store.Tx) error { return tx.PutUser(u) })
	return u
}

// save keeps a search of the owner's.
func (l *lookout) save(line string, pace vigie.AlertPace, lang vigie.Lang) vigie.SavedSearch {
	l.Helper()
	now := l.clock.Now()
	s := vigie.SavedSearch{
		ID: vigie.NewID[vigie.SearchID](now), Owner: l.owner.ID, Name: "Suivi de " + line, Query: line, Lang: lang, Alert: pace, Mail: true, Created: now, Changed: now,
	}
	l.update(func(tx *store.Tx) error { return tx.PutSearch(s) })
	return s
}

// file files reports with a text, and lets index and alerts look at them.
func (l *lookout) file(n int, text string, lang vigie.Lang) []vigie.DocumentID {
	l.Helper()
	var docs []vigie.Document
	for range n {
		l.filed++
		docs = append(docs, vigie.Document{
			URL: fmt.Sprintf("https://example.org/%d", l.filed), Title: fmt.Sprintf("Rapport %d <b>", l.filed), Lang: lang,
			Published: vigie.Date{Time: sunday().Truncate(24 * time.Hour), Precision: vigie.Day},
			Body:      []vigie.Paragraph{{Text: "Avant-propos sans rien.", Page: 1}, {Text: text, Page: 12}},
		})
	}
	ids := storetest.File(l, l.db, l.source, docs...)
	l.look()
	return ids
}

func (l *lookout) look() {
	l.Helper()
	if _, err := l.index.CatchUp(l.Context(), nil); err != nil {
		l.Fatal(err)
	}
	if _, err := l.alerts.CatchUp(l.Context()); err != nil {
		l.Fatal(err)
	}
}

// mails is how many mails the owner has after a pass, some time later.
func (l *lookout) mails(later time.Duration) int {
	l.Helper()
	l.clock.Forward(later)
	if err := l.turn(); err != nil {
		l.Fatal(err)
	}
	return l.office.took("awa")
}

// newestAlert is the newest mail of a search in the ledger.
func (l *lookout) newestAlert(id vigie.SearchID) (out vigie.Alert) {
	l.Helper()
	l.view(func(tx *store.Tx) error {
		for a, err := range tx.Alerts(id) {
			out = a
			return err
		}
		return nil
	})
	return out
}

// letter is a mail as it arrived.
type letter struct {
	header              mail.Header
	subject, text, html string
}

// readMail reads a mail with a text and HTML.
func readMail(t *testing.T, raw string) letter {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	out := letter{header: m.Header}
	if out.subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		var body io.Reader = quotedprintable.NewReader(part)
		if part.Header.Get("Content-Transfer-Encoding") == "base64" {
			body = base64.NewDecoder(base64.StdEncoding, part)
		}
		b, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			out.html = string(b)
		} else {
			out.text = string(b)
		}
	}
}
