package web

import (
	"net/http"
	"slices"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/web/ui"
)

// uploadBytes is the most that a form with a file may bring: the file and what
// goes around it.
const uploadBytes = 21 << 20

// figureRoutes are for indicators, those of the public and of the desk.
func (s *Server) figureRoutes() []Route {
	desk := func(pattern string, handle func(http.ResponseWriter, *http.Request) error) Route {
		return Route{Pattern: pattern, Permission: vigie.KeepFigures, handle: handle}
	}
	const kept, imports = "/{language}/bureau/indicateurs", "/{language}/bureau/importations"
	upload := desk("POST "+imports, s.stageFile)
	upload.Body = uploadBytes
	return []Route{
		{Pattern: "GET /{language}/indicateurs", Permission: vigie.ReadPublic, handle: s.indicators},
		{Pattern: "GET /{language}/indicateurs/{name}", Permission: vigie.ReadPublic, handle: s.indicator},
		desk("GET "+kept, s.figures),
		desk("POST "+kept, s.addIndicator),
		desk("GET "+kept+"/{id}", s.editIndicator),
		desk("POST "+kept+"/{id}", s.keepIndicator),
		desk("POST "+kept+"/{id}/supprimer", s.dropIndicator),
		desk("GET "+kept+"/{id}/editions", s.vintages),
		desk("GET /{language}/bureau/nouvel-indicateur", s.newIndicator),
		desk("GET "+imports, s.importFile),
		upload,
		desk("GET "+imports+"/{id}", s.importColumns),
		desk("GET "+imports+"/{id}/apercu", s.importPreview),
		desk("POST "+imports+"/{id}", s.takeImport),
		desk("GET "+imports+"/{id}/fait", s.importDone),
	}
}

// figurePath is the public address of an indicator.
func figurePath(lang vigie.Lang, id vigie.IndicatorID) string {
	return "/" + string(lang) + "/indicateurs/" + string(id)
}

// firstFigure is the series of an indicator that is shown first: that of the
// observatory's country, or of the first place that has a value.
func (s *Server) firstFigure(tx *store.Tx, a *asking, id vigie.IndicatorID) (curate.Figure, error) {
	if country := a.Settings.Country; country != "" {
		f, err := s.o.Desk.Figure(tx, vigie.Embed{Indicator: string(id), Area: country})
		if err == nil || statusOf(err) != http.StatusNotFound {
			return f, err
		}
	}
	areas, err := tx.Areas(id)
	if err != nil {
		return curate.Figure{}, err
	}
	for _, area := range areas[:min(len(areas), 20)] {
		f, err := s.o.Desk.Figure(tx, vigie.Embed{Indicator: string(id), Area: area})
		if err == nil || statusOf(err) != http.StatusNotFound {
			return f, err
		}
	}
	return curate.Figure{}, vigie.ErrNotFound
}

// indicators lists what is measured, by topic. What has no value yet is left out.
func (s *Server) indicators(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	var model ui.Indicators
	err := s.o.DB.View(func(tx *store.Tx) error {
		topics, err := tx.Topics()
		if err != nil {
			return err
		}
		var shown []curate.Figure
		for i, err := range tx.Indicators() {
			if err != nil {
				return err
			}
			f, err := s.firstFigure(tx, a, i.ID)
			if statusOf(err) == http.StatusNotFound && err != nil {
				continue
			}
			if err != nil {
				return err
			}
			shown = append(shown, f)
		}
		model.Groups = figureGroups(a, topics, shown)
		return nil
	})
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "indicators", frame{Key: "indicator.title", Door: "door.indicators", Index: true}, model)
}

// figureGroups puts each figure under the first topic that it has.
func figureGroups(a *asking, topics []vigie.Topic, shown []curate.Figure) []ui.FigureGroup {
	var out []ui.FigureGroup
	n := 0
	group := func(id, title string, belongs func(curate.Figure) bool) {
		g := ui.FigureGroup{ID: id, Topic: title}
		for _, f := range shown {
			if belongs(f) {
				g.Figures = append(g.Figures, keyFigure(a, f, n))
				n++
			}
		}
		if len(g.Figures) > 0 {
			out = append(out, g)
		}
	}
	first := func(f curate.Figure) string {
		for _, t := range topics {
			if slices.Contains(f.Indicator.Topics, t.ID) {
				return t.ID
			}
		}
		return ""
	}
	for _, t := range topics {
		label, _ := t.Labels.In(a.Lang)
		group(t.ID, label, func(f curate.Figure) bool { return first(f) == t.ID })
	}
	group("", "", func(f curate.Figure) bool { return first(f) == "" })
	return out
}
