package story

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"vigie"
)

// printFormat is the first byte of a written print. A print of another format is
// not read: it is taken anew from the document.
const printFormat = 1

// Flags of a written print.
const (
	flagReport = 1 << iota
	flagInstitution
	flagShinglesCut
	flagNumbersCut
	flagNamesCut
	flagSoundsCut
)

// MarshalBinary writes the print, everything but the document's identity, which
// the store has as key. It never fails.
func (p *Print) MarshalBinary() ([]byte, error) {
	b := make([]byte, 0, 256+4*(len(p.shingles.values)+len(p.numbers.values)+len(p.names.values)))
	b = append(b, printFormat, p.flags(), byte(p.Published.Precision), byte(len(p.Lang)))
	b = append(b, p.Lang...)
	b = binary.AppendVarint(b, p.Published.Time.Unix())
	b = binary.AppendVarint(b, p.Filed.Unix())
	b = binary.BigEndian.AppendUint32(b, p.Publisher)
	b = binary.AppendUvarint(b, uint64(p.Words))
	b = append(b, p.Text[:]...)
	for _, set := range p.sets() {
		b = binary.AppendUvarint(b, uint64(len(*set)))
		last := uint32(0)
		for _, v := range *set { // ordered sets: the steps are short
			b = binary.AppendUvarint(b, uint64(v-last))
			last = v
		}
	}
	return b, nil
}

func (p *Print) flags() byte {
	var f byte
	for i, set := range []bool{p.Report, p.Institution, p.shingles.cut, p.numbers.cut, p.names.cut, p.sounds.cut} {
		if set {
			f |= 1 << i
		}
	}
	return f
}

// sets lists all that is kept as an ordered set.
func (p *Print) sets() []*[]uint32 {
	return []*[]uint32{&p.shingles.values, &p.numbers.values, &p.names.values, &p.sounds.values, &p.title, &p.counts, &p.links, &p.own}
}

// UnmarshalBinary reads what [Print.MarshalBinary] wrote, and leaves Document as it
// is. What is not a print, or one of another format, is an error of kind
// [vigie.ErrDamaged].
func (p *Print) UnmarshalBinary(data []byte) error {
	r := decoder{rest: data}
	format := r.byte()
	if format != printFormat {
		return fmt.Errorf("read print of format %d: %w", format, vigie.ErrDamaged)
	}
	flags, precision := r.byte(), r.byte()
	q := Print{
		Document: p.Document,
		Lang:     vigie.Lang(r.bytes(int(r.byte()))),
		Report:   flags&flagReport != 0, Institution: flags&flagInstitution != 0,
	}
	q.Published = vigie.Date{Time: r.time(), Precision: vigie.Precision(precision)}
	q.Filed = r.time()
	q.Publisher = binary.BigEndian.Uint32(append(r.bytes(4), 0, 0, 0, 0))
	q.Words = int(r.uvarint(maxText))
	copy(q.Text[:], r.bytes(len(q.Text)))
	for _, set := range q.sets() {
		*set = r.set()
	}
	q.shingles.cut = flags&flagShinglesCut != 0 && len(q.shingles.values) > 0
	q.numbers.cut = flags&flagNumbersCut != 0 && len(q.numbers.values) > 0
	q.names.cut = flags&flagNamesCut != 0 && len(q.names.values) > 0
	q.sounds.cut = flags&flagSoundsCut != 0 && len(q.sounds.values) > 0
	if r.bad || len(r.rest) > 0 || q.Published.Precision > vigie.Instant {
		return fmt.Errorf("read print of %d bytes: %w", len(data), vigie.ErrDamaged)
	}
	*p = q
	return nil
}

// decoder reads bytes from outside; after the first fault it gives zeros.
type decoder struct {
	rest []byte
	bad  bool
}

func (d *decoder) bytes(n int) []byte {
	if n > len(d.rest) {
		d.bad, d.rest = true, nil
		return nil
	}
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return slices.Clip(b)
}

func (d *decoder) byte() byte {
	if b := d.bytes(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

// uvarint reads a number of at most most.
func (d *decoder) uvarint(most uint64) uint64 {
	v, n := binary.Uvarint(d.rest)
	if n <= 0 || v > most {
		d.bad, d.rest = true, nil
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

func (d *decoder) time() time.Time {
	v, n := binary.Varint(d.rest)
	if n <= 0 {
		d.bad, d.rest = true, nil
		return time.Time{}
	}
	d.rest = d.rest[n:]
	if v == (time.Time{}).Unix() {
		return time.Time{}
	}
	return time.Unix(v, 0).UTC()
}

// set reads an ordered set.
func (d *decoder) set() []uint32 {
	n := d.uvarint(maxSample)
	if n == 0 || n > uint64(len(d.rest)) {
		d.bad = d.bad || n > 0
		return nil
	}
	set := make([]uint32, 0, n)
	last := uint64(0)
	for i := range n {
		step := d.uvarint(1<<32 - 1)
		if last += step; last > 1<<32-1 || i > 0 && step == 0 {
			d.bad = true
			return nil
		}
		set = append(set, uint32(last))
	}
	return set
}
