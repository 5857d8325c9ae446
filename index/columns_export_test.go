package index

import (
	"context"
	"errors"

	api "github.com/blevesearch/bleve_index_api"

	"vigie"
	"vigie/index/column"
	"vigie/index/store"
)

// Unloaded is an index whose columns are never loaded.
func Unloaded(db *store.DB) *Index {
	return &Index{view: &view{db: db, closed: true, halt: make(chan struct{})}, columns: &columns{loaded: make(chan struct{})}}
}

// Ordinals returns the ordinals of all documents that the index finds by a view of the
// columns, or the newest, those that it has none for apart, and how many segments there
// are and are remembered.
func (x *Index) Ordinals(ctx context.Context, v *column.View) (known map[vigie.DocumentID]uint32, missing []vigie.DocumentID, segments, remembered int, err error) {
	g, release, err := x.use()
	if err != nil {
		return nil, nil, 0, 0, err
	}
	defer release()
	known = map[vigie.DocumentID]uint32{}
	err = g.read(func(r api.IndexReader) (err error) {
		if v == nil {
			if v, err = x.Columns(ctx); err != nil {
				return err
			}
		}
		of, err := segmentsOf(r)
		if err != nil {
			return err
		}
		ordinals, err := x.columns.segments.read(g, of, v)
		if err != nil {
			return err
		}
		segments, remembered = len(ordinals.starts), len(x.columns.segments.known)
		all, err := r.DocIDReaderAll()
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, all.Close()) }()
		for {
			internal, err := all.Next()
			if err != nil || internal == nil {
				return err
			}
			id, err := r.ExternalID(internal)
			if err != nil {
				return err
			}
			if n, ok := ordinals.of(internal.Value()); ok {
				known[vigie.DocumentID(id)] = n
			} else {
				missing = append(missing, vigie.DocumentID(id))
			}
		}
	})
	return known, missing, segments, remembered, err
}
