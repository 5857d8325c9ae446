package web

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/web/ui"
)

// safe is the HTML of a rendered text.
func safe(text curate.Text) template.HTML {
	return template.HTML(text.HTML) //nolint:gosec // package markdown sanitised it last
}

// editions shows the history of a synthesis, and the text of one edition.
func (s *Server) editions(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	id := vigie.SynthesisID(r.PathValue("id"))
	synthesis, err := s.o.Desk.Read(a.User, id)
	if err != nil {
		return err
	}
	model := ui.Editions{Action: bureau(a) + "/" + string(id), Title: titleOf(synthesis, a.Lang)}
	err = s.o.DB.View(func(tx *store.Tx) error { return s.listEditions(tx, r, synthesis, &model) })
	if err != nil {
		return fmt.Errorf("list the editions of synthesis %s: %w", id, err)
	}
	return s.show(w, r, http.StatusOK, "synthversions", writing(r, "writing.editions.title", ""), model)
}

// listEditions puts the editions into the model, the newest first, and the text of
// the one that is asked for.
func (s *Server) listEditions(tx *store.Tx, r *http.Request, synthesis vigie.Synthesis, model *ui.Editions) error {
	a := asker(r)
	q := r.URL.Query()
	for e, err := range tx.Editions(synthesis.ID) {
		if err != nil {
			return err
		}
		n := strconv.Itoa(e.N)
		line := ui.EditionLine{
			N: e.N, Lang: e.Lang, Dir: e.Lang.Direction(), Name: s.langName(e.Lang), Title: e.Title, Published: e.Published.In(a.Now.Location()),
			URL:     model.Action + "/editions?" + url.Values{"langue": {string(e.Lang)}, "n": {n}}.Encode(),
			Current: q.Get("langue") == string(e.Lang) && q.Get("n") == n,
		}
		v := synthesis.Versions[e.Lang]
		line.Out = v.Out() && v.Edition == e.N
		if line.By, err = authorName(tx, e.By); err != nil {
			return err
		}
		model.List = append(model.List, line)
		if !line.Current {
			continue
		}
		text, err := s.o.Desk.Render(tx, e.Lang, e.Body, e.Citations, e.Embeds, 2)
		if err != nil {
			return err
		}
		shown := previewOf(a, e.Lang, e.Writing, text)
		model.Shown, model.N, model.Name = &shown, e.N, line.Name
	}
	slices.SortStableFunc(model.List, func(x, y ui.EditionLine) int { return y.Published.Compare(x.Published) })
	if q.Get("n") != "" && model.Shown == nil {
		return vigie.ErrNotFound
	}
	return nil
}
