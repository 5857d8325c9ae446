package main_test

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"vigie"
)

// host is one site of the fake web: an address of its own in 127.0.0.0/8.
type host struct {
	*httptest.Server
	hits        atomic.Int64
	notModified atomic.Int64
}

// file is one answer of a host.
type file struct {
	contentType string
	body        []byte
}

// newHost serves files on 127.a.b.c, with validators. Before Start the address is
// known through URL.
func newHost(t testing.TB, number int, files func(base string) map[string]file) *host {
	t.Helper()
	address := hostAddress(number)
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatalf("listen on %s: %v", address, err)
	}
	h := &host{}
	base := "http://" + l.Addr().String()
	all := files(base)
	h.Server = &httptest.Server{Listener: l, Config: &http.Server{
		ReadHeaderTimeout: 10 * time.Second,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			f, ok := all[r.URL.RequestURI()]
			if !ok {
				http.NotFound(w, r)
				return
			}
			h.hits.Add(1)
			w.Header().Set("Content-Type", f.contentType)
			w.Header().Set("ETag", `W/"`+string(vigie.HashOf(f.body)[:12])+`"`)
			if r.Header.Get("If-None-Match") == w.Header().Get("ETag") {
				h.notModified.Add(1)
			}
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.body))
		}),
	}}
	h.Start()
	t.Cleanup(h.Close)
	return h
}

// hostAddress is the address of a numbered host of the fake web, 127.20.0.0/16.
func hostAddress(number int) string {
	return fmt.Sprintf("127.20.%d.%d:0", number/250, 1+number%250)
}
