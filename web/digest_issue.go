package web

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"

	"vigie"
	"vigie/curate/digest"
	"vigie/index/store"
	"vigie/web/ui"
)

// mostDoubtful is how many uncertain mails a page lists; the workers leave far
// fewer.
const mostDoubtful = 100

// issue shows one issue to the desk.
func (s *Server) issue(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	model := ui.DeskIssue{
		Now: a.Now, MaySend: a.User.May(vigie.SendDigest), MayKeep: a.User.May(vigie.KeepSubscribers), Missing: missing(s.o.Post.Ready()),
	}
	err := s.o.DB.View(func(tx *store.Tx) error {
		i, err := tx.Issue(vigie.IssueID(r.PathValue("id")))
		if err != nil {
			return err
		}
		if model.IssueLine, err = s.issueLine(tx, a, i); err != nil {
			return err
		}
		if u, err := tx.User(i.By); err == nil {
			model.By = u.Name
		}
		if model.Shown, err = s.issuePage(tx, a, i); err != nil {
			return err
		}
		return s.doubtful(tx, &model)
	})
	if err != nil {
		return err
	}
	f := digestFrame("")
	f.Title = a.P.T("digest.heading", "date", model.Until)
	f.Scripts = []string{"live.js"}
	return s.show(w, r, http.StatusOK, "deskissue", f, model)
}

// doubtful fills in the mails of an issue that need a person's word, and those that
// failed. Who may not see subscribers sees no address.
func (s *Server) doubtful(tx *store.Tx, model *ui.DeskIssue) error {
	for d, err := range tx.Deliveries(model.ID) {
		if err != nil {
			return err
		}
		if d.State != vigie.Uncertain && d.State != vigie.Failed {
			continue
		}
		line := ui.DeliveryLine{Subscriber: d.Subscriber, MessageID: d.MessageID, At: d.At, Code: d.Code, Reason: d.Reason, Attempts: d.Attempts}
		if model.MayKeep {
			subscriber, err := tx.Subscriber(d.Subscriber)
			if err != nil && !errors.Is(err, vigie.ErrNotFound) {
				return err
			}
			line.Email = subscriber.Email
		}
		list := &model.Failed
		if d.State == vigie.Uncertain {
			list = &model.Doubtful
		}
		if len(*list) < mostDoubtful {
			*list = append(*list, line)
		}
	}
	return nil
}

// namedIssue finds the issue that an address names: a kept one, or the next one of a
// cadence as it would be now.
func (s *Server) namedIssue(r *http.Request) (vigie.Issue, error) {
	name := r.PathValue("id")
	if c := vigie.Cadence(name); slices.Contains(cadences(), c) {
		issue, _, err := s.o.Post.Draft(r.Context(), c)
		return issue, err
	}
	var issue vigie.Issue
	err := s.o.DB.View(func(tx *store.Tx) error {
		var err error
		issue, err = tx.Issue(vigie.IssueID(name))
		return err
	})
	return issue, err
}

// rendered is the mail of an issue in the language that is asked for, for somebody
// who wants every topic.
func (s *Server) rendered(r *http.Request) (vigie.Issue, vigie.Lang, digest.Rendered, error) {
	lang := s.tongue(r.FormValue("langue"))
	if lang == "" {
		lang = asker(r).Lang
	}
	issue, err := s.namedIssue(r)
	if err != nil {
		return issue, lang, digest.Rendered{}, err
	}
	out, err := s.o.Post.Preview(r.Context(), issue, vigie.Wish{Cadence: issue.Cadence, Lang: lang})
	return issue, lang, out, err
}

// mailPreview shows the mail of an issue as readers get it: HTML in a frame that can
// do nothing, and the text.
func (s *Server) mailPreview(w http.ResponseWriter, r *http.Request) error {
	return s.showPreview(w, r, http.StatusOK)
}

func (s *Server) showPreview(w http.ResponseWriter, r *http.Request, status int) error {
	a := asker(r)
	issue, lang, mail, err := s.rendered(r)
	if errors.Is(err, vigie.ErrNotFound) && issue.ID == "" {
		return err
	}
	model := ui.MailPreview{
		Cadence: issue.Cadence, Small: r.FormValue("largeur") == "320",
		Languages: s.tongues(lang), MaySend: a.User.May(vigie.SendDigest), Missing: missing(s.o.Post.Ready()), Email: a.User.Email,
		Lang: lang, Dir: lang.Direction(), Name: r.PathValue("id"),
	}
	model.Draft = model.Name == string(issue.Cadence)
	switch {
	case errors.Is(err, vigie.ErrNotFound):
		model.Empty = true
	case err != nil:
		return err
	default:
		model.Subject, model.Text, model.KB = mail.Subject, mail.Text, (len(mail.HTML)+len(mail.Text)+1023)>>10
		model.Source = root(r) + digestPath + "/" + url.PathEscape(model.Name) + "/courriel?langue=" + string(lang)
	}
	h := w.Header()
	h.Set("Content-Security-Policy", h.Get("Content-Security-Policy")+"; frame-src 'self'")
	return s.show(w, r, status, "mailpreview", digestFrame("send.preview.title"), model)
}

// mailBody is the HTML of a mail alone, for the frame of its preview. Mails have
// their styles in them, so it has a policy of its own: nothing is loaded, nothing
// runs, nothing is sent.
func (s *Server) mailBody(w http.ResponseWriter, r *http.Request) error {
	_, _, mail, err := s.rendered(r)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox")
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, mail.HTML) // fails when the reader left
	return nil
}

// tryIssue sends an issue to whoever asks.
func (s *Server) tryIssue(w http.ResponseWriter, r *http.Request) error {
	if _, err := posted(r); err != nil {
		return err
	}
	a := asker(r)
	issue, lang, _, err := s.rendered(r)
	if err != nil {
		return err
	}
	if s.o.Post.Ready() != nil { // the page says what is missing
		return s.showPreview(w, r, http.StatusServiceUnavailable)
	}
	if err := s.o.Post.Try(r.Context(), a.User, issue, vigie.Wish{Cadence: issue.Cadence, Lang: lang}); err != nil {
		return err
	}
	return s.done(w, r, root(r)+digestPath+"/"+url.PathEscape(r.PathValue("id"))+"/apercu?langue="+string(lang), "send.tried")
}
