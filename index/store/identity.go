package store

import (
	"errors"
	"net/url"
	"slices"
	"time"

	"vigie"
)

// sightingFreshness is how old the last sighting of a known item may grow before
// it is written again: a quiet source costs no writes.
const sightingFreshness = 24 * time.Hour

// mostAddresses bounds how many addresses of one finding are looked at: no honest
// chain of redirects is longer (the door out follows ten).
const mostAddresses = 16

// mostNames bounds how many guids of one source for one document are remembered.
// Some sources make up a new one at every reading.
const mostNames = 8

func sightingKey(s vigie.SourceID, guid string) []byte { return join([]byte(s), h16(guid)) }

// settle makes a reading fit to be filed, whatever its reader did: addresses are
// canonical before anything is compared, so that a new tracking parameter is no
// change; every finding has a guid of its own; of what its publisher reserved only
// metadata and link are left. What repeats a guid and says nothing new is left out
// and counted.
func settle(filing Filing) (settled vigie.Reading, repeated int) {
	r := filing.Reading
	recordsOnly := keepsRecords(filing.Source)
	used := make(map[string]string, len(r.Findings)) // guid -> what it was used for
	findings := make([]vigie.Finding, 0, len(r.Findings))
	bare := make(map[*vigie.Capture]*vigie.Capture)
	for _, f := range r.Findings {
		f = withoutReserved(f, recordsOnly, bare)
		if canonical, err := vigie.CanonicalURL(f.Document.URL); err == nil {
			f.Document.URL = canonical
		}
		said := string(vigie.HashOf([]byte(f.URL + "\n" + f.Document.URL + "\n" + f.Document.Title))[:16])
		if f.GUID == "" {
			f.GUID = said
		}
		if first, twice := used[f.GUID]; twice && first != said {
			f.GUID += "#" + said
		}
		if _, twice := used[f.GUID]; twice {
			repeated++
			continue
		}
		used[f.GUID] = said
		findings = append(findings, f)
	}
	r.Findings = findings
	return r, repeated
}

// keepsRecords reports whether nothing but metadata is kept of a source, for no day longer.
func keepsRecords(s vigie.Source) bool { return s.Keep == vigie.Retention{Keep: vigie.KeepRecords} }

// withoutReserved takes text and bytes away from a finding whose publisher wants no
// copy to be kept, whatever its reader did with them. Captures stay shared: bare
// holds those that were stripped before. all says that the source keeps nothing more
// of anything.
func withoutReserved(f vigie.Finding, all bool, bare map[*vigie.Capture]*vigie.Capture) vigie.Finding {
	if all {
		f.Document.Body, f.Document.Summary = nil, ""
	}
	if f.Capture == nil || !f.Capture.Reserved && !all {
		return f
	}
	c, known := bare[f.Capture]
	if !known {
		copied := *f.Capture
		copied.Body, copied.Snapshot = nil, ""
		c = &copied
		bare[f.Capture] = c
	}
	f.Capture = c
	f.Document.Body, f.Document.Summary = nil, ""
	return f
}

// addresses are those under which a finding may be known.
func addresses(f vigie.Finding) []string {
	all := append([]string{f.Document.URL, f.URL}, f.Aliases...)
	return all[:min(len(all), mostAddresses)]
}

// resolve says which document a finding is, or "" for one that is new.
//
// The source's own name for the item decides. Failing that, the address does,
// with three exceptions learnt from real feeds: the front page of a site is no
// identity; two items of one reading are two items even if they share a link; and
// a source that changes both name and title under one address shows another item
// (a bulletin that is always published at the same place).
func (c *clerk) resolve(f vigie.Finding) (vigie.DocumentID, error) {
	s, err := tableOf[sightingRow](c.tx.tx, "sightings").get(sightingKey(c.filing.Source.ID, f.GUID))
	if err == nil {
		return s.Document, nil
	}
	if !errors.Is(err, vigie.ErrNotFound) {
		return "", err
	}
	for _, address := range addresses(f) {
		id, err := c.at(address, f)
		if id != "" || err != nil {
			return id, err
		}
	}
	return "", nil
}

// at returns the document under an address if the finding can be the same one.
func (c *clerk) at(address string, f vigie.Finding) (vigie.DocumentID, error) {
	if !identifies(address) {
		return "", nil
	}
	doc, err := c.tx.DocumentAt(address)
	if errors.Is(err, vigie.ErrNotFound) {
		return "", nil
	}
	if err == nil && c.tx.isWithdrawn(doc.ID) {
		return doc.ID, nil // it has no title any more that could tell it from another
	}
	if err != nil || c.here[doc.ID] {
		return "", err
	}
	if f.Document.Title == "" && doc.Title == "" {
		return "", nil // nothing but the address speaks for it
	}
	seen, err := c.seenAs(doc.ID)
	if err != nil {
		return "", err
	}
	if len(seen) > 0 && !namedByAddress(f, address) && !sameItem(doc, seen, c.filing.Source.ID, f.Document) {
		return "", nil
	}
	return doc.ID, nil
}

// namedByAddress reports whether an address is the source's own name for an item: a
// page of a site, also of one that was read as a feed before.
func namedByAddress(f vigie.Finding, address string) bool {
	canonical, err := vigie.CanonicalURL(address)
	return err == nil && f.GUID == canonical
}

// seenAs returns the sightings of a document by the source of this filing.
func (c *clerk) seenAs(id vigie.DocumentID) ([]vigie.Sighting, error) {
	all, err := c.tx.Sightings(id)
	return slices.DeleteFunc(all, func(s vigie.Sighting) bool { return s.Source != c.filing.Source.ID }), err
}

// sameItem reports whether a source that showed doc under other names shows it
// again: with the title that it gave it and, if the document is its own, the date.
func sameItem(doc vigie.Document, seen []vigie.Sighting, source vigie.SourceID, now vigie.Document) bool {
	if doc.Source == source {
		return doc.Title == now.Title && sameDate(doc.Published, now.Published)
	}
	return slices.ContainsFunc(seen, func(s vigie.Sighting) bool {
		return s.Title == now.Title || (s.Title == "" && doc.Title == now.Title)
	})
}

// sameDate compares what is known, not how it is held.
func sameDate(a, b vigie.Date) bool { return a.String() == b.String() }

// identifies reports whether an address can stand for one document.
func identifies(address string) bool {
	canonical, err := vigie.CanonicalURL(address)
	if err != nil {
		return false
	}
	u, err := url.Parse(canonical)
	return err == nil && (u.RawQuery != "" || u.Path != "/")
}

// alias writes the addresses under which the document is known, unless they are
// known for another one.
func (c *clerk) alias(doc vigie.Document, f vigie.Finding) error {
	t := tableOf[aliasRow](c.tx.tx, "aliases")
	for _, address := range append(addresses(f), doc.URL) {
		if !identifies(address) {
			continue
		}
		canonical, err := vigie.CanonicalURL(address)
		if err == nil && !t.has(h16(canonical)) {
			err = t.put(h16(canonical), aliasRow(doc.ID))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sight writes that the source showed the document, unless that is known and
// fresh.
func (c *clerk) sight(doc vigie.Document, f vigie.Finding) error {
	t := tableOf[sightingRow](c.tx.tx, "sightings")
	key := sightingKey(c.filing.Source.ID, f.GUID)
	s, err := t.get(key)
	if errors.Is(err, vigie.ErrNotFound) {
		s = sightingRow{Source: c.filing.Source.ID, Document: doc.ID, GUID: f.GUID, First: c.now}
		if err = c.forgetNames(doc.ID); err == nil {
			err = tableOf[mark](c.tx.tx, "sighted").b.Put(join([]byte(doc.ID), key), nil)
		}
	}
	if err != nil {
		return err
	}
	before := s
	s.URL, s.Digest, s.Title = f.URL, f.Digest, ""
	if doc.Source != s.Source && f.Document.Title != doc.Title && !c.tx.isWithdrawn(doc.ID) {
		s.Title = f.Document.Title
	}
	if s.Title != before.Title && doc.Source != s.Source {
		if err := c.touch(doc); err != nil {
			return err
		}
	}
	if c.now.Sub(s.Last) >= sightingFreshness {
		s.Last = c.now
	}
	if s == before {
		return nil
	}
	return t.put(key, s)
}

// forgetNames makes room for one more name of a document at this source: the one
// that was seen longest ago goes.
func (c *clerk) forgetNames(id vigie.DocumentID) error {
	seen, err := c.seenAs(id)
	if err != nil || len(seen) < mostNames {
		return err
	}
	slices.SortFunc(seen, func(a, b vigie.Sighting) int { return a.Last.Compare(b.Last) })
	for _, s := range seen[:len(seen)-mostNames+1] {
		key := sightingKey(s.Source, s.GUID)
		if err := tableOf[sightingRow](c.tx.tx, "sightings").delete(key); err != nil {
			return err
		}
		if err := c.tx.tx.Bucket([]byte("sighted")).Delete(join([]byte(id), key)); err != nil {
			return err
		}
	}
	return nil
}

// touch tells the followers that a document is known under one more title.
func (c *clerk) touch(doc vigie.Document) error {
	seq, err := c.tx.record(DocumentChange, string(doc.ID), Put, "sighted")
	if err != nil {
		return err
	}
	return tableOf[documentRecord](c.tx.tx, "documents").put([]byte(doc.ID), documentRecord{Document: doc, Seq: seq})
}

// refresh notes that a known item is still shown.
func (c *clerk) refresh(guid string) error {
	t := tableOf[sightingRow](c.tx.tx, "sightings")
	key := sightingKey(c.filing.Source.ID, guid)
	s, err := t.get(key)
	if errors.Is(err, vigie.ErrNotFound) || (err == nil && c.now.Sub(s.Last) < sightingFreshness) {
		return nil
	}
	if err != nil {
		return err
	}
	s.Last = c.now
	return t.put(key, s)
}

// Known returns the memory of what a source showed, for its reader. It is valid
// within the transaction.
func (tx *Tx) Known(source vigie.SourceID) vigie.Known {
	t := tableOf[sightingRow](tx.tx, "sightings")
	return func(guid, _ string) (vigie.Hash, bool) {
		s, err := t.get(sightingKey(source, guid))
		return s.Digest, err == nil
	}
}

func (tx *Tx) putDocument(d vigie.Document, seq Seq) error {
	if err := tableOf[documentRecord](tx.tx, "documents").put([]byte(d.ID), documentRecord{Document: d, Seq: seq}); err != nil {
		return err
	}
	return tx.list(d)
}
