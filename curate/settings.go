package curate

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"vigie"
	"vigie/curate/locale"
	"vigie/curate/passage"
	"vigie/index/store"
)

// SettingsPart names what one form of the settings changes. Two people who change
// two parts at the same time do not get in each other's way.
type SettingsPart string

// The parts of the settings.
const (
	// Identity is name, motto, footer and colours.
	Identity SettingsPart = "identity"
	// Locality is languages, country and time zone.
	Locality SettingsPart = "locality"
	// Publishing is the rules of publishing and the key figures.
	Publishing SettingsPart = "publishing"
	// Lettering is when the letter goes out and what stands above it.
	Lettering SettingsPart = "lettering"
)

// Take returns kept with the part of next.
func (p SettingsPart) Take(kept, next vigie.Settings) vigie.Settings {
	switch p {
	case Identity:
		kept.Name, kept.Motto, kept.Footer, kept.Accent, kept.Warm = next.Name, next.Motto, next.Footer, next.Accent, next.Warm
	case Locality:
		kept.Languages, kept.Default, kept.Country, kept.TimeZone = next.Languages, next.Default, next.Country, next.TimeZone
	case Publishing:
		kept.Rules, kept.KeyFigures = next.Rules, next.KeyFigures
	case Lettering:
		kept.Digest = next.Digest
	}
	return kept
}

// Seal stands for a part as it is; a form carries it, so that a change in between is
// noticed.
func (p SettingsPart) Seal(s vigie.Settings) vigie.Hash { return sealOf(p.Take(vigie.Settings{}, s)) }

// sealOf is the hash of what something is written as.
func sealOf(value any) vigie.Hash {
	b, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return vigie.HashOf(b)
}

// Settings returns the settings as they are.
func (d *Desk) Settings() (s vigie.Settings, err error) {
	err = d.db.View(func(tx *store.Tx) error {
		s, err = tx.Settings()
		return err
	})
	return s, err
}

// Settle changes one part of the settings. Seen is the seal of the part that the
// person looked at; what is as it shall be already changes nothing, whatever was
// seen. Errors: vigie.ErrForbidden; vigie.ErrConflict where the part changed in
// between; [FaintError] for a colour that cannot be read; vigie.InvalidError.
func (d *Desk) Settle(ctx context.Context, by vigie.User, part SettingsPart, seen vigie.Hash, next vigie.Settings, from string) error {
	err := d.administer(ctx, by, func(tx *store.Tx) error {
		kept, err := tx.Settings()
		if err != nil {
			return err
		}
		next = part.Take(kept, next)
		switch {
		case part.Seal(next) == part.Seal(kept):
			return nil
		case part.Seal(kept) != seen:
			return fmt.Errorf("they were changed in the meantime: %w", vigie.ErrConflict)
		}
		if err := d.settled(tx, part, next); err != nil {
			return err
		}
		if err := tx.PutSettings(next); err != nil {
			return err
		}
		return d.noteDown(tx, by, "settings changed", string(part), changes(kept, next), from)
	})
	if err != nil {
		return fmt.Errorf("change the settings (%s): %w", part, err)
	}
	return nil
}

// settled checks what the settings themselves cannot.
func (d *Desk) settled(tx *store.Tx, part SettingsPart, next vigie.Settings) error {
	if err := next.Check(); err != nil {
		return err
	}
	switch part {
	case Identity:
		for _, colour := range []string{next.Accent, next.Warm} {
			if _, err := ShadesOf(colour); err != nil && colour != "" {
				return err
			}
		}
	case Publishing:
		for _, e := range next.KeyFigures {
			if err := d.Shows(tx, e); err != nil {
				return err
			}
		}
	case Locality, Lettering:
	}
	return nil
}

// Shows returns a vigie.InvalidError with the field "key_figures" for an embed that
// shows nothing.
func (d *Desk) Shows(tx *store.Tx, e vigie.Embed) error {
	areas, err := tx.Areas(vigie.IndicatorID(e.Indicator))
	if err != nil {
		return err
	}
	if !slices.Contains(areas, e.Area) {
		return &vigie.InvalidError{Field: "key_figures", Reason: fmt.Sprintf("%.40s has no values for %.20s", e.Indicator, e.Area)}
	}
	return nil
}

// administer does something in one transaction for who may change settings.
func (d *Desk) administer(ctx context.Context, by vigie.User, do func(*store.Tx) error) error {
	if !by.May(vigie.Administer) {
		return fmt.Errorf("role %q may not: %w", by.Role, vigie.ErrForbidden)
	}
	return d.db.Update(ctx, do)
}

// noteDown adds a line to the audit log.
func (d *Desk) noteDown(tx *store.Tx, by vigie.User, what, about, note, from string) error {
	_, err := tx.Audit(store.AuditLine{At: d.o.Now().UTC(), Who: string(by.ID), What: what, About: about, Note: note, From: from})
	return err
}

// printer speaks a language as the observatory's country does. Whatever the desk
// writes for readers is said by it.
func (d *Desk) printer(tx *store.Tx, lang vigie.Lang) (*locale.Printer, error) {
	settings, err := tx.Settings()
	if err != nil {
		return nil, err
	}
	return d.locales.For(lang).In(settings.Country), nil
}

// The bounds of a note of the audit log, in characters.
const (
	longestNote  = 1000
	longestValue = 60
)

// changes tells which fields differ, with both values: "accent:  → #0b5a62".
func changes(before, after any) string {
	was, is := map[string]string{}, map[string]string{}
	flattened("", before, was)
	flattened("", after, is)
	names := slices.Collect(maps.Keys(was))
	for name := range is {
		if _, there := was[name]; !there {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var out []string
	for _, name := range names {
		if was[name] != is[name] {
			out = append(out, name+": "+clipped(was[name], longestValue)+" → "+clipped(is[name], longestValue))
		}
	}
	return clipped(strings.Join(out, "; "), longestNote)
}

// flattened puts every leaf of a value into a map, under a name such as "name.fr".
func flattened(name string, value any, into map[string]string) {
	b, err := json.Marshal(value)
	if err != nil {
		return
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(b, &fields) == nil && fields != nil {
		for key, field := range fields {
			flattened(strings.TrimPrefix(name+"."+key, "."), field, into)
		}
		return
	}
	var text string
	if json.Unmarshal(b, &text) != nil {
		text = string(b)
	}
	into[name] = text
}

// clipped returns at most n characters of s.
func clipped(s string, n int) string {
	if short := passage.First(s, n); short != s {
		return short + "…"
	}
	return s
}
