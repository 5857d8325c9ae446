package digest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie"
	"vigie/index/store"
)

// ErrLink means that a link was never made, has expired, or is of another purpose
// or of somebody who is no subscriber any more; which of them is not told. It is a
// vigie.ErrNotFound.
var ErrLink = fmt.Errorf("the link does not work any more: %w", vigie.ErrNotFound)

// Purpose is what a link in a mail is good for. It is a part of its address.
type Purpose string

// The purposes.
const (
	ConfirmLink     Purpose = "confirmation"
	PreferencesLink Purpose = "preferences"
	UnsubscribeLink Purpose = "desinscription"
)

const (
	// confirmTime is how long somebody may take to confirm.
	confirmTime = 7 * 24 * time.Hour
	// keyPurpose names the key of all links.
	keyPurpose = "subscriber links"
	// longestToken bounds what is looked at.
	longestToken = 120
)

// signer signs links, and names messages.
type signer []byte

// sum is over parts that cannot run into each other: none of them holds a NUL.
func (k signer) sum(parts ...string) []byte {
	m := hmac.New(sha256.New, k)
	m.Write([]byte("vigie subscriber link\x00" + strings.Join(parts, "\x00")))
	return m.Sum(nil)
}

// token is of letters, digits, "-", "_" and points, and ends in a letter or digit,
// so that every mail program finds its end.
//
// One that confirms is for one request: that which stands at a place in the person's
// ledger. Anybody may ask for an address, and only what its letter said is agreed to.
func (k signer) token(purpose Purpose, id vigie.SubscriberID, request int, now time.Time) string {
	stamp := ""
	if purpose == ConfirmLink {
		stamp = "." + strconv.FormatInt(now.Unix(), 36) + "-" + strconv.FormatInt(int64(request), 36)
	}
	sum := k.sum(string(purpose), string(id), stamp)
	return string(id) + stamp + "." + base64.RawURLEncoding.EncodeToString(sum)
}

// read returns whom a token is for, and the place of the request that it confirms.
func (k signer) read(purpose Purpose, token string, now time.Time) (id vigie.SubscriberID, request int, err error) {
	if len(token) > longestToken {
		return "", 0, ErrLink
	}
	said, sum, _ := cutLast(token, ".")
	got, err := base64.RawURLEncoding.Strict().DecodeString(sum)
	name, stamp, stamped := strings.Cut(said, ".")
	if stamped {
		stamp = "." + stamp
	}
	if err != nil || !hmac.Equal(got, k.sum(string(purpose), name, stamp)) || stamped != (purpose == ConfirmLink) {
		return "", 0, ErrLink
	}
	if stamped {
		when, place, _ := strings.Cut(stamp[1:], "-")
		made, err := strconv.ParseInt(when, 36, 64)
		n, placeErr := strconv.ParseInt(place, 36, 32)
		if err != nil || placeErr != nil || now.Sub(time.Unix(made, 0)) > confirmTime {
			return "", 0, ErrLink
		}
		request = int(n)
	}
	return vigie.SubscriberID(name), request, nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// messageID is the same for every attempt to send an issue to somebody.
func (k signer) messageID(issue vigie.IssueID, to vigie.SubscriberID, domain string) string {
	return hex.EncodeToString(k.sum("message", string(issue), string(to))[:16]) + "@" + domain
}

// find returns the subscriber whom a link is for. Where it confirms a request, the
// subscriber wishes what that one said; a request that was answered since, by taking
// consent back for example, is over.
func (p *Post) find(tx *store.Tx, purpose Purpose, token string) (vigie.Subscriber, error) {
	s, _, err := p.findRequest(tx, purpose, token)
	return s, err
}

// findRequest is find, with the request that a link confirms where it still waits.
func (p *Post) findRequest(tx *store.Tx, purpose Purpose, token string) (s vigie.Subscriber, asked vigie.Consent, err error) {
	key, err := tx.Key(keyPurpose)
	if err != nil {
		return s, asked, asLink(err)
	}
	id, request, err := signer(key).read(purpose, token, p.now())
	if err != nil {
		return s, asked, err
	}
	if s, err = tx.Subscriber(id); err != nil || purpose != ConfirmLink || s.State != vigie.Asked {
		return s, asked, asLink(err)
	}
	answered := func(c vigie.Consent) bool { return c.Act != vigie.ConsentAsked }
	if request < 0 || request >= len(s.Ledger) || slices.ContainsFunc(s.Ledger[request:], answered) {
		return vigie.Subscriber{}, asked, ErrLink
	}
	asked = s.Ledger[request]
	s.Wish = asked.Wish
	return s, asked, nil
}

// newestRequest is the place of the newest entry of a ledger.
func newestRequest(s vigie.Subscriber) int { return len(s.Ledger) - 1 }

// asLink says of everything that is not there that the link does not work.
func asLink(err error) error {
	if errors.Is(err, vigie.ErrNotFound) {
		return ErrLink
	}
	return err
}

// Link returns the address of a page about somebody's subscription, in a language.
func (p *Post) Link(purpose Purpose, l vigie.Lang, id vigie.SubscriberID) (string, error) {
	var key signer
	request := 0
	err := p.db.View(func(tx *store.Tx) error {
		var err error
		if key, err = tx.Key(keyPurpose); err != nil || purpose != ConfirmLink {
			return err
		}
		s, err := tx.Subscriber(id)
		request = newestRequest(s)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("make a link: %w", err)
	}
	return p.pageOf(l, purpose, key.token(purpose, id, request, p.now())), nil
}

// pageOf is the address of a page that a link leads to.
func (p *Post) pageOf(l vigie.Lang, purpose Purpose, token string) string {
	return p.address(l, "lettre", string(purpose), token)
}
