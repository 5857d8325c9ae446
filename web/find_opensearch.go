package web

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"vigie"
	"vigie/web/ui"
)

// The parts of a description of a search (github.com/dewitt/opensearch, 1.1 draft 6).
type (
	openSearchFile struct {
		XMLName     xml.Name        `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
		ShortName   string          `xml:"ShortName"`
		LongName    string          `xml:"LongName"`
		Description string          `xml:"Description"`
		Language    string          `xml:"Language"`
		In          string          `xml:"InputEncoding"`
		Out         string          `xml:"OutputEncoding"`
		URLs        []openSearchURL `xml:"Url"`
	}
	openSearchURL struct {
		Type     string `xml:"type,attr"`
		Rel      string `xml:"rel,attr"`
		Template string `xml:"template,attr"`
	}
)

// openSearchType is the media type of such a description.
const openSearchType = "application/opensearchdescription+xml"

// openSearch describes the search of the portal, or the desk's, to browsers. It needs
// whole addresses, so there is none where the public one is unknown.
func (s *Server) openSearch(w http.ResponseWriter, r *http.Request) error {
	if s.public == nil {
		return fmt.Errorf("describe the search without a public address: %w", vigie.ErrNotFound)
	}
	a := asker(r)
	desk := a.route.Permission != vigie.ReadPublic
	long := s.searchName(a, desk)
	path := root(r) + "recherche"
	if desk {
		path = root(r) + "bureau/recherche"
	}
	d := openSearchFile{
		ShortName: shortest(long, 16), LongName: shortest(long, 48), Description: a.P.T("biblio.opensearch.about", "name", long),
		Language: string(a.Lang), In: "UTF-8", Out: "UTF-8",
		URLs: []openSearchURL{
			{"text/html", "results", s.whole(path) + "?q={searchTerms}"},
			{openSearchType, "self", s.whole(r.URL.Path)},
		},
	}
	return s.document(w, r, openSearchType+"; charset=utf-8", d)
}

// searchName tells the search of the portal and the desk's apart.
func (s *Server) searchName(a *asking, desk bool) string {
	name, _ := a.Settings.Name.In(a.Lang)
	if desk {
		return a.P.T("site.desk") + " · " + name
	}
	return name
}

// searchBox is where browsers find the description of the search of a page; nothing
// where there is none for who asks.
func (s *Server) searchBox(a *asking, desk bool) ui.Link {
	switch {
	case s.public == nil, desk && !a.User.May(vigie.ReadItems):
		return ui.Link{}
	case desk:
		return ui.Link{Title: s.searchName(a, true), URL: "/" + string(a.Lang) + "/bureau/opensearch.xml"}
	default:
		return ui.Link{Title: s.searchName(a, false), URL: "/" + string(a.Lang) + "/opensearch.xml"}
	}
}

// shortest cuts a name at a number of characters, at a word where it can.
func shortest(name string, most int) string {
	if utf8.RuneCountInString(name) <= most {
		return name
	}
	cut := string([]rune(name)[:most])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ·,")
}
