package api

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"vigie"
)

// methods are those that every address knows.
const methods = "GET, HEAD, OPTIONS"

// headers sets what every answer on a route has. What is public may be read by pages of
// other sites, without credentials; nothing else may.
func (a *API) headers(h http.Header, t *route) {
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Content-Type", "application/json")
	if t == nil || !t.public() {
		h.Set("Cache-Control", "private, no-cache")
		h.Set("Vary", "Accept, Authorization")
		return
	}
	h.Set("Cache-Control", "public, no-cache")
	h.Set("Vary", "Accept")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "ETag, Retry-After")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}

// send answers with a body, or says that the caller has it.
func send(w http.ResponseWriter, r *http.Request, body []byte) {
	tag := `"` + string(vigie.HashOf(body)[:32]) + `"`
	h := w.Header()
	h.Set("ETag", tag)
	if knows(r.Header.Values("If-None-Match"), tag) {
		h.Del("Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) //nolint:gosec // JSON, and nobody sniffs; it fails when the caller left, and nobody can be told
}

// knows reports whether a caller has what a tag names (RFC 9110, section 13.1.2).
func knows(sent []string, tag string) bool {
	for _, line := range sent {
		for has := range strings.SplitSeq(line, ",") {
			if has = strings.TrimSpace(has); has == "*" || strings.TrimPrefix(has, "W/") == tag {
				return true
			}
		}
	}
	return false
}

// takesJSON reports whether JSON is among what a caller takes (RFC 9110, section 12.5.1).
// The most exact range that fits decides.
func takesJSON(accept []string) bool {
	if len(accept) == 0 {
		return true
	}
	best, takes := -1, false
	for _, line := range accept {
		for part := range strings.SplitSeq(line, ",") {
			name, rest, _ := strings.Cut(part, ";")
			exact := -1
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "*/*":
				exact = 0
			case "application/*":
				exact = 1
			case "application/json":
				exact = 2
			}
			if exact > best {
				best, takes = exact, !refused(rest)
			}
		}
	}
	return takes
}

// refused reports whether the parameters of a range give it no weight.
func refused(parameters string) bool {
	for p := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(p, "=")
		if strings.EqualFold(strings.TrimSpace(name), "q") {
			q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			return err != nil || q <= 0
		}
	}
	return false
}

// preflight answers OPTIONS: what the address knows, and to pages of other sites that
// they may read what is public.
func (a *API) preflight(w http.ResponseWriter, r *http.Request) error {
	_, pattern := a.mux.Handler(&http.Request{Method: http.MethodGet, URL: r.URL, Host: r.Host})
	t := a.routes[pattern]
	a.headers(w.Header(), t)
	if t == nil {
		return fmt.Errorf("%s: %w", r.URL.Path, vigie.ErrNotFound)
	}
	h := w.Header()
	h.Del("Content-Type")
	h.Set("Allow", methods)
	if t.public() {
		h.Set("Access-Control-Allow-Methods", "GET, HEAD")
		h.Set("Access-Control-Allow-Headers", "Accept, If-None-Match")
		h.Set("Access-Control-Max-Age", "86400")
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
