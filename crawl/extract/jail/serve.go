package jail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Handler reads one document and answers with bytes whose meaning is between it
// and who asked. An error refuses the document; its text is the reason.
type Handler func(ctx context.Context, document []byte) ([]byte, error)

// setup is what a parent tells its child first.
type setup struct {
	MemoryBytes    int64
	MaxInputBytes  int
	MaxAnswerBytes int
	CPUSeconds     int64
	CacheDir       string
	CacheReadOnly  bool
	OwnUsers       bool
	Without        []string

	// A tool to become, its arguments, and what it may read; empty to serve.
	Tool     string
	Args     []string
	Readable []string
}

// readiness is what a child says when it has locked itself up.
type readiness struct {
	Layers []Layer
	Spaces map[string]string // namespace -> its identity
}

// Serve is the inside of the jail: it locks this process up as the parent says on
// stdin, for good, then answers one document after another on stdout until stdin
// ends. Nothing else in the process may write to stdout. It is for the hidden
// command only: never call it in a process that has other work.
func Serve(ctx context.Context, stdin io.Reader, stdout io.Writer, handlers map[string]Handler) error {
	kind, letter, err := readFrame(stdin, maxSetupBytes)
	if err != nil {
		return fmt.Errorf("read the parent's orders: %w", err)
	}
	var s setup
	if kind != frameSetup {
		return fmt.Errorf("read the parent's orders: a frame %q came first", kind)
	}
	if err := json.Unmarshal(letter, &s); err != nil {
		return fmt.Errorf("read the parent's orders: %w", err)
	}
	ready, err := confine(s)
	if err != nil {
		return fmt.Errorf("%s%w", lockTrouble, err)
	}
	if s.Tool != "" {
		return become(s)
	}
	said, err := json.Marshal(ready)
	if err != nil {
		return fmt.Errorf("say that it is locked up: %w", err)
	}
	if err := writeFrame(stdout, frameReady, said); err != nil {
		return fmt.Errorf("say that it is locked up: %w", err)
	}
	for {
		kind, payload, err := readFrame(stdin, s.MaxInputBytes+256)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read a document: %w", err)
		}
		answer, err := handle(ctx, handlers, kind, payload)
		if err == nil && len(answer) > s.MaxAnswerBytes {
			err = fmt.Errorf("the answer is %d bytes long, and at most %d are taken", len(answer), s.MaxAnswerBytes)
		}
		kind = frameAnswer
		if err != nil {
			reason := err.Error()
			kind, answer = frameRefusal, []byte(reason[:min(len(reason), maxReasonBytes)])
		}
		if err := writeFrame(stdout, kind, answer); err != nil {
			return err
		}
	}
}

// handle answers one request.
func handle(ctx context.Context, handlers map[string]Handler, kind byte, payload []byte) ([]byte, error) {
	switch {
	case kind == frameCheck:
		return json.Marshal(attempts(string(payload)))
	case kind != frameRequest || len(payload) == 0 || len(payload) < 1+int(payload[0]):
		return nil, fmt.Errorf("a frame %q cannot be understood", kind)
	}
	end := 1 + int(payload[0])
	name, document := string(payload[1:end]), payload[end:]
	h, ok := handlers[name]
	if !ok {
		return nil, fmt.Errorf("nothing here reads %q", name)
	}
	return h(ctx, document)
}
