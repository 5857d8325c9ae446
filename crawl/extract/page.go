package extract

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"

	"vigie"
)

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
	// Faults say in words what the reader had to put up with.
	Faults []string          `json:"faults"`
	Body   []vigie.Paragraph `json:"-"`
}

// Page reads a page of HTML or plain text that was fetched from base with the
// given Content-Type. A page without readable text gives an Article without
// text, and says so in its faults; a page nested deeper than 512 elements, or
// with more than 200,000 elements, is read flat, and says so too.
//
// Errors are of kind [vigie.ErrInvalid] where the input is empty, larger than
// 5 MiB or no page; they wrap the error of ctx when it ends, or when ten seconds
// have passed; a panic of the extraction library is an error of this page.
func Page(ctx context.Context, body []byte, contentType string, base *url.URL) (Article, error) {
	if err := acceptable(body, contentType); err != nil {
		return Article{}, err
	}
	text, _, err := Decode(body, contentType)
	if err != nil {
		return Article{}, err
	}
	if err := ctx.Err(); err != nil {
		return Article{}, fmt.Errorf("extract the text of the page: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	type result struct {
		article Article
		err     error
	}
	done := make(chan result, 1) // room for one: nobody may be there to take it
	go func() {
		var r result
		defer func() {
			if p := recover(); p != nil {
				r = result{err: fmt.Errorf("extract the text of the page: the page broke the reader: %v", p)}
			}
			done <- r
		}()
		if isHTML(contentType) {
			r.article = readPage(text, base)
		} else {
			r.article = readPlain(text, base)
		}
	}()
	select {
	case r := <-done:
		return r.article, r.err
	case <-ctx.Done():
		return Article{}, fmt.Errorf("extract the text of the page: %w", ctx.Err())
	}
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

func readPage(text []byte, base *url.URL) Article {
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
	guess := a.readContent(doc, base, h.ld.text)
	a.describe(h, guess)
	if a.Published.IsZero() {
		a.Published = searchDate(doc, base)
	}
	if len(a.Body) == 0 {
		a.Faults = append(a.Faults, "the page has no readable text")
	}
	a.finish(h.declaredLang())
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
	a.Title = cut(withoutSite(firstLine(append(h.titles(), guess.Title, h.title)...), a.Site), maxTitle)
	a.Summary = firstLine(append(h.summaries(), guess.Description)...)
	a.License = firstLine(append(h.licences(), guess.License)...)
	a.Authors = h.authors(guess.Author)
	a.Published, a.Modified = h.dates()
	a.Feeds = h.feeds()
	if c := h.canonical(); c != "" {
		a.Canonical = c
	}
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
