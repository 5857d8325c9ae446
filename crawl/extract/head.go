package extract

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vigie"
)

// The limits on what is taken from a page's head.
const (
	maxTitle   = 1024 // bytes
	maxMeta    = 2000 // elements
	maxScripts = 20   // of JSON-LD
	maxScript  = 512 << 10
	maxAuthors = 50
	maxFeeds   = 20
	maxName    = 200 // bytes, of an author
)

// head is what a page says about itself in machine-readable form.
type head struct {
	base     *url.URL // what relative addresses are relative to
	meta     map[string][]string
	links    []link
	ld       schema
	title    string // the title element
	headline string // the first heading
	lang     string // of the root element
	n        int    // elements taken
}

// link is a link element, or a link with a rel of "license".
type link struct{ rel, typ, href string }

// readHead walks the tree once. Publishers put such elements anywhere, so the
// body is read as well.
func readHead(doc *html.Node, base *url.URL) head {
	h := head{base: base, meta: map[string][]string{}}
	var scripts []string
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || h.n > maxMeta {
			continue
		}
		switch n.DataAtom {
		case atom.Html:
			h.lang = strings.TrimSpace(attr(n, "lang"))
		case atom.Title:
			if h.title == "" && n.Namespace == "" {
				h.title = textOf(n)
			}
		case atom.Base:
			h.setBase(attr(n, "href"))
		case atom.Meta:
			h.addMeta(n)
		case atom.Link:
			h.addLink(n)
		case atom.A:
			if slices.Contains(strings.Fields(attr(n, "rel")), "license") {
				h.addLink(n)
			}
		case atom.Time:
			h.add(attr(n, "itemprop"), attr(n, "datetime"))
		case atom.Script:
			if mediaType(attr(n, "type")) == "application/ld+json" && len(scripts) < maxScripts {
				scripts = append(scripts, textOf(n))
			}
		}
	}
	h.ld = readSchema(scripts)
	if n := headlineOf(doc); n != nil {
		h.headline = shortTextOf(n)
	}
	return h
}

// setBase takes the first base element (HTML Living Standard, section 4.2.3).
func (h *head) setBase(href string) {
	if href == "" || len(h.meta["\x00base"]) > 0 || h.base == nil {
		return
	}
	h.meta["\x00base"] = []string{href}
	if u, err := h.base.Parse(strings.TrimSpace(href)); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		h.base = u
	}
}

func (h *head) addMeta(n *html.Node) {
	content := attr(n, "content")
	for _, key := range []string{"property", "name", "itemprop", "http-equiv"} {
		if name := attr(n, key); name != "" {
			h.add(name, content)
			return
		}
	}
}

func (h *head) add(name, value string) {
	name = strings.ToLower(strings.TrimSpace(name))
	if value = strings.TrimSpace(value); value != "" && name != "" && len(name) <= 64 {
		h.meta[name] = append(h.meta[name], value)
		h.n++
	}
}

func (h *head) addLink(n *html.Node) {
	if href := strings.TrimSpace(attr(n, "href")); href != "" {
		h.links = append(h.links, link{rel: strings.ToLower(attr(n, "rel")), typ: mediaType(attr(n, "type")), href: href})
		h.n++
	}
}

// all returns the values of the first of the names that has any.
func (h *head) all(names ...string) []string {
	for _, name := range names {
		if v := h.meta[name]; len(v) > 0 {
			return v
		}
	}
	return nil
}

// each returns the first value of each name, in order of the names.
func (h *head) each(names ...string) []string {
	out := make([]string, 0, len(names))
	for _, name := range names {
		if v := h.meta[name]; len(v) > 0 {
			out = append(out, v[0])
		}
	}
	return out
}

func (h *head) titles() []string {
	ld := h.ld.title
	if strings.HasSuffix(ld, "...") || strings.HasSuffix(ld, "…") {
		ld = "" // shortened for a search engine
	}
	return append([]string{ld}, h.each("og:title", "citation_title", "dcterms.title", "dc.title", "headline", "twitter:title")...)
}

func (h *head) sites() []string {
	return append([]string{h.ld.publisher}, h.each("og:site_name", "citation_journal_title", "dcterms.publisher",
		"dc.publisher", "application-name")...)
}

func (h *head) summaries() []string {
	return append([]string{h.ld.description}, h.each("og:description", "dcterms.abstract", "dcterms.description",
		"dc.description", "description", "twitter:description")...)
}

func (h *head) licences() []string {
	out := []string{h.ld.licence}
	for _, l := range h.links {
		if slices.Contains(strings.Fields(l.rel), "license") {
			out = append(out, h.resolve(l.href))
		}
	}
	return append(out, h.each("dcterms.license", "dcterms.rights", "dc.rights")...)
}

// declaredLang returns the language that the page says it is in.
func (h *head) declaredLang() vigie.Lang {
	for _, s := range append([]string{h.lang}, h.each("content-language", "og:locale", "dcterms.language", "dc.language", "inlanguage")...) {
		s, _, _ = strings.Cut(s, ",")
		if l, err := vigie.ParseLang(s); err == nil {
			return l
		}
	}
	return vigie.Und
}

// canonical returns the address that the page gives itself, "" for none. A link
// from an inner page to the front page is a common mistake and not believed.
func (h *head) canonical() string {
	var given []string
	for _, l := range h.links {
		if slices.Contains(strings.Fields(l.rel), "canonical") {
			given = append(given, l.href)
		}
	}
	for _, s := range append(given, h.each("og:url")...) {
		u, err := vigie.CanonicalURL(h.resolve(s))
		if err != nil {
			continue
		}
		if p, err := url.Parse(u); err != nil || h.base != nil && IsFront(p) && strings.Trim(h.base.Path, "/") != "" {
			continue
		}
		return u
	}
	return ""
}

// feeds returns the announced feeds (https://www.rssboard.org/rss-autodiscovery).
func (h *head) feeds() []string {
	out := []string{}
	for _, l := range h.links {
		switch l.typ {
		case "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml":
		default:
			continue
		}
		if !slices.Contains(strings.Fields(l.rel), "alternate") {
			continue
		}
		if u := h.resolve(l.href); u != "" && !slices.Contains(out, u) && len(out) < maxFeeds {
			out = append(out, u)
		}
	}
	return out
}

// resolve makes an address absolute; "" where it is no web address.
func (h *head) resolve(href string) string {
	u, err := url.Parse(href)
	if err != nil {
		return ""
	}
	if h.base != nil {
		u = h.base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	return u.String()
}

// authors returns the makers that the page names or, where it names none, the
// guess, whose names are parted by semicolons.
func (h *head) authors(guess string) []vigie.Author {
	list := h.ld.authors
	if len(list) == 0 {
		for _, name := range h.all("citation_author", "dcterms.creator", "dc.creator", "author", "article:author") {
			list = append(list, vigie.Author{Name: name})
		}
	}
	if len(list) == 0 {
		for name := range strings.SplitSeq(guess, ";") {
			list = append(list, vigie.Author{Name: name})
		}
	}
	out := []vigie.Author{}
	for _, a := range list {
		a.Name = PlainLine(a.Name)
		if a.URL = h.resolve(a.URL); a.URL == h.resolve("") {
			a.URL = ""
		}
		isNew := !slices.ContainsFunc(out, func(o vigie.Author) bool { return o.Name == a.Name })
		if a.Name != "" && len(a.Name) <= maxName && !strings.Contains(a.Name, "://") && isNew && len(out) < maxAuthors {
			out = append(out, a)
		}
	}
	return out
}

// firstLine returns the first of the texts that is a line with something in it.
func firstLine(texts ...string) string {
	for _, s := range texts {
		if s = PlainLine(s); s != "" {
			return s
		}
	}
	return ""
}

// withoutSite drops the name of the site that many pages hang on their titles.
func withoutSite(title, site string) string {
	rest, ok := strings.CutSuffix(title, site)
	if !ok || site == "" {
		return title
	}
	rest = strings.TrimRight(rest, " ")
	for _, sep := range []string{"|", "-", "–", "—", "·", "•", "»"} {
		if head, ok := strings.CutSuffix(rest, " "+sep); ok && strings.TrimSpace(head) != "" {
			return strings.TrimSpace(head)
		}
	}
	return title
}

// cut shortens s to at most n bytes without breaking a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Namespace == "" && a.Key == key {
			return a.Val
		}
	}
	return ""
}

// textOf returns the text directly within an element that holds nothing else.
func textOf(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil && b.Len() < maxScript; c = c.NextSibling {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}
