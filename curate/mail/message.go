package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	netmail "net/mail"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/net/idna"

	"vigie"
)

// The most that a message may hold, in bytes.
const (
	maxHeader = 900 // of one value; RFC 5322 section 2.1.1 allows lines of 998
	maxBody   = 5 << 20
)

// Address is a mailbox and the name shown for it.
type Address struct {
	Name  string
	Email string
}

// ParseAddress reads what a person gave as their address: local part and domain,
// without a name. The domain is put in small letters, and in ASCII where it is
// international (RFC 5891). Errors are of kind [vigie.ErrInvalid].
func ParseAddress(s string) (Address, error) {
	a, err := Address{Email: strings.TrimSpace(s)}.checked("email")
	return Address{Email: a.Email}, err
}

// checked returns the address in its usual form.
func (a Address) checked(field string) (Address, error) {
	bad := func(reason string) (Address, error) {
		return Address{}, &vigie.InvalidError{Field: field, Reason: reason}
	}
	if err := checkValue(field, a.Name); err != nil {
		return Address{}, err
	}
	at := strings.LastIndexByte(a.Email, '@')
	if at < 1 {
		return bad("is no address: it has no @")
	}
	local, domain := a.Email[:at], a.Email[at+1:]
	names := idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(true), idna.VerifyDNSLength(true))
	domain, err := names.ToASCII(strings.ToLower(domain))
	switch {
	case err != nil || strings.HasSuffix(domain, ".") || !strings.Contains(domain, ".") && domain != "localhost":
		return bad("has no usable domain after the @")
	// RFC 5321 section 4.5.3.1. Local parts beyond ASCII need SMTPUTF8 all the way.
	case len(local) > 64 || len(domain) > 255:
		return bad("is too long")
	case strings.ContainsFunc(local, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"(),:;<>@[\]`, r) }):
		return bad("holds a character that is not allowed before the @")
	case strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, ".."):
		return bad("has a point where none may be")
	}
	return Address{Name: a.Name, Email: local + "@" + domain}, nil
}

// Message is one mail to one recipient.
type Message struct {
	From Address
	To   Address
	// ReplyTo is left out where its Email is empty.
	ReplyTo Address
	// Bounce is where the servers on the way report failures (the envelope's
	// sender); "" stands for From.Email.
	Bounce string
	// Subject may be in any script.
	Subject string
	// Text is asked for; HTML makes it a multipart/alternative.
	Text string
	HTML string
	Lang vigie.Lang
	// MessageID is without angle brackets, for example "0f3a@observatoire.example".
	// The same mail keeps the same one at each attempt.
	MessageID string
	Date      time.Time
	// ListID names the list, for example "digest.observatoire.example" (RFC 2919).
	ListID string
	// Unsubscribe is an https address that ends the subscription by POST, without
	// a question (RFC 8058); http is taken for loopback hosts. UnsubscribeMail is
	// the same by mail.
	Unsubscribe     string
	UnsubscribeMail string
	// Automatic marks what no person wrote to this recipient (RFC 3834).
	Automatic bool
	// Bulk marks what is sent to many.
	Bulk bool
}

// Bytes returns the message as it goes over the wire (RFC 5322, MIME), in
// 7-bit ASCII with lines of at most 998 bytes that end in CRLF. The same message
// gives the same bytes. Errors are of kind [vigie.ErrInvalid] and name the field:
// a line break or another control character in any header, an address that is
// none, an empty subject or text.
func (m Message) Bytes() ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("compose mail: %w", err)
	}
	sum := sha256.Sum256([]byte(m.MessageID + "\x00" + m.Text + "\x00" + m.HTML))
	g := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary("vigie-"+hex.EncodeToString(sum[:16])))
	for _, set := range []struct {
		do func(...*netmail.Address)
		a  Address
	}{
		{func(a ...*netmail.Address) { g.FromMailAddress(a[0]) }, m.From},
		{g.ToMailAddress, m.To},
		{g.ReplyToMailAddress, m.ReplyTo},
	} {
		if set.a.Email != "" {
			a, err := set.a.checked("address")
			if err != nil {
				return nil, fmt.Errorf("compose mail: %w", err)
			}
			set.do(&netmail.Address{Name: a.Name, Address: a.Email})
		}
	}
	for name, value := range m.headers() {
		if value != "" {
			g.SetGenHeader(gomail.Header(name), value)
		}
	}
	g.SetBodyString(gomail.TypeTextPlain, lines(m.Text), gomail.WithPartEncoding(shorter(m.Text)))
	if m.HTML != "" {
		g.AddAlternativeString(gomail.TypeTextHTML, lines(m.HTML), gomail.WithPartEncoding(shorter(m.HTML)))
	}
	var b bytes.Buffer
	if _, err := g.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("compose mail: %w", err)
	}
	return b.Bytes(), nil
}

func (m Message) headers() map[string]string {
	h := map[string]string{
		"Subject": m.Subject, "Date": m.Date.Format(time.RFC1123Z), "Message-ID": "<" + m.MessageID + ">", "Content-Language": string(m.Lang),
	}
	if m.ListID != "" {
		h["List-Id"] = "<" + m.ListID + ">"
	}
	var ways []string
	if m.Unsubscribe != "" {
		ways = append(ways, "<"+m.Unsubscribe+">")
		h["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click" // RFC 8058 section 3.1, letter for letter
	}
	if m.UnsubscribeMail != "" {
		ways = append(ways, "<mailto:"+m.UnsubscribeMail+">")
	}
	h["List-Unsubscribe"] = strings.Join(ways, ", ")
	if m.Automatic {
		h["Auto-Submitted"] = "auto-generated"
	}
	if m.Bulk {
		h["Precedence"] = "bulk"
	}
	return h
}

// check looks at every field.
func (m Message) check() error {
	for _, f := range []struct{ field, value string }{
		{"subject", m.Subject},
		{"from", m.From.Name},
		{"from", m.From.Email},
		{"to", m.To.Name},
		{"to", m.To.Email},
		{"reply-to", m.ReplyTo.Name},
		{"reply-to", m.ReplyTo.Email},
		{"bounce", m.Bounce},
		{"message-id", m.MessageID},
		{"list-id", m.ListID},
		{"unsubscribe", m.Unsubscribe},
		{"unsubscribe", m.UnsubscribeMail},
		{"language", string(m.Lang)},
	} {
		if err := checkValue(f.field, f.value); err != nil {
			return err
		}
	}
	for _, a := range []struct {
		field string
		a     Address
		asked bool
	}{
		{"from", m.From, true},
		{"to", m.To, true},
		{"reply-to", m.ReplyTo, false},
		{"bounce", Address{Email: m.Bounce}, false},
		{"unsubscribe", Address{Email: m.UnsubscribeMail}, false},
	} {
		if _, err := a.a.checked(a.field); err != nil && (a.asked || a.a.Email != "") {
			return err
		}
	}
	switch {
	case strings.TrimSpace(m.Subject) == "":
		return &vigie.InvalidError{Field: "subject", Reason: "is missing"}
	case strings.TrimSpace(m.Text) == "":
		return &vigie.InvalidError{Field: "text", Reason: "is missing"}
	case len(m.Text) > maxBody || len(m.HTML) > maxBody:
		return &vigie.InvalidError{Field: "text", Reason: fmt.Sprintf("is larger than %d bytes", maxBody)}
	case m.Date.IsZero():
		return &vigie.InvalidError{Field: "date", Reason: "is missing"}
	case m.Lang != "" && !isToken(string(m.Lang), "-"):
		return &vigie.InvalidError{Field: "language", Reason: "is no language tag"}
	case m.ListID != "" && !isToken(m.ListID, ".-"):
		return &vigie.InvalidError{Field: "list-id", Reason: "is no dotted name"}
	case strings.Count(m.MessageID, "@") != 1 || !isToken(m.MessageID, "@.-+_="):
		return &vigie.InvalidError{Field: "message-id", Reason: "is not of the form a@b"}
	case m.Unsubscribe != "" && !isUnsubscribe(m.Unsubscribe):
		return &vigie.InvalidError{Field: "unsubscribe", Reason: "is no https address"}
	}
	return nil
}

// checkValue refuses what could end a header and begin another: every control
// character, and the separators of lines and paragraphs of Unicode.
func checkValue(field, s string) error {
	switch {
	case len(s) > maxHeader:
		return &vigie.InvalidError{Field: field, Reason: fmt.Sprintf("is longer than %d bytes", maxHeader)}
	case !utf8.ValidString(s):
		return &vigie.InvalidError{Field: field, Reason: "is not UTF-8"}
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }):
		return &vigie.InvalidError{Field: field, Reason: "holds a line break or another control character"}
	}
	return nil
}

func isToken(s, also string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune(also, r)
	})
}

func isUnsubscribe(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == '<' || r == '>' || r == ',' }) {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && isLoopbackName(u.Hostname())
}

// lines ends every line in CRLF (RFC 2049 section 4), and drops NUL.
func lines(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(strings.ToValidUTF8(s, "\uFFFD"))
	return strings.ReplaceAll(s, "\n", "\r\n")
}

// shorter chooses the encoding of a part: quoted-printable takes three bytes for
// each byte beyond ASCII, base64 four for each three.
func shorter(s string) gomail.Encoding {
	beyond := 0
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			beyond++
		}
	}
	if 6*beyond > len(s) {
		return gomail.EncodingB64
	}
	return gomail.EncodingQP
}
