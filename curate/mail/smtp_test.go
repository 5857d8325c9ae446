package mail_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/curate/mail"
)

func to(local string) mail.Message {
	m := message()
	m.To.Email = local + "@lettres.example"
	return m
}

// sent is what a SendError says, on one line.
func sent(err error) string {
	e, ok := errors.AsType[*mail.SendError](err)
	if !ok {
		return fmt.Sprint(err)
	}
	return fmt.Sprintf("%s %s %d %q recipient=%v", e.Fate, e.Stage, e.Code, e.Reply, e.Recipient())
}

func TestAccepted(t *testing.T) {
	s, c := start(t, nil)
	receipt, err := c.Send(t.Context(), message())
	if err != nil || receipt.Code != 250 || receipt.Reply == "" {
		t.Fatalf("Send = %+v, %v", receipt, err)
	}
	raw, err := message().Bytes()
	if err != nil {
		t.Fatal(err)
	}
	want := []received{{from: "bounce+0a1b@observatoire.example", to: "lectrice@lettres.example", raw: string(raw)}}
	if diff := cmp.Diff(want, s.taken(), cmp.AllowUnexported(received{})); diff != "" {
		t.Errorf("the server took (-want +got):\n%s", diff)
	}
}

// TestSession sends to five people over one connection; one is refused, and each
// way of refusing leaves the others their mail.
func TestSession(t *testing.T) {
	for local, want := range map[string]string{
		"unknown": `permanent recipient 550 "no such person" recipient=true`,
		"grey":    `temporary recipient 451 "come back later" recipient=true`,
		"spam":    `permanent end 554 "no spam" recipient=true`,
		"full":    `temporary end 452 "disk full" recipient=true`,
	} {
		t.Run(local, func(t *testing.T) {
			s, c := start(t, nil)
			x, err := c.Open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer x.Close()
			for _, who := range []string{"a", "b", local, "d", "e"} {
				_, err := x.Send(t.Context(), to(who))
				if got := sent(err); who == local && got != want || who != local && err != nil {
					t.Errorf("%s: %s", who, got)
				}
			}
			if n := len(s.taken()); n != 4 || s.sessions != 1 || !x.Alive() {
				t.Errorf("%d mails over %d connections", n, s.sessions)
			}
		})
	}
}

func TestLost(t *testing.T) {
	for local, tc := range map[string]struct {
		want  string
		taken int
	}{
		"closing": {`temporary recipient 421 "closing" recipient=false`, 0},
		"before":  {`temporary data 0 "" recipient=false`, 0},
		"after":   {`uncertain end 0 "" recipient=false`, 1},
	} {
		t.Run(local, func(t *testing.T) {
			s, c := start(t, nil)
			x, err := c.Open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer x.Close()
			m := to(local)
			if local == "before" { // more than the buffers between the two hold
				m.Text = strings.Repeat("0123456789", 400<<10)
			}
			if _, err := x.Send(t.Context(), m); sent(err) != tc.want {
				t.Errorf("%s: %s", local, sent(err))
			}
			if _, err := x.Send(t.Context(), to("next")); !errors.Is(err, mail.ErrClosed) || x.Alive() {
				t.Errorf("the session goes on: %v", err)
			}
			if n := len(s.taken()); n != tc.taken {
				t.Errorf("the server took %d mails", n)
			}
		})
	}
}

// TestCancel ends the context at both sides of the last line.
func TestCancel(t *testing.T) {
	s, c := start(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	x, err := c.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := x.Send(ctx, message()); sent(err) != `temporary sender 0 "" recipient=false` || !errors.Is(err, context.Canceled) || len(s.taken()) != 0 {
		t.Errorf("before the mail: %v", err)
	}
	x.Close()

	for _, grace := range []time.Duration{time.Nanosecond, 20 * time.Second} {
		s, c := start(t, nil)
		c.Grace = grace
		ctx, cancel := context.WithCancel(t.Context())
		result := make(chan error)
		go func() {
			_, err := c.Send(ctx, to("slow"))
			result <- err
		}()
		select {
		case <-s.waiting:
		case err := <-result:
			t.Fatalf("sent before the server answered: %v", err)
		}
		cancel()
		if grace == time.Nanosecond {
			if err := <-result; sent(err) != `uncertain end 0 "" recipient=false` {
				t.Errorf("after the mail: %v", err)
			}
			close(s.finish)
			continue
		}
		close(s.finish)
		if err := <-result; err != nil {
			t.Errorf("within the grace: %v", err)
		}
	}
}

// script is a server of fixed words: what it says first, then one answer for
// each line it reads. A "." ends the connection.
func script(t *testing.T, answers ...string) mail.SMTP {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	go func() {
		defer close(done)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		r := bufio.NewReader(conn)
		for i, a := range answers {
			if i > 0 {
				if _, err := r.ReadString('\n'); err != nil {
					return
				}
			}
			if a == "." {
				return
			}
			if _, err := io.WriteString(conn, a); err != nil {
				return
			}
		}
		_, _ = io.Copy(io.Discard, r)
	}()
	return client(l.Addr().String())
}

func TestScripts(t *testing.T) {
	for _, tc := range []struct {
		name    string
		answers []string
		want    string
	}{
		{"closed at once", []string{"."}, `temporary greeting 0 "" recipient=false`},
		{"busy", []string{"421 too many\r\n"}, `temporary greeting 421 "too many" recipient=false`},
		{"no service", []string{"554 go away\r\n"}, `permanent greeting 554 "go away" recipient=false`},
		{"no SMTP", []string{"HTTP/1.1 400 Bad Request\r\n\r\n"}, `temporary greeting 0 "" recipient=false`},
		{"silent", []string{""}, `temporary greeting 0 "" recipient=false`},
		{"an endless line", []string{strings.Repeat("220-a", 1<<20)}, `temporary greeting 0 "" recipient=false`},
		{"endless lines", []string{strings.Repeat("220-a\r\n", 1<<20)}, `temporary greeting 0 "" recipient=false`},
		{"no sender", []string{"220 a\r\n", "250 a\r\n", "550 not you\r\n", "250 a\r\n", "."}, `permanent sender 550 "not you" recipient=false`},
		{"gone at DATA", []string{"220 a\r\n", "250 a\r\n", "250 a\r\n", "250 a\r\n", "."}, `temporary data 0 "" recipient=false`},
		{"controls in a reply", []string{"220 a\r\n", "250 a\r\n", "250 a\r\n", "550 a\x1b[2J\u0085b\r\n", "250 a\r\n", "."}, `permanent recipient 550 "a [2J b" recipient=true`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := script(t, tc.answers...)
			if tc.name == "silent" {
				c.Timeout = time.Millisecond
			}
			if _, err := c.Send(t.Context(), message()); sent(err) != tc.want {
				t.Errorf("got  %s\nwant %s\n%v", sent(err), tc.want, err)
			}
		})
	}
}

func TestTLS(t *testing.T) {
	cert, pool := certificate(t)
	_, other := certificate(t)
	secure := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	trust := &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	for _, tc := range []struct {
		name   string
		server *tls.Config
		change func(*mail.SMTP)
		want   string
		tls    bool
	}{
		{"loopback", nil, func(*mail.SMTP) {}, "<nil>", false},
		{"missing", nil, func(c *mail.SMTP) { c.TLS = mail.TLSAlways }, `permanent tls 0 "" recipient=false`, false},
		{"missing elsewhere", nil, abroad, `permanent tls 0 "" recipient=false`, false},
		{"starttls", secure, func(c *mail.SMTP) { c.TLS, c.TLSConfig = mail.TLSAlways, trust }, "<nil>", true},
		{"starttls elsewhere", secure, func(c *mail.SMTP) { abroad(c); c.TLSConfig = trust }, "<nil>", true},
		{"unknown authority", secure, func(c *mail.SMTP) {
			c.TLS, c.TLSConfig = mail.TLSAlways, &tls.Config{RootCAs: other, MinVersion: tls.VersionTLS12}
		}, `temporary tls 0 "" recipient=false`, false},
		{"another name", secure, func(c *mail.SMTP) { c.TLS, c.TLSConfig, c.Host = mail.TLSAlways, trust, "evil.example" }, `temporary tls 0 "" recipient=false`, false},
		{"checks cannot be put off", secure, func(c *mail.SMTP) {
			c.TLS, c.TLSConfig = mail.TLSAlways, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}
		}, `temporary tls 0 "" recipient=false`, false},
		{"signed in", secure, func(c *mail.SMTP) { c.TLS, c.TLSConfig, c.User, c.Password = mail.TLSAlways, trust, "veille", "secret" }, "<nil>", true},
		{"wrong password", nil, func(c *mail.SMTP) { c.User, c.Password = "veille", "wrong" }, `temporary auth 454 "4.7.0 no" recipient=false`, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, c := start(t, tc.server)
			tc.change(&c)
			_, err := c.Send(t.Context(), message())
			if sent(err) != tc.want {
				t.Errorf("got  %s\nwant %s\n%v", sent(err), tc.want, err)
			}
			got := s.taken()
			if err == nil && (len(got) != 1 || got[0].tls != tc.tls || got[0].user != c.User) || err != nil && len(got) > 0 {
				t.Errorf("the server took %+v", got)
			}
		})
	}
}

// farConn is a connection that says it leads elsewhere.
type farConn struct{ net.Conn }

func (farConn) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 587} }

func abroad(c *mail.SMTP) {
	dial := c.Dial
	c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		return farConn{conn}, err
	}
}

func TestSettings(t *testing.T) {
	for name, change := range map[string]func(*mail.SMTP){
		"no dial": func(c *mail.SMTP) { c.Dial = nil }, "no host": func(c *mail.SMTP) { c.Host = "" }, "host with a line": func(c *mail.SMTP) { c.Host = "a\r\nb" },
		"port": func(c *mail.SMTP) { c.Port = 70000 }, "mode": func(c *mail.SMTP) { c.TLS = "never" }, "hello": func(c *mail.SMTP) { c.Hello = "a\r\nMAIL" },
	} {
		c := client("127.0.0.1:1")
		change(&c)
		if _, err := c.Send(t.Context(), message()); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	asked := ""
	refuses := mail.SMTP{Host: "mail.observatoire.example", TLS: mail.TLSFirst, Dial: func(_ context.Context, network, address string) (net.Conn, error) {
		asked = network + " " + address
		return nil, errors.New("no route")
	}}
	if _, err := refuses.Send(t.Context(), message()); sent(err) != `temporary connect 0 "" recipient=false` || asked != "tcp mail.observatoire.example:465" {
		t.Errorf("%q: %v", asked, err)
	}
	bad := message()
	bad.Subject = "a\nb"
	if _, err := refuses.Send(t.Context(), bad); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("a bad message: %v", err)
	}
}
