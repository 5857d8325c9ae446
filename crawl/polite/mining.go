package polite

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// miningPath is where a site says for all of it whether it may be mined.
const miningPath = "/.well-known/tdmrep.json"

// maxMiningRules bounds how many rules of such a file count.
const maxMiningRules = 1000

// newMiningCache knows the tdmrep.json files of the origins that were asked lately, as
// it is done for robots.txt. One that cannot be read reserves nothing, and is not asked
// for again that day; a copy stands in for it.
func newMiningCache(o Options, fetch func(context.Context, string) (robotsFile, error)) *robotsCache {
	c := newRobotsCache(o, fetch)
	c.parse, c.path, c.lenient = parseMining, miningPath, true
	c.retry, c.retries = robotsFresh, robotsFresh
	return c
}

// parseMining reads a tdmrep.json file (TDM Reservation Protocol, "TDM File on the
// Origin Server"): a list of rules with a pattern of paths, written as in robots.txt,
// and what holds there. A rule that means nothing is passed over, and a file that is no
// list has none.
func parseMining(file []byte) Rules {
	var list []json.RawMessage
	if json.Unmarshal(bytes.TrimPrefix(file, []byte("\xef\xbb\xbf")), &list) != nil {
		return Rules{}
	}
	g := group{agents: []string{"*"}}
	for i, each := range list[:min(len(list), maxMiningRules)] {
		var r struct {
			Location    string          `json:"location"`
			Reservation json.RawMessage `json:"tdm-reservation"`
		}
		if json.Unmarshal(each, &r) != nil || len(r.Location) > maxRobotsLine {
			continue
		}
		value := strings.Trim(string(r.Reservation), `"`)
		if said := value == "0" || value == "1"; said && (strings.HasPrefix(r.Location, "/") || strings.HasPrefix(r.Location, "*")) {
			g.rules = append(g.rules, rule{allow: value == "0", pattern: escapeRobots(r.Location), line: i + 1})
		}
	}
	return Rules{groups: []group{g}}
}

// reserves reports whether the first rule that is about a path reserves it: the order
// decides, and not the length of the pattern as in robots.txt.
func (s robotsState) reserves(path string) bool {
	for _, g := range s.rules.groups {
		for _, r := range g.rules {
			if matchPattern(r.pattern, path) {
				return !r.allow
			}
		}
	}
	return false
}

// mined reports whether the site of an address reserves mining it. The error says that
// the caller gave up; with any other trouble the copy stands in, and reserves nothing
// where there is none.
func (t *Transport) mined(ctx context.Context, at *url.URL) (bool, error) {
	state, _ := t.mining.get(ctx, originOf(at))
	if ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	return state.reserves(robotsPath(at.String())), nil
}

// fetchMining reads the tdmrep.json of an origin as any other page is read: where
// robots.txt allows, and with the pause of the host.
func (t *Transport) fetchMining(ctx context.Context, origin string) (robotsFile, error) {
	file, err := t.fetchSiteFile(ctx, origin+miningPath, func(ctx context.Context, to *url.URL) (*http.Response, error) {
		delay, err := t.robots.check(ctx, to)
		if err != nil {
			return nil, err
		}
		pause := max(t.options.PagePause, min(delay, longestDelay))
		return t.siteFileHop(ctx, to, aMiningFile, budget{accept: "application/json, */*;q=0.1", pause: pause})
	})
	if len(parseMining(file.Body).groups) == 0 {
		file.Body = nil // a page that says so in words is not worth keeping
	}
	return file, err
}
