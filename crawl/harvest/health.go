package harvest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"vigie"
	"vigie/crawl/polite"
	"vigie/index/store"
)

// Health is a source, what happened there, and what is to be known of it.
type Health struct {
	Source vigie.Source
	Visit  vigie.Visit
	// Alarms are the worst first; none while all is well.
	Alarms []Alarm
}

// Name is what to call the source: its name, else what it calls itself, else its
// address.
func (h Health) Name() string { return cmp.Or(h.Source.Name, h.Visit.Title, h.Source.URL) }

// Look reports whether a person ought to look at the source: a notice alone is no
// reason.
func (h Health) Look() bool {
	return slices.ContainsFunc(h.Alarms, func(a Alarm) bool { return !a.Notice() })
}

// Asked is the address that is asked for a source, and as what it is read: what is in
// force there is that of the whole source.
func Asked(s vigie.Source, v vigie.Visit) (address string, as polite.Want) {
	address = addressOf(s, v.Found)
	if s.As(v.Found).Kind == vigie.Feed {
		return address, polite.Feed
	}
	return address, polite.Page
}

// Survey returns the health of all sources at now: those with the worst alarms
// first, the others by name. What people found by hand has no place to read, and so
// no health.
func Survey(tx *store.Tx, now time.Time) ([]Health, error) {
	var out []Health
	for s, err := range tx.Sources() {
		if err != nil {
			return nil, fmt.Errorf("survey the sources: %w", err)
		}
		if s.ID == vigie.ByHand {
			continue
		}
		v, err := tx.Visit(s.ID)
		if err != nil {
			return nil, fmt.Errorf("survey the sources: %w", err)
		}
		out = append(out, Health{Source: s, Visit: v, Alarms: Alarms(s, v, now)})
	}
	slices.SortStableFunc(out, func(a, b Health) int {
		return cmp.Or(
			cmp.Compare(a.rank(), b.rank()),
			strings.Compare(strings.ToLower(a.Name()), strings.ToLower(b.Name())),
			cmp.Compare(a.Source.ID, b.Source.ID),
		)
	})
	return out, nil
}

// rank is the place of the worst alarm; those without one come last.
func (h Health) rank() int {
	order := []string{
		AlarmGone, AlarmRefused, AlarmSuspended, AlarmFailing, AlarmEmpty, AlarmSilent, AlarmCertificate, AlarmUnsafe, AlarmMoved,
		AlarmRerouted, AlarmSlowed,
	}
	if len(h.Alarms) == 0 {
		return len(order)
	}
	return slices.Index(order, h.Alarms[0].Code)
}
