package store

import (
	"encoding/json"
	"errors"
	"fmt"
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

// lock takes the folder for this process, or says who has it. The kernel lets go
// of a flock when its process dies, so a crash never leaves a folder locked.
func lock(dir string, me Owner) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		held := &HeldError{Dir: dir}
		if errors.Is(err, syscall.EWOULDBLOCK) {
			_ = json.NewDecoder(f).Decode(&held.Owner) // a holder that has not yet written its line stays unnamed
			_ = f.Close()
			return nil, held
		}
		_ = f.Close()
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

// asFull gives errors that mean "no room" their kind and words.
func asFull(err error) error {
	if err == nil || !isNoSpace(err) {
		return err
	}
	return fmt.Errorf("%w: free some space, then try again; nothing that was acknowledged is lost (%w)", vigie.ErrFull, err)
}
