package jail_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"vigie/crawl/extract/jail"
)

// The test program is also the child, a parent that is to be killed, and, as a
// control, a process that is not in jail at all.
const (
	asChild  = "jail-child"
	asParent = "jail-parent"
	asFree   = "jail-free"

	freeAddress = "JAIL_FREE_ADDRESS" // environment of asFree: where to connect
)

func TestMain(m *testing.M) {
	role := ""
	if len(os.Args) > 1 {
		role = os.Args[1]
	}
	switch role {
	case asChild:
		if err := jail.Serve(context.Background(), os.Stdin, os.Stdout, handlers()); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	case asParent:
		j := jail.New(jail.Options{Command: []string{asChild}, Log: slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelDebug}))})
		_, err := j.Run(context.Background(), "loop", nil)
		fmt.Fprintln(os.Stderr, err)
	case asFree:
		// Its own attempt to start it again gives no environment, and so ends there.
		if address := os.Getenv(freeAddress); address != "" {
			_ = json.NewEncoder(os.Stdout).Encode(jail.Attempts(address))
		}
	default:
		m.Run()
	}
}

// handlers are the parsers of the test: some read, some misbehave.
func handlers() map[string]jail.Handler {
	count := 0
	all := map[string]jail.Handler{
		"echo": func(_ context.Context, doc []byte) ([]byte, error) { return doc, nil },
		"refuse": func(context.Context, []byte) ([]byte, error) {
			return nil, errors.New("it is\x1b[1m encrypted\nand more")
		},
		"count": func(context.Context, []byte) ([]byte, error) {
			count++
			return strconv.AppendInt(nil, int64(count), 10), nil
		},
		"environ": func(context.Context, []byte) ([]byte, error) { return json.Marshal(os.Environ()) },
		"number": func(_ context.Context, doc []byte) ([]byte, error) {
			n, err := strconv.Atoi(string(doc))
			return make([]byte, n), err
		},
		"cache": func(_ context.Context, doc []byte) ([]byte, error) {
			path := filepath.Join(string(doc), "sub", "module")
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				return nil, err
			}
			if err := os.WriteFile(path+".tmp", []byte("compiled"), 0o600); err != nil {
				return nil, err
			}
			if err := os.Rename(path+".tmp", path); err != nil {
				return nil, err
			}
			return os.ReadFile(path)
		},
		"read": func(_ context.Context, doc []byte) ([]byte, error) { return os.ReadFile(string(doc)) },
	}
	for name, misbehave := range misbehaviours() {
		all[name] = func(context.Context, []byte) ([]byte, error) { misbehave(); return []byte("still here"), nil }
	}
	for name, try := range forbidden() {
		all["try "+name] = func(_ context.Context, doc []byte) ([]byte, error) {
			if err := try(string(doc)); err != nil {
				return nil, err
			}
			return []byte("done"), nil
		}
	}
	return all
}

// misbehaviours are what a broken or taken-over parser may do.
func misbehaviours() map[string]func() {
	return map[string]func(){
		"panic":    func() { panic("a planted panic") },
		"nil":      func() { absent().Name = "nowhere" },
		"overflow": func() { use(make([]byte, overflow(1))) },
		"exit":     func() { syscall.Exit(3) },
		"fault": func() {
			page, err := unix.Mmap(-1, 0, os.Getpagesize(), unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON)
			if err == nil {
				page[0]++
			}
		},
		"loop":  func() { endless() },
		"alloc": func() { size := int64(10 << 30); use(make([]byte, size)) },
		"hoard": func() {
			var all [][]byte
			for range 640 {
				all = append(all, use(make([]byte, 16<<20)))
			}
			use(all[0])
		},
		"share": func() { // memory that is not private is no data
			for range 640 {
				page, err := unix.Mmap(-1, 0, 16<<20, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_ANON)
				if err != nil {
					endless() // the limit on addresses; wait to be told
				}
				use(page)
			}
		},
		"big":     func() { _, _ = os.Stdout.Write([]byte{'A', 0xff, 0xff, 0xff, 0xff}) },
		"cut":     func() { _, _ = os.Stdout.Write([]byte{'A', 0, 0, 0, 9, 'x'}); syscall.Exit(0) },
		"halfcut": func() { _, _ = os.Stdout.Write([]byte{'A', 0}); syscall.Exit(0) },
		"unknown": func() { _, _ = os.Stdout.Write([]byte{'?', 0, 0, 0, 1, 'x'}) },
		"chatter": func() { _, _ = os.Stdout.WriteString("reading the document\n") },
		"silence": func() { os.Stdout.Close(); endless() },
	}
}

func absent() *jail.Attempt { return nil }

// overflow calls itself until the stack is full.
func overflow(n int) int {
	if n == 0 {
		return 0
	}
	return overflow(n+1) + n
}

func endless() {
	for n := 0; n >= 0; n = (n + 1) & 0xff {
		if n < 0 {
			return
		}
	}
}

// use touches every page.
func use(b []byte) []byte {
	for i := 0; i < len(b); i += 4096 {
		b[i] = 1
	}
	return b
}

// forbidden are things that a parser must not be able to do to what the argument names.
func forbidden() map[string]func(string) error {
	return map[string]func(string) error{
		"open":   func(path string) error { f, err := os.Open(path); f.Close(); return err },
		"list":   func(path string) error { _, err := os.ReadDir(path); return err },
		"create": func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"write":  func(path string) error { return os.WriteFile(path, []byte("changed"), 0o600) },
		"remove": os.Remove,
		"mkdir":  func(path string) error { return os.Mkdir(path, 0o700) },
		"chmod":  func(path string) error { return os.Chmod(path, 0o777) },
		"tcp": func(port string) error {
			return dial(unix.AF_INET, unix.SOCK_STREAM, &unix.SockaddrInet4{Port: number(port), Addr: [4]byte{127, 0, 0, 1}})
		},
		"udp": func(port string) error {
			return dial(unix.AF_INET, unix.SOCK_DGRAM, &unix.SockaddrInet4{Port: number(port), Addr: [4]byte{127, 0, 0, 1}})
		},
		"unix": func(path string) error { return dial(unix.AF_UNIX, unix.SOCK_STREAM, &unix.SockaddrUnix{Name: path}) },
		"exec": func(path string) error {
			pid, err := syscall.ForkExec(path, []string{path}, &syscall.ProcAttr{})
			if err == nil {
				_, err = syscall.Wait4(pid, nil, 0, nil)
			}
			return err
		},
		"replace": func(path string) error { return syscall.Exec(path, []string{path}, nil) },
		"kill":    func(pid string) error { return syscall.Kill(number(pid), syscall.SIGTERM) },
		"socket":  func(string) error { return dial(unix.AF_INET, unix.SOCK_DGRAM, nil) },
		"memfd":   func(string) error { _, err := unix.MemfdCreate("x", 0); return err },
		"files": func(string) error {
			for {
				if _, err := unix.Dup(0); err != nil {
					return err
				}
			}
		},
	}
}

func dial(family, kind int, to unix.Sockaddr) error {
	fd, err := unix.Socket(family, kind, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	if to == nil {
		return nil
	}
	if err := unix.Connect(fd, to); err != nil {
		return err
	}
	_, err = unix.Write(fd, []byte("x"))
	return err
}

func number(s string) int { n, _ := strconv.Atoi(strings.TrimSpace(s)); return n }
