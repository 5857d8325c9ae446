package polite_test

import (
	"errors"
	"net"
	"testing"

	"vigie/crawl/polite"
)

// TestEndpoint reaches the one address that is named, and no other.
func TestEndpoint(t *testing.T) {
	port, count := counter(t)
	dial := polite.Endpoint("127.0.0.1", port)
	conn, err := dial(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	if other, err := polite.Endpoint("127.0.0.1", "1")(t.Context(), "tcp", "127.0.0.1:1"); err == nil {
		_ = other.Close()
		t.Error("connected to a port where nobody listens")
	}
	for _, address := range []string{"localhost:" + port, "127.0.0.2:" + port, "127.0.0.1:1", "127.0.0.1", "", "[::ffff:127.0.0.1]:" + port} {
		if _, err := dial(t.Context(), "tcp", address); !errors.Is(err, polite.ErrAddress) {
			t.Errorf("%q: %v", address, err)
		}
	}
	if _, err := dial(t.Context(), "udp", net.JoinHostPort("127.0.0.1", port)); !errors.Is(err, polite.ErrAddress) {
		t.Errorf("another network: %v", err)
	}
	if n := count.Load(); n > 1 {
		t.Errorf("%d connections", n)
	}
}
