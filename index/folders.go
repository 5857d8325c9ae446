package index

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// What stands in the index's folder.
const (
	activeFile    = "active"         // the name of the folder in use
	openFile      = "open"           // there while the index is open; a crash leaves it
	folderPrefix  = "bleve-"         // a bleve index
	damagedPrefix = "index-damaged-" // one that was put aside
)

// readActive returns the name of the folder in use, "" where there is none.
func readActive(dir string) (string, error) {
	b, err := os.ReadFile(filepath.Join(dir, activeFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read which index is in use: %w", err)
	}
	name := strings.TrimSpace(string(b))
	if !strings.HasPrefix(name, folderPrefix) || filepath.Base(name) != name {
		return "", nil // not ours to follow: as if absent
	}
	return name, nil
}

// writeActive says which folder is in use, so that a crash leaves the old answer
// or the new one.
func writeActive(dir, name string) error {
	tmp := filepath.Join(dir, activeFile+".tmp")
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("note which index is in use: %w", err)
	}
	_, err = f.WriteString(name + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(tmp, filepath.Join(dir, activeFile))
	}
	if err == nil {
		err = syncDir(dir)
	}
	if err != nil {
		return fmt.Errorf("note which index is in use: %w", err)
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// stamp makes part of a folder's name that sorts by time.
func stamp(now time.Time) string { return now.UTC().Format("20060102T150405.000000000") }

// putAside renames a damaged index, for whoever wants to look at it, and removes
// the ones put aside before.
func putAside(dir, name string, now time.Time) (string, error) {
	old, err := damaged(dir)
	if err != nil {
		return "", err
	}
	to := damagedPrefix + stamp(now)
	if err := os.Rename(filepath.Join(dir, name), filepath.Join(dir, to)); err != nil {
		return "", fmt.Errorf("put the damaged index aside: %w", err)
	}
	for _, o := range old {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, o)))
	}
	return to, err
}

func damaged(dir string) ([]string, error) {
	return foldersOf(dir, damagedPrefix)
}

func foldersOf(dir, prefix string) ([]string, error) {
	all, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list the index's folder: %w", err)
	}
	var out []string
	for _, e := range all {
		if strings.HasPrefix(e.Name(), prefix) {
			out = append(out, e.Name())
		}
	}
	slices.Sort(out)
	return out, nil
}

// sweep removes what a killed rebuild left.
func sweep(dir, active string) (int, error) {
	folders, err := foldersOf(dir, folderPrefix)
	n := 0
	for _, f := range folders {
		if f != active {
			n++
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, f)))
		}
	}
	return n, err
}

// bytesIn returns how much a folder takes on the disk.
func bytesIn(dir string) int64 {
	var n int64
	_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // merges remove files while we look
		}
		if info, err := e.Info(); err == nil && !e.IsDir() {
			n += info.Size()
		}
		return nil
	})
	return n
}
