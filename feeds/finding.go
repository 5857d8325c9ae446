package feeds

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"net/url"
	"strconv"
	"strings"

	"vigie"
	"vigie/crawl/extract"
)

// maxSummary is the longest summary in bytes; a description that is longer is
// the text itself.
const maxSummary = 1500

// item is an entry on its way to a finding.
type item struct {
	Entry
	guid   string
	digest vigie.Hash
	// canonical is the item's own address, "" where it has none of its own.
	canonical string
}

// identify gives every entry a guid that is not empty and unique within the
// feed, its digest and its own address. Entries that say the same twice are
// given once.
func identify(c Channel, feedURL string) []item {
	home, _ := vigie.CanonicalURL(c.Link)
	self, _ := vigie.CanonicalURL(feedURL)
	items := make([]item, 0, len(c.Entries))
	used := make(map[string]int, len(c.Entries))   // guid -> place of the first
	shared := make(map[string]int, len(c.Entries)) // canonical address -> items
	for _, e := range c.Entries {
		it := item{Entry: e, digest: digest(e)}
		if u, err := vigie.CanonicalURL(e.Link); err == nil && u != home && u != self {
			it.canonical = u
		}
		it.guid = guidOf(e, it.canonical)
		if first, twice := used[it.guid]; twice {
			if o := items[first]; o.Title == e.Title && o.Link == e.Link {
				continue
			}
			it.guid += "#" + short(e.Link, e.Title)
			if _, again := used[it.guid]; again {
				continue
			}
		}
		used[it.guid] = len(items)
		if it.canonical != "" {
			shared[it.canonical]++
		}
		items = append(items, it)
	}
	for i, it := range items {
		if shared[it.canonical] > 1 { // an address of several items is the address of none
			items[i].canonical = ""
		}
	}
	return items
}

// guidOf is the feed's own name for an item, or one made of what it says: the
// address, or a hash of title, date and text.
func guidOf(e Entry, canonical string) string {
	switch {
	case e.ID != "":
		return e.ID
	case canonical != "":
		return canonical
	}
	return "hash:" + short(e.Title, e.Published, e.Link, e.Summary, e.Content)
}

// short is a hash of some texts in 32 characters.
func short(texts ...string) string {
	h := sha256.New()
	feed(h, texts...)
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// digest is the hash of what the feed says of an item. Counts of comments and
// the like are not part of an [Entry], so they do not disturb it.
func digest(e Entry) vigie.Hash {
	h := sha256.New()
	feed(h, e.ID, e.Title, e.Link, e.Published, e.Updated, e.Summary, e.Content, e.Lang)
	for _, a := range e.Authors {
		feed(h, a.Name, a.Email, a.URL)
	}
	feed(h, e.Tags...)
	for _, x := range e.Enclosures {
		feed(h, x.URL, x.Type, strconv.FormatInt(x.Length, 10))
	}
	return vigie.Hash(hex.EncodeToString(h.Sum(nil)))
}

// feed writes texts so that no two lists of them are written alike.
func feed(h hash.Hash, texts ...string) {
	var n [8]byte
	for _, s := range texts {
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		_, _ = h.Write(n[:]) // a hash takes everything
		_, _ = h.Write([]byte(s))
	}
}

// document makes a document of an item. This is the expensive part: it is done
// only for items that are new or changed.
func document(it item, s vigie.Source, c Channel) vigie.Document {
	d := vigie.Document{
		Source:    s.ID,
		URL:       it.canonical,
		Title:     it.Title,
		Publisher: or(s.Publisher, c.Title, s.Name),
		Published: it.published,
		Modified:  it.updated,
		MediaType: "text/html",
		Labels:    it.Tags,
	}
	for _, a := range it.Authors {
		if a.Name+a.Email == "" {
			continue // an address alone names nobody
		}
		d.Authors = append(d.Authors, vigie.Author(a))
	}
	for _, x := range it.Enclosures {
		d.Enclosures = append(d.Enclosures, vigie.Enclosure(x))
		if x.URL == it.Link && x.Type != "" {
			d.MediaType = x.Type
		}
	}
	body := it.Content
	if strings.TrimSpace(body) == "" {
		body = it.Summary
	}
	d.Body = extract.Paragraphs(body)
	if at, err := url.Parse(it.Link); err == nil {
		d.Links = extract.ContentLinks(body, at)
	}
	if len(it.Summary) <= 4*maxSummary {
		summary := d.Body
		if it.Content != "" && it.Summary != it.Content {
			summary = extract.Paragraphs(it.Summary)
		}
		if text := vigie.PlainText(summary); len(text) <= maxSummary && it.Summary != "" {
			d.Summary = text
		}
	}
	d.Lang = extract.Language(prior(it.Lang, s.Lang), d.Title, vigie.PlainText(d.Body))
	extract.MarkLanguages(d.Body, d.Lang)
	return d
}

// prior is the language to assume: the feed's word, then the curator's.
func prior(said string, curator vigie.Lang) vigie.Lang {
	if said != "" {
		return vigie.Lang(said)
	}
	return curator
}
