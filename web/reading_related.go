package web

import (
	"context"
	"errors"
	"log/slog"
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
	if r.Context().Err() != nil {
		return ui.Related{} // nobody is there to read it
	}
	if err != nil {
		level := slog.LevelWarn
		if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, vigie.ErrBusy) || errors.Is(err, vigie.ErrNotFound) {
			level = slog.LevelDebug // that happens
		}
		s.o.Log.Log(r.Context(), level, "look for related documents", "document", id, "err", err)
		return ui.Related{}
	}
	out := ui.Related{Search: root(r) + findPath + "?" + url.Values{"q": {found.Words.String()}}.Encode()}
	for _, hit := range found.Hits {
		out.Hits = append(out.Hits, s.deskHit(r, hit))
	}
	return out
}
