package crawltest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"hash/fnv"
	"net/http"
	"path"
	"strings"
)

// Page is a fixed answer with validators. Its zero value is an empty 200.
type Page struct {
	// Body is text or bytes; names of sites in it are replaced, see [Web.Expand].
	Body string
	// Raw leaves Body as it is.
	Raw bool
	// Type is the Content-Type; "" is told by the extension of the path.
	Type string
	// ETag and LastModified are sent as they are. An empty ETag is made from the
	// body; "-" sends none.
	ETag, LastModified string
	// Status is 200 where it is 0.
	Status int
	// Location makes the page a redirect (302 where Status is 0); names of sites
	// in it are replaced.
	Location string
	// Header holds further headers.
	Header map[string]string
	// Path is the path that Type is told from; "" means where the page was set.
	Path string

	expand func(string) string
}

// ServeHTTP implements http.Handler. A request is answered with 304 when its
// If-None-Match is the ETag octet by octet or, without that header, when its
// If-Modified-Since is the Last-Modified (RFC 9110 section 13.2.2).
func (p Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	expand := p.expand
	if expand == nil || p.Raw {
		expand = func(s string) string { return s }
	}
	h := w.Header()
	for k, v := range p.Header {
		h.Set(k, v)
	}
	if p.Location != "" {
		h.Set("Location", expand(p.Location))
		if p.Status == 0 {
			p.Status = http.StatusFound
		}
		w.WriteHeader(p.Status)
		return
	}
	body := []byte(expand(p.Body))
	etag := p.etag(body)
	if etag != "" {
		h.Set("ETag", etag)
	}
	if p.LastModified != "" {
		h.Set("Last-Modified", p.LastModified)
	}
	if p.fresh(r, etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", p.mediaType())
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && h.Get("Content-Encoding") == "" && len(body) > 0 {
		h.Set("Content-Encoding", "gzip")
		h.Set("Vary", "Accept-Encoding")
		body = pack(body)
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	status := p.Status
	if status == 0 {
		status = http.StatusOK
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// etag returns the validator of the page, "" for none.
func (p Page) etag(body []byte) string {
	switch p.ETag {
	case "-":
		return ""
	case "":
		sum := fnv.New64a()
		_, _ = sum.Write(body)
		return fmt.Sprintf(`"%x"`, sum.Sum64())
	}
	return p.ETag
}

func (p Page) fresh(r *http.Request, etag string) bool {
	if p.Status != 0 && p.Status != http.StatusOK {
		return false
	}
	if match := r.Header.Values("If-None-Match"); len(match) > 0 {
		return len(match) == 1 && etag != "" && match[0] == etag
	}
	since := r.Header.Get("If-Modified-Since")
	return since != "" && since == p.LastModified
}

func (p Page) mediaType() string {
	if p.Type != "" {
		return p.Type
	}
	name, _, _ := strings.Cut(p.Path, "?")
	switch path.Ext(name) {
	case ".xml", ".rss", ".atom", ".rdf":
		return "application/xml"
	case ".json":
		return "application/json"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".pdf":
		return "application/pdf"
	case ".gz":
		return "application/gzip"
	}
	return "text/html; charset=utf-8"
}

func pack(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(b)
	_ = z.Close()
	return out.Bytes()
}
