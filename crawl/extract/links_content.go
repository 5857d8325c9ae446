package extract

import (
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vigie"
)

// The bounds of [vigie.Document.Links].
const (
	maxLinks     = 24
	maxLink      = 500 // bytes of an address
	maxLinksRead = 500 // that are looked at, so that a page of nothing else costs little
)

// ContentLinks returns where a piece of HTML, such as the text of a feed's item that
// stands at base, leads to, as [vigie.Document.Links] has it.
func ContentLinks(fragment string, base *url.URL) []string {
	if len(fragment) > maxPage || !strings.Contains(strings.ToLower(fragment), "href") {
		return nil
	}
	doc, err := html.Parse(strings.NewReader(fragment))
	if err != nil {
		return nil // it is nested too deeply
	}
	h := head{base: base}
	return h.contentLinks(doc, "")
}

// JoinLinks returns two lists of links as one: the first ones first, each once, not more
// than a document has.
func JoinLinks(a, b []string) []string {
	out := slices.Clone(a)
	for _, l := range b {
		if len(out) < maxLinks && !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

// contentLinks returns where the content of a page leads to. Where the page does not mark
// its content, and its text is given, only links whose words stand in it count, and PDF
// files: the rest is beside the content.
func (h *head) contentLinks(doc *html.Node, text string) []string {
	root := mainElement(doc)
	if root == nil || surrounds(root) {
		root = doc
	} else {
		text = "" // what ends an article ("source: ...") may be cut from its text
	}
	list := newLinkList(h.base)
	read := 0
	text = withoutSpace(text)
	walkContent(root, func(n *html.Node) bool {
		if n.DataAtom != atom.A {
			return true
		}
		read++
		href := h.resolve(strings.TrimSpace(attr(n, "href")))
		if href == "" || slices.Contains(strings.Fields(strings.ToLower(attr(n, "rel"))), "tag") {
			return read < maxLinksRead
		}
		if text == "" || strings.HasSuffix(strings.ToLower(href), ".pdf") || isSaid(n, text) {
			list.add(href)
		}
		return read < maxLinksRead && len(list.out) < maxLinks
	})
	return list.out
}

// isSaid reports whether the words of a link stand in a text without white space.
func isSaid(a *html.Node, text string) bool {
	words := withoutSpace(PlainLine(longTextOf(a, maxWords)))
	return words != "" && strings.Contains(text, words)
}

func withoutSpace(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// linkList gathers the links of one document.
type linkList struct {
	own  string // the canonical address of the document, "" where it has none
	path string // of it
	out  []string
}

func newLinkList(base *url.URL) *linkList {
	l := &linkList{}
	if base == nil {
		return l
	}
	if own, err := vigie.CanonicalURL(base.String()); err == nil {
		l.own, l.path = own, base.Path
	}
	return l
}

// add notes an absolute address, unless it leads to the document itself, to the front or
// a section of a site, or is one of those that publish the document elsewhere.
func (l *linkList) add(address string) {
	if len(l.out) >= maxLinks || len(address) > 4*maxLink {
		return
	}
	link, err := vigie.CanonicalURL(address)
	if err != nil || len(link) > maxLink || link == l.own || slices.Contains(l.out, link) {
		return
	}
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || IsFront(u) || l.shares(u) || SameSite(link, l.own) && l.isSection(u) {
		return
	}
	l.out = append(l.out, link)
}

// shares reports whether an address carries that of the document, as those do that share
// it or send it on.
func (l *linkList) shares(u *url.URL) bool {
	if l.own == "" || u.RawQuery == "" {
		return false
	}
	for _, values := range u.Query() {
		if slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, l.own) }) {
			return true
		}
	}
	return false
}

// isSection guesses whether an address on the document's own site is a list of others:
// one that the document stands below, or that has a section's name, or a short one.
func (l *linkList) isSection(u *url.URL) bool {
	if isPDFName(u.Path) {
		return false
	}
	at := strings.Trim(u.Path, "/")
	if strings.HasPrefix(strings.Trim(l.path, "/")+"/", at+"/") && u.RawQuery == "" {
		return true
	}
	parts := strings.Split(strings.ToLower(at), "/")
	for _, part := range parts {
		switch part {
		case "tag", "tags", "category", "categories", "categorie", "topic", "topics", "theme", "themes", "author", "authors", "auteur", "search":
			return true
		}
	}
	last := parts[len(parts)-1]
	if len(parts) > 1 || path.Ext(last) != "" || u.RawQuery != "" {
		return false
	}
	return strings.Count(last, "-") < 2 && !strings.ContainsFunc(last, unicode.IsDigit)
}

// reportLinks returns what a report that came from an address leads to, as
// [vigie.Document.Links] has it.
func reportLinks(links []string, from string) []string {
	base, err := url.Parse(from)
	if err != nil {
		base = nil
	}
	list := newLinkList(base)
	for _, l := range links {
		list.add(l)
	}
	return list.out
}
