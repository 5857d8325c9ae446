package demo

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"
)

// feedPath returns where the feed is, "" for a publisher without one.
func (p publisher) feedPath() string {
	switch p.form {
	case listForm:
		return ""
	case jsonForm:
		return "/feed.json"
	default:
		return "/feed.xml"
	}
}

// feed renders the items, newest first, and says their media type.
func (p publisher) feed() (body []byte, mediaType string, err error) {
	switch p.form {
	case rssForm:
		f, err := p.rss()
		if err != nil {
			return nil, "", err
		}
		body, err = markup(f)
		return body, "application/rss+xml", err
	case rdfForm:
		body, err = markup(p.rdf())
		return body, "application/rdf+xml", err
	case atomForm:
		body, err = markup(p.atom())
		return body, "application/atom+xml", err
	case jsonForm:
		body, err = json.MarshalIndent(p.jsonFeed(), "", " ")
		return body, "application/feed+json", err
	default:
		return nil, "", fmt.Errorf("there is no form %q", p.form)
	}
}

func markup(v any) ([]byte, error) {
	body, err := xml.MarshalIndent(v, "", " ")
	return append([]byte(xml.Header), body...), err
}

// newest returns the items in the order of a feed.
func (p publisher) newest() []item {
	return slices.SortedStableFunc(slices.Values(p.items), func(a, b item) int { return b.date.Compare(a.date) })
}

// content returns the text of an item as HTML: all of it, or the beginning.
func (p publisher) content(it item) string {
	paragraphs := it.paragraphs
	if p.extracts {
		first, _, _ := strings.Cut(paragraphs[0].text(), ". ")
		paragraphs = []paragraph{{{Text: strings.TrimSuffix(first, ".") + "."}}}
	}
	var b strings.Builder
	for _, each := range paragraphs {
		b.WriteString(each.html())
	}
	return b.String()
}

// id names an item for ever, whatever the address on loopback.
func (p publisher) id(it item) string { return "tag:" + p.host + ",2026:" + it.path }

type rssFeed struct {
	XMLName     xml.Name  `xml:"rss"`
	Version     string    `xml:"version,attr"`
	Title       string    `xml:"channel>title"`
	Link        string    `xml:"channel>link"`
	Description string    `xml:"channel>description"`
	Language    string    `xml:"channel>language"`
	Items       []rssItem `xml:"channel>item"`
}

type rssItem struct {
	Title       string   `xml:"title"`
	Link        string   `xml:"link"`
	GUID        rssGUID  `xml:"guid"`
	Published   string   `xml:"pubDate"`
	Categories  []string `xml:"category"`
	Description string   `xml:"description"`
	// Enclosure is a report, nil where there is none.
	Enclosure *rssFile `xml:"enclosure"`
}

type rssFile struct {
	URL    string `xml:"url,attr"`
	Length int    `xml:"length,attr"`
	Type   string `xml:"type,attr"`
}

type rssGUID struct {
	Permanent bool   `xml:"isPermaLink,attr"`
	ID        string `xml:",chardata"`
}

func (p publisher) rss() (rssFeed, error) {
	f := rssFeed{Version: "2.0", Title: p.name, Link: p.base + "/", Description: p.motto, Language: string(p.lang)}
	for _, it := range p.newest() {
		entry := rssItem{
			Title: it.title, Link: it.link, GUID: rssGUID{ID: p.id(it)}, Published: it.date.Format(time.RFC1123Z),
			Categories: it.tags, Description: p.content(it),
		}
		if it.report.how == enclosed {
			pdf, err := it.report.read()
			if err != nil {
				return f, err
			}
			entry.Enclosure = &rssFile{URL: p.base + it.place(), Length: len(pdf.body), Type: pdf.mediaType}
		}
		f.Items = append(f.Items, entry)
	}
	return f, nil
}

type rdfFeed struct {
	XMLName xml.Name   `xml:"rdf:RDF"`
	RDF     string     `xml:"xmlns:rdf,attr"`
	RSS     string     `xml:"xmlns,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	Content string     `xml:"xmlns:content,attr"`
	Channel rdfChannel `xml:"channel"`
	Items   []rdfItem  `xml:"item"`
}

type rdfChannel struct {
	About       string    `xml:"rdf:about,attr"`
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	Description string    `xml:"description"`
	Language    string    `xml:"dc:language"`
	Items       []rdfLink `xml:"items>rdf:Seq>rdf:li"`
}

type rdfLink struct {
	Resource string `xml:"rdf:resource,attr"`
}

type rdfItem struct {
	About    string   `xml:"rdf:about,attr"`
	Title    string   `xml:"title"`
	Link     string   `xml:"link"`
	Date     string   `xml:"dc:date"`
	Subjects []string `xml:"dc:subject"`
	Content  string   `xml:"content:encoded"`
}

func (p publisher) rdf() rdfFeed {
	f := rdfFeed{
		RDF: "http://www.w3.org/1999/02/22-rdf-syntax-ns#", RSS: "http://purl.org/rss/1.0/",
		DC: "http://purl.org/dc/elements/1.1/", Content: "http://purl.org/rss/1.0/modules/content/",
		Channel: rdfChannel{About: p.base + p.feedPath(), Title: p.name, Link: p.base + "/", Description: p.motto, Language: string(p.lang)},
	}
	for _, it := range p.newest() {
		f.Channel.Items = append(f.Channel.Items, rdfLink{Resource: it.link})
		f.Items = append(f.Items, rdfItem{
			About: it.link, Title: it.title, Link: it.link, Date: it.date.Format(time.RFC3339), Subjects: it.tags, Content: p.content(it),
		})
	}
	return f
}

type atomFeed struct {
	XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang     string      `xml:"xml:lang,attr"`
	ID       string      `xml:"id"`
	Title    string      `xml:"title"`
	Subtitle string      `xml:"subtitle"`
	Updated  string      `xml:"updated"`
	Author   string      `xml:"author>name"`
	Links    []atomLink  `xml:"link"`
	Entries  []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	Lang       string         `xml:"xml:lang,attr"`
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Link       atomLink       `xml:"link"`
	Published  string         `xml:"published"`
	Updated    string         `xml:"updated"`
	Categories []atomCategory `xml:"category"`
	Content    *atomText      `xml:"content,omitempty"`
	Summary    *atomText      `xml:"summary,omitempty"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Body string `xml:",chardata"`
}

func (p publisher) atom() atomFeed {
	items := p.newest()
	f := atomFeed{
		Lang: string(p.lang), ID: "tag:" + p.host + ",2026:/", Title: p.name, Subtitle: p.motto, Author: p.name,
		Updated: items[0].date.Format(time.RFC3339),
		Links:   []atomLink{{Rel: "self", Href: p.base + p.feedPath()}, {Rel: "alternate", Href: p.base + "/"}},
	}
	for _, it := range items {
		e := atomEntry{
			Lang: string(it.lang), ID: p.id(it), Title: it.title, Link: atomLink{Rel: "alternate", Href: it.link},
			Published: it.date.Format(time.RFC3339), Updated: it.updated().Format(time.RFC3339),
		}
		for _, tag := range it.tags {
			e.Categories = append(e.Categories, atomCategory{Term: tag})
		}
		text := &atomText{Type: "html", Body: p.content(it)}
		if p.extracts {
			e.Summary = text
		} else {
			e.Content = text
		}
		f.Entries = append(f.Entries, e)
	}
	return f
}

type jsonFeed struct {
	Version     string     `json:"version"`
	Title       string     `json:"title"`
	HomePage    string     `json:"home_page_url"`
	Feed        string     `json:"feed_url"`
	Description string     `json:"description"`
	Language    string     `json:"language"`
	Items       []jsonItem `json:"items"`
}

type jsonItem struct {
	ID        string    `json:"id"`
	URL       string    `json:"url"`
	Title     string    `json:"title"`
	HTML      string    `json:"content_html"`
	Published time.Time `json:"date_published"`
	Tags      []string  `json:"tags,omitempty"`
	Language  string    `json:"language,omitempty"`
}

func (p publisher) jsonFeed() jsonFeed {
	f := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: p.name, HomePage: p.base + "/", Feed: p.base + p.feedPath(),
		Description: p.motto, Language: string(p.lang),
	}
	for _, it := range p.newest() {
		f.Items = append(f.Items, jsonItem{
			ID: p.id(it), URL: it.link, Title: it.title, HTML: p.content(it), Published: it.date, Tags: it.tags, Language: string(it.lang),
		})
	}
	return f
}
