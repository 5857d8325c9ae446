package curate

import (
	"slices"

	"vigie"
	"vigie/curate/catalogue"
	"vigie/index/store"
)

// packTopics are the topics that sources of the catalogue can have. A desk whose
// topics are all of the catalogue, or that has none yet, gets those that it lacks, with
// their names in every language. One that chose topics of its own keeps to them: the
// portal and the letter show them to the public.
type packTopics struct {
	desk *Desk
	by   vigie.User
	has  map[string]bool
	make bool
}

func (d *Desk) packTopics(tx *store.Tx, by vigie.User) (packTopics, error) {
	p := packTopics{desk: d, by: by, has: map[string]bool{}, make: by.May(vigie.KeepSources)}
	known, err := catalogue.Topics()
	if err != nil {
		return p, err
	}
	kept, err := tx.Topics()
	for _, t := range kept {
		p.has[t.ID] = true
		p.make = p.make && slices.Contains(known, t.ID)
	}
	return p, err
}

// take returns which of some topics a source gets.
func (p packTopics) take(tx *store.Tx, names []string, from string) (taken []string, err error) {
	for _, name := range names {
		if !p.has[name] && p.make {
			if err := p.add(tx, name, from); err != nil {
				return nil, err
			}
		}
		if p.has[name] {
			taken = append(taken, name)
		}
	}
	return taken, nil
}

func (p packTopics) add(tx *store.Tx, name, from string) error {
	t := vigie.Topic{ID: name, Labels: vigie.Text{}}
	for _, lang := range p.desk.locales.Languages() {
		t.Labels[lang] = p.desk.locales.For(lang).T("catalogue.topic." + name)
	}
	if err := tx.PutTopic(t); err != nil {
		return err
	}
	p.has[name] = true
	return p.desk.noteDown(tx, p.by, "topic added", name, changes(vigie.Text{}, t.Labels), from)
}
