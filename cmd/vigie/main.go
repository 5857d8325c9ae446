// Command vigie is the engine of an observatory's watch cell in one program: it reads
// feeds and web sites, keeps what it read, finds it again, and serves it to the people
// who write about it and to those who read them. Everything that it keeps stands in one
// folder.
//
//	vigie demo      a whole observatory on a sample web, in a folder that goes with it
//	vigie serve     run: read what is due, index it, answer pages, post the letter
//	vigie gather    one turn: read what is due, make it searchable
//	vigie sources   the places to watch: add, list, health, packs, import, export
//	vigie try URL   read a feed, a page or a PDF and print it; nothing is kept
//	vigie search    find what was kept
//	vigie digest    what subscribers receive by mail: preview, send, list
//	vigie thesaurus what searches look for besides, in and out as SKOS
//	vigie users     the people with accounts, and their roles
//	vigie config    the reference of the configuration, or the faults of yours
//	vigie check     prove that what is kept is whole; backup, restore, export,
//	                reindex and collect look after it, too
//
// Begin with "vigie demo", then "vigie sources add ADDRESS" and "vigie serve"; "vigie
// --help" and "vigie COMMAND --help" say the rest. Most commands print JSON with
// --json. Exit codes: 0 done, 1 the work failed, 2 wrong usage.
//
// # How it is put together
//
// No other package knows all the others. A command is a struct of cli, whose tags are
// the command line. It runs in a session, which is where its words go to, and most work
// on an app, which holds the open store and everything that reads and writes it.
// pipeline.go tells what follows what; nothing here decides what a document, a story
// or a letter is.
//
// # Caveats
//
// One process owns the data folder. While "vigie serve" runs, every other command
// that needs the data is carried out by it, through a Unix socket in the data folder,
// with the same output, progress and exit code as alone: with the configuration of the
// server, and not with that of the command.
//
// The program starts itself again to read reports and to look a store through, so that
// what breaks these does not break it: the commands parse-document and verify-data,
// which nobody else should use.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	stdlog "log" //nolint:depguard // to silence it
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // dates must not depend on what the machine has installed

	"golang.org/x/term"

	"vigie"
	"vigie/index/store"
)

// version is set by the linker (see the Makefile).
var version = "dev"

// The exit codes of all commands.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	stdlog.SetOutput(io.Discard) // libraries talk there; what matters of it reaches our own log
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	dir, err := os.Getwd()
	if err != nil {
		dir = "."
	}
	s := &session{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, dir: dir, getenv: os.Getenv,
		terminal: term.IsTerminal(int(os.Stderr.Fd())),
	}
	os.Exit(run(ctx, s, os.Args[1:]))
}

// run carries out one command line.
func run(ctx context.Context, s *session, args []string) int {
	command, err := parse(s, args)
	if err != nil {
		return s.fail(err)
	}
	if command == nil {
		return exitDone // help was printed
	}
	return s.fail(s.carryOut(ctx, command, args))
}

// carryOut runs a command that was read.
func (s *session) carryOut(ctx context.Context, command any, args []string) error {
	switch c := command.(type) {
	case plainCommand:
		return c.run(ctx, s)
	case dataCommand:
		if p, ok := c.(preparedCommand); ok {
			if err := p.prepare(ctx, s); err != nil {
				return err
			}
		}
		return s.withData(ctx, c, args)
	default:
		return fmt.Errorf("run %v: no such command", args)
	}
}

// plainCommand needs no data folder, or takes it in its own way.
type plainCommand interface {
	run(ctx context.Context, s *session) error
}

// dataCommand works on the data, here or in the server that holds it.
type dataCommand interface {
	work(ctx context.Context, s *session, a *app) error
}

// preparedCommand asks the person for something before the data is opened, which a
// server that does the work could not.
type preparedCommand interface {
	prepare(ctx context.Context, s *session) error
}

// withData opens the data and does the work, or has the running server do it.
func (s *session) withData(ctx context.Context, c dataCommand, args []string) error {
	a, err := s.takeData(ctx, args)
	if err != nil {
		return err
	}
	return errors.Join(c.work(ctx, s, a), a.close()) //nolint:contextcheck // closing goes on after the context has ended
}

// patience is how long a command waits for another that has the data.
const patience = 10 * time.Second

// takeData opens the data. If a server has it, the server does the work and the
// error carries its exit code; another command is waited for.
func (s *session) takeData(ctx context.Context, args []string) (*app, error) {
	begun, told := time.Now(), false
	for {
		a, err := openApp(ctx, s, commandName(args))
		held, isHeld := errors.AsType[*store.HeldError](err)
		if !isHeld {
			return a, err
		}
		code, remoteErr := askServer(ctx, s, args)
		if remoteErr == nil {
			return nil, exitError(code)
		}
		if !errors.Is(remoteErr, errNoServer) {
			return nil, remoteErr
		}
		if time.Since(begun) > patience {
			return nil, err
		}
		if !told && time.Since(begun) > time.Second {
			told = true
			s.tellf("waiting for vigie %s (process %d)\n", held.Owner.Command, held.Owner.PID)
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// exitError carries an exit code whose message was printed already.
type exitError int

// Error implements error.
func (e exitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// usageError is a wrong command line.
type usageError struct{ err error }

// wrongFlag is a flag whose value cannot be used.
func wrongFlag(flag, reason string) error {
	return usageError{&vigie.InvalidError{Field: flag, Reason: reason}}
}

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

// fail tells the person what went wrong and returns the exit code.
func (s *session) fail(err error) int {
	var code exitError
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &code):
		return int(code)
	case errors.Is(err, context.Canceled):
		s.tellf("vigie: stopped; what was done so far is kept, and the next turn goes on from there\n")
		return exitFailed
	case errors.As(err, &usage):
		s.tellf("vigie: %v\n", err)
		return exitUsage
	default:
		s.tellf("vigie: %v\n", err)
		return exitFailed
	}
}
