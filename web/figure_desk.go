package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/web/auth"
	"vigie/web/ui"
)

// figuresPath is where the desk keeps indicators.
func figuresPath(a *asking) string { return "/" + string(a.Lang) + "/bureau/indicateurs" }

// figureFrame is the frame of a page of the desk about indicators. An answer to a
// form is elsewhere to be found in other languages.
func figureFrame(r *http.Request, key, title string) frame {
	f := frame{Key: key, Title: title, Desk: true, Door: "door.figures"}
	if r.Method == http.MethodPost {
		f.Elsewhere = func(l vigie.Lang) (string, bool) { return "/" + string(l) + "/bureau/indicateurs", true }
	}
	return f
}

// figures lists the indicators for the desk.
func (s *Server) figures(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	here := figuresPath(a)
	model := ui.Figures{Import: importsPath(a), New: "/" + string(a.Lang) + "/bureau/nouvel-indicateur"}
	err := s.o.DB.View(func(tx *store.Tx) error {
		vintages, err := tx.Vintages("")
		if err != nil {
			return err
		}
		marked, err := markedSyntheses(tx)
		if err != nil {
			return err
		}
		for i, err := range tx.Indicators() {
			if err != nil {
				return err
			}
			row := ui.FigureRow{ID: string(i.ID), URL: here + "/" + string(i.ID), Vintages: here + "/" + string(i.ID) + "/editions", Computed: i.Formula != ""}
			row.Title, _ = i.Name.In(a.Lang)
			row.Source = curate.Figure{Indicator: i}.Source()
			for _, v := range vintages {
				if slices.Contains(v.Indicators, i.ID) {
					row.Count++
				}
			}
			row.Marked = marked[string(i.ID)]
			f, err := s.firstFigure(tx, a, i.ID)
			switch {
			case err == nil:
				key := keyFigure(a, f, len(model.Rows))
				row.Value, row.Unit, row.Place, row.Period, row.Page = key.Value, key.Unit, key.Place, key.Period, key.URL
			case statusOf(err) != http.StatusNotFound:
				return err
			}
			model.Rows = append(model.Rows, row)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "indicatordesk", figureFrame(r, "indicator.desk", ""), model)
}

// markedSyntheses counts the syntheses that show a figure of each indicator which
// moved.
func markedSyntheses(tx *store.Tx) (map[string]int, error) {
	marks, err := tx.Marks("")
	if err != nil {
		return nil, err
	}
	seen := map[[2]string]bool{}
	out := map[string]int{}
	for _, m := range marks {
		if key := [2]string{m.Indicator, string(m.Synthesis)}; !seen[key] {
			seen[key] = true
			out[m.Indicator]++
		}
	}
	return out, nil
}

func (s *Server) newIndicator(w http.ResponseWriter, r *http.Request) error {
	return s.showIndicator(w, r, http.StatusOK, vigie.Indicator{Freq: vigie.Annual, Decimals: 1}, ui.FigureForm{New: true})
}

func (s *Server) editIndicator(w http.ResponseWriter, r *http.Request) error {
	i, err := s.indicatorAt(r)
	if err != nil {
		return err
	}
	seen, err := curate.Fingerprint(i)
	if err != nil {
		return err
	}
	return s.showIndicator(w, r, http.StatusOK, i, ui.FigureForm{Seen: seen})
}

// indicatorAt is the indicator that the address names.
func (s *Server) indicatorAt(r *http.Request) (i vigie.Indicator, err error) {
	err = s.o.DB.View(func(tx *store.Tx) error {
		i, err = tx.Indicator(vigie.IndicatorID(r.PathValue("id")))
		return err
	})
	return i, err
}

// showIndicator shows the form with what stands in i.
func (s *Server) showIndicator(w http.ResponseWriter, r *http.Request, status int, i vigie.Indicator, m ui.FigureForm) error {
	a := asker(r)
	m.ID = string(i.ID)
	if m.Decimals == "" {
		m.Decimals = strconv.Itoa(i.Decimals)
	}
	m.Measure, m.Publisher, m.Source, m.SourceURL, m.Licence, m.Formula = i.UnitMeasure, i.Publisher, i.Source, i.SourceURL, i.Licence, i.Formula
	for _, c := range i.Codes {
		m.Codes += strings.TrimSpace(c.Scheme+" "+c.Code+" "+c.Edition) + "\n"
	}
	for _, l := range vigie.SortLangs(slices.Clone(s.locales.Languages())) {
		p := s.locales.For(l)
		m.Texts = append(m.Texts, ui.FigureTexts{Lang: l, Dir: p.Dir(), LangName: p.Name(), Name: i.Name[l], Unit: i.Unit[l], Definition: i.Definition[l]})
	}
	for _, f := range []vigie.Frequency{vigie.Annual, vigie.HalfYearly, vigie.Quarterly, vigie.Monthly} {
		m.Freqs = append(m.Freqs, ui.Choice{Value: string(f), Name: "indicator.freq." + string(f), Chosen: f == i.Freq})
	}
	err := s.o.DB.View(func(tx *store.Tx) error { return formChoices(tx, a, i, &m) })
	if err != nil {
		return err
	}
	title, _ := i.Name.In(a.Lang)
	f := figureFrame(r, "", title)
	if m.New {
		f = figureFrame(r, "indicator.new", "")
	} else {
		m.Vintages = figuresPath(a) + "/" + m.ID + "/editions"
	}
	return s.show(w, r, status, "indicatorform", f, m)
}

// formChoices fills in what the form of an indicator offers.
func formChoices(tx *store.Tx, a *asking, i vigie.Indicator, m *ui.FigureForm) error {
	topics, err := tx.Topics()
	if err != nil {
		return err
	}
	for _, t := range topics {
		label, _ := t.Labels.In(a.Lang)
		m.Topics = append(m.Topics, ui.Choice{Value: t.ID, Name: label, Chosen: slices.Contains(i.Topics, t.ID)})
	}
	for other, err := range tx.Indicators() {
		if err != nil {
			return err
		}
		if other.ID != i.ID {
			m.Names = append(m.Names, string(other.ID))
		}
	}
	if m.New {
		return nil
	}
	vintages, err := tx.Vintages(i.ID)
	if err != nil {
		return err
	}
	named, err := curate.Formulas(tx, i.ID)
	m.Deletable = len(vintages) == 0 && len(named) == 0
	return err
}

func (s *Server) addIndicator(w http.ResponseWriter, r *http.Request) error {
	return s.takeIndicator(w, r, "")
}

func (s *Server) keepIndicator(w http.ResponseWriter, r *http.Request) error {
	return s.takeIndicator(w, r, vigie.IndicatorID(r.PathValue("id")))
}

// takeIndicator keeps what stands in the form: a new indicator where id is "".
func (s *Server) takeIndicator(w http.ResponseWriter, r *http.Request, id vigie.IndicatorID) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	a := asker(r)
	m := ui.FigureForm{New: id == "", Seen: vigie.Hash(form.Get("vu")), Decimals: form.Get("decimals")}
	if m.New {
		m.Seen, id = "", vigie.IndicatorID(strings.TrimSpace(form.Get("id")))
	} else if m.Seen == "" {
		return &vigie.InvalidError{Field: "vu", Reason: "is missing"}
	}
	i := s.indicatorFrom(form, id)
	if i.Decimals, err = strconv.Atoi(strings.TrimSpace(m.Decimals)); err != nil {
		i.Decimals = -1
	}
	switch err := s.o.Desk.PutIndicator(r.Context(), a.User, i, m.Seen, auth.Network(a.From)); {
	case err == nil:
		return s.done(w, r, figuresPath(a)+"/"+string(id), "indicator.kept")
	case errors.Is(err, vigie.ErrConflict) && m.New:
		m.Faults = []ui.FormFault{{Field: "id", Key: "indicator.fault.taken"}}
	case errors.Is(err, vigie.ErrConflict):
		m.Stale = true
		return s.showIndicator(w, r, http.StatusConflict, i, m)
	default:
		bad, ok := errors.AsType[*vigie.InvalidError](err)
		if !ok {
			return err
		}
		m.Faults = []ui.FormFault{formFault(bad)}
	}
	return s.showIndicator(w, r, http.StatusUnprocessableEntity, i, m)
}

// indicatorFrom reads the form.
func (s *Server) indicatorFrom(form url.Values, id vigie.IndicatorID) vigie.Indicator {
	line := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	text := func(name string) vigie.Text {
		out := vigie.Text{}
		for _, l := range s.locales.Languages() {
			if words := strings.ReplaceAll(line(name+"."+string(l)), "\r\n", "\n"); words != "" {
				out[l] = words
			}
		}
		if len(out) == 0 {
			return nil
		}
		return out
	}
	i := vigie.Indicator{
		ID: id, Name: text("name"), Unit: text("unit"), Definition: text("definition"), UnitMeasure: line("unit_measure"),
		Freq: vigie.Frequency(line("freq")), Publisher: line("publisher"), Source: line("source"), SourceURL: line("source_url"),
		Licence: line("licence"), Formula: line("formula"), Topics: form["topics"],
	}
	for row := range strings.Lines(form.Get("codes")) {
		if part := strings.Fields(row); len(part) >= 2 && len(i.Codes) < 20 {
			i.Codes = append(i.Codes, vigie.IndicatorCode{Scheme: part[0], Code: part[1], Edition: strings.Join(part[2:], " ")})
		}
	}
	return i
}

// formFault puts what is wrong with an indicator into words.
func formFault(bad *vigie.InvalidError) ui.FormFault {
	f := ui.FormFault{Field: bad.Field}
	switch name, _, _ := strings.Cut(bad.Field, "."); name {
	case "id", "freq", "decimals", "unit_measure", "source_url":
		f.Key = "indicator.fault." + name
	case "name":
		f.Key = "indicator.fault.name"
		if name == bad.Field {
			f.Field = "name.fr"
		}
	case "formula":
		f.Key, f.Detail = formulaFault(bad.Reason)
	default:
		f.Key = "indicator.fault.long"
	}
	return f
}

// dropIndicator forgets an indicator that has no values.
func (s *Server) dropIndicator(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	if err := s.o.Desk.DeleteIndicator(r.Context(), a.User, vigie.IndicatorID(r.PathValue("id")), auth.Network(a.From)); err != nil {
		return err
	}
	return s.done(w, r, figuresPath(a), "indicator.removed")
}
