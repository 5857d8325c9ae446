package web

import (
	"strings"

	"vigie"
	"vigie/curate/locale"
	grammar "vigie/index/query"
	"vigie/index/store"
)

// valueName is what people call the value of a filter: a label, a name, a word. What
// is not known stays as it was typed. It reads the store by itself, so that it must not
// be called while something else is read.
func (s *Server) valueName(p *locale.Printer, field grammar.Field, value string) string {
	name := ""
	switch field {
	case grammar.Lang:
		name = s.tongueName(p, vigie.Lang(value))
	case grammar.Status:
		name = p.T("triage.state." + value)
	case grammar.Type:
		name = typeName(p, value)
	case grammar.Country:
		name, _ = s.o.Desk.Place(value).In(p.Lang())
	case grammar.Source:
		if id := vigie.SourceID(value); vigie.ValidID(id) {
			_ = s.o.DB.View(func(tx *store.Tx) (err error) { // what cannot be read has no name
				name, err = sourceName(tx, id)
				return err
			})
		}
	case grammar.Topic:
		_ = s.o.DB.View(func(tx *store.Tx) error { // as above
			topic, err := tx.Topic(value)
			name, _ = topic.Labels.In(p.Lang())
			return err
		})
	case grammar.Anywhere, grammar.Title, grammar.Publisher, grammar.Tag, grammar.Cited, grammar.Page, grammar.From, grammar.To, grammar.Age:
	}
	if name == "" {
		return value
	}
	return name
}

// tongueName is what a language calls itself where the pages speak it, and else what
// they call it.
func (s *Server) tongueName(p *locale.Printer, l vigie.Lang) string {
	if key := "deskfind.lang." + string(l.Base()); !s.locales.Speaks(l) && p.Has(key) {
		return p.T(key)
	}
	return s.langName(l)
}

// typeName is what a type of documents is called.
func typeName(p *locale.Printer, value string) string {
	if key := "deskfind.type." + value; p.Has(key) {
		return p.T(key)
	}
	return value
}

// sourceValue is how a source is written in a query: by its name, where no other
// source could be meant by it.
func sourceValue(tx *store.Tx, id vigie.SourceID) (string, error) {
	name, err := sourceName(tx, id)
	words := strings.TrimSpace(foldText(name).text)
	if err != nil || len(words) < 3 || len(name) > 100 {
		return string(id), err
	}
	for src, err := range tx.Sources() {
		if err != nil {
			return string(id), err
		}
		visit, err := tx.Visit(src.ID)
		if err != nil {
			visit = vigie.Visit{} // one that was never read
		}
		if src.ID != id && strings.Contains(foldText(src.Name+" "+src.Publisher+" "+visit.Title+" "+src.URL).text, words) {
			return string(id), nil
		}
	}
	return name, nil
}
