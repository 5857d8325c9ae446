package pdfium

import (
	"errors"
	"fmt"
	"strings"

	"vigie"
)

// errNoMemory means that a document needs more memory than it may have.
var errNoMemory = errors.New("the memory limit is reached")

// Error says why a file could not be read. It is a [vigie.ErrForbidden] where the
// file is locked, else a [vigie.ErrInvalid].
type Error struct {
	// Obstacle is [vigie.Encrypted], [vigie.Damaged], [vigie.TooLarge] or, where the
	// engine broke off, [vigie.Crashed].
	Obstacle vigie.Obstacle
	// Reason says it in a few words.
	Reason string

	cause error
}

// Error implements error.
func (e *Error) Error() string {
	if e.cause != nil {
		cause, _, _ := strings.Cut(e.cause.Error(), "\n") // the rest is a trace of the engine
		return fmt.Sprintf("pdf: %s: %s", e.Reason, cause)
	}
	return "pdf: " + e.Reason
}

// Is makes errors.Is true of the kind of error that e is.
func (e *Error) Is(target error) bool {
	if e.Obstacle == vigie.Encrypted {
		return target == vigie.ErrForbidden
	}
	return target == vigie.ErrInvalid
}

// Unwrap returns what stopped the engine, nil where nothing did.
func (e *Error) Unwrap() error { return e.cause }

// ObstacleOf returns the obstacle that an error of [Engine.Read] stands for, "" where
// the error says nothing of the file: a context that ended, an engine that does not
// start.
func ObstacleOf(err error) vigie.Obstacle {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Obstacle
	}
	return ""
}

// fault makes an error of a document of what stopped the engine.
func (in *instance) fault() error {
	if in.starved || errors.Is(in.err, errNoMemory) {
		return &Error{Obstacle: vigie.TooLarge, Reason: "it needs more memory than a document may have"}
	}
	return &Error{Obstacle: vigie.Crashed, Reason: "the PDF engine stopped on it", cause: in.err}
}

// loadError names the reasons of FPDF_GetLastError.
func loadError(reason int) error {
	switch reason {
	case 4:
		return &Error{Obstacle: vigie.Encrypted, Reason: "it asks for a password"}
	case 5:
		return &Error{Obstacle: vigie.Encrypted, Reason: "it is locked in a way that is not known here"}
	}
	return &Error{Obstacle: vigie.Damaged, Reason: "it is no PDF, or broken beyond repair"}
}
