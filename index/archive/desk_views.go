package archive

import (
	"time"

	"vigie"
)

// settings is the line about what the observatory decided in the browser.
type settings struct {
	Type       string       `json:"type"`
	Name       vigie.Text   `json:"name"`
	Motto      vigie.Text   `json:"motto,omitempty"`
	Footer     vigie.Text   `json:"footer,omitempty"`
	Languages  []vigie.Lang `json:"languages"`
	Default    vigie.Lang   `json:"default"`
	Country    string       `json:"country,omitempty"`
	TimeZone   string       `json:"time_zone"`
	Accent     string       `json:"accent,omitempty"`
	Warm       string       `json:"warm,omitempty"`
	TwoPersons bool         `json:"two_persons,omitempty"`
	KeyFigures []embed      `json:"key_figures,omitempty"`
	Digest     digestTimes  `json:"digest"`
	Sample     bool         `json:"sample,omitempty"`
}

type digestTimes struct {
	Hour    int `json:"hour"`
	Weekday int `json:"weekday"`
	Day     int `json:"day"`
	// Hold is in seconds.
	Hold  int64      `json:"hold"`
	Intro vigie.Text `json:"intro,omitempty"`
}

func viewSettings(s vigie.Settings) settings {
	d := digestTimes{Hour: s.Digest.Hour, Weekday: int(s.Digest.Weekday), Day: s.Digest.Day, Hold: int64(s.Digest.Hold / time.Second), Intro: s.Digest.Intro}
	return settings{
		Type: "settings", Name: s.Name, Motto: s.Motto, Footer: s.Footer, Languages: s.Languages, Default: s.Default, Country: s.Country,
		TimeZone: s.TimeZone, Accent: s.Accent, Warm: s.Warm, TwoPersons: s.Rules.TwoPersons, KeyFigures: viewEmbeds(s.KeyFigures), Digest: d, Sample: s.Sample,
	}
}

// synthesis is a line about a text with its working versions.
type synthesis struct {
	Type      string                     `json:"type"`
	ID        vigie.SynthesisID          `json:"id"`
	Kind      vigie.SynthesisKind        `json:"kind"`
	Topics    []string                   `json:"topics,omitempty"`
	Authors   []vigie.UserID             `json:"authors,omitempty"`
	Created   time.Time                  `json:"created"`
	Versions  map[vigie.Lang]langVersion `json:"versions,omitempty"`
	Citations []citation                 `json:"citations,omitempty"`
	Embeds    []embed                    `json:"embeds,omitempty"`
	Revision  int                        `json:"revision"`
}

type writing struct {
	Title   string `json:"title"`
	Summary string `json:"summary,omitempty"`
	Body    string `json:"body,omitempty"`
	Slug    string `json:"slug,omitempty"`
}

type langVersion struct {
	State vigie.State `json:"state"`
	N     int         `json:"n"`
	writing
	Writers   []vigie.UserID `json:"writers,omitempty"`
	By        vigie.UserID   `json:"by"`
	At        time.Time      `json:"at"`
	Why       string         `json:"why,omitempty"`
	Edition   int            `json:"edition,omitempty"`
	Published time.Time      `json:"published,omitzero"`
	Withdrawn time.Time      `json:"withdrawn,omitzero"`
}

// edition is a line about a text as it was published.
type edition struct {
	Type      string              `json:"type"`
	Synthesis vigie.SynthesisID   `json:"synthesis"`
	Lang      vigie.Lang          `json:"lang"`
	N         int                 `json:"n"`
	Kind      vigie.SynthesisKind `json:"kind"`
	Topics    []string            `json:"topics,omitempty"`
	Authors   []vigie.UserID      `json:"authors,omitempty"`
	writing
	Citations []citation   `json:"citations,omitempty"`
	Embeds    []embed      `json:"embeds,omitempty"`
	By        vigie.UserID `json:"by"`
	Published time.Time    `json:"published"`
}

type passage struct {
	Document vigie.DocumentID `json:"document"`
	Revision int              `json:"revision"`
	Page     int              `json:"page,omitempty"`
	Exact    string           `json:"exact"`
	Prefix   string           `json:"prefix,omitempty"`
	Suffix   string           `json:"suffix,omitempty"`
	Start    int              `json:"start"`
	End      int              `json:"end"`
}

type citation struct {
	N         int        `json:"n"`
	Passage   passage    `json:"passage"`
	Publisher string     `json:"publisher,omitempty"`
	Title     string     `json:"title"`
	URL       string     `json:"url,omitempty"`
	Lang      vigie.Lang `json:"lang,omitempty"`
	Published vigie.Date `json:"published,omitzero"`
	Accessed  time.Time  `json:"accessed,omitzero"`
}

type embed struct {
	Indicator string `json:"indicator"`
	Area      string `json:"area"`
	Release   string `json:"release,omitempty"`
}

func viewSynthesis(s vigie.Synthesis) synthesis {
	v := synthesis{
		Type: "synthesis", ID: s.ID, Kind: s.Kind, Topics: s.Topics, Authors: s.Authors, Created: s.Created, Versions: map[vigie.Lang]langVersion{},
		Citations: viewCitations(s.Citations), Embeds: viewEmbeds(s.Embeds), Revision: s.Revision,
	}
	for lang, x := range s.Versions {
		v.Versions[lang] = langVersion{
			State: x.State, N: x.N, writing: viewWriting(x.Writing), Writers: x.Writers, By: x.By, At: x.At, Why: x.Why, Edition: x.Edition,
			Published: x.Published, Withdrawn: x.Withdrawn,
		}
	}
	return v
}

func viewEdition(e vigie.Edition) edition {
	return edition{
		Type: "edition", Synthesis: e.Synthesis, Lang: e.Lang, N: e.N, Kind: e.Kind, Topics: e.Topics, Authors: e.Authors, writing: viewWriting(e.Writing),
		Citations: viewCitations(e.Citations), Embeds: viewEmbeds(e.Embeds), By: e.By, Published: e.Published,
	}
}

func viewWriting(w vigie.Writing) writing {
	return writing{Title: w.Title, Summary: w.Summary, Body: w.Body, Slug: w.Slug}
}

func viewCitations(all []vigie.Citation) []citation {
	var out []citation
	for _, c := range all {
		p := c.Passage
		out = append(out, citation{
			N: c.N, Publisher: c.Publisher, Title: c.Title, URL: c.URL, Lang: c.Lang, Published: c.Published, Accessed: c.Accessed,
			Passage: passage{Document: p.Document, Revision: p.Revision, Page: p.Page, Exact: p.Exact, Prefix: p.Prefix, Suffix: p.Suffix, Start: p.Start, End: p.End},
		})
	}
	return out
}

func viewEmbeds(all []vigie.Embed) []embed {
	var out []embed
	for _, e := range all {
		out = append(out, embed{Indicator: e.Indicator, Area: e.Area, Release: e.Release})
	}
	return out
}
