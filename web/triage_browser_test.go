package web_test

import (
	"context"
	"net/http"
	"testing"

	"vigie"
	"vigie/index/store"
	"vigie/web"
	"vigie/web/browsertest"
)

// TestTriageInBrowser looks at the pages of sorting and of sources, and sorts with
// one key each, on three keyboards.
func TestTriageInBrowser(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	d := newDesk(t, vigie.Editor)
	o := d.o
	o.Probe = func(_ context.Context, s vigie.Source) (web.Probe, error) {
		return web.Probe{
			URL: s.URL, Kind: vigie.Feed, Format: "rss", Title: "Journal du Fleuve", Lang: "fr", Total: 2, Faults: []string{"a date was not understood"},
			Entries: []web.ProbeEntry{
				{Title: "Le trafic double", URL: "https://fleuve.example/1", Published: vigie.InstantOf(now()), Lang: "fr"}, {Title: "الشبكة الوطنية", Lang: "ar"},
			},
		}, nil
	}
	told := tellStory(t, o.DB)
	o.Gathering = func() web.Gathering { return web.Gathering{Done: 3, All: 7} }
	var first vigie.Source
	err := o.DB.View(func(tx *store.Tx) error {
		for src, err := range tx.Sources() {
			first = src
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	failed := vigie.Pace{}.Failed(first, vigie.Visit{Source: first.ID}, "fetch https://fleuve.example/flux.xml: the site answered 404: there is nothing at this address", vigie.Trouble{}, now())
	visit(t, o.DB, failed)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	d.who(r)
	base := serve(t, server(t, o))
	var cookies []map[string]any
	for _, c := range r.Cookies() {
		cookies = append(cookies, map[string]any{"name": c.Name, "value": c.Value, "url": base})
	}
	browsertest.Run(t, "triage.mjs", map[string]any{
		"base": base, "cookies": cookies, "source": first.ID, "ids": []vigie.DocumentID{d.docs[0], d.docs[1], d.docs[4]}, "story": told[0], "likely": told[4],
	})
}
