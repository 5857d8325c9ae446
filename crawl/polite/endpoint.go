package polite

import (
	"context"
	"fmt"
	"net"
)

// Endpoint returns a function that connects to one host and port, which the
// operator named in the configuration, such as a mail server: it may be on a
// private network and on any port. Every other address is an [AddressError].
func Endpoint(host, port string) func(ctx context.Context, network, address string) (net.Conn, error) {
	named := net.JoinHostPort(host, port)
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if network != "tcp" || address != named {
			return nil, &AddressError{Host: address, Reason: fmt.Sprintf("is not %s, which the configuration names", named)}
		}
		dialer := net.Dialer{Timeout: dialTimeout}
		return dialer.DialContext(ctx, network, address)
	}
}
