package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"vigie"
	"vigie/curate/locale"
	grammar "vigie/index/query"
	"vigie/index/store"
	"vigie/web/ui"
)

// longestAnswer bounds a field of the form that writes a query, in bytes.
const longestAnswer = 300

// advancedLine writes the answers of a form as a query. What is wrong in one of them
// is shown in the line that it gives.
func advancedLine(given url.Values) string {
	answer := func(name string) string {
		return strings.Join(strings.Fields(clipped(given.Get(name), longestAnswer)), " ")
	}
	words := func(name string) []grammar.Clause { return wordsOf(answer(name)) }
	parts := []string{advancedTerms(answer, words).String()}
	for _, f := range advancedFields() {
		if value := unquoted(answer(f.name)); value != "" {
			parts = append(parts, string(f.field)+":"+f.before+quotedValue(f.field, value)+f.after)
		}
	}
	low, high := answer("pmin"), answer("pmax")
	switch {
	case low != "" && high != "":
		parts = append(parts, "page:"+unquoted(low)+"-"+unquoted(high))
	case low != "":
		parts = append(parts, "page:>="+unquoted(low))
	case high != "":
		parts = append(parts, "page:<="+unquoted(high))
	}
	return strings.TrimSpace(strings.Join(parts, " "))
}

// advancedTerms are the answers about words.
func advancedTerms(answer func(string) string, words func(string) []grammar.Clause) grammar.Query {
	var q grammar.Query
	q.Clauses = together(grammar.And, words("tous"))
	if phrase := unquoted(answer("phrase")); strings.ContainsFunc(phrase, isSayable) {
		q.Clauses = append(q.Clauses, grammar.Clause{Term: grammar.Term{Kind: grammar.Phrase, Text: phrase}})
	}
	q.Clauses = append(q.Clauses, together(grammar.Or, words("un"))...)
	for _, c := range words("titre") {
		c.Term.Field = grammar.Title
		q.Clauses = append(q.Clauses, c)
	}
	for i, c := range q.Clauses { // beside others a word alone would only be wished for
		if c.Wished() && c.Term.Kind == grammar.Word && len(q.Clauses) > 1 {
			q.Clauses[i].Term.Kind = grammar.Phrase
		}
	}
	for _, c := range words("aucun") {
		c.Not = true
		q.Clauses = append(q.Clauses, c)
	}
	return q
}

// advancedField is a field of the form that becomes one filter.
type advancedField struct {
	name  string
	field grammar.Field
	// before and after stand around its value.
	before, after string
}

func advancedFields() []advancedField {
	return []advancedField{
		{"source", grammar.Source, "", ""},
		{"editeur", grammar.Publisher, "", ""},
		{"pays", grammar.Country, "", ""},
		{"lang", grammar.Lang, "", ""},
		{"type", grammar.Type, "", ""},
		{"theme", grammar.Topic, "", ""},
		{"etiquette", grammar.Tag, "", ""},
		{"statut", grammar.Status, "", ""},
		{"cite", grammar.Cited, "", ""},
		{"du", grammar.From, "", ""},
		{"au", grammar.To, "", ""},
		{"jours", grammar.Age, "<", "d"},
	}
}

// wordsOf are words as clauses: what would be a sign of the grammar is a word here.
func wordsOf(answer string) []grammar.Clause {
	var out []grammar.Clause
	for word := range strings.FieldsSeq(answer) {
		if word = unquoted(word); !strings.ContainsFunc(word, isSayable) {
			continue
		}
		term := grammar.Term{Text: word}
		if start, ok := strings.CutSuffix(word, "*"); ok && !strings.Contains(start, "*") {
			term = grammar.Term{Kind: grammar.Prefix, Text: start}
		}
		if q, err := grammar.Parse(term.String()); err != nil || len(q.Clauses) != 1 || q.Clauses[0].Term != term {
			term = grammar.Term{Kind: grammar.Phrase, Text: word} // parentheses and the like
		}
		out = append(out, grammar.Clause{Term: term})
	}
	return out
}

// together joins clauses, where there are several.
func together(op grammar.Op, of []grammar.Clause) []grammar.Clause {
	if len(of) < 2 {
		return of
	}
	return []grammar.Clause{{Op: op, Of: of}}
}

func isSayable(r rune) bool { return !notWord(r) }

// unquoted is a text without the marks that end a quotation.
func unquoted(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`"“”„‟«»‹›＂〝〞〟「」『』《》❝❞`, r) {
			return ' '
		}
		return r
	}, s)), " ")
}

// quotedValue is a value as it is written behind a colon.
func quotedValue(field grammar.Field, value string) string {
	if f, err := grammar.NewFilter(field, value); err == nil && field != grammar.Age {
		return strings.TrimPrefix(f.String(), string(field)+":")
	}
	return value
}

// advancedForm is the form with what a query says already.
func (s *Server) advancedForm(a *asking, asked grammar.Query) (ui.FindForm, error) {
	said := advancedOf(asked)
	typed := func(names ...string) (out []ui.FindAnswer) {
		for _, name := range names {
			answer := ui.FindAnswer{Name: name, Value: said[name], Number: name == "pmin" || name == "pmax" || name == "jours"}
			if hint := "deskfind.answer." + name + ".hint"; a.P.Has(hint) {
				answer.Hint = hint
			}
			out = append(out, answer)
		}
		return out
	}
	chosen := func(name string, options ...ui.Choice) ui.FindAnswer {
		for i := range options {
			options[i].Chosen = options[i].Value == said[name]
		}
		return ui.FindAnswer{Name: name, Options: options}
	}
	form := ui.FindForm{Words: typed("tous", "phrase", "un", "aucun", "titre"), Bounds: typed("pmin", "pmax", "du", "au", "jours")}
	topics, err := s.topicChoices(a)
	form.Kinds = slices.Concat(typed("source", "editeur", "pays"), []ui.FindAnswer{
		chosen("theme", topics...), chosen("lang", s.langChoices(a.P, said["lang"])...), chosen("type", typeChoices(a)...),
	}, typed("etiquette"), []ui.FindAnswer{
		chosen("statut", stateChoices(a)...),
		chosen("cite", ui.Choice{Value: "yes", Name: a.P.T("deskfind.cited.yes")}, ui.Choice{Value: "no", Name: a.P.T("deskfind.cited.no")}),
	})
	return form, err
}

// langChoices are the languages of the pages, and one more that was asked for.
func (s *Server) langChoices(p *locale.Printer, asked string) []ui.Choice {
	var out []ui.Choice
	langs := s.locales.Languages()
	if l := vigie.Lang(asked); l != "" && !slices.Contains(langs, l) {
		langs = append(slices.Clone(langs), l)
	}
	for _, l := range langs {
		out = append(out, ui.Choice{Value: string(l), Name: s.tongueName(p, l)})
	}
	return out
}

func typeChoices(a *asking) []ui.Choice {
	var out []ui.Choice
	for _, t := range []string{"page", "feed", "pdf", "office", "text", "media", "other"} {
		out = append(out, ui.Choice{Value: t, Name: typeName(a.P, t)})
	}
	return out
}

func stateChoices(a *asking) []ui.Choice {
	var out []ui.Choice
	for _, q := range queueNames() {
		out = append(out, ui.Choice{Value: q.key, Name: a.P.T("triage.state." + q.key)})
	}
	return out
}

func (s *Server) topicChoices(a *asking) ([]ui.Choice, error) {
	var out []ui.Choice
	err := s.o.DB.View(func(tx *store.Tx) error {
		topics, err := tx.Topics()
		for _, t := range topics {
			label, _ := t.Labels.In(a.Lang)
			out = append(out, ui.Choice{Value: t.ID, Name: nameOf(label, t.ID)})
		}
		return err
	})
	return out, err
}

// advancedOf are the answers that give a query; none where there are none that give
// just that one.
func advancedOf(asked grammar.Query) map[string]string {
	if len(asked.Wished()) > 1 {
		asked = anyOf(asked)
	}
	out := map[string]string{}
	add := func(name, value string) { out[name] = strings.TrimSpace(out[name] + " " + value) }
	for _, c := range asked.Clauses {
		switch {
		case c.IsFilter():
			advancedFilter(c.Filter, out)
		case c.Op == grammar.And || c.Op == grammar.Or:
			name := map[grammar.Op]string{grammar.And: "tous", grammar.Or: "un"}[c.Op]
			for _, part := range c.Of {
				add(name, termAnswer(part.Term))
			}
		case c.Not:
			add("aucun", termAnswer(c.Term))
		case c.Term.Field == grammar.Title:
			add("titre", termAnswer(grammar.Term{Kind: c.Term.Kind, Text: c.Term.Text}))
		case c.Term.Kind == grammar.Phrase:
			add("phrase", c.Term.Text)
		default:
			add("tous", termAnswer(c.Term))
		}
	}
	given := url.Values{}
	for name, value := range out {
		given.Set(name, value)
	}
	if sorted(advancedLine(given)) != sorted(asked.String()) {
		return map[string]string{}
	}
	return out
}

// anyOf is a query whose words that are wished for are joined by OR, which finds the
// same.
func anyOf(q grammar.Query) grammar.Query {
	whole := grammar.Clause{Op: grammar.Or}
	var out grammar.Query
	for _, c := range q.Clauses {
		if c.Wished() {
			whole.Of = append(whole.Of, c)
		} else {
			out.Clauses = append(out.Clauses, c)
		}
	}
	out.Clauses = append(out.Clauses, whole)
	return out
}

// sorted is a line with its parts in an order of their own, to compare it.
func sorted(line string) string {
	parts := strings.Fields(line)
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

func termAnswer(t grammar.Term) string {
	if t.Kind == grammar.Prefix {
		return t.Text + "*"
	}
	return t.Text
}

// advancedFilter answers with a filter.
func advancedFilter(f grammar.Filter, out map[string]string) {
	for _, field := range advancedFields() {
		if field.field == f.Field && field.field != grammar.Age {
			out[field.name] = f.Value
		}
	}
	switch {
	case f.Field == grammar.Age && f.High > 0:
		out["jours"] = strings.TrimSuffix(strings.TrimPrefix(f.Value, "<"), "d")
	case f.Field == grammar.Page:
		number := func(n int) string {
			if n < 1 {
				return ""
			}
			return strconv.Itoa(n)
		}
		out["pmin"], out["pmax"] = number(f.Low), number(f.High)
	}
}
