package web

import (
	"cmp"
	"errors"
	"slices"
	"strconv"

	"vigie"
	"vigie/index/store"
	"vigie/web/ui"
)

// Rows of the form of key figures.
const (
	mostFigures = 12 // as vigie.Settings bounds them
	freeRows    = 2
)

// publishingForm asks for the rules of publishing, and for the key figures in rows
// of a rank, an indicator and a place.
func (s *Server) publishingForm(tx *store.Tx, a *asking, kept vigie.Settings, posted map[string][]string) (questionnaire, error) {
	two := asks("choice", "two", "settings.two", "settings.two.hint", "settings.fault.two")
	two.Options = []ui.Offer{
		{Value: "yes", Label: a.P.T("settings.two.yes"), Chosen: kept.Rules.TwoPersons},
		{Value: "no", Label: a.P.T("settings.two.no"), Chosen: !kept.Rules.TwoPersons},
	}
	two.set = func(settings *vigie.Settings, given []string) error {
		answer := said(given)
		if answer != "yes" && answer != "no" { // a form that was cut short must not end the rule
			return &vigie.InvalidError{Field: "two", Reason: "is neither yes nor no"}
		}
		settings.Rules.TwoPersons = answer == "yes"
		return nil
	}
	indicators, err := s.indicatorOptions(tx, a)
	if err != nil {
		return questionnaire{}, err
	}
	rows := min(mostFigures, len(kept.KeyFigures)+freeRows)
	for n := 1; n <= mostFigures; n++ {
		if said(posted[numbered("indicator", n)]) != "" {
			rows = max(rows, n)
		}
	}
	form := questionnaire{
		groups: []questions{{list: []question{two}}},
		lists:  []ui.Suggestions{s.placeList(a)},
		fields: map[string]ui.Trouble{"key_figures": {Field: numbered("indicator", 1), Key: "settings.fault.figure"}},
	}
	for n := 1; n <= rows; n++ {
		var e vigie.Embed
		if n <= len(kept.KeyFigures) {
			e = kept.KeyFigures[n-1]
		}
		form.groups = append(form.groups, figureRow(n, e, indicators, kept.Country))
	}
	form.rest = func(next *vigie.Settings, posted map[string][]string) (troubles []ui.Trouble, err error) {
		err = s.o.DB.View(func(tx *store.Tx) error {
			troubles, err = s.readFigures(tx, next, posted)
			return err
		})
		return troubles, err
	}
	return form, nil
}

// numbered is the name of a field in a row.
func numbered(name string, n int) string { return name + "-" + strconv.Itoa(n) }

// indicatorOptions are all indicators, and none.
func (s *Server) indicatorOptions(tx *store.Tx, a *asking) ([]ui.Offer, error) {
	out := []ui.Offer{{Label: a.P.T("settings.figure.none")}}
	for i, err := range tx.Indicators() {
		if err != nil {
			return nil, err
		}
		name, in := i.Name.In(a.Lang)
		out = append(out, ui.Offer{Value: string(i.ID), Label: cmp.Or(name, string(i.ID)), Lang: in, Dir: in.Direction()})
	}
	return out, nil
}

// figureRow asks for one key figure.
func figureRow(n int, e vigie.Embed, indicators []ui.Offer, country string) questions {
	rank := asks("number", numbered("rank", n), "settings.figure.rank", "", "settings.fault.rank")
	rank.Value, rank.Min, rank.Max = strconv.Itoa(n), 1, mostFigures
	which := asks("select", numbered("indicator", n), "settings.figure.indicator", "", "settings.fault.figure")
	which.Options = slices.Clone(indicators)
	for i := range which.Options {
		which.Options[i].Chosen = which.Options[i].Value == e.Indicator
	}
	place := asks("code", numbered("area", n), "settings.figure.area", "", "settings.fault.area")
	place.Value, place.Max, place.List = cmp.Or(e.Area, country), 20, "places"
	return questions{legend: "settings.figure", number: n, list: []question{rank, which, place}}
}

// readFigures reads the rows, in the order of their ranks. A figure that stays keeps
// its release.
func (s *Server) readFigures(tx *store.Tx, next *vigie.Settings, posted map[string][]string) ([]ui.Trouble, error) {
	type row struct {
		rank  int
		embed vigie.Embed
	}
	var rows []row
	var troubles []ui.Trouble
	for n := 1; n <= mostFigures; n++ {
		e := vigie.Embed{Indicator: said(posted[numbered("indicator", n)]), Area: said(posted[numbered("area", n)])}
		if e.Indicator == "" {
			continue
		}
		if i := slices.IndexFunc(next.KeyFigures, e.Same); i >= 0 {
			e = next.KeyFigures[i]
		}
		rank, err := strconv.Atoi(said(posted[numbered("rank", n)]))
		if err != nil || rank < 1 || rank > mostFigures {
			troubles = append(troubles, ui.Trouble{Field: numbered("rank", n), Key: "settings.fault.rank"})
		}
		if slices.ContainsFunc(rows, func(r row) bool { return r.embed.Same(e) }) {
			troubles = append(troubles, ui.Trouble{Field: numbered("indicator", n), Key: "settings.fault.twice"})
		}
		switch err := s.o.Desk.Shows(tx, e); {
		case errors.Is(err, vigie.ErrInvalid):
			troubles = append(troubles, figureTrouble(tx, n, e))
		case err != nil:
			return nil, err
		}
		rows = append(rows, row{rank, e})
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.rank, b.rank) })
	next.KeyFigures = nil
	for _, r := range rows {
		next.KeyFigures = append(next.KeyFigures, r.embed)
	}
	return troubles, nil
}

// figureTrouble says whether the indicator of a row is unknown or only the place.
func figureTrouble(tx *store.Tx, n int, e vigie.Embed) ui.Trouble {
	if _, err := tx.Indicator(vigie.IndicatorID(e.Indicator)); errors.Is(err, vigie.ErrNotFound) {
		return ui.Trouble{Field: numbered("indicator", n), Key: "settings.fault.figure"}
	}
	return ui.Trouble{Field: numbered("area", n), Key: "settings.fault.area"}
}
