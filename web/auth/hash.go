package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"

	"vigie"
)

// Cost is what working out a password costs (RFC 9106 section 3.1). The zero value
// stands for [DefaultCost].
type Cost struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// DefaultCost takes 64 MiB, three passes, one lane: 284 ms on the machine that it
// was chosen on (19 MiB and two passes, the least that OWASP advises, took 42 ms).
func DefaultCost() Cost { return Cost{MemoryKiB: 64 << 10, Passes: 3, Lanes: 1} }

// The bounds of what is read from the store: no record makes us take gigabytes.
const (
	maxMemoryKiB = 1 << 20
	maxPasses    = 64
	maxLanes     = 16
	saltBytes    = 16
	keyBytes     = 32
	mostBytes    = 64
	phcPrefix    = "$argon2id$v=19$" // RFC 9106 is version 0x13
)

// check returns a vigie.ErrInvalid for a cost beyond the bounds; argon2 needs 8
// KiB for each lane.
func (c Cost) check() error {
	if c.Passes < 1 || c.Passes > maxPasses || c.Lanes < 1 || c.Lanes > maxLanes || c.MemoryKiB < 8*uint32(c.Lanes) || c.MemoryKiB > maxMemoryKiB {
		return &vigie.InvalidError{Field: "password cost", Reason: fmt.Sprintf("is %d KiB, %d passes, %d lanes; allowed: 8 KiB a lane to 1 GiB, 1 to %d, 1 to %d", c.MemoryKiB, c.Passes, c.Lanes, maxPasses, maxLanes)}
	}
	return nil
}

// hashed is a password as it is kept.
type hashed struct {
	cost      Cost
	salt, key []byte
}

// String writes the PHC string format, as
// "$argon2id$v=19$m=65536,t=3,p=1$salt$key".
func (h hashed) String() string {
	return fmt.Sprintf("%sm=%d,t=%d,p=%d$%s$%s", phcPrefix, h.cost.MemoryKiB, h.cost.Passes, h.cost.Lanes,
		base64.RawStdEncoding.EncodeToString(h.salt), base64.RawStdEncoding.EncodeToString(h.key))
}

// parseHashed reads exactly what String writes.
func parseHashed(phc string) (hashed, error) {
	bad := func(reason string) (hashed, error) {
		return hashed{}, &vigie.DamagedError{Place: "the hash of a password", Reason: reason} // and not the hash
	}
	rest, ok := strings.CutPrefix(phc, phcPrefix)
	parts := strings.Split(rest, "$")
	if !ok || len(phc) > 300 || len(parts) != 3 {
		return bad("it is not an argon2id hash of version 19")
	}
	var h hashed
	numbers := strings.Split(parts[0], ",")
	if len(numbers) != 3 {
		return bad("it does not have three parameters")
	}
	for i, name := range []string{"m=", "t=", "p="} {
		text, ok := strings.CutPrefix(numbers[i], name)
		n, err := strconv.ParseUint(text, 10, 31)
		if !ok || err != nil || strconv.FormatUint(n, 10) != text || (i == 2 && n > maxLanes) {
			return bad("the parameter " + name + " cannot be read")
		}
		switch i {
		case 0:
			h.cost.MemoryKiB = uint32(n)
		case 1:
			h.cost.Passes = uint32(n)
		default:
			h.cost.Lanes = uint8(n)
		}
	}
	if err := h.cost.check(); err != nil {
		return bad(err.Error())
	}
	var err1, err2 error
	h.salt, err1 = base64.RawStdEncoding.Strict().DecodeString(parts[1])
	h.key, err2 = base64.RawStdEncoding.Strict().DecodeString(parts[2])
	if err1 != nil || err2 != nil || len(h.salt) < 8 || len(h.salt) > mostBytes || len(h.key) < 16 || len(h.key) > mostBytes || h.String() != phc {
		return bad("salt or key cannot be read")
	}
	return h, nil
}

// maxWaiting bounds how many wait for their turn: sixteen take about two and a
// half seconds.
const maxWaiting = 16

// hasher works passwords out, a few at a time.
type hasher struct {
	cost    Cost
	turns   chan struct{}
	waiting atomic.Int64
	done    atomic.Int64
}

func newHasher(c Cost) *hasher { return &hasher{cost: c, turns: make(chan struct{}, 2)} }

// derive works one password out once it is its turn. The error is that of ctx, or
// a vigie.ErrBusy when too many wait.
func (h *hasher) derive(ctx context.Context, password string, salt []byte, c Cost, length int) ([]byte, error) {
	if h.waiting.Add(1) > maxWaiting {
		h.waiting.Add(-1)
		return nil, fmt.Errorf("check password: too many people are signing in: %w", vigie.ErrBusy)
	}
	defer h.waiting.Add(-1)
	select {
	case h.turns <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.turns }()
	h.done.Add(1)
	return argon2.IDKey([]byte(password), salt, c.Passes, c.MemoryKiB, c.Lanes, uint32(length)), nil
}

// make returns the PHC string of a password with a new salt.
func (h *hasher) make(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt)
	key, err := h.derive(ctx, password, salt, h.cost, keyBytes)
	return hashed{cost: h.cost, salt: salt, key: key}.String(), err
}

// verify reports whether the password is the one that was kept, and whether it
// was kept with another cost. Without a kept one it does the same work and
// answers no.
func (h *hasher) verify(ctx context.Context, phc, password string) (right, outdated bool, err error) {
	kept := hashed{cost: h.cost, salt: make([]byte, saltBytes), key: make([]byte, keyBytes)}
	if phc != "" {
		if kept, err = parseHashed(phc); err != nil {
			return false, false, err
		}
	}
	key, err := h.derive(ctx, password, kept.salt, kept.cost, len(kept.key))
	if err != nil {
		return false, false, err
	}
	right = subtle.ConstantTimeCompare(key, kept.key) == 1 && phc != ""
	return right, kept.cost != h.cost || len(kept.salt) != saltBytes || len(kept.key) != keyBytes, nil
}
