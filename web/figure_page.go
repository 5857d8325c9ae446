package web

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"vigie"
	"vigie/curate"
	"vigie/curate/chart"
	"vigie/curate/indicator"
	"vigie/index/store"
	"vigie/web/ui"
)

// Bounds of the page of an indicator.
const (
	mostCompared = 5
	mostMoves    = 12
	mostUsed     = 20
)

// indicator is the page of an indicator, or a file of its values where the name
// ends so.
func (s *Server) indicator(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	for _, suffix := range []string{".csv", ".xlsx"} {
		if id, ok := strings.CutSuffix(name, suffix); ok {
			return s.figureFile(w, r, vigie.IndicatorID(id), suffix)
		}
	}
	a := asker(r)
	model := ui.Indicator{ID: name, Now: a.Now, Address: s.address(r, figurePath(a.Lang, vigie.IndicatorID(name)))}
	var f curate.Figure
	out, err := s.onShelf(a.Lang)
	if err != nil {
		return err
	}
	err = s.o.DB.View(func(tx *store.Tx) error {
		var err error
		if f, err = s.chosenFigure(tx, a, vigie.IndicatorID(name), r.URL.Query().Get("lieu")); err != nil {
			return err
		}
		return s.fillIndicator(tx, a, out, r.URL.Query(), f, &model)
	})
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "indicator", frame{
		Title: model.Title, Door: "door.indicators", Index: true, Canonical: r.URL.Path, Description: model.Definition,
	}, model)
}

// chosenFigure is the series of the place that was asked for; where it has no
// values, of the one that is shown first.
func (s *Server) chosenFigure(tx *store.Tx, a *asking, id vigie.IndicatorID, area string) (curate.Figure, error) {
	if !id.Valid() {
		return curate.Figure{}, fmt.Errorf("find indicator %.60q: %w", id, vigie.ErrNotFound)
	}
	if _, err := tx.Indicator(id); err != nil {
		return curate.Figure{}, err
	}
	if vigie.ValidCode(area) {
		f, err := s.o.Desk.Figure(tx, vigie.Embed{Indicator: string(id), Area: area})
		if err == nil || statusOf(err) != http.StatusNotFound {
			return f, err
		}
	}
	return s.firstFigure(tx, a, id)
}

func (s *Server) fillIndicator(tx *store.Tx, a *asking, out *display, q url.Values, f curate.Figure, m *ui.Indicator) error {
	i := f.Indicator
	m.Key = keyFigure(a, f, 0)
	m.Title, m.Site = m.Key.Title, s.siteName(a)
	var lang vigie.Lang
	if m.Definition, lang = i.Definition.In(a.Lang); lang != a.Lang {
		m.DefLang = lang
	}
	m.Publisher, m.Source, m.SourceURL, m.Licence, m.Freq, m.Codes = i.Publisher, i.Source, i.SourceURL, i.Licence, i.Freq, i.Codes
	m.Edition, m.Released = f.Vintage.Edition, f.Vintage.Released.In(a.Now.Location())
	path := figurePath(a.Lang, i.ID)
	m.CSV, m.ExcelCSV, m.XLSX = path+".csv", path+".csv?pour=excel", path+".xlsx"
	if err := s.comparePlaces(tx, a, q["avec"], f, m); err != nil {
		return err
	}
	var err error
	if m.Formula, err = formulaWords(tx, a, i.Formula); err != nil {
		return err
	}
	if m.Revisions, err = movesOf(tx, a, f); err != nil {
		return err
	}
	topics, err := tx.Topics()
	if err != nil {
		return err
	}
	used := out.showing[string(i.ID)]
	m.Used = s.teasers(a, topics, used[:min(len(used), mostUsed)])
	m.Topics = linksTo(a, topics, i.Topics)
	return nil
}

// siteName is what the observatory is called.
func (s *Server) siteName(a *asking) string {
	name, _ := a.Settings.Name.In(a.Lang)
	return name
}

// comparePlaces draws the chosen place with up to five others beside it.
func (s *Server) comparePlaces(tx *store.Tx, a *asking, with []string, f curate.Figure, m *ui.Indicator) error {
	areas, err := tx.Areas(f.Indicator.ID)
	if err != nil {
		return err
	}
	c := f.Chart("figure", a.P)
	codes := []string{f.Area}
	for _, area := range with {
		if slices.Contains(codes, area) || !slices.Contains(areas, area) || len(codes) > mostCompared {
			continue
		}
		other, err := s.o.Desk.Figure(tx, vigie.Embed{Indicator: string(f.Indicator.ID), Area: area})
		if statusOf(err) == http.StatusNotFound && err != nil {
			continue
		}
		if err != nil {
			return err
		}
		name, _ := other.AreaName.In(a.Lang)
		c.Series = append(c.Series, chart.SeriesOf(name, other.Series))
		codes = append(codes, area)
	}
	for _, code := range codes[1:] {
		rest := slices.DeleteFunc(slices.Clone(codes), func(c string) bool { return c == code })
		name, _ := s.o.Desk.Place(code).In(a.Lang)
		m.Compared = append(m.Compared, ui.Compared{Code: code, Name: name, Without: figureQuery(a.Lang, f.Indicator.ID, rest)})
	}
	for _, code := range s.o.Desk.SortPlaces(areas, a.Lang) {
		name, _ := s.o.Desk.Place(code).In(a.Lang)
		if name != code {
			name += " (" + code + ")"
		}
		m.Places = append(m.Places, ui.Choice{Value: code, Name: name, Chosen: code == f.Area})
		if !slices.Contains(codes, code) && len(codes) <= mostCompared {
			m.More = append(m.More, ui.Choice{Value: code, Name: name})
		}
	}
	m.Chart = template.HTML(c.Line(a.P)) //nolint:gosec // package chart escapes what it draws
	m.Says, m.Table = c.SentenceParts(a.P), c.Table(a.P)
	return nil
}

// figureQuery is the page of an indicator for places, the chosen one first.
func figureQuery(lang vigie.Lang, id vigie.IndicatorID, codes []string) string {
	q := url.Values{"lieu": codes[:1]}
	if len(codes) > 1 {
		q["avec"] = codes[1:]
	}
	return figurePath(lang, id) + "?" + q.Encode()
}

// formulaWords is a formula with the names of its indicators.
func formulaWords(tx *store.Tx, a *asking, formula string) ([]ui.FormulaPart, error) {
	if formula == "" {
		return nil, nil
	}
	var out []ui.FormulaPart
	for _, part := range curate.FormulaParts(formula) {
		shown := ui.FormulaPart{Text: part.Text}
		switch {
		case part.Function != "":
			shown.Key = "indicator.formula." + part.Function
		case part.Indicator != "":
			i, err := tx.Indicator(part.Indicator)
			if err != nil && statusOf(err) != http.StatusNotFound {
				return nil, err
			}
			name, _ := i.Name.In(a.Lang)
			shown = ui.FormulaPart{Link: ui.Link{Title: name, URL: figurePath(a.Lang, part.Indicator)}}
			if name == "" {
				shown.Link.Title = string(part.Indicator)
			}
		}
		out = append(out, shown)
	}
	return out, nil
}

// movesOf tells which values of a series were changed beyond rounding, and by
// which publication; the newest first.
func movesOf(tx *store.Tx, a *asking, f curate.Figure) ([]ui.Revised, error) {
	byVintage := map[vigie.VintageID][]vigie.Observation{}
	for o, err := range tx.History(f.Indicator.ID, f.Area) {
		if err != nil {
			return nil, err
		}
		if len(o.Breakdowns) == 0 {
			byVintage[o.Vintage] = append(byVintage[o.Vintage], o)
		}
	}
	vintages, err := tx.Vintages(f.Indicator.ID)
	if err != nil {
		return nil, err
	}
	var known []vigie.Observation
	var out []ui.Revised
	for _, v := range vintages {
		now := byVintage[v.ID]
		for _, r := range indicator.Compare(known, now).Revised {
			before, after := shownPair(a, r, f.Indicator.Decimals)
			out = append(out, ui.Revised{
				Period: a.P.Period(r.Now.Period), Before: before, After: after, Edition: v.Edition, At: v.Released.In(a.Now.Location()),
			})
		}
		known = indicator.AsOf(append(known, now...), "")
	}
	slices.Reverse(out)
	return out[:min(len(out), mostMoves)], nil
}

// shownPair writes two values as they are shown, or with all their digits where
// rounding would hide the difference.
func shownPair(a *asking, r indicator.Revision, decimals int) (before, after string) {
	if r.Was.Value.Round(decimals) == r.Now.Value.Round(decimals) {
		decimals = -1
	}
	show := func(o vigie.Observation) string {
		if o.Value == "" {
			return a.P.T("obs." + string(o.Status))
		}
		return a.P.Decimal(o.Value, decimals)
	}
	return show(r.Was), show(r.Now)
}
