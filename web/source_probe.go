package web

import (
	"strings"

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
	// Feeds are those that a page announces.
	Feeds []string
	// List are the rules that a page was read with.
	List vigie.ListRules
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

// troubleKey names the phrase for why a source could not be read. What is
// remembered of a failure is a sentence in English, so it is told apart by its
// words; a test compares them with the errors of the reader. "" means that there is
// no phrase.
func troubleKey(reason string) string {
	for _, known := range []struct{ says, key string }{
		{"asks to be left alone", "wait"},
		{"asked for a pause", "wait"},
		{"could not be read, so nothing may be fetched", "robots_unread"},
		{"robots.txt of", "robots"},
		{"network.allow", "address"},
		{"address refused", "address"},
		{"the site answered 404", "gone"},
		{"the site answered 410", "gone"},
		{"the site answered 401", "closed"},
		{"the site answered 403", "closed"},
		{"the site answered 5", "broken"},
		{"the site answered", "refused"},
		{"no such host", "name"},
		{"server misbehaving", "name"},
		{"connection refused", "down"},
		{"network is unreachable", "down"},
		{"no route to host", "down"},
		{"connection reset", "down"},
		{"certificate", "certificate"},
		{"tls:", "certificate"},
		{"timed out", "slow"},
		{"deadline exceeded", "slow"},
		{"answer too big", "big"},
		{"redirects lead nowhere", "redirect"},
		{"cannot unpack", "packing"},
		{"breaks off", "cut"},
		{"an HTML page, not a feed", "page"},
		{"not a feed", "not_feed"},
		{"is no web page", "not_page"},
		{"empty page", "empty"},
		{"is no CSS selector", "selector"},
		{"matches nothing", "nothing"},
		{"to follow on", "links"},
		{"leads to another page", "links"},
		{"leads to its host", "links"},
		{"cannot be read as an address", "no_address"},
	} {
		if strings.Contains(reason, known.says) {
			return "source.trouble." + known.key
		}
	}
	return ""
}
