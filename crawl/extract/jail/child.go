package jail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// startTimeout bounds the start of a child.
	startTimeout = 20 * time.Second
	// watchEvery is how often a child's memory is looked at.
	watchEvery = 20 * time.Millisecond
	// lastGasp is how long a child that closed its pipe may take to be dead.
	lastGasp = 2 * time.Second
)

// child is a running parser process. One goroutine at a time may use it.
type child struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    io.ReadCloser
	words  *lastWords
	pidfd  int // -1 where the kernel has none
	base   int64
	served int
	ready  readiness
}

// limits bound one exchange with a child.
type limits struct {
	timeout       time.Duration
	residentBytes int64           // beyond what the child had when it was ready
	closed        <-chan struct{} // ends the exchange
}

// spawn starts this program with the hidden command, in the given namespaces.
func spawn(ctx context.Context, o Options, spaces uintptr) (*child, error) {
	c := &child{words: &lastWords{}, pidfd: -1}
	// The child outlives the document that it is started for.
	c.cmd = exec.CommandContext(context.WithoutCancel(ctx), "/proc/self/exe", o.Command...) //nolint:gosec // it is this very program
	c.cmd.Env = []string{}
	c.cmd.Dir = "/"
	c.cmd.Stderr = c.words
	c.cmd.WaitDelay = startTimeout // somebody else may hold its standard error
	c.cmd.SysProcAttr = confinement(spaces, &c.pidfd)
	var err error
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if c.out, err = c.cmd.StdoutPipe(); err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	return c, nil
}

// confinement is what the kernel does to the child before it runs.
func confinement(spaces uintptr, pidfd *int) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true, Cloneflags: spaces, PidFD: pidfd}
	if spaces&syscall.CLONE_NEWUSER != 0 {
		// Not as root of its namespace, so that it starts without any capability
		// there either. For files it is still who we are.
		a.UidMappings = []syscall.SysProcIDMap{{ContainerID: nobody, HostID: os.Getuid(), Size: 1}}
		a.GidMappings = []syscall.SysProcIDMap{{ContainerID: nobody, HostID: os.Getgid(), Size: 1}}
	}
	return a
}

// nobody is the user without rights, by long custom.
const nobody = 65534

// orders are what a child in the given namespaces is told first.
func orders(o Options, spaces uintptr) setup {
	return setup{
		MemoryBytes: o.MemoryBytes, MaxInputBytes: o.MaxInputBytes, MaxAnswerBytes: o.MaxAnswerBytes,
		CPUSeconds: int64(2*o.Timeout/time.Second+1) * int64(o.Documents),
		CacheDir:   o.CacheDir, CacheReadOnly: o.CacheReadOnly,
		OwnUsers: spaces&syscall.CLONE_NEWUSER != 0, Without: o.without,
	}
}

// handshake waits until the child has locked itself up.
func (c *child) handshake(ctx context.Context, s setup, l limits) error {
	letter, err := json.Marshal(s)
	if err != nil {
		return err
	}
	l.residentBytes = 0 // what the program has of its own is not known yet
	kind, payload, err := c.exchange(ctx, l, maxReadyBytes, func(w io.Writer) error {
		return writeFrame(w, frameSetup, letter)
	})
	// A child that does not get ready is nothing that a document did.
	if trouble, ok := errors.AsType[*DocumentError](err); ok {
		return errors.New(trouble.Reason)
	}
	if err != nil {
		return err
	}
	if kind != frameReady {
		return fmt.Errorf("it said %q first", kind)
	}
	if err := json.Unmarshal(payload, &c.ready); err != nil {
		return fmt.Errorf("read what it said first: %w", err)
	}
	c.base = c.resident()
	return nil
}

// exchange sends one frame and reads one. After an error the child is of no more
// use: it is dead or to be ended.
func (c *child) exchange(ctx context.Context, l limits, bound int, send func(io.Writer) error) (kind byte, payload []byte, err error) {
	err = c.guarded(ctx, l, func() (err error) {
		if err = send(c.in); err == nil {
			kind, payload, err = readFrame(c.out, bound)
		}
		return err
	})
	_, known := errors.AsType[*DocumentError](err)
	switch {
	case err == nil:
		return kind, payload, nil
	case known, errors.Is(err, ErrClosed):
		return 0, nil, err
	case ctx.Err() != nil:
		return 0, nil, ctx.Err()
	case errors.Is(err, io.EOF), errors.Is(err, syscall.EPIPE), errors.Is(err, errCut):
		return 0, nil, c.autopsy(err)
	default:
		return 0, nil, &DocumentError{Broken, err.Error()}
	}
}

// guarded talks with the child while it is watched. If it had to be killed, the
// error says why; else it is what talk returns.
func (c *child) guarded(ctx context.Context, l limits, talk func() error) error {
	over := make(chan struct{})
	var killed error
	var watcher sync.WaitGroup
	watcher.Go(func() { killed = c.watch(ctx, l, over) })
	err := talk()
	close(over)
	watcher.Wait()
	if killed != nil {
		return killed
	}
	return err
}

// autopsy says why a child ended that closed its pipe.
func (c *child) autopsy(cause error) error {
	gone := c.ended(lastGasp)
	c.end()
	f := verdict(c.cmd.ProcessState, c.words.String())
	if errors.Is(cause, errCut) && (!gone || c.cmd.ProcessState.Success()) {
		return &DocumentError{Broken, "the answer was " + cause.Error()}
	}
	if !gone {
		return &DocumentError{Broken, "the reader closed its pipe without an answer"}
	}
	return f
}

// watch kills the child when the context ends, when its time is over, when it has
// too much memory, or when the jail is closed, and says which; nil if over is
// closed before.
func (c *child) watch(ctx context.Context, l limits, over <-chan struct{}) error {
	late := time.NewTimer(l.timeout)
	defer late.Stop()
	look := time.NewTicker(watchEvery)
	defer look.Stop()
	for {
		var why error
		select {
		case <-over:
			return nil
		case <-ctx.Done():
			why = ctx.Err()
		case <-l.closed:
			why = ErrClosed
		case <-late.C:
			why = &DocumentError{TooSlow, fmt.Sprintf("not done after %s", l.timeout)}
		case <-look.C:
			if l.residentBytes > 0 && c.resident() > c.base+l.residentBytes {
				why = &DocumentError{TooMuchMemory, fmt.Sprintf("more than %d MiB", l.residentBytes>>20)}
			}
		}
		if why != nil {
			c.kill()
			return why
		}
	}
}

// kill ends the child and all that it may have started, and what it says.
func (c *child) kill() {
	// The group has the child's number, which nobody else can get before Wait.
	_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL)
	_ = c.cmd.Process.Kill()
	_ = c.in.Close() // what was on its way is for nobody
	_ = c.out.Close()
}

// end kills the child, if it is still there, and waits until nothing is left.
func (c *child) end() {
	if c.cmd.ProcessState != nil {
		return
	}
	c.kill()
	_ = c.cmd.Wait() // how it ended is in ProcessState
	if c.pidfd >= 0 {
		_ = unix.Close(c.pidfd)
		c.pidfd = -1
	}
}

// ended reports whether the child ends within the given time.
func (c *child) ended(within time.Duration) bool {
	if c.pidfd < 0 {
		return false
	}
	deadline := time.Now().Add(within)
	for {
		left := max(time.Until(deadline), 0)
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(c.pidfd), Events: unix.POLLIN}}, int(left.Milliseconds()))
		if !errors.Is(err, unix.EINTR) {
			return err == nil && n == 1
		}
	}
}

// resident returns the child's resident memory in bytes, 0 if it cannot be told;
// see proc_pid_statm(5).
func (c *child) resident() int64 {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(c.pid()) + "/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat))
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

func (c *child) pid() int { return c.cmd.Process.Pid }
