package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"vigie"
)

// TLSMode says how the connection is encrypted.
type TLSMode string

// The modes.
const (
	// TLSAuto asks for STARTTLS, and does without on a loopback address only.
	TLSAuto TLSMode = ""
	// TLSAlways asks for STARTTLS on loopback addresses too.
	TLSAlways TLSMode = "starttls"
	// TLSFirst speaks TLS from the first byte (port 465, RFC 8314 section 3.3).
	TLSFirst TLSMode = "tls"
)

// SMTP is a mail server and how to speak to it. Host and Dial are asked for; the
// zero value of all else is good.
type SMTP struct {
	Host string
	// Port is 587 when 0, and 465 with TLSFirst (RFC 6409, RFC 8314).
	Port int
	TLS  TLSMode
	// TLSConfig adds to the usual checks, for example an authority of one's own;
	// the server's name is always checked against Host.
	TLSConfig *tls.Config
	// User and Password sign in; without a User nobody does. A password is never
	// sent in the clear, except on loopback.
	User     string
	Password string
	// Hello is the name that this machine gives; "" means "localhost".
	Hello string
	// Dial opens the connection.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Timeout is for each step; 0 means 1 minute.
	Timeout time.Duration
	// EndTimeout is for the answer to a whole mail; 0 means 10 minutes (RFC 5321
	// section 4.5.3.2.6): giving up early leaves mails uncertain.
	EndTimeout time.Duration
	// Grace is how long that answer is waited for once ctx is done; 0 means 10
	// seconds.
	Grace time.Duration
}

// Receipt is a server's word that it took a mail.
type Receipt struct {
	Code  int
	Reply string
}

// Send opens a session, sends one message and closes it. Errors are
// [*SendError], or of kind [vigie.ErrInvalid] for a message that cannot be sent.
func (s SMTP) Send(ctx context.Context, m Message) (Receipt, error) {
	if _, err := m.Bytes(); err != nil { // before anybody is called
		return Receipt{}, err
	}
	x, err := s.Open(ctx)
	if err != nil {
		return Receipt{}, err
	}
	defer x.Close()
	return x.Send(ctx, m)
}

// Open connects, encrypts and signs in. Errors are [*SendError], or of kind
// [vigie.ErrInvalid] for settings that cannot be used.
func (s SMTP) Open(ctx context.Context) (*Session, error) {
	s, err := s.complete()
	if err != nil {
		return nil, fmt.Errorf("open mail session: %w", err)
	}
	conn, err := s.Dial(ctx, "tcp", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)))
	if err != nil {
		return nil, failure(StageConnect, err, Temporary)
	}
	x := &Session{server: s, wire: &wire{Conn: conn}}
	stop := x.watch(ctx)
	defer stop()
	if e := x.begin(isLoopback(conn.RemoteAddr())); e != nil {
		x.Close()
		return nil, e
	}
	return x, nil
}

func (s SMTP) complete() (SMTP, error) {
	bad := func(field, reason string) (SMTP, error) {
		return s, &vigie.InvalidError{Field: field, Reason: reason}
	}
	switch {
	case s.Dial == nil:
		return bad("dial", "is missing")
	case s.Host == "" || strings.ContainsAny(s.Host, " \r\n/@"):
		return bad("host", "is no host name")
	case s.Port < 0 || s.Port > 65535:
		return bad("port", "is no port")
	case s.TLS != TLSAuto && s.TLS != TLSAlways && s.TLS != TLSFirst:
		return bad("tls", `is none of "", "starttls", "tls"`)
	case strings.ContainsAny(s.Hello, " \r\n"):
		return bad("hello", "is no host name")
	}
	if s.Port == 0 {
		s.Port = 587
		if s.TLS == TLSFirst {
			s.Port = 465
		}
	}
	if s.Hello == "" {
		s.Hello = "localhost"
	}
	if s.Timeout <= 0 {
		s.Timeout = time.Minute
	}
	if s.EndTimeout <= 0 {
		s.EndTimeout = 10 * time.Minute
	}
	if s.Grace <= 0 {
		s.Grace = 10 * time.Second
	}
	config := s.TLSConfig.Clone()
	if config == nil {
		config = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	config.ServerName, config.InsecureSkipVerify = s.Host, false
	s.TLSConfig = config
	return s, nil
}

// begin holds the conversation up to where mails can be sent.
func (x *Session) begin(loopback bool) *SendError {
	s := x.server
	x.step(s.Timeout)
	conn := net.Conn(x.wire)
	if s.TLS == TLSFirst {
		conn = tls.Client(x.wire, s.TLSConfig)
	}
	var err error
	if x.client, err = smtp.NewClient(conn, s.Host); err != nil {
		return failure(StageGreeting, err, Temporary)
	}
	x.client.SkipSMTPUTF8(true) // no address needs it
	x.step(s.Timeout)
	if err := x.client.Hello(s.Hello); err != nil {
		return failure(StageGreeting, err, Temporary)
	}
	x.step(s.Timeout)
	if s.TLS == TLSAlways || s.TLS == TLSAuto && !loopback {
		if offered, _ := x.client.Extension("STARTTLS"); !offered {
			return &SendError{Fate: Permanent, Stage: StageTLS, Err: ErrNoTLS}
		}
		if err := x.client.StartTLS(s.TLSConfig); err != nil {
			return failure(StageTLS, err, Temporary)
		}
	}
	return x.signIn(loopback)
}

func (x *Session) signIn(loopback bool) *SendError {
	s := x.server
	if s.User == "" {
		return nil
	}
	x.step(s.Timeout)
	_, ways := x.client.Extension("AUTH")
	var auth smtp.Auth
	switch offered := strings.Fields(strings.ToUpper(ways)); {
	case slices.Contains(offered, "PLAIN"):
		auth = smtp.PlainAuth("", s.User, s.Password, s.Host, loopback)
	case slices.Contains(offered, "LOGIN"):
		auth = smtp.LoginAuth(s.User, s.Password, s.Host, loopback)
	default:
		return &SendError{Fate: Permanent, Stage: StageAuth, Err: errors.New("the server offers neither AUTH PLAIN nor AUTH LOGIN")}
	}
	if err := x.client.Auth(auth); err != nil {
		return failure(StageAuth, err, Temporary)
	}
	return nil
}

// isLoopback looks at the address that is spoken to, not at a name.
func isLoopback(a net.Addr) bool {
	if a.Network() == "unix" {
		return true
	}
	ap, err := netip.ParseAddrPort(a.String())
	return err == nil && ap.Addr().Unmap().IsLoopback()
}

func isLoopbackName(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}
