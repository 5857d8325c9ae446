package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/web/ui"
)

// pileRows is how many rows a list of the desk has.
const pileRows = 60

// triageRoutes are for sorting what comes in, and for finding it again.
func (s *Server) triageRoutes() []Route {
	return []Route{
		{Pattern: "GET /{language}/bureau/tri", Permission: vigie.ReadItems, handle: s.triage},
		{Pattern: "POST /{language}/bureau/tri", Permission: vigie.Triage, handle: s.decide},
		{Pattern: "POST /{language}/bureau/tri/annuler", Permission: vigie.Triage, handle: s.undo},
		{Pattern: "GET /{language}/bureau/tri/{id}", Permission: vigie.ReadItems, handle: s.reading},
		{Pattern: "GET /{language}/bureau/tri/{id}/copie", Permission: vigie.ReadTexts, handle: s.keptCopy},
		{Pattern: "POST /{language}/bureau/tri/{id}/separer", Permission: vigie.Triage, handle: s.takeApart},
		{Pattern: "GET /{language}/bureau/historique", Permission: vigie.Triage, handle: s.history},
		{Pattern: "POST /{language}/bureau/historique", Permission: vigie.Triage, handle: s.undoOne},
		{Pattern: "GET /{language}/bureau/recherche", Permission: vigie.ReadItems, handle: s.deskFind},
	}
}

// queueNames are the queues as addresses name them, in the order of the tabs.
func queueNames() []struct {
	name, key string
	status    vigie.Status
} {
	return []struct {
		name, key string
		status    vigie.Status
	}{
		{"", "new", vigie.New}, {"plus-tard", "later", vigie.Later}, {"retenus", "kept", vigie.Kept}, {"ecartes", "dropped", vigie.Dropped},
	}
}

// statusKey names a status in keys of phrases.
func statusKey(status vigie.Status) string {
	for _, q := range queueNames() {
		if q.status == status {
			return q.key
		}
	}
	return "new"
}

// listing is which part of which queue a list shows; addresses are made of it, and
// of nothing else that was asked.
type listing struct {
	name   string
	status vigie.Status
	filter curate.Filter
	after  vigie.DocumentID
}

// listingOf reads the query of a list. What makes no sense is left out.
func listingOf(q url.Values) listing {
	var l listing
	for _, known := range queueNames() {
		if known.name == q.Get("statut") {
			l.name, l.status = known.name, known.status
		}
	}
	l.filter.Tag = clipped(q.Get("etiquette"), 60)
	if id := vigie.SourceID(q.Get("source")); vigie.ValidID(id) {
		l.filter.Source = id
	}
	if lang, err := vigie.ParseLang(q.Get("langue")); err == nil {
		l.filter.Lang = lang.Base()
	}
	if id := vigie.DocumentID(q.Get("apres")); vigie.ValidID(id) {
		l.after = id
	}
	return l
}

// clipped cuts a text to so many bytes; a longer one matches nothing anyway.
func clipped(s string, most int) string { return strings.ToValidUTF8(s[:min(len(s), 4*most)], "") }

// address is that of the list, with more parameters.
func (l listing) address(a *asking, more ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	for name, value := range map[string]string{
		"statut": l.name, "etiquette": l.filter.Tag, "source": string(l.filter.Source), "langue": string(l.filter.Lang), "apres": string(l.after),
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	path := "/" + string(a.Lang) + "/bureau/tri"
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return path
}

// triage shows a queue, and one document of it beside the list where ?lire= names
// one.
func (s *Server) triage(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	l := listingOf(r.URL.Query())
	open := vigie.DocumentID(r.URL.Query().Get("lire"))
	model := ui.Triage{
		Now: a.Now, Lang: a.Lang, Key: statusKey(l.status), May: a.User.May(vigie.Triage), Status: l.name,
		Action: root(r) + "bureau/tri", Undo: root(r) + "bureau/tri/annuler", View: l.address(a),
	}
	var err error
	if model.Latest, err = s.latest(a); err != nil {
		return err
	}
	model.Acted, model.User = actedOf(r, model.View, model.Latest), a.User.ID
	model.Search = model.Action
	err = s.o.DB.View(func(tx *store.Tx) error {
		page, err := curate.Queue(tx, l.status, l.filter, l.after, pileRows)
		if err != nil {
			return err
		}
		if err := listPage(tx, a, l, page, open, &model); err != nil {
			return err
		}
		return s.filters(tx, a, l, &model)
	})
	if err != nil {
		return fmt.Errorf("list what is %s: %w", model.Key, err)
	}
	title := frame{Key: "triage.queue." + model.Key, Desk: true, Door: "door.triage", Scripts: []string{"triage.js", "cite.js"}}
	if open != "" {
		if model.Open, err = s.readerOf(r, open, within{start: -1, beside: true}); err != nil {
			return err
		}
		model.Open.View, model.Open.Back, model.Open.Next = l.address(a, "lire", string(open)), model.View, nextOf(model.Items, open)
		model.Open.Story.View = model.Open.View
		title.Title, title.Key = model.Open.Title, ""
	}
	if title.Title == "" {
		title.Key = "triage.queue." + model.Key
	}
	return s.show(w, r, http.StatusOK, "triage", title, model)
}

// nextOf returns the document behind the given one; the first where it is not in
// the list.
func nextOf(items []ui.Item, id vigie.DocumentID) vigie.DocumentID {
	i := slices.IndexFunc(items, func(each ui.Item) bool { return each.ID == id }) + 1
	if i < len(items) {
		return items[i].ID
	}
	return ""
}

// listPage fills in the rows and the tabs.
func listPage(tx *store.Tx, a *asking, l listing, page curate.Page, open vigie.DocumentID, model *ui.Triage) error {
	for i, pile := range page.Piles {
		item := itemOf(a, pile.Document)
		item.Tags, item.Place, item.Current = pile.Judgement.Tags, i+1, pile.ID == open
		item.URL = l.address(a, "lire", string(pile.ID))
		item.Pickable = model.May
		fold(a, pile.Copies, &item)
		model.Items = append(model.Items, item)
	}
	for _, q := range queueNames() {
		n, err := tx.QueueLength(q.status)
		if err != nil {
			return err
		}
		if q.status == l.status {
			model.Length = n
		}
		other := listing{name: q.name, filter: l.filter}
		model.Queues = append(model.Queues, ui.Queue{Key: "triage.queue." + q.key, URL: other.address(a), Count: n, Current: q.status == l.status})
	}
	if l.after != "" {
		first := l
		first.after = ""
		model.First = first.address(a)
	}
	if page.Last != "" {
		next := l
		next.after = page.Last
		model.More = next.address(a)
	}
	return nil
}

// mostOptions bounds the list of sources to choose from: with more, one filters
// from the page of a source.
const mostOptions = 60

// filters fills in what the list can be narrowed by, and is.
func (s *Server) filters(tx *store.Tx, a *asking, l listing, model *ui.Triage) error {
	chip := func(key, value string, without listing) {
		without.after = ""
		model.Filters = append(model.Filters, ui.Chip{Key: key, Value: value, URL: without.address(a)})
	}
	if l.filter.Source != "" {
		without := l
		without.filter.Source = ""
		name, err := sourceName(tx, l.filter.Source)
		if err != nil {
			return err
		}
		chip("triage.filter.source", name, without)
	}
	if l.filter.Tag != "" {
		without := l
		without.filter.Tag = ""
		chip("triage.filter.tag", l.filter.Tag, without)
	}
	if l.filter.Lang != "" {
		without := l
		without.filter.Lang = ""
		chip("triage.filter.lang", s.langName(l.filter.Lang), without)
	}
	for _, lang := range []vigie.Lang{vigie.French, vigie.Arabic, vigie.English, vigie.Spanish} {
		model.Langs = append(model.Langs, ui.Choice{Value: string(lang), Name: s.langName(lang), Chosen: lang == l.filter.Lang})
	}
	tags, err := curate.Tags(tx, mostOptions)
	if err != nil {
		return err
	}
	for _, tag := range tags {
		model.Tags = append(model.Tags, ui.Choice{Value: tag, Name: tag, Chosen: tag == l.filter.Tag})
	}
	model.Sources, err = sourceChoices(tx, l.filter.Source)
	return err
}

// sourceChoices are the sources to choose from; none where there are too many.
func sourceChoices(tx *store.Tx, chosen vigie.SourceID) ([]ui.Choice, error) {
	var out []ui.Choice
	for src, err := range tx.Sources() {
		if err != nil {
			return nil, err
		}
		name, err := sourceName(tx, src.ID)
		if err != nil {
			return nil, err
		}
		if out = append(out, ui.Choice{Value: string(src.ID), Name: name, Chosen: src.ID == chosen}); len(out) > mostOptions {
			return nil, nil
		}
	}
	return out, nil
}

// actedOf reads what was just done from the address that a decision leads to.
func actedOf(r *http.Request, view string, latest ui.Latest) *ui.Acted {
	q := r.URL.Query()
	n, err := strconv.Atoi(q.Get("combien"))
	if err != nil || n < 0 || n > 100_000 {
		return nil
	}
	switch act := q.Get("acte"); act {
	case "keep", "drop", "postpone", "tag", "untag", "undo":
		return &ui.Acted{Act: act, N: n, Undo: root(r) + "bureau/tri/annuler", View: view, Latest: latest}
	}
	return nil
}

// latest names what undoing would take back now.
func (s *Server) latest(a *asking) (ui.Latest, error) {
	if !a.User.May(vigie.Triage) {
		return ui.Latest{}, nil
	}
	d, err := s.o.Desk.Newest(a.User)
	return ui.Latest{Document: d.Document, Decision: d.ID}, err
}

// wantsJSON reports whether a script asks, that goes on by itself.
func wantsJSON(r *http.Request) bool { return r.Header.Get("Accept") == "application/json" }

// outcome tells a script what became of an act.
type outcome struct {
	// Documents are those that the act changed.
	Documents []vigie.DocumentID `json:"documents"`
	// Undo is what undoing would take back now.
	Undo undoable `json:"undo"`
}

// undoable names a decision of an act, in the answer to a script.
type undoable struct {
	Document vigie.DocumentID `json:"document"`
	Decision vigie.DecisionID `json:"decision"`
}

// tell answers an act: a script gets the outcome, everybody else is led on.
func (s *Server) tell(w http.ResponseWriter, r *http.Request, act string, done []vigie.Decision, to func(more ...string) string) error {
	if !wantsJSON(r) {
		return s.done(w, r, to("acte", act, "combien", strconv.Itoa(len(done))), "")
	}
	latest, err := s.latest(asker(r))
	if err != nil {
		return err
	}
	out := outcome{Documents: []vigie.DocumentID{}, Undo: undoable(latest)}
	for _, d := range done {
		out.Documents = append(out.Documents, d.Document)
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(out)
}
