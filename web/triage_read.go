package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/web/ui"
)

const (
	// snippetLength and extractLength are how much of a text rows and people without
	// the right to texts see, in characters.
	snippetLength = 220
	extractLength = 600
	// mostRevisions bounds the list of states of a document.
	mostRevisions = 50
)

// reading shows one document on a page of its own.
func (s *Server) reading(w http.ResponseWriter, r *http.Request) error {
	id := vigie.DocumentID(r.PathValue("id"))
	reader, err := s.readerOf(r, id, withinOf(r))
	if err != nil {
		return err
	}
	if toPage(w, r, reader) {
		return nil
	}
	reader.View, reader.Back = r.URL.Path, root(r)+"bureau/tri"
	reader.Story.View = reader.View
	if reader.Withdrawn == nil {
		reader.Related = s.relatedTo(r, id)
	}
	f := frame{Title: reader.Title, Desk: true, Door: "door.triage", Scripts: []string{"triage.js", "cite.js"}}
	if f.Title == "" {
		f.Key = "triage.untitled"
	}
	a := asker(r)
	latest, err := s.latest(a)
	if err != nil {
		return err
	}
	model := ui.Reading{
		Reader: *reader, Acted: actedOf(r, r.URL.Path, latest), Undo: root(r) + "bureau/tri/annuler", Latest: latest, User: a.User.ID,
	}
	return s.show(w, r, http.StatusOK, "reading", f, model)
}

// readerOf makes a document ready to be read by who asks; ?revision= chooses an
// older state.
func (s *Server) readerOf(r *http.Request, id vigie.DocumentID, w within) (*ui.Reader, error) {
	if !vigie.ValidID(id) {
		return nil, fmt.Errorf("document %.40q: %w", string(id), vigie.ErrNotFound)
	}
	a := asker(r)
	var out *ui.Reader
	var text readText
	err := s.o.DB.View(func(tx *store.Tx) error {
		doc, err := tx.Document(id)
		if err != nil {
			return err
		}
		out = frontOf(a, doc)
		if out.Revision, err = strconv.Atoi(r.URL.Query().Get("revision")); err != nil || out.Revision < 1 || out.Revision > doc.Revision {
			out.Revision = doc.Revision
		}
		return errors.Join(s.judged(tx, a, doc, out), text.read(tx, doc, out), revisionsOf(tx, doc, out), withdrawnOf(tx, a, doc, out), citedHere(tx, a, out))
	})
	if err != nil {
		return nil, fmt.Errorf("read document %s: %w", id, err)
	}
	text.fill(w, out) // a long text takes its time, and the store is not held up
	if out.Cite, err = s.citeForm(r, id, out.Revision); err != nil {
		return nil, err
	}
	return out, nil
}

// frontOf is what stands above the text.
func frontOf(a *asking, doc vigie.Document) *ui.Reader {
	out := &ui.Reader{
		Now: a.Now, ID: doc.ID, Title: doc.Title, DocLang: doc.Lang, Lang: a.Lang, Dir: doc.Lang.Direction(), Publisher: doc.Publisher,
		Published: doc.Published, Filed: doc.Filed, Original: webAddress(doc.URL), Texts: a.User.May(vigie.ReadTexts), May: a.User.May(vigie.Triage),
		Action: "/" + string(a.Lang) + "/bureau/tri", Full: "/" + string(a.Lang) + "/bureau/tri/" + string(doc.ID),
	}
	var authors []string
	for _, author := range doc.Authors[:min(len(doc.Authors), 10)] {
		if author.Name != "" {
			authors = append(authors, author.Name)
		}
	}
	out.Authors = strings.Join(authors, ", ")
	for _, e := range doc.Enclosures[:min(len(doc.Enclosures), 10)] {
		if to := webAddress(e.URL); to != "" {
			out.Files = append(out.Files, ui.Link{Title: nameOf(e.Type, e.URL), URL: to})
		}
	}
	return out
}

// webAddress returns an address that a link may lead to, "" for any other.
func webAddress(u string) string {
	if strings.HasPrefix(u, "https://") || strings.HasPrefix(u, "http://") {
		return u
	}
	return ""
}

// judged fills in what the desk thinks of a document.
func (s *Server) judged(tx *store.Tx, a *asking, doc vigie.Document, out *ui.Reader) error {
	j, errJudgement := tx.Judgement(doc.ID)
	out.Status, out.Tags, out.At = statusKey(j.Status), j.Tags, j.At
	if j.By != "" {
		out.By = personName(tx, j.By)
	}
	var errTags, errName error
	if out.May {
		out.Known, errTags = curate.Tags(tx, mostOptions)
	}
	if out.Source, errName = sourceName(tx, doc.Source); a.User.May(vigie.ProposeSource) && out.Source != "" {
		out.SourceURL = "/" + string(a.Lang) + "/bureau/sources/" + string(doc.Source)
	}
	if out.Source == out.Publisher {
		out.Publisher = "" // most sources are their publishers
	}
	errStory := tellStory(tx, a, doc, out)
	log, errLog := tx.Decisions(doc.ID)
	undone := vigie.Undone(log)
	var entries []curate.Entry
	for i := len(log) - 1; i >= 0 && len(entries) < mostRevisions; i-- {
		entries = append(entries, curate.Entry{Decision: log[i], Undone: undone[log[i].ID]})
	}
	out.Log = decidedOf(tx, a, entries)
	return errors.Join(errJudgement, errTags, errName, errStory, errLog)
}

// revisionsOf lists the states of a document, newest first.
func revisionsOf(tx *store.Tx, doc vigie.Document, out *ui.Reader) error {
	for n := doc.Revision; n > 0 && len(out.Revisions) < mostRevisions; n-- {
		revision, err := tx.Revision(doc.ID, n)
		if errors.Is(err, vigie.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		out.Revisions = append(out.Revisions, ui.Revision{
			N: n, Fetched: revision.Fetched, Changed: changesOf(revision), Current: n == out.Revision,
			URL: out.Full + "?revision=" + strconv.Itoa(n), Compare: compareURL(out, n), Reread: revision.Reread,
		})
	}
	return nil
}

// changesOf are the keys of what changed, those of fields without a name left out.
func changesOf(revision vigie.Revision) []string {
	var out []string
	for _, field := range revision.Changed {
		switch field {
		case "title", "text", "summary", "published", "modified", "authors", "publisher", "labels", "enclosures":
			out = append(out, "triage.changed."+field)
		}
	}
	return out
}

// itemOf is a document as a row of a list.
func itemOf(a *asking, doc vigie.Document) ui.Item {
	item := ui.Item{
		ID: doc.ID, Title: doc.Title, Lang: doc.Lang, Dir: doc.Lang.Direction(), Publisher: doc.Publisher, Published: doc.Published,
		Snippet: shorten(doc.Summary, snippetLength),
	}
	switch {
	case doc.Published.IsZero():
		item.Recent = doc.Filed
	case doc.Published.Precision == vigie.Instant && a.Now.Sub(doc.Published.Time).Abs() < 48*time.Hour:
		item.Recent = doc.Published.Time
	}
	return item
}

// sourceName is how a source is called; "" where it was removed.
func sourceName(tx *store.Tx, id vigie.SourceID) (string, error) {
	src, err := tx.Source(id)
	if errors.Is(err, vigie.ErrNotFound) {
		return "", nil
	}
	if err != nil || src.Name != "" {
		return src.Name, err
	}
	visit, err := tx.Visit(id)
	return nameOf(visit.Title, src.URL), err
}

// shorten cuts a text at a word, and shows that it goes on.
func shorten(s string, most int) string {
	runes := []rune(s[:min(len(s), 4*most+4)])
	if len(runes) <= most {
		return strings.ToValidUTF8(s[:min(len(s), 4*most+4)], "")
	}
	cut := string(runes[:most])
	if i := strings.LastIndexAny(cut, " \n\t"); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.ToValidUTF8(cut, "") + "…"
}
