package store_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"vigie"
	"vigie/index/store"
)

// deskItems is where the numbers of the items begin that childDecides files.
const deskItems = 700_000_000

// childDecides keeps items, takes every other decision back, publishes a synthesis
// about each and writes its number into the settings.
func childDecides(ctx context.Context, db *store.DB, round int) error {
	var s vigie.Source
	err := db.Update(ctx, func(tx *store.Tx) error {
		var err error
		s, err = tx.AddSource(vigie.Source{Kind: vigie.Feed, URL: fmt.Sprintf("https://desk-%d.example.org/feed", round)})
		return err
	})
	for turn := 0; err == nil; turn++ {
		err = childPublishes(ctx, db, s, deskItems+round*1_000_000+turn)
	}
	return err
}

func childPublishes(ctx context.Context, db *store.DB, s vigie.Source, n int) error {
	filed, err := db.File(ctx, store.Filing{Source: s, Reading: vigie.Reading{Findings: items(n, n+1)}})
	if err != nil {
		return err
	}
	fmt.Println("filed", n)
	decide := func(d vigie.Decision) (done vigie.DecisionID, err error) {
		err = db.Update(ctx, func(tx *store.Tx) error {
			d.Document, d.By = filed.Documents[0], "Amina"
			if _, err := tx.Decide(d); err != nil {
				return err
			}
			log, err := tx.Decisions(d.Document)
			if err == nil {
				done = log[len(log)-1].ID
			}
			return err
		})
		return done, err
	}
	kept, err := decide(vigie.Decision{Act: vigie.Keep})
	if err != nil {
		return err
	}
	fmt.Println("kept", n)
	if n%2 == 0 {
		fmt.Println("undoing", n)
		if _, err := decide(vigie.Decision{Act: vigie.Undo, Undoes: kept}); err != nil {
			return err
		}
		fmt.Println("undone", n)
	}
	err = db.Update(ctx, func(tx *store.Tx) error {
		s, err := begin(tx, vigie.French, fmt.Sprint("Texte ", n), db.Now())
		if err != nil {
			return err
		}
		_, err = publish(tx, s, vigie.French, db.Now())
		settings := vigie.DefaultSettings()
		settings.Motto = vigie.Text{vigie.French: strconv.Itoa(n)}
		return errors.Join(err, tx.PutSettings(settings))
	})
	if err == nil {
		fmt.Println("published", n)
	}
	return err
}

// compareDesk holds the desk against what was said.
func (k told) compareDesk(t *testing.T, db *store.DB) {
	t.Helper()
	number := func(title string) int {
		_, digits, _ := strings.Cut(title, " ")
		n, err := strconv.Atoi(digits)
		if err != nil {
			t.Errorf("%q has no number", title)
		}
		return n
	}
	times := map[int]int{}
	for _, text := range out(t, db, "") {
		times[number(strings.TrimSuffix(text, " 1 fr"))]++
	}
	newest := 0
	for n := range k.published {
		newest = max(newest, n)
		if times[n] != 1 {
			t.Errorf("text %d was published and is there %d times", n, times[n])
		}
	}
	view(t, db, func(tx *store.Tx) error {
		s, err := tx.Settings()
		if said, _ := strconv.Atoi(s.Motto[vigie.French]); said < newest {
			t.Errorf("the settings are of text %d, %d was published", said, newest)
		}
		return err
	})
	status := map[int]vigie.Status{}
	for _, s := range []vigie.Status{vigie.New, vigie.Kept} {
		for _, title := range queued(t, db, s) {
			if title == "" {
				continue // withdrawn
			}
			status[number(title)] = s
		}
	}
	for n := range k.kept {
		switch got := status[n]; {
		case k.undone[n] && got != vigie.New:
			t.Errorf("item %d is %q after its decision was undone", n, got)
		case !k.undoing[n] && got != vigie.Kept:
			t.Errorf("item %d is %q and was kept", n, got)
		}
	}
}
