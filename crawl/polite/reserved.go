package polite

import (
	"bytes"
	"net/http"
	"strings"

	"golang.org/x/net/html"
)

// headBytes bounds how much of a page is searched for meta elements.
const headBytes = 256 << 10

// Reservation is what a publisher wants not to be done with an answer, in its
// headers (X-Robots-Tag, TDM-Reservation), in the meta elements of a page, or for
// a whole site in /.well-known/tdmrep.json. The zero value reserves nothing.
type Reservation struct {
	// NoIndex keeps it out of indexes, NoFollow asks not to follow its links.
	NoIndex, NoFollow bool
	// NoArchive wants no copy to be kept, NoSnippet no extract to be shown.
	NoArchive, NoSnippet bool
	// TDM reserves text and data mining (https://www.w3.org/community/tdmrep/).
	TDM bool
}

// ParseRobotsTag reads the values of X-Robots-Tag headers, or of meta elements
// named "robots" or after us. Directives behind the name of another robot, as in
// "otherbot: noindex", are not for us; those that mean nothing are passed over.
func ParseRobotsTag(values []string) Reservation {
	var r Reservation
	for _, value := range values {
		ours := true
		for part := range strings.SplitSeq(value, ",") {
			if name, rest, named := strings.Cut(part, ":"); named {
				switch name = strings.ToLower(strings.TrimSpace(name)); name {
				case "unavailable_after", "max-image-preview", "max-video-preview":
					continue
				case "max-snippet":
					part = "" // a limit; 0 means none at all
					if strings.TrimSpace(rest) == "0" {
						part = "nosnippet"
					}
				default:
					ours = productToken(name) == product || name == "*"
					part = rest
				}
			}
			if ours {
				r = r.with(part)
			}
		}
	}
	return r
}

// with adds the directives of one part of a list.
func (r Reservation) with(part string) Reservation {
	for word := range strings.FieldsSeq(part) {
		switch strings.ToLower(word) {
		case "noindex":
			r.NoIndex = true
		case "nofollow":
			r.NoFollow = true
		case "none":
			r.NoIndex, r.NoFollow = true, true
		case "noarchive", "nocache":
			r.NoArchive = true
		case "nosnippet":
			r.NoSnippet = true
		}
	}
	return r
}

// and returns what either reserves.
func (r Reservation) and(s Reservation) Reservation {
	return Reservation{
		NoIndex: r.NoIndex || s.NoIndex, NoFollow: r.NoFollow || s.NoFollow,
		NoArchive: r.NoArchive || s.NoArchive, NoSnippet: r.NoSnippet || s.NoSnippet,
		TDM: r.TDM || s.TDM,
	}
}

// reserves reports whether no more than metadata and a link may be kept of an
// answer. That a feed is to stay out of indexes, as many blogs say, is about the
// feed and not about its items.
func (r Reservation) reserves(w Want) bool {
	return r.NoArchive || r.NoSnippet || r.TDM || r.NoIndex && w != Feed
}

// reservationOf reads headers. Whether they speak of mining at all is said.
func reservationOf(h http.Header) (r Reservation, said bool) {
	r = ParseRobotsTag(h["X-Robots-Tag"])
	mining := strings.TrimSpace(h.Get("Tdm-Reservation"))
	r.TDM = mining == "1"
	return r, mining == "0" || mining == "1"
}

// pageReservation reads the meta elements of a page: those of its head, and those
// that pages put elsewhere by mistake.
func pageReservation(page []byte) (r Reservation, said bool) {
	page = page[:min(len(page), headBytes)]
	last := max(bytes.LastIndex(page, []byte("<meta")), bytes.LastIndex(page, []byte("<META")), bytes.LastIndex(page, []byte("<Meta")))
	z := html.NewTokenizer(bytes.NewReader(page))
	for at := 0; at <= last; at += len(z.Raw()) {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		tag, more := z.TagName()
		if string(tag) != "meta" || !more {
			continue
		}
		name, content := metaOf(z)
		switch name {
		case "robots", product:
			r = r.and(ParseRobotsTag([]string{content}))
		case "tdm-reservation":
			if content == "0" || content == "1" {
				r.TDM, said = content == "1", true
			}
		}
	}
	return r, said
}

// metaOf returns the name, in lower case, and the content of a meta element.
func metaOf(z *html.Tokenizer) (name, content string) {
	for more := true; more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "name":
			name = strings.ToLower(strings.TrimSpace(string(value)))
		case "content":
			content = strings.TrimSpace(string(value))
		}
	}
	return name, content
}
