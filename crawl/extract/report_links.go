package extract

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// ReportLinks returns where a piece of HTML, such as the text of a feed's item, leads to
// PDF files, each once, at most five.
func ReportLinks(fragment string, base *url.URL) []Link {
	if len(fragment) > maxPage || !strings.Contains(strings.ToLower(fragment), "pdf") {
		return nil
	}
	doc, err := html.Parse(strings.NewReader(fragment))
	if err != nil {
		return nil // it is nested too deeply
	}
	h := head{base: base}
	return h.reports(doc)
}
