package jail

import (
	"context"
	"debug/elf"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"syscall"

	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
)

// Tool is a program of the machine that reads a document on its standard input
// and writes an answer on its standard output, as pdftotext does.
type Tool struct {
	// Path is the program. Example: "/usr/bin/pdftotext".
	Path string
	// Args are its arguments. Example: "-q", "-enc", "UTF-8", "-", "-".
	Args []string
	// Readable are the files and folders that it may read beside itself. Default:
	// the machine's libraries, its fonts and what poppler needs for Asian letters.
	Readable []string
}

// defaultReadable is where a program's libraries are, and poppler's tables.
func defaultReadable() []string {
	return []string{
		"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache",
		"/usr/share/poppler", "/usr/share/fonts", "/etc/fonts",
	}
}

// RunTool has a tool read a document in a jail of its own, with the limits of j,
// and returns what it writes. A tool that says no (any exit code but 0) refuses the
// document. The tool takes the turn of a child while it runs.
func (j *Jail) RunTool(ctx context.Context, tool Tool, document []byte) (answer []byte, err error) {
	if len(document) > j.opts.MaxInputBytes {
		return nil, &DocumentError{Refused, fmt.Sprintf("the document is %d bytes long, and at most %d are read", len(document), j.opts.MaxInputBytes)}
	}
	waited := j.wait(ctx, func(c *child) *child {
		answer, err = j.useTool(ctx, tool, document)
		return c
	})
	if waited != nil {
		err = waited
	}
	if err != nil {
		return nil, fmt.Errorf("run %s in the jail: %w", tool.Path, err)
	}
	return answer, nil
}

func (j *Jail) useTool(ctx context.Context, tool Tool, document []byte) ([]byte, error) {
	c, spaces, err := j.spawn(ctx)
	if err != nil {
		return nil, fmt.Errorf("start a tool: %w", err)
	}
	defer c.end()
	s := orders(j.opts, spaces)
	s.Tool, s.Args, s.Readable, s.CacheDir = tool.Path, tool.Args, tool.Readable, ""
	if s.Readable == nil {
		s.Readable = defaultReadable()
	}
	letter, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("start a tool: %w", err)
	}
	var answer []byte
	err = c.guarded(ctx, j.limits(j.opts.Timeout), func() error {
		answer, err = c.pass(letter, document, j.opts.MaxAnswerBytes)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer, c.toolVerdict()
}

// pass writes the orders and the document, and reads, at the same time, all that
// comes back; then the process is about to end.
func (c *child) pass(letter, document []byte, bound int) ([]byte, error) {
	var writer sync.WaitGroup
	writer.Go(func() {
		// A tool may say all it has to say without reading to the end; how it
		// ends tells whether that was well.
		if err := writeFrame(c.in, frameSetup, letter); err == nil {
			_, _ = c.in.Write(document)
		}
		_ = c.in.Close()
	})
	answer, err := io.ReadAll(io.LimitReader(c.out, int64(bound)+1))
	if err == nil && len(answer) > bound {
		err = &DocumentError{Refused, fmt.Sprintf("the answer is longer than %d bytes", bound)}
	}
	_ = c.in.Close() // nothing more is wanted
	writer.Wait()
	return answer, err
}

// toolVerdict waits for the end of a tool and tells how it went.
func (c *child) toolVerdict() error {
	gone := c.ended(lastGasp)
	c.end()
	state, said := c.cmd.ProcessState, c.words.String()
	status, ok := state.Sys().(syscall.WaitStatus)
	switch {
	case strings.Contains(said, toolTrouble), strings.Contains(said, lockTrouble):
		return errors.New(oneLine(said))
	case !gone:
		return &DocumentError{Broken, "the tool closed its pipe and did not end"}
	case state.Success():
		return nil
	case ok && status.Exited() && !starved(said):
		return &DocumentError{Refused, fmt.Sprintf("exit code %d %s", status.ExitStatus(), oneLine(said))}
	default:
		return verdict(state, said)
	}
}

// What the last words of a process that did not become a tool have in them.
const (
	toolTrouble = "the tool could not be started: "
	lockTrouble = "the child could not be locked up: "
)

// become replaces this process, which is locked up, by the tool of its orders. It
// returns only if that fails.
func become(s setup) error {
	err := syscall.Exec(s.Tool, append([]string{s.Tool}, s.Args...), []string{}) //nolint:gosec // the operator names it
	return fmt.Errorf("%s%w", toolTrouble, err)
}

// toolRules let a tool be started, and read what it needs: only the tool itself and
// its loader may be executed.
func toolRules(s setup) []landlock.Rule {
	read := landlock.AccessFSSet(ll.AccessFSReadFile)
	run := read | ll.AccessFSExecute
	rules := []landlock.Rule{
		landlock.PathAccess(run, s.Tool).IgnoreIfMissing(),
		landlock.PathAccess(read, "/dev/null").IgnoreIfMissing(),
	}
	if loader := interpreter(s.Tool); loader != "" {
		rules = append(rules, landlock.PathAccess(run, loader).IgnoreIfMissing())
	}
	for _, path := range s.Readable {
		access := read
		if tryOpen(path, syscall.O_RDONLY|syscall.O_DIRECTORY) == nil {
			access |= ll.AccessFSReadDir
		}
		rules = append(rules, landlock.PathAccess(access, path).IgnoreIfMissing())
	}
	return rules
}

// interpreter returns the loader that a program names, "" if it needs none.
func interpreter(program string) string {
	f, err := elf.Open(program)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }() // it was only read
	for _, p := range f.Progs {
		if p.Type != elf.PT_INTERP || p.Filesz > 4096 {
			continue
		}
		path := make([]byte, p.Filesz)
		if _, err := p.ReadAt(path, 0); err == nil {
			return strings.TrimRight(string(path), "\x00")
		}
	}
	return ""
}
