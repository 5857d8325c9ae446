package web

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// mostHops bounds how far back the way of a request is followed.
const mostHops = 16

// origin is the address that a request came from. Behind proxies that are trusted it
// is the first address on the way back that is none of them: whatever stands before
// that in the headers, the asker may have made up. The zero address is unknown.
func (s *Server) origin(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	from := peer.Addr().Unmap()
	if !s.trusts(from) {
		return from
	}
	hops := hopsOf(r.Header)
	for n := len(hops) - 1; n >= 0 && n >= len(hops)-mostHops && s.trusts(from); n-- {
		hop, ok := hopAddr(hops[n])
		if !ok {
			break // a name, or nothing that is an address: the last one known counts
		}
		from = hop
	}
	return from
}

func (s *Server) trusts(a netip.Addr) bool {
	return slices.ContainsFunc(s.o.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// hopsOf are the addresses that proxies wrote down, the newest last. A proxy adds to
// one of the headers and hands the other on as the asker sent it, so where both are
// there nobody knows which is true, and neither counts.
func hopsOf(h http.Header) []string {
	plain, full := h.Values("X-Forwarded-For"), h.Values("Forwarded")
	switch {
	case len(plain) > 0 && len(full) > 0:
		return nil
	case len(plain) > 0:
		return strings.Split(strings.Join(plain, ","), ",")
	case len(full) == 0:
		return nil
	}
	var out []string
	for hop := range strings.SplitSeq(strings.Join(full, ","), ",") {
		out = append(out, forwardedFor(hop))
	}
	return out
}

// forwardedFor is the address of one element of Forwarded (RFC 7239), and "" where
// it names none.
func forwardedFor(element string) string {
	for pair := range strings.SplitSeq(element, ";") {
		name, value, _ := strings.Cut(pair, "=")
		if strings.EqualFold(strings.TrimSpace(name), "for") {
			return strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return ""
}

// hopAddr reads an address, with or without a port and brackets.
func hopAddr(s string) (netip.Addr, bool) {
	s = strings.TrimSpace(s)
	if whole, err := netip.ParseAddrPort(s); err == nil {
		return whole.Addr().Unmap().WithZone(""), true
	}
	if inner, ok := strings.CutPrefix(s, "["); ok {
		s = strings.TrimSuffix(inner, "]")
	}
	a, err := netip.ParseAddr(s)
	return a.Unmap().WithZone(""), err == nil
}
