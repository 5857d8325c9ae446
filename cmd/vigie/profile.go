package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/pprof"
)

// profiled writes a CPU profile while a command runs. It is for developers: the
// figures of "make bench" are explained with it.
type profiled struct {
	command any
	file    string
	args    []string
}

func (p *profiled) run(ctx context.Context, s *session) error {
	f, err := os.Create(p.file)
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return errors.Join(fmt.Errorf("profile: %w", err), f.Close())
	}
	err = s.carryOut(ctx, p.command, p.args)
	pprof.StopCPUProfile()
	return errors.Join(err, f.Close())
}
