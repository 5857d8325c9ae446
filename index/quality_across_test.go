package index_test

import (
	"os"
	"testing"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store/storetest"
	"vigie/index/thesaurus"
)

// TestAcross asks English questions of Spanish and of Arabic texts, without their
// titles, which are English: with what was typed only, and with the dictionaries of
// FreeDict.
func TestAcross(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	const folder = "/usr/share/dictd"
	known, err := thesaurus.LoadFolder(os.DirFS(folder))
	if err != nil {
		t.Fatal(err)
	}
	if len(known.All()) == 0 {
		t.Skipf("no dictionaries of FreeDict in %s: make tools", folder)
	}
	every := 6
	if os.Getenv("VIGIE_PROOF") != "" {
		every = 1
	}
	for _, c := range []struct {
		name  string
		lang  vigie.Lang
		least float64
	}{{"xquad-es", vigie.Spanish, .70}, {"xquad-ar", vigie.Arabic, .60}} {
		s, questions := readSet(t, c.name, c.lang), readSet(t, "xquad-en", vigie.English)
		for i := range s.texts {
			s.texts[i].Title = ""
		}
		s.queries = questions.queries
		db := storetest.Open(t)
		s.file(t, db)
		x, err := index.Open(t.Context(), t.TempDir(), db, index.Options{Thesaurus: thesaurus.Default})
		if err != nil {
			t.Fatal(err)
		}
		catchUp(t, x)
		ask := func(into ...vigie.Lang) engine {
			return func(t testing.TB, question string) []string {
				t.Helper()
				res, err := x.Search(t.Context(), query.Plain(question), index.SearchOptions{Limit: 10, Into: into})
				if err != nil {
					t.Fatal(err)
				}
				var out []string
				for _, h := range res.Hits {
					out = append(out, s.ids[h.ID])
				}
				return out
			}
		}
		asked := s.asked(every)
		typed, named := s.measure(t, ask(), asked), s.measure(t, ask(c.lang), asked)
		x.Translate(known)
		got := s.measure(t, ask(c.lang), asked)
		t.Logf("%d English questions of %s: %.3f as typed, %.3f with the thesaurus, %.3f with FreeDict too", len(asked), c.name, typed, named, got)
		if got < c.least {
			t.Errorf("%s: nDCG@10 %.3f with dictionaries, want %.2f", c.name, got, c.least)
		}
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}
}
