// Package demo holds a fictitious observatory, which is part of the program: a
// small sample web of twelve publishers in four languages, and the settings,
// texts, figures and people of the observatory that watches it. Everybody and
// everything in it is made up, but for the figures, which are the World Bank's and
// the United Nations' and say so.
//
// [Start] serves the sample web on loopback, each publisher on an address of its
// own as on the real web, and [Web.Sources] says what to watch there.
// [Observatory] gives the rest as plain data.
//
// The publishers are text files under publishers/: a head of "key: value" lines,
// then items, each with a line "== path", a head and paragraphs. They are
// rendered as RSS 2.0, RSS 1.0 (RDF), Atom, JSON Feed, or as a page that lists
// its items and has no feed.
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
	"sync"
	"time"

	"vigie"
)

// Web is the sample web while it is served.
type Web struct {
	sources []vigie.Source
	servers []*http.Server
	done    sync.WaitGroup
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
		site, err := newSite(p)
		if err != nil {
			return nil, fmt.Errorf("serve the sample web: %w", errors.Join(err, w.Close(), closeAll(listeners[i:])))
		}
		w.sources = append(w.sources, p.source())
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
		Kind: vigie.Feed, URL: p.base + p.feedPath(), Name: p.name, Publisher: p.name, Lang: p.lang, Topics: p.topics,
		FullText: vigie.FullTextNever, // most feeds of the sample are whole
	}
	switch {
	case p.form == listForm:
		s.Kind, s.URL = vigie.Site, p.base+"/"
		s.List = vigie.ListRules{Item: "li.note", Date: "time", Allow: []string{path.Dir(p.items[0].path) + "/"}}
	case p.extracts:
		s.FullText = vigie.FullTextAuto
	}
	if p.once {
		s.Every = time.Minute // so that its failing is seen soon
	}
	return s
}
