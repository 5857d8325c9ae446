package crawl

import (
	"cmp"
	"context"
	"fmt"
	"maps"

	"vigie"
	"vigie/crawl/polite"
)

// The limits on what is remembered of a page that is not kept; one that needs more is
// sent in full whenever its turn comes.
const (
	maxPart = 1 << 10 // bytes of its address and validators
	maxLink = 512     // bytes of the address of a link
)

// last returns the last answer of a page: as it was kept, with its bytes, or else what is
// remembered of it because the store has nothing of it, or something older: its publisher
// wants no copy, or there was nothing in it that the store had not.
func (w *walk) last(ctx context.Context, p page) (vigie.Capture, vigie.Part) {
	part, remembered := w.parts[p.url]
	c, err := w.reader.kept(ctx, w.source.ID, p.url)
	switch {
	case err != nil:
		return vigie.Capture{}, part
	case remembered && part.Body != vigie.HashOf(c.Body):
		return vigie.Capture{}, part
	}
	delete(w.parts, p.url)
	return c, vigie.Part{}
}

// lead follows the links of the last answer of a page.
func (w *walk) lead(ctx context.Context, p page, c vigie.Capture, part vigie.Part) {
	if len(c.Body) > 0 {
		_ = w.links(ctx, p, c) // it could be read when it came
		return
	}
	for _, l := range part.Links {
		w.enqueue(p, row{url: canonicalOr(l.URL), raw: l.URL, title: l.Title})
	}
}

// conditional puts the validators of the last answer of a page into a request.
func (p page) conditional(r *polite.Request, c vigie.Capture, part vigie.Part) {
	if len(c.Body) > 0 {
		r.ETag, r.LastModified, r.ValidatorsOf = headerOf(c, "Etag"), headerOf(c, "Last-Modified"), c.Final
		return
	}
	r.ETag, r.LastModified, r.ValidatorsOf = part.ETag, part.LastModified, cmp.Or(part.Of, p.url)
}

// isSame reports whether an answer is the last one again.
func isSame(answer polite.Answer, c vigie.Capture, part vigie.Part) bool {
	if answer.NotModified {
		return true
	}
	hash := vigie.HashOf(answer.Capture.Body)
	return len(c.Body) > 0 && hash == vigie.HashOf(c.Body) || part.Body != "" && hash == part.Body
}

// note remembers an answer that may not be kept. Its links come when they are found; the
// same answer has those of last time.
func (w *walk) note(p page, answer polite.Answer, body vigie.Hash, links []vigie.Listing) {
	part := vigie.Part{ETag: answer.ETag, LastModified: answer.LastModified, Body: body, Links: links}
	if answer.ValidatorsOf != p.url {
		part.Of = answer.ValidatorsOf
	}
	delete(w.parts, p.url)
	if len(p.url)+len(part.ETag)+len(part.LastModified)+len(part.Of) <= maxPart {
		w.parts[p.url] = part
	}
}

// noteLinks remembers the pages that a page led to first. Those that another had led to
// before are found by way of that one.
func (w *walk) noteLinks(p page, c vigie.Capture, rows []row) {
	part, ok := w.parts[p.url]
	if !ok || part.Body != vigie.HashOf(c.Body) {
		return
	}
	part.Links = nil
	for _, r := range rows {
		if w.parent[r.url] != p.url {
			continue
		}
		if len(r.raw) > maxLink || canonicalOr(r.raw) != r.url {
			delete(w.parts, p.url) // without that link it would be lost
			return
		}
		part.Links = append(part.Links, vigie.Listing{URL: r.raw, Title: fmt.Sprintf("%.*s", maxTitle, r.title)})
	}
	w.parts[p.url] = part
}

// partsLeft returns what is remembered of pages that the site still has.
func (w *walk) partsLeft() map[string]vigie.Part {
	maps.DeleteFunc(w.parts, func(address string, _ vigie.Part) bool { return !w.seen[address] })
	return w.parts
}
