package web

import (
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/web/ui"
)

// Bounds of the portal's lists.
const (
	onHome  = 7
	onPage  = 20
	inFeed  = 30
	lastOne = 1000 // the last page of any list
)

// portalRoutes are for what the public reads.
func (s *Server) portalRoutes() []Route {
	get := func(pattern string, handle func(http.ResponseWriter, *http.Request) error) Route {
		return Route{Pattern: "GET " + pattern, Permission: vigie.ReadPublic, handle: handle}
	}
	routes := []Route{
		get("/{language}/{$}", s.front),
		get("/{language}/syntheses", s.syntheses),
		get("/{language}/syntheses/{name}", s.article),
		get("/{language}/themes/{id}", s.syntheses),
		get("/{language}/themes/{id}/atom.xml", s.atom),
		get("/{language}/atom.xml", s.atom),
		get("/{language}/recherche", s.find),
		get("/sitemap.xml", s.sitemap),
		get("/robots.txt", s.robots),
	}
	for _, page := range vigie.PageNames() {
		routes = append(routes, get("/{language}/"+string(page), func(w http.ResponseWriter, r *http.Request) error {
			return s.written(w, r, page)
		}))
	}
	return routes
}

// front is the first page of the portal.
func (s *Server) front(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	out, err := s.onShelf(a.Lang)
	if err != nil {
		return err
	}
	model := ui.Home{Letter: "/" + string(a.Lang) + "/lettre"}
	err = s.o.DB.View(func(tx *store.Tx) error {
		topics, err := tx.Topics()
		if err != nil {
			return err
		}
		teasers := s.teasers(a, topics, shelvedOn(out.best, "", 0, onHome))
		if len(teasers) > 0 {
			model.Newest, model.More = &teasers[0], teasers[1:]
		}
		model.Topics = topicLinks(a, topics, out.counts)
		model.Figures, err = s.keyFigures(tx, a, out, a.Settings.KeyFigures)
		return err
	})
	if err != nil {
		return err
	}
	motto, _ := a.Settings.Motto.In(a.Lang)
	return s.show(w, r, http.StatusOK, "home", frame{Door: "door.home", Index: true, Feeds: s.feedsOf(a, ""), Description: motto}, model)
}

// teaserOf is an edition in a list.
func (s *Server) teaserOf(a *asking, topics []vigie.Topic, e vigie.Edition) ui.Teaser {
	return ui.Teaser{
		Title: e.Title, Summary: e.Summary, URL: articlePath(a.Lang, e), Lang: e.Lang, Dir: e.Lang.Direction(), LangName: s.langName(e.Lang),
		Foreign: e.Lang != a.Lang, Published: e.Published.In(a.Now.Location()), Topics: linksTo(a, topics, e.Topics),
	}
}

func (s *Server) teasers(a *asking, topics []vigie.Topic, list []shelved) []ui.Teaser {
	var out []ui.Teaser
	for _, l := range list {
		out = append(out, s.teaserOf(a, topics, l.edition()))
	}
	return out
}

// articlePath is the address of an edition on pages of a language.
func articlePath(lang vigie.Lang, e vigie.Edition) string {
	name := string(e.Synthesis)
	if e.Slug != "" {
		name += "-" + e.Slug
	}
	return "/" + string(lang) + "/syntheses/" + name
}

// topicsOf are links to topics by their identities; unknown ones are left out.
func (s *Server) topicsOf(tx *store.Tx, a *asking, ids []string) ([]ui.Link, error) {
	topics, err := tx.Topics()
	return linksTo(a, topics, ids), err
}

func linksTo(a *asking, topics []vigie.Topic, ids []string) []ui.Link {
	var out []ui.Link
	for _, t := range topics {
		if slices.Contains(ids, t.ID) {
			out = append(out, topicLink(a, t))
		}
	}
	return out
}

func topicLink(a *asking, t vigie.Topic) ui.Link {
	label, _ := t.Labels.In(a.Lang)
	return ui.Link{Title: label, URL: "/" + string(a.Lang) + "/themes/" + t.ID}
}

// topicLinks are all topics with how many syntheses are out on each.
func topicLinks(a *asking, topics []vigie.Topic, counts map[string]int) []ui.TopicLink {
	var out []ui.TopicLink
	for _, t := range topics {
		out = append(out, ui.TopicLink{Link: topicLink(a, t), Count: counts[t.ID]})
	}
	return out
}

// keyFigures are the cards of figures; those without values are left out.
func (s *Server) keyFigures(tx *store.Tx, a *asking, out *display, embeds []vigie.Embed) ([]ui.KeyFigure, error) {
	var cards []ui.KeyFigure
	for i, e := range embeds {
		card, err := s.card(tx, a, out, e, i)
		if errors.Is(err, vigie.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		cards = append(cards, card)
	}
	return cards, nil
}

func keyFigure(a *asking, f curate.Figure, n int) ui.KeyFigure {
	c := f.Chart("key-"+strconv.Itoa(n), a.P)
	place, _ := f.AreaName.In(a.Lang)
	return ui.KeyFigure{
		Title: c.Title, URL: "/" + string(a.Lang) + "/indicateurs/" + string(f.Indicator.ID), Place: place,
		Value: a.P.Decimal(f.Latest.Value, f.Indicator.Decimals), Exact: string(f.Latest.Value), Unit: c.Unit,
		Spark:  template.HTML(c.Spark(a.P)), //nolint:gosec // package chart escapes what it draws
		Source: f.Source(), Period: a.P.Period(f.Latest.Period), Code: f.Latest.Period.String(),
		Old: f.Latest.Period.Year() < a.Now.Year()-1,
	}
}

// syntheses lists what is published: everything, or on a topic.
func (s *Server) syntheses(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	page := pageOf(r)
	topic := r.PathValue("id")
	out, err := s.onShelf(a.Lang)
	if err != nil {
		return err
	}
	f := frame{Key: "portal.syntheses", Door: "door.syntheses", Index: page == 1, Feeds: s.feedsOf(a, topic)}
	model := ui.Syntheses{Page: page, Feed: f.Feeds[0].URL}
	err = s.o.DB.View(func(tx *store.Tx) error {
		topics, err := tx.Topics()
		if err != nil {
			return err
		}
		if topic != "" {
			t, err := tx.Topic(topic)
			if err != nil {
				return err
			}
			model.Topic, _ = t.Labels.In(a.Lang)
			f.Key, f.Title = "", model.Topic
			if page == 1 {
				model.Figures, err = s.figuresOn(tx, a, out, topic)
			}
			if err != nil {
				return err
			}
		}
		list := s.teasers(a, topics, shelvedOn(out.best, topic, (page-1)*onPage, onPage+1))
		model.List = list[:min(len(list), onPage)]
		model.Newer, model.Older = neighbours(r, page, len(list) > onPage)
		model.Topics = topicLinks(a, topics, out.counts)
		for i := range model.Topics {
			model.Topics[i].Current = topics[i].ID == topic
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "syntheses", f, model)
}

// figuresOn are the figures of a topic, for the observatory's country.
func (s *Server) figuresOn(tx *store.Tx, a *asking, out *display, topic string) ([]ui.KeyFigure, error) {
	if a.Settings.Country == "" {
		return nil, nil
	}
	var embeds []vigie.Embed
	for i, err := range tx.Indicators() {
		if err != nil {
			return nil, err
		}
		if slices.Contains(i.Topics, topic) {
			embeds = append(embeds, vigie.Embed{Indicator: string(i.ID), Area: a.Settings.Country})
		}
	}
	return s.keyFigures(tx, a, out, embeds)
}

// pageOf is the number of the page that is asked for, from 1.
func pageOf(r *http.Request) int {
	n, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || n < 1 {
		return 1
	}
	return min(n, lastOne)
}

// neighbours are the addresses of the pages before and after one.
func neighbours(r *http.Request, page int, more bool) (newer, older string) {
	at := func(n int) string {
		q := r.URL.Query()
		q.Del("fait")
		q.Del("page")
		if n > 1 {
			q.Set("page", strconv.Itoa(n))
		}
		return strings.TrimSuffix(r.URL.Path+"?"+q.Encode(), "?")
	}
	if page > 1 {
		newer = at(page - 1)
	}
	if more && page < lastOne {
		older = at(page + 1)
	}
	return newer, older
}

// feedsOf are the Atom feeds of a page.
func (s *Server) feedsOf(a *asking, topic string) []ui.Link {
	name, _ := a.Settings.Name.In(a.Lang)
	path := "/" + string(a.Lang) + "/"
	if topic != "" {
		path += "themes/" + topic + "/"
	}
	return []ui.Link{{Title: name, URL: path + "atom.xml"}}
}
