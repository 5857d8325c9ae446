package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"vigie"
	"vigie/index/store"
	"vigie/web/ui"
)

// openDrifts counts the quotations of each synthesis that changed at their source and
// that nobody has looked at.
func openDrifts(tx *store.Tx) (map[vigie.SynthesisID]int, error) {
	all, err := tx.Drifts("")
	out := map[vigie.SynthesisID]int{}
	for _, d := range all {
		if d.Open() {
			out[d.Synthesis]++
		}
	}
	return out, err
}

// driftsOf are the quotations of a synthesis that changed at their source.
func driftsOf(tx *store.Tx, a *asking, synthesis vigie.Synthesis) ([]ui.DriftLine, error) {
	all, err := tx.Drifts(synthesis.ID)
	if err != nil {
		return nil, err
	}
	var out []ui.DriftLine
	for _, d := range all {
		i := slices.IndexFunc(synthesis.Citations, func(c vigie.Citation) bool { return c.N == d.N })
		if !d.Open() || i < 0 {
			continue
		}
		c := synthesis.Citations[i]
		line := ui.DriftLine{
			N: d.N, Token: "[@" + strconv.Itoa(d.N) + "]", Title: c.Title, Lang: c.Lang, Dir: c.Lang.Direction(),
			How: string(d.How), Weighty: d.Weighty, Words: stretchesOf(d.Was, d.Now), Revision: d.Revision, At: d.At,
		}
		if d.Revision > 0 && d.Revision != c.Passage.Revision && a.User.May(vigie.ReadTexts) {
			line.URL = revisionPath(a, d.Document, d.Revision) + "?avec=" + strconv.Itoa(c.Passage.Revision)
		}
		out = append(out, line)
	}
	return out, nil
}

// settleDrift takes what somebody makes of a quotation that changed at its source: it
// quotes the new words, or stays as it was.
func (s *Server) settleDrift(w http.ResponseWriter, r *http.Request) error {
	id, form, err := wanted(r)
	if err != nil {
		return err
	}
	a := asker(r)
	n, errN := strconv.Atoi(form.Get("numero"))
	revision, errRevision := strconv.Atoi(form.Get("revision"))
	if errN != nil || errRevision != nil {
		return &vigie.InvalidError{Field: "numero", Reason: "does not name a citation"}
	}
	lang, err := vigie.ParseLang(form.Get("langue"))
	if err != nil {
		return err
	}
	done := "citation.kept"
	switch form.Get("acte") {
	case "nouveau":
		done = "citation.new"
		_, err = s.o.Desk.CiteNew(r.Context(), a.User, id, n, revision)
	case "garder":
		err = s.o.Desk.KeepQuote(r.Context(), a.User, id, n, revision)
	default:
		err = &vigie.InvalidError{Field: "acte", Reason: "is none"}
	}
	if errors.Is(err, vigie.ErrConflict) {
		return s.showEditor(w, r, http.StatusConflict, id, showing{lang: lang, faults: ui.Faults{{Field: "citations", Key: "writing.drift.again"}}})
	}
	if err != nil {
		return err
	}
	return s.done(w, r, textPath(a, id, lang), done)
}
