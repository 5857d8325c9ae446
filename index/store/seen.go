package store

import "vigie"

// DocumentShown returns the document that a source showed under a guid, or
// vigie.ErrNotFound.
func (tx *Tx) DocumentShown(source vigie.SourceID, guid string) (vigie.Document, error) {
	s, err := tableOf[sightingRow](tx.tx, "sightings").get(sightingKey(source, guid))
	if err != nil {
		return vigie.Document{}, err
	}
	return tx.Document(s.Document)
}
