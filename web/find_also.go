package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"vigie"
	"vigie/index"
	"vigie/index/thesaurus"
	"vigie/web/ui"
)

const (
	// mostWithout bounds what of a question is not to be looked for in other words, and
	// longestWithout the bytes of each.
	mostWithout    = 32
	longestWithout = 200
	// withoutAll, in its place, leaves all of that out.
	withoutAll = "*"
	// mostAlso is how many other names are shown for one thing.
	mostAlso = 8
)

// alsoIn are the languages in which a question is looked for in other words.
func alsoIn() []vigie.Lang {
	return []vigie.Lang{vigie.French, vigie.Arabic, vigie.English, vigie.Spanish}
}

// withoutOf reads what is not to be looked for in other words.
func withoutOf(q url.Values) []string {
	var out []string
	for _, w := range q["sans"] {
		if w != "" && len(w) <= longestWithout && len(out) < mostWithout && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// into adds to the options of a search in which languages it goes beyond what was typed.
func (f findAsked) into(o *index.SearchOptions) {
	if !slices.Contains(f.without, withoutAll) {
		o.Into, o.Without = alsoIn(), f.without
	}
}

// alsoOf shows what was looked for beside the words that were typed.
func alsoOf(r *http.Request, f findAsked, found []index.Also) ui.FindAlso {
	without := func(what ...string) string {
		other := f
		other.page, other.without = 1, what
		return other.url(r)
	}
	var out ui.FindAlso
	if len(f.without) > 0 {
		out.Again = without()
	}
	if len(found) == 0 {
		return out
	}
	out.None = without(withoutAll)
	for _, a := range found {
		item := ui.Also{Words: strings.Join(strings.Fields(a.Words), " ")}
		what := a.Words
		if a.Concept != "" {
			what, item.Concept = a.Concept, conceptPath(r, a.Concept)
		}
		item.URL = without(append(slices.Clone(f.without), what)...)
		for _, t := range a.Texts {
			if len(item.Texts) == mostAlso {
				item.More = len(a.Texts) - mostAlso
				break
			}
			text := ui.AlsoText{Text: t.Text}
			if t.Lang != thesaurus.Every {
				text.Lang, text.Dir = t.Lang, t.Lang.Direction()
			}
			item.Texts = append(item.Texts, text)
		}
		out.Items = append(out.Items, item)
	}
	return out
}
