package store

import (
	"encoding/json"
	"time"

	"vigie"
)

// Seal and Unseal show the envelope to tests and fuzzing.
func Seal(table string, key, body []byte) []byte { return seal(jsonVersion, table, key, body) }

func SealPacked(table string, key, body []byte) []byte { return seal(packedVersion, table, key, body) }

func Unseal(table string, key, value []byte) (packed bool, body []byte, err error) {
	version, body, err := unseal(table, key, value)
	return version == packedVersion, body, err
}

// DecodeRows reads a value as each row of the store.
func DecodeRows(key, value []byte) []error {
	var errs []error
	note := func(err error) { errs = append(errs, err) }
	_, err := decode[documentRecord]("t", key, value)
	note(err)
	_, err = decode[revisionRow]("t", key, value)
	note(err)
	_, err = decode[sightingRow]("t", key, value)
	note(err)
	_, err = decode[captureRecord]("t", key, value)
	note(err)
	_, err = decode[where]("t", key, value)
	note(err)
	_, err = decode[segment]("t", key, value)
	note(err)
	_, err = decode[aliasRow]("t", key, value)
	note(err)
	_, err = decode[Change]("t", key, value)
	note(err)
	_, err = decode[observationRow]("t", key, value)
	note(err)
	_, err = decode[deliveryRow]("t", key, value)
	note(err)
	return errs
}

// PackedRows are rows of each table as they are written.
func PackedRows(key []byte) [][]byte {
	id := string(key)
	at := time.Date(2026, 11, 21, 20, 40, 0, 0, time.UTC)
	alias := aliasRow(id)
	var out [][]byte
	for _, r := range []row{
		&documentRecord{Seq: 7, Document: vigie.Document{
			Source: vigie.SourceID(id), URL: "https://a.example.org/1", Title: "Titre", Publisher: "P", Lang: "fr",
			Authors: []vigie.Author{{Name: "Amina", Email: "a@example.org", URL: "https://a.example.org"}}, Published: vigie.InstantOf(at),
			Modified: vigie.Date{Time: at, Precision: vigie.Month}, MediaType: "text/html", Summary: "S", Labels: []string{"a", "b"},
			Enclosures: []vigie.Enclosure{{URL: "https://a.example.org/1.pdf", Type: "application/pdf", Length: 12}}, Revision: 2, Filed: at,
		}},
		&revisionRow{Capture: vigie.CaptureID(id), Content: vigie.HashOf(key), Text: vigie.HashOf(nil), Fetched: at, Changed: []string{"title"}},
		&sightingRow{Document: vigie.DocumentID(id), GUID: "g", URL: "u", Title: "t", Digest: "odd", First: at, Last: at.Add(time.Hour)},
		&alias, &where{Segment: 1, Offset: 2, Stored: 3, Size: 4, Needed: 5}, &segment{Length: 9, InUse: 8},
		&Change{Kind: DocumentChange, ID: id, Op: Put, Cause: "new"},
		&observationRow{Value: "3.55", Status: vigie.Normal, UnitMeasure: "SUBS_PER_100", Decimals: 2, Source: "S", Note: "n"},
		&deliveryRow{State: vigie.Claimed, MessageID: "<x@litt.example>", Attempts: 1, At: at, Code: 450, Reason: "r"},
	} {
		var w rowWriter
		r.pack(&w)
		out = append(out, w.b)
	}
	return out
}

// PackBody and UnpackBody show how texts are kept.
func PackBody(body []vigie.Paragraph) []byte { return packBody(body) }

func UnpackBody(b []byte) ([]vigie.Paragraph, error) { return unpackBody(b) }

// DocumentRoundTrip writes and reads a document as the store does.
func DocumentRoundTrip(d vigie.Document) (vigie.Document, error) {
	value, err := encode("documents", []byte(d.ID), &documentRecord{Document: d, Seq: 3})
	if err != nil {
		return d, err
	}
	r, err := decode[documentRecord]("documents", []byte(d.ID), value)
	return r.Document, err
}

// Unpacked writes the packed value of an object or a segment anew as JSON, which
// is read as well; other values are returned as they are.
func Unpacked(table string, key, value []byte) ([]byte, error) {
	var v any
	var err error
	switch table {
	case "objects":
		v, err = decode[where](table, key, value)
	case "segments":
		v, err = decode[segment](table, key, value)
	default:
		return value, nil
	}
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(v)
	return seal(jsonVersion, table, key, body), err
}

// SightingRoundTrip writes and reads a sighting as the store does.
func SightingRoundTrip(s vigie.Sighting) (vigie.Sighting, error) {
	key := sightingKey(s.Source, s.GUID)
	row := sightingRow(s)
	value, err := encode("sightings", key, &row)
	if err != nil {
		return s, err
	}
	row, err = decode[sightingRow]("sightings", key, value)
	return vigie.Sighting(row), err
}
