package web

import (
	"bytes"
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"vigie"
	"vigie/curate"
	"vigie/index"
	"vigie/index/store"
	"vigie/index/thesaurus"
	"vigie/web/ui"
)

// fileOfTerms is the most that a form with a thesaurus may bring.
const fileOfTerms = thesaurus.MaxBytes + 64<<10

// thesaurusRoutes are for the thesaurus that searches use.
func (s *Server) thesaurusRoutes() []Route {
	look := func(pattern string, handle func(http.ResponseWriter, *http.Request) error) Route {
		return Route{Pattern: pattern, Permission: vigie.ReadItems, handle: handle}
	}
	keep := func(pattern string, handle func(http.ResponseWriter, *http.Request) error) Route {
		return Route{Pattern: pattern, Permission: vigie.KeepTerms, handle: handle}
	}
	const list, imports = "/{language}/bureau/thesaurus", "/{language}/bureau/importer-thesaurus"
	upload := keep("POST "+imports, s.stageTerms)
	upload.Body = fileOfTerms
	return []Route{
		look("GET "+list, s.thesaurus),
		look("GET "+list+"/thesaurus.rdf", s.exportTerms),
		look("GET "+list+"/{id}", s.concept),
		keep("POST "+list+"/{id}", s.changeConcept),
		keep("POST "+list+"/{id}/retirer", s.hideConcept),
		keep("POST "+list+"/{id}/retablir", s.restoreConcept),
		keep("GET /{language}/bureau/nouveau-concept", s.newConcept),
		keep("POST /{language}/bureau/nouveau-concept", s.addConcept),
		keep("GET "+imports, s.importTerms),
		upload,
		keep("GET "+imports+"/{id}", s.termPlan),
		keep("POST "+imports+"/{id}", s.takeTerms),
	}
}

func thesaurusPath(r *http.Request) string          { return root(r) + "bureau/thesaurus" }
func conceptPath(r *http.Request, id string) string { return thesaurusPath(r) + "/" + id }
func termImportPath(r *http.Request) string         { return root(r) + "bureau/importer-thesaurus" }
func thesaurusFrame(key, title string) frame {
	return frame{Key: key, Title: title, Desk: true, Door: "door.search"}
}

// reword lets an index use another thesaurus; nil where there is none.
func reword(x *index.Index) func(*thesaurus.Thesaurus) {
	if x == nil {
		return nil
	}
	return x.Interpret
}

// names reads the thesaurus and lets do use it within the transaction.
func (s *Server) names(do func(*store.Tx, curate.Names) error) error {
	return s.o.DB.View(func(tx *store.Tx) error {
		n, err := s.o.Desk.Names(tx)
		if err != nil {
			return err
		}
		return do(tx, n)
	})
}

// conceptStates are the addresses of what the desk did to a concept, with the states
// that they stand for.
func conceptStates() [][2]string {
	return [][2]string{{"", ""}, {"changes", "changed"}, {"ajoutes", "added"}, {"retires", "hidden"}}
}

// conceptState says what the desk did to a concept.
func conceptState(n curate.Names, id string) string {
	_, builtIn := n.BuiltIn.Concept(id)
	switch t := n.Said[id]; {
	case t.State == store.HiddenTerm:
		return "hidden"
	case t.State != store.OwnTerm:
		return "builtin"
	case builtIn:
		return "changed"
	}
	return "added"
}

// termsAsked is what an address asks of the list.
type termsAsked struct {
	words, state string
	missing      vigie.Lang
}

func termsAskedOf(q url.Values) termsAsked {
	out := termsAsked{words: clipped(strings.TrimSpace(q.Get("q")), longestWithout)}
	if lang := vigie.Lang(q.Get("manque")); slices.Contains(alsoIn(), lang) {
		out.missing = lang
	}
	for _, s := range conceptStates() {
		if s[0] == q.Get("etat") {
			out.state = s[0]
		}
	}
	return out
}

// url is the address of a page of the list.
func (t termsAsked) url(r *http.Request, page int) string {
	q := url.Values{}
	for name, value := range map[string]string{"q": t.words, "manque": string(t.missing), "etat": t.state} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	if len(q) == 0 {
		return thesaurusPath(r)
	}
	return thesaurusPath(r) + "?" + q.Encode()
}

// thesaurus lists the concepts.
func (s *Server) thesaurus(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	asked := termsAskedOf(r.URL.Query())
	model := ui.Thesaurus{Path: thesaurusPath(r), Query: asked.words, Export: thesaurusPath(r) + "/thesaurus.rdf"}
	if a.User.May(vigie.KeepTerms) {
		model.New, model.Import = root(r)+"bureau/nouveau-concept", termImportPath(r)
	}
	for _, lang := range alsoIn() {
		model.Missing = append(model.Missing, ui.Choice{Value: string(lang), Name: a.P.T("thesaurus.lang." + string(lang)), Chosen: lang == asked.missing})
	}
	for _, state := range conceptStates() {
		key := "thesaurus.state." + cmp.Or(state[1], "all")
		model.States = append(model.States, ui.Choice{Value: state[0], Name: a.P.T(key), Chosen: state[0] == asked.state})
	}
	err := s.names(func(tx *store.Tx, n curate.Names) error {
		found, err := asked.concepts(tx, n)
		if err != nil {
			return err
		}
		sortConcepts(found, a.Lang)
		page, last := pageAmong(r, len(found))
		model.Total, model.Page = len(found), page
		if page > 1 {
			model.Newer = asked.url(r, page-1)
		}
		if page < last {
			model.Older = asked.url(r, page+1)
		}
		for _, c := range found[(page-1)*sourceRows : min(page*sourceRows, len(found))] {
			model.Rows = append(model.Rows, conceptRow(r, n, c))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "thesaurus", thesaurusFrame("thesaurus.title", ""), model)
}

// concepts are those that were asked for.
func (t termsAsked) concepts(tx *store.Tx, n curate.Names) ([]thesaurus.Concept, error) {
	var out []thesaurus.Concept
	take := func(c thesaurus.Concept) {
		if c.Mentions(t.words) && (t.missing == "" || len(c.Labels[t.missing]) == 0) {
			out = append(out, c)
		}
	}
	if t.state == "retires" {
		for id, said := range n.Said {
			if said.State != store.HiddenTerm {
				continue
			}
			c, err := n.Concept(tx, id)
			if err != nil {
				return nil, err
			}
			take(c)
		}
		return out, nil
	}
	for c := range n.InUse.All() {
		state := conceptState(n, c.ID)
		if t.state == "" || slices.Contains(conceptStates(), [2]string{t.state, state}) {
			take(c)
		}
	}
	return out, nil
}

// sortConcepts puts concepts in the order of their names in a language.
func sortConcepts(concepts []thesaurus.Concept, lang vigie.Lang) {
	keys := make(map[string]string, len(concepts))
	for _, c := range concepts {
		name, _ := c.Name(lang)
		keys[c.ID] = thesaurus.PlainWords(name)
	}
	slices.SortFunc(concepts, func(a, b thesaurus.Concept) int {
		return cmp.Or(strings.Compare(keys[a.ID], keys[b.ID]), strings.Compare(a.ID, b.ID))
	})
}

func conceptRow(r *http.Request, n curate.Names, c thesaurus.Concept) ui.ConceptRow {
	row := ui.ConceptRow{ConceptLink: conceptLink(r, c), ID: c.ID, State: conceptState(n, c.ID)}
	for _, lang := range alsoIn() {
		switch labels := c.Labels[lang]; {
		case len(labels) == 0:
			row.Missing = append(row.Missing, "thesaurus.lang."+string(lang))
		case lang != row.Lang:
			row.Names = append(row.Names, ui.AlsoText{Text: labels[0].Text, Lang: lang, Dir: lang.Direction()})
		}
	}
	return row
}

func conceptLink(r *http.Request, c thesaurus.Concept) ui.ConceptLink {
	name, lang := c.Name(asker(r).Lang)
	if lang == thesaurus.Every {
		lang = ""
	}
	return ui.ConceptLink{Name: name, Lang: lang, URL: conceptPath(r, c.ID)}
}

// exportTerms gives the thesaurus that searches use as a file.
func (s *Server) exportTerms(w http.ResponseWriter, _ *http.Request) error {
	t, err := s.o.Desk.Thesaurus()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.WriteSKOS(&b, thesaurus.Base); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/rdf+xml; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="thesaurus.rdf"`)
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	_, _ = w.Write(b.Bytes()) // fails when the reader left
	return nil
}
