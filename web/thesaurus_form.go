package web

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"vigie"
	"vigie/curate"
	"vigie/curate/markdown"
	"vigie/index/thesaurus"
	"vigie/web/ui"
)

// Fields of the form of a concept; those of names end in their language.
const (
	preferredField = "prefere-"
	othersField    = "autres-"
	broaderField   = "larges"
	relatedField   = "voisins"
)

// mostNames and longestNames bound what is read of one field: lines, and the characters
// of all of them.
const (
	mostNames    = 60
	longestNames = 9000
)

// conceptQuestions are the questions about a concept, with what it says.
func conceptQuestions(c thesaurus.Concept) questionnaire {
	var form questionnaire
	for _, lang := range alsoIn() {
		labels := c.Labels[lang]
		first, rest := "", ""
		if len(labels) > 0 {
			first, rest = labels[0].String(), onLines(labels[1:])
		}
		preferred, others := filled("line", preferredField+string(lang), "thesaurus.preferred", "", first), filled("lines", othersField+string(lang), "thesaurus.others", "", rest)
		preferred.Max, others.Max = 220, longestNames
		preferred.Lang, preferred.Dir, others.Lang, others.Dir = lang, lang.Direction(), lang, lang.Direction()
		form.groups = append(form.groups, questions{legend: "thesaurus.lang." + string(lang), list: []question{preferred, others}})
	}
	every := filled("lines", othersField+string(thesaurus.Every), "thesaurus.lang.mul", "thesaurus.every.hint", onLines(c.Labels[thesaurus.Every]))
	broader := filled("lines", broaderField, "thesaurus.broader", "thesaurus.links.hint", strings.Join(c.Broader, "\n"))
	related := filled("lines", relatedField, "thesaurus.related", "thesaurus.links.hint", strings.Join(c.Related, "\n"))
	every.Max, broader.Max, related.Max = longestNames, longestNames, longestNames
	form.groups = append(form.groups, questions{list: []question{every}}, questions{legend: "thesaurus.links", list: []question{broader, related}})
	return form
}

// filled asks for something, with what is known of it.
func filled(kind, name, label, hint, value string) question {
	q := asks(kind, name, label, hint, "")
	q.Value = value
	return q
}

// newQuestions are those about a concept that is not there yet.
func newQuestions() questionnaire {
	form := conceptQuestions(thesaurus.Concept{})
	id := asks("code", "id", "thesaurus.id", "thesaurus.id.hint", "")
	id.Max = 64
	form.groups = append(form.groups, questions{list: []question{id}})
	return form
}

// onLines writes names one to a line.
func onLines(labels []thesaurus.Label) string {
	var out []string
	for _, l := range labels {
		out = append(out, l.String())
	}
	return strings.Join(out, "\n")
}

// fieldLines are the lines of a field that say something.
func fieldLines(form url.Values, field string) []string {
	var out []string
	for line := range strings.SplitSeq(clipped(form.Get(field), longestNames), "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" && len(out) < mostNames {
			out = append(out, line)
		}
	}
	return out
}

// conceptFrom reads a concept from its form. Names in languages that the form does not
// ask for stay as they are kept.
func conceptFrom(form url.Values, kept thesaurus.Concept, n curate.Names) thesaurus.Concept {
	c := thesaurus.Concept{ID: kept.ID, Labels: map[vigie.Lang][]thesaurus.Label{}}
	for lang, labels := range kept.Labels {
		if !isAsked(lang) {
			c.Labels[lang] = labels
		}
	}
	for _, lang := range append(alsoIn(), thesaurus.Every) {
		lines := fieldLines(form, othersField+string(lang))
		if first := fieldLines(form, preferredField+string(lang)); len(first) > 0 {
			lines = append(first[:1], lines...)
		}
		for _, line := range lines {
			c.Labels[lang] = append(c.Labels[lang], thesaurus.ParseLabel(line))
		}
	}
	called := sync.OnceValue(func() map[string][]string { return preferredNames(n.InUse) })
	c.Broader = conceptsNamed(n, called, fieldLines(form, broaderField))
	c.Related = conceptsNamed(n, called, fieldLines(form, relatedField))
	return c
}

// conceptsNamed are the identities of the concepts that lines name, by identity or as a
// language prefers to call them. A line that names none, or several, stays as it is.
func conceptsNamed(n curate.Names, called func() map[string][]string, lines []string) []string {
	var out []string
	for _, line := range lines {
		id := line
		if _, known := n.InUse.Concept(line); !known {
			if found := called()[thesaurus.PlainWords(line)]; len(found) == 1 {
				id = found[0]
			}
		}
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// preferredNames leads from what languages prefer to call concepts, as words are
// compared, to their identities.
func preferredNames(t *thesaurus.Thesaurus) map[string][]string {
	out := map[string][]string{}
	for c := range t.All() {
		for _, labels := range c.Labels {
			if len(labels) == 0 {
				continue
			}
			if name := thesaurus.PlainWords(labels[0].Text); !slices.Contains(out[name], c.ID) {
				out[name] = append(out[name], c.ID)
			}
		}
	}
	return out
}

// conceptID is the identity that somebody wants for a concept, or one made of its name.
func conceptID(form url.Values) string {
	id := said(form["id"])
	for _, lang := range []vigie.Lang{vigie.English, vigie.French, vigie.Spanish} {
		id = cmp.Or(id, markdown.Slug(said(form[preferredField+string(lang)])))
	}
	return id
}

// conceptTroubles says at which field of its form what is wrong with a concept, and
// returns every other error.
func conceptTroubles(err error, c thesaurus.Concept) ([]ui.Trouble, error) {
	if errors.Is(err, vigie.ErrConflict) {
		return []ui.Trouble{{Field: "id", Key: "thesaurus.fault.id_taken", Value: c.ID}}, nil
	}
	if bad, ok := errors.AsType[*vigie.InvalidError](err); ok && bad.Field == "many" {
		return []ui.Trouble{{Field: preferredField + string(alsoIn()[0]), Key: "thesaurus.fault.full"}}, nil
	}
	flaw, ok := errors.AsType[*thesaurus.FlawError](err)
	if !ok {
		return nil, err
	}
	t := ui.Trouble{Key: "thesaurus.fault." + flaw.Code, Value: flaw.About}
	lang, isLabel := strings.CutPrefix(flaw.Field, "labels.")
	switch {
	case flaw.Field == "id":
		t.Field = "id"
	case flaw.Field == "broader":
		t.Field = broaderField
	case flaw.Field == "related":
		t.Field = relatedField
	case !isLabel || !isAsked(vigie.Lang(lang)):
		t.Field = preferredField + string(alsoIn()[0])
	case lang != string(thesaurus.Every) && len(c.Labels[vigie.Lang(lang)]) > 0 && c.Labels[vigie.Lang(lang)][0].Text == flaw.About:
		t.Field = preferredField + lang
	default:
		t.Field = othersField + lang
	}
	return []ui.Trouble{t}, nil
}

// formNumber reads a number that a form carries; 0 for none.
func formNumber(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
