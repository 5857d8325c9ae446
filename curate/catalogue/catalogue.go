// Package catalogue knows sources on information and communication technologies
// that a watch cell is likely to want: international bodies, regulators, statistics
// offices, registries. They are data (data/*.json), in packs to be ticked.
//
// [Packs] gives the packs, [All] the entries, [Select] those of some packs, and
// [Entry.Source] makes of an entry what the store keeps.
//
// # Caveats
//
// Nobody has read these addresses from here: an entry is not yet read until the
// program that watches it has. Where a publisher's feed is not known for sure, the
// entry gives a page, and the kind [vigie.Auto] finds out the rest. An entry without
// a licence was not looked at for one: that is no permission. Countries stand as
// codes; how they are called is the operator's to say.
package catalogue

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"vigie"
)

//go:embed data/*.json
var data embed.FS

// Entry is one source of the catalogue.
type Entry struct {
	// ID never changes: "anrt-fr".
	ID string `json:"id"`
	// Name is what the source calls itself, in its language; Short is the usual short
	// name of who speaks there.
	Name      string `json:"name"`
	Short     string `json:"short"`
	Publisher string `json:"publisher"`
	// Country is an ISO 3166-1 alpha-3 code, "" for bodies of several countries.
	Country string     `json:"country,omitempty"`
	Lang    vigie.Lang `json:"lang"`
	URL     string     `json:"url"`
	Kind    vigie.Kind `json:"kind"`
	// Topics are of those that [Topics] lists.
	Topics []string `json:"topics"`
	// Days is a guess of the days between two items.
	Days int `json:"days"`
	// Licence is the name of a licence that is publicly known, "" where nobody looked;
	// Terms say what it covers.
	Licence string `json:"licence,omitempty"`
	Terms   string `json:"terms,omitempty"`
	// Also are further packs that the entry belongs to.
	Also []string `json:"also,omitempty"`
}

// Pack is a group of entries to be taken together. An entry may be in several. Its
// label is the phrase "catalogue.pack." and the ID.
type Pack struct {
	ID      string  `json:"id"`
	Entries []Entry `json:"entries"`
}

// Title is the name with the short name of who speaks in front, where the name does
// not tell by itself.
func (e Entry) Title() string {
	if e.Short == "" || strings.Contains(e.Name, e.Short) {
		return e.Name
	}
	return e.Short + ": " + e.Name
}

// Cadence is the guessed time between two items.
func (e Entry) Cadence() time.Duration { return time.Duration(e.Days) * 24 * time.Hour }

// Source returns the entry as a source without ID and Added: of an institution, as all
// in the catalogue are. It has no wish of its
// own for the time between two readings: vigie learns the rhythm, and the cadence only
// stands in for it until then.
func (e Entry) Source() vigie.Source {
	return vigie.Source{
		Kind: e.Kind, URL: e.URL, Name: e.Title(), Publisher: e.Publisher, Institution: true, Country: e.Country, Lang: e.Lang,
		Topics: slices.Clone(e.Topics), Licence: e.Licence, Terms: e.Terms, Catalogue: e.ID, Cadence: e.Cadence(),
	}
}

// All returns every entry once, in the order of the packs.
func All() ([]Entry, error) {
	_, own, err := read()
	return slices.Concat(own...), err
}

// Packs returns the packs in the order in which they are shown: by place, then by
// subject.
func Packs() ([]Pack, error) {
	h, own, err := read()
	if err != nil {
		return nil, err
	}
	packs := make([]Pack, 0, len(h.Places)+len(h.Subjects))
	for i, id := range h.Places {
		packs = append(packs, Pack{ID: id, Entries: own[i]})
	}
	for _, id := range h.Subjects {
		packs = append(packs, Pack{ID: id})
	}
	for i := range packs {
		for _, e := range slices.Concat(own...) {
			if slices.Contains(e.Also, packs[i].ID) {
				packs[i].Entries = append(packs[i].Entries, e)
			}
		}
	}
	return packs, nil
}

// Topics returns the topics that entries have. The label of one is the phrase
// "catalogue.topic." and its name.
func Topics() ([]string, error) {
	var h head
	err := readJSON("catalogue", &h)
	return h.Topics, err
}

// Select returns the entries of the named packs, and the entries named themselves,
// each once. An unknown name is a [vigie.InvalidError].
func Select(ids []string) ([]Entry, error) {
	packs, err := Packs()
	if err != nil {
		return nil, err
	}
	named := map[string][]Entry{}
	for _, p := range packs {
		named[p.ID] = p.Entries
		for _, e := range p.Entries {
			named[e.ID] = []Entry{e}
		}
	}
	var out []Entry
	taken := map[string]bool{}
	for _, id := range ids {
		if named[id] == nil {
			return nil, &vigie.InvalidError{Field: "pack", Reason: fmt.Sprintf("%.60q is neither a pack nor an entry of the catalogue", id)}
		}
		for _, e := range named[id] {
			if !taken[e.ID] {
				taken[e.ID] = true
				out = append(out, e)
			}
		}
	}
	return out, nil
}

// head is data/catalogue.json.
type head struct {
	// Places are the packs that have a file with entries; Subjects those that gather
	// entries of the others.
	Places   []string `json:"places"`
	Subjects []string `json:"subjects"`
	Topics   []string `json:"topics"`
}

// read returns the head and the entries of each of its places.
func read() (h head, own [][]Entry, err error) {
	if err := readJSON("catalogue", &h); err != nil {
		return h, nil, err
	}
	own = make([][]Entry, len(h.Places))
	for i, place := range h.Places {
		if err := readJSON(place, &own[i]); err != nil {
			return h, nil, err
		}
	}
	return h, own, nil
}

func readJSON(name string, into any) error {
	b, err := data.ReadFile("data/" + name + ".json")
	if err != nil {
		return fmt.Errorf("read the catalogue: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("read the catalogue: %w", &vigie.InvalidError{Field: name + ".json", Reason: err.Error()})
	}
	return nil
}
