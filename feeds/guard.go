package feeds

import (
	"fmt"
	"slices"

	"vigie"
)

// The bounds of a feed. Sizes are in bytes. They were chosen from measurements:
// the parsing library recurses once a level, so that a feed of 15 KB compressed
// can end the process, and it allocates about 28 times the size of its input.
const (
	// maxBody bounds the feed as it came, decompressed.
	maxBody = 10 << 20
	// maxText bounds the feed recoded to UTF-8.
	maxText = 20 << 20
	// maxDepth bounds the nesting of elements, objects and lists.
	maxDepth = 128
	// maxTokens bounds tags, texts, comments and values.
	maxTokens = 2_000_000
	// maxElements bounds the elements handed to the library, which keeps each that
	// it does not know: a hundred for each of maxItems. The markup of texts is not
	// among them.
	maxElements = 100 * maxItems
	// maxEntities bounds declarations of entities; none is ever expanded.
	maxEntities = 64
	// maxAttributes bounds the attributes of one element.
	maxAttributes = 64
	// maxNamespaces bounds the namespace declarations in scope: the library
	// copies them all for every element.
	maxNamespaces = 96
	// maxBase bounds an xml:base, which is written into every item below it.
	maxBase = 512
	// maxDates bounds the dates of one item that are looked at.
	maxDates = 16
	// maxItems bounds the items that are kept, the first of the document.
	maxItems = 2000
	// maxTags bounds categories, maxPeople authors, maxFiles enclosures of one
	// item.
	maxTags   = 200
	maxPeople = 50
	maxFiles  = 50
	// maxTitle bounds a title, an identity, a name; maxHTML a summary or content.
	maxTitle = 1 << 10
	maxHTML  = 1 << 20
	// maxFaults bounds what is said about one feed.
	maxFaults = 20
)

// refuse makes the error for a feed that exceeds a bound.
func refuse(format string, args ...any) error {
	return &vigie.InvalidError{Field: "feed", Reason: fmt.Sprintf(format, args...)}
}

// faults collects what had to be put up with, each said once.
type faults []string

func (f *faults) addf(format string, args ...any) {
	said := fmt.Sprintf(format, args...)
	if len(*f) >= maxFaults {
		return
	}
	if !slices.Contains(*f, said) {
		*f = append(*f, said)
	}
}

// guardJSON bounds depth and tokens of a JSON document, and cuts it after the
// last item that is complete and within maxItems.
func guardJSON(in []byte, f *faults) ([]byte, error) {
	g := jsonGuard{cut: -1}
	for i := 0; i < len(in); i++ {
		switch c := in[i]; c {
		case '"':
			i = endOfString(in, i)
			g.tokens++
		case ',':
			g.tokens++
		case '{', '[':
			g.stack = append(g.stack, c)
			g.tokens++
		case '}', ']':
			if len(g.stack) > 0 {
				g.shut(c, i)
			}
			if len(g.stack) == 0 {
				return in[:i+1], nil
			}
		}
		switch {
		case len(g.stack) > maxDepth:
			return nil, refuse("nests deeper than %d levels: no feed does, and reading it could end the program", maxDepth)
		case g.tokens > maxTokens:
			return nil, refuse("has more than %d tokens", maxTokens)
		case g.items >= maxItems:
			f.addf("the feed has more than %d items: only the first were read", maxItems)
			return append(in[:g.cut:g.cut], "]}"...), nil
		}
	}
	if g.cut < 0 {
		return in, nil
	}
	f.addf("the feed breaks off after item %d: the items before were read", g.items)
	return append(in[:g.cut:g.cut], "]}"...), nil
}

// jsonGuard counts what [guardJSON] has seen.
type jsonGuard struct {
	stack  []byte // the open brackets
	tokens int
	items  int
	cut    int // the end of the last complete item, -1 before
}

// shut closes the innermost bracket, at i.
func (g *jsonGuard) shut(c byte, i int) {
	g.stack = g.stack[:len(g.stack)-1]
	if c == '}' && len(g.stack) == 2 && g.stack[1] == '[' {
		g.items++
		g.cut = i + 1
	}
}

// endOfString returns the place of the quote that ends the string at i.
func endOfString(in []byte, i int) int {
	for i++; i < len(in) && in[i] != '"'; i++ {
		if in[i] == '\\' {
			i++
		}
	}
	return i
}
