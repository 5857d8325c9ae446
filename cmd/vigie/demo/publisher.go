package demo

import (
	"bufio"
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"vigie"
)

//go:embed publishers
var publisherFiles embed.FS

// form says as what a publisher shows its items.
type form string

const (
	rssForm  form = "rss"
	rdfForm  form = "rdf"
	atomForm form = "atom"
	jsonForm form = "json"
	listForm form = "list" // a page without a feed
)

// publisher is one site of the sample web.
type publisher struct {
	name, host, motto string
	form              form
	lang              vigie.Lang
	topics            []string
	// extracts is set where the feed holds the first paragraph only.
	extracts bool
	// once is set where the feed is gone after its first answer.
	once bool
	// institution is set for who makes the news.
	institution bool
	items       []item
	// base is the address on loopback: "http://127.77.0.1:34567".
	base string
}

// item is one article. Its path is that of its page; an item that relays
// another's has no page, and a name for its path.
type item struct {
	path, title string
	date        time.Time
	// corrected is the day on which the publisher put the item right. The item as it
	// was first stands before it under the same path.
	corrected  time.Time
	tags       []string
	paragraphs []paragraph
	lang       vigie.Lang
	report     report
	// relays is the path of another publisher's item that is shown with its own
	// address; reprints that of one whose text is copied to this site.
	relays, reprints string
	// link is the address of the page.
	link string
}

// order is that of the addresses on loopback.
const order = "lumen meridien littoral reseaux ufuq nakhil jisr harbour saltmarsh northquay mirador cauce autorite"

func publishers() ([]publisher, error) {
	var all []publisher
	for name := range strings.FieldsSeq(order) {
		body, err := fs.ReadFile(publisherFiles, "publishers/"+name+".txt")
		if err != nil {
			return nil, err
		}
		p, err := parsePublisher(body)
		if err != nil {
			return nil, fmt.Errorf("read publisher %s: %w", name, err)
		}
		all = append(all, p)
	}
	return all, nil
}

// parsePublisher reads the format that the package comment tells.
func parsePublisher(body []byte) (publisher, error) {
	var p publisher
	head := true // within a head, until an empty line
	lines := bufio.NewScanner(bytes.NewReader(body))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		address, begins := strings.CutPrefix(line, "== ")
		key, value, paired := strings.Cut(line, ": ")
		var err error
		switch {
		case begins:
			p.items = append(p.items, item{path: address, lang: p.lang})
			head = true
		case line == "":
			head = false
		case !head && len(p.items) == 0:
			err = errors.New("text stands before the first item")
		case !head:
			last := &p.items[len(p.items)-1]
			last.paragraphs = append(last.paragraphs, parseParagraph(line))
		case !paired:
			err = fmt.Errorf("%q is no pair of key and value", line)
		case len(p.items) == 0:
			err = describe(&p, key, value)
		default:
			err = p.items[len(p.items)-1].set(key, value)
		}
		if err != nil {
			return p, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return p, lines.Err()
}

// describe takes up one line of the head of a file.
func describe(p *publisher, key, value string) error {
	switch key {
	case "name":
		p.name = value
	case "host":
		p.host = value
	case "motto":
		p.motto = value
	case "form":
		p.form = form(value)
	case "lang":
		p.lang = vigie.Lang(value)
	case "topics":
		p.topics = strings.Split(value, ", ")
	case "text":
		p.extracts = value == "extract"
	case "kind":
		p.institution = value == "institution"
	case "answers":
		p.once = value == "once"
	default:
		return fmt.Errorf("unknown key %q", key)
	}
	return nil
}

// updated is when an item was last changed.
func (it *item) updated() time.Time {
	if it.corrected.IsZero() {
		return it.date
	}
	return it.corrected
}

func (it *item) set(key, value string) (err error) {
	switch key {
	case "title":
		it.title = value
	case "date":
		it.date, err = time.Parse(time.DateOnly, value)
		it.date = it.date.Add(8 * time.Hour)
	case "corrected":
		it.corrected, err = time.Parse(time.DateOnly, value)
		it.corrected = it.corrected.Add(8 * time.Hour)
	case string(listed), string(enclosed), string(offered):
		it.report = report{handing(key), value}
	case "tags":
		it.tags = strings.Split(value, ", ")
	case "relays":
		it.relays = value
	case "reprints":
		it.reprints = value
	default:
		err = fmt.Errorf("unknown key %q", key)
	}
	return err
}

// edition returns the publisher with its items as they were first, or as they are
// since they were corrected.
func (p publisher) edition(corrected bool) publisher {
	var items []item
	for _, it := range p.items {
		if it.corrected.IsZero() {
			items = append(items, it)
			continue
		}
		first := slices.IndexFunc(items, func(o item) bool { return o.path == it.path })
		if corrected && first >= 0 {
			items[first] = it
		}
	}
	p.items = items
	return p
}

// resolve gives every item its address, copies the texts of those that are relayed
// or reprinted, and leads links to the items of others.
func resolve(all []publisher) error {
	own := map[string]item{}
	places := map[string]string{}
	for _, p := range all {
		for i := range p.items {
			it := &p.items[i]
			it.link = p.base + it.path
			if it.title != "" && it.corrected.IsZero() {
				own[it.path] = *it
			}
			places[it.path] = it.link
			if it.report.name != "" {
				places[it.place()] = p.base + it.place()
			}
		}
	}
	for _, p := range all {
		for i := range p.items {
			if err := p.items[i].complete(own, places); err != nil {
				return fmt.Errorf("complete %s of %s: %w", p.items[i].path, p.name, err)
			}
		}
	}
	return nil
}

// complete leads the links of an item that has a text, and copies one for it that
// has none. Copies share their paragraphs, and so the links.
func (it *item) complete(own map[string]item, places map[string]string) error {
	if it.title != "" {
		return it.lead(places)
	}
	of, ok := own[it.relays+it.reprints]
	if !ok {
		return fmt.Errorf("find %q: %w", it.relays+it.reprints, vigie.ErrNotFound)
	}
	it.title, it.tags, it.paragraphs, it.lang = of.title, of.tags, of.paragraphs, of.lang
	if it.relays != "" {
		it.link = of.link
	}
	return nil
}
