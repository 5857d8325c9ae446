package web

import (
	"sync"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/web/ui"
)

// readyBytes bounds what is kept of texts made ready: to make one takes longer than
// all the rest of its page.
const readyBytes = 32 << 20

// ready holds texts and figures made ready for readers. Their keys say which values
// of indicators they were made with, so that nothing old is ever found. The zero
// value is ready.
type ready struct {
	mu      sync.Mutex
	bytes   int                          // under mu
	texts   map[readyText]curate.Text    // under mu
	figures map[readyFigure]ui.KeyFigure // under mu
	files   map[readyFile][]byte         // under mu; the bytes are never changed
}

// readyText is an edition as readers in a country see it: it sets what months are
// called.
type readyText struct {
	id      vigie.SynthesisID
	lang    vigie.Lang
	n       int
	country string
	moved   store.Seq
}

// readyFigure is a figure at a place of a page in a year: it says whether it is old.
type readyFigure struct {
	embed   vigie.Embed
	lang    vigie.Lang
	country string
	year, n int
	moved   store.Seq
}

// readyFile is all values of an indicator in a kind of file.
type readyFile struct {
	id      vigie.IndicatorID
	kind    fileKind
	lang    vigie.Lang
	country string
	moved   store.Seq
}

// textOf gives an edition that is on display made ready.
func (s *Server) textOf(tx *store.Tx, a *asking, d *display, e vigie.Edition) (curate.Text, error) {
	key := readyText{e.Synthesis, e.Lang, e.N, a.Settings.Country, d.moved}
	s.ready.mu.Lock()
	text, ok := s.ready.texts[key]
	s.ready.mu.Unlock()
	if ok {
		return text, nil
	}
	text, err := s.o.Desk.Render(tx, e.Lang, e.Body, e.Citations, e.Embeds, 1)
	if err != nil {
		return text, err
	}
	s.ready.keep(len(text.HTML)+len(text.Plain), func() { s.ready.texts[key] = text })
	return text, nil
}

// card gives a figure made ready for the nth place of a page.
func (s *Server) card(tx *store.Tx, a *asking, d *display, e vigie.Embed, n int) (ui.KeyFigure, error) {
	key := readyFigure{e, a.Lang, a.Settings.Country, a.Now.Year(), n, d.moved}
	s.ready.mu.Lock()
	card, ok := s.ready.figures[key]
	s.ready.mu.Unlock()
	if ok {
		return card, nil
	}
	f, err := s.o.Desk.Figure(tx, e)
	if err != nil {
		return card, err
	}
	card = keyFigure(a, f, n)
	s.ready.keep(len(card.Spark), func() { s.ready.figures[key] = card })
	return card, nil
}

// keep puts something in, and everything else out where it grows too large.
func (r *ready) keep(bytes int, put func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.bytes += bytes; r.texts == nil || r.bytes > readyBytes {
		r.bytes, r.texts, r.figures, r.files = bytes, map[readyText]curate.Text{}, map[readyFigure]ui.KeyFigure{}, map[readyFile][]byte{}
	}
	put()
}
