package demo

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"path"
	"sync/atomic"
	"time"

	"vigie"
)

//go:embed templates
var templateFiles embed.FS

// made is the date that the sample files carry.
func made() time.Time { return time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC) }

// site serves one publisher: its home page, the pages of its items, its feed.
type site struct {
	files map[string]file
	// feed is the path of the feed, asked how often it was asked for.
	feed  string
	once  bool
	asked atomic.Int64
}

type file struct {
	mediaType string
	body      []byte
}

func newSite(p publisher) (*site, error) {
	s := &site{feed: p.feedPath(), once: p.once, files: map[string]file{
		"/robots.txt": {"text/plain; charset=utf-8", []byte("User-agent: *\nDisallow: /contact\n")},
	}}
	if err := s.addPages(p); err != nil {
		return nil, fmt.Errorf("render the pages of %s: %w", p.name, err)
	}
	if s.feed == "" {
		return s, nil
	}
	body, mediaType, err := p.feed()
	if err != nil {
		return nil, fmt.Errorf("render the feed of %s: %w", p.name, err)
	}
	s.files[s.feed] = file{mediaType + "; charset=utf-8", body}
	return s, nil
}

// page is what the templates show.
type page struct {
	Name, Host, Motto, Title, Link, Day, Feed, FeedType string
	Lang                                                vigie.Lang
	Paragraphs                                          []string
	Items                                               []page
}

func (s *site) addPages(p publisher) error {
	templates, err := template.ParseFS(templateFiles, "templates/*.html")
	if err != nil {
		return err
	}
	home := page{Name: p.name, Host: p.host, Motto: p.motto, Lang: p.lang, Feed: s.feed}
	if s.feed != "" {
		_, home.FeedType, err = p.feed()
		if err != nil {
			return err
		}
	}
	for _, it := range p.newest() {
		one := page{
			Name: p.name, Host: p.host, Title: it.title, Link: it.link, Day: it.date.Format(time.DateOnly), Lang: it.lang, Paragraphs: it.paragraphs,
		}
		home.Items = append(home.Items, one)
		if it.relays != "" {
			continue
		}
		if err := s.add(templates, "item.html", it.path, one); err != nil {
			return err
		}
	}
	return s.add(templates, "home.html", "/", home)
}

func (s *site) add(templates *template.Template, name, at string, p page) error {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, p); err != nil {
		return err
	}
	s.files[at] = file{"text/html; charset=utf-8", b.Bytes()}
	return nil
}

// ServeHTTP implements http.Handler.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	at := path.Clean("/" + r.URL.Path)
	f, ok := s.files[at]
	if !ok || s.once && at == s.feed && s.asked.Add(1) > 1 {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", f.mediaType)
	for _, robot := range []string{"googlebot", "bingbot"} { // by name: vigie is to read what it may
		w.Header().Add("X-Robots-Tag", robot+": noindex, nofollow")
	}
	w.Header().Set("ETag", fmt.Sprintf("%q", vigie.HashOf(f.body)[:16]))
	http.ServeContent(w, r, at, made(), bytes.NewReader(f.body))
}
