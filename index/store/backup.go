package store

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"vigie"
)

const (
	// manifestName is the last member of a backup.
	manifestName = "manifest.json"
	// backupPrefix and restoringPrefix begin the names of what is under way in the
	// folder.
	backupPrefix    = "backup-"
	restoringPrefix = "restoring-"
)

// Manifest says what a backup holds and proves it.
type Manifest struct {
	// Backup is the version of the layout of backups.
	Backup int       `json:"backup"`
	Format int       `json:"format"`
	Made   time.Time `json:"made"`
	Cursor Cursor    `json:"cursor"`
	Counts Counts    `json:"counts"`
	Files  []Member  `json:"files"`
	// Sum is the hash of the manifest as JSON without it.
	Sum vigie.Hash `json:"sum,omitempty"`
}

// seal returns the manifest with its sum.
func (m Manifest) seal() (Manifest, error) {
	m.Sum = ""
	body, err := json.Marshal(m)
	if err != nil {
		return m, fmt.Errorf("write manifest: %w", err)
	}
	m.Sum = vigie.HashOf(body)
	return m, nil
}

// Member is one file of a backup.
type Member struct {
	Name   string     `json:"name"`
	Bytes  int64      `json:"bytes"`
	SHA256 vigie.Hash `json:"sha256"`
}

// Backup writes one consistent state to w as a tar: the bbolt file, the segments
// up to their committed lengths, and a manifest with the hash of each. Writers go
// on meanwhile; collection waits. The progress function may be nil and is told
// bytes.
func (db *DB) Backup(ctx context.Context, w io.Writer, progress func(done, all int)) (Manifest, error) {
	defer db.readers.enter()() // segments stay until we have copied them
	m := Manifest{Backup: 1, Format: Format, Made: db.now().UTC().Truncate(time.Second)}
	// The bbolt file is copied to the disk first: a slow reader of the backup must
	// not keep a read transaction open, which would make the file grow.
	temp, err := os.CreateTemp(db.dir, backupPrefix+"*")
	if err != nil {
		return m, fmt.Errorf("back up: %w", asFull(err))
	}
	defer func() { _ = errors.Join(temp.Close(), os.Remove(temp.Name())) }()
	segments := map[uint32]segment{}
	err = db.bolt.View(func(btx *bolt.Tx) error {
		tx := &Tx{db: db, tx: btx}
		var err error
		if m.Cursor, err = lastCursor(btx); err != nil {
			return err
		}
		if m.Counts, err = tx.Counts(); err != nil {
			return err
		}
		if _, err := btx.WriteTo(temp); err != nil {
			return err
		}
		t := tableOf[segment](btx, "segments")
		for k := range t.keys(nil) {
			seg, err := t.get(k)
			if err != nil {
				return err
			}
			segments[binary.BigEndian.Uint32(k)] = seg
		}
		return nil
	})
	if err != nil {
		return m, fmt.Errorf("back up: %w", asFull(asClosed(err)))
	}
	out := &packer{ctx: ctx, tar: tar.NewWriter(w), progress: progress}
	if err := out.pack(&m, temp, segments, db.objects); err != nil {
		return m, fmt.Errorf("back up: %w", asFull(err))
	}
	return m, nil
}

// packer writes the members of a backup.
type packer struct {
	ctx      context.Context //nolint:containedctx // it is the life of one call of Backup
	tar      *tar.Writer
	progress func(done, all int)
	done     int64
	all      int64
}

func (p *packer) pack(m *Manifest, db *os.File, segments map[uint32]segment, o *objects) error {
	info, err := db.Stat()
	if err != nil {
		return err
	}
	p.all = info.Size()
	var numbers []uint32
	for n, seg := range segments {
		numbers = append(numbers, n)
		p.all += seg.Length
	}
	slices.Sort(numbers)
	if err := p.member(m, fileName, info.Size(), io.NewSectionReader(db, 0, info.Size())); err != nil {
		return err
	}
	for _, n := range numbers {
		length := segments[n].Length
		f := o.file(n)
		if f == nil {
			return &vigie.DamagedError{Place: "objects/" + segmentName(n), Reason: "the file is missing"}
		}
		if err := p.member(m, objectsDir+"/"+segmentName(n), length, io.NewSectionReader(f, 0, length)); err != nil {
			return err
		}
	}
	if *m, err = m.seal(); err != nil {
		return err
	}
	body, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := p.tar.WriteHeader(&tar.Header{Name: manifestName, Mode: 0o600, Size: int64(len(body)), ModTime: m.Made}); err != nil {
		return err
	}
	if _, err := p.tar.Write(body); err != nil {
		return err
	}
	return p.tar.Close()
}

func (p *packer) member(m *Manifest, name string, size int64, r io.Reader) error {
	if err := p.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, ModTime: m.Made}); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(p.tar, sum, p), r); err != nil {
		return fmt.Errorf("copy %s: %w", name, err)
	}
	m.Files = append(m.Files, Member{Name: name, Bytes: size, SHA256: hexSum(sum)})
	return nil
}

// Write counts bytes, reports them, and ends the copy when the context does.
func (p *packer) Write(b []byte) (int, error) {
	p.done += int64(len(b))
	if p.progress != nil {
		p.progress(int(p.done), int(p.all))
	}
	return len(b), p.ctx.Err()
}

func hexSum(h hash.Hash) vigie.Hash { return vigie.Hash(hex.EncodeToString(h.Sum(nil))) }

// BackupFile writes a backup to a file, which appears only when it is whole and
// on the disk.
//
// An existing file of that name is replaced.
//
// The store is checked first: a backup of damaged data could not be restored, and
// would take the place of one that can.
func (db *DB) BackupFile(ctx context.Context, file string, progress func(done, all int)) (Manifest, error) {
	checked, err := db.Check(ctx, nil)
	if err = errors.Join(err, checked.Err()); err != nil {
		return Manifest{}, fmt.Errorf("back up to %s: nothing was written: %w", file, err)
	}
	temp, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+"-*")
	if err != nil {
		return Manifest{}, fmt.Errorf("back up to %s: %w", file, asFull(err))
	}
	m, err := db.Backup(ctx, temp, progress)
	if err == nil {
		err = asFull(temp.Sync())
	}
	err = errors.Join(err, temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), file)
	}
	if err != nil {
		return m, errors.Join(err, os.Remove(temp.Name()))
	}
	return m, syncDir(filepath.Dir(file))
}
