package jail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// The layers of protection by name.
const (
	LayerLandlock     = "landlock"
	LayerCalls        = "system-calls"
	LayerLimits       = "limits"
	LayerPrivileges   = "no-new-privileges"
	LayerCapabilities = "no-capabilities"
	LayerUsers        = "user-namespace"
	LayerNetwork      = "network-namespace"
	LayerProcesses    = "process-namespace"
	LayerIPC          = "ipc-namespace"
)

// What a child attempts in a check, by name.
const (
	AttemptOpen    = "open"
	AttemptList    = "list"
	AttemptWrite   = "write"
	AttemptConnect = "connect"
	AttemptExec    = "exec"
)

// Protections is what stands between a parser and this machine.
type Protections struct {
	Layers   []Layer   `json:"layers"`
	Attempts []Attempt `json:"attempts"`
}

// Layer is one protection, and whether this machine has it.
type Layer struct {
	Name   string `json:"name"` // one of the Layer constants
	Holds  bool   `json:"holds"`
	Detail string `json:"detail,omitempty"` // for the log, in English
}

// Attempt is one forbidden thing that a child tried.
type Attempt struct {
	Name    string `json:"name"` // one of the Attempt constants
	Refused bool   `json:"refused"`
	// By is the layer that refused it first, as far as the error tells; empty if
	// it was not refused, or by something else.
	By string `json:"by,omitempty"`
	// Said is the system's answer.
	Said string `json:"said,omitempty"`
}

// Safe reports whether everything that was tried was refused.
func (p Protections) Safe() bool {
	for _, a := range p.Attempts {
		if !a.Refused {
			return false
		}
	}
	return len(p.Attempts) > 0
}

// Lines returns the protections as plain text for a log, one a line.
func (p Protections) Lines() []string {
	var lines []string
	for _, l := range p.Layers {
		line := l.Name + ": no"
		if l.Holds {
			line = l.Name + ": yes"
		}
		if l.Detail != "" {
			line += " (" + l.Detail + ")"
		}
		lines = append(lines, line)
	}
	for _, a := range p.Attempts {
		line := a.Name + ": not refused"
		if a.Refused {
			line = fmt.Sprintf("%s: refused by %s (%s)", a.Name, a.By, a.Said)
		}
		lines = append(lines, line)
	}
	return lines
}

// Check has a child try to open, list, write, connect and execute outside of the
// jail, and reports what stopped it. It leaves nothing behind.
func (j *Jail) Check(ctx context.Context) (Protections, error) {
	// Something that really listens, so that only the jail can be in the way.
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return Protections{}, fmt.Errorf("check the jail: %w", err)
	}
	defer func() { _ = listener.Close() }() // nothing was sent
	var p Protections
	answer, err := j.ask(ctx, "check", maxReadyBytes, func(w io.Writer) error {
		return writeFrame(w, frameCheck, []byte(listener.Addr().String()))
	}, func(c *child) { p.Layers = layers(c.ready) })
	if err != nil {
		return Protections{}, err
	}
	if err := json.Unmarshal(answer, &p.Attempts); err != nil {
		return Protections{}, fmt.Errorf("check the jail: %w", err)
	}
	for i, a := range p.Attempts {
		p.Attempts[i].By = p.by(a)
	}
	return p, nil
}

// layers returns all layers of a child; its namespaces are its own if they are
// not ours.
func layers(r readiness) []Layer {
	ours := spaceNames()
	all := slices.Clone(r.Layers)
	for _, s := range []struct{ kind, layer string }{
		{"user", LayerUsers}, {"net", LayerNetwork}, {"pid", LayerProcesses}, {"ipc", LayerIPC},
	} {
		all = append(all, Layer{Name: s.layer, Holds: ours[s.kind] != "" && r.Spaces[s.kind] != "" && ours[s.kind] != r.Spaces[s.kind]})
	}
	return all
}

// by tells which layer refused an attempt by the number of its error.
func (p Protections) by(a Attempt) string {
	if !a.Refused {
		return ""
	}
	layer := map[string]string{
		unix.EACCES.Error(): LayerLandlock, unix.EPERM.Error(): LayerCalls, unix.ENETUNREACH.Error(): LayerNetwork,
		unix.EAGAIN.Error(): LayerLimits, unix.EFBIG.Error(): LayerLimits, unix.EMFILE.Error(): LayerLimits,
	}[a.Said]
	for _, l := range p.Layers {
		if l.Name == layer && l.Holds {
			return layer
		}
	}
	return ""
}

// attempts tries, in the child, what must not be possible.
func attempts(address string) []Attempt {
	return []Attempt{
		attempt(AttemptOpen, tryOpen("/proc/self/exe", unix.O_RDONLY)),
		attempt(AttemptList, tryOpen("/", unix.O_RDONLY|unix.O_DIRECTORY)),
		attempt(AttemptWrite, tryWrite(filepath.Join(os.TempDir(), ".vigie-jail-"+strconv.Itoa(os.Getpid())))),
		attempt(AttemptConnect, tryConnect(address)),
		attempt(AttemptExec, tryExec()),
	}
}

func attempt(name string, err error) Attempt {
	if err == nil {
		return Attempt{Name: name}
	}
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		err = errno
	}
	return Attempt{Name: name, Refused: true, Said: err.Error()}
}

func tryOpen(path string, flags int) error {
	fd, err := unix.Open(path, flags|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	return unix.Close(fd)
}

func tryWrite(path string) error {
	fd, err := unix.Open(path, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(unix.Unlink(path), unix.Close(fd))
}

// tryConnect is made of bare system calls: it is no way out, but a look whether
// there is one, and its address is the parent's own.
func tryConnect(address string) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil // nothing was tried, so nothing was refused
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }() // how connecting went is what matters
	return unix.Connect(fd, &unix.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()})
}

// tryExec starts this very command again, without any pipe: if that were possible,
// it would find no orders and end.
func tryExec() error {
	pid, err := syscall.ForkExec("/proc/self/exe", os.Args, &syscall.ProcAttr{Env: []string{}}) //nolint:gosec // it is this very program
	if err != nil {
		return err
	}
	var status syscall.WaitStatus
	_, _ = syscall.Wait4(pid, &status, 0, nil)
	return nil
}
