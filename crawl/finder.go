package crawl

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"github.com/gocolly/colly/v2"

	"vigie"
	"vigie/crawl/extract"
	"vigie/crawl/polite"
)

// The limits on one list.
const (
	maxRows     = 1000
	maxSelector = 512 // bytes
)

// row is one item of a list.
type row struct {
	url   string // canonical
	raw   string // absolute, as the page writes it
	title string
	date  vigie.Date
	// digest is the hash of what the selectors of the source say of the item. The
	// words of a bare link are not part of it: "3 comments" changes every day.
	digest vigie.Hash
	// modified is when the list says that the item changed; zero where it says
	// nothing that can be believed. steady says that its digest proves no change.
	modified vigie.Date
	steady   bool
	// part is the file of the list that the row stands in; "" where there is one only.
	part string
	// isNew says that the source never showed it before.
	isNew bool
	// report says that no list shows it, but the page of an item leads to it.
	report bool
}

// finder finds the rows of a list page.
type finder struct {
	rules vigie.ListRules
	asked string
	// all takes every link of the page, its menus included; links that the page asks
	// not to follow are left out then, and a page without links is none the worse.
	all bool

	title  string
	rows   []row
	faults []string
	err    error

	guessed    bool           // the rules are not a person's
	index      map[string]int // of rows by their address
	links      int            // links seen, followed or not
	tooMany    bool
	hasTitle   bool // some row had a title where a selector says
	hasDate    bool
	unreadDate string // a date that was not understood
}

// CheckSelectors refuses selectors that could not match for their spelling, as a
// vigie.InvalidError that names the rule.
func CheckSelectors(rules vigie.ListRules) error {
	for _, r := range []struct{ field, selector string }{
		{"list.item", rules.Item}, {"list.link", rules.Link}, {"list.title", rules.Title}, {"list.date", rules.Date},
	} {
		if r.selector == "" {
			continue
		}
		if len(r.selector) > maxSelector {
			return &vigie.InvalidError{Field: r.field, Reason: "is longer than 512 bytes"}
		}
		if tangled(r.selector) {
			return &vigie.InvalidError{Field: r.field, Reason: "says \"anywhere within\" more than three times in a row, or nests too much; name the parts with \">\""}
		}
		if _, err := cascadia.ParseGroup(r.selector); err != nil {
			err = &vigie.InvalidError{Field: r.field, Reason: fmt.Sprintf("%q is no CSS selector: %v", r.selector, err)}
			return &vigie.TroubleError{Trouble: vigie.Trouble{Code: vigie.TroubleSelector, What: r.selector}, Err: err}
		}
	}
	return nil
}

// tangled reports whether matching a selector could take for ever: each blank between
// two parts lets the matcher try all that is above an element, and within what it
// tried, all above that.
func tangled(selector string) bool {
	if strings.Count(selector, ":has(")+strings.Count(selector, ":haschild(")+strings.Count(selector, ":not(") > 2 {
		return true
	}
	spaced := strings.NewReplacer(">", " > ", "+", " + ", "~", " ~ ").Replace(selector)
	for alternative := range strings.SplitSeq(spaced, ",") {
		within, after := 0, false
		for part := range strings.FieldsSeq(alternative) {
			combinator := part == ">" || part == "+" || part == "~"
			if after && !combinator {
				within++
			}
			after = !combinator
		}
		if within > 3 {
			return true
		}
	}
	return false
}

// read is called by colly with the root element of the page.
func (f *finder) read(e *colly.HTMLElement) {
	f.title = extract.PlainLine(e.DOM.Find("title").First().Text())
	f.index = map[string]int{}
	if f.all {
		f.everything(e)
		return
	}
	if f.rules.Item == "" && f.guess(e) {
		f.judge(e.Request.URL)
		return
	}
	if f.rules.Item == "" {
		for _, a := range mainLinks(e.DOM) {
			f.add(e.Request, a, a)
		}
	} else {
		blocks := e.DOM.Find(f.rules.Item)
		if blocks.Length() == 0 {
			f.err = nothing("list.item", f.rules.Item, e.Request.URL)
			return
		}
		blocks.Each(func(_ int, block *goquery.Selection) {
			if a := f.linkOf(block); a != nil {
				f.add(e.Request, block, a)
			}
		})
	}
	f.judge(e.Request.URL)
}

// guess takes the items of the list that the page plainly has: blocks that repeat,
// with titles and dates. It reports whether there is one.
func (f *finder) guess(e *colly.HTMLElement) bool {
	at, err := url.Parse(e.Request.AbsoluteURL(""))
	if err != nil || at.Host == "" {
		at = e.Request.URL
	}
	found := suggest(e.DOM, at)
	if len(found) == 0 || len(found[0].Items) < leastBlocks || found[0].Dated*10 < len(found[0].Items)*8 {
		return false
	}
	given := f.rules
	f.rules, f.guessed = found[0].Rules, true
	f.rules.Allow = given.Allow
	e.DOM.Find(f.rules.Item).Each(func(_ int, block *goquery.Selection) {
		if a := f.linkOf(block); a != nil {
			f.add(e.Request, block, a)
		}
	})
	f.rules, f.guessed = given, len(f.rows) > 0
	return f.guessed
}

// everything takes the links of a page that is followed.
func (f *finder) everything(e *colly.HTMLElement) {
	wishes := polite.ParseRobotsTag(e.Response.Headers.Values("X-Robots-Tag"))
	e.DOM.Find("meta[name][content]").Each(func(_ int, m *goquery.Selection) {
		if name := strings.ToLower(strings.TrimSpace(m.AttrOr("name", ""))); name == "robots" || name == "vigie" {
			wishes.NoFollow = wishes.NoFollow || polite.ParseRobotsTag([]string{m.AttrOr("content", "")}).NoFollow
		}
	})
	if wishes.NoFollow {
		return
	}
	e.DOM.Find("a[href], area[href]").Each(func(_ int, a *goquery.Selection) {
		if !slices.Contains(strings.Fields(strings.ToLower(a.AttrOr("rel", ""))), "nofollow") {
			f.add(e.Request, a, a)
		}
	})
}

// linkOf returns the link of a block, nil for none.
func (f *finder) linkOf(block *goquery.Selection) *goquery.Selection {
	selector := f.rules.Link
	if selector == "" {
		selector = "a[href]"
	}
	a := block.Find(selector).First()
	if a.Length() == 0 && block.Is(selector) {
		a = block
	}
	if _, ok := a.Attr("href"); !ok && a.Length() > 0 {
		a = a.Find("a[href]").First() // a selector for the heading that holds the link
	}
	if a.Length() == 0 {
		return nil
	}
	return a
}

// mainLinks returns the links of the main part of a page: of its main element,
// else of everything but what surrounds the content.
func mainLinks(page *goquery.Selection) []*goquery.Selection {
	around := "nav, aside, form, footer, [role=navigation]"
	root := page.Find("main, [role=main]").First()
	if root.Length() == 0 {
		root = page
		around += ", body > header, body > div > header, [role=banner], [role=contentinfo]"
	}
	var out []*goquery.Selection
	root.Find("a[href]").Each(func(_ int, a *goquery.Selection) {
		if a.Closest(around).Length() == 0 {
			out = append(out, a)
		}
	})
	return out
}

// add notes the item of a block, if its link is one to follow. Several links to
// one page, a picture, a title, "read more", are one item.
func (f *finder) add(page *colly.Request, block, a *goquery.Selection) {
	f.links++
	href, _ := a.Attr("href")
	raw := page.AbsoluteURL(strings.TrimSpace(href))
	address, err := vigie.CanonicalURL(raw)
	if err != nil || !f.follows(address, page.URL) {
		return
	}
	r := row{url: address, raw: raw, title: extract.PlainLine(a.Text())}
	listed := [2]string{}
	if f.rules.Title != "" {
		r.title = f.within(block, f.rules.Title)
		listed[0] = r.title
		f.hasTitle = f.hasTitle || r.title != ""
	}
	if f.rules.Date != "" {
		r.date = f.dateOf(block)
		listed[1] = r.date.String()
	}
	if f.guessed {
		listed = [2]string{} // another guess is no change
	}
	r.digest = vigie.HashOf([]byte(address + "\x00" + listed[0] + "\x00" + listed[1]))
	if i, ok := f.index[address]; ok {
		if f.rules.Item == "" && len(r.title) > len(f.rows[i].title) {
			f.rows[i].title = r.title
		}
		return
	}
	if len(f.rows) == maxRows {
		f.tooMany = true
		return
	}
	f.index[address] = len(f.rows)
	f.rows = append(f.rows, r)
}

// follows reports whether an address is that of an item: on the host of the
// list, under an allowed path, and neither the list itself nor the front page.
func (f *finder) follows(address string, page *url.URL) bool {
	if !sameHost(address, f.asked, page.String()) || isSelf(address, f.asked) || isSelf(address, page.String()) {
		return false
	}
	u, err := url.Parse(address)
	if err != nil || u.Path == "/" && u.RawQuery == "" {
		return false
	}
	return len(f.rules.Allow) == 0 || slices.ContainsFunc(f.rules.Allow, func(prefix string) bool {
		return strings.HasPrefix(u.Path, prefix) || strings.HasPrefix(u.EscapedPath(), prefix)
	})
}

func isSelf(address, page string) bool {
	c, err := vigie.CanonicalURL(page)
	return err == nil && c == address
}

// within returns the text of the first match in a block, or of the block itself.
func (f *finder) within(block *goquery.Selection, selector string) string {
	m := block.Find(selector).First()
	if m.Length() == 0 && block.Is(selector) {
		m = block
	}
	return extract.PlainLine(m.Text())
}

// dateOf reads the date of a block: the datetime or content of the element if
// there is one, else its words.
func (f *finder) dateOf(block *goquery.Selection) vigie.Date {
	m := block.Find(f.rules.Date).First()
	if m.Length() == 0 && block.Is(f.rules.Date) {
		m = block
	}
	if m.Length() == 0 {
		return vigie.Date{}
	}
	f.hasDate = true
	for _, s := range []string{m.AttrOr("datetime", ""), m.Find("[datetime]").AttrOr("datetime", ""), m.AttrOr("content", ""), m.Text()} {
		if d := extract.Date(s); !d.IsZero() {
			return d
		}
	}
	f.unreadDate = extract.PlainLine(m.Text())
	return vigie.Date{}
}

// judge says what is wrong with the page as a whole.
func (f *finder) judge(page *url.URL) {
	rules := f.rules
	switch {
	case f.links == 0 && rules.Link != "":
		f.err = nothing("list.link", rules.Link, page)
	case f.links == 0:
		f.err = &vigie.InvalidError{Field: "list", Reason: fmt.Sprintf("there is no link to follow on %s; it may fill itself by script", page)}
	case len(f.rows) == 0 && len(rules.Allow) > 0:
		f.err = &vigie.InvalidError{Field: "list.allow", Reason: fmt.Sprintf("none of the %d links on %s leads to its host and begins with one of %q", f.links, page, rules.Allow)}
	case len(f.rows) == 0:
		f.err = &vigie.InvalidError{Field: "list", Reason: fmt.Sprintf("none of the %d links on %s leads to another page of its host", f.links, page)}
	}
	if f.err != nil {
		return
	}
	if f.tooMany {
		f.faults = append(f.faults, fmt.Sprintf("the list has more than %d items: the first of them are read", maxRows))
	}
	if rules.Title != "" && !f.hasTitle {
		f.faults = append(f.faults, nothing("list.title", rules.Title, page).Error())
	}
	if rules.Date != "" && !f.hasDate {
		f.faults = append(f.faults, nothing("list.date", rules.Date, page).Error())
	}
	if f.unreadDate != "" {
		f.faults = append(f.faults, fmt.Sprintf("list.date: a date was not understood: %.60q", f.unreadDate))
	}
}

// nothing says that a selector found nothing, and what that may mean.
func nothing(field, selector string, page *url.URL) error {
	return &vigie.InvalidError{Field: field, Reason: fmt.Sprintf("the selector %q matches nothing on %s; it may have been redesigned", selector, page)}
}
