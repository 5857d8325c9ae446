package web

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"vigie"
	"vigie/curate"
	"vigie/web/ui"
)

// question is a field of a form, and what its answer does.
type question struct {
	ui.Question
	// fault is the key of what to say when the answer cannot be taken.
	fault string
	// set puts an answer into settings; nil leaves that to the questionnaire.
	set func(*vigie.Settings, []string) error
}

// questions are those of one group.
type questions struct {
	legend, hint string
	number       int
	list         []question
}

// questionnaire is a form of the settings.
type questionnaire struct {
	groups []questions
	lists  []ui.Suggestions
	// rest reads what no single question can; nil for nothing.
	rest func(*vigie.Settings, map[string][]string) ([]ui.Trouble, error)
	// decimal writes a ratio.
	decimal func(float64) string
	// fields are the ids of fields by those of a vigie.InvalidError about the whole,
	// with what to say.
	fields map[string]ui.Trouble
}

// each calls do with every question.
func (f questionnaire) each(do func(*question)) {
	for i := range f.groups {
		for j := range f.groups[i].list {
			do(&f.groups[i].list[j])
		}
	}
}

// answer fills the form with what was posted.
func (f questionnaire) answer(posted map[string][]string) {
	f.each(func(q *question) {
		given := posted[q.Name]
		q.Value = ""
		if len(given) > 0 {
			q.Value = given[0]
		}
		for i := range q.Options {
			q.Options[i].Chosen = slices.Contains(given, q.Options[i].Value)
		}
	})
}

// read puts all answers into settings, and says what is wrong with each of them:
// every answer is tried on settings that are good otherwise.
func (f questionnaire) read(kept vigie.Settings, posted map[string][]string) (vigie.Settings, []ui.Trouble, error) {
	next := kept
	var troubles []ui.Trouble
	f.each(func(q *question) {
		if q.set == nil {
			return
		}
		probe := vigie.DefaultSettings()
		err := q.set(&probe, posted[q.Name])
		if err == nil {
			err = probe.Check()
		}
		if err == nil {
			err = q.set(&next, posted[q.Name])
		}
		if err != nil {
			troubles = append(troubles, q.trouble(err, f.decimal))
		}
	})
	if f.rest != nil {
		more, err := f.rest(&next, posted)
		if err != nil {
			return next, nil, err
		}
		troubles = append(troubles, more...)
	}
	if len(troubles) > 0 {
		return next, troubles, nil
	}
	if err := next.Check(); err != nil {
		troubles, err = f.troubleOf(err)
		return next, troubles, err
	}
	return next, nil, nil
}

// trouble says why an answer cannot be taken.
func (q *question) trouble(err error, decimal func(float64) string) ui.Trouble {
	if faint, ok := errors.AsType[*curate.FaintError](err); ok {
		return ui.Trouble{Field: q.Name, Key: "settings.fault.faint", Value: faint.Instead, More: decimal(faint.Ratio)}
	}
	return ui.Trouble{Field: q.Name, Key: q.fault}
}

// troubleOf says where an error about the whole belongs; it returns one that is
// about no field.
func (f questionnaire) troubleOf(err error) ([]ui.Trouble, error) {
	if bad, ok := errors.AsType[*vigie.InvalidError](err); ok {
		if t, known := f.fields[bad.Field]; known {
			return []ui.Trouble{t}, nil
		}
	}
	return nil, err
}

// shown is the form for the page, with the troubles beside their fields.
func (f questionnaire) shown(troubles []ui.Trouble) []ui.QuestionGroup {
	var out []ui.QuestionGroup
	for _, g := range f.groups {
		group := ui.QuestionGroup{Legend: g.legend, Hint: g.hint, Number: g.number}
		for _, q := range g.list {
			if i := slices.IndexFunc(troubles, func(t ui.Trouble) bool { return t.Field == q.Name }); i >= 0 {
				q.Trouble = troubles[i]
			}
			group.Questions = append(group.Questions, q.Question)
		}
		out = append(out, group)
	}
	return out
}

// differences are the answers that differ from those of the same form as it is kept.
func (f questionnaire) differences(kept questionnaire) []ui.Difference {
	theirs, labels := map[string]string{}, map[string]ui.Difference{}
	var names []string
	note := func(q *question) {
		if _, known := labels[q.Name]; !known {
			names = append(names, q.Name)
			labels[q.Name] = ui.Difference{Label: q.Label, LangName: q.LangName}
		}
	}
	kept.each(func(q *question) { note(q); theirs[q.Name] = q.said() })
	mine := map[string]string{}
	f.each(func(q *question) { note(q); mine[q.Name] = q.said() })
	var out []ui.Difference
	for _, name := range names {
		if d := labels[name]; theirs[name] != mine[name] {
			d.Theirs, d.Mine = theirs[name], mine[name]
			out = append(out, d)
		}
	}
	return out
}

// said is the answer to a question in words.
func (q *question) said() string {
	if len(q.Options) == 0 {
		return strings.TrimSpace(strings.ReplaceAll(q.Value, "\r\n", "\n"))
	}
	var out []string
	for _, o := range q.Options {
		if o.Chosen {
			out = append(out, o.Label)
		}
	}
	return strings.Join(out, ", ")
}

// said returns the first answer, without spaces around it.
func said(given []string) string {
	if len(given) == 0 {
		return ""
	}
	return strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(given[0], "\r\n", "\n"), "\uFFFD"))
}

// inEach asks for a text in every language that pages speak.
func (s *Server) inEach(model question, text vigie.Text, of func(*vigie.Settings) *vigie.Text) []question {
	var out []question
	for _, l := range s.menu() {
		p := s.locales.For(l)
		q := model
		q.Name, q.Lang, q.Dir, q.LangName, q.Value = model.Name+"-"+string(l), l, p.Dir(), p.Name(), text[l]
		q.set = func(settings *vigie.Settings, given []string) error {
			*of(settings) = withWords(*of(settings), l, said(given))
			return nil
		}
		out = append(out, q)
	}
	return out
}

// withWords returns a text with other words in a language, without changing it.
func withWords(text vigie.Text, l vigie.Lang, words string) vigie.Text {
	out := maps.Clone(text)
	if out == nil {
		out = vigie.Text{}
	}
	if out[l] = words; words == "" {
		delete(out, l)
	}
	return out
}

// menu are the languages that pages speak, in the order of menus.
func (s *Server) menu() []vigie.Lang { return vigie.SortLangs(s.locales.Languages()) }

// wholeNumber asks for a whole number.
func wholeNumber(q question, n, least, most int, set func(*vigie.Settings, int)) question {
	q.Kind, q.Value, q.Min, q.Max = "number", strconv.Itoa(n), least, most
	q.set = func(settings *vigie.Settings, given []string) error {
		n, err := strconv.Atoi(said(given))
		if err != nil || n < least || n > most {
			return &vigie.InvalidError{Field: q.Name, Reason: "is no number within the bounds"}
		}
		set(settings, n)
		return nil
	}
	return q
}
