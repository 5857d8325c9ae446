package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"vigie"
)

// Filing is a reading on its way into the store.
type Filing struct {
	Source  vigie.Source
	Reading vigie.Reading
	// Seen are the guids of items that were known and looked the same; their
	// sightings are refreshed once a day.
	Seen []string
	// Then, unless it is nil, has the last word on the visit that is kept, within the
	// transaction. It may be called again, so it must act on its Tx alone.
	Then func(*Tx, vigie.Visit) (vigie.Visit, error)
}

// mostTries bounds how often a filing starts over. Each time, somebody must have
// removed the last document with the same text within a few milliseconds.
const mostTries = 5

// Filed says what became of a reading.
type Filed struct {
	New, Changed, Unchanged int
	// Documents are the ones that are new or changed.
	Documents []vigie.DocumentID
}

// File keeps what a reading brought, in one transaction: documents that are new,
// revisions of those that changed, sightings, aliases, the captures behind them
// and the visit. What is the same is not written again. Bodies and snapshots are
// on the disk before the transaction that names them.
func (db *DB) File(ctx context.Context, f Filing) (Filed, error) {
	settled, repeated := settle(f)
	f.Reading = settled
	filed, err := db.fileOnce(ctx, f)
	for try := 1; errors.Is(err, errLetGo) && try < mostTries; try++ {
		// An object that was kept already was let go meanwhile: keep it again.
		filed, err = db.fileOnce(ctx, f)
	}
	if err != nil {
		return Filed{}, fmt.Errorf("file what %s brought: %w", f.Source.URL, err)
	}
	filed.Unchanged += repeated
	return filed, nil
}

func (db *DB) fileOnce(ctx context.Context, f Filing) (Filed, error) {
	// Counted in from the first append to the commit: a collection must not
	// rewrite a segment while something in it is about to be named.
	defer db.readers.enter()()
	kept, err := db.keep(f)
	if err != nil {
		return Filed{}, err
	}
	var filed Filed
	err = db.Update(ctx, func(tx *Tx) error {
		c := clerk{tx: tx, filing: f, kept: kept, now: db.now().UTC().Truncate(time.Second), here: map[vigie.DocumentID]bool{}}
		if err := c.file(); err != nil {
			return err
		}
		filed = c.filed
		return nil
	})
	return filed, err
}

// kept holds what was appended to the segments for one filing, by hash.
type kept struct {
	places map[vigie.Hash]where
	// texts, contents and verdicts are those of the findings, by index.
	texts    []vigie.Hash
	contents []vigie.Hash
	verdicts []verdict
}

// keep appends the bodies and snapshots that the store does not have yet, those of
// findings that say nothing new left out.
func (db *DB) keep(f Filing) (kept, error) {
	var k kept
	packed := make([][]byte, len(f.Reading.Findings))
	for i, finding := range f.Reading.Findings {
		text, content, body, err := fingerprint(finding.Document)
		if err != nil {
			return k, err
		}
		k.texts = append(k.texts, text)
		k.contents = append(k.contents, content)
		packed[i] = body
	}
	if err := db.compare(f, &k); err != nil {
		return k, err
	}
	var bodies [][]byte
	captures := map[*vigie.Capture]bool{nil: true} // shared by the findings of a feed
	for i, finding := range f.Reading.Findings {
		if k.verdicts[i].same {
			continue
		}
		bodies = append(bodies, packed[i])
		if !captures[finding.Capture] {
			captures[finding.Capture] = true
			bodies = append(bodies, finding.Capture.Body)
		}
	}
	var err error
	k.places, err = db.keepBodies(bodies)
	return k, err
}

// keepBodies appends those that the store does not have yet, and says where they are.
func (db *DB) keepBodies(bodies [][]byte) (map[vigie.Hash]where, error) {
	at := map[vigie.Hash]where{}
	missing, err := db.missing(bodies)
	if err != nil {
		return at, err
	}
	var places []where
	for _, body := range missing {
		hash, place, err := db.objects.append(body)
		if err != nil {
			return at, err
		}
		at[hash] = place
		places = append(places, place)
	}
	return at, db.objects.sync(places)
}

// missing leaves out what is kept already, and repetitions.
func (db *DB) missing(bodies [][]byte) (map[vigie.Hash][]byte, error) {
	out := map[vigie.Hash][]byte{}
	err := db.View(func(tx *Tx) error {
		t := tableOf[where](tx.tx, "objects")
		for _, body := range bodies {
			if len(body) == 0 {
				continue
			}
			hash := vigie.HashOf(body)
			key, err := hash.Bytes()
			if err != nil {
				return err
			}
			if !t.has(key) {
				out[hash] = body
			}
		}
		return nil
	})
	return out, err
}

// fingerprint returns the hash of the text, the hash of all that was understood,
// and the text as it is kept.
func fingerprint(d vigie.Document) (text, content vigie.Hash, body []byte, err error) {
	if len(d.Body) > 0 {
		body = packBody(d.Body)
		text = vigie.HashOf(body)
	}
	d.ID, d.Source, d.Revision, d.Filed = "", "", 0, time.Time{}
	all, err := json.Marshal(d)
	if err != nil {
		return "", "", nil, fmt.Errorf("write document: %w", err)
	}
	return text, vigie.HashOf(append(all, text...)), body, nil
}

// clerk files one reading within one transaction.
type clerk struct {
	tx     *Tx
	filing Filing
	kept   kept
	// now is the time of the filing in whole seconds, which is what is kept.
	now   time.Time
	filed Filed
	// here holds the documents that this reading was found to show: a second item
	// with the same address is then another item.
	here map[vigie.DocumentID]bool
	// captures are written when all findings have been counted in.
	captures map[*vigie.Capture]*captureRecord
}

func (c *clerk) file() error {
	// A source that was removed meanwhile is not brought back by its visit.
	if _, err := c.tx.Source(c.filing.Source.ID); err != nil {
		return err
	}
	c.captures = map[*vigie.Capture]*captureRecord{}
	c.filed.Unchanged = c.filing.Reading.Unchanged
	for i := range c.filing.Reading.Findings {
		if err := c.finding(i); err != nil {
			return err
		}
	}
	for _, row := range c.captures {
		if err := tableOf[captureRecord](c.tx.tx, "captures").put([]byte(row.ID), *row); err != nil {
			return err
		}
	}
	for _, guid := range c.filing.Seen {
		if err := c.refresh(guid); err != nil {
			return err
		}
	}
	visit := c.filing.Reading.Visit
	visit.Source = c.filing.Source.ID
	if c.filing.Then != nil {
		var err error
		if visit, err = c.filing.Then(c.tx, visit); err != nil {
			return err
		}
	}
	return c.tx.PutVisit(visit)
}

func (c *clerk) finding(i int) error {
	f := c.filing.Reading.Findings[i]
	id, err := c.resolve(f)
	if err != nil {
		return err
	}
	doc, err := c.tx.Document(id)
	switch {
	case errors.Is(err, vigie.ErrNotFound):
		doc, err = c.add(f, i)
	case err == nil:
		doc, err = c.update(doc, f, i)
	}
	if err != nil {
		return err
	}
	c.here[doc.ID] = true
	if err := c.alias(doc, f); err != nil {
		return err
	}
	return c.sight(doc, f)
}

// add files a document that was not known.
func (c *clerk) add(f vigie.Finding, i int) (vigie.Document, error) {
	counts, err := c.tx.count()
	if err != nil {
		return vigie.Document{}, err
	}
	counts.Documents++
	doc := f.Document
	doc.ID = vigie.NewID[vigie.DocumentID](c.tx.db.now())
	doc.Source = c.filing.Source.ID
	doc.Filed = c.now
	doc.Revision = 1
	c.filed.New++
	return doc, c.revise(doc, f, i, verdict{})
}

// update files a new revision of a document if its source of record changed it.
func (c *clerk) update(doc vigie.Document, f vigie.Finding, i int) (vigie.Document, error) {
	if c.tx.isWithdrawn(doc.ID) { // perhaps while this was on its way
		c.filed.Unchanged++
		return doc, nil
	}
	ours := doc.Source == c.filing.Source.ID
	if !ours {
		// A document whose source was removed goes to whoever shows it next.
		if _, err := c.tx.Source(doc.Source); err == nil || !errors.Is(err, vigie.ErrNotFound) {
			c.filed.Unchanged++
			return doc, err
		}
	}
	last, err := c.tx.Revision(doc.ID, doc.Revision)
	if err != nil {
		return doc, err
	}
	verdict := c.kept.verdicts[i]
	if verdict.with != last.Content { // filed by somebody else since
		verdict = c.judge(doc, last, i, last.Text != c.kept.texts[i])
	}
	if verdict.same {
		c.filed.Unchanged++
		return doc, nil
	}
	next := f.Document
	next.ID, next.Filed, next.Revision = doc.ID, doc.Filed, doc.Revision+1
	next.Source = c.filing.Source.ID
	if err := c.tx.unlist(doc); err != nil {
		return doc, err
	}
	c.filed.Changed++
	return next, c.revise(next, f, i, verdict)
}

// revise writes the document, its new revision and the log entry.
func (c *clerk) revise(doc vigie.Document, f vigie.Finding, i int, v verdict) error {
	capture, err := c.capture(f.Capture)
	if err != nil {
		return err
	}
	rev := vigie.Revision{
		Document: doc.ID, N: doc.Revision, Capture: capture, Content: c.kept.contents[i],
		Text: c.kept.texts[i], Fetched: c.now, Changed: v.changed, Was: v.was, Parser: f.Parser, Reread: v.reread,
	}
	if f.Capture != nil && !f.Capture.Fetched.IsZero() {
		rev.Fetched = f.Capture.Fetched
	}
	cause := "new"
	switch {
	case len(v.changed) > 0:
		cause = v.changed[0]
	case doc.Revision > 1:
		cause = withheld
	}
	c.filed.Documents = append(c.filed.Documents, doc.ID)
	return c.tx.addRevision(doc, rev, c.kept.places, cause)
}

// addRevision writes a document with its new revision and the log entry. The capture
// is counted by the caller.
func (tx *Tx) addRevision(doc vigie.Document, rev vigie.Revision, places map[vigie.Hash]where, cause string) error {
	if err := tx.need(rev.Text, places); err != nil {
		return err
	}
	counts, err := tx.count()
	if err != nil {
		return err
	}
	counts.Revisions++
	if err := tableOf[revisionRow](tx.tx, "revisions").put(revisionKey(doc.ID, doc.Revision), revisionRow(rev)); err != nil {
		return err
	}
	if err := tx.noteUnread(doc); err != nil {
		return err
	}
	seq, err := tx.record(DocumentChange, string(doc.ID), Put, cause)
	if err != nil {
		return err
	}
	return tx.putDocument(doc, seq)
}

// captureRecord is a row of the table captures.
type captureRecord struct {
	vigie.Capture
	// Needed counts the revisions that were read from it.
	Needed int `json:"needed"`
}

// capture counts one more use of an answer of the network, which is written once
// per reading.
func (c *clerk) capture(k *vigie.Capture) (vigie.CaptureID, error) {
	if k == nil {
		return "", nil
	}
	if row, ok := c.captures[k]; ok {
		row.Needed++
		return row.ID, nil
	}
	row := &captureRecord{Capture: *k, Needed: 1}
	row.ID = vigie.NewID[vigie.CaptureID](c.tx.db.now())
	row.Source = c.filing.Source.ID
	if len(k.Body) > 0 {
		row.Snapshot = vigie.HashOf(k.Body)
	}
	if err := c.tx.need(row.Snapshot, c.kept.places); err != nil {
		return "", err
	}
	counts, err := c.tx.count()
	if err != nil {
		return "", err
	}
	counts.Captures++
	c.captures[k] = row
	return row.ID, nil
}
