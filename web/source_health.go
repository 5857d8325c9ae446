package web

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"vigie"
	"vigie/crawl/harvest"
	"vigie/crawl/polite"
	"vigie/curate"
	"vigie/index/store"
	"vigie/web/ui"
)

// healthPath is the page of how the sources are doing.
func healthPath(r *http.Request) string { return sourcesPath(r) + "/etat" }

// healthFilter is a choice among the sources: its name in addresses and what it lets
// through.
type healthFilter struct {
	name, key string
	take      func(harvest.Health) bool
}

func healthFilters() []healthFilter {
	return []healthFilter{
		{"", "health.filter.all", func(harvest.Health) bool { return true }},
		{"regard", "health.filter.regard", harvest.Health.Look},
		{"panne", "health.filter.panne", func(h harvest.Health) bool { return h.Visit.Failures > 0 && !h.Source.Paused }},
		{"pause", "health.filter.pause", func(h harvest.Health) bool { return h.Source.Paused }},
	}
}

// sourceHealth says how the sources are doing, those that need a look first.
func (s *Server) sourceHealth(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	all, err := s.survey(a.Now)
	if err != nil {
		return err
	}
	model := ui.SourceHealth{
		Now: a.Now, Keep: a.User.May(vigie.KeepSources), Action: healthPath(r), List: sourcesPath(r), Total: len(all),
		Paces: paces(0), Done: bulkDone(r.URL.Query()), Jail: s.jailed(),
	}
	var shown []harvest.Health
	for i, f := range healthFilters() {
		entry := ui.HealthFilter{Key: f.key, URL: healthAt(r, f.name, 1), Current: f.name == r.URL.Query().Get("filtre")}
		var taken []harvest.Health
		for _, h := range all {
			if f.take(h) {
				taken = append(taken, h)
			}
		}
		if entry.Count = len(taken); entry.Current || i == 0 {
			model.Filter, shown = f.name, taken
		}
		model.Filters = append(model.Filters, entry)
	}
	for i := range model.Filters { // also where the address names none that there is
		model.Filters[i].Current = model.Filters[i].URL == healthAt(r, model.Filter, 1)
	}
	s.fillHealth(r, shown, &model)
	return s.show(w, r, http.StatusOK, "sourcehealth", frame{Key: "health.title", Desk: true, Door: "door.sources"}, model)
}

// jailed says what holds the processes that read PDF files, nil while it is not known.
func (s *Server) jailed() *ui.Jail {
	if s.o.Jail == nil {
		return nil
	}
	p, ok := s.o.Jail()
	if !ok {
		return nil
	}
	out := &ui.Jail{Safe: p.Safe()}
	for _, l := range p.Layers {
		if l.Holds {
			out.Holds = append(out.Holds, "jail.layer."+l.Name)
		} else {
			out.Lacks = append(out.Lacks, "jail.layer."+l.Name)
		}
	}
	for _, a := range p.Attempts {
		if !a.Refused {
			out.Can = append(out.Can, "jail.attempt."+a.Name)
		}
	}
	return out
}

// survey is the health of all sources.
func (s *Server) survey(now time.Time) (all []harvest.Health, err error) {
	err = s.o.DB.View(func(tx *store.Tx) error {
		all, err = harvest.Survey(tx, now)
		return err
	})
	if err != nil {
		return nil, err
	}
	look := 0
	for _, h := range all {
		if h.Look() {
			look++
		}
	}
	s.looks.set(look, now)
	return all, nil
}

// fillHealth puts the rows of the page that ?page= asks for into the model.
func (s *Server) fillHealth(r *http.Request, shown []harvest.Health, model *ui.SourceHealth) {
	page, last := pageAmong(r, len(shown))
	model.Page = page
	if page > 1 {
		model.Newer = healthAt(r, model.Filter, page-1)
	}
	if page < last {
		model.Older = healthAt(r, model.Filter, page+1)
	}
	reading := map[string]bool{}
	for _, c := range call(s.o.Reading) {
		reading[c.URL] = true
	}
	var here []string
	for _, h := range shown[(page-1)*sourceRows : min(page*sourceRows, len(shown))] {
		here = append(here, string(h.Source.ID))
		row := rowOf(r, h.Source, h.Visit, reading[h.Source.URL])
		full := ui.HealthRow{SourceRow: row, Alarms: alarmsOf(r, h.Alarms), Agree: h.Source.Kind == vigie.Auto && h.Visit.Agreeable()}
		if !h.Look() {
			model.Rest = append(model.Rest, full)
			continue
		}
		full.Manners = s.manners(r, h.Source, h.Visit)
		model.Look = append(model.Look, full)
	}
	model.Here = strings.Join(here, " ")
}

// healthAt is the address of a page of the choice.
func healthAt(r *http.Request, filter string, page int, more ...string) string {
	q := url.Values{}
	if filter != "" {
		q.Set("filtre", filter)
	}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	to := url.URL{Path: healthPath(r), RawQuery: q.Encode()}
	return to.String()
}

// pageAmong is the page that ?page= asks for, of so many rows, and the last there is.
func pageAmong(r *http.Request, rows int) (page, last int) {
	last = max((rows+sourceRows-1)/sourceRows, 1)
	page, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || page < 1 || page > last {
		page = 1
	}
	return page, last
}

func alarmsOf(r *http.Request, alarms []harvest.Alarm) (out []ui.Alarm) {
	p := asker(r).P
	for _, alarm := range alarms {
		out = append(out, ui.Alarm{Words: alarm.Words(p), Advice: alarm.Advice(p), Notice: alarm.Notice()})
	}
	return out
}

// changeSources does one thing to many sources, and leads back to where they stand.
func (s *Server) changeSources(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	names := form["id"]
	if form.Get("tous") == "1" {
		names = strings.Fields(form.Get("ici"))
	}
	page, err := strconv.Atoi(form.Get("page"))
	if err != nil || page < 1 || page > 1_000_000 {
		page = 1
	}
	filter := form.Get("filtre")
	if len(filter) > 20 {
		filter = ""
	}
	if len(names) == 0 {
		return s.done(w, r, healthAt(r, filter, page), "health.nothing")
	}
	ids := make([]vigie.SourceID, 0, len(names))
	for _, name := range names {
		ids = append(ids, vigie.SourceID(name))
	}
	act := curate.BulkAct(form.Get("acte"))
	every := time.Duration(0)
	if wish := form.Get("every"); act == curate.BulkPace && wish != "" {
		if every, err = time.ParseDuration(wish); err != nil {
			return &vigie.InvalidError{Field: "every", Reason: "is no length of time"}
		}
	}
	a := asker(r)
	done, err := s.o.Desk.ChangeSources(r.Context(), a.User, ids, act, every, a.network())
	if err != nil {
		return err
	}
	return s.done(w, r, healthAt(r, filter, page, "acte", string(act), "changees", strconv.Itoa(done.Changed),
		"restent", strconv.Itoa(done.Left), "absentes", strconv.Itoa(done.Missing)), "")
}

// bulkDone reads what was just done from the address that an act leads to.
func bulkDone(q url.Values) *ui.BulkDone {
	done := ui.BulkDone{Act: q.Get("acte")}
	switch curate.BulkAct(done.Act) {
	case curate.BulkPause, curate.BulkResume, curate.BulkRead, curate.BulkPace:
	default:
		return nil
	}
	for name, n := range map[string]*int{"changees": &done.Changed, "restent": &done.Left, "absentes": &done.Missing} {
		var err error
		if *n, err = strconv.Atoi(q.Get(name)); err != nil || *n < 0 || *n > curate.MostSources {
			return nil
		}
	}
	return &done
}

// sourceLog is the log of the requests to the host of a source, as a file for its
// webmaster.
func (s *Server) sourceLog(w http.ResponseWriter, r *http.Request) error {
	src, visit, err := s.sourceNamed(r)
	if err != nil {
		return err
	}
	host := s.hostOf(r, src, visit)
	var b bytes.Buffer // nothing waits for a slow reader within a transaction
	err = s.o.DB.View(func(tx *store.Tx) error {
		return writeLog(&b, polite.LogHead{Host: host, Agent: s.o.Agent, Made: s.o.Now()}, tx.Fetches(host))
	})
	if err != nil {
		return fmt.Errorf("log of %.60q: %w", host, err)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+logName(host)+`"`)
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	_, _ = w.Write(b.Bytes()) // fails when the reader left, and nobody can be told
	return nil
}

// looks remembers how many sources need a look: the navigation says it on every page
// of the desk. The zero value is ready.
type looks struct {
	mu sync.Mutex
	at time.Time
	n  int
}

// looksAge is how old that number may be.
const looksAge = time.Minute

func (l *looks) set(n int, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at, l.n = now, n
}

// known returns the number while it is young enough.
func (l *looks) known(now time.Time) (n int, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	age := now.Sub(l.at)
	return l.n, age >= 0 && age < looksAge
}

// needLook counts the sources that need a look. A page does without it where they
// cannot be read.
func (s *Server) needLook(now time.Time) int {
	if n, ok := s.looks.known(now); ok {
		return n
	}
	if _, err := s.survey(now); err != nil {
		s.o.Log.Warn("the sources that need a look were not counted", "err", err)
		s.looks.set(0, now)
	}
	n, _ := s.looks.known(now)
	return n
}
