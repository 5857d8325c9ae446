package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"vigie"
	"vigie/curate/diff"
	"vigie/index/store"
	"vigie/web/ui"
)

// revisionRoutes are for the states of a document.
func (s *Server) revisionRoutes() []Route {
	return []Route{
		{Pattern: "GET /{language}/bureau/tri/{id}/revisions/{n}", Permission: vigie.ReadTexts, handle: s.revision},
		{Pattern: "GET /{language}/bureau/tri/{id}/retirer", Permission: vigie.Administer, handle: s.withdrawing},
		{Pattern: "POST /{language}/bureau/tri/{id}/retirer", Permission: vigie.Administer, handle: s.withdrawDocument},
	}
}

// revisionPath is the page that says what a state of a document changed.
func revisionPath(a *asking, id vigie.DocumentID, n int) string {
	return "/" + string(a.Lang) + "/bureau/tri/" + string(id) + "/revisions/" + strconv.Itoa(n)
}

// compareURL is where what a state of a document changed is shown; "" where there is
// nothing before it, and for who may not read texts.
func compareURL(reader *ui.Reader, n int) string {
	if n < 2 || !reader.Texts {
		return ""
	}
	return reader.Full + "/revisions/" + strconv.Itoa(n)
}

// revision shows what changed between a state of a document and the one before, or the
// one that ?avec= names.
func (s *Server) revision(w http.ResponseWriter, r *http.Request) error {
	id := vigie.DocumentID(r.PathValue("id"))
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || !vigie.ValidID(id) {
		return fmt.Errorf("revision %.20q of document %.40q: %w", r.PathValue("n"), string(id), vigie.ErrNotFound)
	}
	with, err := strconv.Atoi(r.URL.Query().Get("avec"))
	if err != nil {
		with = n - 1
	}
	a := asker(r)
	var model ui.Comparison
	var old, now []vigie.Paragraph
	err = s.o.DB.View(func(tx *store.Tx) error {
		doc, err := tx.Document(id)
		if err != nil {
			return err
		}
		if n < 1 || n > doc.Revision || with < 1 || with > doc.Revision {
			return vigie.ErrNotFound
		}
		model = comparisonOf(a, doc, min(n, with), max(n, with))
		old, now, err = compareStates(tx, doc, &model)
		return err
	})
	if err != nil {
		return fmt.Errorf("compare revisions %d and %d of document %s: %w", with, n, id, err)
	}
	if !model.Missing { // outside of the transaction: long texts take their time
		model.Text = changesIn(diff.Words(old, now), model.DocLang)
	}
	return s.show(w, r, http.StatusOK, "revision", frame{Key: "revision.title", Desk: true, Door: "door.triage"}, model)
}

// comparisonOf is what stands around a comparison.
func comparisonOf(a *asking, doc vigie.Document, from, to int) ui.Comparison {
	m := ui.Comparison{
		Now: a.Now, Title: doc.Title, DocLang: doc.Lang, Dir: doc.Lang.Direction(),
		From: ui.ComparedState{N: from}, To: ui.ComparedState{N: to},
		Back: "/" + string(a.Lang) + "/bureau/tri/" + string(doc.ID), Action: revisionPath(a, doc.ID, to),
	}
	m.Read = m.Back + "?revision=" + strconv.Itoa(to)
	if from > 1 {
		m.Older = revisionPath(a, doc.ID, from)
	}
	if to < doc.Revision {
		m.Newer = revisionPath(a, doc.ID, to+1)
	}
	for n := to - 1; n >= 1 && len(m.Others) < mostRevisions; n-- {
		m.Others = append(m.Others, n)
	}
	return m
}

// compareStates fills in what changed in the record, and returns the two texts.
func compareStates(tx *store.Tx, doc vigie.Document, m *ui.Comparison) (old, now []vigie.Paragraph, err error) {
	from, err := tx.Revision(doc.ID, m.From.N)
	if err != nil {
		return nil, nil, err
	}
	to, err := tx.Revision(doc.ID, m.To.N)
	if err != nil {
		return nil, nil, err
	}
	m.From.Fetched, m.To.Fetched = from.Fetched, to.Fetched
	if m.Reread, err = onlyReread(tx, doc.ID, m.From.N, m.To.N); err != nil {
		return nil, nil, err
	}
	was, err := tx.StateOf(doc.ID, m.From.N)
	if err != nil {
		return nil, nil, err
	}
	is, err := tx.StateOf(doc.ID, m.To.N)
	if err != nil {
		return nil, nil, err
	}
	m.Title = is["title"]
	m.Fields = fieldChanges(doc, was, is)
	if _, err := tx.Withdrawal(doc.ID); err == nil {
		m.Missing = true
		return nil, nil, nil
	}
	for _, side := range []struct {
		revision vigie.Revision
		body     *[]vigie.Paragraph
	}{{from, &old}, {to, &now}} {
		*side.body, err = tx.BodyOf(side.revision)
		if errors.Is(err, vigie.ErrNotFound) || errors.Is(err, vigie.ErrDamaged) {
			m.Missing, err = true, nil
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return old, now, nil
}

// onlyReread reports whether all states between two are those of newer readers.
func onlyReread(tx *store.Tx, id vigie.DocumentID, from, to int) (bool, error) {
	for n := from + 1; n <= to; n++ {
		r, err := tx.Revision(id, n)
		if err != nil || !r.Reread {
			return false, err
		}
	}
	return from < to, nil
}

// comparedFields are the fields of a record in the order in which they are shown.
func comparedFields() []string {
	return []string{
		"title", "published", "modified", "authors", "publisher", "summary", "lang", "labels", "url", "enclosures", "pages", "media_type", "obstacle",
	}
}

// fieldChanges are the fields that say something else.
func fieldChanges(doc vigie.Document, was, is map[string]string) []ui.FieldChange {
	var out []ui.FieldChange
	for _, name := range comparedFields() {
		a, b := was[name], is[name]
		if a == b {
			continue
		}
		c := ui.FieldChange{Key: "revision.field." + name}
		switch name {
		case "published", "modified":
			c.Date = true
			c.WasDate, _ = vigie.ParseDate(a) // what was kept can be read; anything else is unknown
			c.IsDate, _ = vigie.ParseDate(b)
		case "obstacle":
			c.WasKey, c.IsKey = ui.Obstructed(vigie.Obstacle(a)), ui.Obstructed(vigie.Obstacle(b))
		case "title", "summary":
			c.Lang, c.Dir = doc.Lang, doc.Lang.Direction()
			c.Was, c.Is = sides(stretchesOf(a, b))
		default:
			c.Was, c.Is = onceSaid(a), onceSaid(b)
		}
		out = append(out, c)
	}
	return out
}

// onceSaid is a list as one row of words.
func onceSaid(text string) []ui.Stretch {
	if text == "" {
		return nil
	}
	return []ui.Stretch{{Op: "kept", Text: strings.ReplaceAll(text, "\n", " · ")}}
}

// stretchesOf compares two short texts word by word.
func stretchesOf(was, is string) []ui.Stretch {
	paragraph := func(text string) []vigie.Paragraph {
		if text == "" {
			return nil
		}
		return []vigie.Paragraph{{Text: text}}
	}
	var out []ui.Stretch
	for _, c := range diff.Words(paragraph(was), paragraph(is)) {
		out = append(out, stretches(c.Runs)...)
	}
	if out == nil { // they say the same, in other types
		out = []ui.Stretch{{Op: "kept", Text: is}}
	}
	return out
}

func stretches(runs []diff.Run) []ui.Stretch {
	out := make([]ui.Stretch, len(runs))
	for i, r := range runs {
		out[i] = ui.Stretch{Op: string(r.Op), Text: r.Text}
	}
	return out
}

// sides parts a comparison into what was and what is.
func sides(all []ui.Stretch) (was, is []ui.Stretch) {
	for _, s := range all {
		if s.Op != string(diff.Added) {
			was = append(was, s)
		}
		if s.Op != string(diff.Removed) {
			is = append(is, s)
		}
	}
	return was, is
}

// changesIn are the changes of a text as they are shown.
func changesIn(all []diff.Change, lang vigie.Lang) []ui.TextChange {
	out := make([]ui.TextChange, 0, len(all))
	for _, c := range all {
		t := ui.TextChange{Op: string(c.Op), Kind: c.Kind, Stretches: stretches(c.Runs), Folded: c.Folded}
		if c.Lang != "" && c.Lang != lang {
			t.Lang, t.Dir = c.Lang, c.Lang.Direction()
		}
		out = append(out, t)
	}
	return out
}
