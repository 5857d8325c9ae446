package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/web/api"
)

// TestKept: lists of what is public are made once for everybody, and anew when something
// changed.
func TestKept(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{"/syntheses", "/syntheses?topic=reseaux&limit=1", "/indicators", "/indicators/internautes/observations?area=MAR"} {
		before := h.api.Kept()
		first := h.get(t, path, "")
		again := h.get(t, path, "", "If-None-Match", first.header.Get("Etag"))
		if first.status != http.StatusOK || again.status != http.StatusNotModified || h.api.Kept() != before+1 {
			t.Errorf("%s: %d, then %d, and %d answers are kept", path, first.status, again.status, h.api.Kept()-before)
		}
	}
	before := len(list(t, h.get(t, "/syntheses", ""), "syntheses"))
	h.publishMany(t, 1, "autre")
	if now := len(list(t, h.get(t, "/syntheses", ""), "syntheses")); now != before+1 || h.api.Kept() != 1 {
		t.Errorf("one more makes %d of %d, and %d answers are kept", now, before, h.api.Kept())
	}
	old := h.get(t, "/indicators", "").body
	h.update(t, func(tx *store.Tx) error {
		i, err := tx.Indicator("internautes")
		if err != nil {
			return err
		}
		i.Publisher = "Une autre union"
		return tx.PutIndicator(i)
	})
	if now := h.get(t, "/indicators", "").body; strings.Contains(old, "Une autre union") || !strings.Contains(now, "Une autre union") {
		t.Errorf("what changed is not told: %s", now)
	}
	if got := h.get(t, "/syntheses?lang=%21", ""); got.status != http.StatusBadRequest || h.api.Kept() != 1 {
		t.Errorf("a refusal is kept: %d", got.status)
	}
}

// publishMany brings out so many syntheses on a topic, older than all others.
func (h *house) publishMany(t testing.TB, n int, topic string) {
	t.Helper()
	h.update(t, func(tx *store.Tx) error {
		for i := range n {
			s := vigie.Synthesis{ID: vigie.SynthesisID(fmt.Sprintf("01JE%022d", i)), Kind: vigie.Brief, Topics: []string{topic}, Created: h.clock.Now(), Revision: 1}
			v := vigie.Version{State: vigie.Published, N: 1, By: h.curator.ID, At: h.clock.Now(), Edition: 1, Published: h.clock.Now().Add(-time.Duration(i+2) * time.Hour)}
			s.Versions = map[vigie.Lang]vigie.Version{"fr": v}
			if err := tx.PutSynthesis(s); err != nil {
				return err
			}
			err := tx.AddEdition(vigie.Edition{
				Synthesis: s.ID, Lang: "fr", N: 1, Kind: s.Kind, Topics: s.Topics, Published: v.Published, By: h.curator.ID, Writing: vigie.Writing{Title: fmt.Sprint("Note ", i)},
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// TestRareTopic: a topic that few texts are on is looked for over several pages, none
// of which reads everything.
func TestRareTopic(t *testing.T) {
	h := newHouse(t)
	h.publishMany(t, 1100, "autre")
	pages := 0
	for path := "/syntheses?topic=nulle-part"; path != ""; pages++ {
		got := read[api.Syntheses](t, h.get(t, path, ""))
		if len(got.Syntheses) > 0 {
			t.Errorf("page %d finds %+v", pages, got.Syntheses)
		}
		if path = ""; got.Next != "" {
			path = withCursor("/syntheses?topic=nulle-part", got.Next)
		}
	}
	if pages != 3 {
		t.Errorf("1102 texts are looked at in %d pages", pages)
	}
	seen := map[vigie.SynthesisID]bool{}
	for path := "/syntheses?topic=autre&limit=100"; path != ""; {
		got := read[api.Syntheses](t, h.get(t, path, ""))
		for _, s := range got.Syntheses {
			seen[s.ID] = true
		}
		if path = ""; got.Next != "" {
			path = withCursor("/syntheses?topic=autre&limit=100", got.Next)
		}
	}
	if len(seen) != 1100 {
		t.Errorf("%d of 1100 are listed", len(seen))
	}
}

// TestCrowd: one token runs so many searches at a time, and all together so many more;
// everybody else is answered meanwhile.
func TestCrowd(t *testing.T) {
	h := newHouse(t)
	const path = "/search?q=fibre"
	enter := func(token string, n int) (leave []func()) {
		for range n {
			out, err := h.api.Enter(token)
			if err != nil {
				t.Fatal(err)
			}
			leave = append(leave, out)
		}
		return leave
	}
	mine, err := h.auth.Tokens(h.reader.ID)
	if err != nil || len(mine) != 1 {
		t.Fatal(mine, err)
	}
	busy := enter(string(mine[0].ID), 4)
	got := h.get(t, path, h.reading)
	if got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") != "1" || got.problem(t).Status != got.status {
		t.Errorf("a fifth search: %d %v %s", got.status, got.header, got.body)
	}
	if got := h.get(t, path, h.curating); got.status != http.StatusOK {
		t.Errorf("somebody else's: %d", got.status)
	}
	busy = append(busy, enter("another", 4)...)
	got = h.get(t, path, h.curating)
	if got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") != "1" || got.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("a ninth search: %d %v %s", got.status, got.header, got.body)
	}
	if got := h.get(t, "/syntheses", h.curating); got.status != http.StatusOK {
		t.Errorf("a list meanwhile: %d", got.status)
	}
	for _, leave := range busy {
		leave()
	}
	for range 10 {
		if got := h.get(t, path, h.reading); got.status != http.StatusOK {
			t.Errorf("afterwards: %d", got.status)
		}
	}
}
