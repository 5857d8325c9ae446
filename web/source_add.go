package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/web/ui"
)

// probeTime is how long the reading of a new address may take while somebody waits.
const probeTime = 20 * time.Second

// probe shows what vigie reads at an address. Nothing is kept.
func (s *Server) probe(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	src := sourceFrom(form)
	if src.ID == "" {
		src.ID = vigie.NewID[vigie.SourceID](s.o.Now())
	}
	model, err := s.probed(r, src)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if model.Error != "" || model.Trouble != "" {
		status = http.StatusUnprocessableEntity
	}
	return s.showProbe(w, r, status, model)
}

func (s *Server) showProbe(w http.ResponseWriter, r *http.Request, status int, model ui.Probed) error {
	model.Add, model.Try, model.List, model.Keep = sourcesPath(r), sourcesPath(r)+"/essai", sourcesPath(r), asker(r).User.May(vigie.KeepSources)
	return s.show(w, r, status, "probe", frame{Key: "source.probe.title", Desk: true, Door: "door.sources"}, model)
}

// probed reads the address of a source that may be.
func (s *Server) probed(r *http.Request, src vigie.Source) (ui.Probed, error) {
	model := ui.Probed{URL: src.URL, Form: formOf(src)}
	if _, err := vigie.CanonicalURL(src.URL); err != nil {
		model.Trouble = "source.trouble.no_address"
		return model, nil
	}
	if s.o.Probe == nil {
		model.Trouble = "source.trouble.unable"
		return model, nil
	}
	ctx, cancel := context.WithTimeout(r.Context(), probeTime)
	defer cancel()
	p, err := s.o.Probe(ctx, src)
	if r.Context().Err() != nil {
		return model, r.Context().Err()
	}
	if err != nil {
		model.Error, model.Trouble = err.Error(), troubleKey(err.Error())
		model.Kind = src.Kind
		return model, nil
	}
	model.URL, model.Kind, model.Format, model.Title, model.Total = nameOf(p.URL, src.URL), p.Kind, p.Format, p.Title, p.Total
	model.Faults, model.Feeds = p.Faults[:min(len(p.Faults), 10)], p.Feeds[:min(len(p.Feeds), 10)]
	for _, e := range p.Entries {
		model.Entries = append(model.Entries, ui.ProbedEntry{
			Title: nameOf(e.Title, e.URL), URL: webAddress(e.URL), Published: e.Published, Lang: e.Lang, Dir: cmp.Or(e.Lang, p.Lang).Direction(),
		})
	}
	src.URL, src.Kind, src.List = model.URL, p.Kind, p.List
	src.Name, src.Lang = nameOf(src.Name, clipped(p.Title, 50)), cmp.Or(src.Lang, p.Lang)
	model.Form = formOf(src)
	err = s.watched(r, src, &model)
	return model, err
}

// watched finds the source that watches an address already.
func (s *Server) watched(r *http.Request, src vigie.Source, model *ui.Probed) error {
	want, err := vigie.CanonicalURL(src.URL)
	if err != nil {
		return nil //nolint:nilerr // an address that answered, but is none of ours to compare
	}
	return s.o.DB.View(func(tx *store.Tx) error {
		for each, err := range tx.Sources() {
			if err != nil {
				return err
			}
			if at, err := vigie.CanonicalURL(each.URL); err == nil && at == want && each.ID != src.ID {
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
	src := sourceFrom(form)
	added, err := s.o.Desk.AddSource(r.Context(), asker(r).User, src)
	switch {
	case errors.Is(err, vigie.ErrConflict):
		model := ui.Probed{
			URL: src.URL, Kind: src.Kind, Form: formOf(src), Trouble: "source.trouble.known",
			Known: sourcesPath(r) + "/" + string(added.ID), KnownName: nameOf(added.Name, added.URL),
		}
		return s.showProbe(w, r, http.StatusUnprocessableEntity, model)
	case err != nil:
		model := ui.Probed{URL: src.URL, Kind: src.Kind, Form: formOf(src)}
		if model.Form.Faults, err = sourceFaults(err); err != nil {
			return err
		}
		return s.showProbe(w, r, http.StatusUnprocessableEntity, model)
	case added.Paused:
		return s.done(w, r, sourcesPath(r), "source.proposed")
	}
	return s.done(w, r, sourcesPath(r), "source.added")
}

// sourceFaults tells what is wrong with the form of a source. It returns any error
// that is not about that.
func sourceFaults(err error) (ui.Faults, error) {
	bad, ok := errors.AsType[*vigie.InvalidError](err)
	if !ok {
		return nil, err
	}
	switch bad.Field {
	case "url", "name", "every", "topics", "list":
		return ui.Faults{{Field: bad.Field, Key: "source.fault." + bad.Field}}, nil
	case "language":
		return ui.Faults{{Field: "lang", Key: "source.fault.lang"}}, nil
	}
	return nil, err
}

// sourceFrom reads the form of a source. An address without a scheme is one of the
// web.
func sourceFrom(form url.Values) vigie.Source {
	src := vigie.Source{
		ID: vigie.SourceID(form.Get("id")), Kind: vigie.Kind(form.Get("genre")), URL: strings.TrimSpace(form.Get("url")), Name: form.Get("name"),
		Publisher: form.Get("publisher"), Lang: vigie.Lang(strings.TrimSpace(form.Get("lang"))), FullText: vigie.FullText(form.Get("texte")),
		List: vigie.ListRules{
			Item: strings.TrimSpace(form.Get("item")), Link: strings.TrimSpace(form.Get("link")), Title: strings.TrimSpace(form.Get("head")),
			Date: strings.TrimSpace(form.Get("date")), Allow: strings.Fields(form.Get("allow")),
		},
	}
	if src.URL != "" && !strings.Contains(src.URL, "://") {
		src.URL = "https://" + src.URL
	}
	for topic := range strings.SplitSeq(form.Get("topics"), ",") {
		if topic = strings.Join(strings.Fields(topic), " "); topic != "" {
			src.Topics = append(src.Topics, topic)
		}
	}
	if every, err := time.ParseDuration(form.Get("every")); err == nil {
		src.Every = every
	}
	if most, err := strconv.Atoi(form.Get("most")); err == nil {
		src.List.Most = most
	}
	return src
}

// formOf is the form of a source.
func formOf(src vigie.Source) ui.SourceForm {
	f := ui.SourceForm{
		ID: src.ID, URL: src.URL, Name: src.Name, Publisher: src.Publisher, Kind: src.Kind, Lang: src.Lang, Topics: strings.Join(src.Topics, ", "),
		Item: src.List.Item, Link: src.List.Link, Head: src.List.Title, Date: src.List.Date, Allow: strings.Join(src.List.Allow, " "), Most: src.List.Most,
	}
	known := src.Every == 0
	f.Hours = append(f.Hours, ui.Choice{Value: "", Name: "source.every.default", Chosen: known})
	for _, each := range []struct{ value, name string }{
		{"30m0s", "source.every.half"},
		{"1h0m0s", "source.every.hour"},
		{"3h0m0s", "source.every.three"},
		{"12h0m0s", "source.every.twelve"},
		{"24h0m0s", "source.every.day"},
		{"168h0m0s", "source.every.week"},
	} {
		chosen := src.Every.String() == each.value
		known = known || chosen
		f.Hours = append(f.Hours, ui.Choice{Value: each.value, Name: each.name, Chosen: chosen})
	}
	if !known { // somebody chose another one on the command line
		f.Hours = append(f.Hours, ui.Choice{Value: src.Every.String(), Name: "source.every.other", Chosen: true})
	}
	for _, each := range []vigie.FullText{vigie.FullTextAuto, vigie.FullTextAlways, vigie.FullTextNever} {
		chosen := src.FullText == each || src.FullText == "" && each == vigie.FullTextAuto
		f.FullText = append(f.FullText, ui.Choice{Value: string(each), Name: "source.text." + string(each), Chosen: chosen})
	}
	return f
}
