package jail

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
)

// forbiddenCalls are the system calls that a parser has no use for and that
// Landlock, or old versions of it, leave alone: programs and processes, sockets of
// every family, what a file is beside its content, other processes' memory, and
// doors to seldom used parts of the kernel. It is no complete policy.
func forbiddenCalls() []uint32 {
	return append([]uint32{
		unix.SYS_EXECVE, unix.SYS_EXECVEAT, unix.SYS_MEMFD_CREATE,
		unix.SYS_SOCKET, unix.SYS_SOCKETPAIR, unix.SYS_CONNECT, unix.SYS_BIND, unix.SYS_LISTEN,
		unix.SYS_FCHMOD, unix.SYS_FCHMODAT, unix.SYS_FCHMODAT2, unix.SYS_FCHOWN, unix.SYS_FCHOWNAT, unix.SYS_UTIMENSAT,
		unix.SYS_SETXATTR, unix.SYS_LSETXATTR, unix.SYS_FSETXATTR, unix.SYS_REMOVEXATTR, unix.SYS_LREMOVEXATTR, unix.SYS_FREMOVEXATTR,
		unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_PIDFD_GETFD, unix.SYS_KCMP,
		unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD, unix.SYS_IO_URING_SETUP,
		unix.SYS_KEYCTL, unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY, unix.SYS_MQ_OPEN, unix.SYS_SHMGET,
		unix.SYS_MOUNT, unix.SYS_UMOUNT2, unix.SYS_PIVOT_ROOT, unix.SYS_CHROOT, unix.SYS_UNSHARE, unix.SYS_SETNS,
		unix.SYS_OPEN_TREE, unix.SYS_MOVE_MOUNT, unix.SYS_FSOPEN, unix.SYS_FSPICK, unix.SYS_OPEN_BY_HANDLE_AT,
		unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE, unix.SYS_DELETE_MODULE, unix.SYS_KEXEC_LOAD, unix.SYS_REBOOT,
		unix.SYS_SWAPON, unix.SYS_SWAPOFF, unix.SYS_ACCT, unix.SYS_QUOTACTL, unix.SYS_SETHOSTNAME, unix.SYS_CLOCK_SETTIME,
	}, olderCalls()...)
}

// Where the kernel puts what a filter looks at: struct seccomp_data, seccomp(2).
const (
	atCall     = 0
	atArch     = 4
	atFirstArg = 16 // the low half, on little-endian machines
)

// filterCalls refuses the forbidden calls to all threads, and threads that are
// really new processes.
func filterCalls(s setup) (string, error) {
	if machine == 0 {
		return "", fmt.Errorf("there is no filter for %s: %w", runtime.GOARCH, errors.ErrUnsupported)
	}
	runtime.LockOSThread() // prctl is for this thread; the filter brings it to all
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return "", fmt.Errorf("give up new privileges: %w", err)
	}
	calls := forbiddenCalls()
	if s.Tool != "" { // becoming it is one; which programs it may be, Landlock says
		calls = slices.DeleteFunc(calls, func(call uint32) bool { return call == unix.SYS_EXECVE })
	}
	rules := callFilter(calls)
	program := unix.SockFprog{Len: uint16(len(rules)), Filter: &rules[0]}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC,
		uintptr(unsafe.Pointer(&program))) //nolint:gosec // the kernel takes the filter by its address
	if errno == unix.ENOSYS || errno == unix.EINVAL {
		return "", fmt.Errorf("this kernel has no filter (%w): %w", errno, errors.ErrUnsupported)
	}
	if errno != 0 {
		return "", fmt.Errorf("filter system calls: %w", errno)
	}
	return fmt.Sprintf("%d calls refused", len(calls)+2), nil
}

// callFilter is the filter against calls as the kernel's classic BPF.
func callFilter(calls []uint32) []unix.SockFilter {
	load := func(at uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: at}
	}
	answer := func(with uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: with}
	}
	// unless jumps over the next n instructions if the test fails.
	unless := func(test uint16, k uint32, n uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | test | unix.BPF_K, K: k, Jf: n}
	}
	refuse := answer(unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM))
	rules := []unix.SockFilter{
		load(atArch),
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: machine, Jt: 1},
		answer(unix.SECCOMP_RET_KILL_PROCESS), // calls of another machine have other numbers
		load(atCall),
		unless(unix.BPF_JGE, foreignCalls, 1), refuse,
		// clone3 hides its flags from filters: who asks for it falls back to clone.
		unless(unix.BPF_JEQ, unix.SYS_CLONE3, 1), answer(unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)),
	}
	for _, call := range calls {
		rules = append(rules, unless(unix.BPF_JEQ, call, 1), refuse)
	}
	return append(rules,
		unless(unix.BPF_JEQ, unix.SYS_CLONE, 3),
		load(atFirstArg),
		unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, K: unix.CLONE_THREAD, Jt: 1},
		refuse,
		answer(unix.SECCOMP_RET_ALLOW))
}
