package vigie_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
)

func TestSubscription(t *testing.T) {
	wish := vigie.Wish{Topics: []string{"5g"}, Cadence: vigie.EveryWeek, Lang: vigie.French}
	s, err := vigie.Subscribe(subscriberID, "a@example.org", wish, vigie.Consent{At: at(1), Via: vigie.ByForm})
	if err != nil || s.State != vigie.Asked {
		t.Fatalf("Subscribe = %+v, %v", s, err)
	}
	if _, err := s.Prefer(wish, vigie.Consent{}); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("changing before confirming: %v", err)
	}
	asked := s
	if s, err = s.Confirm(vigie.Consent{At: at(2), Via: vigie.ByLink}); err != nil || s.State != vigie.Active {
		t.Fatalf("Confirm = %+v, %v", s, err)
	}
	if twice, err := s.Confirm(vigie.Consent{At: at(3)}); err != nil || len(twice.Ledger) != 2 {
		t.Errorf("confirming twice: %+v, %v", twice, err)
	}
	monthly := vigie.Wish{Cadence: vigie.EveryMonth, Lang: vigie.Arabic}
	if s, err = s.Prefer(monthly, vigie.Consent{At: at(4), Via: vigie.ByLink}); err != nil {
		t.Fatal(err)
	}
	s = s.Stop(vigie.Consent{At: at(5), Via: vigie.ByOneClick}).Stop(vigie.Consent{At: at(6)}).Bounce()
	if _, err := s.Confirm(vigie.Consent{}); !errors.Is(err, vigie.ErrConflict) || s.State != vigie.Stopped {
		t.Errorf("an old link revives the subscription %+v: %v", s, err)
	}
	want := []vigie.Consent{
		{At: at(1), Act: vigie.ConsentAsked, Via: vigie.ByForm, Wish: wish},
		{At: at(2), Act: vigie.ConsentConfirmed, Via: vigie.ByLink, Wish: wish},
		{At: at(4), Act: vigie.ConsentChanged, Via: vigie.ByLink, Wish: monthly},
		{At: at(5), Act: vigie.ConsentTakenBack, Via: vigie.ByOneClick, Wish: monthly},
	}
	if diff := cmp.Diff(want, s.Ledger); diff != "" || len(asked.Ledger) != 1 {
		t.Errorf("the ledger (-want +got):\n%s", diff)
	}
	for _, bad := range []vigie.Wish{{Lang: "fr"}, {Cadence: "hourly", Lang: "fr"}, {Cadence: vigie.EveryDay}, {Cadence: vigie.EveryDay, Lang: "<b>"}} {
		if _, err := vigie.Subscribe(subscriberID, "a@example.org", bad, vigie.Consent{}); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("the wish %+v: %v", bad, err)
		}
	}
}

func TestIssueFor(t *testing.T) {
	issue := vigie.Issue{
		Items: []vigie.DigestItem{
			{Synthesis: "1", Lang: vigie.English, Topics: []string{"5g"}},
			{Synthesis: "2", Lang: vigie.Spanish},
			{Synthesis: "1", Lang: vigie.Arabic, Topics: []string{"5g"}},
			{Synthesis: "1", Lang: vigie.French, Topics: []string{"5g"}},
			{Synthesis: "3", Lang: vigie.French, Topics: []string{"ia"}},
		},
		Figures: []vigie.DigestFigure{{Indicator: "a", Topics: []string{"ia"}}, {Indicator: "b"}},
	}
	for _, tc := range []struct {
		name string
		wish vigie.Wish
		want string
	}{
		{"its language", vigie.Wish{Lang: vigie.Arabic}, "1ar 2es 3fr a b "},
		{"a region of it", vigie.Wish{Lang: "ar-MA"}, "1ar 2es 3fr a b "},
		{"the next best", vigie.Wish{Lang: "zgh"}, "1fr 2es 3fr a b "},
		{"one topic", vigie.Wish{Lang: vigie.English, Topics: []string{"5g"}}, "1en 2es b "},
		{"another", vigie.Wish{Lang: vigie.French, Topics: []string{"ia", "x"}}, "2es 3fr a b "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := ""
			items, figures := issue.For(tc.wish)
			for _, i := range items {
				got += string(i.Synthesis) + string(i.Lang) + " "
			}
			for _, f := range figures {
				got += f.Indicator + " "
			}
			if got != tc.want {
				t.Errorf("For = %q, want %q", got, tc.want)
			}
		})
	}
}

// TestDelivery tries every verb in every state.
func TestDelivery(t *testing.T) {
	verbs := map[string]func(vigie.Delivery) (vigie.Delivery, error){
		"claim":   func(d vigie.Delivery) (vigie.Delivery, error) { return d.Claim(at(5)) },
		"accept":  func(d vigie.Delivery) (vigie.Delivery, error) { return d.Accept(at(5), 250) },
		"defer":   func(d vigie.Delivery) (vigie.Delivery, error) { return d.Defer(at(5), at(9), 451, "later") },
		"fail":    func(d vigie.Delivery) (vigie.Delivery, error) { return d.Fail(at(5), 550, "no") },
		"lose":    func(d vigie.Delivery) (vigie.Delivery, error) { return d.Lose(at(5), "crash") },
		"resend":  func(d vigie.Delivery) (vigie.Delivery, error) { return d.Resend(at(5)) },
		"arrived": func(d vigie.Delivery) (vigie.Delivery, error) { return d.Settle(at(5), true, "seen") },
		"gone":    func(d vigie.Delivery) (vigie.Delivery, error) { return d.Settle(at(5), false, "not seen") },
	}
	allowed := map[vigie.DeliveryState]map[string]vigie.DeliveryState{
		vigie.Planned:   {"claim": vigie.Claimed, "fail": vigie.Failed},
		vigie.Claimed:   {"accept": vigie.Accepted, "defer": vigie.Planned, "fail": vigie.Failed, "lose": vigie.Uncertain},
		vigie.Uncertain: {"resend": vigie.Planned, "arrived": vigie.Accepted, "gone": vigie.Failed},
		vigie.Accepted:  {}, vigie.Failed: {}, "": {},
	}
	for state, next := range allowed {
		for verb, do := range verbs {
			d := vigie.Delivery{State: state, MessageID: "<m@example.org>"}
			got, err := do(d)
			want, ok := next[verb]
			switch {
			case ok && (err != nil || got.State != want || got.MessageID != d.MessageID || got.At != at(5)):
				t.Errorf("%s in %q = %+v, %v; want %q", verb, state, got, err, want)
			case !ok && (!errors.Is(err, vigie.ErrConflict) || !cmp.Equal(got, d)):
				t.Errorf("%s in %q = %+v, %v; want a conflict", verb, state, got, err)
			}
		}
	}
	waits := vigie.Delivery{State: vigie.Planned, Next: at(9)}
	if _, err := waits.Claim(at(8)); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("claimed too early: %v", err)
	}
	if d, err := waits.Claim(at(9)); err != nil || d.Attempts != 1 || !d.Next.IsZero() {
		t.Errorf("Claim = %+v, %v", d, err)
	}
}

func TestBalance(t *testing.T) {
	var ledger []vigie.Delivery
	for n, s := range []vigie.DeliveryState{vigie.Planned, vigie.Claimed, vigie.Accepted, vigie.Failed, vigie.Uncertain} {
		ledger = append(ledger, slices.Repeat([]vigie.Delivery{{State: s}}, n+1)...)
	}
	b := vigie.BalanceOf(15, slices.Values(ledger))
	if diff := cmp.Diff(vigie.Balance{Recipients: 15, Planned: 1, Claimed: 2, Accepted: 3, Failed: 4, Uncertain: 5}, b); diff != "" || !b.Holds() || b.Done() {
		t.Errorf("the balance (-want +got):\n%s", diff)
	}
	if vigie.BalanceOf(16, slices.Values(ledger)).Holds() {
		t.Error("a lost recipient is not seen")
	}
	if vigie.BalanceOf(16, slices.Values(append(slices.Clone(ledger), vigie.Delivery{State: "sent"}))).Holds() {
		t.Error("a recipient in an unknown state is not seen")
	}
	if done := vigie.BalanceOf(3, slices.Values(ledger[3:6])); !done.Done() {
		t.Errorf("%+v is done", done)
	}
}
