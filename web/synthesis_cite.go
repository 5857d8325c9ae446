package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/web/ui"
)

// How many syntheses are looked through for those that are open, and how many of
// them are offered.
const (
	mostLookedAt = 200
	mostOpen     = 50
)

// newSynthesis is chosen where a synthesis is to be begun.
const newSynthesis = "nouvelle"

// citeForm is the form that quotes words of a document which is being read. It is
// the zero form for who may not write.
func (s *Server) citeForm(r *http.Request, doc vigie.DocumentID, revision int) (ui.CiteForm, error) {
	a := asker(r)
	if !a.User.May(vigie.WriteOwn) {
		return ui.CiteForm{}, nil
	}
	q := r.URL.Query()
	chosen := q.Get("synthese")
	form := ui.CiteForm{
		Action: bureau(a) + "/citer", Back: withoutNotes(r.URL), Document: doc, Revision: revision,
		New: vigie.NewID[vigie.SynthesisID](s.o.Now()),
	}
	err := s.o.DB.View(func(tx *store.Tx) error {
		var err error
		if form.Open, err = openSyntheses(tx, a, chosen); err != nil {
			return err
		}
		form.Done, err = justCited(tx, a, vigie.SynthesisID(chosen), q.Get("citation"))
		return err
	})
	if err != nil {
		return ui.CiteForm{}, fmt.Errorf("list the open syntheses: %w", err)
	}
	return form, nil
}

// withoutNotes is an address without what a redirect put there to be said once.
func withoutNotes(u *url.URL) string {
	q := u.Query()
	for _, name := range []string{"fait", "citation", "synthese"} {
		q.Del(name)
	}
	return strings.TrimSuffix(u.Path+"?"+q.Encode(), "?")
}

// openSyntheses are those that somebody may work on and that are not settled, the
// one that was touched last first.
func openSyntheses(tx *store.Tx, a *asking, chosen string) ([]ui.OpenSynthesis, error) {
	type touched struct {
		ui.OpenSynthesis

		mine bool
		at   time.Time
	}
	var all []touched
	looked := 0
	for synthesis, err := range tx.Syntheses() {
		if err != nil {
			return nil, err
		}
		if looked++; looked > mostLookedAt {
			break
		}
		if !vigie.Visible(a.User, synthesis.Working()) || settled(synthesis) && string(synthesis.ID) != chosen {
			continue
		}
		all = append(all, touched{
			OpenSynthesis: ui.OpenSynthesis{
				ID: synthesis.ID, Title: titleOf(synthesis, a.Lang), Begun: synthesis.Created.In(a.Now.Location()), Chosen: string(synthesis.ID) == chosen,
			},
			mine: slices.Contains(synthesis.Authors, a.User.ID), at: touchedAt(synthesis),
		})
	}
	slices.SortStableFunc(all, func(x, y touched) int {
		if x.mine != y.mine {
			return map[bool]int{true: -1, false: 1}[x.mine]
		}
		return cmp.Or(y.at.Compare(x.at), cmp.Compare(y.ID, x.ID))
	})
	var out []ui.OpenSynthesis
	for _, t := range all[:min(len(all), mostOpen)] {
		out = append(out, t.OpenSynthesis)
	}
	return out, nil
}

// settled reports whether nobody works on any of the texts.
func settled(synthesis vigie.Synthesis) bool {
	for _, v := range synthesis.Versions {
		if v.State == vigie.Drafted || v.State == vigie.InReview {
			return false
		}
	}
	return len(synthesis.Versions) > 0
}

// touchedAt is when somebody last changed a text.
func touchedAt(synthesis vigie.Synthesis) time.Time {
	at := synthesis.Created
	for _, v := range synthesis.Versions {
		if v.At.After(at) {
			at = v.At
		}
	}
	return at
}

// titleOf is what a synthesis is called in a language, or in the first that has a
// title; "" where none has.
func titleOf(synthesis vigie.Synthesis, lang vigie.Lang) string {
	titles := vigie.Text{}
	for l, v := range synthesis.Versions {
		titles[l] = v.Title
	}
	title, _ := titles.In(lang)
	return title
}

// justCited is the citation that a redirect speaks of; nil where there is none.
func justCited(tx *store.Tx, a *asking, id vigie.SynthesisID, number string) (*ui.Cited, error) {
	n, _ := strconv.Atoi(number) // what is no number is the number of no citation
	if n < 1 || !vigie.ValidID(id) {
		return nil, nil //nolint:nilnil // nothing was cited
	}
	synthesis, err := tx.Synthesis(id)
	if errors.Is(err, vigie.ErrNotFound) {
		return nil, nil //nolint:nilnil // nothing was cited
	}
	if err != nil {
		return nil, err
	}
	there := slices.ContainsFunc(synthesis.Citations, func(c vigie.Citation) bool { return c.N == n })
	if !there || !vigie.Visible(a.User, synthesis.Working()) {
		return nil, nil //nolint:nilnil // nothing was cited
	}
	return &ui.Cited{N: n, Title: titleOf(synthesis, a.Lang), URL: bureau(a) + "/" + string(id)}, nil
}

// cite takes words of a document into a synthesis and leads back to where they are
// read.
func (s *Server) cite(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	a := asker(r)
	revision, err := strconv.Atoi(form.Get("revision"))
	if err != nil || revision < 0 {
		revision = 0
	}
	quote := curate.Quote{
		Document: vigie.DocumentID(form.Get("document")), Revision: revision, Exact: form.Get("mots"), Prefix: form.Get("prefixe"),
	}
	id, c, err := s.citeIn(r.Context(), a, form, quote)
	var invalid *vigie.InvalidError
	switch {
	case errors.As(err, &invalid) && invalid.Field == "quote":
		return s.citeAgain(w, r, form, quote)
	case err != nil:
		return err
	}
	back := ownPath(form.Get("retour"), bureau(a)+"/"+string(id))
	mark := "?"
	if strings.Contains(back, "?") {
		mark = "&"
	}
	back += mark + url.Values{"synthese": {string(id)}, "citation": {strconv.Itoa(c.N)}}.Encode() + "#citer"
	return s.done(w, r, back, "")
}

// citeIn cites in the chosen synthesis, which is begun first where it is a new one.
func (s *Server) citeIn(ctx context.Context, a *asking, form url.Values, q curate.Quote) (vigie.SynthesisID, vigie.Citation, error) {
	id := vigie.SynthesisID(form.Get("synthese"))
	if id != newSynthesis {
		c, err := s.o.Desk.Cite(ctx, a.User, id, q)
		return id, c, err
	}
	id = vigie.SynthesisID(form.Get(newSynthesis))
	c, err := s.o.Desk.BeginCiting(ctx, a.User, id, q)
	return id, c, err
}

// citeAgain shows the form with the words that are not in the text.
func (s *Server) citeAgain(w http.ResponseWriter, r *http.Request, form url.Values, q curate.Quote) error {
	a := asker(r)
	model := ui.CiteAgain{Back: ownPath(form.Get("retour"), bureau(a))}
	err := s.o.DB.View(func(tx *store.Tx) error {
		doc, err := tx.Document(q.Document)
		model.Title = doc.Title
		return err
	})
	if err != nil {
		return err
	}
	if model.Cite, err = s.citeForm(r, q.Document, q.Revision); err != nil {
		return err
	}
	model.Cite.Back, model.Cite.Words, model.Cite.Prefix, model.Cite.Fault = model.Back, form.Get("mots"), "", "writing.cite.fault"
	for i := range model.Cite.Open {
		model.Cite.Open[i].Chosen = string(model.Cite.Open[i].ID) == form.Get("synthese")
	}
	return s.show(w, r, http.StatusUnprocessableEntity, "synthcite", writing(r, "writing.cite.title", model.Back), model)
}
