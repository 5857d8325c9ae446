package store

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"vigie"
)

// Rows are the nouns as the tables hold them: without what their key says, with
// short names, hashes in base64 and times in seconds. A document costs about half
// of what its nouns would take as plain JSON.

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

// digest is a hash in base64.
type digest vigie.Hash

// MarshalText implements encoding.TextMarshaler.
func (d digest) MarshalText() ([]byte, error) {
	b, err := hex.DecodeString(string(d))
	if err != nil {
		return nil, fmt.Errorf("write hash %q: %w", string(d), vigie.ErrInvalid)
	}
	return base64.RawStdEncoding.AppendEncode(nil, b), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *digest) UnmarshalText(text []byte) error {
	b, err := base64.RawStdEncoding.AppendDecode(nil, text)
	*d = digest(hex.EncodeToString(b))
	return err
}

// revisionRow is a row of the table revisions.
type revisionRow vigie.Revision

type revisionJSON struct {
	Capture vigie.CaptureID `json:"k,omitempty"`
	Content digest          `json:"c"`
	Text    digest          `json:"t,omitempty"`
	Fetched int64           `json:"f"`
	Changed []string        `json:"d,omitempty"`
}

// MarshalJSON implements json.Marshaler.
func (r *revisionRow) MarshalJSON() ([]byte, error) {
	return json.Marshal(revisionJSON{
		Capture: r.Capture, Content: digest(r.Content), Text: digest(r.Text), Fetched: r.Fetched.Unix(), Changed: r.Changed,
	})
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *revisionRow) UnmarshalJSON(b []byte) error {
	var j revisionJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return fmt.Errorf("read revision: %w", err)
	}
	*r = revisionRow{
		Capture: j.Capture, Content: vigie.Hash(j.Content), Text: vigie.Hash(j.Text),
		Fetched: time.Unix(j.Fetched, 0).UTC(), Changed: j.Changed,
	}
	return nil
}

func (r *revisionRow) fill(key []byte) {
	if len(key) == idLength+4 {
		r.Document, r.N = vigie.DocumentID(key[:idLength]), int(binary.BigEndian.Uint32(key[idLength:]))
	}
}

// sightingRow is a row of the table sightings.
type sightingRow vigie.Sighting

type sightingJSON struct {
	Document vigie.DocumentID `json:"d"`
	GUID     string           `json:"g"`
	// URL is left out where it is the GUID.
	URL    *string `json:"u,omitempty"`
	Title  string  `json:"t,omitempty"`
	Digest digest  `json:"h,omitempty"`
	First  int64   `json:"f"`
	Last   int64   `json:"l"`
}

// MarshalJSON implements json.Marshaler.
func (s *sightingRow) MarshalJSON() ([]byte, error) {
	j := sightingJSON{
		Document: s.Document, GUID: s.GUID, URL: &s.URL, Title: s.Title, Digest: digest(s.Digest),
		First: s.First.Unix(), Last: s.Last.Unix(),
	}
	if s.URL == s.GUID {
		j.URL = nil
	}
	return json.Marshal(j)
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *sightingRow) UnmarshalJSON(b []byte) error {
	var j sightingJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return fmt.Errorf("read sighting: %w", err)
	}
	*s = sightingRow{
		Document: j.Document, GUID: j.GUID, URL: j.GUID, Title: j.Title, Digest: vigie.Hash(j.Digest),
		First: time.Unix(j.First, 0).UTC(), Last: time.Unix(j.Last, 0).UTC(),
	}
	if j.URL != nil {
		s.URL = *j.URL
	}
	return nil
}

func (s *sightingRow) fill(key []byte) {
	if len(key) > idLength {
		s.Source = vigie.SourceID(key[:idLength])
	}
}
