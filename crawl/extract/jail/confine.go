package jail

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

const (
	maxStackBytes = 64 << 20
	maxFiles      = 64
	maxThreads    = 128
	maxCacheFile  = 512 << 20
)

// confine takes from this process, for good, what a parser does not need. What the
// kernel does not have is left out, and named; anything else that fails is an error.
func confine(s setup) (readiness, error) {
	ready := readiness{Spaces: spaceNames()}
	debug.SetMaxStack(maxStackBytes)
	debug.SetMemoryLimit(s.MemoryBytes / 4 * 3)
	// If the machine runs out of memory all the same, the child goes first.
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0)
	for _, step := range []struct {
		name string
		take func(setup) (string, error)
	}{
		{LayerLimits, setLimits},
		{LayerLandlock, restrict},
		{LayerCalls, filterCalls},
	} {
		if slices.Contains(s.Without, step.name) {
			ready.Layers = append(ready.Layers, Layer{Name: step.name, Detail: "left out"})
			continue
		}
		detail, err := step.take(s)
		if err != nil && !errors.Is(err, errors.ErrUnsupported) {
			return readiness{}, fmt.Errorf("%s: %w", step.name, err) // half locked up is not locked up
		}
		if err != nil {
			detail = err.Error()
		}
		ready.Layers = append(ready.Layers, Layer{Name: step.name, Holds: err == nil, Detail: detail})
	}
	ready.Layers = append(ready.Layers, privileges(), capabilities())
	return ready, nil
}

// setLimits sets the resource limits; each is named with what it bounds.
func setLimits(s setup) (string, error) {
	size, data := addressSpace()
	fileBytes := uint64(0)
	if s.CacheDir != "" && !s.CacheReadOnly {
		fileBytes = maxCacheFile
	}
	memory := uint64(s.MemoryBytes)
	set := []struct {
		name  string
		which int
		most  uint64
	}{
		{"core", unix.RLIMIT_CORE, 0},
		{"file size", unix.RLIMIT_FSIZE, fileBytes},
		{"open files", unix.RLIMIT_NOFILE, maxFiles},
		{"processor seconds", unix.RLIMIT_CPU, uint64(s.CPUSeconds)},
		// Private memory that can be written: Go's heap, WebAssembly's memory.
		{"data", unix.RLIMIT_DATA, data + memory},
		// Go reserves far more addresses than it uses; shared memory counts here only.
		{"addresses", unix.RLIMIT_AS, size + 2*memory},
	}
	if s.OwnUsers { // elsewhere all processes of the user count
		set = append(set, struct {
			name  string
			which int
			most  uint64
		}{"threads", unix.RLIMIT_NPROC, maxThreads})
	}
	var said []string
	for _, l := range set {
		var now unix.Rlimit
		if err := unix.Getrlimit(l.which, &now); err != nil {
			return "", fmt.Errorf("read the limit of %s: %w", l.name, err)
		}
		l.most = min(l.most, now.Max) // the operator's may be lower
		if err := unix.Setrlimit(l.which, &unix.Rlimit{Cur: l.most, Max: l.most}); err != nil {
			return "", fmt.Errorf("limit %s: %w", l.name, err)
		}
		said = append(said, fmt.Sprintf("%s %d", l.name, l.most))
	}
	return strings.Join(said, ", "), nil
}

// addressSpace returns how many bytes of addresses, and of data among them, this
// process has now, by its status file, proc_pid_status(5); the race detector alone
// takes very many.
func addressSpace() (size, data uint64) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 2 << 30, 1 << 28
	}
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		kib, _ := strconv.ParseUint(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		switch name {
		case "VmSize":
			size = kib << 10
		case "VmData":
			data = kib << 10
		}
	}
	return size, data
}

// restrict applies Landlock: all that this kernel's version knows is refused, but
// for the folder of compiled code.
func restrict(s setup) (string, error) {
	abi, err := ll.LandlockGetABIVersion()
	if err != nil {
		return "", fmt.Errorf("this kernel has no Landlock (%w): %w", err, errors.ErrUnsupported)
	}
	var rules []landlock.Rule
	if s.CacheDir != "" {
		dir, err := filepath.EvalSymlinks(s.CacheDir)
		if err != nil {
			return "", fmt.Errorf("open the folder of compiled code: %w", err)
		}
		access := landlock.AccessFSSet(ll.AccessFSReadFile | ll.AccessFSReadDir)
		if !s.CacheReadOnly {
			access |= ll.AccessFSWriteFile | ll.AccessFSTruncate | ll.AccessFSMakeReg | ll.AccessFSMakeDir | ll.AccessFSRemoveFile | ll.AccessFSRemoveDir
		}
		rules = append(rules, landlock.PathAccess(access, dir))
	}
	if s.Tool != "" {
		rules = append(rules, toolRules(s)...)
	}
	if err := landlock.V11.BestEffort().Restrict(rules...); err != nil {
		return "", err
	}
	return "version " + strconv.Itoa(abi), nil
}

// privileges reports whether a program that this process starts could gain rights.
func privileges() Layer {
	on, err := unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)
	return Layer{Name: LayerPrivileges, Holds: err == nil && on == 1}
}

// capabilities reports whether this process has none of root's powers.
func capabilities() Layer {
	head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var sets [2]unix.CapUserData
	err := unix.Capget(&head, &sets[0])
	none := sets[0].Effective|sets[1].Effective|sets[0].Permitted|sets[1].Permitted == 0
	return Layer{Name: LayerCapabilities, Holds: err == nil && none, Detail: "user " + strconv.Itoa(syscall.Getuid())}
}

// spaceNames returns the identities of this process's namespaces.
func spaceNames() map[string]string {
	names := make(map[string]string)
	for _, kind := range []string{"user", "net", "pid", "ipc"} {
		if target, err := os.Readlink("/proc/self/ns/" + kind); err == nil {
			names[kind] = target
		}
	}
	return names
}
