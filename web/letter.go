package web

import (
	"errors"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"vigie"
	"vigie/curate/digest"
	"vigie/curate/mail"
	"vigie/index/store"
	"vigie/web/ui"
)

// letterRoutes are for subscribing to the digest, for the pages that links in its
// mails lead to, and for its archive. The button of a mail program to unsubscribe
// (RFC 8058) comes from any site and brings no cookie: the address is its proof.
func (s *Server) letterRoutes() []Route {
	public := func(pattern string, handle func(http.ResponseWriter, *http.Request) error) Route {
		return Route{Pattern: pattern, Permission: vigie.ReadPublic, handle: handle}
	}
	secret := func(pattern string, handle func(http.ResponseWriter, *http.Request) error) Route {
		return Route{Pattern: pattern, Permission: vigie.ReadPublic, Secret: true, handle: handle}
	}
	unsubscribe := secret("POST /{language}/lettre/desinscription/{secret}", s.takeUnsubscribe)
	unsubscribe.Cross = true
	return []Route{
		public("GET /{language}/lettre", s.letter),
		public("POST /{language}/lettre", s.subscribe),
		public("GET /{language}/lettre/merci", s.letterAsked),
		public("GET /{language}/lettre/archives", s.letters),
		public("GET /{language}/lettre/archives/{id}", s.letterIssue),
		secret("GET /{language}/lettre/confirmation/{secret}", s.letterConfirm),
		secret("POST /{language}/lettre/confirmation/{secret}", s.takeLetterConfirm),
		secret("GET /{language}/lettre/preferences/{secret}", s.preferences),
		secret("POST /{language}/lettre/preferences/{secret}", s.takePreferences),
		secret("GET /{language}/lettre/preferences/{secret}/donnees", s.ownData),
		secret("POST /{language}/lettre/preferences/{secret}/effacement", s.eraseOwn),
		secret("GET /{language}/lettre/desinscription/{secret}", s.unsubscribe),
		unsubscribe,
	}
}

// letterPath is where the pages of the digest are, below the language.
const letterPath = "lettre"

// letter is the page to subscribe at.
func (s *Server) letter(w http.ResponseWriter, r *http.Request) error {
	return s.showLetter(w, r, http.StatusOK, ui.Letter{}, vigie.Wish{Cadence: vigie.EveryWeek, Lang: asker(r).Lang})
}

func (s *Server) showLetter(w http.ResponseWriter, r *http.Request, status int, model ui.Letter, wish vigie.Wish) error {
	a := asker(r)
	model.Ready = s.o.Post.Ready() == nil
	_, model.Consent = s.o.Post.Wording(a.Settings, a.Lang)
	err := s.o.DB.View(func(tx *store.Tx) error {
		var err error
		if model.Wish, err = s.wishForm(tx, a, wish); err != nil {
			return err
		}
		model.Wish.Faults = model.Faults
		model.Issues, _, err = s.issueLinks(tx, a, 0, newestLetters)
		return err
	})
	if err != nil {
		return err
	}
	f := frame{Key: "letterpage.title", Door: "door.letter", Index: true, Description: a.P.T("letterpage.lead")}
	return s.show(w, r, status, "letter", f, model)
}

// newestLetters is how many issues the page to subscribe at points to.
const newestLetters = 3

// wishForm is the choice of topics, cadence and language.
func (s *Server) wishForm(tx *store.Tx, a *asking, wish vigie.Wish) (ui.Wish, error) {
	topics, err := tx.Topics()
	if err != nil {
		return ui.Wish{}, err
	}
	var out ui.Wish
	for _, t := range topics {
		label, _ := t.Labels.In(a.Lang)
		out.Topics = append(out.Topics, ui.WishChoice{Value: t.ID, Label: label, Chosen: slices.Contains(wish.Topics, t.ID)})
	}
	for _, c := range cadences() {
		out.Cadences = append(out.Cadences, ui.WishChoice{Value: string(c), Label: "letter.cadence." + string(c), Chosen: c == wish.Cadence})
	}
	for _, l := range a.Settings.Languages {
		if s.locales.Speaks(l) {
			p := s.locales.For(l)
			out.Languages = append(out.Languages, ui.Language{Lang: l, Dir: p.Dir(), Name: p.Name(), Current: l == wish.Lang})
		}
	}
	return out, nil
}

func cadences() []vigie.Cadence {
	return []vigie.Cadence{vigie.EveryDay, vigie.EveryWeek, vigie.EveryMonth}
}

// wishOf reads the choice of a form. What the form does not offer is a fault.
func (s *Server) wishOf(a *asking, form url.Values) (vigie.Wish, ui.Faults) {
	wish := vigie.Wish{Cadence: vigie.Cadence(form.Get("cadence")), Lang: vigie.Lang(form.Get("lang"))}
	var faults ui.Faults
	if !slices.Contains(cadences(), wish.Cadence) {
		faults = append(faults, ui.Fault{Field: "cadence-daily", Key: "letterpage.fault.cadence"})
	}
	if !s.locales.Speaks(wish.Lang) || !slices.Contains(a.Settings.Languages, wish.Lang) {
		faults = append(faults, ui.Fault{Field: "lang", Key: "letterpage.fault.lang"})
	}
	for _, t := range form["topic"] {
		if len(wish.Topics) < mostWished && vigie.IndicatorID(t).Valid() && !slices.Contains(wish.Topics, t) {
			wish.Topics = append(wish.Topics, t)
		}
	}
	return wish, faults
}

// mostWished bounds the topics of a wish, as package digest does.
const mostWished = 100

// longestAddress bounds an address (RFC 5321 section 4.5.3.1.3).
const longestAddress = 254

// subscribe takes the form. The answer is the same for an address that is known
// and for one that is not.
func (s *Server) subscribe(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	form, err := posted(r)
	if err != nil {
		return err
	}
	wish, faults := s.wishOf(a, form)
	model := ui.Letter{Email: form.Get("email"), Agreed: form.Get("accord") == "oui"}
	if !model.Agreed {
		faults = append(faults, ui.Fault{Field: "accord", Key: "letterpage.fault.consent"})
	}
	if err := s.o.Post.Ready(); err != nil { // the page says so; no address is kept for nothing
		return s.showLetter(w, r, http.StatusServiceUnavailable, model, wish)
	}
	request := digest.Request{Email: model.Email, Wish: wish, Via: vigie.ByForm, Page: a.Lang}
	if _, err := mail.ParseAddress(request.Email); err != nil || len(request.Email) > longestAddress {
		faults = append(ui.Faults{{Field: "email", Key: "letterpage.fault.email"}}, faults...)
	}
	if len(faults) > 0 {
		model.Faults = faults
		return s.showLetter(w, r, http.StatusUnprocessableEntity, model, wish)
	}
	if wait := s.signups.take(a.From, s.o.Now()); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		model.Wait = wait.Round(time.Minute) + time.Minute
		return s.showLetter(w, r, http.StatusTooManyRequests, model, wish)
	}
	if err := s.o.Post.Subscribe(r.Context(), request); err != nil {
		return err
	}
	return s.done(w, r, root(r)+letterPath+"/merci", "")
}

// letterAsked says that a mail is on its way, to whoever asked for one.
func (s *Server) letterAsked(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, http.StatusOK, "letterasked", frame{Key: "letterpage.asked.title", Door: "door.letter"}, nil)
}

// letterFrame is that of a page about somebody's own subscription.
func letterFrame(key string) frame { return frame{Key: key, Door: "door.letter"} }

// letterLost says that a link does not work, whatever the reason, and returns every
// other error.
func (s *Server) letterLost(w http.ResponseWriter, r *http.Request, err error) error {
	if !errors.Is(err, digest.ErrLink) {
		return err
	}
	return s.show(w, r, http.StatusNotFound, "letterlost", letterFrame("letterpage.lost.title"), nil)
}

// letterConfirm shows the button that confirms. Mail programs that look at links
// before people do change nothing by it.
func (s *Server) letterConfirm(w http.ResponseWriter, r *http.Request) error {
	subscriber, err := s.o.Post.Look(digest.ConfirmLink, r.PathValue("secret"))
	if err != nil {
		return s.letterLost(w, r, err)
	}
	model := ui.LetterConfirm{Action: ownAction(r), State: subscriber.State, Just: r.URL.Query().Get("fait") != ""}
	return s.show(w, r, http.StatusOK, "letterconfirm", letterFrame("letterpage.confirm.title"), model)
}

// takeLetterConfirm confirms.
func (s *Server) takeLetterConfirm(w http.ResponseWriter, r *http.Request) error {
	_, err := s.o.Post.Confirm(r.Context(), r.PathValue("secret"), vigie.ByLink)
	switch {
	case err == nil:
		return s.done(w, r, ownAction(r), "letterpage.confirmed")
	case errors.Is(err, vigie.ErrConflict): // it ended meanwhile: the page says so
		return s.done(w, r, ownAction(r), "")
	}
	return s.letterLost(w, r, err)
}

// ownAction is the address of the page itself, for its own form.
func ownAction(r *http.Request) string { return r.URL.Path }

// unsubscribe shows the button that ends a subscription.
func (s *Server) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	subscriber, err := s.o.Post.Look(digest.UnsubscribeLink, r.PathValue("secret"))
	if err != nil {
		return s.letterLost(w, r, err)
	}
	return s.showUnsubscribed(w, r, subscriber)
}

func (s *Server) showUnsubscribed(w http.ResponseWriter, r *http.Request, subscriber vigie.Subscriber) error {
	model := ui.LetterConfirm{Action: ownAction(r), State: subscriber.State}
	return s.show(w, r, http.StatusOK, "letterstop", letterFrame("letterpage.stop.title"), model)
}

// takeUnsubscribe ends a subscription at once and says so: a mail program follows
// no redirect. The address alone is asked for, so that no program fails for what it
// sends beside it.
func (s *Server) takeUnsubscribe(w http.ResponseWriter, r *http.Request) error {
	via := vigie.ByLink
	if all, _, _, err := fields(r); err == nil && first(all, "List-Unsubscribe") == "One-Click" {
		via = vigie.ByOneClick
	}
	subscriber, err := s.o.Post.Unsubscribe(r.Context(), r.PathValue("secret"), via)
	if err != nil {
		return s.letterLost(w, r, err)
	}
	return s.showUnsubscribed(w, r, subscriber)
}
