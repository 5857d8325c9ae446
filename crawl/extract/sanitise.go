package extract

import (
	"strings"

	"github.com/microcosm-cc/bluemonday"
)

// maxSanitised bounds the HTML in bytes that [Sanitise] reads.
const maxSanitised = 5 << 20

// Sanitise gives HTML that is safe to show: text, structure and links to http,
// https and mailto addresses, which carry rel="nofollow noopener". Everything
// else goes: scripts, styles, forms, frames, drawings, and pictures too, because
// a picture on another host tells that host who reads what. It must be the last
// step: its result is not to be parsed and rendered again. At most 5 MiB are
// read.
func Sanitise(htm string) string {
	if len(htm) > maxSanitised {
		htm = strings.ToValidUTF8(htm[:maxSanitised], "")
	}
	if strings.IndexByte(htm, '<') < 0 && strings.IndexByte(htm, '&') < 0 && !strings.ContainsAny(htm, "\"'>\x00\r") {
		return htm
	}
	out := policy().Sanitize(htm)
	// bluemonday adds noopener together with target="_blank" only, which we do not
	// want. Quotes in text and in values are escaped, so this can only be the
	// attribute itself.
	return strings.ReplaceAll(out, ` rel="nofollow"`, ` rel="nofollow noopener"`)
}

// policy is built anew for each use: that takes some 20 µs, and nothing is shared.
func policy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "div", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6",
		"ul", "ol", "li", "dl", "dt", "dd", "blockquote", "q", "cite", "pre", "code", "kbd", "samp", "var",
		"b", "strong", "i", "em", "u", "s", "del", "ins", "mark", "small", "sub", "sup", "abbr", "dfn", "bdi", "wbr",
		"figure", "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("lang").Matching(bluemonday.Paragraph).OnElements("p", "div", "span", "blockquote", "q", "li")
	p.AllowAttrs("dir").Matching(bluemonday.Direction).OnElements("p", "div", "span", "blockquote", "q", "li", "td", "th", "bdi")
	p.AllowAttrs("colspan", "rowspan").Matching(bluemonday.Integer).OnElements("td", "th")
	p.AllowAttrs("title").Matching(bluemonday.Paragraph).OnElements("abbr", "dfn")
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(false)
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(true)
	p.SkipElementsContent("script", "style", "svg", "math", "select", "template", "noscript", "iframe", "form", "object",
		"textarea", "title", "noembed", "noframes", "xmp", "plaintext", "audio", "video", "canvas", "button")
	return p
}
