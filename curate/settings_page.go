package curate

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"vigie"
	"vigie/index/store"
)

// RewritePage changes what a page says in a language, and publishes it; p.N is the number of the text
// that the person looked at, 0 where there was none. The same words change nothing.
// Errors: vigie.ErrForbidden, vigie.InvalidError, vigie.StaleError where somebody
// was faster.
func (d *Desk) RewritePage(ctx context.Context, by vigie.User, p vigie.PageText, from string) error {
	p.Title = strings.TrimSpace(p.Title)
	p.Body = strings.TrimRight(strings.ReplaceAll(p.Body, "\r\n", "\n"), " \n")
	p.By, p.At, p.Off = by.ID, d.o.Now().UTC(), false
	err := d.rewrite(ctx, by, p, from)
	if err != nil {
		return fmt.Errorf("change the page %s in %s: %w", p.Page, p.Lang, err)
	}
	return nil
}

func (d *Desk) rewrite(ctx context.Context, by vigie.User, p vigie.PageText, from string) error {
	switch {
	case !by.May(vigie.Publish):
		return fmt.Errorf("role %q may not: %w", by.Role, vigie.ErrForbidden)
	case p.Title == "":
		return &vigie.InvalidError{Field: "title", Reason: "is missing"}
	case p.Body == "":
		return &vigie.InvalidError{Field: "body", Reason: "is missing"}
	}
	return d.db.Update(ctx, func(tx *store.Tx) error {
		kept, err := tx.PageText(p.Page, p.Lang)
		if err != nil && !errors.Is(err, vigie.ErrNotFound) {
			return err
		}
		if kept.Title == p.Title && kept.Body == p.Body && !kept.Off {
			return nil
		}
		next := p // the store may do this twice
		next.N++
		if err := tx.PutPageText(next); err != nil {
			return err
		}
		note := fmt.Sprintf("%s → %s, %d → %d bytes", clipped(kept.Title, longestValue), clipped(p.Title, longestValue), len(kept.Body), len(p.Body))
		return d.noteDown(tx, by, "page changed", string(p.Page)+"/"+string(p.Lang), note, from)
	})
}

// HidePage takes a page in a language from the public and keeps its text; seen is
// the number of the text that the person looked at. What is hidden stays so.
// Errors: vigie.ErrForbidden, vigie.ErrNotFound, vigie.StaleError where somebody was
// faster.
func (d *Desk) HidePage(ctx context.Context, by vigie.User, page vigie.PageName, lang vigie.Lang, seen int, from string) error {
	err := d.hide(ctx, by, page, lang, seen, from)
	if err != nil {
		return fmt.Errorf("hide the page %s in %s: %w", page, lang, err)
	}
	return nil
}

func (d *Desk) hide(ctx context.Context, by vigie.User, page vigie.PageName, lang vigie.Lang, seen int, from string) error {
	if !by.May(vigie.Publish) {
		return fmt.Errorf("role %q may not: %w", by.Role, vigie.ErrForbidden)
	}
	return d.db.Update(ctx, func(tx *store.Tx) error {
		p, err := tx.PageText(page, lang)
		if err != nil || p.Off {
			return err
		}
		p.N, p.Off, p.By, p.At = seen+1, true, by.ID, d.o.Now().UTC()
		if err := tx.PutPageText(p); err != nil {
			return err
		}
		return d.noteDown(tx, by, "page hidden", string(page)+"/"+string(lang), clipped(p.Title, longestValue), from)
	})
}
