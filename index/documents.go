package index

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"strings"

	"vigie"
	"vigie/index/store"
)

// documents is the content of an [Index]: every document of the store.
type documents struct{ log *slog.Logger }

// format implements content.
func (documents) format() string { return mappingVersion }

// all implements content.
func (documents) all(tx *store.Tx) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for doc, err := range tx.Documents() {
			if !yield(string(doc.ID), err) {
				return
			}
		}
	}
}

// take implements content.
func (d documents) take(ctx context.Context, tx *store.Tx, _ *generation, c store.Change, p *portion) error {
	if c.Kind != store.DocumentChange {
		return nil
	}
	if c.Op == store.Delete {
		p.gone = append(p.gone, c.ID)
		return nil
	}
	id := vigie.DocumentID(c.ID)
	seq, err := tx.DocumentSeq(id)
	if errors.Is(err, vigie.ErrNotFound) || err == nil && seq > c.Seq {
		return nil // a later entry tells the rest
	}
	if err != nil {
		return err
	}
	e, err := entryOf(tx, id)
	if errors.Is(err, vigie.ErrDamaged) && e.id != "" {
		d.log.ErrorContext(ctx, "a document's text cannot be read, only its title is indexed", "document", id, "err", err)
	} else if err != nil {
		return err
	}
	p.add(e)
	return nil
}

// entryOf reads what the index is told about a document. When its text is
// damaged, the entry comes without it beside the error.
func entryOf(tx *store.Tx, id vigie.DocumentID) (entry, error) {
	doc, err := tx.Document(id)
	if err != nil {
		return entry{}, err
	}
	e := entry{id: string(id), lang: doc.Lang, titles: []string{titleOf(doc)}}
	seen, err := tx.Sightings(id)
	if err != nil {
		return entry{}, err
	}
	for _, s := range seen {
		if s.Title != "" && s.Title != doc.Title {
			e.titles = append(e.titles, s.Title)
		}
	}
	body, err := tx.Body(doc)
	for _, p := range textOf(doc, body) {
		if p.Kind == vigie.Heading {
			e.heads = append(e.heads, len(e.texts))
		}
		e.texts = append(e.texts, p.Text)
	}
	for _, a := range doc.Authors {
		e.texts = append(e.texts, a.Name)
	}
	e.texts = append(e.texts, doc.Labels...)
	return e, err
}

// besideOf is what is indexed with a text that is no part of it, to be quoted: who
// wrote it, and how its publisher labels it.
func besideOf(doc vigie.Document) []string {
	var names []string
	for _, a := range doc.Authors {
		names = append(names, a.Name)
	}
	return []string{strings.Join(doc.Labels, " · "), strings.Join(names, " · ")}
}

// titleOf returns the title, or the address where there is none: what was kept
// can be found.
func titleOf(d vigie.Document) string {
	if d.Title == "" {
		return d.URL
	}
	return d.Title
}

// textOf is the text that is indexed and quoted: the body, after the publisher's
// summary where that says something else.
func textOf(doc vigie.Document, body []vigie.Paragraph) []vigie.Paragraph {
	summary := strings.Join(strings.Fields(doc.Summary), " ")
	if summary == "" || contains(body, firstBytes(summary, 60)) && contains(body, lastBytes(strings.TrimRight(summary, " .…[]"), 40)) {
		return body
	}
	return append([]vigie.Paragraph{{Text: summary}}, body...)
}

func contains(body []vigie.Paragraph, words string) bool {
	for _, p := range body {
		if strings.Contains(p.Text, words) {
			return true
		}
	}
	return false
}

func firstBytes(s string, n int) string { return s[:min(n, len(s))] }

func lastBytes(s string, n int) string { return s[max(0, len(s)-n):] }
