package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
)

// The layout of bbolt's pages (go.etcd.io/bbolt internal/common): a header of id u64,
// kind u16, count u16 and overflow u32, then so many elements. Those of a branch are
// the key's place u32 (from the element) and length u32, and the page below u64; those
// of a leaf flags u32, place u32, and the lengths of key and value u32. The value of a
// bucket is its root u64 and a number u64; where the root is 0, a page of its own
// follows. The list of free pages is u64 each; a count of 0xFFFF stands in front of it.
const (
	pageHead     = 16
	pageElement  = 16
	branchPage   = 0x01
	leafPage     = 0x02
	freePage     = 0x10
	bucketFlag   = 0x01
	bucketHead   = 16
	metaRoot     = metaAt + 16
	metaFreelist = metaAt + 32
	manyFree     = 0xFFFF
	noFreelist   = 1<<64 - 1
)

// VerifyTree reads all pages of a bbolt file that is not the store's, as bleve keeps
// one, without mapping them: bbolt trusts its pages, and one altered byte can have it
// go in a circle until no memory is left. Crashed says that nobody closed the file.
// Whatever is wrong is an error; that of a file that another process holds ends with
// "timeout".
func VerifyTree(file string, crashed bool) (err error) {
	name := filepath.Base(file)
	switch fault, err := lengthFault(file, crashed); {
	case err != nil:
		return err
	case fault != "":
		return fmt.Errorf("read %s: %s", name, fault)
	}
	held, err := bolt.Open(file, 0o600, &bolt.Options{Timeout: 3 * time.Second, ReadOnly: true}) // so that nobody writes
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	defer func() { err = errors.Join(err, held.Close()) }()
	raw, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if err := verifyPages(raw); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// verifyPages walks the newest state of a file whose length was looked at.
func verifyPages(raw []byte) error {
	var p pages
	newest := uint64(0)
	root, free := uint64(0), uint64(0)
	for at := 0; at+metaEnd <= len(raw) && at <= 1<<16; at = max(2*at, 4096) {
		size, high, tx, ok := readMeta(raw[at:])
		if !ok || at != 0 && uint64(at) != size || p.raw != nil && tx < newest {
			continue
		}
		newest, p = tx, pages{raw: raw, size: size, high: high, seen: map[uint64]bool{}}
		root, free = binary.NativeEndian.Uint64(raw[at+metaRoot:]), binary.NativeEndian.Uint64(raw[at+metaFreelist:])
	}
	if p.raw == nil || p.high > uint64(len(raw))/p.size {
		return errors.New("it has no valid first page, or was cut")
	}
	if err := p.tree(root); err != nil {
		return err
	}
	return p.free(free)
}

// pages walks the pages of a file.
type pages struct {
	raw        []byte
	size, high uint64 // of a page, in bytes; of the file, in pages
	seen       map[uint64]bool
}

// page returns a page with what it overflows into. No page is part of two.
func (p pages) page(id uint64) (page []byte, kind uint16, err error) {
	if id < 2 || id >= p.high {
		return nil, 0, fmt.Errorf("it speaks of a page %d, which it does not have", id)
	}
	head := p.raw[id*p.size:]
	kind = binary.NativeEndian.Uint16(head[8:])
	more := uint64(binary.NativeEndian.Uint32(head[12:]))
	if own := binary.NativeEndian.Uint64(head); own != id || id+more >= p.high {
		return nil, 0, fmt.Errorf("page %d is not what it should be", id)
	}
	for n := id; n <= id+more; n++ {
		if p.seen[n] {
			return nil, 0, fmt.Errorf("page %d is used twice", n)
		}
		p.seen[n] = true
	}
	return head[:(more+1)*p.size], kind, nil
}

// tree walks what hangs below a page.
func (p pages) tree(id uint64) error {
	page, kind, err := p.page(id)
	if err != nil {
		return err
	}
	switch kind {
	case leafPage:
		return p.leaf(page)
	case branchPage:
		return p.branch(page)
	}
	return fmt.Errorf("page %d is of no known kind", id)
}

// elements calls each for the elements of a page, whose keys must be in order.
func elements(page []byte, keyAt int, each func(element, key, behind []byte) error) error {
	if len(page) < pageHead {
		return errors.New("a page is cut short")
	}
	n := int(binary.NativeEndian.Uint16(page[10:]))
	var last []byte
	for i := range n {
		at := pageHead + i*pageElement
		if at+pageElement > len(page) {
			return errors.New("a page has more elements than room")
		}
		element := page[at : at+pageElement]
		from := uint64(at) + uint64(binary.NativeEndian.Uint32(element[keyAt:]))
		to := from + uint64(binary.NativeEndian.Uint32(element[keyAt+4:]))
		if from < uint64(pageHead+n*pageElement) || to > uint64(len(page)) {
			return errors.New("a key lies beyond its page")
		}
		key := page[from:to]
		if i > 0 && bytes.Compare(key, last) <= 0 {
			return errors.New("its keys are not in order")
		}
		last = key
		if err := each(element, key, page[to:]); err != nil {
			return err
		}
	}
	return nil
}

func (p pages) branch(page []byte) error {
	if binary.NativeEndian.Uint16(page[10:]) == 0 {
		return errors.New("a branch has nothing below it")
	}
	return elements(page, 0, func(element, _, _ []byte) error {
		return p.tree(binary.NativeEndian.Uint64(element[8:]))
	})
}

func (p pages) leaf(page []byte) error {
	return elements(page, 4, func(element, _, behind []byte) error {
		length := uint64(binary.NativeEndian.Uint32(element[12:]))
		if length > uint64(len(behind)) {
			return errors.New("a value lies beyond its page")
		}
		if binary.NativeEndian.Uint32(element)&bucketFlag == 0 {
			return nil
		}
		return p.bucket(behind[:length])
	})
}

// bucket walks what is in a bucket, by the value that stands for it.
func (p pages) bucket(value []byte) error {
	if len(value) < bucketHead {
		return errors.New("a bucket is cut short")
	}
	if root := binary.NativeEndian.Uint64(value); root != 0 {
		return p.tree(root)
	}
	inline := value[bucketHead:]
	if len(inline) < pageHead || binary.NativeEndian.Uint16(inline[8:]) != leafPage {
		return errors.New("a bucket has no page of its own")
	}
	return p.leaf(inline)
}

// free reads the list of free pages: one that is in use would be written over.
func (p pages) free(id uint64) error {
	if id == noFreelist {
		return nil
	}
	page, kind, err := p.page(id)
	if err != nil || kind != freePage {
		return errors.Join(err, errors.New("the list of free pages cannot be read"))
	}
	n, list := uint64(binary.NativeEndian.Uint16(page[10:])), page[pageHead:]
	if n == manyFree {
		n, list = binary.NativeEndian.Uint64(list), list[8:]
	}
	if n > uint64(len(list)/8) {
		return errors.New("the list of free pages is longer than its page")
	}
	for i := range n {
		free := binary.NativeEndian.Uint64(list[8*i:])
		if free < 2 || free >= p.high || p.seen[free] {
			return fmt.Errorf("page %d is in use and free", free)
		}
		p.seen[free] = true
	}
	return nil
}
