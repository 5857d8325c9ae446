package web

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"time"

	"vigie"
	"vigie/index/store"
)

// The parts of a sitemap (sitemaps.org, protocol 0.9).
type (
	siteMap struct {
		XMLName xml.Name  `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		URLs    []siteURL `xml:"url"`
	}
	siteURL struct {
		Loc     string `xml:"loc"`
		LastMod string `xml:"lastmod,omitempty"`
	}
)

// mostInMap is the most addresses that a sitemap may hold.
const mostInMap = 50000

// mapping is a sitemap being made.
type mapping struct {
	siteMap

	s     *Server
	langs []vigie.Lang
}

// add adds a page; the zero time is unknown.
func (m *mapping) add(path string, at time.Time) {
	u := siteURL{Loc: m.s.whole(path)}
	if !at.IsZero() {
		u.LastMod = at.UTC().Format(time.RFC3339)
	}
	if len(m.URLs) < mostInMap {
		m.URLs = append(m.URLs, u)
	}
}

// everywhere adds a page in every language of the portal.
func (m *mapping) everywhere(page string) {
	for _, l := range m.langs {
		m.add("/"+string(l)+"/"+page, time.Time{})
	}
}

// sitemap lists the pages of the portal. It needs whole addresses, so there is none
// where the public one is unknown.
func (s *Server) sitemap(w http.ResponseWriter, r *http.Request) error {
	if s.public == nil {
		return fmt.Errorf("list the pages without a public address: %w", vigie.ErrNotFound)
	}
	a := asker(r)
	out, err := s.onShelf(a.Lang)
	if err != nil {
		return err
	}
	m := mapping{s: s, langs: a.Settings.Languages}
	for _, page := range []string{"", "syntheses", "indicateurs", "lettre"} {
		m.everywhere(page)
	}
	for _, l := range out.best {
		for _, t := range out.all[l.id] {
			if s.locales.Speaks(t.lang) {
				m.add(articlePath(t.lang, t.edition()), t.published)
			}
		}
	}
	err = s.o.DB.View(func(tx *store.Tx) error {
		if err := m.written(tx); err != nil {
			return err
		}
		topics, err := tx.Topics()
		if err != nil {
			return err
		}
		for _, t := range topics {
			if out.counts[t.ID] > 0 {
				m.everywhere("themes/" + t.ID)
			}
		}
		return m.figures(tx)
	})
	if err != nil {
		return err
	}
	return s.document(w, r, "application/xml; charset=utf-8", m.siteMap)
}

// written adds the pages that the observatory wrote about itself.
func (m *mapping) written(tx *store.Tx) error {
	for text, err := range tx.PageTexts() {
		if err != nil {
			return err
		}
		if m.s.locales.Speaks(text.Lang) && !text.Off {
			m.add("/"+string(text.Lang)+"/"+string(text.Page), text.At)
		}
	}
	return nil
}

// figures adds the indicators that have values.
func (m *mapping) figures(tx *store.Tx) error {
	for i, err := range tx.Indicators() {
		if err != nil {
			return err
		}
		areas, err := tx.Areas(i.ID)
		if err != nil {
			return err
		}
		if len(areas) > 0 {
			m.everywhere("indicateurs/" + string(i.ID))
		}
	}
	return nil
}

// robots tells robots where they are welcome (RFC 9309): in the portal, and with
// sample data nowhere.
func (s *Server) robots(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	var text strings.Builder
	text.WriteString("User-agent: *\n")
	if asker(r).Settings.Sample {
		text.WriteString("Disallow: /\n")
	} else {
		for _, l := range s.locales.Languages() {
			fmt.Fprintf(&text, "Disallow: /%[1]s/bureau/\nDisallow: /%[1]s/recherche\n", l)
		}
		if s.public != nil {
			text.WriteString("Sitemap: " + s.whole("/sitemap.xml") + "\n")
		}
	}
	_, _ = w.Write([]byte(text.String())) // fails when the reader left, and nobody can be told
	return nil
}
