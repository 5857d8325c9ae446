package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie"
	"vigie/crawl/harvest"
	"vigie/index/store"
	"vigie/web/ui"
)

const (
	// sourceRows is how many sources a page of the list has.
	sourceRows = 100
	// freshly is how long a source that was just added stands first.
	freshly = time.Hour
)

// sourceRoutes are for the sources.
func (s *Server) sourceRoutes() []Route {
	return []Route{
		{Pattern: "GET /{language}/bureau/sources", Permission: vigie.ProposeSource, handle: s.sources},
		{Pattern: "POST /{language}/bureau/sources", Permission: vigie.ProposeSource, handle: s.addSource},
		{Pattern: "POST /{language}/bureau/sources/essai", Permission: vigie.ProposeSource, handle: s.probe},
		{Pattern: "GET /{language}/bureau/sources/etat", Permission: vigie.ProposeSource, handle: s.sourceHealth},
		{Pattern: "POST /{language}/bureau/sources/etat", Permission: vigie.KeepSources, handle: s.changeSources},
		{Pattern: "GET /{language}/bureau/sources/{id}", Permission: vigie.ProposeSource, handle: s.source},
		{Pattern: "GET /{language}/bureau/sources/{id}/journal.txt", Permission: vigie.ProposeSource, handle: s.sourceLog},
		{Pattern: "POST /{language}/bureau/sources/{id}", Permission: vigie.KeepSources, handle: s.saveSource},
		{Pattern: "POST /{language}/bureau/sources/{id}/etat", Permission: vigie.KeepSources, handle: s.pauseSource},
		{Pattern: "POST /{language}/bureau/sources/{id}/lire", Permission: vigie.KeepSources, handle: s.readSource},
		{Pattern: "GET /{language}/bureau/sources/{id}/retirer", Permission: vigie.KeepSources, handle: s.askRemoveSource},
		{Pattern: "POST /{language}/bureau/sources/{id}/retirer", Permission: vigie.KeepSources, handle: s.removeSource},
	}
}

func sourcesPath(r *http.Request) string { return root(r) + "bureau/sources" }

// sources lists what is watched, and what is being read at this moment.
func (s *Server) sources(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	model := ui.Sources{Now: a.Now, Keep: a.User.May(vigie.KeepSources), Add: sourcesPath(r) + "/essai", Live: sourcesPath(r), Health: healthPath(r)}
	model.Packs, model.Lists, model.Once = packsPath(r), listsPath(r), oncePath(r)
	busy := map[string]bool{}
	for _, c := range call(s.o.Reading) {
		busy[c.URL] = true
		model.Reading = append(model.Reading, ui.SourceAt{Name: nameOf(c.Name, c.URL), URL: c.URL, At: c.Since})
	}
	gathering := call(s.o.Gathering)
	model.Done, model.All = gathering.Done, gathering.All
	rows, added, err := s.rows(r, busy, &model)
	if err != nil {
		return fmt.Errorf("list the sources: %w", err)
	}
	s.looks.set(model.Look, a.Now)
	slices.SortStableFunc(rows, func(x, y ui.SourceRow) int {
		return cmp.Or(added[y.ID].Compare(added[x.ID]), strings.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name)))
	})
	pageSources(r, rows, &model)
	return s.show(w, r, http.StatusOK, "sources", frame{Key: "source.title", Desk: true, Door: "door.sources", Scripts: []string{"live.js"}}, model)
}

// rows are those of all sources, and when the newest of them were added. Into the model
// go what they sum up to, and what people found one by one, which is none of them.
func (s *Server) rows(r *http.Request, busy map[string]bool, model *ui.Sources) (rows []ui.SourceRow, added map[vigie.SourceID]time.Time, err error) {
	at := asker(r).Now
	added = map[vigie.SourceID]time.Time{}
	err = s.o.DB.View(func(tx *store.Tx) error {
		for src, err := range tx.Sources() {
			if err != nil {
				return err
			}
			visit, err := tx.Visit(src.ID)
			if err != nil {
				return err
			}
			row := rowOf(r, src, visit, busy[src.URL])
			if src.ID == vigie.ByHand {
				model.ByHand = &row
				continue
			}
			if at.Sub(src.Added) < freshly {
				added[src.ID] = src.Added
			}
			if row.Bad() {
				model.Failing++
			}
			if (harvest.Health{Alarms: harvest.Alarms(src, visit, at)}).Look() {
				model.Look++
			}
			rows = append(rows, row)
		}
		return nil
	})
	return rows, added, err
}

// pageSources cuts the page out of the rows that ?page= asks for.
func pageSources(r *http.Request, rows []ui.SourceRow, model *ui.Sources) {
	page, last := pageAmong(r, len(rows))
	model.Total, model.Page = len(rows), page
	model.Rows = rows[(page-1)*sourceRows : min(page*sourceRows, len(rows))]
	if page > 1 {
		model.Newer = sourcesPath(r) + "?page=" + strconv.Itoa(page-1)
		model.Live = sourcesPath(r) + "?page=" + strconv.Itoa(page)
	}
	if page < last {
		model.Older = sourcesPath(r) + "?page=" + strconv.Itoa(page+1)
	}
}

// rowOf says how a source is doing, when it is read next and why then.
func rowOf(r *http.Request, src vigie.Source, visit vigie.Visit, reading bool) ui.SourceRow {
	now := asker(r).Now
	row := ui.SourceRow{
		ID: src.ID, Name: nameOf(src.Name, visit.Title, src.URL), URL: src.URL, Page: sourcesPath(r) + "/" + string(src.ID), Kind: src.Kind,
		LastSuccess: visit.LastSuccess, State: stateOf(src, visit, reading), Because: whyThen(r, src, visit, reading), Paused: src.Paused,
	}
	if src.ID == vigie.ByHand {
		// There is nothing behind its address, and nobody named it.
		row.Name, row.URL, row.Paused = asker(r).P.T("source.by_hand"), "", false
	}
	if !src.Paused && !visit.Stopped() {
		row.Next = later(visit.NextRead, visit.NotBefore)
	}
	if visit.Failures > 0 {
		row.Trouble, row.Error = harvest.Reason(asker(r).P, visit.Trouble), visit.LastError
	}
	if !visit.LastSuccess.IsZero() {
		row.Weeks = visit.Rhythm.WeeksUntil(now)
	}
	return row
}

// sourceNamed returns a source of the address that is asked for, and its visit.
func (s *Server) sourceNamed(r *http.Request) (src vigie.Source, visit vigie.Visit, err error) {
	id := vigie.SourceID(r.PathValue("id"))
	err = s.o.DB.View(func(tx *store.Tx) error {
		if !vigie.ValidID(id) {
			return vigie.ErrNotFound
		}
		if src, err = tx.Source(id); err != nil {
			return err
		}
		visit, err = tx.Visit(id)
		return err
	})
	if err != nil {
		return src, visit, fmt.Errorf("source %.40q: %w", string(id), err)
	}
	return src, visit, nil
}

// source shows one source.
func (s *Server) source(w http.ResponseWriter, r *http.Request) error {
	src, visit, err := s.sourceNamed(r)
	if err != nil {
		return err
	}
	return s.showSource(w, r, http.StatusOK, src, visit, formOf(src))
}

func (s *Server) showSource(w http.ResponseWriter, r *http.Request, status int, src vigie.Source, visit vigie.Visit, form ui.SourceForm) error {
	a := asker(r)
	reading := slices.ContainsFunc(call(s.o.Reading), func(c Reading) bool { return c.URL == src.URL })
	page := sourcesPath(r) + "/" + string(src.ID)
	model := ui.SourcePage{
		Now: a.Now, Row: rowOf(r, src, visit, reading), Source: src, Title: visit.Title, Faults: visit.Faults[:min(len(visit.Faults), 10)],
		Alarms: alarmsOf(r, harvest.Alarms(src, visit, a.Now)), Found: foundWords(a.P, src, visit), Wishes: wishWords(a.P, visit.Wishes),
		Moving: movingWords(a.P, src, visit), Certificate: visit.Certificate, Manners: s.manners(r, src, visit), Log: page + "/journal.txt",
		Keep: a.User.May(vigie.KeepSources) && src.ID != vigie.ByHand, Form: form, Documents: root(r) + "bureau/tri?source=" + string(src.ID),
		List: sourcesPath(r), Save: page, State: page + "/etat", Read: page + "/lire", Remove: page + "/retirer", Agree: src.Kind == vigie.Auto && visit.Agreeable(),
	}
	return s.show(w, r, status, "source", frame{Title: model.Row.Name, Desk: true, Door: "door.sources"}, model)
}

// saveSource takes what somebody wrote about a source.
func (s *Server) saveSource(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	src, visit, err := s.sourceNamed(r)
	if err != nil {
		return err
	}
	changed := sourceFrom(form)
	changed.ID, changed.Kind = src.ID, src.Kind
	if src.Kind == vigie.Feed {
		changed.List = src.List
	}
	if err := s.o.Desk.ChangeSource(r.Context(), asker(r).User, changed); err != nil {
		again := formOf(changed)
		if again.Faults, err = sourceFaults(err); err != nil {
			return err
		}
		return s.showSource(w, r, http.StatusUnprocessableEntity, src, visit, again)
	}
	return s.done(w, r, sourcesPath(r)+"/"+string(src.ID), "source.saved")
}

// pauseSource pauses a source or lets it run, or agrees to how it is read, as the form
// says.
func (s *Server) pauseSource(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	if form.Get("etat") == "voie" {
		if err := s.o.Desk.AgreeToWay(r.Context(), asker(r).User, vigie.SourceID(r.PathValue("id")), asker(r).network()); err != nil {
			return err
		}
		return s.done(w, r, backToSource(r, "page"), "source.way")
	}
	what := "source.resumed"
	if form.Get("etat") == "pause" {
		what = "source.paused"
	}
	err = s.o.Desk.PauseSource(r.Context(), asker(r).User, vigie.SourceID(r.PathValue("id")), what == "source.paused", asker(r).network())
	if err != nil {
		return err
	}
	return s.done(w, r, backToSource(r, form.Get("vue")), what)
}

// readSource makes a source due.
func (s *Server) readSource(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	if err := s.o.Desk.ReadNow(r.Context(), asker(r).User, vigie.SourceID(r.PathValue("id")), asker(r).network()); err != nil {
		return err
	}
	return s.done(w, r, backToSource(r, form.Get("vue")), "source.read")
}

// backToSource is where a button was pressed: the list, or the page of the source.
func backToSource(r *http.Request, view string) string {
	if view == "page" {
		return sourcesPath(r) + "/" + r.PathValue("id")
	}
	return sourcesPath(r)
}

// askRemoveSource asks for the name of the source that is to be forgotten.
func (s *Server) askRemoveSource(w http.ResponseWriter, r *http.Request) error {
	src, visit, err := s.sourceNamed(r)
	if err != nil {
		return err
	}
	return s.showRemoval(w, r, http.StatusOK, rowOf(r, src, visit, false), false)
}

func (s *Server) showRemoval(w http.ResponseWriter, r *http.Request, status int, row ui.SourceRow, wrong bool) error {
	model := ui.SourceRemoval{Name: row.Name, Page: row.Page, Action: row.Page + "/retirer", Wrong: wrong}
	return s.show(w, r, status, "sourceremove", frame{Key: "source.remove.title", Desk: true, Door: "door.sources"}, model)
}

// removeSource forgets a source whose name was typed.
func (s *Server) removeSource(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	src, visit, err := s.sourceNamed(r)
	if err != nil {
		return err
	}
	row := rowOf(r, src, visit, false)
	if !strings.EqualFold(strings.Join(strings.Fields(form.Get("nom")), " "), strings.Join(strings.Fields(row.Name), " ")) {
		return s.showRemoval(w, r, http.StatusUnprocessableEntity, row, true)
	}
	if err := s.o.Desk.RemoveSource(r.Context(), asker(r).User, src.ID); err != nil {
		return err
	}
	return s.done(w, r, sourcesPath(r), "source.removed")
}
