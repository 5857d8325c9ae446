package story

import (
	"net/url"
	"slices"
	"strings"

	"vigie"
)

// addresses hashes the addresses that say something: canonical, http and https the
// same, without www. The front page of a site says nothing, and links that share a
// page elsewhere are no links.
func addresses(raw ...string) []uint32 {
	var found []uint32
	for _, s := range raw[:min(len(raw), 10*maxLinks)] {
		canonical, err := vigie.CanonicalURL(s)
		if err != nil {
			continue
		}
		_, rest, _ := strings.Cut(canonical, "://")
		rest = strings.TrimSuffix(strings.TrimPrefix(rest, "www."), "/")
		if strings.Contains(rest, "/") && !isSharing(rest) {
			found = append(found, small(hashBytes(rest)))
		}
	}
	slices.Sort(found)
	found = slices.Compact(found)
	return found[:min(len(found), maxLinks)]
}

// isSharing recognises links that hand a page on to a network of people.
func isSharing(address string) bool {
	host, path, _ := strings.Cut(address, "/")
	switch host {
	case "facebook.com", "twitter.com", "x.com", "linkedin.com", "wa.me", "t.me", "api.whatsapp.com", "reddit.com":
		return strings.Contains(path, "share") || strings.Contains(path, "intent") || strings.Contains(path, "submit") ||
			strings.Contains(path, "send") || !strings.Contains(path, "/")
	}
	return false
}

// ownOf lists the addresses of the document itself: its page, the files that it
// offers and what the caller knows.
func ownOf(d vigie.Document, k Known) []string {
	own := append([]string{d.URL}, k.Also...)
	for _, e := range d.Enclosures {
		if isDocumentFile(e.Type) {
			own = append(own, e.URL)
		}
	}
	return own
}

// publisherOf names the publisher: its site, or its name where there is no address.
func publisherOf(d vigie.Document) uint32 {
	if u, err := url.Parse(d.URL); err == nil && u.Host != "" {
		return small(hashBytes(strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")))
	}
	if d.Publisher == "" {
		return 0
	}
	return small(hashBytes(strings.ToLower(d.Publisher)))
}
