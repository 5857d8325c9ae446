package web

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"vigie"
	"vigie/web/ui"
)

// frame is what a handler says about the frame of its page. The zero value is
// that of a portal page whose title is the name of the observatory.
type frame struct {
	// Title of the page in words; Key gives a phrase instead.
	Title, Key  string
	Description string
	// Scripts are the files of static that make the page handier.
	Scripts []string
	// Desk shows the desk's doors, and the page to nobody but who asked.
	Desk bool
	// Door is the key of the entry of the navigation that the page belongs to.
	Door string
	// Elsewhere gives the path of the page in another language, and whether what it
	// shows exists there; nil keeps the path and changes the language.
	Elsewhere func(vigie.Lang) (path string, there bool)
	// Index lets robots list the page, under Canonical where that is not its path.
	Index     bool
	Canonical string
	Feeds     []ui.Link
	// Meta are tags for other machines.
	Meta  []ui.Meta
	Query string
}

// show writes a page.
func (s *Server) show(w http.ResponseWriter, r *http.Request, status int, page string, f frame, shown any) error {
	a := asker(r)
	if len(f.Scripts) > 0 {
		policy(w.Header(), "'self'", "'self'")
	}
	var b bytes.Buffer
	if err := s.ui.Write(&b, page, s.base(r, f), shown); err != nil {
		return err
	}
	if a.route.Permission == vigie.ReadPublic && !a.SignedIn() && !a.route.Secret && status == http.StatusOK {
		h := w.Header()
		h.Set("Cache-Control", "no-cache")
		h.Set("Vary", "Cookie, Accept-Encoding")
		if known(w, r, b.Bytes()) {
			return nil
		}
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	body := b.Bytes()
	if zip := s.zipped(w, r, body); zip != nil {
		body = zip
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // fails when the reader left, and nobody can be told
	return nil
}

// known gives a body its validator and answers 304 to who has it already. The
// validator is a weak one: it stands for the body compressed and not (RFC 9110
// sections 8.8.3.3 and 13.1.2).
func known(w http.ResponseWriter, r *http.Request, body []byte) bool {
	tag := `"` + string(vigie.HashOf(body)[:20]) + `"`
	w.Header().Set("ETag", "W/"+tag)
	for has := range strings.SplitSeq(r.Header.Get("If-None-Match"), ",") {
		if has = strings.TrimSpace(has); has == "*" || strings.TrimPrefix(has, "W/") == tag {
			w.WriteHeader(http.StatusNotModified)
			return true
		}
	}
	return false
}

// zipped returns body compressed, for who takes it so; nil otherwise. Pages that
// hold what proves a right are never compressed: their length would tell of it
// (BREACH).
func (s *Server) zipped(w http.ResponseWriter, r *http.Request, body []byte) []byte {
	if len(body) < 1<<10 || asker(r).route.Secret || !takesGzip(r) {
		return nil
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return nil
	}
	_, _ = z.Write(body) // a buffer takes everything
	_ = z.Close()
	w.Header().Set("Content-Encoding", "gzip")
	return b.Bytes()
}

// base makes the frame of a page.
func (s *Server) base(r *http.Request, f frame) ui.Base {
	a := asker(r)
	name, _ := a.Settings.Name.In(a.Lang)
	motto, _ := a.Settings.Motto.In(a.Lang)
	footer, _ := a.Settings.Footer.In(a.Lang)
	b := ui.Base{
		Lang: a.Lang, Country: a.Settings.Country, Site: name, Motto: motto, Footer: footer, Title: f.Title, Description: f.Description,
		Path: r.URL.RequestURI(), Scripts: f.Scripts, Desk: f.Desk, Sample: a.Settings.Sample,
		Theme: themePath(a.Settings), Index: f.Index && !a.Settings.Sample, Feeds: f.Feeds, Notice: s.notice(a, r),
		Query: f.Query, OpenSearch: s.searchBox(a, f.Desk), Meta: f.Meta,
	}
	switch {
	case f.Key != "":
		b.Title = a.P.T(f.Key)
	case f.Title == "":
		b.Title = name
	}
	if a.SignedIn() {
		b.Person = &ui.Person{Name: a.User.Name, Role: a.User.Role}
	}
	if a.route.Secret {
		b.Path = "/" + string(a.Lang) + "/"
	}
	b.Languages = s.ways(a, r, f)
	b.Doors, b.Foot, b.SearchPath = s.doors(a, f)
	if f.Canonical == "" {
		f.Canonical = r.URL.Path
	}
	if b.Index {
		b.Canonical = s.whole(f.Canonical)
	}
	return b
}

// ways are those to the page in every language.
func (s *Server) ways(a *asking, r *http.Request, f frame) []ui.Language {
	langs := a.Settings.Languages
	if f.Desk {
		langs = s.locales.Languages()
	}
	var out []ui.Language
	for _, l := range langs {
		if !s.locales.Speaks(l) {
			continue
		}
		p := s.locales.For(l)
		way := ui.Language{Lang: l, Dir: p.Dir(), Name: p.Name(), Current: l == a.Lang}
		switch {
		case a.route.Secret:
			way.URL = "/" + string(l) + "/"
		case f.Elsewhere != nil:
			path, there := f.Elsewhere(l)
			way.URL, way.Missing = path, !there
		case r.Method != http.MethodGet && r.Method != http.MethodHead: // nothing is there to be shown
			way.URL = "/" + string(l) + "/"
		default:
			way.URL = inLanguage(r.URL.RequestURI(), l)
		}
		if s.public != nil && !way.Missing {
			way.Whole = s.whole(way.URL)
		}
		out = append(out, way)
	}
	return out
}

// inLanguage changes the first part of a path.
func inLanguage(path string, l vigie.Lang) string {
	_, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return "/" + string(l) + "/" + rest
}

// whole is the address of a path for other machines; the path alone where the
// public address is unknown.
func (s *Server) whole(path string) string {
	if u, err := url.Parse(path); err == nil {
		path = u.String() // letters of other scripts escaped, as RFC 3986 wants them
	}
	if s.public == nil {
		return path
	}
	return s.public.Scheme + "://" + s.public.Host + path
}

// door is an entry of a navigation and who finds it there.
type door struct {
	key, path string
	needs     vigie.Permission
}

// sourcesDoor is the key of the entry that says how many sources need a look.
const sourcesDoor = "door.sources"

// portalDoors and deskDoors are the entries of the navigation: seven at most.
func portalDoors() []door {
	return []door{
		{"door.home", "", vigie.ReadPublic},
		{"door.syntheses", "syntheses", vigie.ReadPublic},
		{"door.indicators", "indicateurs", vigie.ReadPublic},
		{"door.letter", "lettre", vigie.ReadPublic},
	}
}

func deskDoors(role vigie.Role) []door {
	settings := door{"door.settings", settingsPath, vigie.Administer}
	if !role.May(vigie.Administer) {
		settings = door{"door.settings", ownPagesPath, vigie.Publish} // all that others may settle
	}
	return []door{
		{"door.triage", "bureau/tri", vigie.ReadItems},
		{"door.search", "bureau/recherche", vigie.ReadItems},
		{"door.write", "bureau/syntheses", vigie.WriteOwn},
		{"door.figures", "bureau/indicateurs", vigie.KeepFigures},
		{"door.send", "bureau/lettre", vigie.CountSubscribers},
		{sourcesDoor, "bureau/sources", vigie.ProposeSource},
		settings,
	}
}

// footDoors stand at the foot of the portal.
func footDoors(a *asking) []door {
	var out []door
	for _, page := range vigie.PageNames() {
		out = append(out, door{"page." + string(page), string(page), vigie.ReadPublic})
	}
	out = append(out, door{"door.status", "etat", vigie.ReadPublic})
	if !a.SignedIn() {
		out = append(out, door{"door.signin", "connexion", vigie.ReadPublic})
	}
	return out
}

// doors are the navigation of a page, with those entries only that the person may
// open, and where its search box leads.
func (s *Server) doors(a *asking, f frame) (doors, foot []ui.Door, search string) {
	root := "/" + string(a.Lang) + "/"
	open := func(entries []door) (out []ui.Door) {
		for _, e := range entries {
			if a.User.May(e.needs) {
				out = append(out, ui.Door{Key: e.key, URL: root + e.path, Current: f.Door == e.key})
			}
		}
		return out
	}
	if f.Desk {
		doors = open(deskDoors(a.User.Role))
		for i, d := range doors {
			if d.Key == sourcesDoor {
				doors[i].Count = s.needLook(a.Now)
			}
		}
		return doors, nil, root + "bureau/recherche"
	}
	return open(portalDoors()), open(footDoors(a)), root + "recherche"
}

// notice is the key of the sentence that a redirect asked for with ?fait=; only
// phrases for that are taken.
func (s *Server) notice(a *asking, r *http.Request) string {
	key := "done." + r.URL.Query().Get("fait")
	if key == "done." || len(key) > 60 || !a.P.Has(key) {
		return ""
	}
	return key
}

// done sends the browser to a page of our own after a form was taken, with a
// sentence about what was done (RFC 9110 section 15.4.4).
func (s *Server) done(w http.ResponseWriter, r *http.Request, path, what string) error {
	if what != "" {
		mark := "?"
		if strings.Contains(path, "?") {
			mark = "&"
		}
		path += mark + "fait=" + what
	}
	http.Redirect(w, r, ownPath(path, "/"+string(asker(r).Lang)+"/"), http.StatusSeeOther) //nolint:gosec // ownPath lets no other site through
	return nil
}

// ownPath returns path where it is one of this server, and otherwise instead. It
// keeps a return address from leading anywhere else: what browsers take for
// another site ("//host", "/\host", "https:host") or what they trim first is none.
func ownPath(path, instead string) string {
	if len(path) > 2000 || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.HasPrefix(path, `/\`) {
		return instead
	}
	for _, c := range path {
		if c <= ' ' || c == '\\' || c == 0x7f {
			return instead
		}
	}
	return path
}
