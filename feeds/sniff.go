package feeds

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	"vigie"
)

// NotFeedError says that an answer is no feed, what it is instead, and what to
// do. It is a [vigie.ErrInvalid].
type NotFeedError struct {
	// Looks says what the answer looks like, for example "an HTML page".
	Looks string
	// Try says what a person can do.
	Try string
	// Feeds are the feeds that the page names, if it is a page.
	Feeds []string
}

// Error implements error.
func (e *NotFeedError) Error() string {
	if e.Try == "" {
		return "not a feed: it looks like " + e.Looks
	}
	return "not a feed: it looks like " + e.Looks + "; " + e.Try
}

// Is makes errors.Is(err, vigie.ErrInvalid) true.
func (*NotFeedError) Is(target error) bool { return target == vigie.ErrInvalid }

// The kinds of document that are told apart.
const (
	isXML  = "xml"
	isJSON = "json"
)

// maxJunk is how many bytes may stand before a feed.
const maxJunk = 64 << 10

// sniff tells XML from JSON, trims what stands before the document, and refuses
// what is neither.
func sniff(text []byte, base *url.URL, f *faults) (kind string, doc []byte, err error) {
	doc = bytes.TrimLeft(text, " \t\r\n\u0085\u00a0\ufeff")
	switch {
	case len(doc) == 0:
		return "", nil, &NotFeedError{Looks: "an empty answer", Try: "the server sent no content: try again later, or check the address"}
	case doc[0] == '{':
		return isJSON, doc, nil
	case doc[0] == '<' && !looksLikeHTML(doc) && !isMessage(doc):
		return isXML, doc, nil
	}
	head := doc[:min(len(doc), maxJunk)]
	if at := feedWithin(head, doc[0] != '<'); at >= 0 {
		f.addf("%d bytes before the feed were left out", at)
		return isXML, doc[at:], nil
	}
	if looksLikeHTML(head[max(bytes.IndexByte(head, '<'), 0):]) {
		return "", nil, notHTML(doc, base)
	}
	return "", nil, &NotFeedError{Looks: "plain text", Try: "check the address of the feed"}
}

// feedWithin finds where a feed begins behind something else, such as an error
// message of the server's program; -1 where none does. An element of that name in a
// page is none: a feed says its version or its namespaces. Behind plain text any
// XML will do.
func feedWithin(head []byte, plain bool) int {
	marks := []string{"<rss", "<feed", "<rdf:RDF"}
	if plain {
		marks = append(marks, "<?xml")
	}
	for _, mark := range marks {
		at := bytes.Index(head, []byte(mark))
		if at < 0 {
			continue
		}
		tag, _, _ := bytes.Cut(head[at:], []byte(">"))
		if !bytes.Contains(tag, []byte("version")) && !bytes.Contains(tag, []byte("xmlns")) {
			continue
		}
		if prolog := bytes.LastIndex(head[:at], []byte("<?xml")); prolog >= 0 {
			return prolog
		}
		return at
	}
	return -1
}

// isMessage reports whether the document begins with what programs of servers write
// when something goes wrong: <br /><b>Warning</b>.
func isMessage(doc []byte) bool {
	for _, p := range []string{"<br", "<b>", "<pre", "<font", "<center", "<strong"} {
		if len(doc) > len(p) && strings.EqualFold(string(doc[:len(p)]), p) {
			return true
		}
	}
	return false
}

// magic names files that are often served at the address of a feed by their
// first bytes.
func magic(doc []byte) string {
	for _, m := range [...]struct{ prefix, looks string }{
		{"%PDF-", "a PDF document"},
		{"PK\x03\x04", "a ZIP archive or an office document"},
		{"\x1f\x8b", "compressed data"},
		{"\x89PNG", "a picture"},
		{"GIF8", "a picture"},
		{"\xff\xd8\xff", "a picture"},
		{"[", "a JSON list"},
	} {
		if bytes.HasPrefix(doc, []byte(m.prefix)) {
			return m.looks
		}
	}
	return ""
}

// looksLikeHTML reports whether the first element is one of HTML, or the DOCTYPE
// says so and no feed begins behind it.
func looksLikeHTML(doc []byte) bool {
	head := bytes.ToLower(doc[:min(len(doc), 4096)])
	doctype := false
	for {
		head = bytes.TrimLeft(head, " \t\r\n")
		end := ">"
		switch {
		case bytes.HasPrefix(head, []byte("<!--")):
			end = "-->"
		case bytes.HasPrefix(head, []byte("<!doctype html")):
			doctype = true
		case !bytes.HasPrefix(head, []byte("<?")) && !bytes.HasPrefix(head, []byte("<!")):
			return startsHTML(head, doctype)
		}
		_, after, ok := bytes.Cut(head, []byte(end))
		if !ok {
			return doctype
		}
		head = after
	}
}

func startsHTML(head []byte, doctype bool) bool {
	for _, p := range []string{"<html", "<head", "<body", "<script", "<title", "<meta", "<link", "<div", "<p>", "<h1"} {
		if bytes.HasPrefix(head, []byte(p)) {
			return true
		}
	}
	if !doctype {
		return false
	}
	for _, p := range []string{"<rss", "<feed", "<rdf:rdf"} {
		if bytes.HasPrefix(head, []byte(p)) {
			return false
		}
	}
	return true
}

// notHTML makes the error for a page, with the feeds that it names.
func notHTML(doc []byte, base *url.URL) error {
	e := &NotFeedError{Looks: "an HTML page", Feeds: declaredFeeds(doc, base)}
	if len(e.Feeds) > 0 {
		e.Try = "look for the page's feed: " + e.Feeds[0]
	} else {
		e.Try = "look for the page's feed, or read it as a site"
	}
	return e
}

// isFeedType reports whether a media type is one of a feed.
func isFeedType(t string) bool {
	return strings.HasPrefix(t, "application/rss+xml") || strings.HasPrefix(t, "application/atom+xml") ||
		strings.HasPrefix(t, "application/rdf+xml") || strings.HasPrefix(t, "application/feed+json") ||
		strings.HasPrefix(t, "application/x.atom+xml") || strings.HasPrefix(t, "application/x-atom+xml")
}

// otherRoot makes the error for XML that is no feed.
func otherRoot(root string) error {
	switch root {
	case "":
		return &NotFeedError{Looks: "broken XML without an element", Try: "check the address of the feed"}
	case "html":
		return &NotFeedError{Looks: "an HTML page", Try: "look for the page's feed, or read it as a site"}
	case "opml":
		return &NotFeedError{Looks: "a list of feeds (OPML)", Try: "import it: vigie sources import"}
	case "urlset", "sitemapindex":
		return &NotFeedError{Looks: "a sitemap", Try: "look for the site's feed"}
	case "entry":
		return &NotFeedError{Looks: "a single Atom entry", Try: "look for the feed that holds it"}
	case "error":
		return &NotFeedError{Looks: "an error message of the server", Try: "check the address of the feed"}
	}
	return &NotFeedError{Looks: fmt.Sprintf("XML of another kind (<%s>)", root), Try: "check the address of the feed"}
}
