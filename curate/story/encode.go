package story

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"time"

	"vigie"
)

// printFormat is the first byte of a written print. A print of another format is
// not read: it is taken anew from the document.
const printFormat = 2

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
	b := make([]byte, 0, 64+3*(len(p.shingles.values)+len(p.numbers.values)+len(p.names.values)+len(p.sounds.values)+len(p.title)))
	b = append(b, printFormat, p.flags(), byte(p.Published.Precision), byte(len(p.Lang)))
	b = append(b, p.Lang...)
	b = binary.AppendVarint(b, p.Filed.Unix())
	if p.Published.Precision != vigie.Unknown {
		b = binary.AppendVarint(b, p.Published.Time.Unix()-p.Filed.Unix())
	}
	b = binary.BigEndian.AppendUint32(b, p.Publisher)
	b = binary.AppendUvarint(b, uint64(p.Words))
	b = binary.BigEndian.AppendUint64(b, p.Text)
	w := bitWriter{b: b}
	for _, set := range p.sets() {
		w.set(*set.values)
	}
	return w.b, nil
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

// ordered is one of the sets of a print, and the largest number that it may have.
type ordered struct {
	values *[]uint32
	most   uint32
}

// sets lists all that is kept as an ordered set.
func (p *Print) sets() []ordered {
	return []ordered{
		{&p.shingles.values, universe},
		{&p.numbers.values, universe},
		{&p.names.values, universe},
		{&p.sounds.values, universe},
		{&p.title, universe},
		{&p.counts, universe},
		{&p.links, math.MaxUint32},
		{&p.own, math.MaxUint32},
	}
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
	q.Published.Precision = vigie.Precision(precision)
	filed := r.varint()
	q.Filed = moment(filed)
	if q.Published.Precision != vigie.Unknown {
		q.Published.Time = moment(filed + r.varint())
	}
	q.Publisher = binary.BigEndian.Uint32(append(r.bytes(4), 0, 0, 0, 0))
	q.Words = int(r.uvarint(maxText))
	q.Text = binary.BigEndian.Uint64(append(r.bytes(8), 0, 0, 0, 0, 0, 0, 0, 0))
	rest := bitReader{rest: r.rest, bad: r.bad}
	for _, set := range q.sets() {
		*set.values = rest.set(set.most)
	}
	q.shingles.cut = flags&flagShinglesCut != 0 && len(q.shingles.values) > 0
	q.numbers.cut = flags&flagNumbersCut != 0 && len(q.numbers.values) > 0
	q.names.cut = flags&flagNamesCut != 0 && len(q.names.values) > 0
	q.sounds.cut = flags&flagSoundsCut != 0 && len(q.sounds.values) > 0
	if !rest.ended() || q.Published.Precision > vigie.Instant {
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

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.rest)
	if n <= 0 {
		d.bad, d.rest = true, nil
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

// moment is the time of so many seconds.
func moment(seconds int64) time.Time {
	if seconds == (time.Time{}).Unix() {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}
