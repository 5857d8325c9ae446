package store

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"vigie"
)

// RestoreOptions say how to restore.
type RestoreOptions struct {
	// Command is what the lock tells others meanwhile.
	Command string
	// Replace puts an existing store aside, in a folder named before-restore-…,
	// instead of refusing.
	Replace bool
	// Verify proves the unpacked folder before it takes its place; nil means
	// [Verify] in this process.
	Verify   func(ctx context.Context, dir string) error
	Now      func() time.Time
	Progress func(done, all int)
}

// Restore unpacks a backup into the folder dir. Every hash of the manifest and
// the whole store are proved before anything takes its place; a backup that is
// damaged changes nothing. The restored store begins a new epoch, so that every
// follower starts over.
func Restore(ctx context.Context, r io.Reader, dir string, o RestoreOptions) (Manifest, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Verify == nil {
		o.Verify = func(ctx context.Context, dir string) error {
			c, err := Verify(ctx, dir, false)
			return errors.Join(err, c.Err())
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Manifest{}, fmt.Errorf("restore: %w", asFull(err))
	}
	held, err := lock(dir, Owner{PID: os.Getpid(), Command: o.Command, Since: o.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return Manifest{}, fmt.Errorf("restore: %w", err)
	}
	defer func() { _ = held.Close() }()
	if err := removeLeftovers(dir); err != nil {
		return Manifest{}, fmt.Errorf("restore: %w", err)
	}
	exists, err := holdsStore(dir)
	if err != nil {
		return Manifest{}, fmt.Errorf("restore: %w", err)
	}
	if exists && !o.Replace {
		return Manifest{}, fmt.Errorf("restore: %s holds a store already; choose an empty folder (--data), or say --replace to put it aside: %w", dir, vigie.ErrConflict)
	}
	temp, err := os.MkdirTemp(dir, restoringPrefix+"*")
	if err != nil {
		return Manifest{}, fmt.Errorf("restore: %w", asFull(err))
	}
	defer func() { _ = os.RemoveAll(temp) }()
	m, err := unpack(ctx, r, temp, o.Progress)
	if err == nil {
		err = o.Verify(ctx, temp)
	}
	if err == nil {
		err = newEpoch(filepath.Join(temp, fileName), o.Now())
	}
	if err == nil {
		err = takePlace(dir, temp, o.Now())
	}
	if err != nil {
		return m, fmt.Errorf("restore: %w", asFull(err))
	}
	return m, nil
}

// holdsStore reports whether there is something to put aside, a store that lost
// its bbolt file included.
func holdsStore(dir string) (bool, error) {
	_, err := os.Stat(filepath.Join(dir, fileName))
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return err == nil, err
	}
	return hasSegments(dir)
}

// takePlace puts aside what is there and moves the restored files in, the bbolt
// file last: a store without it is refused by Open, and restored again by a second
// Restore, which puts aside what the first one could not move.
func takePlace(dir, temp string, now time.Time) error {
	aside, err := os.MkdirTemp(dir, "before-restore-"+now.UTC().Format("20060102T150405Z")+"-*")
	if err != nil {
		return err
	}
	move := func(from, to string, names ...string) error {
		for _, name := range names {
			if err := os.Rename(filepath.Join(from, name), filepath.Join(to, name)); err != nil && (to != aside || !errors.Is(err, os.ErrNotExist)) {
				return err
			}
		}
		return errors.Join(syncDir(from), syncDir(to))
	}
	if err := move(dir, aside, fileName, objectsDir, runningName); err != nil {
		return err
	}
	_ = os.Remove(filepath.Join(aside, objectsDir)) // only if it is empty
	_ = os.Remove(aside)                            // only if there was nothing to put aside
	if err := errors.Join(syncDir(filepath.Join(temp, objectsDir)), move(temp, dir, objectsDir)); err != nil {
		return err
	}
	return move(temp, dir, fileName)
}

// memberNames is what a backup may hold: nothing can be written elsewhere.
func memberNames() *regexp.Regexp { return regexp.MustCompile(`^(vigie\.db|objects/[0-9]{6}\.seg)$`) }

func notOurs(reason string) error { return &vigie.DamagedError{Place: "the backup", Reason: reason} }

func unpack(ctx context.Context, r io.Reader, dir string, progress func(done, all int)) (Manifest, error) {
	if err := os.Mkdir(filepath.Join(dir, objectsDir), 0o700); err != nil {
		return Manifest{}, err
	}
	names := memberNames()
	got := map[string]Member{}
	t := tar.NewReader(r)
	for {
		if err := ctx.Err(); err != nil {
			return Manifest{}, err
		}
		h, err := t.Next()
		switch {
		case errors.Is(err, io.EOF):
			return Manifest{}, notOurs("it ends before its manifest; it was cut")
		case err != nil:
			return Manifest{}, notOurs("it is not a backup, or was cut: " + err.Error())
		case h.Name == manifestName:
			return readManifest(t, got)
		case !names.MatchString(h.Name) || !plainFile(h) || got[h.Name].Name != "":
			return Manifest{}, notOurs(fmt.Sprintf("it holds %q, which no backup does", h.Name))
		}
		if got[h.Name], err = unpackOne(filepath.Join(dir, filepath.FromSlash(h.Name)), h, t); err != nil {
			return Manifest{}, err
		}
		if progress != nil {
			progress(len(got), len(got)+1)
		}
	}
}

// readManifest reads the last member and holds it against those that came.
func readManifest(t *tar.Reader, got map[string]Member) (Manifest, error) {
	var m Manifest
	if err := json.NewDecoder(io.LimitReader(t, 16<<20)).Decode(&m); err != nil {
		return m, notOurs("its manifest cannot be read: " + err.Error())
	}
	if _, err := t.Next(); !errors.Is(err, io.EOF) {
		return m, notOurs("it goes on after its manifest")
	}
	return m, proveMembers(m, got)
}

// plainFile reports whether a member is a file whose bytes all stand in the
// archive: a sparse one of a few bytes could fill the disk.
func plainFile(h *tar.Header) bool {
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse") {
			return false
		}
	}
	return h.Typeflag == tar.TypeReg
}

func unpackOne(file string, h *tar.Header, r io.Reader) (Member, error) {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return Member{}, err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), r)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); errors.Is(err, io.ErrUnexpectedEOF) {
		err = &vigie.DamagedError{Place: "the backup", Reason: "it was cut within " + h.Name}
	}
	return Member{Name: h.Name, Bytes: n, SHA256: hexSum(sum)}, err
}

func proveMembers(m Manifest, got map[string]Member) error {
	if m.Backup > 1 || m.Format > Format {
		return fmt.Errorf("the backup was made by a newer vigie (layout %d, format %d): use that one: %w", m.Backup, m.Format, vigie.ErrInvalid)
	}
	sealed, err := m.seal()
	if err != nil || sealed.Sum != m.Sum {
		return notOurs("its manifest is not what was written (checksum)")
	}
	if len(m.Files) != len(got) {
		return notOurs(fmt.Sprintf("its manifest names %d files and %d are there", len(m.Files), len(got)))
	}
	for _, want := range m.Files {
		if got[want.Name] != want {
			return notOurs(want.Name + " is not what the manifest says")
		}
	}
	return nil
}

// newEpoch makes every cursor meaningless, and notes that the store was restored:
// mail waits for a person's word after that.
func newEpoch(file string, now time.Time) error {
	b, err := bolt.Open(file, 0o600, &bolt.Options{Timeout: 3 * time.Second, FreelistType: bolt.FreelistMapType})
	if err != nil {
		return err
	}
	err = b.Update(func(tx *bolt.Tx) error {
		t := tableOf[string](tx, "meta")
		return errors.Join(t.put([]byte("epoch"), vigie.NewID[string](now)), t.put([]byte("restored"), now.UTC().Format(time.RFC3339)))
	})
	return errors.Join(err, b.Close())
}
