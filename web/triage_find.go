package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"vigie"
	"vigie/index"
	grammar "vigie/index/query"
	"vigie/index/store"
	"vigie/web/ui"
)

// longestQuery is how much of a query is taken, in bytes; longer ones are refused
// in words.
const longestQuery = grammar.MaxBytes

// deskFind searches in everything that was gathered.
func (s *Server) deskFind(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	line := strings.TrimSpace(r.URL.Query().Get("q"))
	page, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || page < 1 || page > index.MaxOffset/index.DefaultLimit {
		page = 1
	}
	model := ui.DeskFind{Lang: a.Lang, Query: clipped(line, longestQuery), Page: page}
	f := frame{Key: "deskfind.title", Desk: true, Door: "door.search", Query: model.Query}
	if line == "" {
		return s.show(w, r, http.StatusOK, "deskfind", f, model)
	}
	asked, err := grammar.Parse(line)
	if err == nil {
		err = s.lookUp(r, asked, &model)
	}
	if errors.Is(err, vigie.ErrInvalid) {
		blame(&model, err)
		return s.show(w, r, http.StatusUnprocessableEntity, "deskfind", f, model)
	}
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "deskfind", f, model)
}

// lookUp asks the index.
func (s *Server) lookUp(r *http.Request, asked grammar.Query, model *ui.DeskFind) error {
	model.Asked = true
	model.Chips = queryChips(root(r)+"bureau/recherche", asked)
	if s.o.Found == nil {
		model.Partial = true
		return nil
	}
	found, err := s.o.Found.Search(r.Context(), asked, index.SearchOptions{Offset: (model.Page - 1) * index.DefaultLimit})
	if err != nil {
		return err
	}
	model.Total, model.Partial = found.Total, found.Partial
	to := func(page int) string {
		return root(r) + "bureau/recherche?" + url.Values{"q": {model.Query}, "page": {strconv.Itoa(page)}}.Encode()
	}
	if model.Page > 1 {
		model.Newer = to(model.Page - 1)
	}
	if end := model.Page * index.DefaultLimit; end < found.Total && end < index.MaxOffset {
		model.Older = to(model.Page + 1)
	}
	return s.o.DB.View(func(tx *store.Tx) error {
		for _, hit := range found.Hits {
			j, err := tx.Judgement(hit.ID)
			if err != nil {
				return err
			}
			model.Hits = append(model.Hits, ui.DeskHit{
				Title: hit.Title, URL: root(r) + "bureau/tri/" + string(hit.ID), Source: hit.Source, Extract: hit.Extract, Lang: hit.Lang,
				Dir: hit.Lang.Direction(), Published: hit.Published, Page: hit.Page, Status: statusKey(j.Status),
			})
		}
		return nil
	})
}

// queryChips are the conditions of a query, each with the search without it.
func queryChips(path string, asked grammar.Query) []ui.Chip {
	var out []ui.Chip
	chip := func(key, value string, without grammar.Query) {
		out = append(out, ui.Chip{Key: "deskfind.chip." + key, Value: value, URL: path + "?" + url.Values{"q": {without.String()}}.Encode()})
	}
	for i, lang := range asked.Langs {
		without := asked
		without.Langs = slices.Delete(slices.Clone(asked.Langs), i, i+1)
		chip("lang", string(lang), without)
	}
	for i, name := range asked.Sources {
		without := asked
		without.Sources = slices.Delete(slices.Clone(asked.Sources), i, i+1)
		chip("source", name, without)
	}
	for i, term := range asked.Terms {
		without := asked
		without.Terms = slices.Delete(slices.Clone(asked.Terms), i, i+1)
		switch {
		case term.Not:
			chip("not", term.Text, without)
		case term.Field == grammar.Title:
			chip("title", term.Text, without)
		case term.Kind == grammar.Phrase:
			chip("phrase", term.Text, without)
		}
	}
	if !asked.From.IsZero() {
		without := asked
		without.From = vigie.Date{}
		chip("from", asked.From.String(), without)
	}
	if !asked.To.IsZero() {
		without := asked
		without.To = vigie.Date{}
		chip("to", asked.To.String(), without)
	}
	return out
}

// blame says in words what is wrong with a query, and where. Package query says it
// in English; what it says is told apart by its own words, which a test compares.
func blame(model *ui.DeskFind, err error) {
	reason := err.Error()
	model.Fault = "deskfind.fault.other"
	for _, known := range []struct{ says, key string }{
		{"there is no field", "field"},
		{"needs a value", "value"},
		{"cannot be excluded", "not"},
		{"never closed", "quote"},
		{"cannot begin with *", "star"},
		{"only stand at the end", "star"},
		{"must stand before *", "prefix"},
		{"begin so", "prefix"},
		{"is not a language", "lang"},
		{"is given twice", "twice"},
		{"is not a date", "date"},
		{"sources can be named", "many"},
		{"languages can be named", "many"},
		{"bytes long", "long"},
	} {
		if strings.Contains(reason, known.says) {
			model.Fault = "deskfind.fault." + known.key
			break
		}
	}
	_, at, ok := strings.Cut(reason, "at character ")
	n := 0
	if _, scanned := fmt.Sscanf(at, "%d:", &n); !ok || scanned != nil {
		return
	}
	runes := []rune(model.Query)
	n = min(max(n-1, 0), max(len(runes)-1, 0))
	end := n
	for end < len(runes) && (end == n || runes[end] != ' ') {
		end++
	}
	model.Before, model.Bad, model.After = string(runes[:n]), string(runes[n:end]), string(runes[end:])
}
