package curate

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"vigie"
	"vigie/curate/indicator"
	"vigie/index/store"
)

// ImportID names a file between the steps of its import. It is a ULID that the
// form brings, so that a form which is posted twice stages one file.
type ImportID string

// Upload is a file of figures that somebody sends.
type Upload struct {
	ID ImportID
	// Indicator that the file is about; "" where a column of it names them.
	Indicator vigie.IndicatorID
	// Name of the file, to be shown.
	Name string
	File []byte
}

// Layout says how a staged file is to be read. The zero value finds out
// everything.
type Layout struct {
	Format indicator.Format
	// Area is the place of files without a column for places.
	Area string
	// Mapping of the columns; one without columns takes what is proposed.
	Mapping indicator.Mapping
}

// Plan says what an import would do. Nothing of it is kept yet.
type Plan struct {
	Upload Upload
	// Table is the file as it was read, Layout how it was understood.
	Table  *indicator.Table
	Layout Layout
	// Indicators are those that the file may be about.
	Indicators []vigie.Indicator
	Found      indicator.Found
	Changes    indicator.Changes
	// Fault says why nothing of the file can be taken: a vigie.ErrInvalid, mostly an
	// indicator.FaultsError with every row; nil where it can.
	Fault error
	// Seen is to be handed to [Desk.Import], so that it does what was shown.
	Seen vigie.Hash
	// Done is what the import did; nil before.
	Done *Imported
}

// Release says of an import what the file does not say.
type Release struct {
	// Seen is that of the plan that somebody agreed to.
	Seen vigie.Hash
	// Edition is what the source calls this publication, Note a remark of the desk.
	Edition, Note string
	// Released is when the values became known; zero means now.
	Released time.Time
}

// Imported says what an import did.
type Imported struct {
	Vintage vigie.Vintage
	// Computed are the vintages of indicators that follow from the imported ones.
	Computed []vigie.Vintage
	// Marks are the figures in syntheses that moved.
	Marks []vigie.FigureMark
}

// The bounds of what waits to be imported.
const (
	mostStaged   = 12
	maxStaged    = 64 << 20 // bytes, of all files together
	stagedFor    = 24 * time.Hour
	longestField = 300 // characters of an edition or a note
)

// stage holds files between the steps of an import. They are in memory: nothing of
// them was acknowledged, and whoever loses one to a restart sends it again. The
// zero value is ready.
type stage struct {
	mu    sync.Mutex
	files map[ImportID]*staged // under mu
}

// staged is a file that waits.
type staged struct {
	Upload
	by vigie.UserID
	at time.Time

	taking sync.Mutex
	done   *Imported // under taking
}

// put stages a file. The oldest ones make room for it.
func (s *stage) put(up Upload, by vigie.UserID, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clean(now)
	if kept := s.files[up.ID]; kept != nil {
		if kept.by != by || !bytes.Equal(kept.File, up.File) || kept.Indicator != up.Indicator {
			return fmt.Errorf("another file is there under this identity: %w", vigie.ErrConflict)
		}
		return nil
	}
	if s.files == nil {
		s.files = map[ImportID]*staged{}
	}
	s.files[up.ID] = &staged{Upload: up, by: by, at: now}
	for {
		size, oldest := len(up.File), ImportID("")
		for id, f := range s.files {
			if id == up.ID {
				continue
			}
			size += len(f.File)
			if oldest == "" || f.at.Before(s.files[oldest].at) {
				oldest = id
			}
		}
		if len(s.files) <= mostStaged && size <= maxStaged || oldest == "" {
			return nil
		}
		delete(s.files, oldest)
	}
}

// clean forgets what waited too long.
func (s *stage) clean(now time.Time) {
	for id, f := range s.files {
		if now.Sub(f.at) > stagedFor {
			delete(s.files, id)
		}
	}
}

// get returns the file that somebody staged.
func (s *stage) get(id ImportID, by vigie.UserID, now time.Time) (*staged, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clean(now)
	if f := s.files[id]; f != nil && f.by == by {
		return f, nil
	}
	return nil, fmt.Errorf("find the staged file %.30s: %w", id, vigie.ErrNotFound)
}

// Propose stages a file for import and returns how it is understood. It stays for
// a day at most and is nobody else's; a restart of the program forgets it. Errors:
// vigie.ErrForbidden, vigie.ErrInvalid for a file that cannot be read at all,
// vigie.ErrNotFound for an unknown indicator, vigie.ErrConflict for an identity
// that another file has.
func (d *Desk) Propose(ctx context.Context, by vigie.User, up Upload) (Plan, error) {
	if err := mayKeep(by); err != nil {
		return Plan{}, fmt.Errorf("stage a file: %w", err)
	}
	if !vigie.ValidID(up.ID) {
		return Plan{}, &vigie.InvalidError{Field: "id", Reason: "is not an identity"}
	}
	plan, err := d.plan(ctx, up, Layout{})
	if err != nil {
		return Plan{}, err
	}
	if err := d.stage.put(up, by.ID, d.o.Now()); err != nil {
		return Plan{}, fmt.Errorf("stage a file: %w", err)
	}
	return plan, nil
}

// Plan returns what the import of a staged file would do, read as layout says.
// Faults of the file are in the plan; errors are those of [Desk.Propose].
func (d *Desk) Plan(ctx context.Context, by vigie.User, id ImportID, layout Layout) (Plan, error) {
	if err := mayKeep(by); err != nil {
		return Plan{}, fmt.Errorf("plan an import: %w", err)
	}
	f, err := d.stage.get(id, by.ID, d.o.Now())
	if err != nil {
		return Plan{}, err
	}
	plan, err := d.plan(ctx, f.Upload, layout)
	f.taking.Lock()
	defer f.taking.Unlock()
	plan.Done = f.done
	return plan, err
}

func mayKeep(by vigie.User) error {
	if !by.May(vigie.KeepFigures) {
		return fmt.Errorf("role %q may not: %w", by.Role, vigie.ErrForbidden)
	}
	return nil
}

// plan reads a file and compares it with what is known.
func (d *Desk) plan(ctx context.Context, up Upload, layout Layout) (Plan, error) {
	plan := Plan{Upload: up, Layout: layout}
	var err error
	if plan.Table, err = indicator.ReadTable(bytes.NewReader(up.File), layout.Format); err != nil {
		return Plan{}, fmt.Errorf("read the file: %w", err)
	}
	plan.Layout.Format = plan.Table.Format
	plan.Layout.Mapping = chosenMapping(layout.Mapping, plan.Table.Propose())
	if err := ctx.Err(); err != nil {
		return Plan{}, err
	}
	err = d.db.View(func(tx *store.Tx) error {
		if plan.Indicators, err = importable(tx, up.Indicator); err != nil {
			return err
		}
		about := indicator.About{Indicators: plan.Indicators, Area: layout.Area, Areas: d.codes()}
		plan.Found, plan.Fault = plan.Table.Observations(plan.Layout.Mapping, about)
		if plan.Fault == nil {
			plan.Changes, err = changesOf(tx, plan.Found.Observations)
		}
		return err
	})
	if err == nil {
		plan.Seen, err = fingerprint(plan.Changes)
	}
	if err != nil {
		return Plan{}, fmt.Errorf("plan an import: %w", err)
	}
	return plan, nil
}

// chosenMapping puts what somebody chose over what was proposed: a choice has
// neither titles nor the row that they stand in.
func chosenMapping(chosen, proposed indicator.Mapping) indicator.Mapping {
	if len(chosen.Columns) == 0 {
		return proposed
	}
	out := proposed
	out.Columns = slices.Clone(proposed.Columns)
	for i := range out.Columns {
		c := indicator.Column{}
		if i < len(chosen.Columns) {
			c = chosen.Columns[i]
		}
		c.Title = out.Columns[i].Title
		out.Columns[i] = c
	}
	if chosen.Decimal != "" {
		out.Decimal = chosen.Decimal
	}
	return out
}

// importable are the indicators that a file may be about: the chosen one, or all
// that are not computed.
func importable(tx *store.Tx, chosen vigie.IndicatorID) ([]vigie.Indicator, error) {
	if chosen != "" {
		i, err := tx.Indicator(chosen)
		if err == nil && i.Formula != "" {
			err = &vigie.InvalidError{Field: "indicator", Reason: "is computed by its formula"}
		}
		return []vigie.Indicator{i}, err
	}
	var out []vigie.Indicator
	for i, err := range tx.Indicators() {
		if err != nil {
			return nil, err
		}
		if i.Formula == "" {
			out = append(out, i)
		}
	}
	return out, nil
}

// changesOf compares observations with all that is known of their indicators.
func changesOf(tx *store.Tx, incoming []vigie.Observation) (indicator.Changes, error) {
	var known []vigie.Observation
	seen := map[vigie.IndicatorID]bool{}
	for _, o := range incoming {
		if seen[o.Indicator] {
			continue
		}
		seen[o.Indicator] = true
		now, err := Known(tx, o.Indicator, "", "")
		if err != nil {
			return indicator.Changes{}, err
		}
		known = append(known, now...)
	}
	return indicator.Compare(known, incoming), nil
}

// Known returns what is known of an indicator at a place ("" for all), or what was
// at a vintage ("" for now), in the order of keys.
func Known(tx *store.Tx, id vigie.IndicatorID, area string, upTo vigie.VintageID) ([]vigie.Observation, error) {
	var history []vigie.Observation
	for o, err := range tx.History(id, area) {
		if err != nil {
			return nil, fmt.Errorf("read the values of %s: %w", id, err)
		}
		history = append(history, o)
	}
	return indicator.AsOf(history, upTo), nil
}

// fingerprint tells changes from others: what is added, and what is replaced by
// what.
func fingerprint(c indicator.Changes) (vigie.Hash, error) {
	b, err := json.Marshal([]any{c.Added, c.Revised, c.Rounded, c.Restated})
	return vigie.HashOf(b), err
}
