package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"vigie"
)

// create makes a new bbolt file under another name first: a crash during the
// very first initialisation would leave a file that bbolt cannot open
// (etcd-io/bbolt README, "Known Issues"). An existing file is left alone.
//
// A folder with segments but without the file has lost it and is no new folder.
func create(file string, now time.Time) error {
	if _, err := os.Stat(file); err == nil || !errors.Is(err, os.ErrNotExist) {
		return err
	}
	dir := filepath.Dir(file)
	kept, err := hasSegments(dir)
	if err != nil {
		return err
	}
	if kept {
		return damagedFile("it is missing, and " + objectsDir + "/ holds what it spoke of")
	}
	temp := file + ".new"
	db, err := bolt.Open(temp, 0o600, &bolt.Options{Timeout: time.Second})
	if err != nil {
		return fmt.Errorf("create %s: %w", file, err)
	}
	err = db.Update(func(tx *bolt.Tx) error { return initialise(tx, now) })
	if err = errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("create %s: %w", file, err)
	}
	if err := os.Rename(temp, file); err != nil {
		return fmt.Errorf("create %s: %w", file, err)
	}
	return errors.Join(syncDir(dir), syncDir(filepath.Dir(dir)))
}

// hasSegments reports whether a store was kept in the folder.
func hasSegments(dir string) (bool, error) {
	entries, err := os.ReadDir(filepath.Join(dir, objectsDir))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return false, fmt.Errorf("open objects: %w", err)
	}
	return slices.ContainsFunc(entries, func(e os.DirEntry) bool {
		_, ok := segmentNumber(e.Name())
		return ok
	}), nil
}

// damagedFile is the error of a bbolt file that cannot be used.
func damagedFile(reason string) error {
	return &vigie.DamagedError{Place: fileName, Reason: reason + "; restore the newest backup (vigie restore --replace FILE)"}
}

func initialise(tx *bolt.Tx, now time.Time) error {
	for _, name := range tableNames() {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	meta := tableOf[string](tx, "meta")
	if err := tableOf[int](tx, "meta").put([]byte("format"), Format); err != nil {
		return err
	}
	if err := meta.put([]byte("created"), now.UTC().Format(time.RFC3339)); err != nil {
		return err
	}
	return meta.put([]byte("epoch"), vigie.NewID[string](now))
}

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

// The layout of a bbolt file's first two pages (go.etcd.io/bbolt
// internal/common/meta.go): a 16-byte page header, then magic u32, version u32,
// page size u32, flags u32, root bucket 16 bytes, freelist u64, high-water mark
// u64, transaction u64, checksum u64 (FNV-1a over what is before it).
const (
	boltMagic     = 0xED0CDAED
	metaAt        = 16
	metaPageSize  = metaAt + 8
	metaHighWater = metaAt + 40
	metaTx        = metaAt + 48
	metaSum       = metaAt + 56
	metaEnd       = metaAt + 64
)

// checkLength compares the length of a bbolt file with what its newest valid
// meta page says, without mapping it: reading a mapped file beyond its end kills
// the process. After a crash one of the two meta pages may be half written, and
// bbolt goes on from the other one, the state before. In a file that was closed
// properly that would lose a transaction without a word, so it is a damage.
func checkLength(file string, crashed bool) error {
	fault, err := lengthFault(file, crashed)
	if err == nil && fault != "" {
		err = damagedFile(fault)
	}
	return err
}

// lengthFault says what is wrong, or "".
func lengthFault(file string, crashed bool) (fault string, err error) {
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("open %s: %w", file, err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return "", fmt.Errorf("open %s: %w", file, err)
	}
	var newest, need uint64
	found := 0
	// The second meta page begins one page later; page sizes are powers of two.
	for _, at := range []int64{0, 4096, 8192, 16384, 32768, 65536} {
		page := make([]byte, metaEnd)
		if _, err := f.ReadAt(page, at); err != nil {
			if errors.Is(err, io.EOF) {
				break
			}
			return "", fmt.Errorf("open %s: %w", file, err)
		}
		size, high, tx, ok := readMeta(page)
		if !ok || (at != 0 && uint64(at) != size) {
			continue
		}
		if found++; found == 1 || tx > newest {
			newest, need = tx, size*high
		}
	}
	switch {
	case found == 0:
		return "it has no valid first page", nil
	case uint64(info.Size()) < need:
		return fmt.Sprintf("it was cut: %d bytes of %d are there", info.Size(), need), nil
	case found == 1 && !crashed:
		return "one of its two first pages is not what was written, so its newest state cannot be told for sure", nil
	}
	return "", nil
}

func readMeta(page []byte) (pageSize, highWater, tx uint64, ok bool) {
	le := binary.NativeEndian
	if le.Uint32(page[metaAt:]) != boltMagic {
		return 0, 0, 0, false
	}
	h := fnv.New64a()
	_, _ = h.Write(page[metaAt:metaSum])
	if h.Sum64() != le.Uint64(page[metaSum:]) {
		return 0, 0, 0, false
	}
	return uint64(le.Uint32(page[metaPageSize:])), le.Uint64(page[metaHighWater:]), le.Uint64(page[metaTx:]), true
}
