package store

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"vigie"
)

// Indicator returns one indicator, or vigie.ErrNotFound.
func (tx *Tx) Indicator(id vigie.IndicatorID) (vigie.Indicator, error) {
	return tableOf[vigie.Indicator](tx.tx, "indicators").get([]byte(id))
}

// Indicators walks all indicators in the order of their names.
func (tx *Tx) Indicators() iter.Seq2[vigie.Indicator, error] {
	return tableOf[vigie.Indicator](tx.tx, "indicators").all(nil, nil)
}

// PutIndicator adds or changes an indicator. What its Check refuses is a
// vigie.ErrInvalid.
func (tx *Tx) PutIndicator(i vigie.Indicator) error {
	if err := i.Check(); err != nil {
		return fmt.Errorf("put indicator: %w", err)
	}
	if err := tableOf[vigie.Indicator](tx.tx, "indicators").put([]byte(i.ID), i); err != nil {
		return err
	}
	_, err := tx.record(IndicatorChange, string(i.ID), Put, "changed")
	return err
}

// DeleteIndicator forgets an indicator that never had a value; one that has
// observations is a vigie.ErrConflict.
func (tx *Tx) DeleteIndicator(id vigie.IndicatorID) error {
	if _, err := tx.Indicator(id); err != nil {
		return err
	}
	for range tableOf[mark](tx.tx, "observations").keys([]byte(id + "\x00")) {
		return fmt.Errorf("delete indicator %s: it has observations: %w", id, vigie.ErrConflict)
	}
	if err := tableOf[vigie.Indicator](tx.tx, "indicators").delete([]byte(id)); err != nil {
		return err
	}
	_, err := tx.record(IndicatorChange, string(id), Delete, "removed")
	return err
}

// Vintage returns one vintage, or vigie.ErrNotFound.
func (tx *Tx) Vintage(id vigie.VintageID) (vigie.Vintage, error) {
	return tableOf[vigie.Vintage](tx.tx, "vintages").get([]byte(id))
}

// Vintages returns the vintages that brought values of an indicator, oldest
// first; "" stands for all indicators.
func (tx *Tx) Vintages(id vigie.IndicatorID) ([]vigie.Vintage, error) {
	var out []vigie.Vintage
	for v, err := range tableOf[vigie.Vintage](tx.tx, "vintages").all(nil, nil) {
		if err != nil {
			return out, fmt.Errorf("read vintages: %w", err)
		}
		if id == "" || slices.Contains(v.Indicators, id) {
			out = append(out, v)
		}
	}
	return out, nil
}

// History walks the observations of an indicator at a place, those of all
// vintages, in the order of breakdowns, period and vintage; "" stands for all
// places, in their order.
func (tx *Tx) History(id vigie.IndicatorID, area string) iter.Seq2[vigie.Observation, error] {
	prefix := string(id) + "\x00"
	if area != "" {
		prefix += area + "\x00"
	}
	return func(yield func(vigie.Observation, error) bool) {
		if !id.Valid() || area != "" && !vigie.ValidCode(area) {
			return // a key of another form could reach into the parts behind it
		}
		for r, err := range tableOf[observationRow](tx.tx, "observations").all([]byte(prefix), nil) {
			if !yield(vigie.Observation(r), err) {
				return
			}
		}
	}
}

// Areas returns the places of which there are values of an indicator, in their
// order. It looks at one record a place.
func (tx *Tx) Areas(id vigie.IndicatorID) ([]string, error) {
	if !id.Valid() {
		return nil, fmt.Errorf("list areas of %.60q: %w", string(id), vigie.ErrInvalid)
	}
	var out []string
	prefix := []byte(id + "\x00")
	c := tx.tx.Bucket([]byte("observations")).Cursor()
	k, _ := c.Seek(prefix)
	for k != nil && bytes.HasPrefix(k, prefix) {
		area, _, whole := bytes.Cut(k[len(prefix):], []byte{0})
		if !whole {
			return out, &vigie.DamagedError{Place: place("observations", k), Reason: "its key has no place"}
		}
		out = append(out, string(area))
		k, _ = c.Seek(join(prefix, area, []byte{1}))
	}
	return out, nil
}

// AddVintage keeps a publication of values: all of them, or none and an error. The
// vintage gets an identity and a time where it has none, and names the indicators
// of which it brought values; it may name others, whose values it left as they
// were. The first observation that cannot be kept is a vigie.InvalidError of which
// the field names it. A vintage that exists, or that would come before a kept one
// of the same indicator, is a vigie.ErrConflict: what it changes must be compared
// anew.
func (tx *Tx) AddVintage(v vigie.Vintage, obs []vigie.Observation) (vigie.Vintage, error) {
	rows := slices.Clone(obs)
	slices.SortFunc(rows, func(a, b vigie.Observation) int { return a.Key().Compare(b.Key()) })
	named, err := tx.checkObservations(rows, v.Indicators)
	if err != nil {
		return v, fmt.Errorf("add vintage: %w", err)
	}
	v.Indicators = named
	if v, err = tx.placeVintage(v); err != nil {
		return v, fmt.Errorf("add vintage: %w", err)
	}
	if err := tableOf[vigie.Vintage](tx.tx, "vintages").put([]byte(v.ID), v); err != nil {
		return v, err
	}
	t := tableOf[observationRow](tx.tx, "observations")
	for _, o := range rows {
		o.Vintage = v.ID
		if err := t.put(observationKey(o), observationRow(o)); err != nil {
			return v, err
		}
	}
	for _, id := range v.Indicators {
		if _, err := tx.record(IndicatorChange, string(id), Put, "vintage"); err != nil {
			return v, err
		}
	}
	return v, nil
}

// checkObservations proves that sorted observations can be kept as one vintage, and
// returns their indicators with those that were named before.
func (tx *Tx) checkObservations(rows []vigie.Observation, named []vigie.IndicatorID) ([]vigie.IndicatorID, error) {
	named = slices.Clone(named)
	var last vigie.ObservationKey
	for n, o := range rows {
		key := o.Key()
		switch err := o.Check(); {
		case err != nil:
			return nil, &vigie.InvalidError{Field: observationName(key), Reason: err.Error()}
		case n > 0 && key == last:
			return nil, &vigie.InvalidError{Field: observationName(key), Reason: "stands twice in the same vintage"}
		}
		if n == 0 || key.Indicator != last.Indicator {
			named = append(named, o.Indicator)
			if _, err := tx.Indicator(o.Indicator); errors.Is(err, vigie.ErrNotFound) {
				return nil, &vigie.InvalidError{Field: observationName(key), Reason: "there is no such indicator"}
			} else if err != nil {
				return nil, err
			}
		}
		last = key
	}
	slices.Sort(named)
	named = slices.Compact(named)
	if len(named) == 0 {
		return nil, &vigie.InvalidError{Field: "indicators", Reason: "are none, and there are no observations"}
	}
	for _, id := range named {
		if _, err := tx.Indicator(id); err != nil {
			return nil, err
		}
	}
	return named, nil
}

// observationName names an observation for people, within bounds.
func observationName(k vigie.ObservationKey) string {
	parts := []string{fmt.Sprintf("%.60s", k.Indicator), fmt.Sprintf("%.40s", k.RefArea), fmt.Sprintf("%.120s", k.Breakdowns), k.Period.String()}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " ")
}

// placeVintage gives a vintage its identity and its time, and refuses one that is
// not the newest of its indicators.
func (tx *Tx) placeVintage(v vigie.Vintage) (vigie.Vintage, error) {
	if v.Released.IsZero() {
		v.Released = tx.db.now().UTC()
	}
	t := tableOf[vigie.Vintage](tx.tx, "vintages")
	if v.ID == "" {
		v.ID = vigie.NewID[vigie.VintageID](tx.db.now())
		if last, _ := t.b.Cursor().Last(); string(v.ID) <= string(last) {
			v.ID = following(vigie.VintageID(last)) // the clock stood still, or went back
		}
	}
	if !vigie.ValidID(v.ID) {
		return v, &vigie.InvalidError{Field: "id", Reason: "is not an identity"}
	}
	if _, err := v.File.Bytes(); v.File != "" && err != nil {
		return v, &vigie.InvalidError{Field: "file", Reason: "is not a hash"}
	}
	for newer, err := range t.all(nil, []byte(v.ID)) {
		if err != nil {
			return v, err
		}
		shares := slices.ContainsFunc(newer.Indicators, func(id vigie.IndicatorID) bool { return slices.Contains(v.Indicators, id) })
		if newer.ID == v.ID || shares {
			return v, fmt.Errorf("vintage %s is there already: %w", newer.ID, vigie.ErrConflict)
		}
	}
	return v, nil
}

// following returns the identity that comes next: ULIDs of one moment are counted
// up (https://github.com/ulid/spec#monotonicity).
func following[T ~string](id T) T {
	packed := packULID(string(id))
	for i := len(packed) - 1; i >= 0; i-- {
		if packed[i]++; packed[i] != 0 {
			break
		}
	}
	return T(unpackULID(packed))
}
