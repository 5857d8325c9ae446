package curate

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"vigie"
	"vigie/index/store"
)

// The bounds of what somebody writes about a source.
const (
	longestName = 200 // characters
	longestRule = 512 // bytes, as package crawl takes them
	mostTopics  = 20
	mostPages   = 1000
	mostDepth   = 10 // links
)

// AddSource adds a source. Who may only propose one adds it paused: it waits for an
// editor to let it run. The identity is the caller's, so that a form that is posted
// twice adds one source. Errors: vigie.ErrForbidden, vigie.ErrInvalid, and
// vigie.ErrConflict for an address that is watched already; the source returned is
// then the one that is there.
func (d *Desk) AddSource(ctx context.Context, by vigie.User, s vigie.Source) (added vigie.Source, err error) {
	if !by.May(vigie.ProposeSource) {
		return s, fmt.Errorf("add source: role %q may not: %w", by.Role, vigie.ErrForbidden)
	}
	if !vigie.ValidID(s.ID) || s.ID == vigie.ByHand {
		return s, fmt.Errorf("add source: %w", &vigie.InvalidError{Field: "id", Reason: "is not an identity"})
	}
	if s, err = checkSource(s); err != nil {
		return s, fmt.Errorf("add source: %w", err)
	}
	s.Paused = s.Paused || !by.May(vigie.KeepSources)
	err = d.db.Update(ctx, func(tx *store.Tx) error {
		kept, err := tx.Source(s.ID)
		if !errors.Is(err, vigie.ErrNotFound) {
			added = kept
			return err
		}
		if added, err = tx.AddSource(s); err != nil {
			return err
		}
		what := "source added"
		if !by.May(vigie.KeepSources) {
			what = "source proposed"
		}
		return d.noteDown(tx, by, what, string(added.ID), sourceNote(added), "")
	})
	return added, err
}

// sourceNote tells in the audit log which source it was, also when it is gone. The
// whole address is left out: it may hold a key, and the log is never erased.
func sourceNote(s vigie.Source) string {
	host := ""
	if u, err := url.Parse(s.URL); err == nil {
		host = u.Host
	}
	return clipped(strings.TrimSpace(s.Name+" "+host), longestNote)
}

// ChangeSource replaces what is written down about a source. Kind, time of adding
// and pause stay as they are.
func (d *Desk) ChangeSource(ctx context.Context, by vigie.User, s vigie.Source) error {
	s, err := checkSource(s)
	if err != nil {
		return fmt.Errorf("change source %s: %w", s.ID, err)
	}
	return d.keepSource(ctx, by, s.ID, func(tx *store.Tx, kept vigie.Source) (vigie.Source, error) {
		if err := watchedElsewhere(tx, s, kept); err != nil {
			return kept, err
		}
		s.Kind, s.Added, s.Paused, s.Country, s.Licence, s.Terms = kept.Kind, kept.Added, kept.Paused, kept.Country, kept.Licence, kept.Terms
		s.Catalogue, s.Cadence = kept.Catalogue, kept.Cadence
		if s.Every == kept.Every {
			return s, nil
		}
		return s, d.repace(tx, s)
	})
}

// repace says anew when a source is read next, after its pace was changed.
func (d *Desk) repace(tx *store.Tx, s vigie.Source) error {
	v, err := tx.Visit(s.ID)
	if err != nil || v.LastRead.IsZero() {
		return err // what was never read is due
	}
	return tx.PutVisit(d.o.Pace.Repaced(s, v))
}

// watchedElsewhere refuses an address that another source of the kind has: both would
// read it.
func watchedElsewhere(tx *store.Tx, s, kept vigie.Source) error {
	if s.URL == kept.URL {
		return nil
	}
	watching, err := tx.Watching(s.URL)
	if err != nil {
		return err
	}
	for _, other := range watching {
		if other.Kind == kept.Kind && other.ID != kept.ID {
			return fmt.Errorf("source %s has that address: %w", other.ID, vigie.ErrConflict)
		}
	}
	return nil
}

// PauseSource leaves a source unread, or lets it be read again. What is so already
// stays so. Errors: those of [Desk.ChangeSources], and vigie.ErrNotFound.
func (d *Desk) PauseSource(ctx context.Context, by vigie.User, id vigie.SourceID, paused bool, from string) error {
	act := BulkResume
	if paused {
		act = BulkPause
	}
	return d.changeOne(ctx, by, id, act, from)
}

// ReadNow makes a source due, whatever its rhythm, and also when it is gone, refused or
// suspended. A pause that its server asked for still holds, and so does one of the
// desk.
func (d *Desk) ReadNow(ctx context.Context, by vigie.User, id vigie.SourceID, from string) error {
	return d.changeOne(ctx, by, id, BulkRead, from)
}

// AgreeToWay agrees to how a source is read that finds that out: in the way that is
// offered where its own no longer works, or in the one that was taken by itself.
func (d *Desk) AgreeToWay(ctx context.Context, by vigie.User, id vigie.SourceID, from string) error {
	return d.changeOne(ctx, by, id, BulkWay, from)
}

// changeOne does to one source what [Desk.ChangeSources] does to many.
func (d *Desk) changeOne(ctx context.Context, by vigie.User, id vigie.SourceID, act BulkAct, from string) error {
	if id == vigie.ByHand {
		return fmt.Errorf("change source %s: %w", id, byHandError())
	}
	done, err := d.ChangeSources(ctx, by, []vigie.SourceID{id}, act, 0, from)
	if err == nil && done.Missing > 0 {
		err = fmt.Errorf("change source %.40s: %w", id, vigie.ErrNotFound)
	}
	return err
}

// RemoveSource forgets a source; its documents stay.
func (d *Desk) RemoveSource(ctx context.Context, by vigie.User, id vigie.SourceID) error {
	if !by.May(vigie.KeepSources) {
		return fmt.Errorf("remove source %s: role %q may not: %w", id, by.Role, vigie.ErrForbidden)
	}
	if id == vigie.ByHand {
		return fmt.Errorf("remove source %s: %w", id, byHandError())
	}
	err := d.db.Update(ctx, func(tx *store.Tx) error {
		kept, err := tx.Source(id)
		if err != nil {
			return err
		}
		if err := tx.RemoveSource(id); err != nil {
			return err
		}
		return d.noteDown(tx, by, "source removed", string(id), sourceNote(kept), "")
	})
	if err != nil {
		return fmt.Errorf("remove source %s: %w", id, err)
	}
	return nil
}

// keepSource changes a source in one transaction. That it is written, even as it
// was, tells the reader of sources to look whether it is due.
func (d *Desk) keepSource(ctx context.Context, by vigie.User, id vigie.SourceID, change func(*store.Tx, vigie.Source) (vigie.Source, error)) error {
	if !by.May(vigie.KeepSources) {
		return fmt.Errorf("change source %s: role %q may not: %w", id, by.Role, vigie.ErrForbidden)
	}
	if id == vigie.ByHand {
		return fmt.Errorf("change source %s: %w", id, byHandError())
	}
	err := d.db.Update(ctx, func(tx *store.Tx) error {
		kept, err := tx.Source(id)
		if err != nil {
			return err
		}
		if kept, err = change(tx, kept); err != nil {
			return err
		}
		return tx.PutSource(kept)
	})
	if err != nil {
		return fmt.Errorf("change source %s: %w", id, err)
	}
	return nil
}

// byHandError says that the source of what people found one by one is not for people
// to change.
func byHandError() error {
	return &vigie.InvalidError{Field: "id", Reason: "is the source of what was found by hand, which stays as it is"}
}

// checkSource bounds what somebody wrote, and brings it into its usual form.
func checkSource(s vigie.Source) (vigie.Source, error) {
	s.URL = strings.TrimSpace(s.URL)
	if _, err := vigie.CanonicalURL(s.URL); err != nil {
		return s, &vigie.InvalidError{Field: "url", Reason: "is no address of the web"}
	}
	switch s.Kind {
	case vigie.Feed, vigie.Site, vigie.Page, vigie.Auto:
	default:
		return s, &vigie.InvalidError{Field: "kind", Reason: fmt.Sprintf("%.20q is none", string(s.Kind))}
	}
	s.Name, s.Publisher = squeeze(s.Name), squeeze(s.Publisher)
	if utf8.RuneCountInString(s.Name) > longestName || utf8.RuneCountInString(s.Publisher) > longestName {
		return s, &vigie.InvalidError{Field: "name", Reason: fmt.Sprintf("is longer than %d characters", longestName)}
	}
	if s.Lang != "" {
		lang, err := vigie.ParseLang(string(s.Lang))
		if err != nil {
			return s, err
		}
		s.Lang = lang
	}
	if s.Every != 0 && (s.Every < vigie.ShortestEvery || s.Every > vigie.LongestEvery) {
		return s, &vigie.InvalidError{Field: "every", Reason: "must lie between five minutes and a year"}
	}
	switch s.FullText {
	case "", vigie.FullTextAuto, vigie.FullTextAlways, vigie.FullTextNever:
	default:
		return s, &vigie.InvalidError{Field: "full_text", Reason: fmt.Sprintf("%.20q is none", string(s.FullText))}
	}
	if err := s.Keep.Check(); err != nil {
		return s, err
	}
	if len(s.Topics) > mostTopics {
		return s, &vigie.InvalidError{Field: "topics", Reason: fmt.Sprintf("are %d; at most %d", len(s.Topics), mostTopics)}
	}
	return s, checkRules(s.List)
}

// checkRules bounds the rules of a list; whether they are selectors is found out by
// reading with them.
func checkRules(rules vigie.ListRules) error {
	if len(rules.Item) > longestRule || len(rules.Link) > longestRule || len(rules.Title) > longestRule || len(rules.Date) > longestRule {
		return &vigie.InvalidError{Field: "list", Reason: fmt.Sprintf("has a selector of more than %d bytes", longestRule)}
	}
	if rules.Sitemap != "" {
		if _, err := vigie.CanonicalURL(rules.Sitemap); err != nil {
			return &vigie.InvalidError{Field: "list", Reason: "has a sitemap that is no address of the web"}
		}
	}
	if rules.Most < 0 || rules.Most > mostPages || len(rules.Allow) > mostTopics ||
		rules.Depth < 0 || rules.Depth > mostDepth || rules.Least < 0 || rules.Least > 1000 {
		return &vigie.InvalidError{Field: "list", Reason: "asks for too much"}
	}
	return nil
}
