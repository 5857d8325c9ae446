package web

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"vigie"
	"vigie/curate/biblio"
	"vigie/curate/indicator"
	"vigie/index"
	grammar "vigie/index/query"
	"vigie/index/store"
	"vigie/web/ui"
)

// mostExported is how many results a file holds; the page says so before it is asked
// for.
const mostExported = 2000

// exportRoutes are for taking records away, and for the search boxes of browsers.
func (s *Server) exportRoutes() []Route {
	return []Route{
		{Pattern: "GET /{language}/bureau/recherche/export", Permission: vigie.ReadItems, handle: s.exportFound},
		{Pattern: "GET /{language}/bureau/tri/{id}/citation", Permission: vigie.ReadItems, handle: s.citeDocument},
		{Pattern: "GET /{language}/bureau/opensearch.xml", Permission: vigie.ReadItems, handle: s.openSearch},
		{Pattern: "GET /{language}/syntheses/{name}/citation", Permission: vigie.ReadPublic, handle: s.citeSynthesis},
		{Pattern: "GET /{language}/opensearch.xml", Permission: vigie.ReadPublic, handle: s.openSearch},
	}
}

// exportOf offers the results of a search as files.
func exportOf(r *http.Request, f findAsked, total int) ui.Export {
	out := ui.Export{Total: total, Most: mostExported}
	f.page = 1
	for _, format := range biblio.Formats() {
		q := f.values()
		q.Set("format", string(format))
		out.Files = append(out.Files, ui.File{Key: "biblio.format." + string(format), URL: root(r) + findPath + "/export?" + q.Encode()})
	}
	return out
}

// exportFound writes the results of a search into a file. What cannot be looked up is
// explained by the page of the search.
func (s *Server) exportFound(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	f := findAskedOf(r.URL.Query())
	line := f.line
	format, err := formatOf(r, biblio.Formats())
	if err != nil {
		return err
	}
	explain := func() error {
		http.Redirect(w, r, root(r)+findPath+"?"+url.Values{"q": {clipped(line, longestQuery)}}.Encode(), http.StatusSeeOther) //nolint:gosec // a path of ours, whose query is escaped
		return nil
	}
	asked, err := grammar.Parse(line)
	if line == "" || s.o.Found == nil || errors.Is(err, vigie.ErrInvalid) {
		return explain()
	}
	if err != nil {
		return err
	}
	file, total, err := s.fileOfFound(r, asked, f)
	if errors.Is(err, vigie.ErrInvalid) {
		return explain()
	}
	if err != nil {
		return err
	}
	w.Header().Set("X-Total-Count", strconv.Itoa(total))
	file.format, file.name = format, "vigie-"+a.Now.Format(time.DateOnly)
	return s.sendRecords(w, r, file)
}

// fileOfFound looks a query up and reads the records of what it finds, when it is its
// turn.
func (s *Server) fileOfFound(r *http.Request, asked grammar.Query, f findAsked) (out recordFile, total int, err error) {
	a := asker(r)
	done, err := s.exporting.enter(r.Context())
	if err != nil {
		return out, 0, err
	}
	defer done()
	found, err := s.foundFor(r.Context(), asked, f.options(a))
	if err != nil {
		return out, 0, err
	}
	if out.records, err = s.recordsOf(a, found.ids); err != nil {
		return out, 0, err
	}
	out.comment = a.P.T("biblio.head", "n", len(out.records), "total", found.total, "query", f.line)
	if found.partial {
		out.comment += ". " + a.P.T("deskfind.partial")
	}
	return out, found.total, nil
}

// foundIDs are the first results of a search, and how many there are in all.
type foundIDs struct {
	ids     []vigie.DocumentID
	total   int
	partial bool
}

// foundFor looks a query up, page by page; the documents of a story are there each by
// itself. Documents that move between two pages
// meanwhile are named once.
func (s *Server) foundFor(ctx context.Context, asked grammar.Query, o index.SearchOptions) (foundIDs, error) {
	var out foundIDs
	o.Limit, o.Apart = index.MaxLimit, true
	seen := map[vigie.DocumentID]bool{}
	for offset := 0; offset < mostExported; offset += index.MaxLimit {
		o.Offset = offset
		found, err := s.o.Found.Search(ctx, asked, o)
		if err != nil {
			return out, err
		}
		out.total, out.partial = found.Total, out.partial || found.Partial
		for _, hit := range found.Hits {
			if !seen[hit.ID] {
				seen[hit.ID] = true
				out.ids = append(out.ids, hit.ID)
			}
		}
		if offset+index.MaxLimit >= found.Total {
			break
		}
	}
	out.ids = out.ids[:min(len(out.ids), mostExported)]
	return out, nil
}

// recordsOf reads the records of documents, in short transactions. What was removed
// or withdrawn meanwhile is left out.
func (s *Server) recordsOf(a *asking, ids []vigie.DocumentID) ([]biblio.Record, error) {
	var out []biblio.Record
	for some := range slices.Chunk(ids, index.MaxLimit) {
		err := s.o.DB.View(func(tx *store.Tx) error {
			for _, id := range some {
				record, err := recordOf(tx, a, id)
				if errors.Is(err, vigie.ErrNotFound) || errors.Is(err, vigie.ErrDamaged) {
					continue // a damaged document costs one line; vigie check names it
				}
				if err != nil {
					return err
				}
				out = append(out, record)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// recordFile is a file of records on its way.
type recordFile struct {
	format  biblio.Format
	name    string // without its ending
	records []biblio.Record
	comment string
}

// sendRecords answers with a file that is saved, never shown or kept by others.
func (s *Server) sendRecords(w http.ResponseWriter, r *http.Request, f recordFile) error {
	a := asker(r)
	o := biblio.Options{Inert: indicator.Inert, Comment: f.comment}
	if f.format == biblio.FrenchCSV { // people read that one
		o.Heading = func(column string) string { return a.P.T("biblio.column." + column) }
	}
	var b bytes.Buffer
	err := biblio.Write(&b, f.format, func(yield func(biblio.Record, error) bool) {
		for _, record := range f.records {
			if !yield(record, nil) {
				return
			}
		}
	}, o)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", f.format.MediaType())
	h.Set("Content-Disposition", `attachment; filename="`+f.name+f.format.Extension()+`"`)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex")
	body := b.Bytes()
	if zip := s.zipped(w, r, body); zip != nil {
		body = zip
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // fails when the reader left, and nobody can be told
	return nil
}

// formatOf is the format that is asked for, of those that there are here.
func formatOf(r *http.Request, of []biblio.Format) (biblio.Format, error) {
	format := biblio.Format(r.URL.Query().Get("format"))
	if !slices.Contains(of, format) {
		return "", &vigie.InvalidError{Field: "format", Reason: "is none of those that are offered"}
	}
	return format, nil
}
