package biblio

import (
	"fmt"
	"strconv"
	"strings"

	"vigie"
)

// bibtex writes a record as BibTeX with the fields that biblatex added: letters of
// all scripts stay as they are, as biber and every reference manager read them. A
// title stands in two pairs of braces, so that styles leave its capitals alone. Year,
// month and day are there for what came before it, date for all that knows it.
func bibtex(r Record) (string, error) {
	var b strings.Builder
	field := func(name, value string) {
		if value != "" {
			b.WriteString(",\n  " + name + " = " + value)
		}
	}
	text := func(name, value string) {
		if value != "" {
			field(name, "{"+tex(value)+"}")
		}
	}
	kind, publisher := "online", "organization"
	if r.Kind == Report {
		kind, publisher = "techreport", "institution"
	}
	b.WriteString("@" + kind + "{" + key(r.ID))
	if r.Title != "" {
		field("title", "{{"+tex(r.Title)+"}}")
	}
	if names := bibtexNames(r.Authors); names != "" {
		field("author", "{"+names+"}")
	}
	if r.Publisher != "" {
		field(publisher, "{{"+tex(r.Publisher)+"}}")
	}
	if parts := dateParts(r.Published); parts != nil {
		field("year", fmt.Sprintf("{%04d}", parts[0]))
		if len(parts) > 1 {
			field("month", strings.Fields("jan feb mar apr may jun jul aug sep oct nov dec")[parts[1]-1])
		}
		if len(parts) > 2 {
			field("day", "{"+strconv.Itoa(parts[2])+"}")
		}
		field("date", "{"+joined(parts, "-")+"}")
	}
	if r.URL != "" {
		field("url", "{"+r.URL+"}") // addresses are read to the letter
	}
	if accessed := day(r.Accessed); accessed != "" {
		field("urldate", "{"+accessed+"}")
	}
	text("langid", babel(r))
	if r.Pages > 0 {
		field("pagetotal", "{"+strconv.Itoa(r.Pages)+"}")
	}
	text("keywords", strings.Join(unparted(r.Keywords), ", "))
	text("abstract", r.Abstract)
	text("note", r.Note)
	b.WriteString("\n}\n")
	return b.String(), nil
}

// bibtexNames are names as BibTeX parts them: a body in braces, or it would be taken
// apart.
func bibtexNames(authors []Author) string {
	var out []string
	for _, a := range authors {
		if a.Literal != "" || a.Family == "" || a.Given == "" {
			out = append(out, "{"+tex(a.Name())+"}")
			continue
		}
		out = append(out, "{"+tex(a.Family)+"}, {"+tex(a.Given)+"}")
	}
	return strings.Join(out, " and ")
}

// tex escapes what TeX gives a meaning to. BibTeX counts braces whether or not a
// backslash stands before them, so none may come from outside.
func tex(s string) string {
	return strings.NewReplacer(
		`\`, `\textbackslash{}`, `{`, `\textbraceleft{}`, `}`, `\textbraceright{}`, `~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`,
		`$`, `\$`, `&`, `\&`, `#`, `\#`, `%`, `\%`, `_`, `\_`, `"`, `{"}`,
	).Replace(s)
}

// unparted are keywords without the commas that would part them.
func unparted(keywords []string) []string {
	out := make([]string, len(keywords))
	for i, k := range keywords {
		out[i] = uncut(k)
	}
	return out
}

// key names a record: letters, digits and hyphens as they are, all else in
// hexadecimal, so that two identities never share one.
func key(id string) string {
	var b strings.Builder
	b.WriteString("vigie-")
	for i := range len(id) {
		c := id[i]
		if c == '-' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "_%02x", c)
		}
	}
	return b.String()
}

// babel is the name of a language in LaTeX, "" where it has none that is sure.
func babel(r Record) string {
	return map[vigie.Lang]string{
		"fr": "french", "ar": "arabic", "en": "english", "es": "spanish", "pt": "portuguese", "de": "german", "it": "italian", "nl": "dutch",
	}[r.Lang.Base()]
}

// comment is a text as BibTeX passes it over: anything outside an entry, but an at
// sign would begin one.
func comment(text string) string {
	if text = strings.ReplaceAll(line(text, mostText), "@", " "); text == "" {
		return ""
	}
	return "% " + text + "\n\n"
}
