package archive

import (
	"context"
	"errors"
	"slices"
	"time"

	"vigie"
	"vigie/index/store"
)

// desk writes the settings, topics, pages and syntheses, each synthesis with its
// editions and marks as they are at one moment.
func (e *exporter) desk(ctx context.Context) error {
	var ids []vigie.SynthesisID
	err := e.pages(ctx, func(tx *store.Tx) (bool, error) {
		for s, err := range tx.Syntheses() {
			if err != nil {
				return false, err
			}
			ids = append(ids, s.ID)
		}
		slices.Sort(ids)
		return false, e.deskSettings(tx)
	})
	if err != nil {
		return err
	}
	return e.pages(ctx, func(tx *store.Tx) (more bool, err error) {
		for len(ids) > 0 && e.page.Len() < pageBytes {
			if err := e.synthesis(tx, ids[0]); err != nil {
				return false, err
			}
			ids = ids[1:]
		}
		return len(ids) > 0, nil
	})
}

func (e *exporter) deskSettings(tx *store.Tx) error {
	s, err := tx.Settings()
	if err := errors.Join(err, e.line(viewSettings(s), &e.report.Settings)); err != nil {
		return err
	}
	topics, err := tx.Topics()
	if err != nil {
		return err
	}
	for _, t := range topics {
		if err := e.line(topic{Type: "topic", ID: t.ID, Labels: t.Labels}, &e.report.Topics); err != nil {
			return err
		}
	}
	for p, err := range tx.PageTexts() {
		v := page{Type: "page", Page: p.Page, Lang: p.Lang, Title: p.Title, Body: p.Body, By: p.By, At: p.At, N: p.N}
		if err := errors.Join(err, e.line(v, &e.report.Pages)); err != nil {
			return err
		}
	}
	return nil
}

func (e *exporter) synthesis(tx *store.Tx, id vigie.SynthesisID) error {
	s, err := tx.Synthesis(id)
	if err := errors.Join(err, e.line(viewSynthesis(s), &e.report.Syntheses)); err != nil {
		return err
	}
	for x, err := range tx.Editions(id) {
		if err := errors.Join(err, e.line(viewEdition(x), &e.report.Editions)); err != nil {
			return err
		}
	}
	marks, err := tx.Marks(id)
	for _, m := range marks {
		v := figureMark{
			Type: "mark", Synthesis: m.Synthesis, Indicator: m.Indicator, Area: m.Area, Period: m.Period, Before: m.Before, After: m.After,
			Vintage: m.Vintage, At: m.At,
		}
		err = errors.Join(err, e.line(v, &e.report.Marks))
	}
	return err
}

// seenDesk is what the lines about the desk were so far.
type seenDesk struct {
	topic     string
	page      string
	synthesis vigie.SynthesisID
	// owed counts the editions of the synthesis that are still to come, by language.
	owed map[vigie.Lang]int
	next map[vigie.Lang]int
}

// settled reports whether no edition of the last synthesis is missing.
func (s seenDesk) settled() bool {
	for _, n := range s.owed {
		if n > 0 {
			return false
		}
	}
	return true
}

// deskLine reads a line about the desk and reports whether it fits those before it.
func (v *verifier) deskLine(kind string, line []byte) (ok bool, err error) {
	switch kind {
	case "settings":
		err = strict(line, &settings{})
		v.seen.Settings++
		return v.seen.Settings == 1, err
	case "topic":
		var t topic
		err = strict(line, &t)
		v.seen.Topics++
		ok = vigie.IndicatorID(t.ID).Valid() && t.ID > v.desk.topic
		v.desk.topic = t.ID
		return ok, err
	case "page":
		var p page
		err = strict(line, &p)
		v.seen.Pages++
		key := string(p.Page) + "\x00" + string(p.Lang)
		ok = slices.Contains(vigie.PageNames(), p.Page) && key > v.desk.page && p.N > 0
		v.desk.page = key
		return ok, err
	}
	return v.synthesisLine(kind, line)
}

// synthesisLine reads a synthesis or what belongs to the one before it.
func (v *verifier) synthesisLine(kind string, line []byte) (ok bool, err error) {
	switch kind {
	case "synthesis":
		var s synthesis
		err = strict(line, &s)
		v.seen.Syntheses++
		ok = vigie.ValidID(s.ID) && s.ID > v.desk.synthesis && v.desk.settled()
		v.desk.synthesis, v.desk.owed, v.desk.next = s.ID, map[vigie.Lang]int{}, map[vigie.Lang]int{}
		for lang, version := range s.Versions {
			v.desk.owed[lang] = version.Edition
		}
	case "edition":
		var x edition
		err = strict(line, &x)
		v.seen.Editions++
		if x.Synthesis != v.desk.synthesis || v.desk.owed[x.Lang] == 0 {
			return false, err
		}
		v.desk.owed[x.Lang]--
		v.desk.next[x.Lang]++
		ok = x.N == v.desk.next[x.Lang]
	default:
		var m figureMark
		err = strict(line, &m)
		v.seen.Marks++
		ok = m.Synthesis == v.desk.synthesis && m.Synthesis != ""
	}
	return ok, err
}

type topic struct {
	Type   string     `json:"type"`
	ID     string     `json:"id"`
	Labels vigie.Text `json:"labels"`
}

type page struct {
	Type  string         `json:"type"`
	Page  vigie.PageName `json:"page"`
	Lang  vigie.Lang     `json:"lang"`
	Title string         `json:"title"`
	Body  string         `json:"body"`
	By    vigie.UserID   `json:"by,omitempty"`
	At    time.Time      `json:"at"`
	N     int            `json:"n"`
}

type figureMark struct {
	Type      string            `json:"type"`
	Synthesis vigie.SynthesisID `json:"synthesis"`
	Indicator string            `json:"indicator"`
	Area      string            `json:"area"`
	Period    vigie.Period      `json:"period"`
	Before    vigie.Decimal     `json:"before,omitempty"`
	After     vigie.Decimal     `json:"after,omitempty"`
	Vintage   vigie.VintageID   `json:"vintage"`
	At        time.Time         `json:"at"`
}
