package store

import (
	"encoding/binary"
	"maps"
	"slices"

	"vigie"
)

// Rows are the nouns as the tables hold them: packed (packed.go), without what
// their key says. A document with its revision, sighting, alias, object and log
// entry takes half of what it would as terse JSON, and is read in a fifth of the
// time. What was filed before rows were packed is JSON and is read as such
// (rows_json.go).

// row is a value that is packed.
type row interface {
	pack(w *rowWriter)
	unpack(u *rowReader)
}

// keyed is a row that leaves out what its key says.
type keyed interface{ fill(key []byte) }

// idLength is the length of an identity in a key.
const idLength = 26

// documentRecord is a row of the table documents.
type documentRecord struct {
	vigie.Document
	// NoID keeps the identity, which is the key, out of the row.
	NoID mark `json:"id,omitzero"`
	// Seq is the newest change of the document in the log.
	Seq Seq `json:"seq"`
}

func (r *documentRecord) fill(key []byte) { r.ID = vigie.DocumentID(key) }

func (r *documentRecord) pack(w *rowWriter) {
	packID(w, r.Source)
	for _, s := range []string{r.URL, r.Title, r.Publisher, string(r.Lang), r.MediaType, r.Summary} {
		w.string(s)
	}
	w.date(r.Published)
	w.date(r.Modified)
	w.uint(uint64(len(r.Authors)))
	for _, a := range r.Authors {
		w.string(a.Name)
		w.string(a.Email)
		w.string(a.URL)
	}
	w.strings(r.Labels)
	w.uint(uint64(len(r.Enclosures)))
	for _, e := range r.Enclosures {
		w.string(e.URL)
		w.string(e.Type)
		w.int(e.Length)
	}
	w.uint(uint64(r.Revision))
	w.time(r.Filed)
	w.uint(uint64(r.Seq))
	if r.Pages == 0 && r.Obstacle == "" && len(r.Links) == 0 { // rows from before format 5 end here
		return
	}
	w.uint(uint64(r.Pages))
	w.string(string(r.Obstacle))
	if len(r.Links) > 0 {
		w.strings(r.Links)
	}
}

func (r *documentRecord) unpack(u *rowReader) {
	r.Source = unpackID[vigie.SourceID](u)
	r.URL, r.Title, r.Publisher = u.string(), u.string(), u.string()
	r.Lang, r.MediaType, r.Summary = vigie.Lang(u.string()), u.string(), u.string()
	r.Published, r.Modified = u.date(), u.date()
	for range u.count() {
		r.Authors = append(r.Authors, vigie.Author{Name: u.string(), Email: u.string(), URL: u.string()})
	}
	r.Labels = u.strings()
	for range u.count() {
		r.Enclosures = append(r.Enclosures, vigie.Enclosure{URL: u.string(), Type: u.string(), Length: u.int()})
	}
	r.Revision, r.Filed, r.Seq = u.small(), u.time(), Seq(u.uint())
	if u.more() {
		r.Pages, r.Obstacle = u.small(), vigie.Obstacle(u.string())
	}
	if u.more() {
		r.Links = u.strings()
	}
}

// revisionRow is a row of the table revisions.
type revisionRow vigie.Revision

func (r *revisionRow) fill(key []byte) {
	if len(key) == idLength+4 {
		r.Document, r.N = vigie.DocumentID(key[:idLength]), int(binary.BigEndian.Uint32(key[idLength:]))
	}
}

func (r *revisionRow) pack(w *rowWriter) {
	packID(w, r.Capture)
	w.hash(r.Content)
	w.hash(r.Text)
	w.time(r.Fetched)
	w.strings(r.Changed)
	if r.Parser == 0 && !r.Reread && len(r.Was) == 0 { // rows from before format 5 end here
		return
	}
	w.uint(uint64(r.Parser))
	w.bool(r.Reread)
	w.uint(uint64(len(r.Was)))
	for _, field := range slices.Sorted(maps.Keys(r.Was)) {
		w.string(field)
		w.string(r.Was[field])
	}
}

func (r *revisionRow) unpack(u *rowReader) {
	r.Capture, r.Content, r.Text = unpackID[vigie.CaptureID](u), u.hash(), u.hash()
	r.Fetched, r.Changed = u.time(), u.strings()
	if u.more() {
		r.Parser, r.Reread = u.small(), u.bool()
		for range u.count() {
			if r.Was == nil {
				r.Was = map[string]string{}
			}
			field := u.string()
			r.Was[field] = u.string()
		}
	}
}

// sightingRow is a row of the table sightings.
type sightingRow vigie.Sighting

func (s *sightingRow) fill(key []byte) {
	if len(key) > idLength {
		s.Source = vigie.SourceID(key[:idLength])
	}
}

// The flags of a sighting.
const (
	ownURL = 1 // the address is not the GUID
	titled = 2 // it has a title
)

func (s *sightingRow) pack(w *rowWriter) {
	flags := uint64(0)
	if s.URL != s.GUID {
		flags |= ownURL
	}
	if s.Title != "" {
		flags |= titled
	}
	w.uint(flags)
	packID(w, s.Document)
	w.string(s.GUID)
	if flags&ownURL != 0 {
		w.string(s.URL)
	}
	if flags&titled != 0 {
		w.string(s.Title)
	}
	w.hash(s.Digest)
	w.time(s.First)
	w.int(s.Last.Unix() - s.First.Unix())
}

func (s *sightingRow) unpack(u *rowReader) {
	flags := u.uint()
	if flags > ownURL|titled {
		u.fail()
	}
	s.Document, s.GUID = unpackID[vigie.DocumentID](u), u.string()
	s.URL = s.GUID
	if flags&ownURL != 0 {
		s.URL = u.string()
	}
	if flags&titled != 0 {
		s.Title = u.string()
	}
	s.Digest, s.First = u.hash(), u.time()
	s.Last = unix(s.First.Unix() + u.int())
}

// aliasRow is a row of the table aliases.
type aliasRow vigie.DocumentID

func (a *aliasRow) pack(w *rowWriter)   { packID(w, *a) }
func (a *aliasRow) unpack(u *rowReader) { *a = unpackID[aliasRow](u) }

func (at *where) pack(w *rowWriter) {
	w.uint(uint64(at.Segment))
	for _, n := range []int64{at.Offset, at.Stored, at.Size, int64(at.Needed)} {
		w.int(n)
	}
}

func (at *where) unpack(u *rowReader) {
	at.Segment = uint32(u.small())
	at.Offset, at.Stored, at.Size, at.Needed = u.int(), u.int(), u.int(), int(u.int())
}

func (s *segment) pack(w *rowWriter) {
	w.int(s.Length)
	w.int(s.InUse)
}

func (s *segment) unpack(u *rowReader) { s.Length, s.InUse = u.int(), u.int() }

func (c *Change) pack(w *rowWriter) {
	w.string(string(c.Kind))
	packID(w, changedID(c.ID))
	w.string(string(c.Op))
	w.string(c.Cause)
}

func (c *Change) unpack(u *rowReader) {
	c.Kind, c.ID = ChangeKind(u.string()), string(unpackID[changedID](u))
	c.Op, c.Cause = Op(u.string()), u.string()
}

// changedID is any identity in the log.
type changedID string
