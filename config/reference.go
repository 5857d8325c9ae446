package config

import (
	"fmt"
	"io"
	"strings"
)

// referenceWidth is where lines of the reference are broken.
const referenceWidth = 78

// preface stands at the head of the reference.
const preface = `vigie.toml: the machine that vigie runs on.

Every key is optional; what stands behind # is what holds without it. Names,
languages, topics and legal pages are not here: they are set in the browser.
A variable of the environment goes over the file, a flag of the command over
both. 'vigie config --check' says what is wrong, and where.`

// WriteReference writes the commented configuration file, made from the doc tags
// of [Config] and from [Default]. The text is itself a valid configuration file
// that changes nothing.
func WriteReference(w io.Writer) error {
	var b strings.Builder
	for line := range strings.Lines(preface) {
		b.WriteString(strings.TrimSpace("# "+line) + "\n")
	}
	cfg := Default()
	for _, s := range sections(&cfg) {
		if s.name != "" {
			b.WriteString("\n")
			comment(&b, s.doc)
			fmt.Fprintf(&b, "[%s]\n", s.name)
		}
		for _, t := range s.settings {
			b.WriteString("\n")
			comment(&b, t.doc)
			comment(&b, "Environment: "+t.env())
			fmt.Fprintf(&b, "#%s = %s\n", t.key[strings.LastIndex(t.key, ".")+1:], t.write())
		}
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write configuration reference: %w", err)
	}
	return nil
}

// comment writes text as comment lines of at most referenceWidth characters.
func comment(b *strings.Builder, text string) {
	line := "#"
	for word := range strings.FieldsSeq(text) {
		if len(line)+1+len(word) > referenceWidth {
			b.WriteString(line + "\n")
			line = "#"
		}
		line += " " + word
	}
	b.WriteString(line + "\n")
}
