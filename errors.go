package vigie

import (
	"errors"
	"fmt"
)

// The kinds of error that packages of this module return, always wrapped with
// the thing at hand. Test them with errors.Is.
var (
	// ErrNotFound means that the named thing does not exist.
	ErrNotFound = errors.New("not found")
	// ErrInvalid means that what was given cannot be used; see [InvalidError].
	ErrInvalid = errors.New("invalid")
	// ErrConflict means that the thing changed, or exists, in the meantime.
	ErrConflict = errors.New("conflict")
	// ErrForbidden means that a rule or a permission stands against it.
	ErrForbidden = errors.New("forbidden")
	// ErrDamaged means that kept data is not what was written; see [DamagedError].
	ErrDamaged = errors.New("damaged")
	// ErrBusy means that another process owns the data.
	ErrBusy = errors.New("busy")
	// ErrFull means that the disk has no room for what had to be written.
	ErrFull = errors.New("disk full")
)

// InvalidError says which field of some input cannot be used, and why. It is an
// [ErrInvalid].
type InvalidError struct {
	// Field names the place: a key, a column, a flag. Example: "network.allow".
	Field string
	// Reason says what is wrong and what is allowed, in a few words.
	Reason string
}

// Error implements error.
func (e *InvalidError) Error() string {
	if e.Field == "" {
		return e.Reason
	}
	return e.Field + ": " + e.Reason
}

// Is makes errors.Is(err, ErrInvalid) true.
func (*InvalidError) Is(target error) bool { return target == ErrInvalid }

// DamagedError names a place in the kept data that does not hold what was
// written there. It is an [ErrDamaged].
type DamagedError struct {
	// Place is a file, or a table and key. Example: "objects/000001.seg at 8192".
	Place string
	// Reason says what was seen.
	Reason string
}

// Error implements error.
func (e *DamagedError) Error() string {
	return fmt.Sprintf("%s is damaged: %s", e.Place, e.Reason)
}

// Is makes errors.Is(err, ErrDamaged) true.
func (*DamagedError) Is(target error) bool { return target == ErrDamaged }
