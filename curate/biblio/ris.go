package biblio

import (
	"fmt"
	"strconv"
	"strings"
)

// ris writes a record as RIS: lines of a tag of two letters and a value, ended as on
// Windows. A value is one line, so none can look like another tag.
// (Reference Manager's "RIS Format Specifications"; what managers make of the tags:
// github.com/zotero/translators, RIS.js.)
func ris(r Record) (string, error) {
	var b strings.Builder
	put := func(tag, value string) {
		if value != "" {
			b.WriteString(tag + "  - " + value + "\r\n")
		}
	}
	if r.Kind == Report {
		put("TY", "RPRT")
	} else {
		put("TY", "ELEC")
	}
	put("ID", key(r.ID))
	put("TI", r.Title)
	for _, a := range r.Authors {
		put("AU", Author{Family: uncut(a.Family), Given: uncut(a.Given), Literal: uncut(a.Literal)}.inverted())
	}
	if r.Kind != Report {
		put("T2", r.Publisher) // the site
	}
	put("PB", r.Publisher)
	if parts := dateParts(r.Published); parts != nil {
		put("PY", fmt.Sprintf("%04d", parts[0]))
		put("DA", risDate(parts))
	}
	put("LA", string(r.Lang))
	put("UR", r.URL)
	put("AB", r.Abstract)
	if r.Pages > 0 {
		put("SP", strconv.Itoa(r.Pages))
	}
	for _, k := range r.Keywords {
		put("KW", k)
	}
	put("N1", r.Note)
	if parts := dateParts(civil(r.Accessed)); parts != nil {
		put("Y2", risDate(parts))
	}
	b.WriteString("ER  - \r\n\r\n")
	return b.String(), nil
}

// uncut is a name or a word without the marks that would part it.
func uncut(name string) string {
	return strings.Join(strings.FieldsFunc(name, func(c rune) bool { return c == ',' || c == ';' || c == ' ' }), " ")
}

// risDate is a date with an empty place for what is not known: "2026/11//".
func risDate(parts []int) string { return joined(parts, "/") + strings.Repeat("/", 4-len(parts)) }
