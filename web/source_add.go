package web

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"vigie"
	"vigie/crawl/harvest"
	"vigie/curate/locale"
	"vigie/index/store"
	"vigie/web/ui"
)

// probeTime is how long the reading of a new address may take while somebody waits.
const probeTime = 20 * time.Second

// What a button of the preview asks for; "" is to read the address anew.
const (
	tryRules = "regles" // the page as a list, by the rules of the form
	tryWays  = "voies"  // all ways again
)

// probe shows what vigie reads at an address. Nothing is kept but the page, for a
// few minutes, so that rules can be tried without asking for it again.
func (s *Server) probe(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	src := s.named(sourceFrom(form))
	example, what := form.Get("exemple"), form.Get("essai")
	model := s.blank(r, src)
	if wait := s.probes.take(asker(r).User.ID, s.o.Now()); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		model.Trouble = asker(r).P.Phrase("source.trouble.often")
		return s.showProbe(w, r, http.StatusTooManyRequests, model)
	}
	kept, known := s.probed.get(asker(r).User.ID, src.URL, s.o.Now())
	switch {
	case known && what == tryWays:
		err = s.showWays(r, src, kept, &model)
		return s.answerProbe(w, r, model, err)
	case known && (what == tryRules || example != "") && src.List.Sitemap == "" && len(kept.Page.Body) > 0:
		return s.answerProbe(w, r, model, s.reread(r, src, kept.Page, example, &model))
	}
	model.ByRules = what == tryRules || example != ""
	err = s.ask(r, src, example, &model)
	return s.answerProbe(w, r, model, err)
}

// named gives a source an identity where its form had none: the form that adds it may
// then be posted twice.
func (s *Server) named(src vigie.Source) vigie.Source {
	if src.ID == "" {
		src.ID = vigie.NewID[vigie.SourceID](s.o.Now())
	}
	return src
}

// blank is a preview that shows nothing yet.
func (s *Server) blank(r *http.Request, src vigie.Source) ui.Probed {
	return ui.Probed{
		URL: src.URL, Form: formOf(src), Add: sourcesPath(r), Try: sourcesPath(r) + "/essai", List: sourcesPath(r),
		Keep: asker(r).User.May(vigie.KeepSources),
	}
}

// answerProbe shows the preview, or why there is none: err is either of the source or
// of our own.
func (s *Server) answerProbe(w http.ResponseWriter, r *http.Request, model ui.Probed, err error) error {
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(model.Trouble) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.showProbe(w, r, status, model)
}

func (s *Server) showProbe(w http.ResponseWriter, r *http.Request, status int, model ui.Probed) error {
	return s.show(w, r, status, "probe", frame{Key: "source.probe.title", Desk: true, Door: "door.sources"}, model)
}

// ask reads an address for the preview, in all ways, or as a list by rules.
func (s *Server) ask(r *http.Request, src vigie.Source, example string, model *ui.Probed) error {
	say := asker(r).P.Phrase
	if _, err := vigie.CanonicalURL(src.URL); err != nil {
		model.Trouble = say("source.trouble.no_address")
		return nil
	}
	if s.o.Probe == nil {
		model.Trouble = say("source.trouble.unable")
		return nil
	}
	as := src
	as.Kind = ""
	if model.ByRules && example == "" {
		as.Kind = vigie.Site
	}
	ctx, cancel := context.WithTimeout(r.Context(), probeTime)
	defer cancel()
	p, err := s.o.Probe(ctx, as)
	switch {
	case r.Context().Err() != nil:
		return r.Context().Err()
	case err != nil:
		model.Trouble, model.Error = troubled(r, err), err.Error()
		return nil
	case example != "":
		return s.reread(r, src, p.Page, example, model)
	case model.ByRules:
		return s.showWay(r, src, p, model)
	}
	s.probed.keep(asker(r).User.ID, src.URL, p, s.o.Now())
	return s.showWays(r, src, p, model)
}

// reread shows a page that was read already as a list.
func (s *Server) reread(r *http.Request, src vigie.Source, page vigie.Capture, example string, model *ui.Probed) error {
	model.ByRules = true
	_, model.Others = s.probed.get(asker(r).User.ID, src.URL, s.o.Now())
	if s.o.Reread == nil {
		model.Trouble = asker(r).P.Phrase("source.trouble.unable")
		return nil
	}
	src.List.Sitemap = ""
	p, err := s.o.Reread(r.Context(), src, page, example)
	switch {
	case r.Context().Err() != nil:
		return r.Context().Err()
	case errors.Is(err, vigie.ErrNotFound):
		model.Trouble = asker(r).P.Phrase("add.trouble.example")
		return nil
	case err != nil:
		model.Trouble, model.Error = troubled(r, err), err.Error()
		return nil
	}
	return s.showWay(r, src, p, model)
}

// troubled says why something could not be read.
func troubled(r *http.Request, err error) []locale.Part {
	return harvest.Reason(asker(r).P, harvest.TroubleOf(err))
}

// watched finds the source that watches one of some addresses already.
func (s *Server) watched(r *http.Request, src vigie.Source, model *ui.Probed, addresses ...string) error {
	want := map[string]bool{}
	for _, address := range addresses {
		if canonical, err := vigie.CanonicalURL(address); err == nil {
			want[canonical] = true
		}
	}
	return s.o.DB.View(func(tx *store.Tx) error {
		for each, err := range tx.Sources() {
			if err != nil {
				return err
			}
			if at, err := vigie.CanonicalURL(each.URL); err == nil && want[at] && each.ID != src.ID {
				model.Known, model.KnownName = sourcesPath(r)+"/"+string(each.ID), nameOf(each.Name, each.URL)
				return nil
			}
		}
		return nil
	})
}

// addSource takes a source that somebody has seen the preview of.
func (s *Server) addSource(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	typed := sourceFrom(form)
	src := alongWay(typed, form.Get("voie"))
	added, err := s.o.Desk.AddSource(r.Context(), asker(r).User, src)
	if err == nil && added.Paused {
		return s.done(w, r, sourcesPath(r), "source.proposed")
	}
	if err == nil {
		return s.done(w, r, sourcesPath(r), "source.added")
	}
	model := s.blank(r, typed)
	kept, known := s.probed.get(asker(r).User.ID, typed.URL, s.o.Now())
	if known {
		if err := s.showWays(r, s.named(typed), kept, &model); err != nil {
			return err
		}
	}
	if errors.Is(err, vigie.ErrConflict) {
		model.Trouble = asker(r).P.Phrase("source.trouble.known")
		model.Known, model.KnownName = sourcesPath(r)+"/"+string(added.ID), nameOf(added.Name, added.URL)
		return s.showProbe(w, r, http.StatusUnprocessableEntity, model)
	}
	if model.Form.Faults, err = sourceFaults(err); err != nil {
		return err
	}
	return s.showProbe(w, r, http.StatusUnprocessableEntity, model)
}

// sourceFaults tells what is wrong with the form of a source. It returns any error
// that is not about that.
func sourceFaults(err error) (ui.Faults, error) {
	bad, ok := errors.AsType[*vigie.InvalidError](err)
	if !ok {
		return nil, err
	}
	switch bad.Field {
	case "url", "name", "every", "topics", "list", "keep":
		return ui.Faults{{Field: bad.Field, Key: "source.fault." + bad.Field}}, nil
	case "language":
		return ui.Faults{{Field: "lang", Key: "source.fault.lang"}}, nil
	}
	return nil, err
}
