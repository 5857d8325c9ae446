package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"vigie"
	"vigie/index/store"
)

// longestCursor bounds a cursor, as text.
const longestCursor = 2000

// cursorVersion is the version of place: cursors of another one are refused.
const cursorVersion = 1

// sealBytes is how much of the signature stands in a cursor.
const sealBytes = 16

// place is what a cursor holds: where in which list the next page begins. The zero value
// is the beginning.
type place struct {
	Version int `json:"v"`
	// Of names the list: the route, and a hash of what was asked.
	Of string `json:"of"`
	// One of these says where.
	Offset    int       `json:"n,omitempty"`
	After     string    `json:"a,omitempty"`
	Lang      string    `json:"l,omitempty"`
	Published time.Time `json:"p,omitzero"`
	Epoch     string    `json:"e,omitempty"`
	Seq       store.Seq `json:"s,omitempty"`
}

// cursors makes cursors and reads them. A cursor is signed: what it holds was written
// here, for this very list.
type cursors struct{ key []byte }

func (c cursors) seal(body []byte) []byte {
	mac := hmac.New(sha256.New, c.key)
	mac.Write(body)
	return mac.Sum(nil)[:sealBytes]
}

// write returns the cursor of a place in a list.
func (c cursors) write(of string, p place) (string, error) {
	p.Version, p.Of = cursorVersion, of
	body, err := json.Marshal(p)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(append(c.seal(body), body...)), nil
}

// read returns the place that a cursor of a list holds, or a problem.
func (c cursors) read(of, text string) (place, error) {
	bad := problem("invalid-cursor", "send a cursor as it came, with the parameters that it came for")
	if len(text) > longestCursor {
		return place{}, bad
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) < sealBytes || !hmac.Equal(b[:sealBytes], c.seal(b[sealBytes:])) {
		return place{}, bad
	}
	var p place
	if err := json.Unmarshal(b[sealBytes:], &p); err != nil || p.Version != cursorVersion || p.Of != of {
		return place{}, bad
	}
	return p, nil
}

// list names the list that a request asks for: its route and all parameters but those
// that say which page.
func (q *asked) list() string {
	parts := []string{q.route.path}
	for _, p := range q.route.params {
		if p.name != "cursor" && p.name != "limit" && p.name != "changed_after" {
			parts = append(parts, p.name, strconv.Quote(q.values[p.name]))
		}
	}
	return string(vigie.HashOf([]byte(strings.Join(parts, " ")))[:16])
}
