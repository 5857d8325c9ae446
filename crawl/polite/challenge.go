package polite

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// peekBytes is how much of an answer 403 is looked at.
const peekBytes = 8 << 10

// isChallenge reports whether an answer is a check that a browser must pass, which
// programs are meant to fail: the whole host is left alone then. Of an answer 403
// it looks at the beginning of the body, which can still be read in full.
func isChallenge(resp *http.Response) bool {
	action := strings.ToLower(resp.Header.Get("X-Amzn-Waf-Action"))
	switch {
	case strings.EqualFold(resp.Header.Get("Cf-Mitigated"), "challenge"), action == "challenge", action == "captcha":
		return true
	case resp.StatusCode != http.StatusForbidden:
		return false
	}
	for _, name := range [...]string{"X-Datadome", "X-Datadome-Cid", "X-Sucuri-Block"} {
		if resp.Header.Get(name) != "" {
			return true
		}
	}
	begin, err := io.ReadAll(io.LimitReader(resp.Body, peekBytes))
	resp.Body = &again{Reader: io.MultiReader(bytes.NewReader(begin), failed{err}, resp.Body), Closer: resp.Body}
	for _, mark := range [...]string{
		"/cdn-cgi/challenge-platform/", "_cf_chl_opt", "captcha-delivery.com", "_Incapsula_Resource", "px-captcha", "ddos-guard/js-challenge",
	} {
		if bytes.Contains(begin, []byte(mark)) {
			return true
		}
	}
	return false
}

// again is a body whose beginning was read already.
type again struct {
	io.Reader
	io.Closer
}

// failed is the reader of nothing but an error; nil for the end.
type failed struct{ err error }

func (f failed) Read([]byte) (int, error) {
	if f.err != nil {
		return 0, fmt.Errorf("read its beginning: %w", f.err)
	}
	return 0, io.EOF
}
