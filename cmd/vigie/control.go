package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"vigie"
)

// The socket over which "vigie serve" carries out commands for others. A client
// sends one line of JSON (order), then frames of standard input; the server
// answers with frames of output, and an exit code as the last. Closing the
// connection cancels the command.
const socketName = "control.sock"

// Frames are a kind, a length (u32, big-endian) and as many bytes.
const (
	frameOut   = 'o'
	frameErr   = 'e'
	frameExit  = 'x'
	frameIn    = 'i'
	frameInEnd = 'z'
	frameBytes = 64 << 10 // what one frame holds at most
)

// order is what a client wants done.
type order struct {
	Version  string   `json:"version"`
	Args     []string `json:"args"`
	Dir      string   `json:"dir"`
	Terminal bool     `json:"terminal"`
}

// orderBytes bounds the first line.
const orderBytes = 1 << 20

// errNoServer means that nobody answers at the socket.
var errNoServer = errors.New("no server answers at the socket")

// socketAddress returns a path to the socket that is short enough for the kernel
// (108 bytes, unix(7)): a deep folder is reached through an open descriptor.
func socketAddress(dir string) (address string, done func(), err error) {
	address = filepath.Join(dir, socketName)
	if len(address) < 100 {
		return address, func() {}, nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("/proc/self/fd/%d/%s", d.Fd(), socketName), func() { _ = d.Close() }, nil
}

// askServer has the running server carry out a command line, and returns its exit
// code.
func askServer(ctx context.Context, s *session, args []string) (int, error) {
	address, done, err := socketAddress(s.cfg.Data)
	if err != nil {
		return 0, errNoServer
	}
	defer done()
	conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "unix", address)
	if err != nil {
		return 0, errNoServer
	}
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	line, err := json.Marshal(order{Version: version, Args: args, Dir: s.dir, Terminal: s.terminal})
	if err != nil {
		return 0, fmt.Errorf("ask the server: %w", err)
	}
	if _, err := conn.Write(append(line, '\n')); err != nil {
		return 0, fmt.Errorf("ask the server: %w", err)
	}
	go sendInput(conn, s.in) // ends with the connection or the process: a read of a terminal cannot be interrupted
	code, err := receive(conn, s)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	return code, err
}

func sendInput(conn net.Conn, in io.Reader) {
	w := &frameWriter{w: conn, kind: frameIn}
	if _, err := io.Copy(w, in); err == nil {
		_ = writeFrame(conn, frameInEnd, nil)
	}
}

// receive copies the answer to the person until the exit code comes.
func receive(conn net.Conn, s *session) (int, error) {
	r := bufio.NewReader(conn)
	for {
		kind, body, err := readFrame(r)
		if err != nil {
			return 0, fmt.Errorf("the server went away before the work was done; run the command again (%w)", err)
		}
		switch kind {
		case frameOut:
			_, err = s.out.Write(body)
		case frameErr:
			_, err = s.err.Write(body)
		case frameExit:
			if len(body) != 1 {
				return 0, errors.New("the server answered with something else: is it another version?")
			}
			return int(body[0]), nil
		}
		if err != nil {
			return 0, err
		}
	}
}

// control answers at the socket.
type control struct {
	app      *app
	listener net.Listener
	running  sync.WaitGroup
}

// listenControl opens the socket, which only the owner of the folder may use.
func listenControl(ctx context.Context, a *app) (*control, error) {
	address, done, err := socketAddress(a.cfg.Data)
	if err != nil {
		return nil, fmt.Errorf("open the control socket: %w", err)
	}
	defer done()
	// We hold the lock of the folder, so a socket that is there is left over.
	if err := os.Remove(address); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("open the control socket: %w", err)
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "unix", address)
	if err != nil {
		return nil, fmt.Errorf("open the control socket: %w", err)
	}
	if err := os.Chmod(address, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("open the control socket: %w", err), l.Close())
	}
	return &control{app: a, listener: l}, nil
}

// serve carries out commands until ctx ends, and returns when the last is done.
func (c *control) serve(ctx context.Context) error {
	defer context.AfterFunc(ctx, func() { _ = c.listener.Close() })()
	defer c.running.Wait()
	for {
		conn, err := c.listener.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("answer at the control socket: %w", err)
		}
		c.running.Go(func() {
			defer func() { _ = conn.Close() }()
			c.answer(ctx, conn)
		})
	}
}

// answer carries out one command.
func (c *control) answer(ctx context.Context, conn net.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := bufio.NewReaderSize(conn, orderBytes)
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	line, err := r.ReadSlice('\n') // fails beyond orderBytes
	var o order
	if err != nil || json.Unmarshal(line, &o) != nil {
		return // nobody that speaks our language
	}
	_ = conn.SetReadDeadline(time.Time{})
	var writing sync.Mutex
	out := &frameWriter{w: conn, kind: frameOut, mu: &writing}
	errOut := &frameWriter{w: conn, kind: frameErr, mu: &writing}
	in, feed := io.Pipe()
	c.running.Go(func() {
		defer cancel() // the client is gone
		takeInput(r, feed)
	})
	defer func() { _ = in.Close() }()
	s := &session{in: in, out: out, err: errOut, dir: o.Dir, terminal: o.Terminal, getenv: func(string) string { return "" }}
	code := c.carryOut(ctx, s, o)
	writing.Lock()
	defer writing.Unlock()
	_ = writeFrame(conn, frameExit, []byte{byte(code)})
}

// takeInput hands the client's standard input on until it ends.
func takeInput(r io.Reader, feed *io.PipeWriter) {
	for {
		kind, body, err := readFrame(r)
		if err != nil {
			_ = feed.CloseWithError(io.ErrUnexpectedEOF)
			return
		}
		switch kind {
		case frameIn:
			_, _ = feed.Write(body) // fails when the command does not read: the rest is dropped
		case frameInEnd:
			_ = feed.Close()
		}
	}
}

// carryOut runs an order with the server's own data. A panic costs one command.
func (c *control) carryOut(ctx context.Context, s *session, o order) (code int) {
	defer func() {
		if p := recover(); p != nil {
			c.app.log.ErrorContext(ctx, "a command panicked", "args", o.Args, "panic", p)
			code = s.fail(fmt.Errorf("vigie itself failed (%v); the server's log has more", p))
		}
	}()
	if o.Version != version {
		return s.fail(fmt.Errorf("the running server is vigie %s and this is vigie %s: restart the server: %w", version, o.Version, vigie.ErrConflict))
	}
	command, err := parseFor(s, c.app, o.Args)
	if err != nil {
		return s.fail(err)
	}
	work, ok := command.(dataCommand)
	if !ok {
		return s.fail(fmt.Errorf("the server cannot do %v for others: stop it first", o.Args))
	}
	return s.fail(work.work(ctx, s, c.app))
}

// frameWriter writes what it is given as frames.
type frameWriter struct {
	w    io.Writer
	kind byte
	mu   *sync.Mutex // nil when there is one writer only
}

// Write implements io.Writer.
func (f *frameWriter) Write(b []byte) (int, error) {
	if f.mu != nil {
		f.mu.Lock()
		defer f.mu.Unlock()
	}
	for at := 0; at < len(b); at += frameBytes {
		if err := writeFrame(f.w, f.kind, b[at:min(at+frameBytes, len(b))]); err != nil {
			return at, err
		}
	}
	return len(b), nil
}

func writeFrame(w io.Writer, kind byte, body []byte) error {
	head := binary.BigEndian.AppendUint32([]byte{kind}, uint32(len(body)))
	_, err := w.Write(append(head, body...))
	return err
}

func readFrame(r io.Reader) (kind byte, body []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.BigEndian.Uint32(head[1:])
	if n > frameBytes {
		return 0, nil, fmt.Errorf("a frame of %d bytes: %w", n, vigie.ErrInvalid)
	}
	body = make([]byte, n)
	_, err = io.ReadFull(r, body)
	return head[0], body, err
}
