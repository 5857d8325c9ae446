package markdown

import (
	"regexp"

	"github.com/microcosm-cc/bluemonday"
)

// policy is the last step: only what [Render] writes on purpose passes. It is
// built anew for each text, so nothing is shared.
func policy(prefix string) *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code",
		"em", "strong", "del", "sup", "bdi", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("dir").Matching(regexp.MustCompile(`^auto$`)).OnElements("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li",
		"blockquote", "pre", "table", "th", "td")
	own := regexp.QuoteMeta(prefix)
	p.AllowAttrs("id").Matching(regexp.MustCompile(`^s-`+own+`[\p{L}\p{M}\p{N}-]*$`)).OnElements("h1", "h2", "h3", "h4", "h5", "h6")
	p.AllowAttrs("id").Matching(regexp.MustCompile(`^cite-` + own + `\d+$`)).OnElements("a")
	p.AllowAttrs("href").Matching(regexp.MustCompile(`^(https?://[^\s\\]+|mailto:[^\s\\]+|#note-` + own + `\d+)$`)).OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^noopener$`)).OnElements("a")
	p.AllowAttrs("title").OnElements("a")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^cite$`)).OnElements("sup")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^(end|center)$`)).OnElements("th", "td")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(true) // for #note-1; the expression above lets nothing else through
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(false)
	return p
}
