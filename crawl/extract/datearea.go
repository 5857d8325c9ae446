package extract

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vigie"
)

// dateArea is the part of a page where the date of an article can stand: the
// smallest element with its headline and its text.
type dateArea struct {
	node     *html.Node
	spans    map[*html.Node]span
	headline int  // place of the headline, or of the text where there is none
	end      int  // place of the last paragraph
	flat     bool // the area is the whole page
	anywhere bool // other places are looked at as well
}

// span says from where to where an element goes, counted in nodes of the document.
type span struct{ from, to int }

func dateAreaOf(doc *html.Node) dateArea {
	text := densest(doc).node
	if main := mainElement(doc); main != nil && (text == nil || !isWithin(text, main)) {
		text = main
	}
	if text == nil {
		text = doc
	}
	a := dateArea{node: text, spans: map[*html.Node]span{}}
	number(doc, 0, a.spans)
	a.headline, a.end = a.bounds(text)
	if h := headlineOf(doc); h != nil {
		a.headline = a.spans[h].from
		for a.node.Parent != nil && a.node != h && !isWithin(h, a.node) {
			a.node = a.node.Parent
		}
	}
	a.flat = a.node.DataAtom == 0 || a.node.DataAtom == atom.Html || a.node.DataAtom == atom.Body
	return a
}

// bounds returns the places of the first and of the last paragraph: behind all else
// where no text was found.
func (a *dateArea) bounds(text *html.Node) (first, last int) {
	if text.Parent == nil {
		return a.spans[text].to + 1, a.spans[text].to + 1
	}
	for n := range text.Descendants() {
		if n.Type != html.TextNode || len(strings.TrimSpace(n.Data)) < longEnough || a.isOutside(n.Parent) {
			continue
		}
		if last = a.spans[n].from; first == 0 {
			first = last
		}
	}
	return first, last
}

// number gives each node its span, and returns the next place.
func number(n *html.Node, place int, spans map[*html.Node]span) int {
	from := place
	for c := range n.ChildNodes() {
		place = number(c, place+1, spans)
	}
	spans[n] = span{from, place}
	return place
}

// headlineOf returns the first heading that is not the name of the site.
func headlineOf(doc *html.Node) *html.Node {
	for n := range doc.Descendants() {
		if n.DataAtom == atom.H1 && (ancestor(n, atom.Header) == nil || inArticle(n)) {
			return n
		}
	}
	return nil
}

func inArticle(n *html.Node) bool {
	return ancestor(n, atom.Article) != nil || ancestor(n, atom.Main) != nil
}

// isOutside reports whether an element of the area is no part of the article.
func (a *dateArea) isOutside(n *html.Node) bool {
	if a.anywhere {
		return isClock(n)
	}
	if n.DataAtom == atom.Header {
		s := a.spans[n]
		return !inArticle(n) && (a.headline < s.from || a.headline > s.to)
	}
	return surrounds(n) || isBeside(n) || isHidden(n) || isClock(n)
}

// isClock reports whether the class or the id of an element says that it shows the
// time of reading, or that of an update.
func isClock(n *html.Node) bool {
	if n.DataAtom == atom.Body || n.DataAtom == atom.Html {
		return false
	}
	for _, key := range []string{"class", "id", "itemprop"} {
		for word := range strings.FieldsFuncSeq(strings.ToLower(attr(n, key)), func(r rune) bool { return r < 'a' || r > 'z' }) {
			switch word {
			case "clock", "today", "todaysdate", "now", "currentdate", "currenttime", "current", "horloge", "hoy", "reloj", "weather",
				"meteo", "ticker", "topbar", "updated", "update", "modified", "datemodified", "lastmod", "lastupdated":
				return true
			}
		}
	}
	return false
}

// markedDate returns the first date of a time element, or of an element whose
// class, id or itemprop names a date. The day of the fetch is taken only below the
// headline, where no other date stands.
func (a *dateArea) markedDate(fetched time.Time) vigie.Date {
	var today vigie.Date
	for _, n := range a.dateElements() {
		switch d := a.dateIn(n); {
		case d.IsZero():
		case !isToday(d, fetched):
			return d
		case today.IsZero() && !a.anywhere && a.spans[n].from > a.headline:
			today = d
		}
	}
	return today
}

// dateElements returns the elements of the article that say that they hold a date.
func (a *dateArea) dateElements() []*html.Node {
	var out []*html.Node
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		for c := range n.ChildNodes() {
			if c.Type != html.ElementNode || a.isOutside(c) || len(out) >= maxDateNodes {
				continue
			}
			if isDateElement(c) {
				out = append(out, c)
			}
			walk(c)
		}
	}
	walk(a.node)
	return out
}

// dateIn reads the date in an element, where it stands in a place for one.
func (a *dateArea) dateIn(n *html.Node) vigie.Date {
	words := shortTextOf(n)
	label := words
	if p := n.PrevSibling; p != nil && p.Type == html.TextNode {
		label = p.Data + " " + label
	}
	if !a.isPlace(n, label) {
		return vigie.Date{}
	}
	for _, s := range []string{attr(n, "datetime"), words} {
		if d := Date(s); d.Precision >= vigie.Day {
			return d
		}
	}
	return vigie.Date{}
}

// isPlace reports whether a date of publication may stand in an element with the
// words: neither where they speak of an update or of today, nor, but where they
// speak of publication, after the text or in front of a page without an article.
func (a *dateArea) isPlace(n *html.Node, words string) bool {
	if saysOtherDate(words) {
		return false
	}
	if a.anywhere {
		return true
	}
	s := a.spans[n]
	if a.flat && s.to < a.headline || s.from > a.end {
		return saysPublished(words)
	}
	return true
}

// page returns the article as a page of its own, for the library.
func (a *dateArea) page() *html.Node {
	doc := &html.Node{Type: html.DocumentNode}
	root := &html.Node{Type: html.ElementNode, DataAtom: atom.Html, Data: "html"}
	body := &html.Node{Type: html.ElementNode, DataAtom: atom.Body, Data: "body"}
	doc.AppendChild(root)
	root.AppendChild(&html.Node{Type: html.ElementNode, DataAtom: atom.Head, Data: "head"})
	root.AppendChild(body)
	if part := a.part(a.node); part != nil {
		body.AppendChild(part)
	}
	return doc
}

// part copies what may hold the date of publication.
func (a *dateArea) part(n *html.Node) *html.Node {
	if n.Type == html.ElementNode {
		if n != a.node && a.isOutside(n) {
			return nil
		}
		if words := shortTextOf(n); words != "" && !a.isPlace(n, words) {
			return nil
		}
	}
	out := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: n.Attr}
	switch n.DataAtom {
	case 0, atom.Html, atom.Body:
		out.Type, out.DataAtom, out.Data, out.Attr = html.ElementNode, atom.Div, "div", nil
	}
	if n.Type == html.TextNode {
		out.Type, out.DataAtom, out.Data = n.Type, 0, n.Data
		if s := strings.TrimSpace(n.Data); len(s) <= maxDateText && s != "" && !a.isPlace(n, s) {
			return nil
		}
	}
	for c := range n.ChildNodes() {
		if k := a.part(c); k != nil {
			out.AppendChild(k)
		}
	}
	return out
}

// saysOtherDate reports whether words speak of an update, or of today.
func saysOtherDate(words string) bool {
	return says(words, "updated", "update", "modified", "revised", "today", "today s", "now", "mis à jour", "mise à jour", "modifié", "modifiée",
		"actualisé", "aujourd hui", "nous sommes le", "actualizado", "actualizada", "actualización", "modificado", "hoy", "hoy es",
		"آخر تحديث", "تحديث", "التحديث", "عدل", "اليوم")
}

// saysPublished reports whether words speak of publication.
func saysPublished(words string) bool {
	return says(words, "published", "posted", "publié", "publiée", "mis en ligne", "date de publication", "publicado", "publicada",
		"fecha de publicación", "نشر", "نشرت", "تاريخ النشر", "نشر في")
}

func says(text string, phrases ...string) bool {
	words := " " + foldedWords(text) + " "
	return slices.ContainsFunc(phrases, func(p string) bool { return strings.Contains(words, " "+p+" ") })
}
