package jail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// ErrClosed means that the jail was closed before the document was done.
var ErrClosed = errors.New("the jail is closed")

// maxBytes is what a frame can be made to hold.
const maxBytes = 1 << 30

// Options say how children are started and what each may use. The zero value of
// every field but Command is a good default.
type Options struct {
	// Command is the hidden command that calls [Serve], as arguments of this program.
	Command []string
	// Children is how many documents are read at the same time. Default 1.
	Children int
	// Timeout is the longest that one document may take. Default 30 s.
	Timeout time.Duration
	// MemoryBytes bounds what one child may use beyond what it has when it starts.
	// Default 1 GiB.
	MemoryBytes int64
	// MaxInputBytes bounds a document. Default 64 MiB, at most 1 GiB.
	MaxInputBytes int
	// MaxAnswerBytes bounds an answer. Default 8 MiB, at most 1 GiB.
	MaxAnswerBytes int
	// Documents is how many documents a child reads before another takes its place.
	// Default 50.
	Documents int
	// Idle is how long a child without work is kept. Default 60 s.
	Idle time.Duration
	// CacheDir is a folder for compiled code that a child may read and write, made
	// if it is missing; empty for none. Children are told nothing of it: put it into
	// Command where the handlers want it.
	CacheDir string
	// CacheReadOnly forbids writing to CacheDir.
	CacheReadOnly bool
	// Log gets the beginnings and ends of children, at the debug level. Default: none.
	Log *slog.Logger

	without []string // layers to leave out, for tests
}

func (o Options) withDefaults() Options {
	o.Children = max(o.Children, 1)
	o.Timeout = cmp.Or(o.Timeout, 30*time.Second)
	o.MemoryBytes = cmp.Or(o.MemoryBytes, 1<<30)
	o.MaxInputBytes = min(cmp.Or(o.MaxInputBytes, 64<<20), maxBytes)
	o.MaxAnswerBytes = min(cmp.Or(o.MaxAnswerBytes, 8<<20), maxBytes)
	o.Documents = cmp.Or(o.Documents, 50)
	o.Idle = cmp.Or(o.Idle, time.Minute)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// Jail hands documents to children and looks after them. Make one with [New]; its
// methods may be called concurrently.
type Jail struct {
	opts   Options
	turns  chan turn
	done   chan struct{} // closed by Close
	close  sync.Once
	wards  sync.WaitGroup
	mu     sync.Mutex
	spaces []uintptr // guarded by mu: the namespaces to try, best first; the refused are dropped
}

// turn is one use of a child, which may be nil; it returns the child that is left.
type turn func(*child) *child

// New returns a jail without children; they are started when there is work. Close
// it in the end.
func New(opts Options) *Jail {
	j := &Jail{opts: opts.withDefaults(), turns: make(chan turn), done: make(chan struct{}), spaces: namespaces()}
	for range j.opts.Children {
		j.wards.Go(j.ward)
	}
	return j
}

// Close ends all children, and the documents that they are at, and waits for them.
func (j *Jail) Close() {
	j.close.Do(func() { close(j.done) })
	j.wards.Wait()
}

// Run has the named handler of a child read a document, and returns its answer.
// The error is a [DocumentError] where the document is to blame.
func (j *Jail) Run(ctx context.Context, handler string, document []byte) ([]byte, error) {
	if len(document) > j.opts.MaxInputBytes {
		return nil, &DocumentError{Refused, fmt.Sprintf("the document is %d bytes long, and at most %d are read", len(document), j.opts.MaxInputBytes)}
	}
	return j.ask(ctx, handler, j.opts.MaxAnswerBytes, func(w io.Writer) error {
		return writeFrame(w, frameRequest, []byte{byte(len(handler))}, []byte(handler), document)
	}, nil)
}

// ask sends a request to the next child that is free. seen, if any, is called with
// that child.
func (j *Jail) ask(ctx context.Context, name string, bound int, send func(io.Writer) error, seen func(*child)) (answer []byte, err error) {
	if len(name) > 255 {
		return nil, fmt.Errorf("run %.20s… in the jail: the name is too long", name)
	}
	waited := j.wait(ctx, func(c *child) *child {
		c, answer, err = j.use(ctx, c, bound, send, seen)
		return c
	})
	if err = cmp.Or(waited, err); err != nil {
		return nil, fmt.Errorf("run %s in the jail: %w", name, err)
	}
	return answer, nil
}

// wait has a turn taken, and returns when it is over; the error says that it was
// not taken.
func (j *Jail) wait(ctx context.Context, t turn) error {
	done := make(chan struct{})
	select {
	case j.turns <- func(c *child) *child {
		defer close(done)
		return t(c)
	}:
		<-done
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-j.done:
		return ErrClosed
	}
}

// ward looks after one child at a time. It keeps its thread: the kernel ends a
// child with the thread that started it.
func (j *Jail) ward() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var c *child
	idle := time.NewTimer(j.opts.Idle)
	defer idle.Stop()
	for {
		select {
		case <-j.done:
			j.lay(c, "closed")
			return
		case <-idle.C:
			j.lay(c, "idle")
			c = nil
		case t := <-j.turns:
			c = t(c)
			idle.Reset(j.opts.Idle)
		}
	}
}

// lay ends a child, if there is one.
func (j *Jail) lay(c *child, why string) {
	if c == nil {
		return
	}
	c.end()
	j.opts.Log.Debug("parser child ended", "pid", c.pid(), "why", why, "documents", c.served)
}

// use asks one thing of c, or of a new child, and returns the child that is left;
// see ask.
func (j *Jail) use(ctx context.Context, c *child, bound int, send func(io.Writer) error, seen func(*child)) (*child, []byte, error) {
	if c != nil && c.ended(0) { // by whatever ends processes; no document is to blame
		j.lay(c, "found dead")
		c = nil
	}
	if c == nil {
		var err error
		if c, err = j.start(ctx); err != nil {
			return nil, nil, err
		}
	}
	if seen != nil {
		seen(c)
	}
	c.served++
	kind, payload, err := c.exchange(ctx, j.limits(j.opts.Timeout), bound, send)
	switch {
	case err != nil:
		j.lay(c, "failed")
		return nil, nil, err
	case kind != frameAnswer && kind != frameRefusal:
		j.lay(c, "failed")
		return nil, nil, &DocumentError{Broken, fmt.Sprintf("an answer of no known kind (%q)", kind)}
	case c.served >= j.opts.Documents:
		j.lay(c, "recycled")
		c = nil
	}
	if kind == frameRefusal {
		return c, nil, &DocumentError{Refused, oneLine(string(payload))}
	}
	return c, payload, nil
}

// start starts a child and waits until it has locked itself up.
func (j *Jail) start(ctx context.Context) (*child, error) {
	c, spaces, err := j.spawn(ctx)
	if err != nil {
		return nil, fmt.Errorf("start a parser child: %w", err)
	}
	if err := c.handshake(ctx, orders(j.opts, spaces), j.limits(startTimeout)); err != nil {
		c.end()
		return nil, fmt.Errorf("start a parser child: %w", err)
	}
	j.opts.Log.Debug("parser child started", "pid", c.pid())
	return c, nil
}

// spawn starts a process in the best namespaces that this machine grants.
func (j *Jail) spawn(ctx context.Context) (*child, uintptr, error) {
	if j.opts.CacheDir != "" {
		if err := os.MkdirAll(j.opts.CacheDir, 0o700); err != nil {
			return nil, 0, err
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	for {
		c, err := spawn(ctx, j.opts, j.spaces[0])
		switch {
		case err == nil:
			return c, j.spaces[0], nil
		case len(j.spaces) > 1 && refusedSpace(err):
			j.spaces = j.spaces[1:]
		default:
			return nil, 0, err
		}
	}
}

func (j *Jail) limits(timeout time.Duration) limits {
	return limits{timeout: timeout, residentBytes: j.opts.MemoryBytes, closed: j.done}
}

// namespaces returns the sets of namespaces to ask for, best first. With a user
// namespace nothing of the machine's root is left even when root starts the child.
func namespaces() []uintptr {
	own := uintptr(syscall.CLONE_NEWNET|syscall.CLONE_NEWIPC) | processNamespace
	return []uintptr{own | syscall.CLONE_NEWUSER, own, 0}
}

// refusedSpace reports whether an error says that the kernel, or who rules it,
// does not grant the namespaces.
func refusedSpace(err error) bool {
	for _, e := range []syscall.Errno{syscall.EPERM, syscall.EACCES, syscall.EINVAL, syscall.ENOSPC, syscall.ENOSYS, syscall.EUSERS} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
