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
// sends one line of JSON (order); the server answers with frames of output, and an
// exit code as the last. Standard input is sent only as the command reads it, a
// piece for each frame that asks for one: what a command does not read stays with
// the client's shell. Closing the connection cancels the command.
const socketName = "control.sock"

// Frames are a kind, a length (u32, big-endian) and as many bytes.
const (
	frameOut   = 'o'
	frameErr   = 'e'
	frameExit  = 'x'
	frameWant  = 'w' // the command reads: send a piece of input
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
	code, err := receive(conn, s)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	return code, err
}

// sendInput sends a piece of standard input for each time that it is asked. It
// ends with the channel, or with the process: reading a terminal cannot be
// interrupted.
func sendInput(conn net.Conn, in io.Reader, wanted <-chan struct{}) {
	piece := make([]byte, frameBytes)
	for range wanted {
		n, err := in.Read(piece)
		for n == 0 && err == nil {
			n, err = in.Read(piece)
		}
		if n > 0 {
			err = writeFrame(conn, frameIn, piece[:n])
		} else {
			err = errors.Join(writeFrame(conn, frameInEnd, nil), err)
		}
		if err != nil {
			return
		}
	}
}

// receive copies the answer to the person until the exit code comes.
func receive(conn net.Conn, s *session) (int, error) {
	wanted := make(chan struct{}, 1)
	defer close(wanted)
	go sendInput(conn, s.in, wanted)
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
		case frameWant:
			select {
			case wanted <- struct{}{}:
			default: // it asks one at a time
			}
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
	if u, ok := l.(*net.UnixListener); ok {
		u.SetUnlinkOnClose(false) // its name may be a descriptor that is another folder by then
	}
	if err := os.Chmod(address, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("open the control socket: %w", err), l.Close())
	}
	return &control{app: a, listener: l}, nil
}

// serve carries out commands until ctx ends, and returns when the last is done.
func (c *control) serve(ctx context.Context) error {
	defer func() { _ = os.Remove(filepath.Join(c.app.cfg.Data, socketName)) }()
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
	// When we are told to stop, or the client has gone, nobody waits for a client
	// that neither sends nor reads; what is left to say has two seconds.
	defer context.AfterFunc(ctx, func() {
		_ = conn.SetReadDeadline(time.Now())
		_ = conn.SetWriteDeadline(time.Now().Add(2 * time.Second))
	})()
	w := &frames{w: conn}
	in := &remoteInput{ctx: ctx, ask: w, pieces: make(chan []byte, 1)}
	c.running.Go(func() {
		defer cancel() // the client is gone
		takeInput(r, in.pieces)
	})
	s := &session{
		in: in, out: &frameWriter{w, frameOut}, err: &frameWriter{w, frameErr},
		dir: o.Dir, terminal: o.Terminal, getenv: func(string) string { return "" },
	}
	code := c.carryOut(ctx, s, o)
	_ = w.send(frameExit, []byte{byte(code)}) // a client that is gone needs no code
}

// takeInput hands on what the client sends, until it is gone. It never waits for
// the command: there is one piece for each that was asked for.
func takeInput(r io.Reader, pieces chan<- []byte) {
	defer close(pieces)
	for {
		kind, body, err := readFrame(r)
		if err != nil {
			return
		}
		if kind == frameInEnd {
			body = nil
		} else if kind != frameIn || len(body) == 0 {
			return // not our language
		}
		select {
		case pieces <- body:
		default:
			return // more than was asked for
		}
	}
}

// remoteInput is the standard input of a client. Reading asks the client for it.
type remoteInput struct {
	ctx    context.Context //nolint:containedctx // it is the life of one command, and io.Reader takes none
	ask    *frames
	pieces chan []byte
	rest   []byte
	ended  bool
}

// Read implements io.Reader.
func (in *remoteInput) Read(b []byte) (int, error) {
	if len(in.rest) == 0 && !in.ended {
		if err := in.ask.send(frameWant, nil); err != nil {
			return 0, err
		}
		select {
		case piece, ok := <-in.pieces:
			if !ok {
				return 0, io.ErrUnexpectedEOF
			}
			in.rest, in.ended = piece, len(piece) == 0
		case <-in.ctx.Done():
			return 0, in.ctx.Err()
		}
	}
	if len(in.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b, in.rest)
	in.rest = in.rest[n:]
	return n, nil
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

// frames sends frames, one at a time.
type frames struct {
	mu sync.Mutex
	w  io.Writer // under mu
}

func (f *frames) send(kind byte, body []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return writeFrame(f.w, kind, body)
}

// frameWriter writes what it is given as frames of one kind.
type frameWriter struct {
	to   *frames
	kind byte
}

// Write implements io.Writer.
func (f *frameWriter) Write(b []byte) (int, error) {
	for at := 0; at < len(b); at += frameBytes {
		if err := f.to.send(f.kind, b[at:min(at+frameBytes, len(b))]); err != nil {
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
