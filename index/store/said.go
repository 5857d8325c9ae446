package store

import (
	"strconv"
	"strings"

	"vigie"
)

// longestSaid bounds what is kept of a field that changed, in bytes.
const longestSaid = 4 << 10

// said gives the named fields of a document as text; nil where there are none.
func said(d vigie.Document, fields []string) map[string]string {
	out := map[string]string{}
	for _, field := range fields {
		if value, known := Said(d, field); known { // also what said nothing
			out[field] = strings.ToValidUTF8(value[:min(len(value), longestSaid)], "")
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// Said returns what a document says in a field that [vigie.Revision.Changed] names, as
// [vigie.Revision.Was] keeps it: lists are one entry a line. It knows all fields but
// the text.
func Said(d vigie.Document, field string) (value string, known bool) {
	switch field {
	case "title":
		return d.Title, true
	case "summary":
		return d.Summary, true
	case "url":
		return d.URL, true
	case "publisher":
		return d.Publisher, true
	case "authors":
		return lines(d.Authors, func(a vigie.Author) string { return a.Name }), true
	case "lang":
		return string(d.Lang), true
	case "published":
		return d.Published.String(), true
	case "modified":
		return d.Modified.String(), true
	case "media_type":
		return d.MediaType, true
	case "labels":
		return strings.Join(d.Labels, "\n"), true
	case "enclosures":
		return lines(d.Enclosures, func(e vigie.Enclosure) string { return e.URL }), true
	case "pages":
		if d.Pages == 0 {
			return "", true
		}
		return strconv.Itoa(d.Pages), true
	case "obstacle":
		return string(d.Obstacle), true
	}
	return "", false
}

func lines[T any](list []T, text func(T) string) string {
	out := make([]string, len(list))
	for i, each := range list {
		out[i] = text(each)
	}
	return strings.Join(out, "\n")
}

// StateOf returns the short fields of a document as they were in one of its
// revisions, by the names of [vigie.Revision.Changed]. Of revisions from before such
// fields were kept it tells what they said later.
func (tx *Tx) StateOf(id vigie.DocumentID, n int) (map[string]string, error) {
	doc, err := tx.Document(id)
	if err != nil {
		return nil, err
	}
	state := map[string]string{}
	for _, field := range []string{
		"title", "summary", "url", "publisher", "authors", "lang", "published", "modified", "media_type", "labels", "enclosures", "pages", "obstacle",
	} {
		state[field], _ = Said(doc, field)
	}
	for later := doc.Revision; later > n; later-- {
		r, err := tx.Revision(id, later)
		if err != nil {
			return nil, err
		}
		if r.Was == nil {
			continue // from before they were kept, or nothing but the text changed
		}
		for _, field := range r.Changed {
			if _, known := state[field]; known {
				state[field] = r.Was[field]
			}
		}
	}
	return state, nil
}
