package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/web/ui"
)

const (
	mostTicked = 400   // of packs and sources at once
	mostTold   = 10000 // of a count that an address tells
)

// addingRoutes are for sources and items that come in other ways than by their
// address.
func (s *Server) addingRoutes() []Route {
	return []Route{
		{Pattern: "GET /{language}/bureau/sources/packs", Permission: vigie.ProposeSource, handle: s.packs},
		{Pattern: "POST /{language}/bureau/sources/packs", Permission: vigie.ProposeSource, handle: s.addPacks},
		{Pattern: "GET /{language}/bureau/sources/listes", Permission: vigie.KeepSources, handle: s.lists},
		{Pattern: "POST /{language}/bureau/sources/listes", Permission: vigie.KeepSources, Body: listBytes + 64<<10, handle: s.importList},
		{Pattern: "GET /{language}/bureau/sources/sources.opml", Permission: vigie.KeepSources, handle: s.exportList},
		{Pattern: "GET /{language}/bureau/ajouter", Permission: vigie.ProposeSource, handle: s.askOnce},
		{Pattern: "POST /{language}/bureau/ajouter", Permission: vigie.ProposeSource, handle: s.addOnce},
	}
}

func packsPath(r *http.Request) string { return sourcesPath(r) + "/packs" }

// packs offers the catalogue of sources.
func (s *Server) packs(w http.ResponseWriter, r *http.Request) error {
	return s.showPacks(w, r, http.StatusOK, "")
}

func (s *Server) showPacks(w http.ResponseWriter, r *http.Request, status int, fault string) error {
	a := asker(r)
	model := ui.Packs{Action: packsPath(r), List: sourcesPath(r), Empty: root(r) + "bureau/tri", Fault: fault, Keep: a.User.May(vigie.KeepSources), First: true}
	var offered []curate.OfferedPack
	err := s.o.DB.View(func(tx *store.Tx) (err error) {
		for src, err := range tx.Sources() {
			if err != nil {
				return err
			}
			if src.ID != vigie.ByHand {
				model.First = false
				break
			}
		}
		offered, err = curate.OfferedPacks(tx)
		return err
	})
	if err != nil {
		return err
	}
	for _, p := range offered {
		model.Packs = append(model.Packs, s.packOf(r, p))
	}
	if q := r.URL.Query(); fault == "" && q.Has("ajoutees") {
		model.Done = true
		model.Added, model.Known = told(q, "ajoutees"), told(q, "connues")
	}
	return s.show(w, r, status, "packs", frame{Key: "add.packs.title", Desk: true, Door: "door.sources"}, model)
}

// told is a count that the address of a page tells.
func told(q url.Values, name string) int {
	return max(min(whole(q.Get(name)), mostTold), 0)
}

func (s *Server) packOf(r *http.Request, p curate.OfferedPack) ui.Pack {
	a := asker(r)
	out := ui.Pack{ID: p.ID, Label: "catalogue.pack." + p.ID, Watched: p.Watched}
	for _, o := range p.Offers {
		place := ""
		if o.Country != "" {
			place, _ = s.o.Desk.Place(o.Country).In(a.Lang)
		}
		offer := ui.PackOffer{
			ID: o.ID, Name: o.Title(), Publisher: o.Publisher, Place: place, Lang: o.Lang, Dir: o.Lang.Direction(),
			LangName: s.langName(o.Lang), URL: webAddress(o.URL), Licence: o.Licence, Terms: o.Terms, Read: !o.Read.IsZero(),
		}
		if o.Source != "" {
			offer.Source = sourcesPath(r) + "/" + string(o.Source)
		}
		out.Offers = append(out.Offers, offer)
	}
	return out
}

// addPacks adds what was ticked.
func (s *Server) addPacks(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	names := slices.Concat(form["pack"], form["source"])
	if len(names) == 0 || len(names) > mostTicked {
		return s.showPacks(w, r, http.StatusUnprocessableEntity, "add.packs.none")
	}
	a := asker(r)
	done, err := s.o.Desk.AddPack(r.Context(), a.User, names, form.Get("etat") == "pause", a.network())
	if errors.Is(err, vigie.ErrInvalid) {
		return s.showPacks(w, r, http.StatusUnprocessableEntity, "add.packs.unknown")
	}
	if err != nil {
		return err
	}
	q := url.Values{"ajoutees": {strconv.Itoa(len(done.Added))}, "connues": {strconv.Itoa(done.Known)}}
	return s.done(w, r, packsPath(r)+"?"+q.Encode(), "")
}

// firstPage is where somebody goes who made the first account: to the sources that
// can be ticked.
func (s *Server) firstPage(a *asking) string {
	lang := cmp.Or(s.tongue(string(a.User.Lang)), a.Lang)
	return "/" + string(lang) + "/bureau/sources/packs"
}
