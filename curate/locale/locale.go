// Package locale holds what vigie says to people, in every language it speaks:
// phrases, plurals, numbers, dates and spans of time.
//
// One folder per language, catalogues/fr for example, holds everything that
// is particular to that language: its name, how it groups digits, its months,
// its phrases. Its locale.json has the
// conventions, and there is a file of phrases for each part of the product.
// Adding a language is adding a folder; nothing else changes. All
// catalogues have the same phrases with the same placeholders, and every plural
// phrase has exactly the forms that its language needs (CLDR: two for French and
// English, six for Arabic). [Read] refuses a set where this is not so.
//
// Load the catalogues once with [Load], take the [Printer] of a reader's
// language with [Catalogues.For], and ask it for phrases:
//
//	p := catalogues.For(vigie.French)
//	p.T("due.next", "when", p.Ago(due, now))
//	p.N("figures.new", 3)
//
// # Caveats
//
// A value within a phrase may run in the other direction than the phrase does:
// "المصدر: ARTP، 31" shows its parts in the wrong order. T and N therefore
// surround values with the invisible marks U+2068 and U+2069 (Unicode Annex 9,
// first strong isolate), which is right for mail and for attributes; HTML takes
// [Printer.Phrase] and [Printer.Plural] instead and wraps the values in <bdi>.
//
// Digits are European in every language, as the Maghreb writes them. What months
// are called may hang on the country: [Printer.In].
package locale

import (
	"fmt"
	"time"

	"golang.org/x/text/language"

	"vigie"
)

// Printer speaks one language. It never changes, so all methods may be called
// concurrently.
type Printer struct {
	lang vigie.Lang
	tag  language.Tag
	file file
	// phrases and plurals are the compiled phrases of file.
	phrases map[string]phrase
	plurals map[string]map[string]phrase
	// forms are the plural categories of the language, sorted.
	forms []string
	// countries are the printers for countries with other months; "*" is for those
	// that are not named.
	countries map[string]*Printer
}

// Part is a stretch of a phrase: words of the catalogue, or a value that was put
// in the place of a placeholder.
type Part struct {
	Text  string
	Value bool
}

// Lang returns the language that the printer speaks.
func (p *Printer) Lang() vigie.Lang { return p.lang }

// Dir returns "rtl" or "ltr", as the HTML attribute dir wants it.
func (p *Printer) Dir() string { return p.lang.Direction() }

// Name returns the name of the language in the language itself.
func (p *Printer) Name() string { return p.file.Name }

// Has reports whether there is a phrase under key, plural or not.
func (p *Printer) Has(key string) bool {
	_, plain := p.phrases[key]
	_, plural := p.plurals[key]
	return plain || plural
}

// T returns the phrase under key. Args are pairs of a placeholder's name and its
// value: text, a whole number, a [vigie.Date], a time or a duration. A key that
// is in no catalogue is returned as it is.
func (p *Printer) T(key string, args ...any) string { return Isolated(p.Phrase(key, args...)) }

// Phrase is [Printer.T] in parts.
func (p *Printer) Phrase(key string, args ...any) []Part {
	ph, ok := p.phrases[key]
	if !ok {
		return []Part{{Text: key}}
	}
	return ph.fill(p.values(args))
}

// N returns the form of the plural phrase under key that goes with n; {n} in the
// phrase is n as [Printer.Number] writes it. Further placeholders as in T.
func (p *Printer) N(key string, n int, args ...any) string {
	return Isolated(p.Plural(key, n, args...))
}

// Plural is [Printer.N] in parts.
func (p *Printer) Plural(key string, n int, args ...any) []Part {
	forms, ok := p.plurals[key]
	if !ok {
		return []Part{{Text: key}}
	}
	values := p.values(args)
	values["n"] = p.Number(n)
	return forms[category(p.tag, n)].fill(values)
}

func (p *Printer) values(args []any) map[string]string {
	m := make(map[string]string, len(args)/2+1)
	for i := 0; i+1 < len(args); i += 2 {
		if name, ok := args[i].(string); ok {
			m[name] = p.value(args[i+1])
		}
	}
	return m
}

func (p *Printer) value(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return p.Number(v)
	case vigie.Date:
		return p.Date(v)
	case time.Time:
		return p.Time(v)
	case time.Duration:
		return p.Duration(v)
	default:
		return fmt.Sprint(v)
	}
}
