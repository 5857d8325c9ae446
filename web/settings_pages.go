package web

import (
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"

	"vigie"
	"vigie/curate/markdown"
	"vigie/index/store"
	"vigie/web/ui"
)

// ownPages lists the pages that the observatory writes about itself.
func (s *Server) ownPages(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	model := ui.OwnPages{Tabs: a.tabs("settings.tab.pages"), Now: a.Now}
	err := s.o.DB.View(func(tx *store.Tx) error {
		for _, name := range vigie.PageNames() {
			page := ui.OwnPage{Key: "page." + string(name)}
			for _, l := range s.menu() {
				text, err := tx.PageText(name, l)
				if err != nil && !errors.Is(err, vigie.ErrNotFound) {
					return err
				}
				page.Texts = append(page.Texts, s.ownText(tx, a, name, l, text))
			}
			model.Pages = append(model.Pages, page)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "pages_list", frame{Key: "settings.pages.title", Desk: true, Door: "door.settings"}, model)
}

func (s *Server) ownText(tx *store.Tx, a *asking, name vigie.PageName, l vigie.Lang, text vigie.PageText) ui.OwnText {
	p := s.locales.For(l)
	return ui.OwnText{
		Lang: l, Dir: p.Dir(), LangName: p.Name(), Title: text.Title, Off: text.Off, At: text.At, By: named(tx, string(text.By)),
		URL:    "/" + string(a.Lang) + "/" + ownPagesPath + "/" + string(name) + "/" + string(l),
		Public: "/" + string(l) + "/" + string(name),
	}
}

// ownPageOf is the page of an address, and what is kept of it; an unknown page or
// language is a vigie.ErrNotFound.
func (s *Server) ownPageOf(r *http.Request) (vigie.PageText, error) {
	text := vigie.PageText{Page: vigie.PageName(r.PathValue("page")), Lang: vigie.Lang(r.PathValue("lang"))}
	if !slices.Contains(vigie.PageNames(), text.Page) || !s.locales.Speaks(text.Lang) {
		return text, fmt.Errorf("find the page %.60s: %w", r.URL.Path, vigie.ErrNotFound)
	}
	err := s.o.DB.View(func(tx *store.Tx) error {
		kept, err := tx.PageText(text.Page, text.Lang)
		if errors.Is(err, vigie.ErrNotFound) {
			return nil
		}
		text = kept
		return err
	})
	return text, err
}

// ownPage shows the form of a page in one language.
func (s *Server) ownPage(w http.ResponseWriter, r *http.Request) error {
	kept, err := s.ownPageOf(r)
	if err != nil {
		return err
	}
	if kept.N == 0 {
		kept.Title = s.locales.For(kept.Lang).T("page." + string(kept.Page))
	}
	return s.showOwnPage(w, r, http.StatusOK, kept, ui.OwnPageForm{})
}

func (s *Server) showOwnPage(w http.ResponseWriter, r *http.Request, status int, text vigie.PageText, model ui.OwnPageForm) error {
	a, p := asker(r), s.locales.For(text.Lang)
	model.Tabs, model.Now, model.Trail = a.tabs("settings.tab.pages"), a.Now, root(r)+ownPagesPath
	model.Action = model.Trail + "/" + string(text.Page) + "/" + string(text.Lang)
	model.Key, model.Lang, model.Dir, model.LangName = "page."+string(text.Page), text.Lang, p.Dir(), p.Name()
	model.N, model.Out, model.Title, model.Body = text.N, text.N > 0 && !text.Off, text.Title, text.Body
	return s.show(w, r, status, "pages_edit", frame{Key: model.Key, Desk: true, Door: "door.settings"}, model)
}

// takeOwnPage saves a page, or shows how readers will see it.
func (s *Server) takeOwnPage(w http.ResponseWriter, r *http.Request) error {
	posted, err := posted(r)
	if err != nil {
		return err
	}
	kept, err := s.ownPageOf(r)
	if err != nil {
		return err
	}
	seen, err := strconv.Atoi(posted.Get("n"))
	if err != nil || seen < 0 {
		return &vigie.InvalidError{Field: "n", Reason: "is not the number of a text"}
	}
	a := asker(r)
	mine := vigie.PageText{Page: kept.Page, Lang: kept.Lang, Title: said(posted["title"]), Body: said(posted["body"]), N: seen, Off: kept.Off}
	if posted.Get("act") == "preview" {
		model, err := s.preview(mine)
		if err != nil {
			return err
		}
		return s.showOwnPage(w, r, http.StatusOK, mine, model)
	}
	done := "settings.page_saved"
	if posted.Get("act") == "hide" {
		done = "settings.page_hidden"
		err = s.o.Desk.HidePage(r.Context(), a.User, kept.Page, kept.Lang, seen, a.network())
	} else {
		err = s.o.Desk.RewritePage(r.Context(), a.User, mine, a.network())
	}
	if err == nil {
		return s.done(w, r, root(r)+ownPagesPath, done)
	}
	if errors.Is(err, vigie.ErrConflict) {
		return s.stale(w, r, mine)
	}
	bad, ok := errors.AsType[*vigie.InvalidError](err)
	if !ok || bad.Field != "title" && bad.Field != "body" {
		return err
	}
	model := ui.OwnPageForm{Troubles: []ui.Trouble{{Field: bad.Field, Key: "settings.fault.page_" + bad.Field}}}
	return s.showOwnPage(w, r, http.StatusUnprocessableEntity, mine, model)
}

// stale shows both texts. Saving again writes over the other one, which was seen.
func (s *Server) stale(w http.ResponseWriter, r *http.Request, mine vigie.PageText) error {
	kept, err := s.ownPageOf(r)
	if err != nil {
		return err
	}
	a := asker(r)
	var theirs ui.OwnText
	err = s.o.DB.View(func(tx *store.Tx) error {
		theirs = s.ownText(tx, a, kept.Page, kept.Lang, kept)
		return nil
	})
	if err != nil {
		return err
	}
	mine.N = kept.N
	return s.showOwnPage(w, r, http.StatusConflict, mine, ui.OwnPageForm{Theirs: &theirs, TheirBody: kept.Body})
}

// preview is a text as readers will see it.
func (s *Server) preview(text vigie.PageText) (model ui.OwnPageForm, err error) {
	err = s.o.DB.View(func(tx *store.Tx) error {
		out, err := s.o.Desk.Render(tx, text.Lang, text.Body, nil, nil, 1)
		if err != nil {
			return err
		}
		model.Preview = template.HTML(out.HTML) //nolint:gosec // package markdown sanitised it last
		for _, problem := range out.Problems {
			key := "settings.lost.other"
			switch problem.Kind {
			case markdown.DroppedHTML:
				key = "settings.lost.html"
			case markdown.DroppedImage:
				key = "settings.lost.image"
			case markdown.DroppedLink:
				key = "settings.lost.link"
			case markdown.UnknownFigure:
				key = "settings.lost.figure"
			case markdown.UnknownCitation, markdown.BrokenToken, markdown.TooDeep, markdown.TooWide:
			}
			if !slices.Contains(model.Lost, key) {
				model.Lost = append(model.Lost, key)
			}
		}
		return nil
	})
	return model, err
}
