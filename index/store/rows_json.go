package store

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"vigie"
)

// How revisions and sightings were written before rows were packed: terse JSON,
// hashes in base64, times in seconds. Only read.

// digest is a hash in base64.
type digest vigie.Hash

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *digest) UnmarshalText(text []byte) error {
	b, err := base64.RawStdEncoding.AppendDecode(nil, text)
	*d = digest(hex.EncodeToString(b))
	return err
}

type revisionJSON struct {
	Capture vigie.CaptureID `json:"k"`
	Content digest          `json:"c"`
	Text    digest          `json:"t"`
	Fetched int64           `json:"f"`
	Changed []string        `json:"d"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *revisionRow) UnmarshalJSON(b []byte) error {
	var j revisionJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return fmt.Errorf("read revision: %w", err)
	}
	*r = revisionRow{
		Capture: j.Capture, Content: vigie.Hash(j.Content), Text: vigie.Hash(j.Text),
		Fetched: unix(j.Fetched), Changed: j.Changed,
	}
	return nil
}

type sightingJSON struct {
	Document vigie.DocumentID `json:"d"`
	GUID     string           `json:"g"`
	// URL is left out where it is the GUID.
	URL    *string `json:"u"`
	Title  string  `json:"t"`
	Digest digest  `json:"h"`
	First  int64   `json:"f"`
	Last   int64   `json:"l"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *sightingRow) UnmarshalJSON(b []byte) error {
	var j sightingJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return fmt.Errorf("read sighting: %w", err)
	}
	*s = sightingRow{
		Document: j.Document, GUID: j.GUID, URL: j.GUID, Title: j.Title, Digest: vigie.Hash(j.Digest),
		First: unix(j.First), Last: unix(j.Last),
	}
	if j.URL != nil {
		s.URL = *j.URL
	}
	return nil
}

func unix(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }
