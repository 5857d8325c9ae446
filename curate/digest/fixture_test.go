package digest_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"vigie"
	"vigie/curate/digest"
	"vigie/curate/locale"
	"vigie/curate/mail"
	"vigie/index"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/vigietest"
)

// quiet logs nothing: connections break here on purpose.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// office is a real SMTP server on loopback that keeps what it takes. How it behaves
// to a recipient hangs on how often they were tried.
type office struct {
	address string

	mu    sync.Mutex
	mails map[string][]string // recipient's local part -> raw mails
	tries map[string]int
	// rule answers a recipient; nil takes everybody. "cut" in its error's text means
	// that the connection is cut after the mail was taken.
	rule func(local string, try int) error
	// hold, if not nil, keeps mails to "slow" until it is closed; waiting tells.
	hold, waiting chan struct{}
	sessions      int
	// arrived, if not nil, is called when a mail is taken, before the answer.
	arrived func()
}

func (o *office) NewSession(c *smtp.Conn) (smtp.Session, error) { //nolint:ireturn // the signature is the library's
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sessions++
	return &visit{office: o, conn: c}, nil
}

func (o *office) set(rule func(string, int) error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rule = rule
}

// took returns how many mails a recipient got.
func (o *office) took(local string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.mails[local])
}

func (o *office) all() (n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range o.mails {
		n += len(m)
	}
	return n
}

// last returns the last mail that a recipient got.
func (o *office) last(t *testing.T, local string) string {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.mails[local]) == 0 {
		t.Fatalf("%s got no mail", local)
	}
	return o.mails[local][len(o.mails[local])-1]
}

type visit struct {
	office *office
	conn   *smtp.Conn
	to     string
	answer error
}

func (v *visit) Reset()                               { v.to, v.answer = "", nil }
func (v *visit) Logout() error                        { return nil }
func (v *visit) Mail(string, *smtp.MailOptions) error { return nil }

func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error {
	o := v.office
	v.to, _, _ = strings.Cut(to, "@")
	o.mu.Lock()
	o.tries[v.to]++
	rule, try := o.rule, o.tries[v.to]
	o.mu.Unlock()
	if rule != nil {
		v.answer = rule(v.to, try)
	}
	if errors.Is(v.answer, errCut) {
		return nil
	}
	return v.answer
}

func (v *visit) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	o := v.office
	o.mu.Lock()
	o.mails[v.to] = append(o.mails[v.to], string(raw))
	hold, arrived := o.hold, o.arrived
	o.mu.Unlock()
	if arrived != nil {
		arrived()
	}
	if errors.Is(v.answer, errCut) {
		return v.conn.Conn().Close()
	}
	if v.to == "slow" && hold != nil {
		o.waiting <- struct{}{}
		<-hold
	}
	return nil
}

// errCut takes the mail and cuts the connection before the answer.
var errCut = errors.New("cut")

func reply(code int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.NoEnhancedCode, Message: text}
}

func openOffice(t *testing.T) *office {
	t.Helper()
	o := &office{mails: map[string][]string{}, tries: map[string]int{}, waiting: make(chan struct{}, 10)}
	srv := smtp.NewServer(o)
	srv.Domain, srv.ErrorLog = "mail.observatoire.example", quiet{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.address = l.Addr().String()
	done := make(chan error)
	go func() { done <- srv.Serve(l) }()
	t.Cleanup(func() {
		_ = srv.Close()
		<-done
	})
	return o
}

// sunday is the evening before a Monday.
func sunday() time.Time { return time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC) }

// desk is an observatory that works: a store, a post, a server.
type desk struct {
	*testing.T
	db     *store.DB
	dir    string
	post   *digest.Post
	office *office
	clock  *vigietest.Clock
	// workers of posts that are made; 0 for the usual number.
	workers int
	// hits shows documents as the index does; nil without one.
	hits func(context.Context, string, []vigie.DocumentID) ([]index.Hit, error)
}

func open(t *testing.T) *desk {
	t.Helper()
	d := &desk{T: t, dir: t.TempDir(), office: openOffice(t), clock: vigietest.NewClock(sunday())}
	d.db = storetest.OpenAt(t, d.dir, store.Options{Command: "test", Now: d.clock.Now})
	d.post = d.newPost(d.db)
	return d
}

func catalogues(t testing.TB) *locale.Catalogues {
	t.Helper()
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (d *desk) newPost(db *store.DB) *digest.Post {
	d.Helper()
	return digest.New(db, digest.Options{
		Mail: mail.SMTP{Host: "mail.observatoire.example", Timeout: 20 * time.Second, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, d.office.address)
		}},
		From:      mail.Address{Email: "lettre@observatoire.example"},
		PublicURL: "https://observatoire.example/", Catalogues: catalogues(d), Now: d.clock.Now, Workers: d.workers, Hits: d.hits,
		Places: map[string]vigie.Text{"MAR": {vigie.French: "Maroc", vigie.Arabic: "المغرب", vigie.English: "Morocco"}},
	})
}

func (d *desk) update(fn func(tx *store.Tx) error) {
	d.Helper()
	if err := d.db.Update(context.Background(), fn); err != nil {
		d.Fatal(err)
	}
}

func (d *desk) view(fn func(tx *store.Tx) error) {
	d.Helper()
	if err := d.db.View(fn); err != nil {
		d.Fatal(err)
	}
}

// subscriber adds an active subscriber, whose local part is the name.
func (d *desk) subscriber(local string, w vigie.Wish) vigie.SubscriberID {
	d.Helper()
	now := d.clock.Now()
	s, err := vigie.Subscribe(vigie.NewID[vigie.SubscriberID](now), local+"@lettres.example", w, vigie.Consent{At: now, Via: vigie.ByForm})
	if err == nil {
		s, err = s.Confirm(vigie.Consent{At: now, Via: vigie.ByLink})
	}
	if err != nil {
		d.Fatal(err)
	}
	d.update(func(tx *store.Tx) error { return tx.PutSubscriber(s) })
	return s.ID
}

func daily() vigie.Wish { return vigie.Wish{Cadence: vigie.EveryDay, Lang: vigie.French} }

// publish publishes a synthesis now.
func (d *desk) publish(title string, topics ...string) vigie.SynthesisID {
	d.Helper()
	editor := vigie.User{ID: vigie.NewID[vigie.UserID](sunday()), Role: vigie.Publisher}
	s := vigie.Synthesis{ID: vigie.NewID[vigie.SynthesisID](d.clock.Now()), Kind: vigie.Brief, Topics: topics, Created: d.clock.Now()}
	step := vigie.Step{Lang: vigie.French, By: editor, Now: d.clock.Now()}
	s, err := s.Revise(step, vigie.Writing{Title: title, Summary: "Ce que la note dit.", Body: "Texte.", Slug: "note"})
	d.keep(s, err)
	step.Seen = 1
	s, err = s.Submit(step)
	d.keep(s, err)
	step.Seen = 2
	s, edition, err := s.Publish(step, vigie.Rules{})
	if err != nil {
		d.Fatal(err)
	}
	d.update(func(tx *store.Tx) error { return errors.Join(tx.AddEdition(edition), tx.PutSynthesis(s)) })
	return s.ID
}

func (d *desk) keep(s vigie.Synthesis, err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
	d.update(func(tx *store.Tx) error { return tx.PutSynthesis(s) })
}

func (d *desk) turn() error { return d.post.Turn(context.Background()) }

// sendDay lets the next morning's issue out.
func (d *desk) sendDay() error {
	d.clock.Forward(11 * time.Hour)
	if err := d.turn(); err != nil {
		return err
	}
	d.clock.Forward(10 * time.Minute)
	return d.turn()
}

// newest returns the newest issue.
func (d *desk) newest() (out vigie.Issue) {
	d.Helper()
	d.view(func(tx *store.Tx) error {
		for i, err := range tx.Issues() {
			out = i
			return err
		}
		return vigie.ErrNotFound
	})
	return out
}

// delivery is what the ledger of the newest issue says of somebody.
func (d *desk) delivery(to vigie.SubscriberID) (out vigie.Delivery) {
	d.Helper()
	issue := d.newest().ID
	d.view(func(tx *store.Tx) (err error) {
		out, err = tx.Delivery(issue, to)
		return err
	})
	return out
}

func (d *desk) balance() vigie.Balance {
	d.Helper()
	b, err := d.post.Balance(d.newest().ID)
	if err != nil || !b.Holds() {
		d.Errorf("the ledger does not add up: %+v, %v", b, err)
	}
	return b
}

func publisher() vigie.User { return vigie.User{ID: "01KAMSVB000000000000000001", Role: vigie.Admin} }
