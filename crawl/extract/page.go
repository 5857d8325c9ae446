package extract

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"

	"vigie"
)

// PageVersion is the version of [Page]. It is raised whenever the text of a page
// may come out differently than before, so that what is kept is read again.
const PageVersion = 2

// The limits on one page.
const (
	// maxPage is the largest page in bytes; the articles of the web measure 0.1 to
	// 1 MB.
	maxPage = 5 << 20
	// maxElements is how many elements a page may have that is to become a tree; one
	// with more, a data table as a rule, is read flat.
	maxElements = 200_000
	// maxTime is how long one page may take where the context does not say less.
	maxTime = 10 * time.Second
)

// Article is what a page says, for a reader. Its JSON is a public contract.
type Article struct {
	// URL is the address that the page was read from.
	URL string `json:"url"`
	// Canonical is the address that the page gives itself, in the spelling of
	// [vigie.CanonicalURL]; the page's own address where it gives none.
	Canonical string `json:"canonical"`
	// Title is one plain line.
	Title string `json:"title"`
	// Text is Body joined with line feeds.
	Text      string         `json:"text"`
	Authors   []vigie.Author `json:"authors"`
	Published vigie.Date     `json:"published"`
	Modified  vigie.Date     `json:"modified"`
	// Lang is never empty: [vigie.Und] where it could not be told.
	Lang    vigie.Lang `json:"lang"`
	Site    string     `json:"site"`
	Summary string     `json:"summary"`
	// License is an address or a few words, as the page gives it.
	License string `json:"license"`
	// Feeds are the addresses of feeds that the page announces.
	Feeds []string `json:"feeds"`
	// Obstacle says what stood between the page and its text, a fault says it in words.
	Obstacle vigie.Obstacle `json:"obstacle,omitempty"`
	// Reports are the PDF files that the content of the page leads to, at most five.
	Reports []Link `json:"reports,omitempty"`
	// Links are the canonical addresses that the content leads to, as in
	// [vigie.Document.Links].
	Links []string `json:"links,omitempty"`
	// Faults say in words what the reader had to put up with.
	Faults []string          `json:"faults"`
	Body   []vigie.Paragraph `json:"-"`
}

// Page reads a page of HTML or plain text that was fetched from base with the
// given Content-Type. A page without readable text gives an Article without
// text, and says so in its faults; a page nested deeper than 512 elements, or
// with more than 200,000 elements, or that takes more than ten seconds, is read
// flat, and says so too. What stood between the page and its text is its obstacle.
//
// Errors are of kind [vigie.ErrInvalid] where the input is empty, larger than
// 5 MiB or no page; they wrap the error of ctx when it ends; a panic of the
// extraction library is an error of this page.
func Page(ctx context.Context, body []byte, contentType string, base *url.URL) (Article, error) {
	return PageAt(ctx, body, contentType, base, time.Time{})
}

// PageAt is [Page] where it is known when the page was fetched: sites that print the
// day of reading are found out by it. Whoever reads many pages of others does so in
// [Places].
func PageAt(ctx context.Context, body []byte, contentType string, base *url.URL, fetched time.Time) (Article, error) {
	return new(Places).PageAt(ctx, body, contentType, base, fetched)
}

// ContentType returns the whole type of a captured answer, with its charset, as
// [Page] and [Decode] want it.
func ContentType(c vigie.Capture) string {
	if v := c.Header["Content-Type"]; len(v) > 0 {
		return v[0]
	}
	return c.MediaType
}

// IsFront reports whether an address is the front page of its site, where pages
// that are gone often lead.
func IsFront(u *url.URL) bool { return (u.Path == "" || u.Path == "/") && u.RawQuery == "" }

func acceptable(body []byte, contentType string) error {
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return &vigie.InvalidError{Field: "page", Reason: "is empty"}
	case len(body) > maxPage:
		return &vigie.InvalidError{Field: "page", Reason: "is larger than 5 MiB"}
	}
	if t := mediaType(contentType); !isHTML(contentType) && t != "text/plain" {
		return &vigie.InvalidError{Field: "page", Reason: fmt.Sprintf("is neither HTML nor plain text but %q", t)}
	}
	return nil
}

// readPlain makes an article of plain text.
func readPlain(text []byte, base *url.URL) Article {
	a := newArticle(base)
	a.Body = plainParagraphs(string(text))
	if len(a.Body) > 0 {
		a.Title = cut(a.Body[0].Text, maxTitle)
	}
	a.finish(vigie.Und)
	return a
}

func readPage(text []byte, base *url.URL, fetched time.Time) Article {
	a := newArticle(base)
	if bytes.Count(text, []byte("<")) > 2*maxElements {
		a.Faults = append(a.Faults, "the page has too many elements to be read as a tree: its text is read flat, menus included")
		a.flat(text)
		return a
	}
	doc, err := html.Parse(bytes.NewReader(text))
	if err != nil { // reading from memory, so it is the depth
		a.Faults = append(a.Faults, "the page is nested too deeply ("+err.Error()+"): its text is read flat, menus included")
		a.flat(text)
		return a
	}
	h := readHead(doc, base)
	a.Reports = h.reports(doc)
	guess := a.readContent(doc, base, h.ld.text)
	a.describe(h, guess)
	a.behindWall(doc, h)
	a.Body = withoutConsent(a.Body)
	a.Body = withoutPrompts(withoutTitle(a.Body, append(h.titles(), a.Title, h.title, h.headline)...), a.Canonical)
	if a.Published.IsZero() {
		a.Published = searchDate(doc, base, fetched)
	}
	if len(a.Body) == 0 && a.Obstacle == "" {
		a.Faults = append(a.Faults, "the page has no readable text")
	}
	a.finish(h.declaredLang())
	a.Links = h.contentLinks(doc, a.Text)
	return a
}

// newArticle returns an article whose lists are never null in JSON.
func newArticle(base *url.URL) Article {
	a := Article{Authors: []vigie.Author{}, Feeds: []string{}, Faults: []string{}}
	if base == nil {
		return a
	}
	a.URL = base.String()
	a.Canonical = a.URL
	if c, err := vigie.CanonicalURL(a.URL); err == nil {
		a.Canonical = c
	}
	return a
}

// describe fills everything but the body from the head of the page or, where it
// is silent, from guesses.
func (a *Article) describe(h head, guess trafilatura.Metadata) {
	a.Site = firstLine(append(h.sites(), guess.Sitename)...)
	a.Title = cut(withoutSite(firstLine(append(h.titles(), wholeTitle(guess.Title, h.title), h.title)...), a.Site), maxTitle)
	a.Summary = firstLine(append(h.summaries(), guess.Description)...)
	a.License = firstLine(append(h.licences(), guess.License)...)
	a.Authors = h.authors(guess.Author)
	a.Published, a.Modified = h.dates()
	a.Feeds = h.feeds()
	if c := h.canonical(); c != "" {
		a.Canonical = c
	}
}

// wholeTitle returns the guess of a title; where it stops at a colon, which in French
// is no mark of a site's name, the title goes on.
func wholeTitle(guess, title string) string {
	title = PlainLine(title)
	if rest, ok := strings.CutPrefix(title, guess); ok && strings.HasPrefix(strings.TrimSpace(rest), ":") {
		return title
	}
	return guess
}

// flat reads a page that cannot be made a tree of.
func (a *Article) flat(text []byte) {
	a.Body = blocks(string(text), true)
	if len(a.Body) == 0 {
		a.Faults = append(a.Faults, "the page has no readable text")
	}
	a.Title = cut(flatTitle(text), maxTitle)
	if i := slices.IndexFunc(a.Body, func(p vigie.Paragraph) bool { return p.Kind == vigie.Heading }); a.Title == "" && i >= 0 {
		a.Title = cut(a.Body[i].Text, maxTitle)
	}
	a.finish(vigie.Und)
}

// finish derives text and language from the rest.
func (a *Article) finish(declared vigie.Lang) {
	a.Text = vigie.PlainText(a.Body)
	a.Lang = Language(declared, a.Title, a.Text)
	MarkLanguages(a.Body, a.Lang)
}

// flatTitle returns what stands in the first title element.
func flatTitle(page []byte) string {
	z := html.NewTokenizer(bytes.NewReader(page))
	for range 1000 { // the title stands near the top, or nowhere
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken:
			if name, _ := z.TagName(); string(name) == "title" && z.Next() == html.TextToken {
				return PlainLine(string(z.Text()))
			}
		}
	}
	return ""
}
