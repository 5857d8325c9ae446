package web

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/web/ui"
)

// letters lists the issues that were sent.
func (s *Server) letters(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	page := pageOf(r)
	model := ui.Letters{Page: page}
	err := s.o.DB.View(func(tx *store.Tx) error {
		var more bool
		var err error
		model.Issues, more, err = s.issueLinks(tx, a, (page-1)*onPage, onPage)
		model.Newer, model.Older = neighbours(r, page, more)
		return err
	})
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "letters", frame{Key: "letterpage.archive.title", Door: "door.letter", Index: page == 1}, model)
}

// wasSent reports whether the public may see an issue.
func wasSent(i vigie.Issue) bool { return i.State == vigie.Sending || i.State == vigie.Sent }

// issueLinks are the issues that the public may see, newest first, after the first
// skip ones, and whether there are more.
func (s *Server) issueLinks(tx *store.Tx, a *asking, skip, limit int) (list []ui.IssueLink, more bool, err error) {
	for i, err := range tx.Issues() {
		if err != nil {
			return nil, false, err
		}
		if !wasSent(i) {
			continue
		}
		if skip--; skip >= 0 {
			continue
		}
		if len(list) == limit {
			return list, true, nil
		}
		items, figures := i.For(vigie.Wish{Lang: a.Lang})
		list = append(list, ui.IssueLink{
			URL: "/" + string(a.Lang) + "/" + letterPath + "/archives/" + string(i.ID), Date: dayOf(i.Until.In(a.Now.Location())), Cadence: "letter.cadence." + string(i.Cadence),
			Items: len(items), Figures: len(figures),
		})
	}
	return list, false, nil
}

// letterIssue shows what an issue told, to everybody.
func (s *Server) letterIssue(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	id := vigie.IssueID(r.PathValue("id"))
	var model ui.IssuePage
	err := s.o.DB.View(func(tx *store.Tx) error {
		i, err := tx.Issue(id)
		if err == nil && !wasSent(i) {
			err = fmt.Errorf("show issue %s: %w", id, vigie.ErrNotFound)
		}
		if err == nil {
			model, err = s.issuePage(tx, a, i)
		}
		return err
	})
	if err != nil {
		return err
	}
	f := frame{Title: a.P.T("digest.heading", "date", model.Until), Door: "door.letter", Index: true}
	return s.show(w, r, http.StatusOK, "issue", f, model)
}

// dayOf is the date of a moment in the zone that it is given in.
func dayOf(t time.Time) vigie.Date {
	y, m, d := t.Date()
	return vigie.Date{Time: time.Date(y, m, d, 0, 0, 0, 0, time.UTC), Precision: vigie.Day}
}

// issuePage is an issue for readers of a language. What was withdrawn since is left
// out.
func (s *Server) issuePage(tx *store.Tx, a *asking, i vigie.Issue) (ui.IssuePage, error) {
	zone := a.Now.Location()
	items, figures := i.For(vigie.Wish{Lang: a.Lang})
	page := ui.IssuePage{From: dayOf(i.From.In(zone)), Until: dayOf(i.Until.In(zone)), Cadence: "letter.cadence." + string(i.Cadence)}
	for _, item := range items {
		synthesis, err := tx.Synthesis(item.Synthesis)
		if errors.Is(err, vigie.ErrNotFound) || err == nil && !synthesis.Versions[item.Lang].Out() {
			page.Gone++
			continue
		}
		if err != nil {
			return page, err
		}
		topics, err := s.topicsOf(tx, a, item.Topics)
		if err != nil {
			return page, err
		}
		page.Items = append(page.Items, ui.Teaser{
			Title: item.Title, Summary: item.Summary, Lang: item.Lang, Dir: item.Lang.Direction(), Foreign: item.Lang != a.Lang,
			URL:       articlePath(a.Lang, vigie.Edition{Synthesis: item.Synthesis, Writing: vigie.Writing{Slug: item.Slug}}),
			Published: item.Published.In(zone), Topics: topics,
		})
	}
	for _, f := range figures {
		page.Figures = append(page.Figures, s.movedFigure(a, f))
	}
	return page, nil
}

// movedFigure is a figure of an issue in words.
func (s *Server) movedFigure(a *asking, f vigie.DigestFigure) ui.MovedFigure {
	title, _ := f.Title.In(a.Lang)
	unit, _ := f.Unit.In(a.Lang)
	place, _ := s.o.Desk.Place(f.Area).In(a.Lang)
	out := ui.MovedFigure{
		Title: title, Place: place, Unit: unit, URL: "/" + string(a.Lang) + "/indicateurs/" + f.Indicator, Exact: f.After,
		Value: a.P.Decimal(vigie.Decimal(f.After), -1), Source: f.Source, Period: f.Period,
	}
	if f.Before != "" {
		out.Before = a.P.Decimal(vigie.Decimal(f.Before), -1)
	}
	if period, err := vigie.ParsePeriod(f.Period); err == nil {
		out.Period = a.P.Period(period)
	}
	return out
}
