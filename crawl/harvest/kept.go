package harvest

import (
	"context"
	"fmt"

	"vigie"
	"vigie/index/store"
)

// Kept returns the memory of a crawl.Reader: the answer that the newest revision of
// a page was read from, with its bytes, or vigie.ErrNotFound. One that is of
// another address, such as the feed that showed the page first, is none.
func Kept(db *store.DB) func(ctx context.Context, source vigie.SourceID, address string) (vigie.Capture, error) {
	kept := KeptItem(db)
	return func(ctx context.Context, source vigie.SourceID, address string) (vigie.Capture, error) {
		c, err := kept(ctx, source, address)
		if err != nil {
			return c, err
		}
		if asked, err := vigie.CanonicalURL(c.URL); err != nil || asked != address {
			return vigie.Capture{}, notKept(address)
		}
		return c, nil
	}
}

// KeptItem returns the memory of a feeds.Reader: the answer that the newest revision of
// an item was read from, be it the feed or a page, with its bytes, or vigie.ErrNotFound.
func KeptItem(db *store.DB) func(ctx context.Context, source vigie.SourceID, guid string) (vigie.Capture, error) {
	return func(_ context.Context, source vigie.SourceID, guid string) (c vigie.Capture, err error) {
		err = db.View(func(tx *store.Tx) error {
			doc, err := tx.DocumentShown(source, guid)
			if err != nil {
				return err
			}
			rev, err := tx.Revision(doc.ID, doc.Revision)
			if err != nil {
				return err
			}
			if c, err = tx.Capture(rev.Capture); err != nil {
				return err
			}
			if c.Snapshot == "" {
				return notKept(guid)
			}
			c.Body, err = tx.Object(c.Snapshot)
			return err
		})
		return c, err
	}
}

func notKept(name string) error {
	return fmt.Errorf("find what was kept of %s: %w", name, vigie.ErrNotFound)
}
