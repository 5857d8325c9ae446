package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"vigie"
)

// verifyInChild looks at a store that was not closed properly, in a process of
// its own: reading a file that was cut raises SIGBUS, which ends a Go program.
func verifyInChild(ctx context.Context, dir string) error { return verifyChild(ctx, dir, "--quick") }

// verifyWholeInChild reads everything, bodies included.
func verifyWholeInChild(ctx context.Context, dir string) error { return verifyChild(ctx, dir) }

func verifyChild(ctx context.Context, dir string, flags ...string) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("verify the store: %w", err)
	}
	child := exec.CommandContext(ctx, self, append([]string{"verify-data", dir}, flags...)...) //nolint:gosec // it is this very program
	child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}                       // it must not outlive us and hold the file
	var said bytes.Buffer
	child.Stderr = &said
	err = child.Run()
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Exited() && exit.ExitCode() == exitFailed {
		return &vigie.DamagedError{Place: "the store", Reason: strings.TrimPrefix(strings.TrimSpace(said.String()), "vigie: ")}
	}
	return &vigie.DamagedError{Place: "the store", Reason: fmt.Sprintf("it could not be read to the end (%v); restore the newest backup (vigie restore --replace FILE)", err)}
}
