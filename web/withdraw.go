package web

import (
	"errors"
	"fmt"
	"net/http"

	"vigie"
	"vigie/index/store"
	"vigie/web/ui"
)

// withdrawing asks why a document is to be withdrawn, and says what that does.
func (s *Server) withdrawing(w http.ResponseWriter, r *http.Request) error {
	return s.showWithdrawing(w, r, http.StatusOK, "", "")
}

func (s *Server) showWithdrawing(w http.ResponseWriter, r *http.Request, status int, why, fault string) error {
	a := asker(r)
	id := vigie.DocumentID(r.PathValue("id"))
	if !vigie.ValidID(id) {
		return fmt.Errorf("document %.40q: %w", string(id), vigie.ErrNotFound)
	}
	model := ui.Withdrawing{
		Back: "/" + string(a.Lang) + "/bureau/tri/" + string(id), Action: "/" + string(a.Lang) + "/bureau/tri/" + string(id) + "/retirer", Why: why, Fault: fault,
	}
	err := s.o.DB.View(func(tx *store.Tx) error {
		doc, err := tx.Document(id)
		if err != nil {
			return err
		}
		model.Title, model.DocLang, model.Dir, model.Address = doc.Title, doc.Lang, doc.Lang.Direction(), doc.URL
		model.Quoted = len(tx.CitedBy(id))
		return nil
	})
	if err != nil {
		return fmt.Errorf("read document %s: %w", id, err)
	}
	f := frame{Key: "withdraw.title", Desk: true, Door: "door.triage"}
	if r.Method == http.MethodPost {
		f.Elsewhere = func(l vigie.Lang) (string, bool) { return inLanguage(model.Action, l), true }
	}
	return s.show(w, r, status, "withdraw", f, model)
}

// withdrawDocument withdraws a document for a legal reason.
func (s *Server) withdrawDocument(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	a := asker(r)
	id := vigie.DocumentID(r.PathValue("id"))
	_, err = s.o.Desk.WithdrawDocument(r.Context(), a.User, id, form.Get("raison"), a.network())
	if invalid, ok := errors.AsType[*vigie.InvalidError](err); ok && invalid.Field == "why" {
		return s.showWithdrawing(w, r, http.StatusUnprocessableEntity, clipped(form.Get("raison"), 1000), "withdraw.fault")
	}
	if err != nil {
		return err
	}
	return s.done(w, r, "/"+string(a.Lang)+"/bureau/tri/"+string(id), "document.withdrawn")
}

// withdrawnOf fills in the trace of a withdrawal, or where one is asked for.
func withdrawnOf(tx *store.Tx, a *asking, doc vigie.Document, out *ui.Reader) error {
	t, err := tx.Withdrawal(doc.ID)
	if errors.Is(err, vigie.ErrNotFound) {
		if a.User.May(vigie.Administer) {
			out.Withdraw = out.Full + "/retirer"
		}
		return nil
	}
	if err != nil {
		return err
	}
	out.Withdrawn = &ui.Withdrawn{By: personName(tx, string(t.By)), Why: t.Why, At: t.At, Erased: !t.Erased.IsZero(), Shared: t.Shared}
	return nil
}
