// Package demo holds a small sample web, in four languages, that is part of the
// program: three RSS feeds, an Atom feed and a site without a feed. Everybody and
// everything in it is made up.
//
// [Start] serves it on loopback, each publisher on an address of its own as on the
// real web, and [Web.Sources] says what to watch there.
package demo

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"vigie"
)

//go:embed web
var files embed.FS

// made is the date that the sample files carry.
func made() time.Time { return time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC) }

// publisher is one site of the sample web.
type publisher struct {
	folder string
	source vigie.Source
}

func publishers() []publisher {
	return []publisher{
		{"lumen", vigie.Source{Kind: vigie.Feed, Name: "Agence Lumen", Lang: vigie.French}},
		{"harbour", vigie.Source{Kind: vigie.Feed, Name: "Harbour Telecom Review", Lang: vigie.English}},
		{"ufuq", vigie.Source{Kind: vigie.Feed, Name: "مرصد الأفق الرقمي", Lang: vigie.Arabic}},
		{"mirador", vigie.Source{Kind: vigie.Feed, Name: "Instituto Mirador", Lang: vigie.Spanish}},
		{"meridien", vigie.Source{
			Kind: vigie.Site, Name: "Cabinet Méridien", Lang: vigie.French,
			List: vigie.ListRules{Item: "li.note", Date: "time", Allow: []string{"/notes/"}},
		}},
	}
}

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
	w := &Web{}
	for i, p := range publishers() {
		l, err := listen(ctx, fmt.Sprintf("127.77.0.%d", i+1))
		if err != nil {
			return nil, errors.Join(fmt.Errorf("serve the sample web: %w", err), w.Close())
		}
		base := "http://" + l.Addr().String()
		source := p.source
		source.URL = base + "/feed.xml"
		if source.Kind == vigie.Site {
			source.URL = base + "/"
		}
		source.FullText = vigie.FullTextNever // the feeds of the sample are whole
		w.sources = append(w.sources, source)
		server := &http.Server{Handler: site(p.folder, base), ReadHeaderTimeout: 5 * time.Second}
		w.servers = append(w.servers, server)
		w.done.Go(func() { _ = server.Serve(l) }) // ends with Close
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

// site serves one folder; BASE in its files stands for its own address.
func site(folder, base string) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		name := path.Join("web", folder, path.Clean("/"+r.URL.Path))
		if strings.HasSuffix(r.URL.Path, "/") {
			name = path.Join(name, "index.html")
		}
		body, err := fs.ReadFile(files, name)
		if errors.Is(err, fs.ErrNotExist) {
			name += ".html"
			body, err = fs.ReadFile(files, name)
		}
		if err != nil {
			http.NotFound(rw, r)
			return
		}
		if strings.HasSuffix(name, ".xml") {
			rw.Header().Set("Content-Type", "application/xml; charset=utf-8")
		}
		body = bytes.ReplaceAll(body, []byte("BASE"), []byte(base))
		rw.Header().Set("ETag", fmt.Sprintf("%q", vigie.HashOf(body)[:16]))
		http.ServeContent(rw, r, name, made(), bytes.NewReader(body))
	})
}
