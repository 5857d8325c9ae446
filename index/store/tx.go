package store

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"vigie"
)

// Tx is one consistent state: everything in it was true at one moment. It is
// valid only within the function that it was given to.
type Tx struct {
	db *DB
	tx *bolt.Tx
	// counts is loaded at the first change and written by finish.
	counts *Counts
	// queued is loaded and written likewise.
	queued *lengths
	// published are the texts with a new edition: when the transaction ends, synthesis
	// and editions must agree.
	published []publication
	// watched are the sources by canonical address, loaded when the first is asked for,
	// so that a long list is not compared with itself again and again.
	watched map[string][]vigie.Source
	// cursors are those of the tables that [find] has read, where nothing is written.
	cursors map[string]*bolt.Cursor
}

// Counts are kept in step with the tables.
type Counts struct {
	Sources   int `json:"sources"`
	Documents int `json:"documents"`
	Revisions int `json:"revisions"`
	Captures  int `json:"captures"`
}

// h16 shortens a string of any length to 16 bytes that name it.
func h16(s string) []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:16]
}

// Counts returns how many of each there are. It reads one record.
func (tx *Tx) Counts() (Counts, error) {
	c, err := tableOf[Counts](tx.tx, "meta").get([]byte("counts"))
	if errors.Is(err, vigie.ErrNotFound) {
		return Counts{}, nil
	}
	return c, err
}

// count returns the counts to change in this transaction.
func (tx *Tx) count() (*Counts, error) {
	if tx.counts == nil {
		c, err := tx.Counts()
		if err != nil {
			return nil, err
		}
		tx.counts = &c
	}
	return tx.counts, nil
}

// finish writes what the transaction gathered on its way.
func (tx *Tx) finish() error {
	if tx.counts != nil {
		if err := tableOf[Counts](tx.tx, "meta").put([]byte("counts"), *tx.counts); err != nil {
			return err
		}
	}
	if tx.queued != nil {
		if err := tableOf[lengths](tx.tx, "meta").put([]byte("queued"), *tx.queued); err != nil {
			return err
		}
	}
	return tx.settleEditions()
}

// Source returns one source, or vigie.ErrNotFound.
func (tx *Tx) Source(id vigie.SourceID) (vigie.Source, error) {
	return tableOf[vigie.Source](tx.tx, "sources").get([]byte(id))
}

// Sources walks all sources in the order in which they were added.
func (tx *Tx) Sources() iter.Seq2[vigie.Source, error] {
	return tableOf[vigie.Source](tx.tx, "sources").all(nil, nil)
}

// Visit returns what happened at a source; the zero visit before the first
// reading.
func (tx *Tx) Visit(id vigie.SourceID) (vigie.Visit, error) {
	v, err := tableOf[vigie.Visit](tx.tx, "visits").get([]byte(id))
	if errors.Is(err, vigie.ErrNotFound) {
		return vigie.Visit{Source: id}, nil
	}
	return v, err
}

// PutVisit remembers what happened at a source.
func (tx *Tx) PutVisit(v vigie.Visit) error {
	return tableOf[vigie.Visit](tx.tx, "visits").put([]byte(v.Source), v)
}

// AddSource adds s, giving it an identity and a time where it has none. A source
// of the same kind and canonical address is a vigie.ErrConflict that names it.
func (tx *Tx) AddSource(s vigie.Source) (vigie.Source, error) {
	watching, err := tx.Watching(s.URL)
	if err != nil {
		return s, fmt.Errorf("add source %s: %w", s.URL, err)
	}
	for _, other := range watching {
		if other.Kind == s.Kind {
			return other, fmt.Errorf("add source %s: it is there already as %s: %w", s.URL, other.ID, vigie.ErrConflict)
		}
	}
	counts, err := tx.count()
	if err != nil {
		return s, err
	}
	if s.ID == "" {
		// Identities of one millisecond have no order; a list keeps its own.
		s.ID = vigie.NewID[vigie.SourceID](tx.db.now().Add(time.Duration(counts.Sources%1000) * time.Millisecond))
	}
	if s.Added.IsZero() {
		s.Added = tx.db.now().UTC()
	}
	counts.Sources++
	tx.watch(s)
	return s, tx.putSource(s, "added")
}

// Watching returns the sources whose canonical address is that of the given one,
// however they read it, in the order in which they were added. What is no address is
// an error of kind vigie.ErrInvalid.
func (tx *Tx) Watching(address string) ([]vigie.Source, error) {
	canonical, err := vigie.CanonicalURL(address)
	if err != nil {
		return nil, err
	}
	if tx.watched == nil {
		tx.watched = map[string][]vigie.Source{}
		for s, err := range tx.Sources() {
			if err != nil {
				tx.watched = nil
				return nil, err
			}
			tx.watch(s)
		}
	}
	return slices.Clone(tx.watched[canonical]), nil
}

// watch notes a source under its address.
func (tx *Tx) watch(s vigie.Source) {
	if canonical, err := vigie.CanonicalURL(s.URL); err == nil {
		tx.watched[canonical] = append(tx.watched[canonical], s)
	}
}

// PutSource replaces the source of the same identity, which must exist.
func (tx *Tx) PutSource(s vigie.Source) error {
	old, err := tx.Source(s.ID)
	if err != nil {
		return err
	}
	if !old.ReadsLike(s) {
		// A server's "not modified" would hide what the new rules bring.
		v, err := tx.Visit(s.ID)
		if err != nil {
			return err
		}
		v = v.Unconditional()
		v.Moved, v.Parts, v.Intake = vigie.Move{}, nil, vigie.Intake{}
		if old.URL != s.URL || old.Kind != s.Kind {
			v.Found, v.Offered, v.Skipped, v.Sample = vigie.Found{}, vigie.Found{}, nil, nil
		}
		v = v.Retried()
		if old.Host() != s.Host() || old.List.Sitemap != s.List.Sitemap {
			v.NotBefore = time.Time{} // the wish of another host
		}
		if err := tx.PutVisit(v); err != nil {
			return err
		}
	}
	tx.watched = nil
	return tx.putSource(s, "changed")
}

func (tx *Tx) putSource(s vigie.Source, cause string) error {
	if err := tableOf[vigie.Source](tx.tx, "sources").put([]byte(s.ID), s); err != nil {
		return err
	}
	_, err := tx.record(SourceChange, string(s.ID), Put, cause)
	return err
}

// RemoveSource forgets a source and its visits. Its documents stay: they are
// what the archive is for. See [Tx.RemoveDocument].
func (tx *Tx) RemoveSource(id vigie.SourceID) error {
	tx.watched = nil
	if _, err := tx.Source(id); err != nil {
		return err
	}
	counts, err := tx.count()
	if err != nil {
		return err
	}
	counts.Sources--
	if err := tableOf[vigie.Source](tx.tx, "sources").delete([]byte(id)); err != nil {
		return err
	}
	if err := tableOf[vigie.Visit](tx.tx, "visits").delete([]byte(id)); err != nil {
		return err
	}
	_, err = tx.record(SourceChange, string(id), Delete, "removed")
	return err
}

// Document returns one document without its body, or vigie.ErrNotFound.
func (tx *Tx) Document(id vigie.DocumentID) (vigie.Document, error) {
	r, err := tx.documentRecord(id)
	return r.Document, err
}

// DocumentSeq returns the newest change of a document: older entries of the log
// about it are superseded.
func (tx *Tx) DocumentSeq(id vigie.DocumentID) (Seq, error) {
	r, err := tx.documentRecord(id)
	return r.Seq, err
}

func (tx *Tx) documentRecord(id vigie.DocumentID) (documentRecord, error) {
	return find[documentRecord](tx, "documents", []byte(id))
}

// Documents walks all documents without their bodies, by identity, which is the
// order in which they were first filed (within a reading, any order).
func (tx *Tx) Documents() iter.Seq2[vigie.Document, error] { return tx.DocumentsAfter("") }

// DocumentsAfter walks the documents behind the given one in the order of
// [Tx.Documents], for those who page: a long walk keeps old pages from being used
// again.
func (tx *Tx) DocumentsAfter(id vigie.DocumentID) iter.Seq2[vigie.Document, error] {
	return func(yield func(vigie.Document, error) bool) {
		for r, err := range tableOf[documentRecord](tx.tx, "documents").all(nil, []byte(id+"\x00")) {
			if !yield(r.Document, err) {
				return
			}
		}
	}
}

// DocumentAt returns the document that is known under an address.
func (tx *Tx) DocumentAt(address string) (vigie.Document, error) {
	canonical, err := vigie.CanonicalURL(address)
	if err != nil {
		return vigie.Document{}, err
	}
	id, err := tableOf[aliasRow](tx.tx, "aliases").get(h16(canonical))
	if err != nil {
		return vigie.Document{}, err
	}
	return tx.Document(vigie.DocumentID(id))
}

func revisionKey(id vigie.DocumentID, n int) []byte {
	return binary.BigEndian.AppendUint32([]byte(id), uint32(n))
}

// Revision returns the nth state of a document.
func (tx *Tx) Revision(id vigie.DocumentID, n int) (vigie.Revision, error) {
	r, err := find[revisionRow](tx, "revisions", revisionKey(id, n))
	return vigie.Revision(r), err
}

// Revisions walks the states of a document, oldest first.
func (tx *Tx) Revisions(id vigie.DocumentID) iter.Seq2[vigie.Revision, error] {
	return func(yield func(vigie.Revision, error) bool) {
		for r, err := range tableOf[revisionRow](tx.tx, "revisions").all([]byte(id), nil) {
			if !yield(vigie.Revision(r), err) {
				return
			}
		}
	}
}

// Body returns the readable text of a document's newest revision.
func (tx *Tx) Body(doc vigie.Document) ([]vigie.Paragraph, error) {
	r, err := tx.Revision(doc.ID, doc.Revision)
	if err != nil {
		return nil, err
	}
	return tx.BodyOf(r)
}

// BodyOf returns the readable text of one revision.
func (tx *Tx) BodyOf(r vigie.Revision) ([]vigie.Paragraph, error) {
	if r.Text == "" {
		return nil, nil
	}
	return tx.text(r.Text)
}

// Object returns kept bytes by their hash.
func (tx *Tx) Object(hash vigie.Hash) ([]byte, error) {
	at, err := tx.where(hash)
	if err != nil {
		return nil, err
	}
	return tx.db.objects.read(hash, at)
}

// where returns where an object lies.
func (tx *Tx) where(hash vigie.Hash) (where, error) {
	key, err := hash.Bytes()
	if err != nil {
		return where{}, err
	}
	return find[where](tx, "objects", key)
}

// Capture returns one kept answer of the network, without its bytes: they are
// [Tx.Object] of its snapshot.
func (tx *Tx) Capture(id vigie.CaptureID) (vigie.Capture, error) {
	return tableOf[vigie.Capture](tx.tx, "captures").get([]byte(id))
}

// Sightings returns where a document was seen.
func (tx *Tx) Sightings(id vigie.DocumentID) ([]vigie.Sighting, error) {
	var out []vigie.Sighting
	t := tableOf[sightingRow](tx.tx, "sightings")
	for k := range tableOf[mark](tx.tx, "sighted").keys([]byte(id)) {
		s, err := t.get(k[len(id):])
		if err != nil {
			return out, err
		}
		out = append(out, vigie.Sighting(s))
	}
	return out, nil
}

// Robots returns the record that was saved for an origin, or vigie.ErrNotFound.
func (tx *Tx) Robots(origin string) ([]byte, error) {
	return tableOf[[]byte](tx.tx, "robots").get([]byte(origin))
}

// PutRobots saves a record for an origin, for example "https://example.org".
func (tx *Tx) PutRobots(origin string, record []byte) error {
	return tableOf[[]byte](tx.tx, "robots").put([]byte(origin), record)
}
