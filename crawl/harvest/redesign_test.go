package harvest_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/crawl"
	"vigie/crawl/crawltest"
	"vigie/crawl/harvest"
	"vigie/crawl/polite"
	"vigie/feeds"
)

// redesign is a change of a site, and how the site is read.
type redesign struct {
	source        vigie.Source // its address is a path
	before, after map[string]crawltest.Page
}

// listPage is a page whose items are elements of a class.
func listPage(class, more string) crawltest.Page {
	var b strings.Builder
	for i := range 6 {
		fmt.Fprintf(&b, `<div class="%s"><h2><a href="/avis/%d">Avis numéro %[2]d de la page</a></h2><time datetime="2025-01-%02[3]d"></time></div>`, class, i, i+1)
	}
	return crawltest.Page{Body: `<html lang="fr"><head><title>Office</title>` + declares + `</head><body>` + more + `<main>` + b.String() + `</main></body></html>`}
}

// redesigns are what a new design does to those who read a site.
func redesigns() map[string]redesign {
	const menu = `<a href="/contact">Nous écrire</a> <a href="/organisation">Organisation</a> <a href="/recrutement">Recrutement</a>`
	script := crawltest.Page{Body: `<html><head><title>Office</title></head><body><div id="app"></div><script src="/app.js"></script></body></html>`}
	links := crawltest.Page{Body: `<html><head><title>Office</title></head><body><nav>` + menu + `</nav><main id="app"></main><script src="/app.js"></script></body></html>`}
	text := crawltest.Page{Body: `<html lang="fr"><head><title>Redevances</title></head><body><article><p>` + strings.Repeat("La redevance est de vingt dirhams par an. ", 20) + `</p></article></body></html>`}
	at := func(path string, page crawltest.Page) map[string]crawltest.Page {
		return map[string]crawltest.Page{path: page}
	}
	site := vigie.Source{Kind: vigie.Site, URL: "/"}
	rules := site
	rules.List = vigie.ListRules{Item: ".avis", Link: "h2 a"}
	auto := vigie.Source{Kind: vigie.Auto, URL: "/"}
	return map[string]redesign{
		"menu unmarked":   {auto, at("/", listPage("avis", "")), at("/", crawltest.Page{Body: `<html><head><title>Office</title></head><body><div>` + menu + `</div><div id="app"></div><script src="/app.js"></script></body></html>`})},
		"new class names": {rules, at("/", listPage("avis", "")), at("/", listPage("carte", ""))},
		"script only":     {site, at("/", listPage("avis", "")), at("/", script)},
		"menu links only": {auto, at("/", listPage("avis", "")), at("/", links)},
		"a watched page":  {vigie.Source{Kind: vigie.Page, URL: "/"}, at("/", text), at("/", script)},
		"feed gone":       {auto, map[string]crawltest.Page{"/": listPage("avis", ""), "/flux.xml": rss(6)}, at("/flux.xml", crawltest.Page{Status: 404})},
		"feed a page":     {auto, map[string]crawltest.Page{"/": listPage("avis", ""), "/flux.xml": rss(6)}, at("/flux.xml", script)},
	}
}

// reading reads a site with the readers of the program, on a clock of its own.
type reading struct {
	t       *testing.T
	web     *crawltest.Web
	site    string
	now     time.Time
	source  vigie.Source
	readers map[vigie.Kind]harvest.Reader
	known   map[string]vigie.Hash
}

func newReading(t *testing.T, name string, r redesign) *reading {
	t.Helper()
	x := &reading{t: t, web: crawltest.New(t), site: strings.ReplaceAll(name, " ", "-") + ".test", source: r.source, known: map[string]vigie.Hash{}}
	x.source.URL = x.web.URL(x.site, x.source.URL)
	for i := range 6 {
		x.web.Set(x.site, fmt.Sprintf("/avis/%d", i), crawltest.Page{Type: "text/html", Body: "<html><title>Avis</title><article><p>" + strings.Repeat("L'avis est motivé. ", 20)})
	}
	for _, path := range []string{"/contact", "/organisation", "/recrutement"} {
		x.web.Set(x.site, path, crawltest.Page{Type: "text/html", Body: "<html><title>Menu</title><article><p>" + strings.Repeat("Adresse de l'office. ", 20)})
	}
	clock := func() time.Time { return x.now }
	door := polite.New(polite.Options{Allow: x.web.Allow(), PagePause: time.Microsecond, FeedPause: time.Microsecond, DailyBytes: -1})
	sites := &crawl.Reader{Web: door, Now: clock}
	x.readers = map[vigie.Kind]harvest.Reader{vigie.Feed: &feeds.Reader{Web: door, Now: clock}, vigie.Site: sites, vigie.Page: sites}
	x.readers[vigie.Auto] = &harvest.Auto{Scout: harvest.Scout{Web: door, Now: clock}, Readers: x.readers, Now: clock}
	return x
}

func (x *reading) serve(pages map[string]crawltest.Page) {
	for path, page := range pages {
		x.web.Set(x.site, path, page)
	}
}

// read is one reading as the harvester has it.
func (x *reading) read(v vigie.Visit, now time.Time) vigie.Visit {
	x.now = now
	r, err := x.readers[x.source.Kind].Read(x.t.Context(), x.source, v, func(guid, _ string) (vigie.Hash, bool) {
		h, ok := x.known[guid]
		return h, ok
	})
	if err != nil {
		return vigie.Pace{}.Failed(x.source, r.Visit, err.Error(), harvest.TroubleOf(err), now)
	}
	for _, f := range r.Findings {
		x.known[f.GUID] = f.Digest
	}
	return vigie.Pace{}.Succeeded(x.source, r, now)
}

// took reads a site that was read well until it was redesigned, with the rhythm of a
// publisher, and returns how long the alarm took, and which it was.
func (x *reading) took(o ours, r redesign, at time.Time) (took time.Duration, code string) {
	x.t.Helper()
	x.source.ID = o.source.ID
	clear(x.known)
	x.serve(r.before)
	well := x.read(vigie.Visit{Source: x.source.ID}, at.Add(-hour))
	if well.Items == 0 || well.Failures > 0 {
		x.t.Fatalf("%s: before, %+v", x.site, well)
	}
	x.serve(r.after)
	well.Rhythm, well.LastRead, well.LastSuccess, well.NextRead = o.visit.Rhythm, o.visit.LastRead, o.visit.LastSuccess, o.visit.NextRead
	for v, now := well, well.NextRead; now.Before(at.Add(patience)) && !v.Stopped(); now = v.NextRead {
		v = x.read(v, now)
		if alarms := harvest.Alarms(x.source, v, now); len(alarms) > 0 {
			return now.Sub(at), alarms[0].Code
		}
	}
	return 0, ""
}

// redesigned writes the table of new designs that were planted into the sites of
// publishers: the readers of the program read what a server gives, the rhythm is that
// of each publisher. It has the days until the alarm, the median and the most, and
// which it was.
type redesigned struct {
	t        *testing.T
	names    []string
	all      map[string]redesign
	readings map[string]*reading
	table    strings.Builder
}

func newRedesigned(t *testing.T) *redesigned {
	t.Helper()
	r := &redesigned{t: t, all: redesigns(), readings: map[string]*reading{}}
	r.names = slices.Sorted(maps.Keys(r.all))
	fmt.Fprintf(&r.table, "%-13s", "")
	for _, name := range r.names {
		fmt.Fprintf(&r.table, " | %-23s", name)
		r.readings[name] = newReading(t, name, r.all[name])
	}
	r.table.WriteByte('\n')
	return r
}

// row plants the designs into the sites of one publisher.
func (r *redesigned) row(name string, read []learning) {
	r.t.Helper()
	fmt.Fprintf(&r.table, "%-13s", name)
	for _, design := range r.names {
		var took []time.Duration
		var codes []string
		for _, l := range read {
			d, code := r.readings[design].took(*l.ours, r.all[design], l.at)
			if code == "" {
				r.t.Errorf("%s: %s, and nobody was told for %s", name, design, patience)
				continue
			}
			took = append(took, d)
			if !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
		fmt.Fprintf(&r.table, " | %-23s", inDays(took, len(read))+" "+strings.Join(codes, " "))
	}
	r.table.WriteByte('\n')
}
