package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"vigie"
	"vigie/web/ui"
)

// The bounds of what a preview shows of a way.
const (
	shownItems  = 8
	shownFaults = 10
)

// showWays fills a preview with all ways that a probe found.
func (s *Server) showWays(r *http.Request, src vigie.Source, p Probe, model *ui.Probed) error {
	ways := p.Ways
	if len(ways) == 0 {
		ways = []Probe{p}
	}
	addresses := []string{src.URL, ways[0].URL}
	for _, w := range ways {
		model.Ways = append(model.Ways, shownWay(w, len(p.Page.Body) > 0 && s.o.Reread != nil))
	}
	model.Title = cmp.Or(ways[0].Title, p.Title)
	src.Name, src.Lang = nameOf(src.Name, clipped(model.Title, 50)), cmp.Or(src.Lang, ways[0].Lang)
	if i := slices.IndexFunc(ways, func(w Probe) bool { return w.Kind == vigie.Site && !w.Sitemap }); i >= 0 && src.List.Item == "" {
		rules := ways[i].List
		src.List.Item, src.List.Link, src.List.Title, src.List.Date = rules.Item, rules.Link, rules.Title, rules.Date
	}
	src.Kind = ""
	model.Form = formOf(src)
	return s.watched(r, src, model, addresses...)
}

// showWay fills a preview with a list that was read by rules.
func (s *Server) showWay(r *http.Request, src vigie.Source, p Probe, model *ui.Probed) error {
	model.Ways = []ui.ProbedWay{shownWay(p, len(p.Page.Body) > 0 || model.Others)}
	model.Title = p.Title
	src.Kind, src.List = vigie.Site, p.List
	src.Name, src.Lang = nameOf(src.Name, clipped(p.Title, 50)), cmp.Or(src.Lang, p.Lang)
	model.Form = formOf(src)
	return s.watched(r, src, model, src.URL)
}

// shownWay is a way as the preview shows it. A person can point at the items of a
// list where its page is at hand.
func shownWay(w Probe, atHand bool) ui.ProbedWay {
	out := ui.ProbedWay{
		Name: wayName(w), Value: wayValue(w), URL: w.URL, Format: w.Format, Total: w.Total, Faults: w.Faults[:min(len(w.Faults), shownFaults)],
		Pointed: atHand && w.Kind == vigie.Site && !w.Sitemap,
	}
	if w.Sitemap {
		out.URL = w.List.Sitemap
	}
	var rules []string
	for _, rule := range []string{w.List.Item, w.List.Link, w.List.Title, w.List.Date} {
		if rule != "" {
			rules = append(rules, rule)
		}
	}
	out.Rules = strings.Join(rules, " · ")
	most := shownItems
	if out.Name == "links" {
		most = len(w.Entries) // any of them may be the example
	}
	for _, e := range w.Entries[:min(len(w.Entries), most)] {
		out.Entries = append(out.Entries, ui.ProbedEntry{
			Title: nameOf(e.Title, e.URL), URL: webAddress(e.URL), Published: e.Published, Lang: e.Lang, Dir: cmp.Or(e.Lang, w.Lang).Direction(),
		})
	}
	return out
}

// wayName names a way to read an address.
func wayName(w Probe) string {
	switch {
	case w.Kind != vigie.Site:
		return string(w.Kind)
	case w.Sitemap:
		return "sitemap"
	case w.List.Item == "":
		return "links"
	}
	return "list"
}

// The bounds of the probes that are kept.
const (
	probedTime  = 10 * time.Minute
	mostProbed  = 24
	probedBytes = 24 << 20 // of pages, all together
	probedPage  = 4 << 20  // of one page; a larger one is kept without its body
)

// probedPages keeps what people probed for a few minutes. The zero value is ready.
type probedPages struct {
	mu   sync.Mutex
	kept []probedOne // the oldest first
}

type probedOne struct {
	who     vigie.UserID
	address string
	at      time.Time
	probe   Probe
}

// keep remembers a probe in place of the person's last one of the same address.
func (p *probedPages) keep(who vigie.UserID, address string, probe Probe, now time.Time) {
	if len(probe.Page.Body) > probedPage {
		probe.Page.Body = nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kept = slices.DeleteFunc(p.kept, func(k probedOne) bool {
		return k.who == who && k.address == address || now.Sub(k.at) > probedTime
	})
	p.kept = append(p.kept, probedOne{who: who, address: address, at: now, probe: probe})
	size := 0
	for i, k := range slices.Backward(p.kept) {
		size += len(k.probe.Page.Body)
		if size > probedBytes || len(p.kept)-i > mostProbed {
			p.kept = slices.Delete(p.kept, 0, i+1)
			return
		}
	}
}

// get returns what a person probed lately.
func (p *probedPages) get(who vigie.UserID, address string, now time.Time) (Probe, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, k := range p.kept {
		if age := now.Sub(k.at); k.who == who && k.address == address && age >= 0 && age <= probedTime {
			return k.probe, true
		}
	}
	return Probe{}, false
}
