package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"vigie"
)

// Owner says which process holds a folder.
type Owner struct {
	PID     int       `json:"pid"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
}

// HeldError says that another process owns the folder. It is a vigie.ErrBusy.
type HeldError struct {
	Dir string
	// Owner is the zero value when the holder did not say.
	Owner Owner
}

// Error implements error.
func (e *HeldError) Error() string {
	who := "another process"
	if e.Owner.PID != 0 {
		who = fmt.Sprintf("process %d (vigie %s, since %s)", e.Owner.PID, e.Owner.Command, e.Owner.Since.Format(time.DateTime))
	}
	return fmt.Sprintf("the data folder %s is held by %s; stop it first, or use another folder (--data)", e.Dir, who)
}

// Is makes errors.Is(err, vigie.ErrBusy) true.
func (*HeldError) Is(target error) bool { return target == vigie.ErrBusy }

// lingering is how long the lock of a process that died may outlive it: a child that it
// was just starting has it until it runs a program of its own.
const lingering = 3 * time.Second

// lock takes the folder for this process, or says who has it. The kernel lets go
// of a flock when its process dies, so a crash never leaves a folder locked.
func lock(dir string, me Owner) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	if err := take(f); err != nil {
		_ = f.Close()
		if held, ok := errors.AsType[*HeldError](err); ok {
			held.Dir = dir
			return nil, held
		}
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	line, err := json.Marshal(me)
	if err == nil {
		err = f.Truncate(0)
	}
	if err == nil {
		_, err = f.WriteAt(append(line, '\n'), 0)
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("lock %s: %w", dir, asFull(err))
	}
	return f, nil
}

// take locks an open file, or says who has it. It waits a moment for what a process
// left that is no more.
func take(f *os.File) error {
	for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return err
		}
		held := &HeldError{}
		_ = json.NewDecoder(io.NewSectionReader(f, 0, 4096)).Decode(&held.Owner) // a holder that has not yet written its line stays unnamed
		if alive := held.Owner.PID == 0 || !errors.Is(syscall.Kill(held.Owner.PID, 0), syscall.ESRCH); alive || time.Since(begun) > lingering {
			return held
		}
	}
}

// asFull gives errors that mean "no room" their kind and words.
func asFull(err error) error {
	if err == nil || !isNoSpace(err) {
		return err
	}
	return fmt.Errorf("%w: free some space, then try again; nothing that was acknowledged is lost (%w)", vigie.ErrFull, err)
}
