package web

import (
	"cmp"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"time"

	"vigie"
	"vigie/curate"
	"vigie/curate/biblio"
	"vigie/curate/passage"
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
	out, err := s.onShelf(a.Lang)
	if err != nil {
		return err
	}
	texts := out.all[id]
	path := r.URL.Path
	if len(texts) > 0 {
		if path = articlePath(a.Lang, bestOf(texts, a.Lang).edition()); r.URL.Path != path {
			http.Redirect(w, r, path, http.StatusMovedPermanently) //nolint:gosec // a path of ours, made from what is kept
			return nil
		}
	}
	var model ui.Article
	var record biblio.Record
	err = s.o.DB.View(func(tx *store.Tx) error {
		if err := s.takenBack(tx, a, id, &model); err != nil {
			return err
		}
		if len(texts) == 0 {
			return nil
		}
		best := bestOf(texts, a.Lang)
		edition, err := tx.Edition(id, best.lang, best.n)
		if err != nil {
			return err
		}
		err = s.fillArticle(tx, a, out, edition, &model)
		if err == nil {
			record, err = s.synthesisRecord(tx, a, edition)
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(texts) == 0 && model.Withdrawn.IsZero() {
		return fmt.Errorf("find an edition of synthesis %s: %w", id, vigie.ErrNotFound)
	}
	f := frame{
		Title: model.Title, Description: model.Summary, Door: "door.syntheses", Index: len(texts) > 0 && !model.Foreign, Feeds: s.feedsOf(a, ""),
		Elsewhere: func(l vigie.Lang) (string, bool) {
			if len(texts) == 0 {
				return inLanguage(path, l), false
			}
			there := bestOf(texts, l)
			return articlePath(l, there.edition()), there.lang == l
		},
	}
	model.Address = s.whole("/" + string(a.Lang) + "/syntheses/" + string(id))
	if len(texts) > 0 {
		model.Citing = citingOf(a, record, "/"+string(a.Lang)+"/syntheses/"+string(id)+"/citation")
		f.Meta = metaOf(record)
	}
	return s.show(w, r, http.StatusOK, "article", f, model)
}

// takenBack tells what stays of a text that was taken back: in the reader's
// language, or in the first where that never was out.
func (s *Server) takenBack(tx *store.Tx, a *asking, id vigie.SynthesisID, model *ui.Article) error {
	synthesis, err := tx.Synthesis(id)
	if err != nil {
		return err
	}
	var back []vigie.Lang
	for l, v := range synthesis.Versions {
		if v.Edition > 0 && !v.Withdrawn.IsZero() {
			back = append(back, l)
		}
	}
	if vigie.SortLangs(back); slices.Contains(back, a.Lang) {
		back = []vigie.Lang{a.Lang}
	}
	if len(back) == 0 {
		return nil
	}
	lang, v := back[0], synthesis.Versions[back[0]]
	e, err := tx.Edition(id, lang, v.Edition)
	if err != nil {
		return err
	}
	model.Title, model.Lang, model.Dir, model.Foreign, model.LangName = e.Title, lang, lang.Direction(), lang != a.Lang, s.langName(lang)
	model.Published, model.Edition, model.Withdrawn = e.Published.In(a.Now.Location()), e.N, vigie.Date{Time: v.Withdrawn.In(a.Now.Location()), Precision: vigie.Day}
	model.Why = v.Reason
	return nil
}

// langName is what a language calls itself, or its tag.
func (s *Server) langName(l vigie.Lang) string {
	if s.locales.Speaks(l) {
		return s.locales.For(l).Name()
	}
	return string(l)
}

// fillArticle makes an edition that is on display ready for readers. That the text in the reader's own language was taken back stays in the model.
func (s *Server) fillArticle(tx *store.Tx, a *asking, out *display, e vigie.Edition, model *ui.Article) error {
	withdrawn, why := model.Withdrawn, model.Why
	if model.Foreign || e.Lang == a.Lang { // another language was taken back
		withdrawn, why = vigie.Date{}, ""
	}
	text, err := s.textOf(tx, a, out, e)
	if err != nil {
		return err
	}
	topics, err := s.topicsOf(tx, a, e.Topics)
	if err != nil {
		return err
	}
	*model = ui.Article{
		Title: e.Title, Summary: e.Summary, Lang: e.Lang, Dir: e.Lang.Direction(), Foreign: e.Lang != a.Lang, LangName: s.langName(e.Lang),
		Published: e.Published.In(a.Now.Location()), Edition: e.N, Topics: topics, Withdrawn: withdrawn, Why: why,
		Body:  template.HTML(text.HTML), //nolint:gosec // package markdown sanitised it last
		Notes: notesOf(text, a.Now.Location()),
	}
	if model.Authors, err = authorNames(tx, e.Authors); err != nil {
		return err
	}
	for _, t := range out.all[e.Synthesis] {
		if t.lang != e.Lang && s.locales.Speaks(t.lang) {
			model.Others = append(model.Others, ui.Language{
				Lang: t.lang, Dir: t.lang.Direction(), Name: s.langName(t.lang), URL: articlePath(t.lang, t.edition()),
			})
		}
	}
	return nil
}

// notesOf are the numbered sources of a text.
func notesOf(text curate.Text, zone *time.Location) []ui.Note {
	var out []ui.Note
	for _, n := range text.Notes {
		c := n.Citation
		out = append(out, ui.Note{
			N: n.N, ID: n.NoteID, CiteID: n.CiteID, Title: c.Title, Publisher: c.Publisher, URL: passage.Link(c.URL, c.Passage), Lang: c.Lang, Dir: c.Lang.Direction(),
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
			if errors.Is(err, vigie.ErrNotFound) || text.Off {
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
				Title: cmp.Or(text.Title, a.P.T("page."+string(page))), Lang: l, Dir: l.Direction(), Foreign: l != a.Lang, At: text.At.In(a.Now.Location()),
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
			return "/" + string(l) + "/" + string(page), there[l] || model.Empty
		},
	}
	return s.show(w, r, http.StatusOK, "written", f, model)
}
