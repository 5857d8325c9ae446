package mail_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"vigie/curate/mail"
)

// quiet logs nothing: connections break here on purpose.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// received is one mail as the server took it.
type received struct {
	from, to, user string
	raw            string
	tls            bool
}

// server is a real SMTP server on loopback that records what it takes. Its
// behaviour hangs on the recipient's local part.
type server struct {
	mu       sync.Mutex
	mails    []received
	sessions int
	waiting  chan struct{} // "slow" has its mail and keeps its answer
	finish   chan struct{} // closed to let it go on
}

func (s *server) taken() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.mails...)
}

// NewSession implements smtp.Backend.
func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) { //nolint:ireturn // the signature is the library's
	s.mu.Lock()
	s.sessions++
	s.mu.Unlock()
	return &session{server: s, conn: c}, nil
}

type session struct {
	server *server
	conn   *smtp.Conn
	now    received
}

func (x *session) Reset()        { x.now = received{user: x.now.user} }
func (x *session) Logout() error { return nil }
func (x *session) Mail(from string, _ *smtp.MailOptions) error {
	x.now.from = from
	return nil
}

func reply(code int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.NoEnhancedCode, Message: text}
}

func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	x.now.to = to
	switch local, _, _ := strings.Cut(to, "@"); local {
	case "unknown":
		return reply(550, "no such person")
	case "grey":
		return reply(451, "come back\r\nlater")
	case "closing":
		return reply(421, "closing")
	}
	return nil
}

func (x *session) Data(r io.Reader) error {
	local, _, _ := strings.Cut(x.now.to, "@")
	if local == "before" { // the connection goes before the last line
		_, err := io.ReadFull(r, make([]byte, 10))
		return errors.Join(err, x.conn.Conn().Close())
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	switch local {
	case "spam":
		return reply(554, "no spam")
	case "full":
		return reply(452, "disk full")
	}
	x.now.raw = string(raw)
	_, x.now.tls = x.conn.TLSConnectionState()
	x.server.mu.Lock()
	x.server.mails = append(x.server.mails, x.now)
	x.server.mu.Unlock()
	switch local {
	case "after": // the mail is taken, and nobody hears of it
		return x.conn.Conn().Close()
	case "slow":
		x.server.waiting <- struct{}{}
		<-x.server.finish
	}
	return nil
}

func (x *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (x *session) Auth(string) (sasl.Server, error) { //nolint:ireturn // the signature is the library's
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "veille" || password != "secret" {
			return errors.New("no")
		}
		x.now.user = user
		return nil
	}), nil
}

// certificate is for mail.observatoire.example.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"mail.observatoire.example"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// start runs a server and gives a client for it.
func start(t *testing.T, config *tls.Config) (*server, mail.SMTP) {
	t.Helper()
	s := &server{waiting: make(chan struct{}, 1), finish: make(chan struct{})}
	srv := smtp.NewServer(s)
	srv.Domain, srv.AllowInsecureAuth, srv.TLSConfig = "mail.observatoire.example", true, config
	srv.ErrorLog = quiet{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- srv.Serve(l) }()
	t.Cleanup(func() {
		_ = srv.Close()
		<-done
	})
	return s, client(l.Addr().String())
}

// client speaks to an address whatever it is told to dial.
func client(address string) mail.SMTP {
	return mail.SMTP{Host: "mail.observatoire.example", Timeout: 20 * time.Second, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
}
