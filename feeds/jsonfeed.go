package feeds

import (
	"html"
	"strconv"

	"github.com/mmcdole/gofeed/json"
)

// fromJSON translates JSON Feed 1.0 and 1.1.
func (t *translator) fromJSON(f *json.Feed) Channel {
	c := Channel{
		Kind:        "json",
		Title:       t.line(f.Title),
		Link:        t.link(nil, f.HomePageURL),
		Description: html.EscapeString(t.html(f.Description)),
		Lang:        string(language(f.Language)),
		Next:        t.link(nil, f.NextURL),
	}
	var people []Person
	for _, a := range append(f.Authors, f.Author) {
		people = t.jsonAuthor(people, a)
	}
	for _, item := range f.Items {
		if item == nil {
			continue
		}
		e := t.fromJSONItem(item)
		if len(e.Authors) == 0 { // JSON Feed 1.1: an item without authors has the feed's
			e.Authors = append([]Person(nil), people...)
		}
		c.Entries = append(c.Entries, e)
		if len(c.Entries) == maxItems {
			break
		}
	}
	return c
}

func (t *translator) fromJSONItem(it *json.Item) Entry {
	e := Entry{
		ID:      t.token(it.ID),
		Title:   t.line(it.Title),
		Link:    t.link(nil, or(it.URL, it.ExternalURL)),
		Lang:    string(language(it.Language)),
		Summary: html.EscapeString(t.html(it.Summary)),
		Content: t.html(it.ContentHTML),
	}
	if e.Content == "" {
		e.Content = html.EscapeString(t.html(it.ContentText))
	}
	if e.Link == "" && isWeb(e.ID) {
		e.Link = e.ID
	}
	e.published, e.updated = firstDate(it.DatePublished), firstDate(it.DateModified)
	for _, a := range append(it.Authors, it.Author) {
		e.Authors = t.jsonAuthor(e.Authors, a)
	}
	for _, tag := range it.Tags {
		e.Tags = t.addTag(e.Tags, tag)
	}
	if it.Attachments != nil {
		for _, a := range *it.Attachments {
			e.Enclosures = t.addFile(e.Enclosures, nil, a.URL, a.MimeType, strconv.FormatInt(a.SizeInBytes, 10))
		}
	}
	return e
}

func (t *translator) jsonAuthor(list []Person, a *json.Author) []Person {
	if a == nil {
		return list
	}
	return addPerson(list, Person{Name: t.line(a.Name), URL: t.link(nil, a.URL)})
}
