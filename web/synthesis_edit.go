package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"vigie"
	"vigie/curate"
	"vigie/web/ui"
)

// errArranged says that kind and topics were changed by somebody else.
var errArranged = fmt.Errorf("kind or topics were changed: %w", vigie.ErrConflict)

// draft is what somebody wrote into the form of a text.
type draft struct {
	lang    vigie.Lang
	seen    int
	writing vigie.Writing
	// before is what kind and topics were when the page was made, after what they are
	// to be.
	before, after curate.Arrangement
}

// draftOf reads the form of a text.
func draftOf(form url.Values) (draft, error) {
	lang, err := vigie.ParseLang(form.Get("langue"))
	if err != nil {
		return draft{}, err
	}
	seen, err := strconv.Atoi(form.Get("vu"))
	if err != nil {
		return draft{}, &vigie.InvalidError{Field: "vu", Reason: "is not a number"}
	}
	d := draft{
		lang: lang, seen: seen,
		writing: vigie.Writing{Title: form.Get("titre"), Summary: form.Get("resume"), Body: form.Get("texte"), Slug: form.Get("adresse")},
		before:  curate.Arrangement{Kind: vigie.SynthesisKind(form.Get("genre-vu")), Topics: form["theme-vu"]},
		after:   curate.Arrangement{Kind: vigie.SynthesisKind(form.Get("genre")), Topics: form["theme"]},
	}
	if d.after.Kind == "" { // the form has no such fields
		d.after = d.before
	}
	return d, nil
}

// wanted returns the synthesis that an address names, with the form of its page.
func wanted(r *http.Request) (vigie.SynthesisID, url.Values, error) {
	form, err := posted(r)
	return vigie.SynthesisID(r.PathValue("id")), form, err
}

// stepOf is what somebody does to the text of a language.
func stepOf(a *asking, form url.Values) (vigie.Step, error) {
	lang, err := vigie.ParseLang(form.Get("langue"))
	if err != nil {
		return vigie.Step{}, err
	}
	seen, err := strconv.Atoi(form.Get("vu"))
	if err != nil {
		return vigie.Step{}, &vigie.InvalidError{Field: "vu", Reason: "is not a number"}
	}
	const longestReason = 2000
	why := []rune(strings.TrimSpace(form.Get("raison")))
	return vigie.Step{Lang: lang, Seen: seen, By: a.User, Why: string(why[:min(len(why), longestReason)])}, nil
}

// wantedStep is what somebody does to the text of a language, and the synthesis that
// the address names.
func wantedStep(r *http.Request) (vigie.SynthesisID, vigie.Step, error) {
	id, form, err := wanted(r)
	if err != nil {
		return id, vigie.Step{}, err
	}
	step, err := stepOf(asker(r), form)
	return id, step, err
}

// wantedDraft is what somebody wrote, and the synthesis that the address names.
func wantedDraft(r *http.Request) (vigie.SynthesisID, draft, error) {
	id, form, err := wanted(r)
	if err != nil {
		return id, draft{}, err
	}
	d, err := draftOf(form)
	return id, d, err
}

// keepDraft saves a text with its kind and topics.
func (s *Server) keepDraft(ctx context.Context, a *asking, id vigie.SynthesisID, d draft) (vigie.Synthesis, error) {
	step := vigie.Step{Lang: d.lang, Seen: d.seen, By: a.User}
	if _, err := s.o.Desk.Revise(ctx, id, step, d.writing); err != nil {
		return vigie.Synthesis{}, err
	}
	synthesis, err := s.o.Desk.Arrange(ctx, a.User, id, d.before, d.after)
	if errors.Is(err, vigie.ErrConflict) {
		err = errors.Join(errArranged, err)
	}
	return synthesis, err
}

// saveText keeps what was written.
func (s *Server) saveText(w http.ResponseWriter, r *http.Request) error {
	id, d, err := wantedDraft(r)
	if err != nil {
		return err
	}
	a := asker(r)
	if _, err := s.keepDraft(r.Context(), a, id, d); err != nil {
		return s.refuseDraft(w, r, id, d, err)
	}
	return s.done(w, r, textPath(a, id, d.lang), "writing.saved")
}

// submitText keeps what was written and hands it to review.
func (s *Server) submitText(w http.ResponseWriter, r *http.Request) error {
	id, d, err := wantedDraft(r)
	if err != nil {
		return err
	}
	a := asker(r)
	synthesis, err := s.keepDraft(r.Context(), a, id, d)
	if err == nil {
		v := synthesis.Versions[d.lang]
		if v.State == vigie.InReview { // the form was posted twice
			return s.done(w, r, textPath(a, id, d.lang), "writing.submitted")
		}
		d.seen = v.N
		_, err = s.o.Desk.Submit(r.Context(), id, vigie.Step{Lang: d.lang, Seen: v.N, By: a.User})
	}
	if err != nil {
		return s.refuseDraft(w, r, id, d, err)
	}
	return s.done(w, r, textPath(a, id, d.lang), "writing.submitted")
}

// refuseDraft shows a text again that could not be kept as it is. Nothing of it is
// lost.
func (s *Server) refuseDraft(w http.ResponseWriter, r *http.Request, id vigie.SynthesisID, d draft, err error) error {
	var stale *vigie.StaleError
	var invalid *vigie.InvalidError
	switch {
	case errors.As(err, &stale):
		return s.showStale(w, r, id, d)
	case errors.Is(err, errArranged):
		return s.showArranged(w, r, id, d)
	case errors.As(err, &invalid):
		field, key := draftFault(invalid)
		if key == "" {
			return err
		}
		return s.showEditor(w, r, http.StatusUnprocessableEntity, id, showing{lang: d.lang, draft: &d, faults: ui.Faults{{Field: field, Key: key}}})
	}
	return err
}

// draftFault is the field of the form that an error is about, and the key of what to
// do; "" for an error that no field has.
func draftFault(err *vigie.InvalidError) (field, key string) {
	switch err.Field {
	case "title":
		if strings.Contains(err.Reason, "missing") {
			return "titre", "writing.fault.notitle"
		}
		return "titre", "writing.fault.title"
	case "summary":
		return "resume", "writing.fault.summary"
	case "body":
		if strings.Contains(err.Reason, "missing") {
			return "texte", "writing.fault.nobody"
		}
		return "texte", "writing.fault.body"
	case "figures":
		return "texte", "writing.fault.figures"
	case "kind", "topics":
		return "genre", "writing.fault.kind"
	}
	return "", ""
}

// showArranged shows the editor after the text was kept, but not kind and topics.
func (s *Server) showArranged(w http.ResponseWriter, r *http.Request, id vigie.SynthesisID, d draft) error {
	return s.showEditor(w, r, http.StatusConflict, id, showing{lang: d.lang, faults: ui.Faults{{Field: "genre", Key: "writing.fault.arranged"}}})
}

// previewText shows what readers would see, without keeping it. A button of the form
// may put a figure into the text first.
func (s *Server) previewText(w http.ResponseWriter, r *http.Request) error {
	id, d, err := wantedDraft(r)
	if err != nil {
		return err
	}
	if token := r.PostForm.Get("figure"); r.PostForm.Get("inserer") == "figure" && len(token) <= 200 {
		d.writing.Body = strings.TrimRight(d.writing.Body, "\r\n ") + "\n\n" + token + "\n"
	}
	return s.showEditor(w, r, http.StatusOK, id, showing{lang: d.lang, draft: &d, figure: r.PostForm.Get("figure")})
}

// editor shows a text to be written.
func (s *Server) editor(w http.ResponseWriter, r *http.Request) error {
	id := vigie.SynthesisID(r.PathValue("id"))
	synthesis, err := s.o.Desk.Read(asker(r).User, id)
	if err != nil {
		return err
	}
	asked := r.URL.Query().Get("langue")
	if asked == "" {
		return s.showEditor(w, r, http.StatusOK, id, showing{lang: firstLang(synthesis, asker(r).Lang)})
	}
	lang, err := vigie.ParseLang(asked)
	if err != nil {
		return s.showEditor(w, r, http.StatusUnprocessableEntity, id, showing{
			lang: firstLang(synthesis, asker(r).Lang), faults: ui.Faults{{Field: "autre", Key: "writing.fault.language"}},
		})
	}
	return s.showEditor(w, r, http.StatusOK, id, showing{lang: lang})
}

// firstLang is the language to show first: that of the page where there is a text,
// or where there is none at all.
func firstLang(synthesis vigie.Synthesis, page vigie.Lang) vigie.Lang {
	var langs []vigie.Lang
	for l := range synthesis.Versions {
		langs = append(langs, l)
	}
	if len(langs) == 0 || slices.Contains(langs, page) {
		return page
	}
	return vigie.SortLangs(langs)[0]
}
