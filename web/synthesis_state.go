package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/web/ui"
)

// wrote reports whether somebody is an author of a synthesis, or touched a text of
// it.
func wrote(u vigie.User, synthesis vigie.Synthesis, v vigie.Version) bool {
	return slices.Contains(synthesis.Authors, u.ID) || slices.Contains(v.Writers, u.ID)
}

// mayDo says what somebody may do with a text as it stands.
func mayDo(model *ui.Editor, a *asking, v vigie.Version) {
	publish := a.User.May(vigie.Publish)
	model.MaySubmit = v.State == vigie.Drafted || v.State == ""
	model.MayReturn = v.State == vigie.InReview
	model.MayPublish = publish && v.State == vigie.InReview
	model.MayReopen = v.State == vigie.Published || v.State == vigie.Withdrawn
	model.MayWithdraw = publish && v.Out()
}

// act does one step with a text and leads back to it. What was changed meanwhile is
// said on the page of the text.
func (s *Server) act(w http.ResponseWriter, r *http.Request, done string, do func(vigie.SynthesisID, vigie.Step) error) error {
	id, step, err := wantedStep(r)
	if err != nil {
		return err
	}
	a := asker(r)
	err = do(id, step)
	if errors.Is(err, vigie.ErrConflict) {
		return s.showEditor(w, r, http.StatusConflict, id, showing{lang: step.Lang, faults: ui.Faults{{Field: "etat", Key: "writing.fault.moved"}}})
	}
	if err != nil {
		return err
	}
	return s.done(w, r, textPath(a, id, step.Lang), done)
}

// returnText sends a text in review back to its writers, with a reason; writers may
// take their own back without one.
func (s *Server) returnText(w http.ResponseWriter, r *http.Request) error {
	id, form, err := wanted(r)
	if err != nil {
		return err
	}
	a := asker(r)
	synthesis, err := s.o.Desk.Read(a.User, id)
	if err != nil {
		return err
	}
	step, err := stepOf(a, form)
	if err != nil {
		return err
	}
	if step.Why == "" && !wrote(a.User, synthesis, synthesis.Versions[step.Lang]) {
		return s.showEditor(w, r, http.StatusUnprocessableEntity, id, showing{lang: step.Lang, faults: ui.Faults{{Field: "raison", Key: "writing.fault.reason"}}})
	}
	return s.act(w, r, "writing.returned", func(id vigie.SynthesisID, step vigie.Step) error {
		_, err := s.o.Desk.Return(r.Context(), id, step)
		return err
	})
}

// reopenText makes a draft of what is published or withdrawn.
func (s *Server) reopenText(w http.ResponseWriter, r *http.Request) error {
	return s.act(w, r, "writing.reopened", func(id vigie.SynthesisID, step vigie.Step) error {
		_, err := s.o.Desk.Reopen(r.Context(), id, step)
		return err
	})
}

// freezeFigure ties a figure to what is known now, or lets it follow again.
func (s *Server) freezeFigure(w http.ResponseWriter, r *http.Request) error {
	id, form, err := wanted(r)
	if err != nil {
		return err
	}
	a := asker(r)
	lang, err := vigie.ParseLang(form.Get("langue"))
	if err != nil {
		return err
	}
	done, frozen := "writing.live", false
	switch form.Get("figure") {
	case "arretee":
		done, frozen = "writing.frozen", true
	case "suivie":
	default:
		return &vigie.InvalidError{Field: "figure", Reason: "is neither arretee nor suivie"}
	}
	embed := vigie.Embed{Indicator: form.Get("indicateur"), Area: form.Get("lieu")}
	if _, err := s.o.Desk.Freeze(r.Context(), a.User, id, embed, frozen); err != nil {
		return err
	}
	return s.done(w, r, textPath(a, id, lang), done)
}

// textHolds says that a text still holds although a figure moved.
func (s *Server) textHolds(w http.ResponseWriter, r *http.Request) error {
	id, form, err := wanted(r)
	if err != nil {
		return err
	}
	a := asker(r)
	lang, err := vigie.ParseLang(form.Get("langue"))
	if err != nil {
		return err
	}
	if err := s.o.Desk.Holds(r.Context(), a.User, id, form.Get("indicateur"), form.Get("lieu")); err != nil {
		return err
	}
	return s.done(w, r, textPath(a, id, lang), "writing.holds")
}

// publishPage says what there is to know before publishing.
func (s *Server) publishPage(w http.ResponseWriter, r *http.Request) error {
	lang, err := vigie.ParseLang(r.URL.Query().Get("langue"))
	if err != nil {
		return err
	}
	return s.showPublishing(w, r, http.StatusOK, "synthpublish", lang, "")
}

// publishText makes a text public.
func (s *Server) publishText(w http.ResponseWriter, r *http.Request) error {
	id, step, err := wantedStep(r)
	if err != nil {
		return err
	}
	a := asker(r)
	if step.Revision, err = strconv.Atoi(r.PostForm.Get("revision")); err != nil || step.Revision < 1 {
		return &vigie.InvalidError{Field: "revision", Reason: "is not a number from 1"}
	}
	_, err = s.o.Desk.Publish(r.Context(), id, step, a.network())
	var blocked *curate.BlockedError
	switch {
	case errors.As(err, &blocked):
		return s.showPublishing(w, r, http.StatusUnprocessableEntity, "synthpublish", step.Lang, "writing.publish.blocked")
	case errors.Is(err, vigie.ErrConflict):
		return s.showPublishing(w, r, http.StatusConflict, "synthpublish", step.Lang, "writing.fault.moved")
	case errors.Is(err, vigie.ErrForbidden):
		return s.showPublishing(w, r, http.StatusForbidden, "synthpublish", step.Lang, "writing.check.you")
	case err != nil:
		return err
	}
	return s.done(w, r, textPath(a, id, step.Lang), "writing.published")
}

// withdrawPage asks for the reason.
func (s *Server) withdrawPage(w http.ResponseWriter, r *http.Request) error {
	lang, err := vigie.ParseLang(r.URL.Query().Get("langue"))
	if err != nil {
		return err
	}
	return s.showPublishing(w, r, http.StatusOK, "synthwithdraw", lang, "")
}

// withdrawText takes a text out of the public eye.
func (s *Server) withdrawText(w http.ResponseWriter, r *http.Request) error {
	id, step, err := wantedStep(r)
	if err != nil {
		return err
	}
	a := asker(r)
	if step.Why == "" {
		return s.showPublishing(w, r, http.StatusUnprocessableEntity, "synthwithdraw", step.Lang, "writing.fault.reason")
	}
	_, err = s.o.Desk.Withdraw(r.Context(), id, step, a.network())
	if errors.Is(err, vigie.ErrConflict) {
		return s.showPublishing(w, r, http.StatusConflict, "synthwithdraw", step.Lang, "writing.fault.moved")
	}
	if err != nil {
		return err
	}
	return s.done(w, r, textPath(a, id, step.Lang), "writing.withdrawn")
}

// showPublishing shows the page before publishing or withdrawing.
func (s *Server) showPublishing(w http.ResponseWriter, r *http.Request, status int, page string, lang vigie.Lang, fault string) error {
	a := asker(r)
	id := vigie.SynthesisID(r.PathValue("id"))
	synthesis, err := s.o.Desk.Read(a.User, id)
	if err != nil {
		return err
	}
	v, there := synthesis.Versions[lang]
	if !there {
		return vigie.ErrNotFound
	}
	if fault == "writing.fault.moved" && v.State == vigie.InReview {
		fault = "writing.fault.revised"
	}
	model := ui.Publishing{Revision: synthesis.Revision, Fault: fault}
	err = s.o.DB.View(func(tx *store.Tx) error {
		model.Editor, err = s.editorOf(tx, a, synthesis, showing{lang: lang})
		return err
	})
	if err != nil {
		return err
	}
	model.Checks = s.checks(a, synthesis, v, model.Editor)
	model.Ready = !slices.ContainsFunc(model.Checks, func(c ui.Check) bool { return c.Grade == "bad" }) &&
		!slices.ContainsFunc(model.Preview.Faults, func(f ui.TextFault) bool { return f.Blocks })
	f := writing(r, "writing.publish.title", bureau(a)+"/"+string(id)+"/publier?langue="+string(lang))
	if page == "synthwithdraw" {
		f = writing(r, "writing.withdraw.title", bureau(a)+"/"+string(id)+"/retirer?langue="+string(lang))
	}
	return s.show(w, r, status, page, f, model)
}

// checks are what is said before publishing, beside the faults of the text.
func (s *Server) checks(a *asking, synthesis vigie.Synthesis, v vigie.Version, model ui.Editor) []ui.Check {
	grade := func(good bool, otherwise, key string) ui.Check {
		if good {
			return ui.Check{Grade: "good", Key: "writing.check." + key}
		}
		return ui.Check{Grade: otherwise, Key: "writing.check.no" + key}
	}
	cited := slices.ContainsFunc(model.Citations, func(q ui.Quotation) bool { return !q.Unused })
	out := []ui.Check{
		grade(v.State == vigie.InReview, "bad", "review"),
		writerCheck(a, synthesis, v),
		grade(cited, "warm", "sources"),
		grade(v.Summary != "", "warm", "summary"),
		grade(len(synthesis.Topics) > 0, "warm", "topics"),
	}
	if len(model.Marks) > 0 {
		out = append(out, ui.Check{Grade: "warm", Key: "writing.check.marks"})
	}
	if len(model.Drifts) > 0 {
		out = append(out, ui.Check{Grade: "warm", Key: "writing.check.drifts"})
	}
	for _, l := range a.Settings.Languages {
		if l == model.Lang {
			continue
		}
		other := grade(synthesis.Versions[l].Out(), "warm", "language")
		other.Value = s.langName(l)
		out = append(out, other)
	}
	return out
}

// writerCheck says whether who looks may publish what others, or they themselves,
// wrote.
func writerCheck(a *asking, synthesis vigie.Synthesis, v vigie.Version) ui.Check {
	switch {
	case !wrote(a.User, synthesis, v):
		return ui.Check{Grade: "good", Key: "writing.check.other"}
	case a.Settings.Rules.TwoPersons:
		return ui.Check{Grade: "bad", Key: "writing.check.you"}
	}
	return ui.Check{Grade: "warm", Key: "writing.check.own"}
}
