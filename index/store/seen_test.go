package store_test

import (
	"errors"
	"testing"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// TestNamedByAddress: a source that was read as a feed and then as a site shows the
// same documents, though it has other names and titles for them.
func TestNamedByAddress(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://a.example.org/")
	f := item(1)
	id := file(t, db, s, f).Documents[0]
	page := item(1)
	page.GUID, page.URL = f.Document.URL, f.Document.URL
	page.Document.Title = "As its page calls it"
	if filed := file(t, db, s, page); filed.Changed != 1 || filed.New != 0 || filed.Documents[0] != id {
		t.Fatalf("as a page: %+v, want a revision of %s", filed, id)
	}
	view(t, db, func(tx *store.Tx) error {
		for _, guid := range []string{f.GUID, page.GUID} {
			if d, err := tx.DocumentShown(s.ID, guid); err != nil || d.ID != id {
				t.Errorf("shown as %s: %v, %v", guid, d.ID, err)
			}
		}
		if d, err := tx.DocumentShown(s.ID, "another"); !errors.Is(err, vigie.ErrNotFound) {
			t.Errorf("shown as another: %v, %v", d.ID, err)
		}
		return nil
	})
}
