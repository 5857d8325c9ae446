package extract

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vigie"
)

// The sizes, in characters, that tell a wall from a page. A page that shows more is
// taken as it is, whatever it asks for.
const (
	maxTeaser    = 1500 // the most that a page shows before it asks for a subscription
	maxPaid      = 3000 // the same where the page declares that it is not free
	minFree      = 600  // a page that is declared as not free and shows less is a teaser
	maxBehind    = 300  // the most that stands beside a request to log in or to consent
	maxWallWords = 400  // the longest paragraph that can be a request
	minConsent   = 100  // the least that a request for consent says
)

// behindWall recognises what stands between the reader and the text: a request for
// consent, for logging in, for a subscription. Its words are taken out of the body.
func (a *Article) behindWall(doc *html.Node, h head) {
	size := a.textBefore(isRequest)
	if size >= maxPaid || size >= maxTeaser && !h.ld.paid {
		return
	}
	requests := requestsOf(doc)
	switch {
	case requests.paywall || h.ld.paid && size < minFree:
		a.Obstacle = vigie.Paywall
		a.Body = beforeRequest(a.Body)
		a.Faults = append(a.Faults, "the page shows the beginning only: the rest is for subscribers")
	case size < maxBehind && (requests.login || requests.password && !requests.headline):
		a.Obstacle, a.Body = vigie.LoginWall, nil
		a.Faults = append(a.Faults, "the page asks the reader to log in before it shows its text")
	case size < maxBehind && requests.consent >= minConsent && requests.consents:
		a.Obstacle, a.Body = vigie.CookieWall, nil
		a.Faults = append(a.Faults, "the page asks for consent to cookies before it shows its text")
	}
}

// textBefore counts the characters of the paragraphs that are no request.
func (a *Article) textBefore(isRequest func(string) bool) int {
	n := 0
	for _, p := range a.Body {
		if p.Kind != vigie.Heading && !isRequest(p.Text) {
			n += utf8.RuneCountInString(p.Text)
		}
	}
	return n
}

// beforeRequest returns what stands before a request for a subscription; a notice
// above the text is dropped alone.
func beforeRequest(body []vigie.Paragraph) []vigie.Paragraph {
	var out []vigie.Paragraph
	for _, p := range body {
		if !isRequest(p.Text) {
			out = append(out, p)
			continue
		}
		if textSize(out) >= longEnough {
			break
		}
	}
	for n := len(out); n > 0 && out[n-1].Kind == vigie.Heading; n-- {
		out = out[:n-1]
	}
	return out
}

// withoutConsent drops the words of a cookie banner at either end of a text.
func withoutConsent(body []vigie.Paragraph) []vigie.Paragraph {
	out := body
	for len(out) > 1 && isBanner(out[0].Text) {
		out = out[1:]
	}
	for len(out) > 1 && isBanner(out[len(out)-1].Text) {
		out = out[:len(out)-1]
	}
	return out
}

func isBanner(text string) bool {
	return isConsent(text) || len(text) <= maxLabel && agrees(text)
}

func isRequest(text string) bool {
	return asksSubscription(text) || asksLogin(text) || isConsent(text)
}

// requests is what a page asks of its reader.
type requests struct {
	paywall, login bool
	password       bool // it has a field for one
	headline       bool // it has one, and is no form alone
	consents       bool // it has a button for consent
	consent        int  // characters about consent
}

// requestsOf looks through what a reader sees of a page, menus apart.
func requestsOf(doc *html.Node) requests {
	var r requests
	seen := visible(doc)
	if seen == nil {
		return r
	}
	for _, p := range paragraphsOf(seen) {
		switch {
		case asksSubscription(p.Text):
			r.paywall = true
		case asksLogin(p.Text):
			r.login = true
		case isConsent(p.Text):
			r.consent += utf8.RuneCountInString(p.Text)
		}
	}
	for n := range seen.Descendants() {
		switch n.DataAtom {
		case atom.Article:
			r.headline = true
		case atom.Input:
			r.password = r.password || strings.EqualFold(attr(n, "type"), "password")
			r.consents = r.consents || agrees(attr(n, "value"))
		case atom.Button, atom.A:
			r.consents = r.consents || agrees(longTextOf(n, maxLabel))
		}
	}
	return r
}

// visible copies what a reader sees of a page, without its menus.
func visible(n *html.Node) *html.Node {
	switch n.DataAtom {
	case atom.Nav, atom.Header, atom.Footer, atom.Script, atom.Style, atom.Template, atom.Head:
		return nil
	}
	if n.Type == html.ElementNode && (isHidden(n) || attr(n, "role") == "navigation") {
		return nil
	}
	out := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: n.Attr}
	for c := range n.ChildNodes() {
		if k := visible(c); k != nil {
			out.AppendChild(k)
		}
	}
	return out
}
