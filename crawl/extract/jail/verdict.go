package jail

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"unicode"

	"vigie"
)

// What says what happened to a document in the jail.
type What string

// What can happen to a document.
const (
	// Crashed means that the parser ended the process: a panic, an overflow, a signal.
	Crashed What = "crashed"
	// TooSlow means that the document's time was over.
	TooSlow What = "too slow"
	// TooMuchMemory means that the parser wanted more memory than it may have.
	TooMuchMemory What = "too much memory"
	// Refused means that the parser looked at the document and said no.
	Refused What = "refused"
	// Broken means that what came back is no answer: cut, too long, of no known kind.
	Broken What = "broken answer"
)

// DocumentError is the error of a document that could not be read, by its own fault as
// far as can be told. It is a [vigie.ErrInvalid].
type DocumentError struct {
	// What is the kind of failure.
	What What
	// Reason says it in words, in one line of plain text.
	Reason string
}

// Error implements error.
func (f *DocumentError) Error() string { return string(f.What) + ": " + f.Reason }

// Is makes errors.Is(err, vigie.ErrInvalid) true.
func (*DocumentError) Is(target error) bool { return target == vigie.ErrInvalid }

// verdict tells from what a dead child left behind why it died.
func verdict(state *os.ProcessState, said string) *DocumentError {
	first := oneLine(said)
	switch {
	case starved(said):
		return &DocumentError{TooMuchMemory, "the reader asked for more memory than it may have"}
	case strings.Contains(said, "SIGXCPU"):
		return &DocumentError{TooSlow, "the reader used up its processor time"}
	case strings.Contains(said, "stack overflow"), strings.Contains(said, "stack exceeds"):
		return &DocumentError{Crashed, "the reader called itself without end (stack overflow)"}
	case first != "":
		return &DocumentError{Crashed, "the reader ended with: " + first}
	}
	status, ok := state.Sys().(syscall.WaitStatus)
	switch {
	case ok && status.Signaled() && status.Signal() == syscall.SIGXCPU:
		return &DocumentError{TooSlow, "the reader used up its processor time"}
	case ok && status.Signaled() && status.Signal() == syscall.SIGKILL:
		return &DocumentError{TooMuchMemory, "the system killed the reader, most likely for want of memory"}
	case ok && status.Signaled():
		return &DocumentError{Crashed, fmt.Sprintf("the reader was ended by a signal (%s)", status.Signal())}
	default:
		return &DocumentError{Crashed, fmt.Sprintf("the reader ended without an answer (exit code %d)", state.ExitCode())}
	}
}

// starved reports whether last words say that there was no memory to be had: those
// of Go's runtime, of C and C++, of a shell, or of the race detector.
func starved(said string) bool {
	for _, words := range []string{"out of memory", "out of space", "cannot allocate memory", "bad_alloc", "failed to allocate", "address space collisions"} {
		if strings.Contains(strings.ToLower(said), words) {
			return true
		}
	}
	return false
}

// oneLine returns the first line of a text that says something, without what is
// not printed, and not too long.
func oneLine(s string) string {
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(strings.Map(func(r rune) rune {
			if !unicode.IsPrint(r) {
				return ' '
			}
			return r
		}, strings.ToValidUTF8(line, "?")))
		if line == "" {
			continue
		}
		if len(line) > maxReasonBytes/4 {
			line = strings.ToValidUTF8(line[:maxReasonBytes/4], "") + "…"
		}
		return line
	}
	return ""
}

// lastWords keeps the beginning of what a child says on its standard error, where
// a crash is named first, and drops the rest.
type lastWords struct {
	mu   sync.Mutex
	kept []byte // guarded by mu
}

const maxLastWords = 8 << 10

// Write implements io.Writer; it never fails.
func (l *lastWords) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, p[:min(len(p), maxLastWords-len(l.kept))]...)
	return len(p), nil
}

func (l *lastWords) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.kept)
}
