package curate_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
)

func TestBegin(t *testing.T) {
	d := newCell(t)
	id := vigie.NewID[vigie.SynthesisID](d.clock)
	for range 2 { // a form that is posted twice
		s, err := d.Begin(t.Context(), d.awa, id, vigie.Analysis)
		if err != nil || s.ID != id || s.Kind != vigie.Analysis || !slices.Equal(s.Authors, []vigie.UserID{d.awa.ID}) || s.Revision != 1 {
			t.Fatalf("%+v, %v", s, err)
		}
	}
	if s, err := d.Begin(t.Context(), d.awa, vigie.NewID[vigie.SynthesisID](d.clock), "poem"); err != nil || s.Kind != vigie.Brief {
		t.Errorf("an unknown kind: %+v, %v", s, err)
	}
	for name, test := range map[string]struct {
		by   vigie.User
		id   vigie.SynthesisID
		want error
	}{
		"somebody else's":         {d.badr, id, vigie.ErrConflict},
		"no identity":             {d.awa, "../..", vigie.ErrInvalid},
		"a reader":                {vigie.User{ID: "R", Role: vigie.Reader}, vigie.NewID[vigie.SynthesisID](d.clock), vigie.ErrForbidden},
		"a disabled account":      {vigie.User{ID: "R", Role: vigie.Editor, Disabled: true}, vigie.NewID[vigie.SynthesisID](d.clock), vigie.ErrForbidden},
		"nobody who is signed in": {vigie.User{}, vigie.NewID[vigie.SynthesisID](d.clock), vigie.ErrForbidden},
	} {
		if _, err := d.Begin(t.Context(), test.by, test.id, vigie.Brief); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}

func TestRead(t *testing.T) {
	d := newCell(t)
	id := d.begun(t)
	for _, u := range []vigie.User{d.awa, d.chen, d.dina} {
		if s, err := d.Read(u, id); err != nil || s.ID != id {
			t.Errorf("%s: %v", u.Name, err)
		}
	}
	if _, err := d.Read(d.badr, id); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("another curator: %v", err)
	}
	if _, err := d.Read(d.chen, vigie.NewID[vigie.SynthesisID](d.clock)); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("what is nowhere: %v", err)
	}
}

func TestRevise(t *testing.T) {
	d := newCell(t)
	id := d.begun(t)
	first := vigie.Writing{Title: "  La fibre\u00a0gagne ", Summary: " Un résumé. ", Body: "Une ligne.\r\n\r\nUne autre.\r\n\n ", Slug: "La Fibre !"}
	s := d.write(t, id, first)
	v := s.Versions[vigie.French]
	if v.Title != "La fibre\u00a0gagne" || v.Summary != "Un résumé." || v.Body != "Une ligne.\n\nUne autre." || v.Slug != "la-fibre" || v.State != vigie.Drafted || v.N != 1 {
		t.Errorf("%+v", v)
	}
	again, err := d.Revise(t.Context(), id, vigie.Step{Lang: vigie.French, Seen: 0, By: d.awa}, first)
	if err != nil || again.Revision != s.Revision {
		t.Errorf("the same text again: revision %d after %d, %v", again.Revision, s.Revision, err)
	}
	if s = d.write(t, id, vigie.Writing{Title: "Été à Ḥammāmet", Body: "x"}); s.Versions[vigie.French].Slug != "ete-a-hammamet" {
		t.Errorf("without a slug: %q", s.Versions[vigie.French].Slug)
	}

	// Chen has read the first text, Awa has saved another one.
	_, err = d.Revise(t.Context(), id, vigie.Step{Lang: vigie.French, Seen: 1, By: d.chen}, vigie.Writing{Title: "De Chen", Body: "y"})
	var stale *vigie.StaleError
	if !errors.As(err, &stale) || stale.Seen != 1 || stale.Current != 2 {
		t.Errorf("a stale text: %v", err)
	}
	if got := d.kept(t, id); got.Versions[vigie.French].Title != "Été à Ḥammāmet" || got.Revision != s.Revision {
		t.Errorf("a stale text changed what is kept: %+v", got)
	}
	if _, err := d.Revise(t.Context(), id, vigie.Step{Lang: vigie.French, Seen: 2, By: d.badr}, first); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("another curator: %v", err)
	}
	if _, err := d.Revise(t.Context(), id, vigie.Step{Lang: vigie.French, Seen: 2, By: d.awa}, vigie.Writing{Body: strings.Repeat("x", vigie.MaxBodyBytes+1)}); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("too long: %v", err)
	}
	if s, err := d.Revise(t.Context(), id, vigie.Step{Lang: "zgh", By: d.awa}, vigie.Writing{Title: "ⴰⵣⵓⵍ", Body: "x"}); err != nil || len(s.Versions) != 2 {
		t.Errorf("another language: %v", err)
	}
}

func TestLongText(t *testing.T) {
	d := newCell(t)
	body := strings.Repeat("الألياف البصرية في 2026، ", 400<<10/40)
	if s := d.write(t, d.begun(t), vigie.Writing{Title: "Long", Body: body}); s.Versions[vigie.French].Body != strings.TrimRight(body, " ") {
		t.Error("400 KB do not come back")
	}
}

func TestEmbedsFollowTheTexts(t *testing.T) {
	d := newCell(t)
	release := d.series(t, "fibre", "Fibre", "MAR", "1.5", "2.5")
	id := d.begun(t)
	d.write(t, id, vigie.Writing{Title: "T", Body: "{{figure fibre MAR}}\n\nIci {{figure fibre MAR}} et {{figure mobile SEN}}."})
	fibre, mobile := vigie.Embed{Indicator: "fibre", Area: "MAR"}, vigie.Embed{Indicator: "mobile", Area: "SEN"}
	if got := d.kept(t, id).Embeds; !slices.Equal(got, []vigie.Embed{fibre, mobile}) {
		t.Errorf("embeds: %+v", got)
	}
	for range 2 { // a switch that is posted twice
		s, err := d.Freeze(t.Context(), d.awa, id, fibre, true)
		if err != nil || s.Embeds[0].Release != string(release) || s.Revision != 3 {
			t.Fatalf("frozen: %+v, %v", s.Embeds, err)
		}
	}
	d.series(t, "fibre", "Fibre", "MAR", "1.5", "2.9")
	arabic := vigie.Step{Lang: vigie.Arabic, By: d.awa}
	if _, err := d.Revise(t.Context(), id, arabic, vigie.Writing{Title: "ع", Body: "{{figure fibre MAR}}"}); err != nil {
		t.Fatal(err)
	}
	d.write(t, id, vigie.Writing{Title: "T", Body: "Rien."})
	got := d.kept(t, id).Embeds
	if len(got) != 1 || got[0].Release != string(release) {
		t.Errorf("what one language still shows is no longer frozen: %+v", got)
	}
	if s, err := d.Freeze(t.Context(), d.awa, id, fibre, false); err != nil || !s.Embeds[0].Live() {
		t.Errorf("live again: %+v, %v", s.Embeds, err)
	}
	for name, test := range map[string]struct {
		by    vigie.User
		embed vigie.Embed
		want  error
	}{
		"not in a text":   {d.awa, mobile, vigie.ErrNotFound},
		"another curator": {d.badr, fibre, vigie.ErrForbidden},
	} {
		if _, err := d.Freeze(t.Context(), test.by, id, test.embed, true); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	d.write(t, id, vigie.Writing{Title: "T", Body: "{{figure mobile SEN}}"})
	if _, err := d.Freeze(t.Context(), d.awa, id, mobile, true); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("a figure without values: %v", err)
	}
}

func TestArrange(t *testing.T) {
	d := newCell(t)
	id := d.begun(t)
	d.update(t, func(tx *store.Tx) error {
		return errors.Join(tx.PutTopic(vigie.Topic{ID: "reseaux", Labels: vigie.Text{vigie.French: "Réseaux"}}), tx.PutTopic(vigie.Topic{ID: "usages", Labels: vigie.Text{vigie.French: "Usages"}}))
	})
	brief := curate.Arrangement{Kind: vigie.Brief}
	both := curate.Arrangement{Kind: vigie.Analysis, Topics: []string{"reseaux", "usages"}}
	one := curate.Arrangement{Kind: vigie.Analysis, Topics: []string{"usages"}}
	steps := []struct {
		name       string
		by         vigie.User
		seen, want curate.Arrangement
		err        error
	}{
		{"another curator", d.badr, brief, both, vigie.ErrForbidden},
		{"first", d.awa, brief, both, nil},
		{"posted twice", d.awa, brief, both, nil},
		{"who saw an old one and wants no change", d.chen, brief, brief, nil},
		{"who saw an old one and wants another", d.chen, brief, one, vigie.ErrConflict},
		{"unknown kind", d.awa, both, curate.Arrangement{Kind: "poem", Topics: both.Topics}, vigie.ErrInvalid},
		{"unknown topic", d.awa, both, curate.Arrangement{Kind: vigie.Brief, Topics: []string{"lune"}}, vigie.ErrNotFound},
		{"a topic twice", d.awa, both, curate.Arrangement{Kind: vigie.Brief, Topics: []string{"usages", "usages"}}, vigie.ErrInvalid},
	}
	for _, step := range steps {
		if _, err := d.Arrange(t.Context(), step.by, id, step.seen, step.want); !errors.Is(err, step.err) {
			t.Errorf("%s: %v, want %v", step.name, err, step.err)
		}
	}
	if s := d.kept(t, id); s.Kind != vigie.Analysis || !slices.Equal(s.Topics, both.Topics) || s.Revision != 2 {
		t.Errorf("%+v", s)
	}
}
