package jail

import (
	"io"
	"slices"
	"syscall"
)

// Namespaces is a name for all namespaces, for [NewWithout].
const Namespaces = "namespaces"

// NewWithout returns a jail whose children lack some layers, so that a test can
// see what each of the others does.
func NewWithout(o Options, layers ...string) *Jail {
	o.without = layers
	j := New(o)
	j.mu.Lock()
	defer j.mu.Unlock()
	if slices.Contains(layers, Namespaces) {
		j.spaces = []uintptr{0}
	}
	if slices.Contains(layers, LayerUsers) {
		j.spaces = []uintptr{syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC | processNamespace, 0}
	}
	return j
}

// Attempts is what a child tries.
func Attempts(address string) []Attempt { return attempts(address) }

// WriteFrame writes a frame.
func WriteFrame(w io.Writer, kind byte, parts ...[]byte) error { return writeFrame(w, kind, parts...) }

// ReadFrame reads a frame.
func ReadFrame(r io.Reader, bound int) (kind byte, payload []byte, err error) {
	return readFrame(r, bound)
}
