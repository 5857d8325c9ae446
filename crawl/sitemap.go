package crawl

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"html"
	"io"
	"strings"
	"time"

	"vigie"
	"vigie/crawl/extract"
)

// The limits of one sitemap file, those of https://www.sitemaps.org/protocol.html.
const (
	maxSitemap = 50 << 20 // bytes, unpacked
	maxEntries = 50_000
	maxField   = 4 << 10 // bytes of one value

	// Beyond bombFloor, a file may not unpack to more than bombRatio times what it was.
	bombFloor = 1 << 20
	bombRatio = 100
)

// sitemap is what one sitemap file says.
type sitemap struct {
	// index says that the entries are further sitemaps.
	index   bool
	entries []entry
	// more says that there are entries beyond the limit.
	more bool
}

// entry is one address of a sitemap.
type entry struct {
	url string
	// listed is when it changed, as the file says it; modified is the same, read.
	listed   string
	modified vigie.Date
	// title and published are those of a news sitemap.
	title     string
	published vigie.Date
}

// readSitemap reads a sitemap, a sitemap index or a list of addresses, packed or
// not. It looks at tags only, so that a file with a fault in it gives what it
// says before and after.
func readSitemap(body []byte) (sitemap, error) {
	text, err := unpackSitemap(body)
	if err != nil {
		return sitemap{}, err
	}
	text = bytes.TrimLeft(text, " \t\r\n")
	if len(text) == 0 {
		return sitemap{}, errors.New("the sitemap is empty")
	}
	if text[0] != '<' {
		return readAddresses(text)
	}
	s := sitemapScan{rest: text}
	if err := s.run(); err != nil {
		return sitemap{}, err
	}
	return s.out, nil
}

// unpackSitemap returns the text of a file in UTF-8.
func unpackSitemap(body []byte) ([]byte, error) {
	if bytes.HasPrefix(body, []byte("\x1f\x8b")) {
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, fmt.Errorf("unpack the sitemap: %w", err)
		}
		limit := min(max(bombFloor, bombRatio*len(body)), maxSitemap)
		out, err := io.ReadAll(io.LimitReader(z, int64(limit)+1))
		if err != nil && len(out) == 0 {
			return nil, fmt.Errorf("unpack the sitemap: %w", err)
		}
		if len(out) > limit && limit < maxSitemap {
			return nil, tooBig(fmt.Sprintf("unpacks to more than %d times what was sent", bombRatio))
		}
		body = out // one that breaks off gives its beginning
	}
	switch {
	case len(body) > maxSitemap:
		return nil, tooBig("is larger than 50 MB")
	case bytes.HasPrefix(body, []byte("\x1f\x8b")):
		return nil, &vigie.InvalidError{Field: "sitemap", Reason: "is packed twice"}
	case bytes.HasPrefix(body, []byte("\xff\xfe")), bytes.HasPrefix(body, []byte("\xfe\xff")):
		text, _, err := extract.Decode(body, "application/xml")
		return text, err
	}
	return bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), nil
}

func tooBig(reason string) error {
	return &vigie.TroubleError{
		Trouble: vigie.Trouble{Code: vigie.TroubleBig}, Err: &vigie.InvalidError{Field: "sitemap", Reason: reason},
	}
}

// readAddresses reads a text file of one address a line.
func readAddresses(text []byte) (sitemap, error) {
	var out sitemap
	lines := 0
	for line := range bytes.Lines(text) {
		if lines++; lines > 4*maxEntries || len(out.entries) == maxEntries {
			out.more = true
			break
		}
		line = bytes.TrimSpace(line)
		if len(line) <= maxField && isWeb(string(line)) {
			out.entries = append(out.entries, entry{url: string(line)})
		}
	}
	if len(out.entries) == 0 {
		return out, errors.New("it is no sitemap but some other text")
	}
	return out, nil
}

func isWeb(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// sitemapScan goes over the tags of a sitemap.
type sitemapScan struct {
	rest []byte
	out  sitemap

	root   string // the prefix of the root element, with its colon
	begun  bool
	within bool // an entry
	field  string
	text   []byte
	now    entry
}

// run reads to the end, or to the limit.
func (s *sitemapScan) run() error {
	for len(s.rest) > 0 && !s.out.more {
		at := bytes.IndexByte(s.rest, '<')
		if at < 0 {
			break
		}
		s.take(s.rest[:at])
		s.rest = s.rest[at:]
		if s.skip() {
			continue
		}
		tag := s.tag()
		if tag == "" {
			continue
		}
		if err := s.element(tag); err != nil {
			return err
		}
	}
	if !s.begun {
		return errors.New("it is no sitemap: it has no element")
	}
	return nil
}

// take adds text to the field that is open.
func (s *sitemapScan) take(text []byte) {
	if s.field != "" && len(s.text)+len(text) <= maxField {
		s.text = append(s.text, text...)
	}
}

// skip passes over what is no tag: comments, instructions, declarations.
func (s *sitemapScan) skip() bool {
	for _, each := range [...]struct{ from, to string }{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}, {"<!", ">"}} {
		if !bytes.HasPrefix(s.rest, []byte(each.from)) {
			continue
		}
		inside, after, _ := bytes.Cut(s.rest[len(each.from):], []byte(each.to))
		if each.from == "<![CDATA[" {
			s.take([]byte(html.EscapeString(string(inside[:min(len(inside), maxField)]))))
		}
		s.rest = after
		return true
	}
	return false
}

// tag returns what stands between < and >, and goes behind it.
func (s *sitemapScan) tag() string {
	var quote byte
	for i := 1; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			tag := s.rest[1:i]
			s.rest = s.rest[i+1:]
			return string(tag[:min(len(tag), maxField)])
		}
	}
	s.rest = nil
	return ""
}

// element reads one tag.
func (s *sitemapScan) element(tag string) error {
	closing := strings.HasPrefix(tag, "/")
	empty := strings.HasSuffix(tag, "/")
	name := strings.Trim(tag, "/")
	if end := strings.IndexAny(name, " \t\r\n/"); end >= 0 {
		name = name[:end]
	}
	if !s.begun {
		return s.begin(name)
	}
	switch local, ours := strings.CutPrefix(name, s.root); {
	case ours && (local == "url" || local == "sitemap"):
		s.entry(closing || empty)
	case !s.within:
	case closing:
		s.close()
	case empty:
	case ours && (local == "loc" || local == "lastmod"), name == "news:title", name == "news:publication_date":
		s.field, s.text = name[strings.IndexByte(name, ':')+1:], s.text[:0]
	}
	return nil
}

// begin reads the root element.
func (s *sitemapScan) begin(name string) error {
	s.begun = true
	local := name
	if colon := strings.IndexByte(name, ':'); colon >= 0 {
		s.root, local = name[:colon+1], name[colon+1:]
	}
	switch local {
	case "urlset":
	case "sitemapindex":
		s.out.index = true
	default:
		return fmt.Errorf("it is no sitemap: its root element is <%.40s>", name)
	}
	return nil
}

// entry begins or ends an entry.
func (s *sitemapScan) entry(ends bool) {
	if s.within && isWeb(s.now.url) {
		if s.out.more = len(s.out.entries) == maxEntries; !s.out.more {
			s.out.entries = append(s.out.entries, s.now)
		}
	}
	s.now, s.field, s.within = entry{}, "", !ends
}

// close takes the value of a field.
func (s *sitemapScan) close() {
	value := extract.PlainLine(string(s.text))
	switch s.field {
	case "loc":
		s.now.url = strings.TrimSpace(html.UnescapeString(string(s.text)))
	case "lastmod":
		s.now.listed, s.now.modified = value, extract.Date(value)
	case "title":
		s.now.title = value
	case "publication_date":
		s.now.published = extract.Date(value)
	}
	s.field = ""
}

// The limits of belief.
const (
	fewDated = 2
	sameDay  = 90 // percent of the dates on one day that say nothing
)

// trusted reports whether the dates of a sitemap say when its pages changed. Many
// programs write the moment at which they made the file, for all pages.
func trusted(entries []entry, now time.Time) bool {
	days := map[string]int{}
	dated, most, moment := 0, 0, 0
	for _, e := range entries {
		if e.modified.Precision < vigie.Day {
			continue
		}
		dated++
		day := e.modified.Time.UTC().Format(time.DateOnly)
		days[day]++
		most = max(most, days[day])
		if age := now.Sub(e.modified.Time); e.modified.Precision > vigie.Day && age < time.Hour && age > -24*time.Hour {
			moment++
		}
	}
	if dated < fewDated || 2*dated < len(entries) || 100*moment > sameDay*dated {
		return false
	}
	return len(days) > 1 && 100*most <= sameDay*dated
}
