package web

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie"
	"vigie/curate/indicator"
	"vigie/index/store"
	"vigie/web/ui"
)

const (
	subscribersOnPage = 50
	longestSearch     = 254
)

// readerSearch are the subscribers that a search finds.
type readerSearch struct {
	words string
	state vigie.SubscriberState
}

// readerSearchOf reads what is searched for.
func readerSearchOf(r *http.Request) readerSearch {
	c := readerSearch{words: strings.ToLower(strings.TrimSpace(strings.ToValidUTF8(r.FormValue("q"), "")))}
	c.words = strings.ToValidUTF8(c.words[:min(len(c.words), longestSearch)], "")
	if state := vigie.SubscriberState(r.FormValue("etat")); slices.Contains(subscriberStates(), state) {
		c.state = state
	}
	return c
}

func (c readerSearch) has(s vigie.Subscriber) bool {
	return (c.state == "" || s.State == c.state) && strings.Contains(strings.ToLower(s.Email), c.words)
}

// subscribers lists them, the newest first.
func (s *Server) subscribers(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	search, page := readerSearchOf(r), pageOf(r)
	model := ui.Subscribers{Now: a.Now, Query: search.words, State: search.state, States: subscriberStates(), Page: page}
	err := s.o.DB.View(func(tx *store.Tx) error {
		var found []vigie.Subscriber
		for subscriber, err := range tx.Subscribers() {
			if err != nil {
				return err
			}
			if search.has(subscriber) {
				found = append(found, subscriber)
			}
		}
		model.Total = len(found)
		slices.Reverse(found)
		from := min((page-1)*subscribersOnPage, len(found))
		until := min(from+subscribersOnPage, len(found))
		for _, subscriber := range found[from:until] {
			line, err := s.subscriberLine(tx, a, subscriber)
			if err != nil {
				return err
			}
			model.List = append(model.List, line)
		}
		model.Newer, model.Older = neighbours(r, page, until < len(found))
		return nil
	})
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "subscribers", digestFrame("send.people.title"), model)
}

func (s *Server) subscriberLine(tx *store.Tx, a *asking, v vigie.Subscriber) (ui.SubscriberLine, error) {
	line := ui.SubscriberLine{
		ID: v.ID, Email: v.Email, State: v.State, Cadence: v.Cadence, Language: s.locales.For(v.Lang).Name(), Since: v.Since.In(a.Now.Location()),
	}
	topics, err := s.topicsOf(tx, a, v.Topics)
	for _, t := range topics {
		line.Topics = append(line.Topics, t.Title)
	}
	return line, err
}

// subscriber shows one subscriber and what can be done for them.
func (s *Server) subscriber(w http.ResponseWriter, r *http.Request) error {
	return s.showSubscriber(w, r, http.StatusOK, nil)
}

func (s *Server) showSubscriber(w http.ResponseWriter, r *http.Request, status int, faults ui.Faults) error {
	a := asker(r)
	model := ui.SubscriberPage{Now: a.Now, Faults: faults}
	err := s.o.DB.View(func(tx *store.Tx) error {
		v, err := tx.Subscriber(vigie.SubscriberID(r.PathValue("id")))
		if err != nil {
			return err
		}
		for _, c := range slices.Backward(v.Ledger) {
			model.Ledger = append(model.Ledger, ui.ConsentLine{At: c.At.In(a.Now.Location()), Act: consentKey(c.Act), Via: viaKey(c.Via), Wording: c.Wording})
		}
		model.SubscriberLine, err = s.subscriberLine(tx, a, v)
		return err
	})
	if err != nil {
		return err
	}
	f := digestFrame("")
	f.Title = model.Email
	return s.show(w, r, status, "subscriber", f, model)
}

// consentKey and viaKey name an act of consent, and the way by which it came.
func consentKey(act vigie.ConsentAct) string {
	return "send.act." + strings.ReplaceAll(string(act), " ", "_")
}

func viaKey(via vigie.Via) string { return "send.via." + strings.ReplaceAll(string(via), " ", "_") }

// subscriberData gives everything that is kept about somebody, to be handed to them.
// That is written down: it is a form for that reason.
func (s *Server) subscriberData(w http.ResponseWriter, r *http.Request) error {
	if _, err := posted(r); err != nil {
		return err
	}
	data, err := s.o.Post.ExportFor(r.Context(), asker(r).User, vigie.SubscriberID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return attach(w, "application/json", "abonne.json", data)
}

// stopSubscriber ends a subscription at the person's request.
func (s *Server) stopSubscriber(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := s.o.Post.StopFor(r.Context(), asker(r).User, vigie.SubscriberID(id)); err != nil {
		return err
	}
	return s.done(w, r, root(r)+subscribersPath+"/"+id, "send.stopped")
}

// eraseSubscriber erases somebody at their request. The address has to be typed: it
// cannot be undone.
func (s *Server) eraseSubscriber(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	id := vigie.SubscriberID(r.PathValue("id"))
	var email string
	err = s.o.DB.View(func(tx *store.Tx) error {
		v, err := tx.Subscriber(id)
		email = v.Email
		return err
	})
	if err != nil {
		return err
	}
	if !strings.EqualFold(strings.TrimSpace(form.Get("adresse")), email) {
		return s.showSubscriber(w, r, http.StatusUnprocessableEntity, ui.Faults{{Field: "adresse", Key: "send.fault.typed"}})
	}
	if err := s.o.Post.EraseFor(r.Context(), asker(r).User, id); err != nil {
		return err
	}
	return s.done(w, r, root(r)+subscribersPath, "send.erased")
}

// exportSubscribers gives the subscribers that were searched for as CSV, and writes down that
// somebody took them: it is a form for that reason.
func (s *Server) exportSubscribers(w http.ResponseWriter, r *http.Request) error {
	if _, err := posted(r); err != nil {
		return err
	}
	a, search := asker(r), readerSearchOf(r)
	var b bytes.Buffer
	c := csv.NewWriter(&b)
	rows := [][]string{{"email", "state", "cadence", "language", "topics", "since"}}
	err := s.o.DB.View(func(tx *store.Tx) error {
		for v, err := range tx.Subscribers() {
			if err != nil {
				return err
			}
			if search.has(v) {
				rows = append(rows, []string{
					v.Email, string(v.State), string(v.Cadence), string(v.Lang), strings.Join(v.Topics, " "), v.Since.UTC().Format(time.RFC3339),
				})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = s.o.DB.Update(r.Context(), func(tx *store.Tx) error {
		_, err := tx.Audit(store.AuditLine{At: s.o.Now().UTC(), Who: string(a.User.ID), What: "subscribers exported", Note: strconv.Itoa(len(rows) - 1)})
		return err
	})
	if err != nil {
		return err
	}
	for _, row := range rows {
		for i, cell := range row {
			row[i] = indicator.Inert(cell)
		}
	}
	if err := c.WriteAll(rows); err != nil {
		return err
	}
	return attach(w, "text/csv; charset=utf-8", "abonnes.csv", b.Bytes())
}
