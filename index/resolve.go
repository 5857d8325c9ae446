package index

import (
	"errors"
	"slices"
	"strings"

	"vigie"
	"vigie/index/column"
	"vigie/index/store"
)

// resolver turns what a person typed into identities, by what the store holds now.
// failed tells, afterwards, what could not be read.
func (x *Index) resolver(o SearchOptions) (r column.Resolver, failed func() error) {
	var fault error
	r = column.Resolver{Now: o.Now, Countries: x.countriesNamed}
	if r.Now.IsZero() {
		r.Now = x.now()
	}
	r.Sources = func(value string) []vigie.SourceID {
		out, err := x.sourcesNamed(value)
		fault = errors.Join(fault, err)
		return out
	}
	r.Topics = func(value string) []string {
		out, err := x.topicsNamed(value)
		fault = errors.Join(fault, err)
		return out
	}
	plain := map[string]string{} // by what was typed: it is compared with every publisher
	r.Publisher = func(value, name string) bool {
		wanted, ok := plain[value]
		if !ok {
			wanted = x.plainly(value)
			plain[value] = wanted
		}
		return holds(x.plainly(name), wanted)
	}
	return r, func() error { return fault }
}

// holds reports whether a folded text has some folded words side by side.
func holds(text, words string) bool { return strings.Contains(" "+text+" ", " "+words+" ") }

// sourcesNamed returns the sources that are called so, or whose name holds the
// words, accents and capitals aside.
func (x *Index) sourcesNamed(name string) ([]vigie.SourceID, error) {
	var out []vigie.SourceID
	words := x.plainly(name)
	err := x.db.View(func(tx *store.Tx) error {
		for s, err := range tx.Sources() {
			if err != nil {
				return err
			}
			if name == string(s.ID) || holds(x.plainly(s.Name+" "+s.Publisher+" "+sourceTitle(tx, s.ID)+" "+s.URL), words) {
				out = append(out, s.ID)
			}
		}
		return nil
	})
	return out, err
}

// countriesNamed returns the codes of the countries that have this code, or are called
// so.
func (x *Index) countriesNamed(name string) []string {
	code := strings.ToUpper(name)
	if _, ok := x.places[code]; ok {
		return []string{code}
	}
	words := x.plainly(name)
	var out []string
	for place, names := range x.places {
		if slices.Contains(names, words) {
			out = append(out, place)
		}
	}
	if len(out) == 0 {
		out = []string{code} // one that the operator has no name for
	}
	return out
}

// topicsNamed returns the topics that have this identity, or a label with the words.
func (x *Index) topicsNamed(name string) ([]string, error) {
	var out []string
	words := x.plainly(name)
	err := x.db.View(func(tx *store.Tx) error {
		topics, err := tx.Topics()
		for _, t := range topics {
			called := t.ID == name
			for _, label := range t.Labels {
				called = called || holds(x.plainly(label), words)
			}
			if called {
				out = append(out, t.ID)
			}
		}
		return err
	})
	if len(out) == 0 && err == nil { // a topic of a document that the settings do not know any more
		out = []string{strings.ToLower(name)}
	}
	return out, err
}

// plainly folds a name to compare it.
func (x *Index) plainly(s string) string { return strings.Join(x.languages.folded(s), " ") }

// sourceTitle is what a source calls itself, "" where it was never read.
func sourceTitle(tx *store.Tx, id vigie.SourceID) string {
	v, err := tx.Visit(id)
	if err != nil {
		return ""
	}
	return v.Title
}
