package jail_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"vigie/crawl/extract/jail"
)

// targets are real things outside of the jail for each attempt.
func targets(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "kept")
	if err := os.WriteFile(file, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	listen := new(net.ListenConfig)
	tcp, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tcp.Close() })
	udp, err := listen.ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { udp.Close() })
	sock, err := listen.Listen(t.Context(), "unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sock.Close() })
	bystander := exec.CommandContext(t.Context(), "/bin/sleep", "600")
	if err := bystander.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bystander.Process.Kill(); _ = bystander.Wait() })
	_, tcpPort, _ := net.SplitHostPort(tcp.Addr().String())
	_, udpPort, _ := net.SplitHostPort(udp.LocalAddr().String())
	return map[string]string{
		"open": file, "list": dir, "create": filepath.Join(dir, "new"), "write": file, "mkdir": filepath.Join(dir, "folder"),
		"chmod": file, "tcp": tcpPort, "udp": udpPort, "unix": sock.Addr().String(), "exec": "/bin/true", "replace": "/bin/true",
		"socket": "", "memfd": "", "files": "", "kill": strconv.Itoa(bystander.Process.Pid), "remove": file,
	}
}

// TestForbidden holds that nothing outside can be reached from inside, by all the
// layers together and by each of them where it stands alone.
func TestForbidden(t *testing.T) {
	full := open(t, jail.Options{})
	protections, err := full.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + strings.Join(protections.Lines(), "\n"))
	landlock, calls, spaces, limits := jail.LayerLandlock, jail.LayerCalls, jail.Namespaces, jail.LayerLimits
	for _, c := range []struct {
		needs   string // a layer
		without []string
		refused string
	}{
		{landlock, nil, "open list create write mkdir chmod socket tcp udp unix exec replace memfd files kill remove"},
		{landlock, []string{calls, spaces, limits}, "open list create write mkdir tcp exec replace kill remove"},
		{calls, []string{landlock, spaces, limits}, "chmod socket tcp udp unix exec memfd"},
		{jail.LayerNetwork, []string{landlock, calls, limits}, "tcp udp"},
		{limits, []string{landlock, calls, spaces}, "files"},
	} {
		name := "all together"
		if c.without != nil {
			name = c.needs + " alone"
		}
		t.Run(name, func(t *testing.T) {
			if !holds(protections, c.needs) {
				t.Skipf("this machine has no %s", c.needs)
			}
			j, at := open(t, jail.Options{}, c.without...), targets(t)
			for attempt := range strings.FieldsSeq(c.refused) {
				answer, err := j.Run(t.Context(), "try "+attempt, []byte(at[attempt]))
				trouble, ok := errors.AsType[*jail.DocumentError](err)
				if !ok || trouble.What != jail.Refused {
					t.Errorf("%s: %s, %v", attempt, answer, err)
				}
				t.Logf("%s: %v", attempt, trouble)
			}
		})
	}
}

func holds(p jail.Protections, layer string) bool {
	return slices.ContainsFunc(p.Layers, func(l jail.Layer) bool { return l.Name == layer && l.Holds })
}

// TestUnprotected is the control: what is refused inside succeeds where no layer
// holds, so the attempts are real ones.
func TestUnprotected(t *testing.T) {
	j := open(t, jail.Options{}, jail.LayerLandlock, jail.LayerCalls, jail.LayerLimits, jail.Namespaces)
	for attempt, at := range targets(t) {
		if attempt == "files" || attempt == "replace" || attempt == "remove" {
			continue // without a limit it has no end; it ends the child; others need it
		}
		if answer, err := j.Run(t.Context(), "try "+attempt, []byte(at)); err != nil || string(answer) != "done" {
			t.Errorf("%s in a child that nothing holds: %s, %v", attempt, answer, err)
		}
	}
	for _, a := range freeAttempts(t) {
		if a.Refused {
			t.Errorf("%s in a free process: %s", a.Name, a.Said)
		}
	}
	p, err := j.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if p.Safe() || holds(p, jail.LayerLandlock) || holds(p, jail.LayerNetwork) {
		t.Errorf("the self-test of a child that nothing holds says\n%s", strings.Join(p.Lines(), "\n"))
	}
}

// freeAttempts are the self-test's, of a process that is in no jail.
func freeAttempts(t *testing.T) (attempts []jail.Attempt) {
	t.Helper()
	free := exec.CommandContext(t.Context(), "/proc/self/exe", asFree)
	free.Env = []string{freeAddress + "=127.0.0.1:" + targets(t)["tcp"]}
	out, err := free.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &attempts); err != nil || len(attempts) == 0 {
		t.Fatalf("%s: %v", out, err)
	}
	return attempts
}

// TestCheck holds that the self-test finds every layer that this kernel has, and
// that each attempt is refused by one of them.
func TestCheck(t *testing.T) {
	p, err := open(t, jail.Options{Documents: 1}).Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !p.Safe() {
		t.Errorf("not everything is refused:\n%s", strings.Join(p.Lines(), "\n"))
	}
	if holds(p, jail.LayerLandlock) {
		for _, a := range p.Attempts {
			if a.By == "" {
				t.Errorf("nobody knows who refused %s (%s)", a.Name, a.Said)
			}
		}
	}
	if !holds(p, jail.LayerLimits) || !holds(p, jail.LayerPrivileges) {
		t.Errorf("limits and privileges do not depend on the kernel:\n%s", strings.Join(p.Lines(), "\n"))
	}
}

// TestLayersAlone holds that the self-test tells true where a layer is missing.
func TestLayersAlone(t *testing.T) {
	for _, missing := range []string{jail.LayerLandlock, jail.LayerCalls, jail.LayerLimits, jail.LayerUsers} {
		t.Run(missing, func(t *testing.T) {
			p, err := open(t, jail.Options{}, missing).Check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if holds(p, missing) {
				t.Errorf("the self-test says\n%s", strings.Join(p.Lines(), "\n"))
			}
		})
	}
}

func TestCache(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "compiled")
	for _, c := range []struct {
		readOnly bool
		handler  string
		doc      string
		refused  bool
	}{
		{false, "cache", dir, false},
		{false, "read", filepath.Join(dir, "sub", "module"), false},
		{false, "read", filepath.Join(dir, "..", "other"), true},
		{false, "try exec", filepath.Join(dir, "sub", "module"), true},
		{true, "read", filepath.Join(dir, "sub", "module"), false},
		{true, "cache", dir, true},
	} {
		j := open(t, jail.Options{CacheDir: dir, CacheReadOnly: c.readOnly})
		if err := os.WriteFile(filepath.Join(dir, "..", "other"), []byte("secret"), 0o600); err != nil {
			t.Fatal(err)
		}
		answer, err := j.Run(t.Context(), c.handler, []byte(c.doc))
		if refused := err != nil; refused != c.refused {
			t.Errorf("%s %s, read-only %v: %s, %v", c.handler, c.doc, c.readOnly, answer, err)
		}
	}
}

// TestFoundDead holds that no document is blamed for a child that somebody killed
// while it had nothing to do.
func TestFoundDead(t *testing.T) {
	var said bytes.Buffer // written before Run returns
	j := open(t, jail.Options{Log: slog.New(slog.NewTextHandler(&said, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	mustRun(t, j, "echo", nil)
	line, _, _ := strings.Cut(said.String(), "\n")
	fd, pid := watchChild(t, line)
	if err := unix.Kill(pid, unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if n, err := unix.Poll(fd, 10_000); n != 1 {
		t.Fatalf("the child is alive: %v", err)
	}
	if got := mustRun(t, j, "count", nil); string(got) != "1" {
		t.Errorf("the document has number %s in its child", got)
	}
	if !strings.Contains(said.String(), `why="found dead"`) {
		t.Errorf("the log says %s", &said)
	}
}

// watchChild returns something to wait on for the end of the process that a line
// of the log names.
func watchChild(t *testing.T, line string) (fd []unix.PollFd, pid int) {
	t.Helper()
	_, text, _ := strings.Cut(strings.TrimSpace(line), "pid=")
	pid, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("the log says %q", line)
	}
	handle, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(handle) })
	return []unix.PollFd{{Fd: int32(handle), Events: unix.POLLIN}}, pid
}

// TestOrphan holds that no child outlives a parent that was killed.
func TestOrphan(t *testing.T) {
	parent := exec.CommandContext(t.Context(), "/proc/self/exe", asParent)
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	wait, _ := watchChild(t, line)
	if n, _ := unix.Poll(wait, 0); n != 0 {
		t.Fatal("the child has ended before its parent")
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	if n, err := unix.Poll(wait, 10_000); n != 1 {
		t.Errorf("the child is alive without its parent: %v", err)
	}
}
