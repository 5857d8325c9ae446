package web

import (
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"time"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/web/ui"
)

// idLength is the length of a ULID in addresses.
const idLength = 26

// article is a published synthesis. The identity in its address decides; another
// slug leads to the present one.
func (s *Server) article(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	name := r.PathValue("name")
	id := vigie.SynthesisID(name[:min(len(name), idLength)])
	if !vigie.ValidID(id) {
		return fmt.Errorf("find synthesis %.40q: %w", name, vigie.ErrNotFound)
	}
	var model ui.Article
	var edition vigie.Edition
	var synthesis vigie.Synthesis
	err := s.o.DB.View(func(tx *store.Tx) error {
		var err error
		if synthesis, err = tx.Synthesis(id); err != nil {
			return err
		}
		edition, err = best(tx, id, a.Lang)
		if errors.Is(err, vigie.ErrNotFound) {
			model, err = s.withdrawn(tx, a, synthesis)
			return err
		}
		if err != nil {
			return err
		}
		model, err = s.articleOf(tx, a, edition)
		return err
	})
	if err != nil {
		return err
	}
	if edition.N > 0 && r.URL.Path != articlePath(a.Lang, edition) {
		http.Redirect(w, r, articlePath(a.Lang, edition), http.StatusMovedPermanently)
		return nil
	}
	f := frame{
		Title: model.Title, Description: model.Summary, Door: "door.syntheses", Index: !model.Foreign && edition.N > 0, Feeds: s.feedsOf(a, ""),
		Elsewhere: func(l vigie.Lang) (string, bool) {
			return "/" + string(l) + "/syntheses/" + name, synthesis.Versions[l].Out()
		},
	}
	model.Address = s.whole(r.URL.Path)
	return s.show(w, r, http.StatusOK, "article", f, model)
}

// withdrawn is what stays of a synthesis that was taken back in every language; one
// that never was out is not found.
func (s *Server) withdrawn(tx *store.Tx, a *asking, synthesis vigie.Synthesis) (ui.Article, error) {
	var out []vigie.Lang
	for l, v := range synthesis.Versions {
		if v.Edition > 0 && !v.Withdrawn.IsZero() {
			out = append(out, l)
		}
	}
	if vigie.SortLangs(out); slices.Contains(out, a.Lang) {
		out = []vigie.Lang{a.Lang}
	}
	if len(out) == 0 {
		return ui.Article{}, fmt.Errorf("find an edition of synthesis %s: %w", synthesis.ID, vigie.ErrNotFound)
	}
	v := synthesis.Versions[out[0]]
	e, err := tx.Edition(synthesis.ID, out[0], v.Edition)
	if err != nil {
		return ui.Article{}, err
	}
	model := ui.Article{
		Title: e.Title, Lang: e.Lang, Dir: e.Lang.Direction(), Foreign: e.Lang != a.Lang, LangName: s.langName(e.Lang),
		Published: e.Published.In(a.Now.Location()), Edition: e.N, Withdrawn: v.Withdrawn.In(a.Now.Location()),
	}
	if v.State == vigie.Withdrawn {
		model.Why = v.Why
	}
	return model, nil
}

// langName is what a language calls itself, or its tag.
func (s *Server) langName(l vigie.Lang) string {
	if s.locales.Speaks(l) {
		return s.locales.For(l).Name()
	}
	return string(l)
}

// articleOf makes an edition ready for readers.
func (s *Server) articleOf(tx *store.Tx, a *asking, e vigie.Edition) (ui.Article, error) {
	text, err := s.o.Desk.Render(tx, e.Lang, e.Body, e.Citations, e.Embeds, 1)
	if err != nil {
		return ui.Article{}, err
	}
	topics, err := s.topicsOf(tx, a, e.Topics)
	if err != nil {
		return ui.Article{}, err
	}
	model := ui.Article{
		Title: e.Title, Summary: e.Summary, Lang: e.Lang, Dir: e.Lang.Direction(), Foreign: e.Lang != a.Lang, LangName: s.langName(e.Lang),
		Published: e.Published.In(a.Now.Location()), Edition: e.N, Topics: topics,
		Body:  template.HTML(text.HTML), //nolint:gosec // package markdown sanitised it last
		Notes: notesOf(text, a.Now.Location()),
	}
	for _, id := range e.Authors {
		u, err := tx.User(id)
		if err == nil {
			model.Authors = append(model.Authors, u.Name)
		} else if !errors.Is(err, vigie.ErrNotFound) {
			return ui.Article{}, err
		}
	}
	synthesis, err := tx.Synthesis(e.Synthesis)
	if err != nil {
		return ui.Article{}, err
	}
	var langs []vigie.Lang
	for l, v := range synthesis.Versions {
		if v.Out() && l != e.Lang {
			langs = append(langs, l)
		}
	}
	for _, l := range vigie.SortLangs(langs) {
		if s.locales.Speaks(l) {
			other := vigie.Edition{Synthesis: e.Synthesis, Writing: vigie.Writing{Slug: synthesis.Versions[l].Slug}}
			model.Others = append(model.Others, ui.Language{Lang: l, Dir: l.Direction(), Name: s.langName(l), URL: articlePath(l, other)})
		}
	}
	return model, nil
}

// notesOf are the numbered sources of a text.
func notesOf(text curate.Text, zone *time.Location) []ui.Note {
	var out []ui.Note
	for _, n := range text.Notes {
		c := n.Citation
		out = append(out, ui.Note{
			N: n.N, ID: n.NoteID, CiteID: n.CiteID, Title: c.Title, Publisher: c.Publisher, URL: c.URL, Lang: c.Lang, Dir: c.Lang.Direction(),
			Published: c.Published, Accessed: c.Accessed.In(zone), Page: c.Passage.Page, Quote: c.Passage.Exact,
		})
	}
	return out
}

// written is a page that the observatory writes about itself, in the reader's
// language or the first that there is.
func (s *Server) written(w http.ResponseWriter, r *http.Request, page vigie.PageName) error {
	a := asker(r)
	model := ui.Written{Title: a.P.T("page." + string(page)), Lang: a.Lang, Dir: a.P.Dir(), Empty: true}
	there := map[vigie.Lang]bool{}
	err := s.o.DB.View(func(tx *store.Tx) error {
		for _, l := range append([]vigie.Lang{a.Lang}, s.locales.Languages()...) {
			text, err := tx.PageText(page, l)
			if errors.Is(err, vigie.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			if there[l] = true; !model.Empty {
				continue
			}
			out, err := s.o.Desk.Render(tx, l, text.Body, nil, nil, 1)
			if err != nil {
				return err
			}
			model = ui.Written{
				Title: text.Title, Lang: l, Dir: l.Direction(), Foreign: l != a.Lang, At: text.At.In(a.Now.Location()),
				Body: template.HTML(out.HTML), //nolint:gosec // package markdown sanitised it last
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	f := frame{
		Title: model.Title, Door: "page." + string(page), Index: !model.Foreign && !model.Empty,
		Elsewhere: func(l vigie.Lang) (string, bool) {
			return "/" + string(l) + "/" + string(page), there[l] || len(there) == 0
		},
	}
	return s.show(w, r, http.StatusOK, "written", f, model)
}
