package web

import (
	"sync"
	"time"

	"vigie"
)

// Probe is what vigie reads at an address that somebody thinks of watching.
type Probe struct {
	// URL is the address that answered.
	URL  string
	Kind vigie.Kind
	// Format is what a feed is written in: "rss", "atom", "rdf" or "json".
	Format string
	Title  string
	Lang   vigie.Lang
	// Entries are the first that were found, Total counts all.
	Entries []ProbeEntry
	Total   int
	// Faults are what had to be repaired, in English.
	Faults []string
	// List are the rules that a page was read with.
	List vigie.ListRules
	// Sitemap says that it is read by the sitemap that List names.
	Sitemap bool
	// Sure is how sure it is that this is what a person wants, from 0 to 100.
	Sure int
	// Ways are all ways to read the address, the best first, which is also the probe
	// itself. Theirs are empty.
	Ways []Probe
	// Page is what answered at the address, for [Options.Reread].
	Page vigie.Capture
}

// ProbeEntry is an item of a probe.
type ProbeEntry struct {
	Title, URL string
	Published  vigie.Date
	Lang       vigie.Lang
}

// Gathering is how far the rounds over the sources are that go on now.
type Gathering struct {
	// All is 0 while there is none.
	Done, All int
}

// The bounds of trying addresses: each try makes the program ask somebody else's
// site, or read a kept page anew. A person who looks for the right address, or points
// at items, needs a few.
const (
	probeWindow = time.Hour
	mostProbes  = 30 // of one person in a window
)

// probes counts what each person tried. It is forgotten as the program ends. The
// zero value is ready.
type probes struct {
	mu    sync.Mutex
	since time.Time // when the window began
	by    map[vigie.UserID]int
}

// take counts one more, or returns how long to wait for the next window.
func (p *probes) take(who vigie.UserID, now time.Time) (wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if age := now.Sub(p.since); p.by == nil || age >= probeWindow || age < 0 {
		p.since, p.by = now, map[vigie.UserID]int{}
	}
	if p.by[who] >= mostProbes {
		return p.since.Add(probeWindow).Sub(now)
	}
	p.by[who]++
	return 0
}
