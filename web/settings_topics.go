package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"

	"vigie"
	"vigie/curate"
	"vigie/curate/markdown"
	"vigie/index/store"
	"vigie/web/ui"
)

// topics lists the topics, with the form to add one.
func (s *Server) topics(w http.ResponseWriter, r *http.Request) error {
	return s.showTopics(w, r, http.StatusOK, nil, nil)
}

func (s *Server) showTopics(w http.ResponseWriter, r *http.Request, status int, posted url.Values, troubles []ui.Trouble) error {
	a := asker(r)
	model := ui.Topics{Tabs: a.tabs("settings.tab.topics"), Action: root(r) + topicsPath, Troubles: troubles}
	err := s.o.DB.View(func(tx *store.Tx) error {
		topics, err := tx.Topics()
		if err != nil {
			return err
		}
		uses, err := curate.TopicUses(tx)
		if err != nil {
			return err
		}
		for _, t := range topics {
			model.List = append(model.List, s.topicLine(a, t, uses[t.ID]))
		}
		return nil
	})
	if err != nil {
		return err
	}
	id := asks("line", "id", "settings.topic.id", "settings.topic.id.hint", "")
	id.Kind, id.Max = "code", 60
	form := questionnaire{groups: []questions{s.labels(vigie.Topic{}), {list: []question{id}}}}
	if posted != nil {
		form.answer(posted)
	}
	model.Groups = form.shown(troubles)
	return s.show(w, r, status, "settings_topics", frame{Key: "settings.tab.topics", Desk: true, Door: "door.settings"}, model)
}

func (s *Server) topicLine(a *asking, t vigie.Topic, use curate.TopicUse) ui.TopicLine {
	label, _ := t.Labels.In(a.Lang)
	line := ui.TopicLine{ID: t.ID, Label: label, URL: "/" + string(a.Lang) + "/" + topicsPath + "/" + t.ID, Use: shownUse(use)}
	for _, l := range a.Settings.Languages {
		if t.Labels[l] == "" && s.locales.Speaks(l) {
			line.Missing = append(line.Missing, s.locales.For(l).Name())
		}
	}
	return line
}

func shownUse(u curate.TopicUse) ui.TopicUse {
	return ui.TopicUse{Syntheses: u.Syntheses, Indicators: u.Indicators, Sources: u.Sources, Subscribers: u.Subscribers, Any: u.Any()}
}

// labels asks for the labels of a topic in every language.
func (s *Server) labels(t vigie.Topic) questions {
	model := asks("line", "label", "settings.topic.label", "", "")
	model.Max = 120
	list := s.inEach(model, t.Labels, func(*vigie.Settings) *vigie.Text { return &vigie.Text{} })
	return questions{legend: "settings.topic.labels", hint: "settings.topic.labels.hint", list: list}
}

// readTopic reads a topic from a form, and says what is wrong with it.
func (s *Server) readTopic(id string, posted url.Values) (vigie.Topic, []ui.Trouble) {
	t := vigie.Topic{ID: id, Labels: vigie.Text{}}
	var troubles []ui.Trouble
	for _, l := range s.menu() {
		name := "label-" + string(l)
		words := said(posted[name])
		t.Labels = withWords(t.Labels, l, words)
		if words != "" && (vigie.Topic{ID: "a", Labels: vigie.Text{l: words}}).Check() != nil {
			troubles = append(troubles, ui.Trouble{Field: name, Key: "settings.fault.label"})
		}
	}
	if label, _ := t.Labels.In(vigie.French); label == "" {
		troubles = append(troubles, ui.Trouble{Field: "label-" + string(s.menu()[0]), Key: "settings.fault.label"})
	}
	if t.ID == "" {
		label, _ := t.Labels.In(vigie.French)
		t.ID = markdown.Slug(label)
	}
	if len(troubles) == 0 && t.Check() != nil {
		troubles = append(troubles, ui.Trouble{Field: "id", Key: "settings.fault.topic_id"})
	}
	return t, troubles
}

// addTopic adds a topic.
func (s *Server) addTopic(w http.ResponseWriter, r *http.Request) error {
	posted, err := posted(r)
	if err != nil {
		return err
	}
	a := asker(r)
	t, troubles := s.readTopic(said(posted["id"]), posted)
	if len(troubles) == 0 {
		err = s.o.Desk.AddTopic(r.Context(), a.User, t, a.network())
		if errors.Is(err, vigie.ErrConflict) {
			troubles, err = []ui.Trouble{{Field: "id", Key: "settings.fault.topic_taken", Value: t.ID}}, nil
		}
	}
	if err != nil {
		return err
	}
	if len(troubles) > 0 {
		return s.showTopics(w, r, http.StatusUnprocessableEntity, posted, troubles)
	}
	return s.done(w, r, root(r)+topicsPath, "settings.topic_added")
}

// topic shows one topic and what can be done to it.
func (s *Server) topic(w http.ResponseWriter, r *http.Request) error {
	return s.showTopic(w, r, http.StatusOK, nil, ui.TopicForm{})
}

func (s *Server) showTopic(w http.ResponseWriter, r *http.Request, status int, posted url.Values, model ui.TopicForm) error {
	a := asker(r)
	var kept vigie.Topic
	err := s.o.DB.View(func(tx *store.Tx) (err error) {
		if kept, err = tx.Topic(r.PathValue("id")); err != nil {
			return err
		}
		uses, err := curate.TopicUses(tx)
		model.Use = shownUse(uses[kept.ID])
		return err
	})
	if err != nil {
		return err
	}
	here := root(r) + topicsPath
	model.ID, model.Trail, model.Action, model.Remove = kept.ID, here, here+"/"+kept.ID, here+"/"+kept.ID+"/retirer"
	model.Label, _ = kept.Labels.In(a.Lang)
	model.Seal = cmp.Or(model.Seal, string(curate.TopicSeal(kept)))
	form := questionnaire{groups: []questions{s.labels(kept)}}
	if posted != nil {
		form.answer(posted)
		if status == http.StatusConflict {
			model.Changed = form.differences(questionnaire{groups: []questions{s.labels(kept)}})
		}
	}
	model.Group = form.shown(model.Troubles)[0]
	return s.show(w, r, status, "settings_topic", frame{Title: model.Label, Desk: true, Door: "door.settings"}, model)
}

// renameTopic changes the labels of a topic.
func (s *Server) renameTopic(w http.ResponseWriter, r *http.Request) error {
	posted, err := posted(r)
	if err != nil {
		return err
	}
	a := asker(r)
	t, troubles := s.readTopic(r.PathValue("id"), posted)
	if len(troubles) > 0 {
		return s.showTopic(w, r, http.StatusUnprocessableEntity, posted, ui.TopicForm{Seal: posted.Get("seal"), Troubles: troubles})
	}
	err = s.o.Desk.RenameTopic(r.Context(), a.User, vigie.Hash(posted.Get("seal")), t, a.network())
	if errors.Is(err, vigie.ErrConflict) {
		return s.showTopic(w, r, http.StatusConflict, posted, ui.TopicForm{})
	}
	if err != nil {
		return err
	}
	return s.done(w, r, root(r)+topicsPath, "settings.topic_renamed")
}

// removeTopic removes a topic that nothing is filed under.
func (s *Server) removeTopic(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	err := s.o.Desk.RemoveTopic(r.Context(), a.User, r.PathValue("id"), a.network())
	if errors.Is(err, vigie.ErrConflict) {
		return s.showTopic(w, r, http.StatusConflict, nil, ui.TopicForm{Refused: true})
	}
	if err != nil {
		return err
	}
	return s.done(w, r, root(r)+topicsPath, "settings.topic_removed")
}
