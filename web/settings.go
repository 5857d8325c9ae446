package web

import (
	"errors"
	"math"
	"net/http"
	"strconv"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/web/auth"
	"vigie/web/ui"
)

// Paths of the settings, below the language.
const (
	settingsPath = "bureau/reglages"
	topicsPath   = settingsPath + "/themes"
	ownPagesPath = "bureau/pages"
)

// settingsRoutes are for what the observatory decides in the browser.
func (s *Server) settingsRoutes() []Route {
	routes := []Route{
		{Pattern: "GET /couleurs/{name}", Permission: vigie.ReadPublic, handle: s.theme},
		{Pattern: "GET /{language}/" + topicsPath, Permission: vigie.Administer, handle: s.topics},
		{Pattern: "POST /{language}/" + topicsPath, Permission: vigie.Administer, handle: s.addTopic},
		{Pattern: "GET /{language}/" + topicsPath + "/{id}", Permission: vigie.Administer, handle: s.topic},
		{Pattern: "POST /{language}/" + topicsPath + "/{id}", Permission: vigie.Administer, handle: s.renameTopic},
		{Pattern: "POST /{language}/" + topicsPath + "/{id}/retirer", Permission: vigie.Administer, handle: s.removeTopic},
		{Pattern: "GET /{language}/" + ownPagesPath, Permission: vigie.Publish, handle: s.ownPages},
		{Pattern: "GET /{language}/" + ownPagesPath + "/{page}/{lang}", Permission: vigie.Publish, handle: s.ownPage},
		{Pattern: "POST /{language}/" + ownPagesPath + "/{page}/{lang}", Permission: vigie.Publish, handle: s.takeOwnPage},
	}
	for _, tab := range settingsTabs() {
		if tab.part == "" {
			continue
		}
		routes = append(routes,
			Route{Pattern: "GET /{language}/" + tab.path, Permission: vigie.Administer, handle: func(w http.ResponseWriter, r *http.Request) error {
				return s.settings(w, r, tab)
			}},
			Route{Pattern: "POST /{language}/" + tab.path, Permission: vigie.Administer, handle: func(w http.ResponseWriter, r *http.Request) error {
				return s.takeSettings(w, r, tab)
			}},
		)
	}
	return routes
}

// settingsTab is an entry of the second level of the navigation. Those with a part
// of the settings are a form of questions.
type settingsTab struct {
	key, path string
	part      curate.SettingsPart
	needs     vigie.Permission
}

// settingsTabs are the seven entries behind the door of the settings.
func settingsTabs() []settingsTab {
	return []settingsTab{
		{"settings.tab.identity", settingsPath, curate.Identity, vigie.Administer},
		{"settings.tab.locality", settingsPath + "/langue", curate.Locality, vigie.Administer},
		{"settings.tab.topics", topicsPath, "", vigie.Administer},
		{"settings.tab.publishing", settingsPath + "/publication", curate.Publishing, vigie.Administer},
		{"settings.tab.letter", settingsPath + "/lettre", curate.Lettering, vigie.Administer},
		{"settings.tab.pages", ownPagesPath, "", vigie.Publish},
		{"account.people.title", peoplePath, "", vigie.Administer},
	}
}

// tabs are those that the person may open.
func (a *asking) tabs(current string) []ui.Tab {
	var out []ui.Tab
	for _, t := range settingsTabs() {
		if a.User.May(t.needs) {
			out = append(out, ui.Tab{Key: t.key, URL: "/" + string(a.Lang) + "/" + t.path, Current: t.key == current})
		}
	}
	return out
}

// settings shows a form of the settings.
func (s *Server) settings(w http.ResponseWriter, r *http.Request, tab settingsTab) error {
	kept := asker(r).Settings
	form, err := s.settingsForm(r, tab.part, kept, nil)
	if err != nil {
		return err
	}
	model := ui.SettingsForm{Seal: string(tab.part.Seal(kept))}
	return s.showSettings(w, r, http.StatusOK, tab, form, model)
}

func (s *Server) showSettings(w http.ResponseWriter, r *http.Request, status int, tab settingsTab, form questionnaire, model ui.SettingsForm) error {
	model.Tabs, model.Action = asker(r).tabs(tab.key), root(r)+tab.path
	model.Groups, model.Lists = form.shown(model.Troubles), form.lists
	if tab.part == curate.Identity {
		model.Shades = s.shades(asker(r), form)
	}
	return s.show(w, r, status, "settings", frame{Key: tab.key, Desk: true, Door: "door.settings"}, model)
}

// takeSettings changes a part of the settings, or shows what stands against it. A
// form that only wants to be checked changes nothing.
func (s *Server) takeSettings(w http.ResponseWriter, r *http.Request, tab settingsTab) error {
	posted, err := posted(r)
	if err != nil {
		return err
	}
	a := asker(r)
	kept := a.Settings
	form, err := s.settingsForm(r, tab.part, kept, posted)
	if err != nil {
		return err
	}
	model := ui.SettingsForm{Seal: posted.Get("seal")}
	next, troubles, err := form.read(kept, posted)
	if err != nil {
		return err
	}
	model.Troubles = troubles
	switch {
	case len(troubles) > 0:
		return s.showSettings(w, r, http.StatusUnprocessableEntity, tab, form, model)
	case posted.Get("act") == "check":
		return s.showSettings(w, r, http.StatusOK, tab, form, model)
	}
	err = s.o.Desk.Settle(r.Context(), a.User, tab.part, vigie.Hash(model.Seal), next, a.network())
	switch {
	case err == nil:
		s.o.Post.Wake() // the timetable of the digest may be another one now
		return s.done(w, r, root(r)+tab.path, "settings.saved")
	case errors.Is(err, vigie.ErrConflict):
		if kept, err = s.o.Desk.Settings(); err != nil {
			return err
		}
		before, err := s.settingsForm(r, tab.part, kept, nil)
		if err != nil {
			return err
		}
		model.Seal, model.Changed = string(tab.part.Seal(kept)), form.differences(before)
		return s.showSettings(w, r, http.StatusConflict, tab, form, model)
	}
	if model.Troubles, err = form.troubleOf(err); err != nil {
		return err
	}
	return s.showSettings(w, r, http.StatusUnprocessableEntity, tab, form, model)
}

// network is where a request came from, as the audit log keeps it.
func (a *asking) network() string { return auth.Network(a.From) }

// ratio writes a contrast with one decimal, rounded down: 4.47 is not 4.5.
func (a *asking) ratio(of float64) string {
	return a.P.Decimal(vigie.Decimal(strconv.FormatFloat(math.Floor(of*10)/10, 'f', 1, 64)), 1)
}

// settingsForm are the questions about a part of the settings, with the answers
// that are kept or, where a form was posted, those in it.
func (s *Server) settingsForm(r *http.Request, part curate.SettingsPart, kept vigie.Settings, posted map[string][]string) (questionnaire, error) {
	a := asker(r)
	var form questionnaire
	switch part {
	case curate.Identity:
		form = s.identityForm(kept)
	case curate.Locality:
		form = s.localityForm(a, kept)
	case curate.Lettering:
		form = s.letteringForm(a, kept)
	case curate.Publishing:
		err := s.o.DB.View(func(tx *store.Tx) (err error) {
			form, err = s.publishingForm(tx, a, kept, posted)
			return err
		})
		if err != nil {
			return questionnaire{}, err
		}
	}
	form.decimal = a.ratio
	if posted != nil {
		form.answer(posted)
	}
	return form, nil
}
