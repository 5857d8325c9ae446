package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"log/slog"

	"vigie"
)

// secretBytes is the length of every secret, before it is written as text.
const secretBytes = 32

// secretLength is the length of a secret as text.
const secretLength = 43

// Secret proves a session or a link. It prints as "[secret]" everywhere, logs and
// JSON included; only [Secret.Reveal] gives it away. The zero value proves nothing.
type Secret struct{ text string }

// newSecret makes a secret out of 32 random bytes.
func newSecret() Secret {
	var b [secretBytes]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand.Read aborts the process instead
	return Secret{text: base64.RawURLEncoding.EncodeToString(b[:])}
}

// ParseSecret reads what came with a request. What cannot be a secret is the zero
// Secret, which nothing knows.
func ParseSecret(text string) Secret {
	if len(text) != secretLength {
		return Secret{}
	}
	if b, err := base64.RawURLEncoding.Strict().DecodeString(text); err != nil || len(b) != secretBytes {
		return Secret{}
	}
	return Secret{text: text}
}

// Reveal returns the secret as text of 43 characters that addresses and cookies
// can hold.
func (s Secret) Reveal() string { return s.text }

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.text == "" }

// String implements fmt.Stringer and keeps the secret.
func (Secret) String() string { return "[secret]" }

// GoString implements fmt.GoStringer and keeps the secret.
func (Secret) GoString() string { return "[secret]" }

// LogValue implements slog.LogValuer and keeps the secret.
func (Secret) LogValue() slog.Value { return slog.StringValue("[secret]") }

// MarshalText implements encoding.TextMarshaler and keeps the secret.
func (Secret) MarshalText() ([]byte, error) { return []byte("[secret]"), nil }

// id is the hash under which the store keeps what a secret proves. The purpose is
// mixed in, so a secret of one purpose is unknown to all others.
func (s Secret) id(purpose string) vigie.Hash {
	h := sha256.New()
	h.Write([]byte("vigie " + purpose + "\x00" + s.text))
	return vigie.Hash(hex.EncodeToString(h.Sum(nil)))
}
