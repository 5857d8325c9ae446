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

// made is the date that the sample files carry, mended that of those that were
// corrected.
func made() time.Time   { return time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC) }
func mended() time.Time { return made().AddDate(0, 0, 1) }

// site serves one publisher: its home page, the pages of its items, its reports and
// its feed.
type site struct {
	first, later files
	// corrected says that the later files are served.
	corrected *atomic.Bool
	// feed is the path of the feed, asked how often it was asked for.
	feed  string
	once  bool
	asked atomic.Int64
}

// files are what a site serves, by their paths.
type files map[string]file

type file struct {
	mediaType string
	body      []byte
	modified  time.Time
}

// newSite renders a publisher. The later files are served once corrected is set.
func newSite(p publisher, corrected *atomic.Bool) (*site, error) {
	s := &site{feed: p.feedPath(), once: p.once, corrected: corrected}
	var err error
	if s.first, err = p.edition(false).files(); err != nil {
		return nil, fmt.Errorf("render %s: %w", p.name, err)
	}
	if s.later, err = p.edition(true).files(); err != nil {
		return nil, fmt.Errorf("render %s: %w", p.name, err)
	}
	for at, f := range s.later {
		if !bytes.Equal(f.body, s.first[at].body) {
			f.modified = mended()
			s.later[at] = f
		}
	}
	return s, nil
}

// isCorrected reports whether anything of the site changes when it is corrected.
func (s *site) isCorrected() bool {
	for _, f := range s.later {
		if f.modified.Equal(mended()) {
			return true
		}
	}
	return false
}

// files renders what the site of a publisher serves.
func (p publisher) files() (files, error) {
	all := files{"/robots.txt": {"text/plain; charset=utf-8", []byte("User-agent: *\nDisallow: /contact\n"), made()}}
	if err := all.addPages(p); err != nil {
		return nil, err
	}
	for _, it := range p.items {
		if it.report.name == "" {
			continue
		}
		pdf, err := it.report.read()
		if err != nil {
			return nil, err
		}
		all[it.place()] = pdf
	}
	if p.feedPath() == "" {
		return all, nil
	}
	body, mediaType, err := p.feed()
	all[p.feedPath()] = file{mediaType + "; charset=utf-8", body, made()}
	return all, err
}

// page is what the templates show.
type page struct {
	Name, Host, Motto, Title, Link, Day, Feed, FeedType string
	// Corrected is the day of a correction, "" where there was none.
	Corrected  string
	Lang       vigie.Lang
	Paragraphs []paragraph
	Items      []page
}

func (all files) addPages(p publisher) error {
	templates, err := template.ParseFS(templateFiles, "templates/*.html")
	if err != nil {
		return err
	}
	home := page{Name: p.name, Host: p.host, Motto: p.motto, Lang: p.lang, Feed: p.feedPath()}
	if home.Feed != "" {
		_, home.FeedType, err = p.feed()
		if err != nil {
			return err
		}
	}
	for _, it := range p.newest() {
		one := page{
			Name: p.name, Host: p.host, Title: it.title, Link: it.link, Day: it.date.Format(time.DateOnly), Lang: it.lang, Paragraphs: it.paragraphs,
		}
		if !it.corrected.IsZero() {
			one.Corrected = it.corrected.Format(time.DateOnly)
		}
		home.Items = append(home.Items, one)
		if it.relays != "" || it.report.how == listed {
			continue
		}
		if err := all.add(templates, "item.html", it.path, one); err != nil {
			return err
		}
	}
	return all.add(templates, "home.html", "/", home)
}

func (all files) add(templates *template.Template, name, at string, p page) error {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, p); err != nil {
		return err
	}
	all[at] = file{"text/html; charset=utf-8", b.Bytes(), made()}
	return nil
}

// ServeHTTP implements http.Handler.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	at := path.Clean("/" + r.URL.Path)
	served := s.first
	if s.corrected.Load() {
		served = s.later
	}
	f, ok := served[at]
	if !ok || s.once && at == s.feed && s.asked.Add(1) > 1 {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", f.mediaType)
	for _, robot := range []string{"googlebot", "bingbot"} { // by name: vigie is to read what it may
		w.Header().Add("X-Robots-Tag", robot+": noindex, nofollow")
	}
	w.Header().Set("ETag", fmt.Sprintf("%q", vigie.HashOf(f.body)[:16]))
	http.ServeContent(w, r, at, f.modified, bytes.NewReader(f.body))
}
