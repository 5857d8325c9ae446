package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"vigie"
	"vigie/index/store"
	"vigie/web/ui"
)

// auditPage is how many lines of the audit log a page has.
const auditPage = 100

// audit shows the audit log, newest first.
func (s *Server) audit(w http.ResponseWriter, r *http.Request) error {
	before := uint64(0)
	if given := r.URL.Query().Get("avant"); given != "" {
		var err error
		if before, err = strconv.ParseUint(given, 10, 63); err != nil {
			return fmt.Errorf("read the number of the line: %w: %w", err, vigie.ErrInvalid)
		}
	}
	a := asker(r)
	model := ui.Audit{Now: a.Now, Tabs: a.tabs("account.people.title")}
	here := root(r) + "bureau/journal"
	if before > 0 {
		model.Newer = here
	}
	err := s.o.DB.View(func(tx *store.Tx) error {
		lines, err := tx.AuditLines(store.Seq(before), auditPage+1)
		if err != nil {
			return err
		}
		if len(lines) > auditPage {
			lines = lines[:auditPage]
			model.Older = here + "?avant=" + strconv.FormatUint(uint64(lines[auditPage-1].Seq), 10)
		}
		for _, l := range lines {
			model.Lines = append(model.Lines, auditLine(tx, a, l))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "audit", settingsFrame("account.audit.title", r), model)
}

// auditLine is a line in words, with people by their names.
func auditLine(tx *store.Tx, a *asking, l store.AuditLine) ui.AuditLine {
	out := ui.AuditLine{
		Number: int(l.Seq), At: l.At, Who: named(tx, l.Who), What: l.What, About: named(tx, l.About), Note: l.Note, From: l.From,
	}
	switch l.Who {
	case "":
		out.WhoKey = "account.audit.nobody"
	case "operator":
		out.WhoKey = "account.audit.operator"
	}
	key := "account.did." + strings.NewReplacer(" ", "_", ":", "", "-", "_").Replace(l.What)
	if len(key) <= 80 && a.P.Has(key) {
		out.WhatKey = key
	}
	return out
}

// named is the name of a user, or what was written down where it is none.
func named(tx *store.Tx, id string) string {
	if u, err := tx.User(vigie.UserID(id)); err == nil {
		return u.Name
	}
	return id
}
