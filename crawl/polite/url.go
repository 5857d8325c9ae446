package polite

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"

	"vigie"
)

// CheckURL returns the canonical form of an address that a person gave
// ([vigie.CanonicalURL], with an international name in its ASCII form), or an
// error of kind [vigie.ErrInvalid] that says what is wrong with it. It resolves
// nothing and knows no exceptions: a literal address and "localhost" pass here
// and are decided at the door; [Transport.CheckURL] applies the operator's
// policy as well.
func CheckURL(raw string) (string, error) {
	clean, err := vigie.CanonicalURL(raw)
	if err != nil {
		return "", err
	}
	u, err := url.Parse(clean)
	if err != nil {
		return "", &vigie.InvalidError{Field: "address", Reason: "cannot be read as an address"}
	}
	reason := normaliseHost(u)
	if reason != "" {
		return "", &vigie.InvalidError{Field: "address", Reason: "its host " + reason}
	}
	out := u.String()
	if len(out) > maxAddress {
		return "", &vigie.InvalidError{Field: "address", Reason: "is longer than 2,048 bytes"}
	}
	return out, nil
}

// CheckURL is like [CheckURL] and also refuses what the address policy of this
// transport is certain to refuse: literal addresses and ports. Names are
// resolved only when they are fetched.
func (t *Transport) CheckURL(raw string) (string, error) {
	clean, err := CheckURL(raw)
	if err != nil {
		return "", err
	}
	u, err := url.Parse(clean)
	if err != nil {
		return "", &vigie.InvalidError{Field: "address", Reason: "cannot be read as an address"}
	}
	if err := t.door.literal(u); err != nil {
		return "", &vigie.InvalidError{Field: "address", Reason: err.Error()}
	}
	return clean, nil
}

// checkSyntax brings the address of a request into the form in which it is
// sent, in place, or says why it is refused.
func checkSyntax(u *url.URL) (reason string) {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return "must be asked by http or https"
	case u.User != nil:
		return "must not be given a user name or password"
	case u.Opaque != "":
		return "must be followed by a path"
	case len(u.String()) > maxAddress:
		return "is asked for more than 2,048 bytes of address"
	}
	if reason := normaliseHost(u); reason != "" {
		return reason
	}
	u.Fragment, u.RawFragment = "", ""
	u.RawQuery = plainQuery(u.RawQuery)
	return ""
}

// plainQuery escapes what may not stand in a request line, and nothing else: a
// site's own spelling is kept.
func plainQuery(q string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(q) {
		if c := q[i]; c <= ' ' || c >= 0x7f {
			b.Write([]byte{'%', hexDigits[c>>4], hexDigits[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// normaliseHost writes the host of u in lower-case ASCII, without a final dot
// and without the scheme's own port, or says why such a host is refused.
func normaliseHost(u *url.URL) (reason string) {
	name := u.Hostname()
	port := u.Port()
	if n, err := strconv.ParseUint(port, 10, 16); port != "" && (err != nil || n == 0) {
		return "has a port that does not exist"
	}
	if addr, err := netip.ParseAddr(name); err == nil {
		if addr.Zone() != "" {
			return "has a zone"
		}
		name = addr.String()
		if addr.Is6() {
			name = "[" + name + "]"
		}
	} else {
		name, reason = checkName(name)
		if reason != "" {
			return reason
		}
	}
	if port != "" && !(u.Scheme == "http" && port == "80") && !(u.Scheme == "https" && port == "443") {
		name += ":" + port
	}
	u.Host = name
	return ""
}

// checkName returns the ASCII form of a host name, or says why it is refused.
func checkName(name string) (ascii, reason string) {
	name = strings.TrimSuffix(name, ".")
	if name == "" {
		return "", "is missing"
	}
	if strings.ContainsAny(name, ":[]%") {
		return "", "is not a name"
	}
	rules := idna.New(idna.MapForLookup(), idna.BidiRule(), idna.Transitional(false), idna.StrictDomainName(true), idna.CheckHyphens(false), idna.VerifyDNSLength(true))
	ascii, err := rules.ToASCII(name)
	if err != nil || ascii == "" {
		return "", "is not a name that the Internet knows"
	}
	ascii = strings.TrimSuffix(ascii, ".") // other full stops became this one
	// A label that decodes to something which encodes differently is made to
	// deceive (GO-2026-5026).
	plain, err := rules.ToUnicode(ascii)
	if err != nil {
		return "", "is not a name that the Internet knows"
	}
	if again, err := rules.ToASCII(plain); err != nil || again != ascii {
		return "", "is a name that reads as another"
	}
	if ascii == "localhost" {
		return ascii, ""
	}
	dot := strings.LastIndexByte(ascii, '.')
	if dot < 0 && !numeric(ascii) {
		return "", "is a name without a domain"
	}
	switch last := ascii[dot+1:]; {
	case numeric(last):
		// The system's resolver would read these as addresses.
		return "", "is an address in an unusual spelling"
	case last == "local", last == "internal", last == "localhost", last == "onion", last == "arpa":
		return "", "is in ." + last + ", which is not public"
	}
	return ascii, ""
}

// numeric reports whether a label is a number as inet_aton reads them: decimal,
// octal or hexadecimal.
func numeric(label string) bool {
	if hex, ok := strings.CutPrefix(label, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return digits(label)
}
