package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/web/ui"
)

// decide takes a decision about one document or several. About several it asks
// once more, unless the form has said how many they are.
func (s *Server) decide(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	a := asker(r)
	var ids []vigie.DocumentID
	for _, id := range form["id"] {
		ids = append(ids, vigie.DocumentID(id))
	}
	act, many := vigie.Act(form.Get("acte")), form.Get("lot") == "1"
	if verb, id, ok := strings.Cut(form.Get("un"), " "); ok { // a button of a row
		act, many, ids = vigie.Act(verb), false, []vigie.DocumentID{vigie.DocumentID(id)}
	}
	if !form.Has("un") {
		for _, id := range form["avec"] { // what is likely the same, and was ticked
			ids = append(ids, vigie.DocumentID(id))
		}
	}
	back := backOf(r, form.Get("vue"))
	if len(ids) == 0 {
		return s.done(w, r, back(), "triage.nothing")
	}
	if many {
		return s.askBulk(w, r, ids, act, back())
	}
	done, err := s.o.Desk.Decide(r.Context(), a.User, ids, act, form.Get("etiquette"), form.Get("pourquoi"))
	if err != nil {
		return err
	}
	to := back
	if act != vigie.Tag && act != vigie.Untag && form.Has("suivant") {
		to = func(more ...string) string {
			if next := vigie.DocumentID(form.Get("suivant")); vigie.ValidID(next) {
				return back(append(more, "lire", string(next))...)
			}
			return back(append(more, "lire", "")...)
		}
	}
	return s.tell(w, r, string(act), done, to)
}

// backOf makes addresses of the page that a form came from, with more parameters;
// an empty one is taken away.
func backOf(r *http.Request, view string) func(more ...string) string {
	home := root(r) + "bureau/tri"
	u, err := url.ParseRequestURI(ownPath(view, home))
	if err != nil || !strings.HasPrefix(u.Path, root(r)+"bureau/") {
		u = &url.URL{Path: home}
	}
	return func(more ...string) string {
		q := u.Query()
		for _, name := range []string{"acte", "combien", "fait"} {
			q.Del(name)
		}
		for i := 0; i+1 < len(more); i += 2 {
			if q.Del(more[i]); more[i+1] != "" {
				q.Set(more[i], more[i+1])
			}
		}
		to := url.URL{Path: u.Path, RawQuery: q.Encode()}
		return to.String()
	}
}

// askBulk asks whether a decision about many documents is meant.
func (s *Server) askBulk(w http.ResponseWriter, r *http.Request, ids []vigie.DocumentID, act vigie.Act, back string) error {
	switch act {
	case vigie.Keep, vigie.Drop, vigie.Postpone:
	default:
		return &vigie.InvalidError{Field: "act", Reason: "is none for many documents"}
	}
	a := asker(r)
	model := ui.Bulk{Act: string(act), Action: root(r) + "bureau/tri", View: back}
	err := s.o.DB.View(func(tx *store.Tx) error {
		for _, id := range ids[:min(len(ids), 10*pileRows)] {
			if doc, err := tx.Document(id); err == nil {
				item := itemOf(a, doc)
				item.URL = root(r) + "bureau/tri/" + string(id)
				model.Items = append(model.Items, item)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(model.Items) == 0 {
		return s.done(w, r, back, "triage.nothing")
	}
	return s.show(w, r, http.StatusOK, "bulk", frame{Key: "triage.bulk.title", Desk: true, Door: "door.triage"}, model)
}

// undo takes back the person's newest act, or the one that the form names, and opens
// what it was about.
func (s *Server) undo(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	a := asker(r)
	var done []vigie.Decision
	if id := vigie.DecisionID(form.Get("decision")); id != "" {
		done, err = s.o.Desk.UndoAct(r.Context(), a.User, vigie.DocumentID(form.Get("document")), id)
	} else {
		done, err = s.o.Desk.Undo(r.Context(), a.User)
	}
	if err != nil {
		return err
	}
	back := backOf(r, form.Get("vue"))
	return s.tell(w, r, "undo", done, func(more ...string) string {
		if len(done) > 0 && form.Has("lire") {
			more = append(more, "lire", string(done[len(done)-1].Document))
		}
		return back(more...)
	})
}

// history shows the log of decisions.
func (s *Server) history(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	before := vigie.DecisionID(r.URL.Query().Get("avant"))
	if before != "" && !vigie.ValidID(before) {
		return fmt.Errorf("history before %.40q: %w", string(before), vigie.ErrNotFound)
	}
	entries, err := s.o.Desk.History(before, pileRows)
	if err != nil {
		return err
	}
	latest, err := s.latest(a)
	if err != nil {
		return err
	}
	path := root(r) + "bureau/historique"
	model := ui.History{Now: a.Now, Action: path, Undo: root(r) + "bureau/tri/annuler", View: path, Home: root(r) + "bureau/tri", Latest: latest, Acted: actedOf(r, path, latest)}
	err = s.o.DB.View(func(tx *store.Tx) error {
		model.Lines = decidedOf(tx, a, entries)
		return nil
	})
	if err != nil {
		return err
	}
	if len(entries) == pileRows {
		model.Older = path + "?avant=" + string(entries[len(entries)-1].ID)
	}
	if before != "" {
		model.First = path
	}
	return s.show(w, r, http.StatusOK, "history", frame{Key: "triage.history", Desk: true, Door: "door.triage"}, model)
}

// undoOne takes back one decision of the log.
func (s *Server) undoOne(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	done, err := s.o.Desk.UndoOne(r.Context(), asker(r).User, vigie.DocumentID(form.Get("document")), vigie.DecisionID(form.Get("id")))
	if err != nil {
		return err
	}
	return s.tell(w, r, "undo", done, backOf(r, root(r)+"bureau/historique"))
}

// decidedOf makes lines of a log readable.
func decidedOf(tx *store.Tx, a *asking, entries []curate.Entry) []ui.Decided {
	names := map[string]string{}
	var out []ui.Decided
	for _, e := range entries {
		name, known := names[e.By]
		if !known {
			name = personName(tx, e.By)
			names[e.By] = name
		}
		line := ui.Decided{
			ID: e.ID, Document: e.Document, By: name, Tag: e.Tag, At: e.At, Act: string(e.Act), Why: e.Why,
			Title: e.Title, Lang: e.Lang, Dir: e.Lang.Direction(), Undone: e.Undone,
		}
		if e.By == curate.ByStories {
			line.Why, line.Handed = "", true
			if from, err := tx.Document(vigie.DocumentID(e.Why)); err == nil {
				line.CopyOf, line.Copied = from.Title, "/"+string(a.Lang)+"/bureau/tri/"+e.Why
			}
		}
		if !e.Gone {
			line.URL = "/" + string(a.Lang) + "/bureau/tri/" + string(e.Document)
		}
		out = append(out, line)
	}
	return out
}

// personName is how who decided is called: a person by name, a rule by its own.
func personName(tx *store.Tx, by string) string {
	if user, err := tx.User(vigie.UserID(by)); err == nil && user.Name != "" {
		return user.Name
	}
	return by
}
