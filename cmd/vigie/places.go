package main

import (
	"fmt"
	"log/slog"
	"os"
	"time"

	"vigie"
	"vigie/curate"
	"vigie/curate/locale"
	"vigie/index/store"
	"vigie/index/thesaurus"
)

// openDesk makes the desk on a store, with the names of places that the operator
// wants shown and his pace.
func openDesk(db *store.DB, places map[string]vigie.Text, every time.Duration, log *slog.Logger, reword func(*thesaurus.Thesaurus)) (*curate.Desk, error) {
	catalogues, err := locale.Load()
	if err != nil {
		return nil, err
	}
	return curate.New(db, catalogues, curate.Options{Log: log, Places: places, Pace: vigie.Pace{Floor: every}, Reword: reword}), nil
}

// readPlaces reads the operator's file of names; "" gives none.
func readPlaces(path string) (map[string]vigie.Text, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the file of places: %w (see places in 'vigie config')", err)
	}
	defer func() { _ = f.Close() }() // only read
	names, err := curate.ReadPlaces(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return names, nil
}
