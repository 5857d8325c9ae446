package archive

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"vigie"
)

// longestLine bounds one line in bytes. A text in the store is at most 128 MiB, and
// no line holds two.
const longestLine = 160 << 20

// Verify reads an archive through and proves that it is whole, that every line is
// what its type says and stands where it belongs, and that the counts are right.
// It holds one line at a time. An archive that was cut or altered is a
// vigie.ErrDamaged that names the line, one of another version a vigie.ErrInvalid.
func Verify(r io.Reader) (Report, error) {
	return verify(r, longestLine)
}

func verify(r io.Reader, longest int) (Report, error) {
	v := &verifier{
		longest: longest, captures: map[vigie.CaptureID]bool{},
		stories: seenStories{in: map[vigie.DocumentID]bool{}},
		figures: seenFigures{indicators: map[vigie.IndicatorID]bool{}, vintages: map[vigie.VintageID]bool{}},
	}
	if err := v.read(r); err != nil {
		return v.seen, fmt.Errorf("verify archive: %w", err)
	}
	return v.seen, nil
}

// verifier walks one archive.
type verifier struct {
	longest  int // bound of a line in bytes
	n        int // number of the line
	seen     Report
	document vigie.DocumentID // the one that the lines are about
	ended    bool
	captures map[vigie.CaptureID]bool
	part     int // place of the newest line in parts
	figures  seenFigures
	stories  seenStories
	desk     seenDesk
	mail     seenMail
	searches seenSearches
	concept  concept // the newest
}

// parts lists the types of lines in the order in which they stand. The types of one
// part stand among each other.
func parts() [][]string {
	return [][]string{
		{"source", "visit"},
		{"capture", "document", "revision", "sighting", "withdrawal", "decision", "judgement"},
		{"story"},
		{"indicator"},
		{"vintage"},
		{"observation"},
		{"settings"},
		{"topic"},
		{"page"},
		{"synthesis", "edition", "mark"},
		{"subscriber"},
		{"issue", "delivery"},
		{"search", "alert", "match"},
		{"concept"},
		{"end"},
	}
}

// inOrder reports whether a line of the type may stand behind those before it; one
// of an unknown type is refused elsewhere.
func (v *verifier) inOrder(kind string) bool {
	at := slices.IndexFunc(parts(), func(part []string) bool { return slices.Contains(part, kind) })
	before := v.part
	v.part = max(at, before)
	return at < 0 || at >= before
}

func (v *verifier) damaged(reason string) error {
	return &vigie.DamagedError{Place: fmt.Sprintf("line %d of the archive", v.n), Reason: reason}
}

func (v *verifier) read(r io.Reader) error {
	z, err := gzip.NewReader(r)
	if err != nil {
		return v.damaged("it is not an archive: " + err.Error())
	}
	lines := bufio.NewReaderSize(z, 64<<10)
	for {
		v.n++
		line, err := readLine(lines, v.longest)
		switch {
		case errors.Is(err, io.EOF) && v.ended:
			return nil
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return v.damaged("the archive ends here; it was cut")
		case err != nil:
			return v.damaged(err.Error())
		case v.ended:
			return v.damaged("the archive goes on after its end")
		case v.n == 1:
			err = v.header(line)
		default:
			err = v.line(line)
		}
		if err != nil {
			return err
		}
	}
}

// readLine returns a line without its end. A last line without an end was cut.
func readLine(r *bufio.Reader, longest int) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if len(line)+len(part) > longest {
			return nil, fmt.Errorf("the line is longer than %d MiB", longest>>20)
		}
		line = append(line, part...)
		switch {
		case err == nil:
			return line[:len(line)-1], nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(line) > 0:
			return nil, io.ErrUnexpectedEOF
		default:
			return nil, err
		}
	}
}

func (v *verifier) header(line []byte) error {
	var h struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(line, &h); err != nil || h.Format != format {
		return v.damaged("it is not the head of an archive")
	}
	if h.Version != version {
		return fmt.Errorf("it has version %d and this vigie knows %d: use the vigie that wrote it: %w", h.Version, version, vigie.ErrInvalid)
	}
	if err := strict(line, &header{}); err != nil {
		return v.damaged("the head cannot be read: " + err.Error())
	}
	return nil
}

// strict reads a line that may hold no other fields than those of its view.
func strict(line []byte, view any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(view); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something stands behind the value")
	}
	return nil
}

func (v *verifier) line(line []byte) error {
	var kind struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(line, &kind); err != nil {
		return v.damaged("it is not JSON: " + err.Error())
	}
	ok, err := v.one(kind.Type, line)
	if err != nil {
		return v.damaged(fmt.Sprintf("the %s cannot be read: %v", kind.Type, err))
	}
	if !ok || !v.inOrder(kind.Type) {
		return v.damaged(fmt.Sprintf("the %s does not belong here", kind.Type))
	}
	return nil
}

// one reads a line of the given type and reports whether it stands where it
// belongs.
func (v *verifier) one(kind string, line []byte) (ok bool, err error) {
	switch kind {
	case "source":
		var s source
		err = strict(line, &s)
		v.seen.Sources++
		return vigie.ValidID(s.ID) && v.document == "", err
	case "visit":
		err = strict(line, &visit{})
		v.seen.Visits++
		return v.document == "", err
	case "capture":
		var k capture
		err = strict(line, &k)
		v.seen.Captures++
		known := v.captures[k.ID]
		v.captures[k.ID] = true
		return vigie.ValidID(k.ID) && !known, err
	case "document":
		var d document
		err = strict(line, &d)
		v.seen.Documents++
		before := v.document
		v.document = d.ID
		return vigie.ValidID(d.ID) && d.ID > before, err
	case "end":
		var e end
		err = strict(line, &e)
		v.ended = true
		return e.Counts == v.seen && v.mail.owed == 0 && v.desk.settled() && v.searches.settled(), err
	case "story":
		return v.storyLine(line)
	case "indicator", "vintage", "observation":
		return v.figure(kind, line)
	case "settings", "topic", "page", "synthesis", "edition", "mark":
		return v.deskLine(kind, line)
	case "subscriber", "issue", "delivery":
		return v.letter(kind, line)
	case "search", "alert", "match":
		return v.searchLine(kind, line)
	case "concept":
		return v.termLine(line)
	}
	return v.belonging(kind, line)
}

// belonging reads a line about the document before it.
func (v *verifier) belonging(kind string, line []byte) (ok bool, err error) {
	var of vigie.DocumentID
	switch kind {
	case "revision":
		var r revision
		err = strict(line, &r)
		v.seen.Revisions++
		of = r.Document
		if r.Capture != "" && !v.captures[r.Capture] {
			return false, err
		}
	case "sighting":
		var s sighting
		err = strict(line, &s)
		v.seen.Sightings++
		of = s.Document
	case "withdrawal":
		var w withdrawal
		err = strict(line, &w)
		v.seen.Withdrawals++
		of = w.Document
	case "decision":
		var d decision
		err = strict(line, &d)
		v.seen.Decisions++
		of = d.Document
	case "judgement":
		var j judgement
		err = strict(line, &j)
		v.seen.Judgements++
		of = j.Document
	default:
		return false, errors.New("no archive of this version has lines of this type")
	}
	return of == v.document && of != "", err
}
