package store

import (
	"encoding/binary"
	"encoding/json"
	"slices"

	"vigie"
)

// bodyVersion is the first byte of a kept text. Texts that were kept before begin
// with the bracket of a JSON array.
const bodyVersion = 1

// paragraphKinds gives each kind of paragraph its number; a kind that is not there
// is written as its name.
func paragraphKinds() []vigie.ParagraphKind {
	return []vigie.ParagraphKind{vigie.Plain, vigie.Heading, vigie.Item, vigie.Row, vigie.Quote, vigie.Code}
}

// The parts of a paragraph that are there besides its text: bits above the number
// of its kind.
const (
	kindMask  = 1<<4 - 1
	otherKind = kindMask // the name follows
	hasLevel  = 1 << 4
	hasPage   = 1 << 5
	hasLang   = 1 << 6
)

// packBody turns a text into the bytes that are kept. The same text gives the same
// bytes.
func packBody(body []vigie.Paragraph) []byte {
	size := 1 + binary.MaxVarintLen32
	for _, par := range body {
		size += len(par.Text) + 8
	}
	w := rowWriter{b: append(make([]byte, 0, size), bodyVersion)}
	w.uint(uint64(len(body)))
	for _, par := range body {
		packParagraph(&w, par)
	}
	return w.b
}

func packParagraph(w *rowWriter, par vigie.Paragraph) {
	kind := slices.Index(paragraphKinds(), par.Kind)
	if kind < 0 {
		kind = otherKind
	}
	head := uint64(kind)
	if par.Level != 0 {
		head |= hasLevel
	}
	if par.Page != 0 {
		head |= hasPage
	}
	if par.Lang != "" {
		head |= hasLang
	}
	w.uint(head)
	if kind == otherKind {
		w.string(string(par.Kind))
	}
	if par.Level != 0 {
		w.int(int64(par.Level))
	}
	if par.Page != 0 {
		w.int(int64(par.Page))
	}
	if par.Lang != "" {
		w.string(string(par.Lang))
	}
	w.string(par.Text)
}

// unpackBody is the reverse of packBody. It keeps no part of b. The paragraphs share one
// copy of it: a text is read to be looked through, and then forgotten as a whole.
func unpackBody(b []byte) ([]vigie.Paragraph, error) {
	if len(b) > 0 && b[0] == '[' {
		var body []vigie.Paragraph
		err := json.Unmarshal(b, &body)
		return body, err
	}
	u := bodyReader{rowReader: rowReader{b: b}, text: string(b), kinds: paragraphKinds()}
	if u.byte() != bodyVersion {
		return nil, errRow
	}
	n := u.count()
	if n > len(u.b)/2 { // each takes two bytes or more
		return nil, errRow
	}
	body := make([]vigie.Paragraph, n)
	for i := range body {
		if u.paragraph(&body[i]); u.bad {
			return nil, errRow
		}
	}
	return body, u.end()
}

// bodyReader reads a kept text; text is all of it.
type bodyReader struct {
	rowReader

	text  string
	kinds []vigie.ParagraphKind
}

func (u *bodyReader) paragraph(par *vigie.Paragraph) {
	head := u.uint()
	switch kind := int(head & kindMask); {
	case head > kindMask|hasLevel|hasPage|hasLang:
		u.fail()
	case kind == otherKind:
		par.Kind = vigie.ParagraphKind(u.string())
	case kind < len(u.kinds):
		par.Kind = u.kinds[kind]
	default:
		u.fail()
	}
	if head&hasLevel != 0 {
		par.Level = int(u.int())
	}
	if head&hasPage != 0 {
		par.Page = int(u.int())
	}
	if head&hasLang != 0 {
		par.Lang = vigie.Lang(u.string())
	}
	par.Text = u.string()
}

// string is a part of the text, not a copy.
func (u *bodyReader) string() string {
	n := len(u.take(u.count()))
	end := len(u.text) - len(u.b)
	return u.text[end-n : end]
}

// buffers are room for one object: as it is kept, and unpacked.
type buffers struct{ record, body []byte }

// decoderRoom is what the decoder likes to have behind what it unpacks: with less it
// copies byte by byte.
const decoderRoom = 16

// idleBytes is how large buffers are at most that wait for another text.
const idleBytes = 1 << 20

// room returns an empty buffer that has room for n bytes: the one that is there, if it has.
func room(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, 0, n)
	}
	return b[:0]
}

// text returns the readable text of a hash.
func (tx *Tx) text(hash vigie.Hash) ([]vigie.Paragraph, error) {
	at, err := tx.where(hash)
	if err != nil {
		return nil, err
	}
	o := tx.db.objects
	bufs := o.idle.Get().(*buffers) //nolint:forcetypeassert // the pool holds nothing else
	b, err := o.readInto(bufs, hash, at)
	if err != nil {
		return nil, err
	}
	body, err := unpackBody(b)
	if cap(bufs.record)+cap(bufs.body) <= idleBytes {
		o.idle.Put(bufs)
	}
	if err != nil {
		return nil, &vigie.DamagedError{Place: "text " + string(hash), Reason: err.Error()}
	}
	return body, nil
}
