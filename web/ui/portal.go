package ui

import (
	"html/template"
	"time"

	"vigie"
)

// Home is the first page of the portal.
type Home struct {
	// Newest is shown large; nil while nothing is published.
	Newest  *Teaser
	More    []Teaser
	Figures []KeyFigure
	Topics  []TopicLink
	// Letter is the address of the page to subscribe at.
	Letter string
}

// Teaser is a synthesis in a list.
type Teaser struct {
	Title, Summary, URL string
	// Lang is the language of the text, which may be another than the page's.
	Lang      vigie.Lang
	Dir       string
	Foreign   bool
	LangName  string
	Published time.Time
	Topics    []Link
}

// TopicLink is a topic with what there is on it.
type TopicLink struct {
	Link
	Count int
	// Current says that it is the topic of the page.
	Current bool
}

// KeyFigure is a value with all that makes it one.
type KeyFigure struct {
	Title, URL, Place string
	// Value as people write it, Exact as machines do.
	Value, Exact, Unit string
	// Spark is a small drawing of the series.
	Spark        template.HTML
	Source       string
	Period, Code string
	// Old says that the value is of two years ago or more.
	Old bool
}

// Syntheses is a list of what is published: of everything, or on a topic.
type Syntheses struct {
	// Topic is "" in the list of everything.
	Topic string
	List  []Teaser
	// Topics lead to the lists of topics; Figures are those of the topic.
	Topics  []TopicLink
	Figures []KeyFigure
	// Newer and Older are the neighbouring pages; "" where there is none.
	Newer, Older string
	Page         int
	Feed         string
}

// Article is a published synthesis.
type Article struct {
	Title, Summary string
	// Lang and Dir are of the text; Foreign says that it is not the page's language,
	// because the text does not exist in that one.
	Lang      vigie.Lang
	Dir       string
	Foreign   bool
	LangName  string
	Authors   []string
	Published time.Time
	Edition   int
	Topics    []Link
	Body      template.HTML
	Notes     []Note
	// Others are the languages that the text exists in, beside this one.
	Others []Language
	// Withdrawn is when the text was taken back in the page's language, Why the
	// reason given; without a Body there is none in another language either.
	Withdrawn vigie.Date
	Why       string
	// Address is the permalink, for print.
	Address string
	Citing  Citing
}

// Note is a numbered source with the words that are quoted from it.
type Note struct {
	N                int
	ID, CiteID       string
	Title, Publisher string
	URL              string
	Lang             vigie.Lang
	Dir              string
	Published        vigie.Date
	Accessed         time.Time
	Page             int
	Quote            string
}

// Written is a page that the observatory writes about itself.
type Written struct {
	Title   string
	Lang    vigie.Lang
	Dir     string
	Foreign bool
	Body    template.HTML
	At      time.Time
	// Empty says that nobody wrote it yet.
	Empty bool
}

// Found is a page of answers to a public search.
type Found struct {
	Query   string
	Total   int
	Results []Hit
	// Only says that texts of other languages are left out; Other leads to the same
	// search with them, or without.
	Only  bool
	Other string
	// Meant is what was probably meant, "" for what was typed, and MeantURL finds it.
	Meant, MeantURL string
	Newer, Older    string
	Page            int
	// Partial says that the index is being built, so that there may be more.
	Partial bool
}

// Hit is one thing that was found.
type Hit struct {
	// Kind is a key below "kind.".
	Kind, URL string
	Lang      vigie.Lang
	Dir       string
	// LangName is "" where the language is the page's.
	LangName string
	// Title and Extract have the found words in <mark>.
	Title, Extract template.HTML
	Published      time.Time
}
