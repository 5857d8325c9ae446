package markdown

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"vigie"
)

// Fragment is a figure ready to be shown: HTML with its chart for where it
// stands alone, text for within a sentence. Only [NewFragment] makes one that is
// not empty, so whatever comes out of a Fragment was checked.
type Fragment struct {
	html string
	text string
}

// maxFragment bounds the HTML of one figure, in bytes.
const maxFragment = 256 << 10

// The allow-list for figures. SVG is drawn with presentation attributes and
// classes only: the pages' policy forbids styles.
const (
	figureElements = ` figure figcaption div p span strong em small ul ol li dl dt dd a time data abbr bdi br details summary
 table caption thead tbody tr th td
 svg g path line polyline polygon rect circle ellipse text tspan title desc defs clippath `
	figureAttributes = ` class id dir lang role title href rel datetime value colspan rowspan scope tabindex download hreflang type
 viewbox width height x y x1 x2 y1 y2 dx dy cx cy r rx ry d points transform fill stroke stroke-width stroke-dasharray
 stroke-linecap stroke-linejoin fill-opacity stroke-opacity opacity text-anchor dominant-baseline direction unicode-bidi font-size
 font-weight font-family preserveaspectratio focusable xmlns clip-path clip-rule fill-rule vector-effect xml:lang shape-rendering `
)

// NewFragment checks the HTML of a figure, without changing it. Anything but
// text, tables, plain drawings and links to http, https or the same site is an
// error of kind [vigie.ErrInvalid].
func NewFragment(htm, text string) (Fragment, error) {
	if len(htm) > maxFragment {
		return Fragment{}, fmt.Errorf("check figure: %w", &vigie.InvalidError{Field: "figure", Reason: fmt.Sprintf("is larger than %d bytes", maxFragment)})
	}
	z := html.NewTokenizer(strings.NewReader(htm))
	var open []string
	for {
		kind := z.Next()
		if kind == html.ErrorToken && errors.Is(z.Err(), io.EOF) {
			break
		}
		t := z.Token()
		reason := ""
		switch kind {
		case html.TextToken:
		case html.StartTagToken:
			reason = checkTag(t)
			if t.Data != "br" {
				open = append(open, t.Data)
			}
		case html.SelfClosingTagToken:
			reason = checkTag(t)
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != t.Data {
				reason = "closes what is not open: " + t.Data
				break
			}
			open = open[:len(open)-1]
		case html.CommentToken, html.DoctypeToken, html.ErrorToken:
			reason = "holds a comment or a declaration"
		}
		if reason != "" {
			return Fragment{}, fmt.Errorf("check figure: %w", &vigie.InvalidError{Field: "figure", Reason: reason})
		}
	}
	if len(open) > 0 {
		return Fragment{}, fmt.Errorf("check figure: %w", &vigie.InvalidError{Field: "figure", Reason: "leaves open: " + open[len(open)-1]})
	}
	return Fragment{html: htm, text: text}, nil
}

func checkTag(t html.Token) string {
	if !listed(figureElements, t.Data) {
		return "holds the element " + t.Data
	}
	for _, a := range t.Attr {
		name, value := a.Key, strings.ToLower(strings.TrimSpace(a.Val))
		switch {
		case !listed(figureAttributes, name) && !strings.HasPrefix(name, "aria-"):
			return "holds the attribute " + name
		case name == "href" && !isOwnOrWeb(value):
			return "leads to " + a.Val
		case name != "href" && strings.Contains(value, "url(") && !strings.HasPrefix(value, "url(#"):
			return "leads to " + a.Val
		}
	}
	return ""
}

func isOwnOrWeb(s string) bool {
	own := strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//") && !strings.ContainsAny(s, "\\\t\r\n")
	return own || strings.HasPrefix(s, "#") || strings.HasPrefix(s, "?") || address([]byte(s)) != ""
}

func listed(list, word string) bool { return slices.Contains(strings.Fields(list), word) }
