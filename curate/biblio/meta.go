package biblio

import "strings"

// Meta is a tag in the head of a page.
type Meta struct{ Name, Content string }

// MetaTags returns what a page says of the publication on it to reference managers and
// to search engines for research: the tags that Highwire Press began, as
// scholar.google.com/intl/en/scholar/inclusion.html lists them.
func MetaTags(r Record) []Meta {
	r = r.tidy()
	var out []Meta
	put := func(name, content string) {
		if content != "" {
			out = append(out, Meta{"citation_" + name, content})
		}
	}
	put("title", r.Title)
	for _, a := range r.Authors {
		put("author", a.inverted())
	}
	if parts := dateParts(r.Published); parts != nil {
		put("publication_date", joined(parts, "/"))
	}
	put("publisher", r.Publisher)
	put("language", string(r.Lang))
	put("keywords", strings.Join(unparted(r.Keywords), "; "))
	put("abstract_html_url", r.URL)
	put("fulltext_html_url", r.URL)
	return out
}
