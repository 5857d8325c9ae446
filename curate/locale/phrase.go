package locale

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// phrase is a compiled text: words and {placeholders} in their order.
type phrase []segment

type segment struct {
	words string
	// name is the placeholder after the words; "" at the end of the phrase.
	name string
}

// compile reads a text such as "Next reading {when}.".
func compile(text string) (phrase, error) {
	var ph phrase
	for text != "" {
		words, rest, found := strings.Cut(text, "{")
		if strings.Contains(words, "}") {
			return nil, errors.New(`has "}" without "{"`)
		}
		if !found {
			return append(ph, segment{words: words}), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || name == "" || strings.ContainsAny(name, "{ ") {
			return nil, errors.New(`has "{" without a name and "}"`)
		}
		ph = append(ph, segment{words: words, name: name})
		text = after
	}
	return ph, nil
}

// names returns the placeholders, sorted, each once.
func (ph phrase) names() []string {
	var names []string
	for _, s := range ph {
		if s.name != "" {
			names = append(names, s.name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// fill puts values in; a placeholder without a value stays to be seen.
func (ph phrase) fill(values map[string]string) []Part {
	parts := make([]Part, 0, 2*len(ph))
	for _, s := range ph {
		if s.words != "" {
			parts = append(parts, Part{Text: s.words})
		}
		if s.name == "" {
			continue
		}
		v, ok := values[s.name]
		if !ok {
			v = "{" + s.name + "}"
		}
		parts = append(parts, Part{Text: v, Value: true})
	}
	return parts
}

// category returns the plural category of a whole number: "zero", "one", "two",
// "few", "many" or "other" (Unicode Technical Standard 35, part 3, section 5).
func category(tag language.Tag, n int) string {
	if n < 0 {
		n = -n
	}
	// Larger numbers may be given modulo ten million, says MatchPlural.
	switch plural.Cardinal.MatchPlural(tag, n%10_000_000, 0, 0, 0, 0) {
	case plural.Zero:
		return "zero"
	case plural.One:
		return "one"
	case plural.Two:
		return "two"
	case plural.Few:
		return "few"
	case plural.Many:
		return "many"
	default:
		return "other"
	}
}

// categories returns those that whole numbers have in a language, sorted. The
// rules for whole numbers repeat after one hundred.
func categories(tag language.Tag) []string {
	set := map[string]bool{}
	for n := range 202 {
		set[category(tag, n)] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// Plain joins the parts of a phrase as they are, for values that cannot run against
// the words around them, and for places that cannot hold the marks of [Isolated].
func Plain(parts []Part) string {
	var b strings.Builder
	for _, part := range parts {
		b.WriteString(part.Text)
	}
	return b.String()
}

// Isolated joins the parts of a phrase with its values between the invisible marks
// U+2068 and U+2069, which keep them from turning the words around.
func Isolated(parts []Part) string {
	var b strings.Builder
	for _, part := range parts {
		if part.Value {
			b.WriteString("\u2068" + part.Text + "\u2069")
			continue
		}
		b.WriteString(part.Text)
	}
	return b.String()
}
