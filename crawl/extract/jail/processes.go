//go:build !cgo

package jail

import "syscall"

// processNamespace asks for a process namespace.
const processNamespace uintptr = syscall.CLONE_NEWPID
