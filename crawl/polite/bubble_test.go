package polite_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"

	"vigie/crawl/crawltest"
	"vigie/crawl/polite"
)

// pipes is a network inside one process: connections are pipes, so that a test
// in a synctest bubble runs through minutes of waiting at once.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once

	mu     sync.Mutex
	dialed []string
}

func newPipes() *pipes {
	return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial(ctx context.Context, _, address string) (net.Conn, error) {
	p.mu.Lock()
	p.dialed = append(p.dialed, address)
	p.mu.Unlock()
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// online starts the pipes' server and returns a transport on them.
func online(t *testing.T, h http.Handler, o polite.Options) (*polite.Transport, *pipes) {
	t.Helper()
	p := newPipes()
	server := &http.Server{Handler: h}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(p); !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("serve: %v", err)
		}
	}()
	door := polite.New(o)
	door.SetDial(p.dial)
	t.Cleanup(func() {
		door.CloseIdleConnections()
		_ = server.Close()
		<-done
	})
	return door, p
}

// bubble is [online] for a web without sockets; its sites must be there already.
func bubble(t *testing.T, web *crawltest.Web, o polite.Options) *polite.Transport {
	t.Helper()
	o.Allow = web.Allow()
	door, _ := online(t, web, o)
	return door
}
