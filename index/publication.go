package index

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"vigie"
	"vigie/curate/markdown"
	"vigie/index/store"
)

// PublicKind says what sort of thing the public index has found.
type PublicKind string

// The kinds of public things.
const (
	SynthesisText PublicKind = "synthesis"
	IndicatorText PublicKind = "indicator"
	PageText      PublicKind = "page"
)

// reference names an entry of the public index: a thing in one language.
type reference struct {
	kind PublicKind
	id   string
	lang vigie.Lang
}

// prefix is how the identities of its entries begin; without a language, those of
// all entries of the thing.
func (r reference) prefix() string {
	if r.lang == "" {
		return string(r.kind) + "/" + r.id + "/"
	}
	return string(r.kind) + "/" + r.id + "/" + string(r.lang) + "/"
}

// identity is the entry's in bleve. It tells states of the text apart, so that a
// text that is there already is not written again, and an old one is noticed.
func (r reference) identity(state string) string { return r.prefix() + state }

// parseReference reads an identity.
func parseReference(identity string) (reference, bool) {
	parts := strings.Split(identity, "/")
	if len(parts) != 4 {
		return reference{}, false
	}
	return reference{PublicKind(parts[0]), parts[1], vigie.Lang(parts[2])}, true
}

// publication is what the public reads of a thing in one language.
type publication struct {
	reference
	state     string
	title     string
	text      []vigie.Paragraph // without marks: what is indexed and quoted
	topics    []string
	published time.Time
}

// key is the identity of its entry.
func (p publication) key() string { return p.identity(p.state) }

// entry is what the index is told.
func (p publication) entry() entry {
	e := entry{id: p.key(), lang: p.lang, titles: []string{p.title}}
	for _, t := range p.text {
		e.texts = append(e.texts, t.Text)
	}
	e.exactly(fieldKind, string(p.kind))
	for _, t := range p.topics {
		e.exactly(fieldTopic, t)
	}
	e.terms = append(e.terms, exact{fieldReader, langKey(p.lang), true}, exact{fieldTime, timeKey(p.published), true})
	return e
}

// public tells which entry belongs in the index for a reference now, and how to
// read what it says. It is vigie.ErrNotFound for what is not, or not any more,
// public.
func public(tx *store.Tx, r reference) (key string, read func() (publication, error), err error) {
	switch r.kind {
	case SynthesisText:
		s, err := tx.Synthesis(vigie.SynthesisID(r.id))
		if err != nil {
			return "", nil, err
		}
		v := s.Versions[r.lang]
		if !v.Out() {
			return "", nil, fmt.Errorf("find the text in %s: %w", r.lang, vigie.ErrNotFound)
		}
		return r.identity(strconv.Itoa(v.Edition)), func() (publication, error) {
			e, err := tx.Edition(s.ID, r.lang, v.Edition)
			return editionText(e), err
		}, nil
	case IndicatorText:
		i, err := tx.Indicator(vigie.IndicatorID(r.id))
		if err != nil {
			return "", nil, err
		}
		p, err := indicatorText(i, r.lang)
		return p.key(), func() (publication, error) { return p, nil }, err
	case PageText:
		p, err := tx.PageText(vigie.PageName(r.id), r.lang)
		if err == nil && p.Off {
			err = vigie.ErrNotFound
		}
		return r.identity(strconv.Itoa(p.N)), func() (publication, error) { return pageText(p), nil }, err
	}
	return "", nil, vigie.ErrNotFound
}

func editionText(e vigie.Edition) publication {
	p := publication{
		reference: reference{SynthesisText, string(e.Synthesis), e.Lang},
		state:     strconv.Itoa(e.N), title: e.Title, topics: e.Topics, published: e.Published,
	}
	p.text = append(paragraphs(e.Summary), unmarked(e.Body, e.Citations)...)
	return p
}

func pageText(t vigie.PageText) publication {
	return publication{
		reference: reference{PageText, string(t.Page), t.Lang},
		state:     strconv.Itoa(t.N), title: t.Title, text: unmarked(t.Body, nil), published: t.At,
	}
}

// indicatorText is what the page of an indicator says in a language. It is
// vigie.ErrNotFound where the indicator has no name in it.
func indicatorText(i vigie.Indicator, lang vigie.Lang) (publication, error) {
	if tag, err := vigie.ParseLang(string(lang)); err != nil || tag != lang || i.Name[lang] == "" {
		return publication{}, fmt.Errorf("find the name of %s in %.35s: %w", i.ID, lang, vigie.ErrNotFound)
	}
	p := publication{
		reference: reference{IndicatorText, string(i.ID), lang}, title: i.Name[lang], topics: i.Topics,
		text: paragraphs(i.Definition[lang], i.Unit[lang], i.Publisher, i.Source),
	}
	for _, c := range i.Codes {
		p.text = append(p.text, paragraphs(c.Code)...)
	}
	told, err := json.Marshal([]any{p.title, p.text, p.topics})
	if err != nil {
		return publication{}, err
	}
	sum := fnv.New64a()
	_, _ = sum.Write(told) // never fails
	p.state = strconv.FormatUint(sum.Sum64(), 16)
	return p, nil
}

// paragraphs makes paragraphs of the texts that there are.
func paragraphs(texts ...string) []vigie.Paragraph {
	var out []vigie.Paragraph
	for _, t := range texts {
		if t != "" {
			out = append(out, vigie.Paragraph{Text: t})
		}
	}
	return out
}

// unmarked takes the marks out of Markdown. Sources are told by the words that are
// quoted from them, as the page tells them, and only where the text cites them: an
// edition keeps others for other languages.
func unmarked(body string, citations []vigie.Citation) []vigie.Paragraph {
	known := map[string]vigie.Citation{}
	for _, c := range citations {
		known[strconv.Itoa(c.N)] = c
	}
	figure, err := markdown.NewFragment("", "…") // what it shows may change, the text does not
	if err != nil {
		return nil
	}
	read, err := markdown.Render(body, markdown.Options{
		Cite:   func(ref string) (markdown.Source, bool) { _, ok := known[ref]; return markdown.Source{}, ok },
		Figure: func(string, string) (markdown.Fragment, bool) { return figure, true },
	})
	if err != nil {
		return nil // larger than any text that can be published
	}
	words := read.Text
	for _, n := range read.Notes { // a number would stand between the words of a phrase
		number := fmt.Sprintf("[%d]", n.N)
		words = strings.NewReplacer(" "+number, "", number, "").Replace(words)
	}
	out := paragraphs(strings.Split(words, "\n\n")...)
	for _, n := range read.Notes {
		c := known[n.Ref]
		out = append(out, paragraphs(c.Passage.Exact, c.Title, c.Publisher)...)
	}
	return out
}
