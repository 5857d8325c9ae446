package curate_test

import (
	"errors"
	"strings"
	"testing"

	"vigie"
	"vigie/curate"
)

// TestAddList adds a list to a source that is watched already: each line is added, known
// or refused by itself, and a second time nothing is added.
func TestAddList(t *testing.T) {
	s := newSorting(t)
	idris := person("01JD8Y3K5W000000000000000B", vigie.Editor)
	mine := vigie.Source{ID: "01JD8Y3K5W0000000000000001", Kind: vigie.Site, URL: "https://watched.example/"}
	if _, err := s.desk.AddSource(t.Context(), idris, mine); err != nil {
		t.Fatal(err)
	}
	list := []vigie.Source{
		{Kind: vigie.Feed, URL: "https://new.example/", Name: "Neuve"},
		{Kind: vigie.Page, URL: "https://NEW.example/"}, // read in two ways
		{Kind: vigie.Feed, URL: "https://new.example/#top"},
		{Kind: vigie.Feed, URL: "https://watched.example"}, // read in another way
		{Kind: vigie.Feed, URL: "https://long.example/", Name: strings.Repeat("a", 201)},
		{Kind: vigie.Feed, URL: "ftp://files.example/"},
	}
	for _, want := range []string{"++==!!", "====!!"} { // added, known, refused
		done, err := s.desk.AddList(t.Context(), idris, list, false, "203.0.113.0/24")
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for i, l := range done {
			got += became(l)
			if l.Refused == nil && l.Source.ID == "" {
				t.Errorf("%s: %q has no identity", list[i].URL, l.Source.Name)
			}
		}
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if done[3].Source.ID != mine.ID {
			t.Errorf("%s is said to be %s", list[3].URL, done[3].Source.ID)
		}
		if line := s.audited(t, 1)[0]; line.What != "sources imported" || line.Note != "2: Neuve; " || line.Who != string(idris.ID) {
			t.Errorf("audit log: %+v", line)
		}
	}
	if _, err := s.desk.AddList(t.Context(), person("01JD8Y3K5W000000000000000C", vigie.Reader), list, false, ""); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("a reader adds a list: %v", err)
	}
}

// became says what became of a source of a list: a mark for each of added, known and
// refused.
func became(l curate.Listed) string {
	switch {
	case l.Refused != nil:
		return "!"
	case l.Known:
		return "="
	}
	return "+"
}
