package polite

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"syscall"

	"code.dny.dev/ssrf"
)

// door decides which network addresses may be reached. It is asked with the
// address that a name resolved to, just before the connection is made, so a name
// that changes its mind in between gains nothing.
type door struct {
	guard *ssrf.Guardian
	allow []netip.Prefix
	names *net.Resolver // nil for the system's
}

func newDoor(allow []netip.Prefix) *door {
	return &door{
		guard: ssrf.New(ssrf.WithPorts(80, 443, 8080, 8443)),
		allow: slices.Clone(allow),
	}
}

// allowed reports whether the operator lets the address through.
func (d *door) allowed(addr netip.Addr) bool {
	addr = addr.Unmap()
	return slices.ContainsFunc(d.allow, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// check decides about one address and port of a host.
func (d *door) check(host, network string, to netip.AddrPort) error {
	if d.allowed(to.Addr()) {
		return nil
	}
	refused := &AddressError{Host: host, Addr: to.Addr(), Reason: "is not public"}
	switch {
	case network != "tcp4" && network != "tcp6":
		refused.Reason = "is not reached by TCP"
	case d.guard.SafeAddr(to.Addr()) != nil:
	case d.guard.SafeAddrPort(to) != nil:
		refused.Reason = fmt.Sprintf("is asked on port %d, which is not 80, 443, 8080 or 8443", to.Port())
	default:
		return nil
	}
	return refused
}

// literal decides about an address whose host needs no resolving, so that
// nothing is done for one that is refused anyway.
func (d *door) literal(u *url.URL) error {
	host := u.Hostname()
	if host == "localhost" {
		if d.allowed(netip.AddrFrom4([4]byte{127, 0, 0, 1})) || d.allowed(netip.IPv6Loopback()) {
			return nil
		}
		return &AddressError{Host: host, Reason: "is this machine itself; the operator can allow it with network.allow (VIGIE_NETWORK_ALLOW)"}
	}
	addr, _ := netip.ParseAddr(host)
	if !addr.IsValid() {
		return nil // a name
	}
	port := uint64(80)
	if u.Scheme == "https" {
		port = 443
	}
	if u.Port() != "" {
		var err error
		if port, err = strconv.ParseUint(u.Port(), 10, 16); err != nil {
			return &AddressError{Host: host, Addr: addr, Reason: "is asked on a port that does not exist"}
		}
	}
	network := "tcp4"
	if addr.Is6() {
		network = "tcp6"
	}
	return d.check(host, network, netip.AddrPortFrom(addr, uint16(port)))
}

// dial connects to an address of the form "host:port".
func (d *door) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", address, err)
	}
	dialer := net.Dialer{
		Timeout:   dialTimeout,
		KeepAlive: -1,
		Resolver:  d.names,
		Control: func(network, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil {
				return &AddressError{Host: host, Reason: "has an address that cannot be read"}
			}
			return d.check(host, network, to)
		},
	}
	return dialer.DialContext(ctx, network, address)
}
