package feeds

import (
	"net/url"
	"slices"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"

	"vigie"
	"vigie/crawl/extract"
)

// translator turns what the parsing library gives into a [Channel].
type translator struct {
	base   *url.URL
	scan   *scanner // nil for JSON
	faults *faults
}

// put back the lifted parts of a text.
func (t *translator) whole(s string) string {
	if t.scan == nil {
		return s
	}
	return t.scan.expand(s)
}

// line makes one plain line of a title, a name, a label.
func (t *translator) line(s string) string {
	s, cut := clip(extract.PlainLine(t.whole(s)), maxTitle)
	if cut {
		t.faults.addf("a title or name longer than %d bytes was cut", maxTitle)
	}
	return s
}

// token makes an identity or an address: no white space around, not endless.
func (t *translator) token(s string) string {
	s = strings.TrimSpace(t.whole(s))
	if len(s) > 2*maxTitle {
		return ""
	}
	return s
}

// html takes a summary or content as it is.
func (t *translator) html(s string) string {
	s, cut := clip(strings.TrimSpace(t.whole(s)), maxHTML)
	if cut {
		t.faults.addf("a text longer than %d MiB was cut", maxHTML>>20)
	}
	return s
}

// link resolves an address against the item's base, or the feed's. Addresses
// that a browser would run or open elsewhere ("javascript:", "data:") are dropped.
func (t *translator) link(base *url.URL, raw string) string {
	raw = t.token(raw)
	if raw == "" {
		return ""
	}
	if base == nil {
		base = t.base
	} else if t.base != nil {
		base = t.base.ResolveReference(base)
	}
	raw = resolve(base, raw)
	if u, err := url.Parse(raw); isWeb(strings.ToLower(raw)) || (err == nil && u.Scheme == "") {
		return raw
	}
	return ""
}

// own returns what the scanner noted of an item's start tag.
func own(x ext.Extensions) (about string, lang vigie.Lang, base *url.URL) {
	notes := x["vigie"]["item"]
	if len(notes) == 0 {
		return "", "", nil
	}
	a := notes[0].Attrs
	if a["base"] != "" {
		base, _ = url.Parse(a["base"])
	}
	return a["about"], language(a["lang"]), base
}

// textLang gives an entry the language of its main text, where that has one of its
// own: the content, or else the summary, or else the title.
func textLang(e *Entry, x ext.Extensions) {
	for _, note := range x["vigie"]["item"] {
		e.noLang = e.Lang == "" && note.Attrs["none"] != ""
	}
	main := []string{"title"}
	switch {
	case e.Content != "":
		main = []string{"content", "encoded", "body", "fullitem"}
	case e.Summary != "":
		main = []string{"summary", "description"}
	}
	for _, note := range x["vigie"]["text"] {
		said := note.Attrs["lang"]
		if l := language(said); (l != "" || said == "") && slices.Contains(main, note.Attrs["of"]) {
			e.Lang, e.noLang = string(l), l == ""
			return
		}
	}
}

// language reads a tag; what is none is "".
func language(s string) vigie.Lang {
	l, err := vigie.ParseLang(s)
	if err != nil {
		return ""
	}
	return l
}

// core returns the texts of one element of Dublin Core.
func (t *translator) core(x ext.Extensions, name string) []string {
	var out []string
	for _, e := range x["dc"][name] {
		if v := strings.TrimSpace(t.whole(e.Value)); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// first returns the first text among some elements of one extension.
func (t *translator) first(x ext.Extensions, prefix string, names ...string) string {
	for _, name := range names {
		for _, e := range x[prefix][name] {
			if v := strings.TrimSpace(e.Value); v != "" {
				return t.whole(v)
			}
		}
	}
	return ""
}

// mediaTags adds the categories of Media RSS and of podcasts.
func (t *translator) mediaTags(tags []string, x ext.Extensions) []string {
	for _, c := range x["media"]["category"] {
		tags = t.addTag(tags, or(c.Attrs["label"], c.Value))
	}
	for _, c := range x["itunes"]["category"] {
		tags = t.addTag(tags, c.Attrs["text"])
	}
	for s := range strings.SplitSeq(t.first(x, "media", "keywords")+","+t.first(x, "itunes", "keywords"), ",") {
		tags = t.addTag(tags, s)
	}
	return tags
}

// mediaFiles adds the files of Media RSS, in groups or not.
func (t *translator) mediaFiles(files []Enclosure, x ext.Extensions, base *url.URL) []Enclosure {
	contents := x["media"]["content"]
	for _, g := range x["media"]["group"] {
		contents = append(contents, g.Children["content"]...)
	}
	for _, m := range contents {
		files = t.addFile(files, base, m.Attrs["url"], m.Attrs["type"], m.Attrs["fileSize"])
	}
	return files
}

// mediaTitle finds the title of Media RSS, in a group or not.
func (t *translator) mediaTitle(x ext.Extensions) string {
	title := t.first(x, "media", "title")
	for _, g := range x["media"]["group"] {
		title = or(title, child(g, "title"))
	}
	return title
}

// firstDate returns the first of some texts that is a date.
func firstDate(texts ...string) vigie.Date {
	for _, s := range texts {
		if s == "" {
			continue
		}
		if d := readDate(s); !d.IsZero() {
			return d
		}
	}
	return vigie.Date{}
}

// hub finds the WebSub hub among extension links.
func (t *translator) hub(x ext.Extensions) string {
	for _, prefix := range []string{"atom", "atom03"} {
		for _, l := range x[prefix]["link"] {
			if strings.EqualFold(l.Attrs["rel"], "hub") {
				return t.link(nil, l.Attrs["href"])
			}
		}
	}
	return ""
}

// person reads the forms that RSS allows: "mail (name)", "name (mail)", a name.
func (t *translator) person(raw string) Person {
	s := t.line(raw)
	before, after, ok := strings.Cut(s, " (")
	if after, closed := strings.CutSuffix(after, ")"); ok && closed {
		switch {
		case isMail(before):
			return Person{Name: after, Email: before}
		case isMail(after):
			return Person{Name: before, Email: after}
		}
	}
	if name, mail, ok := strings.Cut(s, " <"); ok && isMail(strings.TrimSuffix(mail, ">")) {
		return Person{Name: strings.Trim(name, `"`), Email: strings.TrimSuffix(mail, ">")}
	}
	if isMail(s) {
		return Person{Email: s}
	}
	return Person{Name: s}
}

func isMail(s string) bool {
	at := strings.IndexByte(s, '@')
	return at > 0 && at < len(s)-1 && !strings.ContainsAny(s, " \t()<>") && strings.LastIndexByte(s, '@') == at
}

// addPerson keeps each maker once.
func addPerson(list []Person, p Person) []Person {
	if p == (Person{}) || len(list) >= maxPeople || slices.ContainsFunc(list, func(o Person) bool {
		return strings.EqualFold(o.Name, p.Name) && (o.Email == p.Email || p.Email == "" || o.Email == "") &&
			(p.Name+p.Email != "" || o.URL == p.URL)
	}) {
		return list
	}
	return append(list, p)
}

// addTag keeps each label once.
func (t *translator) addTag(list []string, raw string) []string {
	if len(list) >= maxTags {
		t.faults.addf("more than %d categories of an item were left out", maxTags)
		return list
	}
	s := t.line(raw)
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// addFile keeps each enclosure once.
func (t *translator) addFile(list []Enclosure, base *url.URL, raw, mediaType, length string) []Enclosure {
	if len(list) >= maxFiles {
		return list
	}
	e := Enclosure{URL: t.link(base, raw), Type: t.line(mediaType), Length: size(length)}
	if e.URL == "" || slices.ContainsFunc(list, func(o Enclosure) bool { return o.URL == e.URL }) {
		return list
	}
	return append(list, e)
}

// size reads a length in bytes; what is none is 0.
func size(s string) int64 {
	var n int64
	for _, c := range strings.TrimSpace(s) {
		if c < '0' || c > '9' || n > 1<<50 {
			return 0
		}
		n = n*10 + int64(c-'0')
	}
	return n
}

// finish completes a channel: languages that items inherit, lists that are
// never null, dates as text.
func (t *translator) finish(c *Channel) {
	if c.Lang == "" && t.scan != nil {
		c.Lang = string(language(t.scan.lang))
	}
	if len(c.Entries) > maxItems {
		c.Entries = c.Entries[:maxItems]
		t.faults.addf("the feed has more than %d items: only the first were read", maxItems)
	}
	for i := range c.Entries {
		e := &c.Entries[i]
		if e.Lang == "" && !e.noLang {
			e.Lang = c.Lang
		}
		e.Published, e.Updated = stamp(e.published), stamp(e.updated)
		e.Authors = orEmpty(e.Authors)
		e.Tags = orEmpty(e.Tags)
		e.Enclosures = orEmpty(e.Enclosures)
	}
	c.Entries = orEmpty(c.Entries)
	c.Faults = orEmpty([]string(*t.faults))
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// stamp writes a date as the contract wants it.
func stamp(d vigie.Date) string {
	if d.IsZero() {
		return ""
	}
	return vigie.InstantOf(d.Time).String()
}
