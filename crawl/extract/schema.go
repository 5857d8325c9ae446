package extract

import (
	"encoding/json"
	"strings"

	"golang.org/x/net/html"

	"vigie"
)

// The limits on a walk through JSON-LD.
const (
	maxSchemaDepth   = 8
	maxSchemaObjects = 2000
)

// schema is what JSON-LD says of the page, in the words of https://schema.org.
type schema struct {
	title, description, publisher, licence string
	published, modified                    string
	text                                   string // plain, or HTML
	authors                                []vigie.Author
	paid                                   bool // declared as not free
}

// readSchema takes the object that describes the page best out of the scripts:
// an article, a posting or a report, else the page itself. Scripts that are not
// JSON are passed over.
func readSchema(scripts []string) schema {
	w := schemaWalk{byID: map[string]map[string]any{}}
	for _, s := range scripts {
		s = strings.TrimSpace(s)
		if len(s) > maxScript {
			continue
		}
		var v any
		if json.Unmarshal([]byte(s), &v) != nil && json.Unmarshal([]byte(html.UnescapeString(s)), &v) != nil {
			continue
		}
		w.walk(v, 0)
	}
	if w.best == nil {
		return schema{}
	}
	return w.describe(w.best)
}

// schemaWalk looks through nested objects.
type schemaWalk struct {
	best map[string]any
	rank int
	seen int
	byID map[string]map[string]any
}

func (w *schemaWalk) walk(v any, depth int) {
	if depth > maxSchemaDepth || w.seen > maxSchemaObjects {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			w.walk(e, depth+1)
		}
	case map[string]any:
		w.seen++
		if r := rankOf(v["@type"]); r > w.rank {
			w.best, w.rank = v, r
		}
		if id, ok := v["@id"].(string); ok && len(v) > 1 {
			w.byID[id] = v
		}
		// Only where objects stand that describe the page: an article may mention
		// others.
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage", "author", "publisher"} {
			w.walk(v[key], depth+1)
		}
	}
}

// rankOf says how well an object of a type describes the text of a page.
func rankOf(t any) int {
	best := 0
	for _, name := range stringsOf(t) {
		switch name = strings.ToLower(name); {
		case strings.Contains(name, "article"), strings.Contains(name, "posting"), name == "report", name == "dataset":
			best = max(best, 3)
		case strings.HasSuffix(name, "page") && name != "collectionpage":
			best = max(best, 1)
		}
	}
	return best
}

func (w *schemaWalk) describe(o map[string]any) schema {
	s := schema{
		title:       firstLine(append(stringsOf(o["headline"]), stringsOf(o["name"])...)...),
		description: firstLine(stringsOf(o["description"])...),
		published:   firstLine(append(stringsOf(o["datePublished"]), stringsOf(o["dateCreated"])...)...),
		modified:    firstLine(stringsOf(o["dateModified"])...),
		licence:     firstLine(append(stringsOf(o["license"]), w.named(o["license"])...)...),
		publisher:   firstLine(w.named(o["publisher"])...),
		paid:        isFalse(o["isAccessibleForFree"]),
		text:        strings.Join(stringsOf(o["articleBody"]), "\n\n"),
	}
	for _, key := range []string{"author", "creator"} {
		if s.authors = w.people(o[key], 0); len(s.authors) > 0 {
			break
		}
	}
	return s
}

// isFalse reports whether a value is given, and false.
func isFalse(v any) bool {
	if b, ok := v.(bool); ok {
		return !b
	}
	s, _ := v.(string)
	return strings.EqualFold(strings.TrimPrefix(strings.TrimPrefix(s, "http://schema.org/"), "https://schema.org/"), "false")
}

func (w *schemaWalk) named(v any) []string {
	var out []string
	for _, p := range w.people(v, 0) {
		out = append(out, p.Name)
	}
	return out
}

// people reads a name, an object with a name, a reference to one, or a list.
func (w *schemaWalk) people(v any, depth int) []vigie.Author {
	if depth > maxSchemaDepth {
		return nil
	}
	switch v := v.(type) {
	case string:
		return []vigie.Author{{Name: v}}
	case []any:
		var out []vigie.Author
		for _, e := range v[:min(len(v), maxAuthors)] {
			out = append(out, w.people(e, depth+1)...)
		}
		return out
	case map[string]any:
		if id, ok := v["@id"].(string); ok && v["name"] == nil && w.byID[id] != nil {
			v = w.byID[id]
		}
		name := firstLine(stringsOf(v["name"])...)
		if name == "" {
			name = PlainLine(strings.Join(append(stringsOf(v["givenName"]), stringsOf(v["familyName"])...), " "))
		}
		if name == "" {
			return nil
		}
		return []vigie.Author{{Name: name, URL: strings.Join(stringsOf(v["url"])[:min(1, len(stringsOf(v["url"])))], "")}}
	}
	return nil
}

// stringsOf returns a string, or the strings of a list or of {"@value": ...}.
func stringsOf(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, e := range v {
			if s, ok := e.(string); ok {
				out = append(out, s)
			}
		}
		return out
	case map[string]any:
		if s, ok := v["@value"].(string); ok {
			return []string{s}
		}
	}
	return nil
}
