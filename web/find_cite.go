package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"vigie"
	"vigie/curate/biblio"
	"vigie/curate/locale"
	"vigie/index/store"
	"vigie/web/ui"
)

// citeDocument gives the record of one document as a file.
func (s *Server) citeDocument(w http.ResponseWriter, r *http.Request) error {
	id := vigie.DocumentID(r.PathValue("id"))
	if !vigie.ValidID(id) {
		return fmt.Errorf("document %.40q: %w", string(id), vigie.ErrNotFound)
	}
	a := asker(r)
	var record biblio.Record
	err := s.o.DB.View(func(tx *store.Tx) (err error) {
		record, err = recordOf(tx, a, id)
		return err
	})
	if err != nil {
		return err
	}
	format, err := formatOf(r, biblio.Formats())
	if err != nil {
		return err
	}
	return s.sendRecords(w, r, recordFile{format: format, name: string(id), records: []biblio.Record{record}})
}

// recordOf is what is said of a document elsewhere. Nothing is said any more of one
// that was withdrawn: vigie.ErrNotFound.
func recordOf(tx *store.Tx, a *asking, id vigie.DocumentID) (biblio.Record, error) {
	doc, err := tx.Document(id)
	if err != nil {
		return biblio.Record{}, err
	}
	if _, err := tx.Withdrawal(id); !errors.Is(err, vigie.ErrNotFound) {
		return biblio.Record{}, cmp.Or(err, fmt.Errorf("document %s was withdrawn: %w", id, vigie.ErrNotFound))
	}
	j, err := tx.Judgement(id)
	if err != nil {
		return biblio.Record{}, err
	}
	about := biblio.About{Keywords: slices.Concat(j.Tags, doc.Labels)}
	src, err := tx.Source(doc.Source)
	if err != nil && !errors.Is(err, vigie.ErrNotFound) {
		return biblio.Record{}, err
	}
	about.Publisher = cmp.Or(src.Publisher, src.Name)
	revision, err := tx.Revision(id, doc.Revision)
	if err != nil && !errors.Is(err, vigie.ErrNotFound) {
		return biblio.Record{}, err
	}
	if !revision.Fetched.IsZero() {
		about.Accessed = revision.Fetched.In(a.Now.Location())
	}
	if revision.Capture != "" {
		kept, err := tx.Capture(revision.Capture)
		if err != nil && !errors.Is(err, vigie.ErrNotFound) {
			return biblio.Record{}, err
		}
		if kept.Snapshot != "" {
			about.Note = locale.Plain(a.P.Phrase("biblio.kept", "date", dayIn(kept.Fetched, a.Now.Location())))
		}
	}
	return biblio.Of(doc, about), nil
}

// dayIn is the day of a moment in a zone; the zero time is unknown.
func dayIn(t time.Time, zone *time.Location) vigie.Date {
	if t.IsZero() {
		return vigie.Date{}
	}
	y, m, d := t.In(zone).Date()
	return vigie.Date{Time: time.Date(y, m, d, 0, 0, 0, 0, time.UTC), Precision: vigie.Day}
}

// citingOf offers a record as a sentence to copy, and as files that are at path.
func citingOf(a *asking, record biblio.Record, path string) ui.Citing {
	out := ui.Citing{Lang: a.Lang, Dir: a.P.Dir(), Text: biblio.Citation(record, biblio.Wording{
		Lang: a.Lang, Date: a.P.Date, Undated: a.P.T("biblio.undated"), Comma: a.P.T("biblio.comma"), Others: a.P.T("biblio.others"),
		Accessed: func(date string) string { return locale.Plain(a.P.Phrase("biblio.accessed", "date", date)) },
	})}
	for _, f := range biblio.References() {
		out.Files = append(out.Files, ui.File{Key: "biblio.format." + string(f), URL: path + "?format=" + string(f)})
	}
	return out
}

// metaOf are the tags of a page that shows a publication.
func metaOf(record biblio.Record) []ui.Meta {
	var out []ui.Meta
	for _, m := range biblio.MetaTags(record) {
		out = append(out, ui.Meta(m))
	}
	return out
}

// citedHere fills in how a document is cited; nothing for one that was withdrawn.
func citedHere(tx *store.Tx, a *asking, out *ui.Reader) error {
	record, err := recordOf(tx, a, out.ID)
	if errors.Is(err, vigie.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	out.Citing = citingOf(a, record, out.Full+"/citation")
	return nil
}

// citeSynthesis gives the record of a synthesis that is out as a file.
func (s *Server) citeSynthesis(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	name := r.PathValue("name")
	id := vigie.SynthesisID(name[:min(len(name), idLength)])
	out, err := s.onShelf(a.Lang)
	if err != nil {
		return err
	}
	texts := out.all[id]
	if !vigie.ValidID(id) || len(texts) == 0 {
		return fmt.Errorf("find synthesis %.40q: %w", name, vigie.ErrNotFound)
	}
	format, err := formatOf(r, biblio.References())
	if err != nil {
		return err
	}
	var record biblio.Record
	err = s.o.DB.View(func(tx *store.Tx) error {
		best := bestOf(texts, a.Lang)
		e, err := tx.Edition(id, best.lang, best.n)
		if err != nil {
			return err
		}
		record, err = s.synthesisRecord(tx, a, e)
		return err
	})
	if err != nil {
		return err
	}
	return s.sendRecords(w, r, recordFile{format: format, name: string(id), records: []biblio.Record{record}})
}

// synthesisRecord is what is said elsewhere of a text of ours.
func (s *Server) synthesisRecord(tx *store.Tx, a *asking, e vigie.Edition) (biblio.Record, error) {
	site, _ := a.Settings.Name.In(e.Lang)
	speaks := e.Lang // the language of the page that shows it
	if !s.locales.Speaks(speaks) {
		speaks = a.Lang
	}
	record := biblio.Record{
		ID: string(e.Synthesis) + "-" + string(e.Lang), Kind: biblio.Webpage, Title: e.Title, Publisher: site, Published: dayIn(e.Published, a.Now.Location()),
		Accessed: a.Now, URL: s.whole("/" + string(speaks) + "/syntheses/" + string(e.Synthesis)), Lang: e.Lang, Abstract: e.Summary,
	}
	names, err := authorNames(tx, e.Authors)
	if err != nil {
		return record, err
	}
	for _, name := range names {
		record.Authors = append(record.Authors, biblio.Person(name))
	}
	topics, err := tx.Topics()
	for _, t := range topics {
		if label, _ := t.Labels.In(e.Lang); slices.Contains(e.Topics, t.ID) {
			record.Keywords = append(record.Keywords, label)
		}
	}
	return record, err
}

// authorNames are those of the authors who still have an account.
func authorNames(tx *store.Tx, ids []vigie.UserID) ([]string, error) {
	var out []string
	for _, id := range ids {
		u, err := tx.User(id)
		if errors.Is(err, vigie.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if name := strings.TrimSpace(u.Name); name != "" {
			out = append(out, name)
		}
	}
	return out, nil
}
