package digest

import (
	"maps"
	"slices"
	"time"

	"vigie"
	"vigie/index/store"
)

// horizon tells which figures an issue is about: those that the issue before it did
// not know and that were released before the end of its own period.
//
// What that issue knew is told by the newest vintage of each indicator. Times alone
// would not do: a vintage bears the moment at which somebody began to take it in, and
// an issue may be composed before it is kept.
type horizon struct {
	vintages    map[vigie.VintageID]vigie.Vintage
	from, until time.Time
	// heads are the newest vintages that were known, by indicator; nil where no issue
	// wrote them down, and the times have to do.
	heads map[vigie.IndicatorID]vigie.VintageID
}

// horizonOf is the horizon of an issue after the given ones, newest first.
func horizonOf(tx *store.Tx, before []vigie.Issue, from, until time.Time) (horizon, error) {
	h := horizon{vintages: map[vigie.VintageID]vigie.Vintage{}, from: from, until: until}
	all, err := tx.Vintages("")
	if err != nil {
		return h, err
	}
	for _, v := range all {
		h.vintages[v.ID] = v
	}
	for _, i := range before {
		if i.State == vigie.Cancelled {
			continue // what it told belongs to the next
		}
		if i.Vintages != nil {
			h.heads = headsOf(i.Vintages, h.vintages)
		}
		break
	}
	return h, nil
}

// headsOf is the newest of the vintages for each indicator. Those of one indicator
// are kept in the order of their identities.
func headsOf(ids []vigie.VintageID, all map[vigie.VintageID]vigie.Vintage) map[vigie.IndicatorID]vigie.VintageID {
	heads := map[vigie.IndicatorID]vigie.VintageID{}
	for _, id := range ids {
		for _, indicator := range all[id].Indicators {
			heads[indicator] = max(heads[indicator], id)
		}
	}
	return heads
}

// known are the newest vintages of the indicators that the issue knows.
func (h horizon) known() []vigie.VintageID {
	var out []vigie.VintageID
	for id, v := range h.vintages {
		if v.Released.Before(h.until) {
			out = append(out, id)
		}
	}
	heads := slices.Sorted(maps.Values(headsOf(out, h.vintages)))
	if heads == nil {
		return []vigie.VintageID{} // none is known, which is not the same as not knowing which
	}
	return slices.Compact(heads)
}

// touched are the indicators of which values came.
func (h horizon) touched() map[vigie.IndicatorID]bool {
	out := map[vigie.IndicatorID]bool{}
	for _, v := range h.vintages {
		for _, id := range v.Indicators {
			if !h.old(id, v) && v.Released.Before(h.until) {
				out[id] = true
			}
		}
	}
	return out
}

// old reports whether the issue before knew what a vintage says of an indicator.
func (h horizon) old(id vigie.IndicatorID, v vigie.Vintage) bool {
	if h.heads == nil {
		return v.Released.Before(h.from)
	}
	return v.ID <= h.heads[id]
}

func (h horizon) before(o vigie.Observation) bool {
	v, ok := h.vintages[o.Vintage]
	return ok && h.old(o.Indicator, v)
}

func (h horizon) after(o vigie.Observation) bool {
	v, ok := h.vintages[o.Vintage]
	return ok && v.Released.Before(h.until)
}
