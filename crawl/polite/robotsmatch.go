package polite

import (
	"slices"
	"strings"
	"time"
)

// Allowed reports whether every one of the agents may fetch the address; no
// agents at all may fetch everything. An agent is a product token, with or
// without a version: "vigie" or "vigie/0.1.0". A group that names the agent
// counts alone, "*" only where there is none; groups of one agent are merged;
// the longest matching rule decides and Allow wins a tie (RFC 9309 section
// 2.2.2). /robots.txt itself is always allowed.
func (r Rules) Allowed(agents []string, rawURL string) bool {
	path := robotsPath(rawURL)
	for _, a := range agents {
		if _, ok := r.decide(a, path); !ok {
			return false
		}
	}
	return true
}

// CrawlDelay returns the longest Crawl-delay that any of the agents is asked to
// keep, 0 where none is. The line is no part of RFC 9309; sites use it anyway.
func (r Rules) CrawlDelay(agents []string) time.Duration {
	var longest time.Duration
	for _, a := range agents {
		name := agentToken(a)
		if !r.names(name) {
			name = "*"
		}
		for _, d := range r.delays {
			if slices.Contains(d.agents, name) {
				longest = max(longest, d.wait)
			}
		}
	}
	return longest
}

// Sitemaps returns the addresses of the Sitemap lines as they were written.
func (r Rules) Sitemaps() []string { return slices.Clone(r.sitemaps) }

// decide returns the rule that decides about a path for an agent, and whether it
// is allowed. Without a matching rule everything is.
func (r Rules) decide(agent, path string) (rule, bool) {
	if path == "/robots.txt" {
		return rule{}, true
	}
	name := agentToken(agent)
	if !r.names(name) {
		name = "*"
	}
	var best rule
	longest := -1
	for _, g := range r.groups {
		if !slices.Contains(g.agents, name) {
			continue
		}
		for _, ru := range g.rules {
			n := ru.match(path)
			if n > longest || n == longest && n >= 0 && ru.allow && !best.allow {
				best, longest = ru, n
			}
		}
	}
	return best, longest < 0 || best.allow
}

// names reports whether some group is about the agent.
func (r Rules) names(name string) bool {
	if name == "" || name == "*" {
		return false
	}
	for _, g := range r.groups {
		if slices.Contains(g.agents, name) {
			return true
		}
	}
	return false
}

// agentToken returns the product token of an agent, "" where it has none: a
// name with a space in it is not one.
func agentToken(agent string) string {
	name, _, _ := strings.Cut(agent, "/")
	if strings.ContainsAny(name, " \t") {
		return ""
	}
	return productToken(name)
}

// match returns how specific the rule is for a path, in octets of its pattern,
// or -1 where it does not match.
func (ru rule) match(path string) int {
	if matchPattern(ru.pattern, path) {
		return len(ru.pattern)
	}
	if !ru.allow {
		return -1
	}
	// Allowing a folder's index page allows the folder: Google's rule, which
	// opens a little more than the standard and nothing that the site hides.
	slash := strings.LastIndexByte(ru.pattern, '/')
	if slash < 0 || !strings.HasPrefix(ru.pattern[slash:], "/index.htm") {
		return -1
	}
	if folder := ru.pattern[:slash+1] + "$"; matchPattern(folder, path) {
		return len(folder)
	}
	return -1
}

// matchPattern reports whether the pattern matches from the start of the path:
// "*" stands for any octets, "$" at the end for the end. Taking the leftmost
// place for each part between stars is enough, so the time is linear.
func matchPattern(pattern, path string) bool {
	pattern, anchored := strings.CutSuffix(pattern, "$")
	first, rest, star := strings.Cut(pattern, "*")
	path, ok := strings.CutPrefix(path, first)
	if !ok {
		return false
	}
	if !star {
		return !anchored || path == ""
	}
	for {
		var part string
		part, rest, star = strings.Cut(rest, "*")
		if !star && anchored {
			return strings.HasSuffix(path, part)
		}
		at := strings.Index(path, part)
		if at < 0 {
			return false
		}
		path = path[at+len(part):]
		if !star {
			return true
		}
	}
}

// robotsPath returns the path and query of an address, with escapes normalised,
// and without the fragment.
func robotsPath(rawURL string) string {
	s, _, _ := strings.Cut(rawURL, "#")
	if i := strings.Index(s, "//"); i == 0 || i > 0 && s[i-1] == ':' && !strings.ContainsAny(s[:i], "/?;") {
		s = s[i+2:]
	}
	start := strings.IndexAny(s, "/?;")
	if start < 0 {
		return "/"
	}
	s = escapeRobots(s[start:])
	if s[0] != '/' {
		s = "/" + s
	}
	return s
}
