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

// The limits on the reports of a page.
const (
	maxReports = 5
	maxWords   = 300 // bytes of the words of a link
)

// Link is an address with the words that lead to it.
type Link struct {
	URL   string `json:"url"`
	Title string `json:"title"`
}

// reports returns where the content of a page leads to PDF files, each once.
func (h *head) reports(doc *html.Node) []Link {
	root := mainElement(doc)
	if root == nil || surrounds(root) {
		root = doc
	}
	var out []Link
	seen := map[string]bool{}
	walkContent(root, func(n *html.Node) bool {
		if n.DataAtom != atom.A {
			return true
		}
		l, key, ok := h.report(n)
		if !ok || seen[key] {
			return true
		}
		seen[key] = true
		out = append(out, l)
		return len(out) < maxReports
	})
	return out
}

// report reads one link. Its key is the same for all spellings of one address.
func (h *head) report(a *html.Node) (l Link, key string, ok bool) {
	address := h.resolve(strings.TrimSpace(attr(a, "href")))
	if address == "" {
		return Link{}, "", false
	}
	u, err := url.Parse(address)
	if err != nil {
		return Link{}, "", false
	}
	key, err = vigie.CanonicalURL(address)
	if err != nil {
		return Link{}, "", false
	}
	words := PlainLine(longTextOf(a, maxWords))
	if !leadsToPDF(a, u, words) || prints(u) {
		return Link{}, "", false
	}
	u.Fragment, u.RawFragment = "", ""
	title := firstLine(words, attr(a, "title"), attr(a, "aria-label"), path.Base(u.Path))
	return Link{URL: u.String(), Title: cut(title, maxWords)}, key, true
}

// leadsToPDF reports whether a link says that a PDF file is behind it: by its
// address, its type or its words.
func leadsToPDF(a *html.Node, u *url.URL, words string) bool {
	if mediaType(attr(a, "type")) == "application/pdf" || isPDFName(u.Path) || isPDFName(attr(a, "download")) {
		return true
	}
	for _, values := range u.Query() {
		if slices.ContainsFunc(values, isPDFName) {
			return true
		}
	}
	said := strings.FieldsFunc(strings.ToLower(strings.Join([]string{words, attr(a, "title"), attr(a, "aria-label")}, " ")),
		func(r rune) bool { return !unicode.IsLetter(r) })
	for _, reader := range []string{"reader", "viewer", "adobe", "acrobat", "lecteur", "lector", "قارئ"} {
		if slices.Contains(said, reader) {
			return false
		}
	}
	return slices.Contains(said, "pdf")
}

func isPDFName(s string) bool { return strings.HasSuffix(strings.ToLower(s), ".pdf") }

// prints reports whether an address makes a PDF of the page itself.
func prints(u *url.URL) bool {
	for part := range strings.SplitSeq(strings.ToLower(u.Path), "/") {
		if part == "print" || part == "printpdf" || part == "imprimer" {
			return true
		}
	}
	return false
}

// walkContent calls visit for the elements of a piece of a page, but for those
// that surround the content, until it says no.
func walkContent(n *html.Node, visit func(*html.Node) bool) bool {
	for c := range n.ChildNodes() {
		if c.Type != html.ElementNode || surrounds(c) || isBeside(c) {
			continue
		}
		if !visit(c) || !walkContent(c, visit) {
			return false
		}
	}
	return true
}

// isBeside reports whether the class or the id of an element says that it stands
// beside the content.
func isBeside(n *html.Node) bool {
	if n.DataAtom == atom.Body || n.DataAtom == atom.Html {
		return false
	}
	for _, key := range []string{"class", "id"} {
		for word := range strings.FieldsFuncSeq(strings.ToLower(attr(n, key)), func(r rune) bool { return r < 'a' || r > 'z' }) {
			switch word {
			case "nav", "menu", "navbar", "navigation", "breadcrumb", "breadcrumbs", "footer", "masthead", "sidebar",
				"related", "share", "sharing", "social", "cookie", "cookies", "newsletter", "comment", "comments", "commentlist",
				"kommentare", "commentaires", "comentarios", "discussion", "respond", "disqus", "community":
				return true
			}
		}
	}
	return false
}

// longTextOf returns the first words of an element, up to some bytes.
func longTextOf(n *html.Node, size int) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode && c.Parent.DataAtom != atom.Script && c.Parent.DataAtom != atom.Style {
			b.WriteString(c.Data)
			b.WriteByte(' ')
		}
		if b.Len() > 4*size {
			break
		}
	}
	return cut(b.String(), 4*size)
}
