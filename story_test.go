package vigie_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
)

func TestBondRank(t *testing.T) {
	last := 0
	for _, b := range []vigie.Bond{vigie.ExactCopy, vigie.NearCopy, vigie.SameTitle, vigie.AboutReport, vigie.LikelySame} {
		if b.Rank() <= last {
			t.Errorf("%q has rank %d after %d", b, b.Rank(), last)
		}
		last = b.Rank()
	}
	if vigie.Bond("").Rank() != 0 || vigie.Bond("friends").Rank() != 0 {
		t.Error("what is no bond has a rank")
	}
}

func TestStoryPart(t *testing.T) {
	at := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	s := vigie.Story{ID: "s", Record: "a", Members: []vigie.Member{{Document: "b", Bond: vigie.NearCopy, To: "a", Since: at}, {Document: "c", Bond: vigie.LikelySame, To: "a", Since: at}}}
	got, err := s.Part([]vigie.DocumentID{"c"}, "Nadia", "another country", at)
	if err != nil {
		t.Fatal(err)
	}
	want := []vigie.Split{{Out: []vigie.DocumentID{"c"}, From: []vigie.DocumentID{"a", "b"}, By: "Nadia", At: at, Why: "another country"}}
	if diff := cmp.Diff(want, got.Splits); diff != "" || len(s.Splits) != 0 {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, out := range [][]vigie.DocumentID{nil, {"a", "b", "c"}, {"x"}, {"c", "x"}} {
		if _, err := s.Part(out, "Nadia", "", at); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("part %v: %v", out, err)
		}
	}
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var back vigie.Story
	if err := json.Unmarshal(b, &back); err != nil || cmp.Diff(got, back) != "" {
		t.Errorf("read back %v: %s", err, cmp.Diff(got, back))
	}
}
