package store

import "vigie"

// OnlyShownBy lists the documents that one source showed and no other did.
func (tx *Tx) OnlyShownBy(source vigie.SourceID) ([]vigie.DocumentID, error) {
	var out []vigie.DocumentID
	listed := map[vigie.DocumentID]bool{}
	for s, err := range tableOf[sightingRow](tx.tx, "sightings").all([]byte(source), nil) {
		if err != nil {
			return out, err
		}
		if listed[s.Document] {
			continue
		}
		listed[s.Document] = true
		all, err := tx.Sightings(s.Document)
		if err != nil {
			return out, err
		}
		alone := true
		for _, other := range all {
			alone = alone && other.Source == source
		}
		if alone {
			out = append(out, s.Document)
		}
	}
	return out, nil
}
