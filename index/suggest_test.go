package index_test

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store/storetest"
	"vigie/index/thesaurus"
)

// TestSuggestLater: nobody waits for the words that suggestions are made from, neither
// for the first ones nor for new ones.
func TestSuggestLater(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://example.org/feed")
	called := func(word string) {
		t.Helper()
		var docs []vigie.Document
		for n := range 4 {
			docs = append(docs, vigie.Document{URL: fmt.Sprintf("https://example.org/%s/%d", word, n), Title: fmt.Sprintf("Le %s %d", word, n), Lang: vigie.French})
		}
		storetest.File(t, db, s, docs...)
	}
	called("dromadaire")
	var later atomic.Int64
	x, err := index.Open(t.Context(), t.TempDir(), db, index.Options{Now: func() time.Time { return noon().Add(time.Duration(later.Load())) }})
	if err != nil {
		t.Fatal(err)
	}
	catchUp(t, x)
	want := func(when, typed, want string) {
		t.Helper()
		q, ok, err := x.Suggest(t.Context(), query.Plain(typed))
		if got := q.String(); err != nil || ok != (want != "") || ok && got != want {
			t.Errorf("%s: suggests %v %q, %v; want %q", when, ok, got, err, want)
		}
	}
	warm := func() {
		t.Helper()
		if err := x.WarmUp(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	want("before the words are read", "dromadare", "")
	warm()
	want("when they are", "dromadare", "dromadaire")
	called("chameau")
	catchUp(t, x)
	warm()
	want("too soon after", "chamaeu", "")
	later.Store(int64(11 * time.Minute))
	want("while new ones are read", "dromadare", "dromadaire")
	warm()
	want("when those are", "chamaeu", "chameau")
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	later.Store(int64(time.Hour))
	called("lama")
	if _, _, err := x.Suggest(t.Context(), query.Plain("dromadare")); !errors.Is(err, os.ErrClosed) {
		t.Errorf("of a closed index: %v", err)
	}
}

// TestWarmUpClosed: what is closed begins nothing.
func TestWarmUpClosed(t *testing.T) {
	x, err := index.Open(t.Context(), t.TempDir(), storetest.Open(t), index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if err := x.WarmUp(t.Context()); !errors.Is(err, os.ErrClosed) {
		t.Errorf("warms up: %v", err)
	}
	if _, ok, err := x.Suggest(t.Context(), query.Plain("dromadare")); ok || err != nil {
		t.Errorf("suggests something: %v, %v", ok, err)
	}
}

// TestThesaurusWhenWanted: the thesaurus is read once, at the first question for other
// names; where it is broken that is said, and what was typed is found all the same.
func TestThesaurusWhenWanted(t *testing.T) {
	for name, broken := range map[string]error{"whole": nil, "broken": errors.New("it is torn")} {
		t.Run(name, func(t *testing.T) {
			db := storetest.Open(t)
			fill(t, db, 2)
			var log strings.Builder
			read := 0
			x, err := index.Open(t.Context(), t.TempDir(), db, index.Options{
				Log: slog.New(slog.NewTextHandler(&log, nil)),
				Thesaurus: func() (*thesaurus.Thesaurus, error) {
					if read++; broken != nil {
						return nil, broken
					}
					return thesaurus.Default()
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			defer x.Close()
			catchUp(t, x)
			if res := ask(t, x, "fibre optique"); res.Total != 2 || read != 0 {
				t.Errorf("%d found, read %d times before anybody wants it", res.Total, read)
			}
			for range 2 {
				res, err := x.Search(t.Context(), query.Plain("fibre optique"), index.SearchOptions{Into: []vigie.Lang{vigie.English}})
				if err != nil || res.Total != 2 || (len(res.Also) > 0) != (broken == nil) {
					t.Errorf("%d found, also %+v, %v", res.Total, res.Also, err)
				}
			}
			if read != 1 || strings.Contains(log.String(), "it is torn") != (broken != nil) {
				t.Errorf("read %d times; the log says %s", read, log.String())
			}
		})
	}
}
