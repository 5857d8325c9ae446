package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"vigie"
	"vigie/curate"
	"vigie/curate/digest"
	"vigie/index"
	grammar "vigie/index/query"
	"vigie/index/store"
	"vigie/web/ui"
)

// savedPath is where somebody's saved searches are, below the language.
const savedPath = "bureau/recherches"

// savedRoutes are for saved searches, their alerts and their feeds. Answers that show
// the secret address of a feed are as secret as the address.
func (s *Server) savedRoutes() []Route {
	own := func(pattern string, handle func(http.ResponseWriter, *http.Request) error) Route {
		return Route{Pattern: pattern, Permission: vigie.ReadItems, handle: handle}
	}
	secret := func(pattern string, permission vigie.Permission, handle func(http.ResponseWriter, *http.Request) error) Route {
		return Route{Pattern: pattern, Permission: permission, Secret: true, handle: handle}
	}
	stop := secret("POST /{language}/"+digest.AlertsPath+"/arret/{secret}", vigie.ReadPublic, s.takeStopAlert)
	stop.Cross = true
	return []Route{
		own("GET /{language}/bureau/recherches", s.saved),
		secret("POST /{language}/bureau/recherches", vigie.ReadItems, s.takeSaved),
		own("GET /{language}/bureau/recherches/{id}", s.savedOne),
		own("POST /{language}/bureau/recherches/{id}", s.changeSaved),
		secret("POST /{language}/bureau/recherches/{id}/flux", vigie.ReadItems, s.savedFeed),
		own("POST /{language}/bureau/recherches/{id}/alertes", s.settleAlert),
		own("POST /{language}/bureau/recherches/{id}/suppression", s.deleteSaved),
		secret("GET /{language}/"+digest.AlertsPath+"/arret/{secret}", vigie.ReadPublic, s.stopAlert),
		stop,
		secret("GET /{language}/flux/recherche/{secret}", vigie.ReadPublic, s.searchFeed),
	}
}

func savedFrame(key, title string) frame {
	return frame{Key: key, Title: title, Desk: true, Door: "door.search"}
}

// saved lists somebody's own searches.
func (s *Server) saved(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	model := ui.Searches{Now: a.Now, Ready: s.o.Post.Ready() == nil}
	err := s.o.DB.View(func(tx *store.Tx) error {
		mine, err := tx.SearchesOf(a.User.ID)
		if err != nil {
			return err
		}
		for _, search := range slices.Backward(mine) {
			row, err := savedRow(tx, r, search)
			if err != nil {
				return err
			}
			model.List = append(model.List, row)
			doubtful, err := doubtfulAlerts(tx, r, search)
			if err != nil {
				return err
			}
			model.Doubtful = append(model.Doubtful, doubtful...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), index.MaxTime)
	defer cancel()
	for i := range model.List {
		model.List[i].Fault = s.refusal(ctx, model.List[i].Query)
	}
	return s.show(w, r, http.StatusOK, "savedlist", savedFrame("searches.title", ""), model)
}

// mostWaiting bounds what is counted of what waits, and mostLooked the mails that are
// looked through for the newest that arrived.
const (
	mostWaiting = 1000
	mostLooked  = 50
)

// savedRow is a saved search as lists show it.
func savedRow(tx *store.Tx, r *http.Request, search vigie.SavedSearch) (ui.SearchRow, error) {
	row := ui.SearchRow{
		Name: search.Name, Query: search.Query, URL: root(r) + savedPath + "/" + string(search.ID),
		Ask:   root(r) + "bureau/recherche?" + url.Values{"q": {search.Query}}.Encode(),
		Alert: ui.PaceKey(search.Alert), Paused: search.Alert != vigie.NoAlert && !search.Mail, Feed: search.Feed,
	}
	waiting, err := tx.Awaiting(search.ID, mostWaiting)
	if err != nil {
		return row, err
	}
	row.Waiting = len(waiting)
	if row.FeedEnded, err = tx.FeedEnded(search.ID); err != nil {
		return row, err
	}
	looked := 0
	for a, err := range tx.Alerts(search.ID) {
		if err != nil {
			return row, err
		}
		if looked++; a.Mail.State == vigie.Accepted {
			row.Last, row.LastN = a.Mail.At, len(a.Documents)
			break
		}
		if looked == mostLooked {
			break
		}
	}
	return row, nil
}

// refusal is the key of why a saved search cannot be asked, "" where it can be. It is
// asked outside of transactions: the index has its own.
func (s *Server) refusal(ctx context.Context, line string) string {
	q, err := grammar.Parse(line)
	if err == nil && s.o.Found != nil {
		err = s.o.Found.Try(ctx, q)
	}
	if errors.Is(err, vigie.ErrInvalid) {
		return faultOf(err)
	}
	return ""
}

// doubtfulAlerts are the mails of a search whose fate nobody knows.
func doubtfulAlerts(tx *store.Tx, r *http.Request, search vigie.SavedSearch) ([]ui.DoubtfulAlert, error) {
	open, err := tx.Unsettled(search.ID)
	if err != nil {
		return nil, err
	}
	var out []ui.DoubtfulAlert
	for _, a := range open {
		if a.Mail.State == vigie.Uncertain {
			out = append(out, ui.DoubtfulAlert{
				Action: root(r) + savedPath + "/" + string(search.ID) + "/alertes", View: r.URL.Path, ID: a.ID, Name: search.Name,
				At: a.Mail.At, N: len(a.Documents), Reason: a.Mail.Reason, MessageID: a.Mail.MessageID,
			})
		}
	}
	return out, nil
}

// newSaved is the form that keeps a search that was just asked.
func (s *Server) newSaved(r *http.Request, line string) *ui.SaveSearch {
	a := asker(r)
	return &ui.SaveSearch{
		Action: root(r) + savedPath, ID: vigie.NewID[vigie.SearchID](s.o.Now()), Name: clipped(oneLine(line), vigie.LongestSearchName), Query: line, New: true, Mail: true,
		Languages: s.tongues(a.Lang), Ready: s.o.Post.Ready() == nil,
	}
}

// savedOne shows one of somebody's own searches.
func (s *Server) savedOne(w http.ResponseWriter, r *http.Request) error {
	return s.showSaved(w, r, http.StatusOK, vigie.SearchID(r.PathValue("id")), nil)
}

// showSaved shows the page of a search, as alter changes it.
func (s *Server) showSaved(w http.ResponseWriter, r *http.Request, status int, id vigie.SearchID, alter func(*ui.SearchEdit)) error {
	a := asker(r)
	model := ui.SearchEdit{Now: a.Now}
	err := s.o.DB.View(func(tx *store.Tx) error {
		search, err := curate.OwnSearch(tx, a.User, id)
		if err != nil {
			return err
		}
		if model.Row, err = savedRow(tx, r, search); err != nil {
			return err
		}
		model.Form = ui.SaveSearch{
			Action: model.Row.URL, ID: id, Name: search.Name, Query: search.Query, Typed: true, Alert: search.Alert, Mail: search.Mail,
			Languages: s.tongues(search.Lang), Ready: s.o.Post.Ready() == nil,
		}
		model.Doubtful, err = doubtfulAlerts(tx, r, search)
		return err
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), index.MaxTime)
	defer cancel()
	model.Row.Fault = s.refusal(ctx, model.Row.Query)
	if alter != nil {
		alter(&model)
	}
	return s.show(w, r, status, "saved", savedFrame("", model.Row.Name), model)
}

// stopAlert shows the button that ends the mails of a search. Mail programs that look
// at links before people do change nothing by it.
func (s *Server) stopAlert(w http.ResponseWriter, r *http.Request) error {
	search, err := s.o.Post.LookAlert(r.PathValue("secret"))
	return s.showStop(w, r, search, err)
}

// takeStopAlert ends the mails of a search at once and says so: a mail program follows
// no redirect.
func (s *Server) takeStopAlert(w http.ResponseWriter, r *http.Request) error {
	search, err := s.o.Post.StopAlert(r.Context(), r.PathValue("secret"))
	return s.showStop(w, r, search, err)
}

func (s *Server) showStop(w http.ResponseWriter, r *http.Request, search vigie.SavedSearch, err error) error {
	if errors.Is(err, digest.ErrLink) {
		return s.show(w, r, http.StatusNotFound, "savedstop", frame{Key: "searches.stop.lost"}, ui.StopAlert{Lost: true})
	}
	if err != nil {
		return err
	}
	model := ui.StopAlert{Action: ownAction(r), Name: search.Name, Stopped: !search.Mail}
	return s.show(w, r, http.StatusOK, "savedstop", frame{Key: "searches.stop.title"}, model)
}
