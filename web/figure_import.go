package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"vigie"
	"vigie/curate"
	"vigie/curate/indicator"
	"vigie/index/store"
	"vigie/web/auth"
	"vigie/web/ui"
)

// importsPath is where files are imported.
func importsPath(a *asking) string { return "/" + string(a.Lang) + "/bureau/importations" }

// importFile asks for a file.
func (s *Server) importFile(w http.ResponseWriter, r *http.Request) error {
	return s.showImportFile(w, r, http.StatusOK, r.URL.Query().Get("indicateur"), nil)
}

func (s *Server) showImportFile(w http.ResponseWriter, r *http.Request, status int, chosen string, fault *ui.FileFault) error {
	a := asker(r)
	model := ui.ImportFile{ID: vigie.NewID[string](s.o.Now()), Fault: fault, Now: a.Now}
	err := s.o.DB.View(func(tx *store.Tx) error {
		for i, err := range tx.Indicators() {
			if err != nil {
				return err
			}
			if i.Formula == "" {
				name, _ := i.Name.In(a.Lang)
				model.Indicators = append(model.Indicators, ui.Choice{Value: string(i.ID), Name: name, Chosen: string(i.ID) == chosen})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.show(w, r, status, "importfile", figureFrame(r, "import.title", ""), model)
}

// stageFile takes a file and leads to its columns.
func (s *Server) stageFile(w http.ResponseWriter, r *http.Request) error {
	up, err := uploaded(r)
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return s.showImportFile(w, r, http.StatusRequestEntityTooLarge, "", &ui.FileFault{Key: "import.fault.large", Value: asker(r).P.Number(indicator.MaxFile >> 20)})
	}
	if err != nil {
		return err
	}
	if len(up.File) == 0 {
		return s.showImportFile(w, r, http.StatusUnprocessableEntity, string(up.Indicator), &ui.FileFault{Key: "import.fault.none"})
	}
	_, err = s.o.Desk.Propose(r.Context(), asker(r).User, up)
	if errors.Is(err, vigie.ErrInvalid) {
		faults, _ := fileFaults(err)
		return s.showImportFile(w, r, http.StatusUnprocessableEntity, string(up.Indicator), &faults[0])
	}
	if err != nil {
		return err
	}
	return s.done(w, r, importsPath(asker(r))+"/"+string(up.ID), "")
}

// uploaded reads a form with a file.
func uploaded(r *http.Request) (up curate.Upload, err error) {
	err = sent{fields: 20, fieldMax: 200, upload: indicator.MaxFile}.each(r, func(field, file string, b []byte) {
		switch field {
		case "id":
			up.ID = curate.ImportID(b)
		case "indicateur":
			up.Indicator = vigie.IndicatorID(b)
		case "fichier":
			up.File, up.Name = b, file
		}
	})
	return up, err
}

// onOneLine is a text of at most n characters, on one line.
func onOneLine(text string, n int) string {
	line := []rune(strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " "))
	return string(line[:min(len(line), n)])
}

// planAt is the plan of the file that the address names, read as q says. Where the
// file is not there any more, it leads to where one is sent.
func (s *Server) planAt(w http.ResponseWriter, r *http.Request, q url.Values) (plan curate.Plan, gone bool, err error) {
	plan, err = s.o.Desk.Plan(r.Context(), asker(r).User, curate.ImportID(r.PathValue("id")), layoutFrom(q))
	if errors.Is(err, vigie.ErrNotFound) {
		return plan, true, s.done(w, r, importsPath(asker(r)), "import.gone")
	}
	return plan, false, err
}

// importPreview shows what an import would do.
func (s *Server) importPreview(w http.ResponseWriter, r *http.Request) error {
	plan, gone, err := s.planAt(w, r, r.URL.Query())
	if gone || err != nil {
		return err
	}
	return s.showImport(w, r, http.StatusOK, plan, ui.ImportPreview{Query: r.URL.RawQuery})
}

func (s *Server) showImport(w http.ResponseWriter, r *http.Request, status int, plan curate.Plan, m ui.ImportPreview) error {
	a := asker(r)
	at := importsPath(a) + "/" + string(plan.Upload.ID)
	m.ID, m.File, m.Seen = string(plan.Upload.ID), plan.Upload.Name, plan.Seen
	m.Back = at + "?" + m.Query
	m.About, m.Doubts = aboutFile(a, plan), plan.Layout.Mapping.Doubts
	if plan.Fault != nil {
		m.Faults, m.More = fileFaults(plan.Fault)
		if status == http.StatusOK {
			status = http.StatusUnprocessableEntity
		}
	}
	m.Counts = countsOf(plan.Changes)
	m.Nothing = m.Counts.Added+m.Counts.Revised+m.Counts.Rounded+m.Counts.Restated == 0
	m.Changes, m.Left = s.changeRows(a, plan.Indicators, plan.Changes)
	m.Empty, m.NoArea, m.NoAreaNames, m.Strange = plan.Found.Empty, plan.Found.NoArea, plan.Found.NoAreaNames, plan.Found.Strange
	f := figureFrame(r, "import.title", "")
	if r.Method == http.MethodPost {
		f.Elsewhere = func(l vigie.Lang) (string, bool) { return inLanguage(at+"/apercu?"+m.Query, l), true }
	}
	return s.show(w, r, status, "importpreview", f, m)
}

// aboutFile names what a file is about; "" where its rows do.
func aboutFile(a *asking, plan curate.Plan) string {
	if plan.Upload.Indicator == "" || len(plan.Indicators) != 1 {
		return ""
	}
	name, _ := plan.Indicators[0].Name.In(a.Lang)
	return name
}

func countsOf(c indicator.Changes) ui.ImportCounts {
	return ui.ImportCounts{
		Added: len(c.Added), Revised: len(c.Revised), Rounded: len(c.Rounded), Restated: len(c.Restated),
		Unchanged: c.Unchanged, Absent: len(c.Absent),
	}
}

// mostChanges bounds how many changes of a kind a page lists.
const mostChanges = 100

// changeRows lists what changes, the revisions first, and counts what it leaves
// out.
func (s *Server) changeRows(a *asking, about []vigie.Indicator, c indicator.Changes) (rows []ui.ImportChange, left int) {
	several := len(about) > 1
	row := func(kind string, o vigie.Observation) ui.ImportChange {
		name, _ := s.o.Desk.Place(o.RefArea).In(a.Lang)
		out := ui.ImportChange{Kind: kind, Place: name, Code: o.RefArea, Period: a.P.Period(o.Period), Parts: o.Breakdowns.String()}
		if i := slices.IndexFunc(about, func(i vigie.Indicator) bool { return i.ID == o.Indicator }); several && i >= 0 {
			out.Indicator, _ = about[i].Name.In(a.Lang)
		}
		return out
	}
	show := func(o vigie.Observation) string {
		if o.Value == "" && o.Status.Valid() {
			return a.P.T("obs." + string(o.Status))
		}
		return a.P.Decimal(o.Value, -1)
	}
	for _, list := range []struct {
		kind string
		of   []indicator.Revision
	}{{"revised", c.Revised}, {"added", pairs(c.Added)}, {"rounded", c.Rounded}, {"restated", c.Restated}} {
		for _, change := range list.of[:min(len(list.of), mostChanges)] {
			line := row(list.kind, change.Now)
			line.After = show(change.Now)
			if list.kind != "added" {
				line.Before = show(change.Was)
			}
			rows = append(rows, line)
		}
		left += max(len(list.of)-mostChanges, 0)
	}
	return rows, left
}

// pairs puts observations into revisions of nothing.
func pairs(added []vigie.Observation) []indicator.Revision {
	out := make([]indicator.Revision, len(added))
	for i, o := range added {
		out[i].Now = o
	}
	return out
}

// takeImport does what the preview showed.
func (s *Server) takeImport(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	a := asker(r)
	m := ui.ImportPreview{Query: form.Get("lecture"), Edition: onOneLine(form.Get("edition"), 300), Note: onOneLine(form.Get("note"), 300)}
	q, err := url.ParseQuery(m.Query)
	if err != nil {
		return fmt.Errorf("read the columns: %w: %w", err, vigie.ErrInvalid)
	}
	id := curate.ImportID(r.PathValue("id"))
	release := curate.Release{Seen: vigie.Hash(form.Get("vu")), Edition: m.Edition, Note: m.Note}
	_, err = s.o.Desk.Import(r.Context(), a.User, id, layoutFrom(q), release, auth.Network(a.From))
	switch {
	case err == nil:
		return s.done(w, r, importsPath(a)+"/"+string(id)+"/fait", "import.done")
	case !errors.Is(err, vigie.ErrConflict) && !errors.Is(err, vigie.ErrInvalid) && !errors.Is(err, vigie.ErrNotFound):
		return err
	}
	m.Stale = errors.Is(err, vigie.ErrConflict)
	status := statusOf(err)
	plan, gone, err := s.planAt(w, r, q)
	if gone || err != nil {
		return err
	}
	if status == http.StatusBadRequest {
		status = http.StatusUnprocessableEntity
	}
	return s.showImport(w, r, status, plan, m)
}

// importDone tells what an import did.
func (s *Server) importDone(w http.ResponseWriter, r *http.Request) error {
	plan, gone, err := s.planAt(w, r, nil)
	if gone || err != nil {
		return err
	}
	a := asker(r)
	if plan.Done == nil {
		return s.done(w, r, importsPath(a)+"/"+string(plan.Upload.ID), "")
	}
	v := plan.Done.Vintage
	model := ui.ImportDone{
		Counts: ui.ImportCounts{Added: v.Added, Revised: v.Revised, Rounded: v.Rounded}, Edition: v.Edition, Released: v.Released.In(a.Now.Location()),
	}
	err = s.o.DB.View(func(tx *store.Tx) error {
		if model.Figures, err = figureLinks(tx, a, v); err != nil {
			return err
		}
		for _, c := range plan.Done.Computed {
			links, err := figureLinks(tx, a, c)
			if err != nil {
				return err
			}
			model.Computed = append(model.Computed, links...)
		}
		model.Marks, err = s.importMarks(tx, a, plan.Done.Marks)
		return err
	})
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "importdone", figureFrame(r, "import.title", ""), model)
}

func figureLinks(tx *store.Tx, a *asking, v vigie.Vintage) ([]ui.Link, error) {
	var out []ui.Link
	for _, id := range v.Indicators {
		i, err := tx.Indicator(id)
		if err != nil {
			return nil, err
		}
		name, _ := i.Name.In(a.Lang)
		out = append(out, ui.Link{Title: name, URL: figurePath(a.Lang, id)})
	}
	return out, nil
}

// importMarks tells which syntheses show what moved.
func (s *Server) importMarks(tx *store.Tx, a *asking, marks []vigie.FigureMark) ([]ui.ImportMark, error) {
	var out []ui.ImportMark
	for _, m := range marks {
		synthesis, err := tx.Synthesis(m.Synthesis)
		if err != nil {
			return nil, err
		}
		i, err := tx.Indicator(vigie.IndicatorID(m.Indicator))
		if err != nil {
			return nil, err
		}
		title := vigie.Text{}
		for lang, v := range synthesis.Versions {
			title[lang] = v.Title
		}
		mark := ui.ImportMark{URL: "/" + string(a.Lang) + "/bureau/syntheses/" + string(m.Synthesis), Period: a.P.Period(m.Period)}
		mark.Title, _ = title.In(a.Lang)
		mark.Figure, _ = i.Name.In(a.Lang)
		mark.Place, _ = s.o.Desk.Place(m.Area).In(a.Lang)
		was, now := vigie.Observation{Value: m.Before, Status: vigie.MissingNotAsked}, vigie.Observation{Value: m.After, Status: vigie.MissingNotAsked}
		mark.Before, mark.After = shownPair(a, indicator.Revision{Was: was, Now: now}, i.Decimals)
		out = append(out, mark)
	}
	return out, nil
}
