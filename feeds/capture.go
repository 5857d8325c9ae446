package feeds

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"vigie"
	"vigie/crawl/extract"
)

// parse is [parseCapture] within parseDeadline. A feed that takes longer is given up;
// until its reading ends, it keeps one of the places that pages are read in, too.
func (r *Reader) parse(ctx context.Context, a vigie.Capture) (Channel, error) {
	return parseWithin(ctx, &r.places, parseDeadline, a)
}

func parseWithin(ctx context.Context, p *extract.Places, most time.Duration, a vigie.Capture) (Channel, error) {
	limited, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	c, err := extract.Within(limited, p, func() (Channel, error) { return parseCapture(a) })
	if err != nil && errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return Channel{}, refuse("takes longer than %s to read", most)
	}
	return c, err
}

// parseCapture is parse with what the headers of the answer say: the charset, the
// language where the feed gives none (Content-Language, RFC 9110 section 8.5), and
// the address that links are relative to.
func parseCapture(a vigie.Capture) (Channel, error) {
	c, err := parse(a.Body, extract.ContentType(a), baseOf(a))
	if err != nil {
		return Channel{}, err
	}
	if c.Lang == "" {
		c.Lang = string(language(strings.TrimSpace(http.Header(a.Header).Get("Content-Language"))))
		for i := range c.Entries {
			if e := &c.Entries[i]; !e.noLang {
				e.Lang = or(e.Lang, c.Lang)
			}
		}
	}
	return c, nil
}

// baseOf is the address that answered or, on the same host, the one that the
// answer gives itself (Content-Location, RFC 9110 section 8.7). Elsewhere it is not
// believed: servers behind others often give a name of their own that leads
// nowhere.
func baseOf(a vigie.Capture) *url.URL {
	base, err := url.Parse(a.Final)
	if err != nil {
		return nil
	}
	at := http.Header(a.Header).Get("Content-Location")
	if at == "" || len(at) > maxBase {
		return base
	}
	if to, err := base.Parse(at); err == nil && strings.EqualFold(to.Host, base.Host) && (to.Scheme == "http" || to.Scheme == "https") {
		return to
	}
	return base
}
