package vigie_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
)

func person(id string, r vigie.Role) vigie.User { return vigie.User{ID: vigie.UserID(id), Role: r} }

// TestSynthesisWay follows a text from its first draft to its second edition.
func TestSynthesisWay(t *testing.T) {
	amina, salma := person("a", vigie.Curator), person("b", vigie.Publisher)
	s := vigie.Synthesis{ID: synthesisID, Kind: vigie.Brief, Authors: []vigie.UserID{amina.ID}, Citations: sampleCitations(), Revision: 1}
	step := func(by vigie.User, minute int) vigie.Step {
		return vigie.Step{Lang: vigie.French, Seen: s.Versions[vigie.French].N, By: by, Now: at(minute)}
	}
	next := func(got vigie.Synthesis, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if got.Revision != s.Revision+1 || got.Versions[vigie.French].N != s.Versions[vigie.French].N+1 {
			t.Fatalf("revision %d, version %d", got.Revision, got.Versions[vigie.French].N)
		}
		s = got
	}
	next(s.Revise(step(amina, 1), sampleWriting()))
	if vigie.Visible(vigie.User{}, s.Thing(vigie.French)) {
		t.Error("a draft is public")
	}
	next(s.Submit(step(amina, 2)))
	next(s.Return(step(salma, 3)))
	next(s.Submit(step(amina, 4)))
	got, first, err := s.Publish(step(salma, 5), vigie.Rules{TwoPersons: true})
	next(got, err)
	if first.N != 1 || first.Title != sampleWriting().Title || !cmp.Equal(first.Citations, sampleCitations()) || !vigie.Visible(vigie.User{}, s.Thing(vigie.French)) {
		t.Errorf("the first edition is %+v", first)
	}
	if vigie.Visible(vigie.User{}, s.Thing(vigie.Arabic)) {
		t.Error("the Arabic text is public and does not exist")
	}
	better := sampleWriting()
	better.Title = "Mieux"
	next(s.Revise(step(amina, 6), better))
	if !vigie.Visible(vigie.User{}, s.Thing(vigie.French)) || vigie.Visible(vigie.User{}, s.Working()) || first.Title == better.Title {
		t.Error("revising must leave the edition public and the working text private")
	}
	next(s.Submit(step(amina, 7)))
	got, second, err := s.Publish(step(salma, 8), vigie.Rules{TwoPersons: true})
	next(got, err)
	if second.N != 2 || second.Title != "Mieux" {
		t.Errorf("the second edition is %+v", second)
	}
	withdrawal := step(salma, 9)
	withdrawal.Why = "une erreur"
	next(s.Withdraw(withdrawal))
	if _, err := s.Withdraw(step(salma, 9)); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("withdrawing twice: %v", err)
	}
	next(s.Revise(step(amina, 10), better))
	if v := s.Versions[vigie.French]; v.Reason != "une erreur" || v.Why != "" {
		t.Errorf("revised, the reason is %q, and of the last step %q", v.Reason, v.Why)
	}
	if vigie.Visible(vigie.User{}, s.Thing(vigie.French)) {
		t.Error("revising a withdrawn text made it public")
	}
	next(s.Submit(step(amina, 11)))
	got, third, err := s.Publish(step(salma, 12), vigie.Rules{TwoPersons: true})
	next(got, err)
	if v := s.Versions[vigie.French]; v.Reason != "" {
		t.Errorf("published again, the reason is still %q", v.Reason)
	}
	if third.N != 3 || !s.Versions[vigie.French].Out() || s.NextCitation() != 2 {
		t.Errorf("after the third edition: %+v", s)
	}
}

// TestSynthesisRefuses tries every transition where it must not be.
func TestSynthesisRefuses(t *testing.T) {
	author, stranger := person("a", vigie.Curator), person("c", vigie.Curator)
	editor, publisher, chief := person("e", vigie.Editor), person("p", vigie.Publisher), person("a", vigie.Publisher)
	base := vigie.Synthesis{Authors: []vigie.UserID{"a"}, Versions: map[vigie.Lang]vigie.Version{
		vigie.French:  {State: vigie.Drafted, N: 3, Writing: sampleWriting(), Writers: []vigie.UserID{"a", "w"}},
		vigie.Arabic:  {State: vigie.InReview, N: 5, Writing: sampleWriting(), Writers: []vigie.UserID{"w"}},
		vigie.English: {State: vigie.Drafted, N: 1},
	}}
	before := base
	step := func(l vigie.Lang, seen int, by vigie.User) vigie.Step {
		return vigie.Step{Lang: l, Seen: seen, By: by, Now: at(1)}
	}
	publish := func(s vigie.Step, r vigie.Rules) error { _, _, err := base.Publish(s, r); return err }
	revise := func(s vigie.Step, w vigie.Writing) error { _, err := base.Revise(s, w); return err }
	submit := func(s vigie.Step) error { _, err := base.Submit(s); return err }
	for _, tc := range []struct {
		name string
		err  error
		want error
	}{
		{"revise by a stranger", revise(step(vigie.French, 3, stranger), sampleWriting()), vigie.ErrForbidden},
		{"revise stale", revise(step(vigie.French, 2, author), sampleWriting()), vigie.ErrConflict},
		{"begin what exists", revise(step(vigie.French, 0, author), sampleWriting()), vigie.ErrConflict},
		{"continue what does not exist", revise(step(vigie.Spanish, 1, author), sampleWriting()), vigie.ErrConflict},
		{"no language", revise(step("", 0, author), sampleWriting()), vigie.ErrInvalid},
		{"long title", revise(step(vigie.French, 3, author), vigie.Writing{Title: strings.Repeat("ع", 301)}), vigie.ErrInvalid},
		{"long summary", revise(step(vigie.French, 3, author), vigie.Writing{Summary: strings.Repeat("é", 1001)}), vigie.ErrInvalid},
		{"long body", revise(step(vigie.French, 3, author), vigie.Writing{Body: strings.Repeat("a", 1<<20+1)}), vigie.ErrInvalid},
		{"submit nothing", submit(step(vigie.English, 1, author)), vigie.ErrInvalid},
		{"submit what is not there", submit(step(vigie.Spanish, 0, author)), vigie.ErrNotFound},
		{"submit twice", submit(step(vigie.Arabic, 5, author)), vigie.ErrConflict},
		{"publish a draft", publish(step(vigie.French, 3, publisher), vigie.Rules{}), vigie.ErrConflict},
		{"publish by an editor", publish(step(vigie.Arabic, 5, editor), vigie.Rules{}), vigie.ErrForbidden},
		{"publish one's own", publish(step(vigie.Arabic, 5, chief), vigie.Rules{TwoPersons: true}), vigie.ErrForbidden},
		{"publish what one wrote in", publish(step(vigie.Arabic, 5, person("w", vigie.Admin)), vigie.Rules{TwoPersons: true}), vigie.ErrForbidden},
		{"publish one's own, allowed", publish(step(vigie.Arabic, 5, chief), vigie.Rules{}), nil},
		{"publish stale", publish(step(vigie.Arabic, 4, publisher), vigie.Rules{}), vigie.ErrConflict},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if !errors.Is(tc.err, tc.want) {
				t.Errorf("error %v, want %v", tc.err, tc.want)
			}
		})
	}
	var stale *vigie.StaleError
	if err := revise(step(vigie.French, 2, author), sampleWriting()); !errors.As(err, &stale) || stale.Current != 3 || stale.Seen != 2 {
		t.Errorf("a stale save says %v", err)
	}
	if diff := cmp.Diff(before, base); diff != "" {
		t.Errorf("a transition changed its receiver:\n%s", diff)
	}
}
