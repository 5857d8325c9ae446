package feeds

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/json"
	"github.com/mmcdole/gofeed/rss"

	"vigie"
	"vigie/crawl/extract"
)

// parseDeadline bounds the time in the parsing library.
const parseDeadline = 10 * time.Second

// errSlow is what the library sees of parseDeadline.
var errSlow = errors.New("parsing took too long")

// Parse reads a feed. The body is what the server sent, decompressed;
// contentType its header, or ""; base the address that answered, or nil: links
// are resolved against it. What can be repaired is repaired and said in Faults.
//
// The error is a [NotFeedError] when the body is something else, and of kind
// [vigie.ErrInvalid] in any case.
func Parse(body []byte, contentType string, base *url.URL) (Channel, error) {
	c, err := parse(body, contentType, base)
	if err != nil {
		return Channel{}, err
	}
	c.sanitise(base)
	return c, nil
}

// sanitise is the last step: from here on the texts may be shown.
func (c *Channel) sanitise(base *url.URL) {
	c.Description = extract.Sanitise(absoluteLinks(c.Description, base))
	for i := range c.Entries {
		e := &c.Entries[i]
		at := e.base
		if at == nil {
			at = base
		}
		e.Summary = extract.Sanitise(absoluteLinks(e.Summary, at))
		e.Content = extract.Sanitise(absoluteLinks(e.Content, at))
	}
}

// parse is [Parse] without the last step: descriptions, summaries and contents
// are as hostile as they came.
func parse(body []byte, contentType string, base *url.URL) (c Channel, err error) {
	if looks := magic(body); looks != "" {
		return Channel{}, &NotFeedError{Looks: looks, Try: "check the address of the feed"}
	}
	var f faults
	text, err := decode(body, contentType, &f)
	if err != nil {
		return Channel{}, err
	}
	kind, doc, err := sniff(text, base, &f)
	if err != nil {
		return Channel{}, err
	}
	defer func() {
		if p := recover(); p != nil {
			c, err = Channel{}, refuse("cannot be read: the parser gave up (%v)", p)
		}
	}()
	t := translator{base: base, faults: &f}
	if kind == isJSON {
		c, err = t.parseJSON(doc)
	} else {
		c, err = t.parseXML(doc)
	}
	if err != nil {
		return Channel{}, err
	}
	t.finish(&c)
	return c, nil
}

// parseXML reads RSS, RDF and Atom.
func (t *translator) parseXML(doc []byte) (Channel, error) {
	s := scanner{in: doc, faults: t.faults}
	if err := s.scan(); err != nil {
		return Channel{}, err
	}
	t.scan = &s
	r := &watchedReader{r: bytes.NewReader(s.out), until: time.Now().Add(parseDeadline)}
	switch s.root {
	case "rss", "rdf":
		feed, err := (&rss.Parser{}).Parse(r)
		if err != nil {
			return Channel{}, broken(err)
		}
		return t.fromRSS(feed), nil
	case "feed":
		feed, err := (&atom.Parser{}).Parse(r)
		if err != nil {
			return Channel{}, broken(err)
		}
		return t.fromAtom(feed), nil
	}
	return Channel{}, otherRoot(s.root)
}

// parseJSON reads JSON Feed.
func (t *translator) parseJSON(doc []byte) (Channel, error) {
	doc, err := guardJSON(doc, t.faults)
	if err != nil {
		return Channel{}, err
	}
	feed, err := (&json.Parser{}).Parse(bytes.NewReader(doc))
	if err != nil {
		return Channel{}, broken(err)
	}
	if !strings.Contains(feed.Version, "jsonfeed.org") && len(feed.Items) == 0 {
		return Channel{}, &NotFeedError{Looks: "JSON that is not a JSON Feed", Try: "check the address of the feed"}
	}
	return t.fromJSON(feed), nil
}

// broken makes the error for a feed that could not be repaired.
func broken(err error) error {
	if errors.Is(err, errSlow) {
		return refuse("takes longer than %s to read", parseDeadline)
	}
	return &brokenError{err}
}

// brokenError keeps the parser's reason.
type brokenError struct{ cause error }

// Error implements error.
func (e *brokenError) Error() string {
	return fmt.Sprintf("feed: is broken beyond repair: %v", e.cause)
}

// Unwrap returns the parser's reason.
func (e *brokenError) Unwrap() error { return e.cause }

// Is makes errors.Is(err, vigie.ErrInvalid) true.
func (*brokenError) Is(target error) bool { return target == vigie.ErrInvalid }

// watchedReader ends with errSlow when its time is over.
type watchedReader struct {
	r     io.Reader
	until time.Time
}

func (w *watchedReader) Read(p []byte) (int, error) {
	if time.Now().After(w.until) {
		return 0, errSlow
	}
	return w.r.Read(p) //nolint:wrapcheck // a reader passes on what it reads from
}
