package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"vigie"
	"vigie/curate"
	"vigie/curate/markdown"
	"vigie/curate/passage"
	"vigie/index/store"
	"vigie/web/ui"
)

// mostPlacesOffered bounds the figures that are offered to be put into a text.
const mostPlacesOffered = 3000

// showing is what the page of an editor is to show.
type showing struct {
	lang vigie.Lang
	// draft is what somebody wrote and is not kept; nil shows what is kept.
	draft  *draft
	faults ui.Faults
	// figure is the token that is chosen in the list of figures.
	figure string
}

// showEditor shows the page where a text is written.
func (s *Server) showEditor(w http.ResponseWriter, r *http.Request, status int, id vigie.SynthesisID, what showing) error {
	a := asker(r)
	synthesis, err := s.o.Desk.Read(a.User, id)
	if err != nil {
		return err
	}
	var model ui.Editor
	err = s.o.DB.View(func(tx *store.Tx) error {
		model, err = s.editorOf(tx, a, synthesis, what)
		return err
	})
	if err != nil {
		return fmt.Errorf("show synthesis %s: %w", id, err)
	}
	f := writing(r, "", textPath(a, id, what.lang))
	if f.Title = model.Title; f.Title == "" {
		f.Title = a.P.T("writing.untitled")
	}
	f.Scripts = []string{"editor.js"}
	return s.show(w, r, status, "synthedit", f, model)
}

// editorOf is everything around a text that is being written.
func (s *Server) editorOf(tx *store.Tx, a *asking, synthesis vigie.Synthesis, what showing) (ui.Editor, error) {
	v := synthesis.Versions[what.lang]
	model := ui.Editor{
		Now: a.Now, Action: bureau(a) + "/" + string(synthesis.ID), Lang: what.lang, Dir: what.lang.Direction(), Name: s.langName(what.lang),
		Draft: string(a.User.ID) + "-" + string(synthesis.ID) + "-" + string(what.lang),
		Seen:  v.N, State: v.State, Writing: v.Writing, At: v.At, Why: v.Why,
		Kind: synthesis.Kind, Kinds: []vigie.SynthesisKind{vigie.Brief, vigie.Analysis, vigie.Bulletin},
		SeenKind: synthesis.Kind, SeenTopics: synthesis.Topics,
		Versions: s.versionStates(a, synthesis, what.lang), Others: s.otherTongues(synthesis, what.lang), Faults: what.faults,
	}
	chosen := synthesis.Topics
	if d := what.draft; d != nil {
		model.Writing, model.Seen, model.Kind = d.writing, d.seen, d.after.Kind
		model.SeenKind, model.SeenTopics, chosen = d.before.Kind, d.before.Topics, d.after.Topics
	}
	if v.Out() {
		model.Portal = articlePath(what.lang, vigie.Edition{Synthesis: synthesis.ID, Writing: vigie.Writing{Slug: v.Slug}})
		if !s.locales.Speaks(what.lang) {
			model.Portal = ""
		}
	}
	model.Published = slices.ContainsFunc(model.Versions, func(state ui.VersionState) bool { return synthesis.Versions[state.Lang].Edition > 0 })
	mayDo(&model, a, v)
	model.Own = wrote(a.User, synthesis, v)
	var err error
	if model.By, err = authorName(tx, v.By); err != nil {
		return model, err
	}
	if model.Topics, err = topicChoices(tx, a, chosen); err != nil {
		return model, err
	}
	if model.Choices, err = s.figureChoices(tx, a, what.figure); err != nil {
		return model, err
	}
	if model.Figures, err = s.placed(tx, a, synthesis); err != nil {
		return model, err
	}
	if model.Marks, err = s.moved(tx, a, synthesis.ID); err != nil {
		return model, err
	}
	if model.Drifts, err = driftsOf(tx, a, synthesis); err != nil {
		return model, err
	}
	err = s.previewInto(tx, a, synthesis, &model)
	return model, err
}

// previewInto renders the text of an editor, and lists the citations at hand.
func (s *Server) previewInto(tx *store.Tx, a *asking, synthesis vigie.Synthesis, model *ui.Editor) error {
	text, err := s.o.Desk.Render(tx, model.Lang, model.Body, synthesis.Citations, synthesis.Embeds, 2)
	if errors.Is(err, vigie.ErrInvalid) { // too long: there is nothing to show but what was written
		text = curate.Text{}
	} else if err != nil {
		return err
	}
	preview := previewOf(a, model.Lang, model.Writing, text)
	model.Preview = &preview
	used := map[int]bool{}
	for _, note := range text.Notes {
		used[note.Citation.N] = true
	}
	for _, c := range synthesis.Citations {
		_, err := tx.Document(c.Passage.Document)
		if err != nil && !errors.Is(err, vigie.ErrNotFound) {
			return err
		}
		q := ui.Quotation{
			N: c.N, Token: "[@" + strconv.Itoa(c.N) + "]", Title: c.Title, Publisher: c.Publisher, URL: passage.Link(c.URL, c.Passage), Lang: c.Lang, Dir: c.Lang.Direction(),
			Published: c.Published, Page: c.Passage.Page, Quote: c.Passage.Exact, Gone: err != nil, Unused: !used[c.N],
		}
		if !q.Gone {
			q.Desk = placeOf(a, c.Passage)
		}
		model.Citations = append(model.Citations, q)
	}
	return nil
}

// previewOf is a rendered text as readers will see it, with what is wrong in it.
func previewOf(a *asking, lang vigie.Lang, w vigie.Writing, text curate.Text) ui.Preview {
	p := ui.Preview{
		Title: w.Title, Summary: w.Summary, Lang: lang, Dir: lang.Direction(), Body: safe(text), Notes: notesOf(text, a.Now.Location()),
	}
	for _, problem := range text.Problems {
		key, blocks := problemKey(problem.Kind)
		p.Faults = append(p.Faults, ui.TextFault{Key: "writing.fault." + key, Where: problem.Token, Line: problem.Line, Blocks: blocks})
	}
	for _, note := range text.Notes {
		if note.Gone {
			p.Faults = append(p.Faults, ui.TextFault{Key: "writing.fault.gone", Where: "[@" + note.Ref + "]", Blocks: true})
		}
	}
	return p
}

// problemKey names a problem in keys of phrases, and says whether nothing is
// published with it.
func problemKey(kind markdown.ProblemKind) (key string, blocks bool) {
	switch kind {
	case markdown.UnknownCitation:
		return "citation", true
	case markdown.UnknownFigure:
		return "figure", true
	case markdown.BrokenToken:
		return "token", true
	case markdown.DroppedHTML:
		return "html", false
	case markdown.DroppedImage:
		return "image", false
	case markdown.DroppedLink:
		return "link", false
	case markdown.TooDeep, markdown.TooWide:
		return "deep", false
	}
	return "deep", false
}

// otherTongues are the languages of the interface that there is no text in yet.
func (s *Server) otherTongues(synthesis vigie.Synthesis, current vigie.Lang) []ui.Language {
	return slices.DeleteFunc(s.tongues(""), func(l ui.Language) bool {
		_, there := synthesis.Versions[l.Lang]
		return there || l.Lang == current
	})
}

// authorName is what somebody with an account is called; "" for nobody.
func authorName(tx *store.Tx, id vigie.UserID) (string, error) {
	if id == "" {
		return "", nil
	}
	u, err := tx.User(id)
	if errors.Is(err, vigie.ErrNotFound) {
		return "", nil
	}
	return u.Name, err
}

// topicChoices are all topics, to be ticked.
func topicChoices(tx *store.Tx, a *asking, chosen []string) ([]ui.TopicChoice, error) {
	topics, err := tx.Topics()
	if err != nil {
		return nil, err
	}
	var out []ui.TopicChoice
	for _, topic := range topics {
		name, _ := topic.Labels.In(a.Lang)
		out = append(out, ui.TopicChoice{ID: topic.ID, Name: name, Chosen: slices.Contains(chosen, topic.ID)})
	}
	return out, nil
}

// figureChoices are the figures that there are, by indicator; the observatory's
// own country comes first.
func (s *Server) figureChoices(tx *store.Tx, a *asking, chosen string) ([]ui.SeriesGroup, error) {
	var out []ui.SeriesGroup
	n := 0
	for i, err := range tx.Indicators() {
		if err != nil {
			return nil, err
		}
		areas, err := tx.Areas(i.ID)
		if err != nil {
			return nil, err
		}
		if n += len(areas); n > mostPlacesOffered {
			break
		}
		if at := slices.Index(areas, a.Settings.Country); at > 0 {
			areas = append([]string{a.Settings.Country}, slices.Delete(areas, at, at+1)...)
		}
		group := ui.SeriesGroup{}
		group.Name, _ = i.Name.In(a.Lang)
		for _, area := range areas {
			token := figureToken(string(i.ID), area)
			place, _ := s.o.Desk.Place(area).In(a.Lang)
			group.Places = append(group.Places, ui.SeriesChoice{Name: place, Token: token, Chosen: token == chosen})
		}
		if len(group.Places) > 0 {
			out = append(out, group)
		}
	}
	return out, nil
}

// figureToken is what a text calls a figure.
func figureToken(indicator, area string) string { return "{{figure " + indicator + " " + area + "}}" }

// placed are the figures of the texts as they would be shown now.
func (s *Server) placed(tx *store.Tx, a *asking, synthesis vigie.Synthesis) ([]ui.Placed, error) {
	var out []ui.Placed
	for _, e := range synthesis.Embeds {
		place, _ := s.o.Desk.Place(e.Area).In(a.Lang)
		p := ui.Placed{Indicator: e.Indicator, Area: e.Area, Name: e.Indicator, Place: place, Token: figureToken(e.Indicator, e.Area), Frozen: !e.Live()}
		f, err := s.o.Desk.Figure(tx, e)
		switch {
		case err == nil:
			p.Name, _ = f.Indicator.Name.In(a.Lang)
			p.Unit, _ = f.Indicator.Unit.In(a.Lang)
			p.Exact = string(f.Latest.Value)
			p.Value, p.Period, p.Release = a.P.Decimal(f.Latest.Value, f.Indicator.Decimals), a.P.Period(f.Latest.Period), f.Release.Released
		case !errors.Is(err, vigie.ErrNotFound):
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// moved are the figures that moved after they were published.
func (s *Server) moved(tx *store.Tx, a *asking, id vigie.SynthesisID) ([]ui.Moved, error) {
	marks, err := tx.Marks(id)
	if err != nil {
		return nil, err
	}
	var out []ui.Moved
	for _, m := range marks {
		place, _ := s.o.Desk.Place(m.Area).In(a.Lang)
		shown := ui.Moved{Indicator: m.Indicator, Area: m.Area, Name: m.Indicator, Place: place, Period: a.P.Period(m.Period), At: m.At}
		decimals := 0
		switch i, err := tx.Indicator(vigie.IndicatorID(m.Indicator)); {
		case err == nil:
			shown.Name, _ = i.Name.In(a.Lang)
			decimals = i.Decimals
		case !errors.Is(err, vigie.ErrNotFound):
			return nil, err
		}
		if m.Before.Round(decimals) == m.After.Round(decimals) {
			decimals = -1 // the difference is behind what is shown elsewhere
		}
		shown.Before, shown.After = a.P.Decimal(m.Before, decimals), a.P.Decimal(m.After, decimals)
		out = append(out, shown)
	}
	return out, nil
}
