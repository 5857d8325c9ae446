package archive_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index/archive"
	"vigie/index/store"
)

// fillDesk puts settings, a topic, a page, a key and two syntheses: one with two
// editions in French and one in Arabic, and one that is a draft.
func fillDesk(t testing.TB, db *store.DB) {
	t.Helper()
	at := time.Date(2026, 11, 21, 21, 0, 0, 0, time.UTC)
	by := vigie.User{ID: "01KAM0SER00000000000000001", Role: vigie.Publisher}
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		s := vigie.Synthesis{
			ID: vigie.NewID[vigie.SynthesisID](at), Kind: vigie.Analysis, Topics: []string{"5g"}, Authors: []vigie.UserID{by.ID}, Created: at,
			Citations: []vigie.Citation{{
				N: 1, Publisher: "P", Title: "T", URL: "https://a.example.org/1", Lang: vigie.French, Published: vigie.InstantOf(at), Accessed: at,
				Passage: vigie.Passage{Document: "01KAM000000000000000000000", Revision: 2, Page: 3, Exact: "mots", Prefix: "les ", Suffix: " cités", Start: 4, End: 8},
			}},
			Embeds: []vigie.Embed{{Indicator: "fixed-broadband", Area: "MAR", Release: "01KAMV00000000000000000001"}, {Indicator: "fixed-broadband", Area: "MAR"}},
		}
		for _, lang := range []vigie.Lang{vigie.French, vigie.Arabic, vigie.French} {
			var err error
			if s, err = published(tx, s, lang, by, at); err != nil {
				return err
			}
		}
		draft, err := (vigie.Synthesis{ID: vigie.NewID[vigie.SynthesisID](at.Add(time.Hour)), Kind: vigie.Brief, Created: at}).
			Revise(vigie.Step{Lang: vigie.English, By: vigie.User{ID: by.ID, Role: vigie.Editor}, Now: at, Why: "W"}, vigie.Writing{Title: "Draft"})
		set := vigie.DefaultSettings()
		set.KeyFigures = s.Embeds[1:]
		_, err2 := tx.MakeKey("links")
		return errors.Join(err, err2, tx.PutSynthesis(draft), tx.PutSettings(set),
			tx.PutTopic(vigie.Topic{ID: "networks-5g", Labels: vigie.Text{vigie.French: "5G"}}),
			tx.PutPageText(vigie.PageText{Page: vigie.AboutPage, Lang: vigie.French, Title: "À propos", Body: "Nous.", By: by.ID, At: at, N: 1}),
			tx.PutMark(vigie.FigureMark{Synthesis: s.ID, Indicator: "fixed-broadband", Area: "MAR", Before: "3.55", After: "3.58", Vintage: "01KAMV00000000000000000001", At: at}))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// published takes the text of a language from nothing, or from its last edition, to
// the next one.
func published(tx *store.Tx, s vigie.Synthesis, lang vigie.Lang, by vigie.User, at time.Time) (vigie.Synthesis, error) {
	step := func() vigie.Step { return vigie.Step{Lang: lang, Seen: s.Versions[lang].N, By: by, Now: at} }
	s, err1 := s.Revise(step(), vigie.Writing{Title: "T " + string(lang), Summary: "S", Body: "Corps [@1].", Slug: "t"})
	err2 := tx.PutSynthesis(s)
	s, err3 := s.Submit(step())
	err4 := tx.PutSynthesis(s)
	s, e, err5 := s.Publish(step(), vigie.Rules{})
	return s, errors.Join(err1, err2, err3, err4, err5, tx.PutSynthesis(s), tx.AddEdition(e))
}

// TestDeskLinesBelongTogether moves, repeats and drops lines about syntheses, with
// counts that agree.
func TestDeskLinesBelongTogether(t *testing.T) {
	whole, _ := exported(t, filled(t))
	lines := strings.SplitAfter(unzip(t, whole), "\n")
	var at []int // the lines of the first synthesis: itself, ar 1, fr 1, fr 2, mark; then the second
	for n, line := range lines {
		for _, kind := range []string{"synthesis", "edition", "mark"} {
			if strings.HasPrefix(line, `{"type":"`+kind+`"`) {
				at = append(at, n)
			}
		}
	}
	if len(at) != 6 {
		t.Fatalf("%d lines about syntheses", len(at))
	}
	part := func(order ...int) string {
		out := strings.Join(lines[:at[0]], "")
		for _, n := range order {
			out += lines[at[n]]
		}
		return out + strings.Join(lines[at[5]+1:], "")
	}
	if _, err := archive.Verify(bytes.NewReader(zip(t, part(0, 1, 2, 3, 4, 5)))); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"editions in another order": part(0, 1, 3, 2, 4, 5),
		"an edition twice":          part(0, 1, 2, 2, 4, 5),
		"an edition of another":     part(0, 1, 2, 5, 3, 4),
		"a mark of another":         part(0, 1, 2, 3, 5, 4),
		"syntheses exchanged":       part(5, 0, 1, 2, 3, 4),
		"a second settings line":    strings.Replace(part(0, 1, 2, 3, 4, 5), `{"type":"topic"`, `{"type":"settings","x":1}`+"\n"+`{"type":"topic"`, 1),
	} {
		if _, err := archive.Verify(bytes.NewReader(zip(t, text))); !errors.Is(err, vigie.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNoKeys: what signs links never leaves.
func TestNoKeys(t *testing.T) {
	db := filled(t)
	whole, _ := exported(t, db)
	text := unzip(t, whole)
	err := db.View(func(tx *store.Tx) error {
		key, err := tx.Key("links")
		if strings.Contains(text, base64.StdEncoding.EncodeToString(key)) || strings.Contains(text, `"type":"key`) {
			t.Error("a key is in the archive")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
