package api

import (
	"context"
	"errors"
	"slices"
	"time"

	"vigie"
	"vigie/curate/passage"
	"vigie/index/store"
)

// Syntheses are a page of what is published.
type Syntheses struct {
	Syntheses []Text `json:"syntheses" doc:"Those of this page, the newest first; each language by itself."`
	Next      string `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
}

// Text is a synthesis in one language, as lists show it.
type Text struct {
	ID        vigie.SynthesisID   `json:"id" doc:"The identity of the synthesis, a ULID."`
	Lang      vigie.Lang          `json:"lang" doc:"The language of this text."`
	Kind      vigie.SynthesisKind `json:"kind" enum:"brief,analysis,bulletin" doc:"What sort of text it is."`
	Title     string              `json:"title" doc:"Its title."`
	Summary   string              `json:"summary,omitempty" doc:"Its summary."`
	Topics    []string            `json:"topics,omitempty" doc:"The identities of topics."`
	Edition   int                 `json:"edition" doc:"The number of this edition, from 1."`
	Published time.Time           `json:"published" doc:"When this edition came out."`
	URL       string              `json:"url" doc:"The page that shows it."`
}

// Synthesis is a published text with its sources.
type Synthesis struct {
	Text

	Authors []string     `json:"authors,omitempty" doc:"The names of its authors."`
	Langs   []vigie.Lang `json:"langs" doc:"The languages in which it is published."`
	// Plain is our own text, so it is whole.
	Plain   string   `json:"text" doc:"The whole text, without markup; its figures show the values of this moment."`
	Sources []Quoted `json:"sources,omitempty" doc:"The passages that it quotes, in the order of the notes."`
	Figures []Shown  `json:"figures,omitempty" doc:"The figures that it shows."`
}

// Quoted is a passage that a synthesis quotes.
type Quoted struct {
	N         int        `json:"n" doc:"The number of the note."`
	Publisher string     `json:"publisher,omitempty" doc:"Who published what is quoted."`
	Title     string     `json:"title,omitempty" doc:"Its title at the time."`
	URL       string     `json:"url,omitempty" doc:"Its address, leading to the quoted words."`
	Lang      vigie.Lang `json:"lang,omitempty" doc:"Its language."`
	Published string     `json:"published,omitempty" doc:"When it was published, as far as it is known."`
	Accessed  time.Time  `json:"accessed,omitzero" doc:"When it was fetched."`
	Page      int        `json:"page,omitempty" doc:"The page of the quoted words."`
	Quote     string     `json:"quote" doc:"The quoted words."`
}

// Shown is a figure that a synthesis shows.
type Shown struct {
	Indicator string `json:"indicator" doc:"The identity of the indicator."`
	Area      string `json:"area" doc:"The place, by its code."`
	Release   string `json:"release,omitempty" doc:"The vintage that it is frozen at; absent where it follows the newest value."`
}

// syntheses lists what is published.
func (a *API) syntheses(_ context.Context, q *asked) (any, error) {
	out := Syntheses{Syntheses: []Text{}}
	var lang vigie.Lang
	if tag := q.values["lang"]; tag != "" {
		var err error
		if lang, err = vigie.ParseLang(tag); err != nil {
			return nil, badParameter("lang", "is no language tag such as fr")
		}
	}
	after := store.Shown{Published: q.from.Published, Synthesis: vigie.SynthesisID(q.from.After), Lang: vigie.Lang(q.from.Lang)}
	var behind place // the text that was looked at last
	read := 0
	err := a.o.DB.View(func(tx *store.Tx) error {
		for e, err := range tx.PublicAfter(lang, after) {
			if errors.Is(err, vigie.ErrDamaged) {
				continue // shown nowhere; vigie check names it
			}
			if err != nil {
				return err
			}
			if read++; len(out.Syntheses) == q.limit || read > mostRead {
				out.Next, err = a.cursors.write(q.list(), behind)
				return err
			}
			behind = place{Published: e.Published.UTC(), After: string(e.Synthesis), Lang: string(e.Lang)}
			if topic := q.values["topic"]; topic == "" || slices.Contains(e.Topics, topic) {
				out.Syntheses = append(out.Syntheses, a.textOf(e))
			}
		}
		return nil
	})
	return out, err
}

// mostRead is how many texts one answer looks at, whatever is wanted of them.
const mostRead = 500

// textOf is an edition as lists show it.
func (a *API) textOf(e vigie.Edition) Text {
	page := e.Lang
	if !a.o.Locales.Speaks(page) {
		page = a.o.Locales.Languages()[0]
	}
	return Text{
		ID: e.Synthesis, Lang: e.Lang, Kind: e.Kind, Title: e.Title, Summary: e.Summary, Topics: e.Topics, Edition: e.N, Published: e.Published.UTC(),
		URL: a.link("/" + string(page) + "/syntheses/" + string(e.Synthesis)),
	}
}

// synthesis returns a published text.
func (a *API) synthesis(_ context.Context, q *asked) (any, error) {
	var out Synthesis
	err := a.o.DB.View(func(tx *store.Tx) error {
		id := vigie.SynthesisID(q.values["id"])
		if !vigie.ValidID(id) {
			return vigie.ErrNotFound
		}
		kept, err := tx.Synthesis(id)
		if err != nil {
			return err
		}
		e, langs, err := choose(tx, kept, vigie.Lang(q.values["lang"]))
		if err != nil {
			return err
		}
		out, err = a.synthesisOf(tx, e, langs)
		return err
	})
	return out, err
}

// choose picks the edition to show, and the languages that are out. What never was out
// is vigie.ErrNotFound; what was taken back says so, and why.
func choose(tx *store.Tx, kept vigie.Synthesis, wanted vigie.Lang) (e vigie.Edition, langs []vigie.Lang, err error) {
	reason, back := "", false
	for lang, v := range kept.Versions {
		if v.Out() {
			langs = append(langs, lang)
		} else if v.Edition > 0 && (!back || v.Reason != "") {
			reason, back = v.Reason, true
		}
	}
	switch {
	case len(langs) == 0 && back:
		return e, nil, gone("the synthesis was withdrawn: " + reason)
	case len(langs) == 0:
		return e, nil, vigie.ErrNotFound
	}
	vigie.SortLangs(langs)
	lang := langs[0]
	if slices.Contains(langs, wanted) {
		lang = wanted
	}
	e, err = tx.Edition(kept.ID, lang, kept.Versions[lang].Edition)
	return e, langs, err
}

// synthesisOf is an edition with its text and sources.
func (a *API) synthesisOf(tx *store.Tx, e vigie.Edition, langs []vigie.Lang) (Synthesis, error) {
	out := Synthesis{Text: a.textOf(e), Langs: langs}
	text, err := a.o.Desk.Render(tx, e.Lang, e.Body, e.Citations, e.Embeds, 1)
	if err != nil {
		return out, err
	}
	out.Plain = text.Plain
	for _, n := range text.Notes {
		c := n.Citation
		out.Sources = append(out.Sources, Quoted{
			N: n.N, Publisher: c.Publisher, Title: c.Title, URL: webAddress(passage.Link(c.URL, c.Passage)), Lang: c.Lang, Published: c.Published.String(),
			Accessed: c.Accessed.UTC(), Page: c.Passage.Page, Quote: c.Passage.Exact,
		})
	}
	for _, f := range e.Embeds {
		out.Figures = append(out.Figures, Shown{f.Indicator, f.Area, f.Release})
	}
	for _, id := range e.Authors {
		u, err := tx.User(id)
		if errors.Is(err, vigie.ErrNotFound) {
			continue
		}
		if err != nil {
			return out, err
		}
		out.Authors = append(out.Authors, u.Name)
	}
	return out, nil
}
