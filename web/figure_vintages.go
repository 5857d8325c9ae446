package web

import (
	"net/http"
	"net/url"

	"vigie"
	"vigie/curate"
	"vigie/curate/indicator"
	"vigie/index/store"
	"vigie/web/ui"
)

// vintages lists the publications of an indicator and compares two of them: the
// last two, or those that were asked for.
func (s *Server) vintages(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	id := vigie.IndicatorID(r.PathValue("id"))
	model := ui.Vintages{ID: string(id), Back: figuresPath(a) + "/" + string(id)}
	err := s.o.DB.View(func(tx *store.Tx) error {
		i, err := tx.Indicator(id)
		if err != nil {
			return err
		}
		model.Title, _ = i.Name.In(a.Lang)
		all, err := tx.Vintages(id)
		if err != nil || len(all) == 0 {
			return err
		}
		from, to := comparedVintages(all, r.URL.Query())
		for _, v := range all {
			row := vintageRow(tx, a, v)
			model.List = append([]ui.VintageRow{row}, model.List...)
			name := vintageName(a, row)
			model.From = append(model.From, ui.Choice{Value: string(v.ID), Name: name, Chosen: v.ID == from})
			model.To = append(model.To, ui.Choice{Value: string(v.ID), Name: name, Chosen: v.ID == to})
		}
		if model.Compared = from != to; !model.Compared {
			return nil
		}
		before, err := curate.Known(tx, id, "", from)
		if err != nil {
			return err
		}
		after, err := curate.Known(tx, id, "", to)
		if err != nil {
			return err
		}
		c := indicator.Compare(before, after)
		model.Counts = countsOf(c)
		model.Changes, model.Left = s.changeRows(a, []vigie.Indicator{i}, c)
		return nil
	})
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "indicatorvintages", figureFrame(r, "", model.Title), model)
}

// comparedVintages are those that were asked for, and otherwise the last two.
func comparedVintages(all []vigie.Vintage, q url.Values) (from, to vigie.VintageID) {
	to = all[len(all)-1].ID
	from = all[max(len(all)-2, 0)].ID
	for _, v := range all {
		if string(v.ID) == q.Get("de") {
			from = v.ID
		}
		if string(v.ID) == q.Get("a") {
			to = v.ID
		}
	}
	return from, to
}

// vintageName is what people call a publication.
func vintageName(a *asking, row ui.VintageRow) string {
	day := a.P.Date(vigie.Date{Time: row.Released, Precision: vigie.Day})
	if row.Edition == "" {
		return day
	}
	return row.Edition + " (" + day + ")"
}

// vintageRow is a publication with the name of who took it in.
func vintageRow(tx *store.Tx, a *asking, v vigie.Vintage) ui.VintageRow {
	return ui.VintageRow{
		Edition: v.Edition, Note: v.Note, By: named(tx, v.By), Released: v.Released.In(a.Now.Location()),
		Added: v.Added, Revised: v.Revised, Rounded: v.Rounded, Computed: v.File == "",
	}
}
