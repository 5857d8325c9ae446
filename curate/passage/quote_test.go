package passage_test

import (
	"errors"
	"strings"
	"testing"

	"vigie"
	"vigie/curate/passage"
)

func TestQuote(t *testing.T) {
	body := []vigie.Paragraph{
		{Text: "Les prix ont baissé de 4 %. Le reste suit.", Page: 1},
		{Text: "En zone rurale, les prix ont baissé aussi, dit l’autorité dans son cofﬁ-\nage.", Page: 2},
		{Text: "Le rappro\u00adchement « total » est à 2019–2020, soit −5 °C…", Page: 3},
	}
	for name, test := range map[string]struct {
		exact, prefix, want string
		page                int
	}{
		"words":               {"Les prix ont baissé", "", "Les prix ont baissé", 1},
		"the first place":     {"prix ont baissé", "", "prix ont baissé", 1},
		"the place behind":    {"prix ont baissé", "rurale, les", "prix ont baissé", 2},
		"a prefix nowhere":    {"prix ont baissé", "jamais dit", "prix ont baissé", 1},
		"another apostrophe":  {"dit l'autorité", "", "dit l’autorité", 2},
		"a hyphen, ligatures": {"son coffiage", "", "son cofﬁ-\nage", 2},
		"other quotes":        {`Le rapprochement "total" est`, "", "Le rappro\u00adchement « total » est", 3},
		"another dash":        {"à 2019-2020, soit -5 °C...", "", "à 2019–2020, soit −5 °C…", 3},
		"across paragraphs":   {"Le reste suit.  En zone", "", "Le reste suit.\nEn zone", 1},
		"a letter and a mark": {"prix ont baisse\u0301", "", "prix ont baissé", 1},
	} {
		p, err := passage.Quote(body, test.exact, test.prefix)
		if err != nil || p.Exact != test.want || p.Page != test.page {
			t.Errorf("%s: %q on page %d, %v", name, p.Exact, p.Page, err)
			continue
		}
		if got := string([]rune(vigie.PlainText(body))[p.Start:p.End]); got != test.want {
			t.Errorf("%s: at its place stands %q", name, got)
		}
	}
	for name, exact := range map[string]string{
		"nothing": "", "white space": " \n\u00ad", "not there": "jamais écrit", "a number without its sign": "soit 5 °C",
		"too long": strings.Repeat("x", 2001), "broken": "Les \xff prix", "a letter without its mark": "prix ont baisse de",
	} {
		if p, err := passage.Quote(body, exact, ""); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}
