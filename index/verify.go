package index

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	api "github.com/blevesearch/bleve_index_api"

	"vigie"
)

// The pace of [Index.Verify], 20 MB a second at most, and how long Follow waits before it:
// who starts the program has more urgent things to read.
const (
	verifyAfter = time.Minute
	verifyBytes = 1 << 20
	verifyPause = 50 * time.Millisecond
)

// Verify reads every file of the index, slowly, and compares it with the checksum at
// its end. After a crash Open does that; bytes that changed on the disk after an orderly
// stop are noticed by nothing else, unless a search or a merge falls over them. A damaged
// index is put aside and made anew, as Open does. That every document is in it is for
// [Index.Check].
func (x *view) Verify(ctx context.Context) error {
	g, release, err := x.use()
	if err != nil {
		return err
	}
	files, err := g.files()
	release()
	if err == nil {
		err = verifyFiles(files, func() bool { return pause(ctx, verifyPause) }, func(file string) error { return x.missing(g, file) })
	}
	if err == nil {
		err = ctx.Err() // it stopped half-way
	}
	if errors.Is(err, vigie.ErrDamaged) && ctx.Err() == nil {
		if err = x.replace(ctx, g, err.Error()); err == nil {
			_, err = x.CatchUp(ctx, nil)
		}
	}
	if err != nil {
		return fmt.Errorf("verify the index: %w", err)
	}
	return nil
}

// missing tells damage from a file that was merged into another since, or that a rebuild
// took away with all others.
func (x *view) missing(g *generation, file string) error {
	now, release, err := x.use()
	if err != nil {
		return err
	}
	defer release()
	if now != g {
		return nil
	}
	files, err := g.files()
	if err == nil && slices.Contains(files, file) {
		err = gone(file)
	}
	return err
}

// verifyOnce is Verify for those who follow: a while after the start, and told to the
// log. It ends with ctx.
func (x *view) verifyOnce(ctx context.Context) {
	if !pause(ctx, verifyAfter) {
		return
	}
	if err := x.Verify(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, os.ErrClosed) {
		x.log.ErrorContext(ctx, "the files of the index could not be verified", "err", err)
	}
}

// verify compares every file in use with the checksum at its end: bleve does not notice
// altered bytes (measured on v2.6.1).
func (g *generation) verify() error {
	return g.read(func(r api.IndexReader) error {
		return verifyFiles(filesOf(r), func() bool { return true }, gone)
	})
}

// verifyFolder compares every file that is in use in the folder of an index that is not
// open. Once it is, bleve takes lengths in them for true, and merges at once: what is
// damaged would go into a file whose checksum fits. A crash leaves files that are not in
// use, which may be cut: root.bolt names the others.
func verifyFolder(dir string) error {
	named, err := os.ReadFile(filepath.Join(dir, "root.bolt"))
	if err != nil {
		return fmt.Errorf("read which files are in use: %w", err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.zap"))
	if err != nil {
		return fmt.Errorf("list the files: %w", err)
	}
	files = slices.DeleteFunc(files, func(file string) bool { return !bytes.Contains(named, []byte(filepath.Base(file))) })
	return verifyFiles(files, func() bool { return true }, gone)
}

// verifyFiles verifies one file after the other, and asks missing about those that are
// not there. Between the files, and between their parts, it waits as rest does, and stops
// with nil where that reports false.
func verifyFiles(files []string, rest func() bool, missing func(file string) error) error {
	for _, file := range files {
		err := verifySegment(file, rest)
		if errors.Is(err, fs.ErrNotExist) {
			err = missing(file)
		}
		if err != nil || !rest() {
			return err
		}
	}
	return nil
}

// gone is the damage that a file in use is not there.
func gone(file string) error {
	return &vigie.DamagedError{Place: placeOf(file), Reason: "the file is gone; rebuild the index (vigie reindex)"}
}

// placeOf says which file of which index one is.
func placeOf(file string) string {
	return "index " + filepath.Join(filepath.Base(filepath.Dir(filepath.Dir(file))), filepath.Base(file))
}

// files returns the segment files that are in use now.
func (g *generation) files() (files []string, err error) {
	err = g.read(func(r api.IndexReader) error {
		files = filesOf(r)
		return nil
	})
	return files, err
}

// filesOf returns the segment files in use, which stay until the reader is closed. Others
// do not matter: a crash leaves some, and bleve removes them.
func filesOf(r api.IndexReader) []string {
	snapshot, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return nil
	}
	var files []string
	for _, s := range snapshot.Segments() {
		if file, ok := s.Segment().(interface{ Path() string }); ok {
			files = append(files, file.Path())
		}
	}
	return files
}

// verifySegment checks the footer of zap: the last four bytes are the CRC-32
// (IEEE) of all before them. Between parts of the file it waits as rest does, and stops
// with nil where that reports false.
func verifySegment(file string, rest func() bool) error {
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("verify segment: %w", err)
	}
	defer func() { _ = f.Close() }()
	place := placeOf(file)
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("verify segment: %w", err)
	}
	if info.Size() < 4 {
		return &vigie.DamagedError{Place: place, Reason: "the file is cut short"}
	}
	sum := crc32.NewIEEE()
	for left := info.Size() - 4; left > 0; left -= verifyBytes {
		if _, err := io.CopyN(sum, f, min(left, verifyBytes)); err != nil {
			return &vigie.DamagedError{Place: place, Reason: err.Error()}
		}
		if left > verifyBytes && !rest() {
			return nil
		}
	}
	var want [4]byte
	if _, err := io.ReadFull(f, want[:]); err != nil {
		return &vigie.DamagedError{Place: place, Reason: err.Error()}
	}
	if sum.Sum32() != binary.BigEndian.Uint32(want[:]) {
		return &vigie.DamagedError{Place: place, Reason: "its checksum does not fit; rebuild the index (vigie reindex)"}
	}
	return nil
}
