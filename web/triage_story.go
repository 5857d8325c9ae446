package web

import (
	"errors"
	"net/http"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/web/ui"
)

// mostCopies bounds the copies that a row of a list names; all are counted.
const mostCopies = 20

// copyOf is a document of a story.
func copyOf(a *asking, told curate.Told) ui.Copy {
	return ui.Copy{
		ID: told.ID, Title: told.Title, Publisher: nameOf(told.Publisher, told.URL), URL: "/" + string(a.Lang) + "/bureau/tri/" + string(told.ID),
		Lang: told.Lang, Dir: told.Lang.Direction(), Published: told.Published, Bond: string(told.Bond), Status: statusKey(told.Status),
		Self: told.Self, Served: told.Together && !told.Self, Likely: told.Alike && !told.Together && !told.Self,
	}
}

// fold fills in what a row stands for besides its own document.
func fold(a *asking, copies []curate.Told, item *ui.Item) {
	for _, told := range copies {
		each := copyOf(a, told)
		if item.CopyCount++; each.Likely {
			item.CopyCount--
			item.LikelyCount++
		}
		if len(item.Copies) < mostCopies {
			item.Copies = append(item.Copies, each)
		}
	}
}

// tellStory fills in the story of the document that is read.
func tellStory(tx *store.Tx, a *asking, doc vigie.Document, out *ui.Reader) error {
	story, err := curate.StoryOf(tx, doc)
	if err != nil || story.ID == "" {
		return err
	}
	out.Story = ui.Story{Now: a.Now, ID: story.ID}
	if out.May && len(story.All) > 1 {
		out.Story.Part = out.Full + "/separer"
	}
	for _, told := range story.All {
		out.Story.Members = append(out.Story.Members, copyOf(a, told))
	}
	for _, s := range story.Splits {
		out.Story.Splits = append(out.Story.Splits, ui.Split{N: len(s.Out), By: personName(tx, s.By), Why: s.Why, At: s.At})
	}
	return nil
}

// takeApart takes the documents that are ticked out of a story, for ever.
func (s *Server) takeApart(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	var out []vigie.DocumentID
	for _, id := range form["id"] {
		out = append(out, vigie.DocumentID(id))
	}
	back := backOf(r, form.Get("vue"))()
	if len(out) == 0 {
		return s.done(w, r, back, "story.nothing")
	}
	err = s.o.Desk.TakeApart(r.Context(), asker(r).User, vigie.StoryID(form.Get("recit")), out, form.Get("pourquoi"))
	switch {
	case errors.Is(err, vigie.ErrInvalid):
		return s.done(w, r, back, "story.refused") // all of it, or a story that changed meanwhile
	case err != nil:
		return err
	}
	return s.done(w, r, back, "story.parted")
}
