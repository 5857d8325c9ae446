package feeds

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie"
	"vigie/crawl/polite"
)

// The bounds of a list of feeds.
const (
	maxOPML      = 5 << 20 // bytes
	maxOutlines  = 10_000
	maxOutline   = 32 // levels
	maxListFault = 100
	maxTopics    = 50 // of one source
)

// ownSpace is the namespace of what OPML has no attribute for.
const ownSpace = "urn:vigie:opml:1"

// ReadOPML reads a list of feeds in OPML 1.0 to 2.0 (http://opml.org/spec2.opml),
// well formed or not. Names of outlines around a feed become its topics, as do
// its categories; a feed that is listed twice is given once with the topics of
// both. Sources come without ID and Added.
//
// What cannot be used is left out and named in the faults with its line. The
// error, of kind [vigie.ErrInvalid], is for what is no list at all or exceeds a
// bound: 5 MiB, 32 levels.
func ReadOPML(r io.Reader) ([]vigie.Source, []string, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxOPML+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read OPML: %w", err)
	}
	if len(body) > maxOPML {
		return nil, nil, badList("is larger than %d MiB", maxOPML>>20)
	}
	var f faults
	text, err := decode(body, "", &f)
	if err != nil {
		return nil, nil, fmt.Errorf("read OPML: %w", err)
	}
	l := list{in: text, seen: map[string]int{}, faults: f}
	if err := l.read(); err != nil {
		return nil, nil, err
	}
	return l.sources, l.faults, nil
}

func badList(format string, args ...any) error {
	return &vigie.InvalidError{Field: "OPML", Reason: fmt.Sprintf(format, args...)}
}

// list reads one document.
type list struct {
	in       []byte
	pos      int
	line     int // of pos, from 0
	counted  int // the bytes in which lines were counted
	open     []string
	outlines int
	root     string
	doctype  bool // one was seen
	sources  []vigie.Source
	seen     map[string]int // canonical address -> place in sources
	faults   []string
}

func (l *list) faultf(format string, args ...any) {
	if len(l.faults) < maxListFault {
		l.faults = append(l.faults, fmt.Sprintf("line %d: ", l.at())+fmt.Sprintf(format, args...))
	}
}

// at returns the line of the current place, from 1.
func (l *list) at() int {
	l.line += bytes.Count(l.in[l.counted:l.pos], []byte("\n"))
	l.counted = l.pos
	return l.line + 1
}

// read goes over all tags. Texts mean nothing in OPML.
func (l *list) read() error {
	for {
		next := bytes.IndexByte(l.in[l.pos:], '<')
		if next < 0 {
			break
		}
		l.pos += next
		rest := l.in[l.pos:]
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			l.past(rest, "-->")
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			l.past(rest, "]]>")
		case bytes.HasPrefix(rest, []byte("<!")):
			l.pos += endOfDirective(rest, l.root == "" && !l.doctype)
			l.doctype = true
		case len(rest) > 2 && rest[1] == '/':
			if localName(string(rest[2:2+nameLength(rest[2:])])) == "outline" && len(l.open) > 0 {
				l.open = l.open[:len(l.open)-1]
			}
			l.past(rest, ">")
		case len(rest) > 1 && isNameStart(rest[1]):
			if err := l.tag(rest); err != nil {
				return err
			}
		default:
			l.pos++
		}
		if l.outlines > maxOutlines {
			l.faultf("the list has more than %d outlines: the rest was not read", maxOutlines)
			return nil
		}
	}
	return l.finish()
}

// finish judges what was read when the document has ended.
func (l *list) finish() error {
	l.pos = len(l.in)
	switch {
	case len(bytes.TrimSpace(l.in)) == 0:
		return badList("is empty")
	case l.root == "":
		return badList("line %d: holds no element: it looks like plain text", 1)
	case len(l.open) > 0:
		l.faultf("the list breaks off: %d outlines were never closed", len(l.open))
	}
	return nil
}

func (l *list) past(rest []byte, mark string) {
	if end := bytes.Index(rest, []byte(mark)); end >= 0 {
		l.pos += end + len(mark)
		return
	}
	l.pos = len(l.in)
}

// tag reads a start tag.
func (l *list) tag(rest []byte) error {
	n := 1 + nameLength(rest[1:])
	local := localName(string(rest[1:n]))
	if l.root == "" {
		l.root = local
		if local != "opml" && local != "outline" {
			return badList("line %d: its first element is <%s> instead of <opml>", l.at(), local)
		}
	}
	attrs, length, empty, err := readAttributes(rest[n:])
	if err != nil {
		return badList("line %d: %v", l.at(), err)
	}
	if length < 0 {
		l.faultf("a tag <%s> is never closed: it was left out", local)
		l.pos += n
		return nil
	}
	if local == "outline" {
		l.outlines++
		o := make(map[string]string, len(attrs))
		for _, a := range attrs {
			o[strings.ToLower(a.name)] = strings.TrimSpace(a.value)
		}
		l.outline(o)
		if !empty {
			if len(l.open) >= maxOutline {
				return badList("line %d: nests deeper than %d levels", l.at(), maxOutline)
			}
			l.open = append(l.open, l.group(o))
		}
	}
	l.pos += n + length
	return nil
}

// group returns the topic that an outline makes of itself.
func (l *list) group(o map[string]string) string {
	if o["xmlurl"] != "" || o["url"] != "" {
		return ""
	}
	return plainName(or(o["text"], o["title"]))
}

// outline takes one outline's attributes, names in lower case.
func (l *list) outline(o map[string]string) {
	raw, kind := o["xmlurl"], vigie.Feed
	if o["vigie:kind"] == string(vigie.Site) {
		raw, kind = o["htmlurl"], vigie.Site
	}
	if raw == "" {
		if t := strings.ToLower(o["type"]); (t == "include" || t == "link") && o["url"] != "" {
			l.faultf("the list %.200q was not followed: import it by itself", o["url"])
		} else if t == "rss" || t == "atom" || t == "feed" {
			l.faultf("%.200q has no address (xmlUrl)", or(o["text"], o["title"]))
		}
		return
	}
	address, err := listedURL(raw)
	if err != nil {
		l.faultf("%.200q was refused: %v", raw, err)
		return
	}
	s := vigie.Source{Kind: kind, URL: address, Name: plainName(or(o["text"], o["title"]))}
	if s.Name == raw || s.Name == address {
		s.Name = ""
	}
	s.Topics = l.topics(o)
	l.details(&s, o)
	if i, twice := l.seen[address]; twice {
		for _, t := range s.Topics {
			l.sources[i].Topics = addTopic(l.sources[i].Topics, t)
		}
		return
	}
	l.seen[address] = len(l.sources)
	l.sources = append(l.sources, s)
}

// topics collects the names of the outlines around and the categories (a list
// parted by commas, each perhaps a path).
func (l *list) topics(o map[string]string) []string {
	var out []string
	if own := o["vigie:topics"]; own != "" {
		for t := range strings.Lines(own) {
			out = addTopic(out, t)
		}
		return out
	}
	for _, name := range l.open {
		out = addTopic(out, name)
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

// details reads what [WriteOPML] adds to OPML.
func (l *list) details(s *vigie.Source, o map[string]string) {
	if lang := o["language"]; lang != "" && !strings.EqualFold(lang, "unknown") {
		if s.Lang = language(lang); s.Lang == "" {
			l.faultf("the language %.50q was left out: it is not a tag such as \"fr\"", lang)
		}
	}
	s.Publisher = plainName(o["vigie:publisher"])
	s.Licence, s.Terms = plainName(o["vigie:licence"]), plainName(o["vigie:terms"])
	s.Paused = o["vigie:paused"] == "true"
	if c := o["vigie:country"]; len(c) == 3 && strings.ToUpper(c) == c && isLetters(c) {
		s.Country = c
	}
	if e := o["vigie:every"]; e != "" {
		every, err := time.ParseDuration(e)
		if err != nil || every < 0 {
			l.faultf("the interval %.50q was left out: it is not one such as \"12h\"", e)
			every = 0
		}
		s.Every = every
	}
	switch t := vigie.FullText(o["vigie:fulltext"]); t {
	case vigie.FullTextAuto, vigie.FullTextAlways, vigie.FullTextNever:
		s.FullText = t
	}
	s.List = vigie.ListRules{
		Item: o["vigie:item"], Link: o["vigie:link"], Title: o["vigie:title"], Date: o["vigie:date"],
	}
	for p := range strings.Lines(o["vigie:allow"]) {
		s.List.Allow = append(s.List.Allow, strings.TrimSpace(p))
	}
	if n, err := strconv.Atoi(o["vigie:most"]); err == nil && n > 0 {
		s.List.Most = n
	}
}

// plainName makes one plain line of a name.
func plainName(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	s, _ = clip(s, maxTitle)
	return s
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
