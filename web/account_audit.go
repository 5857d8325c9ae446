package web

import (
	"cmp"
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
			model.Lines = append(model.Lines, s.auditLine(tx, a, l))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "audit", settingsFrame("account.audit.title", r), model)
}

// auditLine is a line in words, with people and what they worked on by their names.
func (s *Server) auditLine(tx *store.Tx, a *asking, l store.AuditLine) ui.AuditLine {
	out := ui.AuditLine{
		Number: int(l.Seq), At: l.At, Who: named(tx, l.Who), What: l.What, About: subject(tx, a, l), Note: l.Note, From: l.From,
	}
	switch l.Who {
	case "":
		out.WhoKey = "account.audit.nobody"
	case "operator", "timetable":
		out.WhoKey = "account.audit." + l.Who
	}
	key := "account.did." + strings.NewReplacer(" ", "_", ":", "", "-", "_").Replace(l.What)
	if len(key) <= 80 && a.P.Has(key) {
		out.WhatKey = key
	}
	switch note := vigie.Lang(l.Note); {
	case a.P.Has("account.role." + l.Note):
		out.Note = a.P.T("account.role." + l.Note)
	case a.P.Has("account.note." + l.Note):
		out.Note = a.P.T("account.note." + l.Note)
	case a.P.Has("letter.cadence." + l.Note):
		out.Note = a.P.T("letter.cadence." + l.Note)
	case s.locales.Speaks(note):
		out.Note = s.langName(note)
	}
	return out
}

// subject is what a line is about: the title of a text, the name of a source or a
// person, or what was written down.
func subject(tx *store.Tx, a *asking, l store.AuditLine) string {
	kind, _, _ := strings.Cut(l.What, " ")
	switch kind {
	case "synthesis":
		if text, err := tx.Synthesis(vigie.SynthesisID(l.About)); err == nil {
			return cmp.Or(text.Versions[vigie.Lang(l.Note)].Title, l.About)
		}
	case "source":
		if source, err := tx.Source(vigie.SourceID(l.About)); err == nil {
			return cmp.Or(source.Name, l.About)
		}
	case "issue":
		if issue, err := tx.Issue(vigie.IssueID(l.About)); err == nil {
			return a.P.T("digest.heading", "date", vigie.Date{Time: issue.Until.In(a.Now.Location()), Precision: vigie.Day})
		}
	}
	return named(tx, l.About)
}

// named is the name of a user, or what was written down where it is none.
func named(tx *store.Tx, id string) string {
	if u, err := tx.User(vigie.UserID(id)); err == nil {
		return u.Name
	}
	return id
}
