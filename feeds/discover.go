package feeds

import (
	"bytes"
	"cmp"
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"vigie/crawl/extract"
)

const (
	// maxPage bounds how much of a page is searched for feeds.
	maxPage = 1 << 20
	// maxFound bounds the feeds that a page names, maxGuessed those that are guessed.
	maxFound   = 12
	maxGuessed = 12
	// maxAnchor bounds the text of a link that is looked at.
	maxAnchor = 200
)

// Candidate is an address where a feed may be.
type Candidate struct {
	// URL is absolute.
	URL string
	// Title is what the page calls it, plain text; "" where it does not.
	Title string
	// Guessed says that the page does not name it: it is only a usual place.
	Guessed bool
	// Side says that the page declares it as that of its comments, or of one search.
	Side bool

	// rank is smaller for better ones.
	rank int
}

// The ranks of candidates, the best first.
const (
	rankDeclared = iota // <link rel="alternate"> with the type of a feed
	rankSide            // declared, but of comments or of one search
	rankAddress         // a link whose address is one of a feed
	rankWords           // a link that says so in words
	rankGuess
)

// Discover finds where the feed of a page may be: first those that the page
// declares, then links that look like one, then the places that publishing systems
// use, with that of the page's own system first. The page is as it came, contentType
// its header, base the address that answered; it must be absolute. At most 24 are
// given, each once, the best first.
func Discover(page []byte, contentType string, base *url.URL) []Candidate {
	page = page[:min(len(page), maxPage)]
	if text, _, err := extract.Decode(page, contentType); err == nil {
		page = text
	}
	d := discovery{base: base, seen: map[string]bool{base.String(): true}}
	d.read(page)
	slices.SortStableFunc(d.found, func(a, b Candidate) int { return cmp.Compare(a.rank, b.rank) })
	d.found = d.found[:min(len(d.found), maxFound)]
	return append(d.found, d.guesses()...)
}

// declaredFeeds returns the addresses of the feeds that a page declares.
func declaredFeeds(page []byte, base *url.URL) []string {
	if base == nil {
		base = &url.URL{}
	}
	d := discovery{base: base, seen: map[string]bool{}}
	d.read(page[:min(len(page), maxJunk)])
	var out []string
	for _, c := range d.found {
		if c.rank <= rankSide && len(out) < 10 {
			out = append(out, c.URL)
		}
	}
	return out
}

// discovery goes once over a page.
type discovery struct {
	base  *url.URL
	found []Candidate
	seen  map[string]bool
	// system is the publishing system that the page names, in lower case.
	system string
	// href and text are of the link that is open.
	href string
	text strings.Builder
}

func (d *discovery) read(page []byte) {
	z := html.NewTokenizer(bytes.NewReader(page))
	for len(d.found) < 4*maxFound {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.TextToken:
			if d.href != "" && d.text.Len() < maxAnchor {
				d.text.Write(z.Text())
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == "a" {
				d.closeLink()
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			d.tag(z)
		}
	}
}

// tag reads the elements that say something of feeds.
func (d *discovery) tag(z *html.Tokenizer) {
	raw, more := z.TagName()
	name := string(raw)
	switch name {
	case "base", "link", "meta", "a", "img":
	default:
		return
	}
	a := map[string]string{}
	for more && len(a) < maxAttributes {
		var key, value []byte
		key, value, more = z.TagAttr()
		a[string(key)] = strings.TrimSpace(string(value))
	}
	switch name {
	case "base":
		if u, err := d.base.Parse(a["href"]); err == nil && a["href"] != "" {
			d.base = u
		}
	case "meta":
		if strings.EqualFold(a["name"], "generator") {
			d.system = strings.ToLower(a["content"])
		}
	case "link":
		d.declared(a)
	case "a":
		d.closeLink()
		d.href = a["href"]
		d.text.WriteString(a["title"] + " " + a["aria-label"] + " ")
	case "img":
		if d.href != "" && d.text.Len() < maxAnchor {
			d.text.WriteString(" " + a["alt"] + " ")
		}
	}
}

// declared takes <link rel="alternate" type="application/rss+xml" href="…">.
func (d *discovery) declared(a map[string]string) {
	rel := strings.Fields(strings.ToLower(a["rel"]))
	if !slices.Contains(rel, "alternate") && !slices.Contains(rel, "feed") {
		return
	}
	kind := strings.ToLower(a["type"])
	if !isFeedType(kind) && (!strings.HasSuffix(kind, "xml") && !strings.HasSuffix(kind, "json") || !feedAddress(a["href"])) {
		return
	}
	rank := rankDeclared
	if isSide(a["href"] + " " + a["title"]) {
		rank = rankSide
	}
	d.add(a["href"], a["title"], rank)
}

// closeLink judges the link that ends.
func (d *discovery) closeLink() {
	href, text := d.href, d.text.String()
	d.href = ""
	d.text.Reset()
	switch {
	case href == "":
	case feedAddress(href):
		d.add(href, text, rankAddress)
	case feedWords(text):
		d.add(href, text, rankWords)
	}
}

// add keeps each address once; those of services that read feeds are not feeds.
func (d *discovery) add(href, title string, rank int) {
	u, err := d.base.Parse(href)
	if err != nil || (u.Host != "" && u.Scheme != "http" && u.Scheme != "https") || len(href) > 2*maxTitle || u.Opaque != "" {
		return
	}
	u.Fragment = ""
	at := u.String()
	if at == "" || d.seen[at] {
		return
	}
	d.seen[at] = true
	title, _ = clip(extract.PlainLine(title), maxAnchor)
	d.found = append(d.found, Candidate{URL: at, Title: title, Side: rank == rankSide, rank: rank})
}

// isSide reports whether a feed is of something beside the news of the site.
func isSide(s string) bool {
	s = strings.ToLower(s)
	for _, word := range []string{"comment", "search", "recherche", "comentario", "تعليق", "oembed"} {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}

// feedAddress reports whether an address looks like one of a feed.
func feedAddress(href string) bool {
	u, err := url.Parse(strings.ToLower(href))
	if err != nil || len(href) > 2*maxTitle || isSide(href) {
		return false
	}
	switch p := strings.Trim(u.Path, "/"); path.Base(p) {
	case "feed", "rss", "atom", "rss2", "feeds", "rdf":
		return true
	case "feed.xml", "rss.xml", "atom.xml", "index.rdf", "backend.php", "feed.json", "rss.php", "feed.php", "feed.aspx", "rss.aspx":
		return true
	default:
		if strings.HasSuffix(p, ".rss") || strings.HasSuffix(p, ".atom") || strings.HasSuffix(p, ".rdf") ||
			strings.HasSuffix(p, ".xml") && (strings.Contains(p, "rss") || strings.Contains(p, "feed") || strings.Contains(p, "atom")) {
			return true
		}
	}
	q := u.Query()
	return q.Has("feed") || strings.HasPrefix(q.Get("page"), "backend") || q.Get("format") == "feed" || q.Get("type") == "rss" || q.Get("format") == "rss"
}

// feedWords reports whether the text of a link says that it leads to a feed.
func feedWords(text string) bool {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return strings.ContainsRune(" \t\r\n\u00a0()[]/|:,.-", r)
	})
	for _, w := range words {
		switch w {
		case "rss", "atom", "feed", "feeds", "flux", "syndication", "sindicación", "خلاصات":
			return true
		}
	}
	return false
}

// guesses are the usual places, those of the page's own system first. A page below
// the front one may have a feed of its own, so its folder is tried too.
func (d *discovery) guesses() []Candidate {
	paths := []string{
		"/feed", "/rss.xml", "/feed.xml", "/rss", "/atom.xml", "/index.xml",
		"/spip.php?page=backend", "/feeds/posts/default", "/?feed=rss2", "/feed.json", "/index.php?format=feed&type=rss", "/?format=feed",
	}
	if i := slices.Index(paths, usualPlace(d.system)); i > 0 {
		paths = slices.Insert(slices.Delete(paths, i, i+1), 0, usualPlace(d.system))
	}
	if folder := strings.TrimSuffix(d.base.Path, "/"); folder != "" && path.Ext(folder) == "" {
		paths = slices.Insert(paths, 1, folder+"/feed", folder+"/rss.xml")
	}
	var out []Candidate
	for _, p := range paths[:min(len(paths), maxGuessed)] {
		u, err := d.base.Parse(p)
		if err != nil || d.seen[u.String()] {
			continue
		}
		d.seen[u.String()] = true
		out = append(out, Candidate{URL: u.String(), Guessed: true, rank: rankGuess})
	}
	return out
}

// usualPlace is where a publishing system has its feed.
func usualPlace(system string) string {
	for _, known := range [...]struct{ system, place string }{
		{"wordpress", "/feed"},
		{"spip", "/spip.php?page=backend"},
		{"drupal", "/rss.xml"},
		{"blogger", "/feeds/posts/default"},
		{"joomla", "/index.php?format=feed&type=rss"},
		{"hugo", "/index.xml"},
		{"jekyll", "/feed.xml"},
		{"ghost", "/rss"},
	} {
		if strings.Contains(system, known.system) {
			return known.place
		}
	}
	return ""
}
