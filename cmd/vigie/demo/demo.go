// Package demo holds a fictitious observatory, which is part of the program: a
// small sample web of thirteen publishers in four languages, and the settings,
// texts, figures and people of the observatory that watches it. Everybody and
// everything in it is made up, but for the figures, which are the World Bank's and
// the United Nations' and say so.
//
// [Start] serves the sample web on loopback, each publisher on an address of its
// own as on the real web, and [Web.Sources] says what to watch there.
// [Web.Correct] then has some publishers put right what they said.
// [Observatory] gives the rest as plain data.
//
// The publishers are text files under publishers/: a head of "key: value" lines,
// then items, each with a line "== path", a head and paragraphs. They are
// rendered as RSS 2.0, RSS 1.0 (RDF), Atom, JSON Feed, or as a page that lists
// its items and has no feed. Links in a text are written as [words](path). An item
// may come with a report, a PDF under reports/. A second item with the path of one
// before and the key "corrected" is what stands there after [Web.Correct].
//
// # Caveats
//
// The publishers live at names that end in .example, which never exist: what is
// served says that name, and links to the address on loopback.
package demo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"vigie"
)

// Web is the sample web while it is served.
type Web struct {
	sources []vigie.Source
	// corrected is shared by all sites, revised are the sources that it changes.
	corrected atomic.Bool
	revised   []string
	servers   []*http.Server
	done      sync.WaitGroup
}

// Start serves the sample web on 127.77.0.1 and the addresses after it, on ports
// that the system chooses. Where only 127.0.0.1 exists (not on Linux), all sites
// share it.
func Start(ctx context.Context) (*Web, error) {
	publishers, err := publishers()
	if err != nil {
		return nil, fmt.Errorf("serve the sample web: %w", err)
	}
	w := &Web{}
	listeners := make([]net.Listener, 0, len(publishers))
	for i := range publishers {
		l, err := listen(ctx, fmt.Sprintf("127.77.0.%d", i+1))
		if err != nil {
			return nil, fmt.Errorf("serve the sample web: %w", errors.Join(err, closeAll(listeners)))
		}
		listeners = append(listeners, l)
		publishers[i].base = "http://" + l.Addr().String()
	}
	if err := resolve(publishers); err != nil {
		return nil, fmt.Errorf("serve the sample web: %w", errors.Join(err, closeAll(listeners)))
	}
	for i, p := range publishers {
		site, err := newSite(p, &w.corrected)
		if err != nil {
			return nil, fmt.Errorf("serve the sample web: %w", errors.Join(err, w.Close(), closeAll(listeners[i:])))
		}
		source := p.source()
		w.sources = append(w.sources, source)
		if site.isCorrected() {
			w.revised = append(w.revised, source.URL)
		}
		server := &http.Server{Handler: site, ReadHeaderTimeout: 5 * time.Second}
		w.servers = append(w.servers, server)
		w.done.Go(func() { _ = server.Serve(listeners[i]) }) // ends with Close
	}
	return w, nil
}

func listen(ctx context.Context, host string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", host+":0")
	if err != nil {
		return lc.Listen(ctx, "tcp", "127.0.0.1:0")
	}
	return l, nil
}

func closeAll(listeners []net.Listener) error {
	var err error
	for _, l := range listeners {
		err = errors.Join(err, l.Close())
	}
	return err
}

// Sources are what to watch, without identities.
func (w *Web) Sources() []vigie.Source { return w.sources }

// Correct has the publishers put right what they said: from now on an article and a
// report are other ones at the same addresses. It returns the addresses of the
// sources that show it.
func (w *Web) Correct() []string {
	w.corrected.Store(true)
	return w.revised
}

// Close stops serving.
func (w *Web) Close() error {
	var err error
	for _, s := range w.servers {
		err = errors.Join(err, s.Close())
	}
	w.done.Wait()
	return err
}

// source says how to watch a publisher.
func (p publisher) source() vigie.Source {
	s := vigie.Source{
		Kind: vigie.Feed, URL: p.base + p.feedPath(), Name: p.name, Publisher: p.name, Lang: p.lang, Topics: p.topics, Institution: p.institution,
		FullText: vigie.FullTextNever, // most feeds of the sample are whole
	}
	switch {
	case p.form == listForm:
		s.Kind, s.URL = vigie.Site, p.base+"/"
		s.List = vigie.ListRules{Item: "li.note", Title: "a", Date: "time", Allow: []string{path.Dir(p.items[0].path) + "/"}}
	case p.extracts, slices.ContainsFunc(p.items, func(it item) bool { return it.report.how != "" }):
		s.FullText = vigie.FullTextAuto // the pages behind extracts, and the reports
	}
	if p.once {
		s.Every = time.Minute // so that its failing is seen soon
	}
	return s
}
