package main_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// office is a real SMTP server on loopback that counts what it takes.
type office struct {
	address string
	// folder keeps each mail as a file; "" keeps none.
	folder string
	// whims make it slow now and then, and put some off once.
	whims bool

	mu       sync.Mutex
	random   *rand.Rand          // under mu, like all below
	messages map[string]int      // by Message-ID
	people   map[string]int      // by recipient
	putOff   map[string]bool     // recipients who were told to come back
	taken    int                 // since begin
	bells    map[int][]chan bool // rung when so many are taken
	sessions sync.WaitGroup
}

// openOffice starts a server with whims, which hang on the seed.
func openOffice(t *testing.T, seed uint64) *office {
	t.Helper()
	o := &office{whims: true, random: rand.New(rand.NewPCG(seed, 2))}
	o.begin()
	end, err := o.open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	return o
}

// open begins to answer; end stops it.
func (o *office) open() (end func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	o.address = l.Addr().String()
	server := smtp.NewServer(o)
	server.Domain, server.ErrorLog = "mail.observatoire.example", quiet{}
	done := make(chan error)
	go func() { done <- server.Serve(l) }()
	return func() {
		_ = server.Close()
		<-done
	}, nil
}

// quiet logs nothing: connections break here on purpose.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// env is what makes the program send its mails there.
func (o *office) env() []string {
	host, port, _ := net.SplitHostPort(o.address)
	return []string{
		"VIGIE_MAIL_HOST=" + host, "VIGIE_MAIL_PORT=" + port, "VIGIE_MAIL_TLS=none", "VIGIE_MAIL_FROM=lettre@observatoire.example",
		"VIGIE_PUBLIC_URL=https://observatoire.example",
	}
}

// begin forgets everything.
func (o *office) begin() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.messages, o.people, o.putOff, o.bells, o.taken = map[string]int{}, map[string]int{}, map[string]bool{}, map[int][]chan bool{}, 0
}

// after returns a channel that is closed when n more mails are taken.
func (o *office) after(n int) <-chan bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	bell := make(chan bool)
	o.bells[o.taken+n] = append(o.bells[o.taken+n], bell)
	return bell
}

// idle waits until nobody is connected.
func (o *office) idle() { o.sessions.Wait() }

func (o *office) all() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.taken
}

func (o *office) byMessage() map[string]int {
	return o.copied(func() map[string]int { return o.messages })
}

func (o *office) byRecipient() map[string]int {
	return o.copied(func() map[string]int { return o.people })
}

func (o *office) copied(of func() map[string]int) map[string]int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return maps.Clone(of())
}

// whim is true one time in n.
func (o *office) whim(n int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.whims && o.random.IntN(n) == 0
}

// NewSession implements smtp.Backend.
func (o *office) NewSession(*smtp.Conn) (smtp.Session, error) { //nolint:ireturn // the signature is the library's
	o.sessions.Add(1)
	return &visit{office: o}, nil
}

// visit is one connection.
type visit struct {
	office *office
	to     string
	once   sync.Once
}

func (v *visit) Reset() { v.to = "" }

func (v *visit) Logout() error {
	v.once.Do(v.office.sessions.Done)
	return nil
}

func (v *visit) Mail(string, *smtp.MailOptions) error { return nil }

func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error {
	v.to = to
	o := v.office
	if o.whim(6) {
		o.mu.Lock()
		defer o.mu.Unlock()
		if !o.putOff[to] {
			o.putOff[to] = true
			return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "come back later"}
		}
	}
	return nil
}

func (v *visit) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	o := v.office
	if o.whim(4) {
		time.Sleep(5 * time.Millisecond) // slow, before it has the mail for good
	}
	o.take(strings.Trim(m.Header.Get("Message-Id"), "<>"), v.to, raw)
	if o.whim(4) {
		time.Sleep(5 * time.Millisecond) // slow, after that
	}
	return nil
}

// take counts a mail and rings.
func (o *office) take(id, to string, raw []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.taken++
	o.messages[id]++
	o.people[to]++
	if o.folder != "" {
		name := filepath.Join(o.folder, fmt.Sprintf("%d.eml", o.taken))
		_ = os.WriteFile(name, raw, 0o600) // a script that misses it says so
	}
	for n, bells := range o.bells {
		if n <= o.taken {
			for _, bell := range bells {
				close(bell)
			}
			delete(o.bells, n)
		}
	}
}
