package curate_test

import (
	"testing"
	"time"

	"vigie"
	"vigie/curate"
	"vigie/curate/locale"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// cell is a desk on a store with its people and a clock that moves on by a minute at every look.
type cell struct {
	*curate.Desk

	db    *store.DB
	clock time.Time
	// The people of the desk.
	awa, badr, chen, dina vigie.User
}

func newCell(t *testing.T) *cell {
	t.Helper()
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	d := &cell{
		db: storetest.Open(t), clock: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC),
		awa:  vigie.User{ID: "01JD0000000000000000000A0A", Name: "Awa", Role: vigie.Curator},
		badr: vigie.User{ID: "01JD0000000000000000000B0B", Name: "Badr", Role: vigie.Curator},
		chen: vigie.User{ID: "01JD0000000000000000000C0C", Name: "Chen", Role: vigie.Editor},
		dina: vigie.User{ID: "01JD0000000000000000000D0D", Name: "Dina", Role: vigie.Publisher},
	}
	d.Desk = curate.New(d.db, c, curate.Options{Now: func() time.Time {
		d.clock = d.clock.Add(time.Minute)
		return d.clock
	}})
	return d
}

// begun is a synthesis that Awa has begun.
func (d *cell) begun(t *testing.T) vigie.SynthesisID {
	t.Helper()
	id := vigie.NewID[vigie.SynthesisID](d.clock)
	if _, err := d.Begin(t.Context(), d.awa, id, vigie.Brief); err != nil {
		t.Fatal(err)
	}
	return id
}

// write changes the French text of a synthesis as Awa does.
func (d *cell) write(t *testing.T, id vigie.SynthesisID, w vigie.Writing) vigie.Synthesis {
	t.Helper()
	s, err := d.Revise(t.Context(), id, d.step(t, id, d.awa), w)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// step is what somebody does who has just read the French text.
func (d *cell) step(t *testing.T, id vigie.SynthesisID, by vigie.User) vigie.Step {
	t.Helper()
	return vigie.Step{Lang: vigie.French, Seen: d.kept(t, id).Versions[vigie.French].N, By: by}
}

// kept is a synthesis as the store has it.
func (d *cell) kept(t *testing.T, id vigie.SynthesisID) vigie.Synthesis {
	t.Helper()
	var s vigie.Synthesis
	d.view(t, func(tx *store.Tx) (err error) {
		s, err = tx.Synthesis(id)
		return err
	})
	return s
}

func (d *cell) view(t *testing.T, look func(*store.Tx) error) {
	t.Helper()
	if err := d.db.View(look); err != nil {
		t.Fatal(err)
	}
}

func (d *cell) update(t *testing.T, change func(*store.Tx) error) {
	t.Helper()
	if err := d.db.Update(t.Context(), change); err != nil {
		t.Fatal(err)
	}
}

// document files a text in paragraphs.
func (d *cell) document(t *testing.T, url string, body ...vigie.Paragraph) vigie.DocumentID {
	t.Helper()
	s := storetest.Source(t, d.db, url+"/feed")
	return storetest.File(t, d.db, s, vigie.Document{
		URL: url, Title: "Rapport annuel", Publisher: "Régulateur", Lang: vigie.French, Body: body,
		Published: vigie.Date{Time: time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC), Precision: vigie.Day},
	})[0]
}

// series adds values of a place since 2010 to an indicator, one vintage a call.
func (d *cell) series(t *testing.T, id vigie.IndicatorID, name, area string, values ...vigie.Decimal) vigie.VintageID {
	t.Helper()
	var out vigie.VintageID
	d.update(t, func(tx *store.Tx) error {
		i := vigie.Indicator{ID: id, Name: vigie.Text{vigie.French: name}, Unit: vigie.Text{vigie.French: "%"}, Decimals: 1, Freq: vigie.Annual, Publisher: "Agence"}
		if err := tx.PutIndicator(i); err != nil {
			return err
		}
		var obs []vigie.Observation
		for n, value := range values {
			period, err := vigie.NewPeriod(2010+n, vigie.Annual, 1)
			if err != nil {
				return err
			}
			obs = append(obs, vigie.Observation{RefArea: area, Indicator: id, Period: period, Freq: vigie.Annual, Value: value, Status: vigie.Normal})
		}
		d.clock = d.clock.Add(time.Hour)
		v, err := tx.AddVintage(vigie.Vintage{Released: d.clock}, obs)
		out = v.ID
		return err
	})
	return out
}
