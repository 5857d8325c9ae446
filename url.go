package vigie

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxURL bounds the length of an address in bytes; longer ones are refused.
const maxURL = 2048

// CanonicalURL returns the one spelling under which vigie knows an address:
// scheme and host in lower case, no default port, no fragment, no tracking
// parameters, no dot segments, percent escapes in upper case and only where they
// are needed (RFC 3986 section 6.2.2). It is idempotent. Addresses that are not
// absolute http or https addresses, that carry user information, control
// characters or a backslash, or that are longer than 2,048 bytes give an
// [InvalidError].
func CanonicalURL(raw string) (string, error) {
	s := strings.TrimSpace(raw)
	bad := func(reason string) (string, error) {
		return "", &InvalidError{Field: "address", Reason: reason}
	}
	if len(s) > maxURL {
		return bad("is longer than 2,048 bytes")
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' }) {
		return bad("contains a space, a control character or a backslash")
	}
	u, err := url.Parse(s)
	if err != nil {
		return bad("cannot be read as an address")
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" {
		return bad("must begin with http:// or https://")
	}
	if u.User != nil {
		return bad("must not carry a user name or password")
	}
	host, reason := canonicalHost(u)
	if reason != "" {
		return bad(reason)
	}
	out := u.Scheme + "://" + host + cleanPath(u.EscapedPath())
	if q := cleanQuery(u.RawQuery); q != "" {
		out += "?" + q
	}
	if len(out) > maxURL {
		return bad("is longer than 2,048 bytes")
	}
	return out, nil
}

// canonicalHost returns host and port as they are written in a canonical address,
// or what is wrong with them.
func canonicalHost(u *url.URL) (host, reason string) {
	host = strings.ToLower(strings.TrimRight(u.Hostname(), "."))
	if host == "" {
		return "", "has no host"
	}
	if strings.ContainsFunc(host, notInHost) {
		return "", "has a host that cannot be one"
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if u.Port() == "" {
		return host, ""
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil || port == 0 {
		return "", "has a port that cannot be one"
	}
	if (u.Scheme == "http" && port == 80) || (u.Scheme == "https" && port == 443) {
		return host, ""
	}
	return host + ":" + strconv.FormatUint(port, 10), ""
}

func cleanPath(p string) string {
	p = normaliseEscapes(p)
	if p == "" {
		return "/"
	}
	if !strings.HasPrefix(p, "/") {
		p = "/" + p
	}
	if !strings.Contains(p, "/.") {
		return p
	}
	// RFC 3986 section 5.2.4. Empty segments stay: they mean something to some
	// servers.
	var out []string
	segments := strings.Split(p[1:], "/")
	for i, s := range segments {
		last := i == len(segments)-1
		switch {
		case s == ".." && len(out) > 0:
			out = out[:len(out)-1]
		case s != "." && s != "..":
			out = append(out, s)
			continue
		}
		if last {
			out = append(out, "")
		}
	}
	return "/" + strings.Join(out, "/")
}

// notInHost reports the characters that url.Parse lets through in a host and that
// would not come back: the zone of an IPv6 address, spaces and controls beyond
// ASCII.
func notInHost(r rune) bool {
	return r == '%' || r == utf8.RuneError || strings.ContainsRune(`"<>^`+"`{|}", r) || unicode.IsSpace(r) || unicode.Is(unicode.C, r)
}

// cleanQuery drops the parameters that only tell a publisher where a reader
// came from. The order of the others is kept: it means something on some sites.
func cleanQuery(q string) string {
	if q == "" {
		return ""
	}
	kept := make([]string, 0, 4)
	for part := range strings.SplitSeq(q, "&") {
		part = normaliseEscapes(part)
		name, _, _ := strings.Cut(part, "=")
		if part != "" && !isTracking(strings.ToLower(name)) {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "&")
}

func isTracking(name string) bool {
	switch name {
	case "fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid", "yclid", "xtor", "at_medium", "at_campaign", "_hsenc", "_hsmi":
		return true
	}
	return strings.HasPrefix(name, "utm_")
}

// normaliseEscapes writes escapes in upper case, decodes those of unreserved
// characters and escapes what may not stand plain in an address.
func normaliseEscapes(s string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) && unhex(s[i+1]) < 16 && unhex(s[i+2]) < 16 {
			v := unhex(s[i+1])<<4 | unhex(s[i+2])
			if isUnreserved(v) {
				b.WriteByte(v)
			} else {
				b.Write([]byte{'%', hexDigits[v>>4], hexDigits[v&15]})
			}
			i += 2
			continue
		}
		if c == '%' || c >= 0x80 || strings.IndexByte("\"<>^`{|}", c) >= 0 {
			b.Write([]byte{'%', hexDigits[c>>4], hexDigits[c&15]})
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func isUnreserved(c byte) bool {
	return isAlnum(c) || c == '-' || c == '.' || c == '_' || c == '~'
}

// unhex returns the value of a hexadecimal digit, or 255.
func unhex(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}
