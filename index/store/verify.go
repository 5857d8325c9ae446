package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Verify looks at a folder that no process has open, and changes nothing. Quick
// leaves the bodies out and is meant for the time after a crash. An older format
// is checked after its migration. Run it in a child process: reading a file that
// was cut or scrambled can kill the process that does it, though most of it comes
// back as a vigie.ErrDamaged.
func Verify(ctx context.Context, dir string, quick bool) (c Checked, err error) {
	before := debug.SetPanicOnFault(true)
	defer func() {
		debug.SetPanicOnFault(before)
		if r := recover(); r != nil {
			err = damagedFile(fmt.Sprintf("it cannot be read (%v)", r))
		}
	}()
	file := filepath.Join(dir, fileName)
	if err := checkLength(file, unclean(dir)); err != nil {
		return Checked{}, err
	}
	b, err := bolt.Open(file, 0o600, &bolt.Options{Timeout: 3 * time.Second, ReadOnly: true, PreLoadFreelist: true})
	if err != nil {
		return Checked{}, damagedFile(err.Error())
	}
	defer func() { _ = b.Close() }()
	if format, err := formatOf(b); err != nil || format != Format {
		return Checked{}, err
	}
	o, err := readObjects(filepath.Join(dir, objectsDir), b)
	if err != nil {
		return Checked{}, err
	}
	defer func() { _ = o.close() }()
	err = b.View(func(tx *bolt.Tx) error {
		if c.Damages = pageDamages(tx); len(c.Damages) > 0 {
			return nil // its tables cannot be walked safely
		}
		c, err = check(ctx, &Tx{db: &DB{objects: o}, tx: tx}, !quick, nil)
		return err
	})
	return c, err
}

// readObjects opens the segments of a folder for reading, changing nothing.
func readObjects(dir string, b *bolt.DB) (*objects, error) {
	known, err := segmentsOf(b)
	if err != nil {
		return nil, err
	}
	o, err := newObjects(dir, 0)
	if err != nil {
		return nil, err
	}
	for n := range known {
		f, err := os.Open(filepath.Join(dir, segmentName(n)))
		if errors.Is(err, os.ErrNotExist) {
			continue // found by the check of segments
		}
		if err != nil {
			return nil, errors.Join(err, o.close())
		}
		o.files[n] = f
	}
	return o, nil
}
