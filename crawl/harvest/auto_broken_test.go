package harvest_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/crawltest"
	"vigie/crawl/harvest"
	"vigie/index/store"
)

const declares = `<link rel="alternate" type="application/rss+xml" href="/flux.xml">`

// autoSource is a source of kind auto at the office, on a clock of its own.
type autoSource struct {
	t    *testing.T
	web  *crawltest.Web
	db   *store.DB
	h    *harvest.Harvester
	now  time.Time
	s    vigie.Source
	from int // requests before the last turn
}

func newAutoSource(t *testing.T, path string, pages map[string]crawltest.Page) *autoSource {
	t.Helper()
	a := &autoSource{t: t, web: crawltest.New(t), now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	for path, page := range pages {
		a.web.Set(office, path, page)
	}
	avis(a.web, 4)
	a.db, a.h, _ = gatherer(t, a.web, func() time.Time { return a.now })
	update(t, a.db, func(tx *store.Tx) (err error) {
		a.s, err = tx.AddSource(vigie.Source{Kind: vigie.Auto, URL: a.web.URL(office, path), FullText: vigie.FullTextNever})
		return err
	})
	return a
}

// turn reads what is due, and goes to when the source is due next.
func (a *autoSource) turn() (harvest.Report, vigie.Visit) {
	a.t.Helper()
	a.from = len(a.web.Log(office))
	r, err := a.h.Run(a.t.Context(), harvest.Choice{}, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	v := visit(a.t, a.db, a.s.ID)
	if v.NextRead.After(a.now) {
		a.now = v.NextRead
	}
	return r, v
}

// asked are the requests of the last turn, by path.
func (a *autoSource) asked() []string { return a.web.Paths(office)[a.from:] }

// alarms are the codes of what is to be known of the source as it is now.
func (a *autoSource) alarms() []string { return a.alarmsOf(visit(a.t, a.db, a.s.ID), a.now) }

// alarmsOf leaves silence out: the office has nothing more to say.
func (a *autoSource) alarmsOf(v vigie.Visit, at time.Time) (codes []string) {
	for _, alarm := range harvest.Alarms(a.s, v, at) {
		if alarm.Code != harvest.AlarmSilent {
			codes = append(codes, alarm.Code)
		}
	}
	return codes
}

// TestAutoFirst: the first reading of a source asks for each address once.
func TestAutoFirst(t *testing.T) {
	for name, tc := range map[string]struct {
		path  string
		pages map[string]crawltest.Page
		kind  vigie.Kind
	}{
		"the feed of a page": {"/", map[string]crawltest.Page{"/": home(declares, 0), "/flux.xml": rss(3)}, vigie.Feed},
		"a feed":             {"/flux.xml", map[string]crawltest.Page{"/flux.xml": rss(3)}, vigie.Feed},
		"a list":             {"/", map[string]crawltest.Page{"/": home("", 4)}, vigie.Site},
		"a sitemap":          {"/sitemap.xml", map[string]crawltest.Page{"/sitemap.xml": sitemap(4)}, vigie.Site},
		"a page":             {"/avis/1", nil, vigie.Page},
	} {
		a := newAutoSource(t, tc.path, tc.pages)
		r, v := a.turn()
		if len(r.Failed) > 0 || r.New == 0 || v.Found.Kind != tc.kind || v.ETag == "" && v.LastModified == "" && v.Body == "" {
			t.Errorf("%s: %+v, %+v", name, r, v)
		}
		paths := slices.DeleteFunc(a.asked(), func(p string) bool { return p == "404 /robots.txt" }) // the door asks for it too
		slices.Sort(paths)
		if once := slices.Compact(slices.Clone(paths)); len(once) != len(paths) {
			t.Errorf("%s: asked for %q", name, paths)
		}
		if r, _ := a.turn(); len(r.Failed) > 0 || r.New > 0 {
			t.Errorf("%s, the second time: %+v", name, r)
		}
	}
}

// TestAutoOffers: a feed that is gone is not replaced by what is no feed. The trouble
// stays, the other way is offered once, and read once a person agrees.
func TestAutoOffers(t *testing.T) {
	for name, tc := range map[string]struct {
		status   int
		blocks   int
		standing vigie.Standing
		alarm    string
		offered  vigie.Kind
	}{
		"410 beside a list": {http.StatusGone, 4, vigie.Gone, harvest.AlarmGone, vigie.Site},
		"404 beside a list": {http.StatusNotFound, 4, vigie.Suspended, harvest.AlarmSuspended, vigie.Site},
		"404 beside a text": {http.StatusNotFound, 0, vigie.Suspended, harvest.AlarmSuspended, vigie.Page},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAutoSource(t, "/", map[string]crawltest.Page{"/": home(declares, tc.blocks), "/flux.xml": rss(3)})
			if r, v := a.turn(); r.New != 3 || v.Found.Kind != vigie.Feed || v.Found.URL != a.web.URL(office, "/flux.xml") {
				t.Fatalf("first turn: %+v, %+v", r, v.Found)
			}
			a.web.Set(office, "/flux.xml", crawltest.Page{Status: tc.status})
			before := len(a.web.Log(office))
			for end := a.now.Add(14 * day); a.now.Before(end); {
				last := a.now
				if a.turn(); a.now.Equal(last) {
					break // it is stopped
				}
			}
			v := visit(t, a.db, a.s.ID)
			if v.Found.Kind != vigie.Feed || v.Standing != tc.standing || v.Offered.Kind != tc.offered || !slices.Equal(a.alarms(), []string{tc.alarm}) {
				t.Errorf("found %+v, offered %+v, %q, alarms %q", v.Found, v.Offered, v.Standing, a.alarms())
			}
			if n := len(a.web.Log(office)) - before; n > 35 {
				t.Errorf("%d requests in two weeks: %q", n, a.web.Paths(office)[before:])
			}
			if alarm := harvest.Alarms(a.s, v, a.now)[0]; alarm.Way.Kind != tc.offered || alarm.Way.URL != a.s.URL {
				t.Errorf("the alarm offers %+v", alarm.Way)
			}
			update(t, a.db, func(tx *store.Tx) error { return tx.PutVisit(v.Agreed()) })
			if r, v := a.turn(); r.Read != 1 || v.Found.Kind != tc.offered || v.Agreeable() || len(a.alarms()) > 0 {
				t.Errorf("once a person agreed: %+v, %+v, alarms %q", r, v, a.alarms())
			}
		})
	}
}

// TestAutoFollows: the feed that the page names in place of its former one is taken, and
// told of until a person agrees, or for a month.
func TestAutoFollows(t *testing.T) {
	a := newAutoSource(t, "/", map[string]crawltest.Page{"/": home(declares, 4), "/flux.xml": rss(3)})
	a.turn()
	a.web.Remove(office, "/flux.xml")
	a.web.Set(office, "/", home(`<link rel="alternate" type="application/rss+xml" href="/nouveau.xml">`, 4))
	a.web.Set(office, "/nouveau.xml", rss(4))
	if r, v := a.turn(); len(r.Failed) != 1 || v.Found.URL != a.web.URL(office, "/flux.xml") {
		t.Fatalf("at the first failure: %+v, %+v", r, v.Found)
	}
	r, v := a.turn()
	if r.New != 1 || v.Found.URL != a.web.URL(office, "/nouveau.xml") || v.Found.Was != a.web.URL(office, "/flux.xml") || v.Failures != 0 {
		t.Fatalf("at the second failure: %+v, %+v", r, v.Found)
	}
	if n := len(slices.DeleteFunc(a.asked(), func(p string) bool { return p != "200 /nouveau.xml" })); n != 1 {
		t.Errorf("the new feed was asked for %d times: %q", n, a.asked())
	}
	if _, v := a.turn(); !slices.Equal(a.alarms(), []string{harvest.AlarmRerouted}) {
		t.Errorf("a reading later: alarms %q of %+v", a.alarms(), v.Found)
	}
	v = visit(t, a.db, a.s.ID)
	if got := a.alarmsOf(v.Agreed(), a.now); len(got) > 0 {
		t.Errorf("once a person agreed: %+v", got)
	}
	if got := a.alarmsOf(v, v.Found.At.Add(31*day)); len(got) > 0 {
		t.Errorf("after a month: %+v", got)
	}
}

// TestAutoStays: neither the feed of another site, nor that of the comments, is taken.
func TestAutoStays(t *testing.T) {
	for name, head := range map[string]string{
		"another site": `<link rel="alternate" type="application/rss+xml" href="http://ailleurs.test/flux.xml">`,
		"the comments": `<link rel="alternate" type="application/rss+xml" title="Office » Comments Feed" href="/comments/feed/">`,
	} {
		a := newAutoSource(t, "/", map[string]crawltest.Page{"/": home(declares, 4), "/flux.xml": rss(3), "/comments/feed/": rss(2)})
		a.web.Set("ailleurs.test", "/flux.xml", rss(3))
		a.turn()
		a.web.Remove(office, "/flux.xml")
		a.web.Set(office, "/", home(head, 4))
		a.turn()
		if _, v := a.turn(); v.Found.URL != a.web.URL(office, "/flux.xml") || v.Failures != 2 || v.Offered.Kind == "" {
			t.Errorf("%s: %+v, offered %+v", name, v.Found, v.Offered)
		}
	}
}

// TestAutoRefused: a feed that vigie found is left alone as any other once its server
// refuses it.
func TestAutoRefused(t *testing.T) {
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusUnavailableForLegalReasons} {
		a := newAutoSource(t, "/", map[string]crawltest.Page{"/": home(declares, 4), "/flux.xml": rss(3)})
		a.turn()
		a.web.Set(office, "/flux.xml", crawltest.Page{Status: status})
		a.turn()
		a.now = a.now.Add(60 * day)
		if r, v := a.turn(); v.Standing != vigie.Refused || r.Sources != 0 || !slices.Equal(a.alarms(), []string{harvest.AlarmRefused}) {
			t.Errorf("%d: %+v, %q, alarms %q", status, r, v.Standing, a.alarms())
		}
	}
}
