package web

import (
	"cmp"
	"net/url"
	"slices"
	"sync"
	"time"

	"vigie/index/store"
	"vigie/web/ui"
)

const (
	// mostDue and mostFailing bound the lists of the status page.
	mostDue     = 10
	mostFailing = 20
	// overviewAge is how old what the status page says of the store may be. It
	// keeps a crowd of readers from walking all sources at once.
	overviewAge = time.Second
)

// overview is what the status page says of the store.
type overview struct {
	at     time.Time
	counts store.Counts
	// due are all sources that are not paused, soonest first.
	due         []ui.SourceAt
	failing     []ui.Failing
	moreFailing int
	// lastSuccess is the newest reading that worked; zero when there was none.
	lastSuccess time.Time
}

// overviews keeps the newest overview. The zero value is ready.
type overviews struct {
	mu   sync.Mutex
	last overview // under mu
}

// get returns an overview that is at most a second old.
func (o *overviews) get(db *store.DB, now time.Time) (overview, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if age := now.Sub(o.last.at); age >= 0 && age < overviewAge {
		return o.last, nil
	}
	v := overview{at: now}
	err := db.View(v.read)
	if err == nil {
		o.last = v
	}
	return v, err
}

// read walks all sources once.
func (v *overview) read(tx *store.Tx) error {
	var err error
	if v.counts, err = tx.Counts(); err != nil {
		return err
	}
	for s, err := range tx.Sources() {
		if err != nil {
			return err
		}
		visit, err := tx.Visit(s.ID)
		if err != nil {
			return err
		}
		name := nameOf(s.Name, visit.Title, s.URL)
		at := later(later(s.Added, visit.NextRead), visit.NotBefore)
		if !s.Paused {
			v.due = append(v.due, ui.SourceAt{Name: name, URL: s.URL, At: at})
		}
		v.lastSuccess = later(v.lastSuccess, visit.LastSuccess)
		if visit.Failures > 0 && !s.Paused {
			v.failing = append(v.failing, ui.Failing{
				Name: name, URL: s.URL, Reason: visit.LastError, Tries: visit.Failures, LastSuccess: visit.LastSuccess, Next: at,
			})
		}
	}
	slices.SortStableFunc(v.due, func(a, b ui.SourceAt) int { return a.At.Compare(b.At) })
	// What has failed for longest comes first.
	slices.SortStableFunc(v.failing, func(a, b ui.Failing) int { return cmp.Compare(b.Tries, a.Tries) })
	if n := len(v.failing); n > mostFailing {
		v.failing, v.moreFailing = v.failing[:mostFailing], n-mostFailing
	}
	return nil
}

// next returns the first sources that are due and not busy, and how many of all
// are waiting at now.
func (v *overview) next(now time.Time, busy map[string]bool) (due []ui.SourceAt, waiting int) {
	for _, s := range v.due {
		if busy[s.URL] {
			continue
		}
		if !s.At.After(now) {
			waiting++
		} else if len(due) >= mostDue {
			break
		}
		if len(due) < mostDue {
			due = append(due, s)
		}
	}
	return due, waiting
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// nameOf returns the first that is not empty.
func nameOf(names ...string) string { return cmp.Or(names...) }

// forEverybody is a status without what is the desk's own: why a source could not
// be read, what went wrong here, and the parts of addresses that may hold keys.
func forEverybody(p ui.Status) ui.Status {
	for _, list := range []*[]ui.SourceAt{&p.Reading, &p.Due} {
		*list = slices.Clone(*list)
		for i := range *list {
			s := &(*list)[i]
			s.Name, s.URL = bareName(s.Name, s.URL)
		}
	}
	p.Failing, p.Jobs = slices.Clone(p.Failing), slices.Clone(p.Jobs)
	for i := range p.Failing {
		s := &p.Failing[i]
		s.Name, s.URL = bareName(s.Name, s.URL)
		s.Reason = ""
	}
	for i := range p.Jobs {
		p.Jobs[i].LastError = ""
	}
	return p
}

// bareName cuts an address behind its path, and with it the name of a source that
// has no other.
func bareName(name, address string) (string, string) {
	u, err := url.Parse(address)
	if err != nil {
		return name, ""
	}
	bare := (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
	if name == address {
		name = bare
	}
	return name, bare
}
