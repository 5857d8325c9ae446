package web

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"vigie"
	"vigie/web/ui"
)

const (
	// relatedShown is how many documents about the same stand beside one.
	relatedShown = 5
	// relatedTime is how long a page waits for them.
	relatedTime = 500 * time.Millisecond
)

// relatedTo returns what reads like a document; nothing where that takes too long, for
// its text is what was asked for.
func (s *Server) relatedTo(r *http.Request, id vigie.DocumentID) ui.Related {
	if s.o.Found == nil {
		return ui.Related{}
	}
	ctx, cancel := context.WithTimeout(r.Context(), relatedTime)
	defer cancel()
	found, err := s.o.Found.Related(ctx, id, alsoIn(), relatedShown)
	if err != nil {
		s.o.Log.WarnContext(r.Context(), "look for related documents", "document", id, "err", err)
		return ui.Related{}
	}
	out := ui.Related{Search: root(r) + findPath + "?" + url.Values{"q": {found.Words.String()}}.Encode()}
	for _, hit := range found.Hits {
		out.Hits = append(out.Hits, s.deskHit(r, hit))
	}
	return out
}
