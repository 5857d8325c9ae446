package feeds

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"vigie"
	"vigie/crawl/polite"
)

// The bounds of what a list may ask for.
const (
	mostItems = 1000
	mostDepth = 10
	mostLeast = 1000
)

// isOutlineAttribute reports whether an attribute, in lower case, is one of OPML.
func isOutlineAttribute(name string) bool {
	switch name {
	case "text", "title", "type", "xmlurl", "htmlurl", "url", "description", "version", "language", "category", "created",
		"iscomment", "isbreakpoint":
		return true
	}
	return false
}

// topicOf returns the topic that an outline makes of itself.
func topicOf(o map[string]string) string {
	if o["xmlurl"] != "" || o["url"] != "" || o["vigie:kind"] != "" {
		return ""
	}
	return plainName(or(o["text"], o["title"]))
}

// outline takes one outline's attributes, names in lower case.
func (l *list) outline(o map[string]string) {
	raw, kind := l.place(o)
	if raw == "" {
		return
	}
	address, err := listedURL(raw)
	if err != nil {
		l.remarkf(Refused, "address", raw, "the address %.200q: %v", raw, err)
		return
	}
	s := vigie.Source{Kind: kind, URL: address, Name: plainName(or(o["text"], o["title"]))}
	if s.Name == raw || s.Name == address {
		s.Name = ""
	}
	if own := ownText(o["vigie:name"]); own != "" {
		s.Name = own
	}
	s.Topics = l.topics(o)
	l.details(&s, o)
	s.List = l.rules(o)
	key := string(kind) + " " + address
	if i, twice := l.seen[key]; twice {
		for _, t := range s.Topics {
			l.sources[i].Topics = addTopic(l.sources[i].Topics, t)
		}
		return
	}
	l.seen[key] = len(l.sources)
	l.sources, l.lines = append(l.sources, s), append(l.lines, l.at())
}

// place returns the address of an outline and how to read it; "" for one that is no
// source.
func (l *list) place(o map[string]string) (raw string, kind vigie.Kind) {
	switch kind := vigie.Kind(o["vigie:kind"]); kind {
	case "", vigie.Feed:
	case vigie.Site, vigie.Page, vigie.Auto:
		return or(o["htmlurl"], o["xmlurl"]), kind
	default:
		l.remarkf(LeftOut, "kind", string(kind), "%.50q is no kind of source", string(kind))
	}
	if o["xmlurl"] != "" {
		return o["xmlurl"], vigie.Feed
	}
	name := or(o["text"], o["title"])
	switch t := strings.ToLower(o["type"]); {
	case (t == "include" || t == "link") && o["url"] != "":
		l.remarkf(Refused, "elsewhere", o["url"], "the list %.200q is elsewhere; import it by itself", o["url"])
	case (t == "rss" || t == "atom" || t == "feed") && o["htmlurl"] != "":
		l.remarkf(Mended, "page_taken", name, "%.200q has no address of a feed (xmlUrl); its page is taken instead", name)
		return o["htmlurl"], vigie.Auto
	case t == "rss" || t == "atom" || t == "feed":
		l.remarkf(Refused, "no_address", name, "%.200q has no address (xmlUrl)", name)
	case o["htmlurl"] != "":
		l.remarkf(Refused, "no_type", name, "%.200q has only the address of a page (htmlUrl) and no type", name)
	}
	return "", ""
}

// topics collects the names of the outlines around and the categories (a list
// parted by commas, each perhaps a path).
func (l *list) topics(o map[string]string) []string {
	var out []string
	if own := o["vigie:topics"]; own != "" {
		for t := range strings.SplitSeq(own, "\n") {
			if t = ownText(t); t != "" && len(out) < maxTopics && !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
		return out
	}
	for _, g := range l.open {
		out = addTopic(out, g.topic)
	}
	for c := range strings.SplitSeq(o["category"], ",") {
		parts := strings.FieldsFunc(c, func(r rune) bool { return r == '/' })
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" })
		out = addTopic(out, strings.Join(parts, "/"))
	}
	return out
}

func addTopic(list []string, name string) []string {
	name = plainName(name)
	if name == "" || len(list) >= maxTopics || slices.Contains(list, name) {
		return list
	}
	return append(list, name)
}

// details reads what [WriteOPML] adds to OPML, but for the rules of a list.
func (l *list) details(s *vigie.Source, o map[string]string) {
	if lang := o["language"]; lang != "" && !strings.EqualFold(lang, "unknown") {
		if s.Lang = language(lang); s.Lang == "" {
			l.remarkf(LeftOut, "language", lang, "the language %.50q, which is no tag such as \"fr\"", lang)
		}
	}
	s.Publisher, s.Licence, s.Terms = ownText(o["vigie:publisher"]), ownText(o["vigie:licence"]), ownText(o["vigie:terms"])
	s.Paused, s.Institution = o["vigie:paused"] == "true", o["vigie:institution"] == "true"
	if c := o["vigie:country"]; c != "" {
		if len(c) == 3 && strings.ToUpper(c) == c && isLetters(c) {
			s.Country = c
		} else {
			l.remarkf(LeftOut, "country", c, "the country %.50q, which is no code such as \"MAR\"", c)
		}
	}
	if c := o["vigie:catalogue"]; c != "" {
		if vigie.IndicatorID(c).Valid() {
			s.Catalogue = c
		} else {
			l.remarkf(LeftOut, "entry", c, "the entry %.50q, which is no name such as \"anrt-fr\"", c)
		}
	}
	s.Keep = l.keeping(o["vigie:keep"])
	s.Every, s.Cadence = l.interval(o["vigie:every"]), l.interval(o["vigie:cadence"])
	switch t := vigie.FullText(o["vigie:fulltext"]); t {
	case "", vigie.FullTextAuto, vigie.FullTextAlways, vigie.FullTextNever:
		s.FullText = t
	default:
		l.remarkf(LeftOut, "full_text", string(t), "the wish %.50q for full text, which is none of auto, always, never", string(t))
	}
}

// keeping reads what is kept, and for how many days the rest is: "texts 90".
func (l *list) keeping(text string) (r vigie.Retention) {
	if text == "" {
		return r
	}
	keep, days, _ := strings.Cut(text, " ")
	n, err := strconv.Atoi(days)
	r = vigie.Retention{Keep: vigie.Keeping(keep), Days: n}
	if err != nil || r.Check() != nil {
		l.remarkf(LeftOut, "keep", text, "the wish %.50q for what is kept, which is none such as \"texts 90\"", text)
		return vigie.Retention{}
	}
	return r
}

// interval reads a time between two readings, or between two items.
func (l *list) interval(s string) time.Duration {
	if s == "" {
		return 0
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < vigie.ShortestEvery || d > vigie.LongestEvery {
		l.remarkf(LeftOut, "interval", s, "the interval %.50q, which is none such as \"12h\"", s)
		return 0
	}
	return d
}

// rules reads the rules of a list page.
func (l *list) rules(o map[string]string) vigie.ListRules {
	r := vigie.ListRules{
		Item: ownText(o["vigie:item"]), Link: ownText(o["vigie:link"]), Title: ownText(o["vigie:title"]), Date: ownText(o["vigie:date"]),
		Most: l.number(o, "most", mostItems), Depth: l.number(o, "depth", mostDepth), Least: l.number(o, "least", mostLeast),
	}
	if own := o["vigie:allow"]; own != "" {
		for p := range strings.SplitSeq(own, "\n") {
			if p = ownText(p); p != "" && len(r.Allow) < maxTopics {
				r.Allow = append(r.Allow, p)
			}
		}
	}
	if at := o["vigie:sitemap"]; at != "" {
		if address, err := listedURL(at); err == nil {
			r.Sitemap = address
		} else {
			l.remarkf(LeftOut, "sitemap", at, "the sitemap %.200q: %v", at, err)
		}
	}
	return r
}

// number reads one of our attributes; 0 where there is none.
func (l *list) number(o map[string]string, name string, most int) int {
	raw := o[ownPrefix+name]
	if raw == "" {
		return 0
	}
	n, err := strconv.Atoi(raw)
	if err != nil || n < 0 || n > most {
		l.remarkf(LeftOut, "number", name+" = "+raw, "%s %.50q, which is no number up to %d", name, raw, most)
		return 0
	}
	return n
}

// plainName makes one plain line of a name.
func plainName(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	s, _ = clip(s, maxTitle)
	return s
}

// ownText bounds a text of ours and drops control characters but new lines and tabs.
func ownText(s string) string {
	s, _ = clip(s, maxOwn)
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
}

// listedURL returns the canonical form of an address. It undoes the scheme that
// some browsers put before the address of a feed (feed://host/path,
// feed:https://host/path). A host on the own network ("http://intranet/feed") is
// taken: whether it may be read is decided at the door, where the operator's
// exceptions are known.
func listedURL(raw string) (string, error) {
	if rest, ok := strings.CutPrefix(raw, "feed://"); ok {
		raw = "http://" + rest
	} else if rest, ok := strings.CutPrefix(raw, "feed:"); ok {
		raw = rest
	}
	if checked, err := polite.CheckURL(raw); err == nil {
		return checked, nil
	}
	return vigie.CanonicalURL(raw) //nolint:wrapcheck // it is the caller who has the line
}
