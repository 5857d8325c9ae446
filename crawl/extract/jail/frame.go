package jail

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The kinds of frame. A frame is one byte for its kind, four for the length of
// what follows (big-endian), and that many bytes.
const (
	frameSetup   = 'S' // parent: setup as JSON, once, first
	frameRequest = 'D' // parent: length of the handler's name, the name, the document
	frameCheck   = 'C' // parent: address to try to connect to
	frameReady   = 'R' // child: readiness as JSON, once, first
	frameAnswer  = 'A' // child: the handler's answer, or attempts as JSON
	frameRefusal = 'N' // child: the handler's error in words
)

const (
	headBytes      = 5
	maxSetupBytes  = 64 << 10
	maxReadyBytes  = 64 << 10
	maxReasonBytes = 1 << 10
)

// errCut means that the other side ended in the middle of a frame.
var errCut = errors.New("cut in the middle")

// writeFrame writes one frame made of the given parts.
func writeFrame(w io.Writer, kind byte, parts ...[]byte) error {
	length := 0
	for _, p := range parts {
		length += len(p)
	}
	head := make([]byte, headBytes)
	head[0] = kind
	binary.BigEndian.PutUint32(head[1:], uint32(length))
	for _, p := range append([][]byte{head}, parts...) {
		if _, err := w.Write(p); err != nil {
			return fmt.Errorf("write frame %c: %w", kind, err)
		}
	}
	return nil
}

// readFrame reads one frame of at most bound bytes. It returns io.EOF where the
// other side ended between two frames, and errCut where it ended within one.
func readFrame(r io.Reader, bound int) (kind byte, payload []byte, err error) {
	var head [headBytes]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = errCut
		}
		return 0, nil, err
	}
	length := binary.BigEndian.Uint32(head[1:])
	if uint64(length) > uint64(bound) {
		return 0, nil, fmt.Errorf("%d bytes announced where at most %d are taken", length, bound)
	}
	payload = make([]byte, length)
	if _, err := io.ReadFull(r, payload); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			err = errCut
		}
		return 0, nil, err
	}
	return head[0], payload, nil
}
