package auth

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"vigie"
)

const (
	// secureName has the prefix that makes browsers insist on Secure, Path=/ and no
	// Domain (RFC 6265bis section 4.1.3.2).
	secureName = "__Host-s"
	// loopbackName is for plain HTTP to this machine. Chromium and Firefox accept
	// Secure cookies there (Chromium 156 was tried, on 127.0.0.1 and localhost);
	// Safari and most clients that are not browsers do not.
	loopbackName = "s-loopback"
)

// Cookies carry the secret of a session to the browser and back. With a public
// address in https the cookie is "__Host-s"; Secure, HttpOnly, SameSite=Lax,
// Path=/. With none, or one in http on this machine, it is "s-loopback", the same
// without Secure. Never are both taken. The cookie ends with the browser; the
// session ends by its own rules. Make them with [NewCookies].
type Cookies struct{ secure bool }

// NewCookies returns the cookies for a public address, for example
// "https://observatoire.example"; "" is for a server that only this machine
// reaches. An address in http of another machine is a vigie.ErrInvalid: a password
// would cross the network in clear text.
func NewCookies(publicURL string) (Cookies, error) {
	if publicURL == "" {
		return Cookies{}, nil
	}
	u, err := url.Parse(publicURL)
	switch {
	case err != nil || u.Host == "":
		return Cookies{}, &vigie.InvalidError{Field: "public address", Reason: fmt.Sprintf("is %q; allowed: https and a host", publicURL)}
	case u.Scheme == "https":
		return Cookies{secure: true}, nil
	case u.Scheme == "http" && isLoopback(u.Hostname()):
		return Cookies{}, nil
	default:
		return Cookies{}, &vigie.InvalidError{Field: "public address", Reason: fmt.Sprintf("is %q; signing in needs https, or http on this machine itself", publicURL)}
	}
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// Name returns the name of the cookie.
func (c Cookies) Name() string {
	if c.secure {
		return secureName
	}
	return loopbackName
}

// Set gives the secret of a session to the browser.
func (c Cookies) Set(w http.ResponseWriter, s Secret) { http.SetCookie(w, c.cookie(s.Reveal(), 0)) }

// Clear takes the secret away from the browser.
func (c Cookies) Clear(w http.ResponseWriter) { http.SetCookie(w, c.cookie("", -1)) }

// leftName is the mark that somebody has just signed out.
const leftName = "vigie-left"

// Leave takes the secret away and leaves a mark for a minute, which scripts can read: what
// the browser keeps of the person may be dropped then, and not because an address says so.
func (c Cookies) Leave(w http.ResponseWriter) {
	c.Clear(w)
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // for scripts, and it is no secret
		Name: leftName, Value: "1", Path: "/", MaxAge: 60, Secure: c.secure, SameSite: http.SameSiteStrictMode,
	})
}

func (c Cookies) cookie(value string, maxAge int) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure is left out only on loopback; see loopbackName
		Name: c.Name(), Value: value, Path: "/", MaxAge: maxAge,
		Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

// Secret returns what the browser sent, or the zero Secret. Of two cookies of the
// name neither is taken, for one of them was planted.
func (c Cookies) Secret(r *http.Request) Secret {
	sent := r.CookiesNamed(c.Name())
	if len(sent) != 1 {
		return Secret{}
	}
	return ParseSecret(sent[0].Value)
}
