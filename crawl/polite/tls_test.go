package polite_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vigie/crawl/polite"
)

func loopback() polite.Options {
	return polite.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, PagePause: 1, FeedPause: 1}
}

func TestTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/flood" {
			for i := range 70 {
				w.Header().Set(fmt.Sprint("X-Flood-", i), strings.Repeat("a", 1<<10))
			}
		}
		_, _ = io.WriteString(w, r.Proto)
	}))
	server.EnableHTTP2 = true
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	server.StartTLS()
	defer server.Close()

	door := polite.New(loopback())
	_, err := door.Get(t.Context(), polite.Request{URL: server.URL})
	if !errors.Is(err, polite.ErrCertificate) || !strings.Contains(err.Error(), "no authority") {
		t.Errorf("an unknown authority: %v", err)
	}
	if n := door.Stats().Refused["certificate"]; n != 1 {
		t.Errorf("refused %v", door.Stats().Refused)
	}
	door = polite.New(loopback())
	door.SetRoots(server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs)
	got, err := door.Get(t.Context(), polite.Request{URL: server.URL})
	if err != nil || string(got.Capture.Body) != "HTTP/2.0" || !got.Certificate.Equal(server.Certificate().NotAfter) || !got.CertificateFrom.Equal(server.Certificate().NotBefore) {
		t.Errorf("%q, certificate until %v, %v", got.Capture.Body, got.Certificate, err)
	}
	if _, err = door.Get(t.Context(), polite.Request{URL: server.URL + "/flood"}); !errors.Is(err, polite.ErrTooBig) {
		t.Errorf("header flood over HTTP/2: %v", err)
	}
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	if _, err = door.Get(t.Context(), polite.Request{URL: "https://localhost:" + port}); !errors.Is(err, polite.ErrCertificate) || !strings.Contains(err.Error(), `not for "localhost" but for`) {
		t.Errorf("the certificate of another name: %v", err)
	}
}

func TestOldTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	server.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	server.StartTLS()
	defer server.Close()
	door := polite.New(loopback())
	door.SetRoots(server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs)
	if _, err := door.Get(t.Context(), polite.Request{URL: server.URL}); !errors.Is(err, polite.ErrTLS) || errors.Is(err, polite.ErrCertificate) || !strings.Contains(err.Error(), "protocol version") {
		t.Errorf("TLS 1.1: %v", err)
	}
}

// TestCertificateEnds: words for a certificate that has ended, in days.
func TestCertificateEnds(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	server.StartTLS()
	defer server.Close()
	door := polite.New(loopback())
	door.SetRoots(server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs)
	door.SetTLSTime(server.Certificate().NotAfter.Add(time.Hour))
	_, err := door.Get(t.Context(), polite.Request{URL: server.URL})
	if want := "to " + server.Certificate().NotAfter.UTC().Format(time.DateOnly) + " only"; !errors.Is(err, polite.ErrCertificate) || !strings.Contains(err.Error(), want) {
		t.Errorf("%v does not say %q", err, want)
	}
	// A server that does not speak TLS at all is another trouble.
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	if _, err := door.Get(t.Context(), polite.Request{URL: strings.Replace(plain.URL, "http:", "https:", 1)}); !errors.Is(err, polite.ErrTLS) {
		t.Errorf("plain HTTP behind https: %v", err)
	}
}

// TestRawServers talks to servers that do not speak HTTP as they should. Each
// request ends within its budget, and the bubble shows that nothing is left.
func TestRawServers(t *testing.T) {
	for _, c := range []struct {
		name  string
		url   string
		serve func(net.Conn)
		after time.Duration
		err   error
	}{
		{"TLS never begins", "https://1.1.1.1/", func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }, 10 * time.Second, polite.ErrTimeout},
		{"accepts and is silent", "http://1.1.1.1/", func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }, 15 * time.Second, polite.ErrTimeout},
		{"header drip", "http://1.1.1.1/", func(c net.Conn) {
			_, err := c.Read(make([]byte, 1)) // an answer before the request is another fault: net/http calls it unsolicited
			go func() { _, _ = io.Copy(io.Discard, c) }()
			if err == nil {
				_, err = io.WriteString(c, "HTTP/1.1 200 OK\r\n")
			}
			for ; err == nil; _, err = io.WriteString(c, "X: y\r\n") {
				time.Sleep(time.Second)
			}
		}, 15 * time.Second, polite.ErrTimeout},
		{"1xx flood", "http://1.1.1.1/", func(c net.Conn) {
			_, err := c.Read(make([]byte, 1))
			go func() { _, _ = io.Copy(io.Discard, c) }()
			for err == nil {
				_, err = io.WriteString(c, "HTTP/1.1 103 Early Hints\r\nLink: "+strings.Repeat("a", 1000)+"\r\n\r\n")
			}
		}, 0, polite.ErrTooBig},
		{"no HTTP", "http://1.1.1.1/", func(c net.Conn) {
			_, _ = c.Read(make([]byte, 100))
			_, _ = io.WriteString(c, "SSH-2.0-x\r\n\r\n")
			_ = c.Close()
		}, 0, polite.ErrRobots},
		{"hangs up", "http://1.1.1.1/", func(c net.Conn) { _ = c.Close() }, 0, polite.ErrRobots},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPipes()
				defer p.Close()
				go func() {
					for {
						conn, err := p.Accept()
						if err != nil {
							return
						}
						go c.serve(conn)
					}
				}()
				door := polite.New(polite.Options{})
				door.SetDial(p.dial)
				start := time.Now()
				_, err := door.Get(t.Context(), polite.Request{URL: c.url})
				if !errors.Is(err, c.err) {
					t.Error(err)
				}
				if took := time.Since(start); took != c.after {
					t.Errorf("gave up after %v, want %v", took, c.after)
				}
				door.CloseIdleConnections()
				time.Sleep(time.Minute) // what is left would show
			})
		})
	}
}
