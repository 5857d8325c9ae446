package web

import (
	"cmp"
	"errors"
	"net/http"

	"vigie"
	"vigie/index/store"
	"vigie/web/ui"
)

// digestRoutes are for the digest at the desk: what goes out, to how many, and what
// became of it; and for the subscribers, whom administrators alone see.
func (s *Server) digestRoutes() []Route {
	route := func(pattern string, needs vigie.Permission, handle func(http.ResponseWriter, *http.Request) error) Route {
		return Route{Pattern: pattern, Permission: needs, handle: handle}
	}
	return []Route{
		route("GET /{language}/bureau/lettre", vigie.CountSubscribers, s.digest),
		route("POST /{language}/bureau/lettre", vigie.SendDigest, s.composeIssue),
		route("POST /{language}/bureau/lettre/reprise", vigie.SendDigest, s.resumeSending),
		route("GET /{language}/bureau/lettre/{id}", vigie.CountSubscribers, s.issue),
		route("POST /{language}/bureau/lettre/{id}/envoyer", vigie.SendDigest, s.sendIssue),
		route("POST /{language}/bureau/lettre/{id}/annuler", vigie.SendDigest, s.cancelIssue),
		route("POST /{language}/bureau/lettre/{id}/partie", vigie.SendDigest, s.toldIssue),
		route("POST /{language}/bureau/lettre/{id}/incertains", vigie.SendDigest, s.settleDelivery),
		route("GET /{language}/bureau/lettre/{id}/apercu", vigie.CountSubscribers, s.mailPreview),
		route("POST /{language}/bureau/lettre/{id}/apercu", vigie.SendDigest, s.tryIssue),
		route("GET /{language}/bureau/lettre/{id}/courriel", vigie.CountSubscribers, s.mailBody),
		route("GET /{language}/bureau/abonnes", vigie.KeepSubscribers, s.subscribers),
		route("POST /{language}/bureau/abonnes/export", vigie.KeepSubscribers, s.exportSubscribers),
		route("GET /{language}/bureau/abonnes/{id}", vigie.KeepSubscribers, s.subscriber),
		route("POST /{language}/bureau/abonnes/{id}/donnees", vigie.KeepSubscribers, s.subscriberData),
		route("POST /{language}/bureau/abonnes/{id}/arret", vigie.KeepSubscribers, s.stopSubscriber),
		route("POST /{language}/bureau/abonnes/{id}/effacement", vigie.KeepSubscribers, s.eraseSubscriber),
	}
}

const (
	digestPath      = "bureau/lettre"
	subscribersPath = "bureau/abonnes"
	// issuesShown is how many sent issues a page lists.
	issuesShown = 20
)

// digestFrame is the frame of a page behind the door of sending.
func digestFrame(key string) frame { return frame{Key: key, Desk: true, Door: "door.send"} }

// digest says what goes out next, what is on its way, and what became of the last
// issues.
func (s *Server) digest(w http.ResponseWriter, r *http.Request) error {
	return s.showDigest(w, r, http.StatusOK)
}

func (s *Server) showDigest(w http.ResponseWriter, r *http.Request, status int) error {
	a := asker(r)
	model := ui.Digest{
		Now: a.Now, Missing: missing(s.o.Post.Ready()), MaySend: a.User.May(vigie.SendDigest), MayKeep: a.User.May(vigie.KeepSubscribers),
		Hold: a.Settings.Digest.Hold,
	}
	var err error
	if model.Held, err = s.o.Post.Held(); err != nil {
		return err
	}
	if t := s.o.Post.Trouble(); t.Failures > 0 {
		model.Trouble = &ui.MailTrouble{Failures: t.Failures, Again: t.Again, Reason: t.Reason}
	}
	readers, err := s.countSubscribers(&model)
	if err != nil {
		return err
	}
	if err := s.nextIssues(r, &model, readers); err != nil {
		return err
	}
	if err := s.lastIssues(r, &model); err != nil {
		return err
	}
	f := digestFrame("send.title")
	f.Scripts = []string{"live.js"}
	return s.show(w, r, status, "digest", f, model)
}

// missing is the key of the sentence that says why no mail can be sent.
func missing(err error) string {
	if err == nil {
		return ""
	}
	if bad, ok := errors.AsType[*vigie.InvalidError](err); ok && bad.Field == "public_url" {
		return "send.missing.public_url"
	}
	return "send.missing.mail"
}

// countSubscribers fills in how many subscribers there are, and returns how many
// active ones want each cadence.
func (s *Server) countSubscribers(model *ui.Digest) (map[vigie.Cadence]int, error) {
	readers := map[vigie.Cadence]int{}
	counts := map[vigie.SubscriberState]int{}
	err := s.o.DB.View(func(tx *store.Tx) error {
		for subscriber, err := range tx.Subscribers() {
			if err != nil {
				return err
			}
			counts[subscriber.State]++
			if subscriber.State == vigie.Active {
				readers[subscriber.Cadence]++
			}
		}
		return nil
	})
	for _, state := range subscriberStates() {
		model.Counts = append(model.Counts, ui.StateCount{State: state, N: counts[state]})
	}
	return readers, err
}

func subscriberStates() []vigie.SubscriberState {
	return []vigie.SubscriberState{vigie.Active, vigie.Asked, vigie.Stopped, vigie.Bounced}
}

// nextIssues fills in what the next issue of each cadence would hold.
func (s *Server) nextIssues(r *http.Request, model *ui.Digest, readers map[vigie.Cadence]int) error {
	a := asker(r)
	for _, c := range cadences() {
		draft, _, err := s.o.Post.Draft(r.Context(), c)
		if err != nil {
			return err
		}
		at, err := s.o.Post.Next(c)
		if err != nil {
			return err
		}
		items, figures := draft.For(vigie.Wish{Lang: a.Lang})
		model.Next = append(model.Next, ui.NextIssue{
			Cadence: c, At: at.In(a.Now.Location()), Items: len(items), Figures: len(figures), Readers: readers[c],
		})
	}
	return nil
}

// composeIssue makes an issue at somebody's word.
func (s *Server) composeIssue(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	if s.o.Post.Ready() != nil { // the page says what is missing
		return s.showDigest(w, r, http.StatusConflict)
	}
	issue, found, err := s.o.Post.Compose(r.Context(), asker(r).User, vigie.Cadence(form.Get("cadence")))
	if err != nil {
		return err
	}
	if !found {
		return s.done(w, r, root(r)+digestPath, "send.nothing")
	}
	return s.done(w, r, root(r)+digestPath+"/"+string(issue.ID), "send.composed")
}

// resumeSending lets mail out again after a backup was restored.
func (s *Server) resumeSending(w http.ResponseWriter, r *http.Request) error {
	err := s.o.Post.Resume(r.Context(), asker(r).User)
	if err != nil && !errors.Is(err, vigie.ErrConflict) { // somebody else said so just now
		return err
	}
	return s.done(w, r, root(r)+digestPath, "send.resumed")
}

// sendIssue lets an issue that waits out at once.
func (s *Server) sendIssue(w http.ResponseWriter, r *http.Request) error {
	err := s.o.Post.SendNow(r.Context(), asker(r).User, vigie.IssueID(r.PathValue("id")))
	return s.issueChanged(w, r, err, "send.going")
}

// cancelIssue keeps an issue that waits from going out.
func (s *Server) cancelIssue(w http.ResponseWriter, r *http.Request) error {
	err := s.o.Post.Cancel(r.Context(), asker(r).User, vigie.IssueID(r.PathValue("id")))
	return s.issueChanged(w, r, err, "send.cancelled")
}

// toldIssue counts an issue as sent that had gone out before a backup was restored.
func (s *Server) toldIssue(w http.ResponseWriter, r *http.Request) error {
	err := s.o.Post.Told(r.Context(), asker(r).User, vigie.IssueID(r.PathValue("id")))
	return s.issueChanged(w, r, err, "send.told")
}

// issueChanged goes back to an issue after something was done to it. What came too
// late is no fault of the person: the page shows how things stand.
func (s *Server) issueChanged(w http.ResponseWriter, r *http.Request, err error, what string) error {
	switch {
	case errors.Is(err, vigie.ErrConflict):
		what = "send.late"
	case err != nil:
		return err
	}
	return s.done(w, r, root(r)+digestPath+"/"+r.PathValue("id"), what)
}

// settleDelivery is a person's word on mails whose fate nobody knows.
func (s *Server) settleDelivery(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	a, id := asker(r), vigie.IssueID(r.PathValue("id"))
	to := vigie.SubscriberID(form.Get("abonne"))
	if to == "" && form.Get("tous") != "oui" { // "" would stand for all of them
		return &vigie.InvalidError{Field: "abonne", Reason: "is missing"}
	}
	switch form.Get("decision") {
	case "arrived":
		err = s.o.Post.Settle(r.Context(), a.User, id, to, true)
	case "lost":
		err = s.o.Post.Settle(r.Context(), a.User, id, to, false)
	case "again":
		err = s.o.Post.Resend(r.Context(), a.User, id, to)
	default:
		err = &vigie.InvalidError{Field: "decision", Reason: "is none of arrived, lost, again"}
	}
	return s.issueChanged(w, r, err, cmp.Or(map[string]string{"again": "send.again"}[form.Get("decision")], "send.settled"))
}
