package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
)

// strays adds two sources to a ward: the feed of one is gone, and its list could be
// read; that of the other was replaced by itself.
func (w *ward) strays() (offered, taken vigie.SourceID) {
	w.t.Helper()
	add := func(address string, v vigie.Visit) vigie.SourceID {
		src := source(w.t, w.o.DB, address, address)
		src.Kind, v.Source = vigie.Auto, src.ID
		err := w.o.DB.Update(w.t.Context(), func(tx *store.Tx) error {
			if err := tx.PutSource(src); err != nil {
				return err
			}
			return tx.PutVisit(v)
		})
		if err != nil {
			w.t.Fatal(err)
		}
		return src.ID
	}
	ago := now().Add(-2 * aDay)
	offered = add("https://parti.example/", vigie.Visit{
		LastRead: ago, Standing: vigie.Gone, Failures: 1, FailingSince: ago, Trouble: vigie.Trouble{Code: vigie.TroubleStatus, Status: 410},
		Found: vigie.Found{Kind: vigie.Feed, URL: "https://parti.example/rss"}, Offered: vigie.Found{Kind: vigie.Site, At: ago},
	})
	taken = add("https://change.example/", vigie.Visit{
		LastRead: ago, LastSuccess: ago, NextRead: now().Add(time.Hour),
		Found: vigie.Found{Kind: vigie.Feed, URL: "https://change.example/neuf", Was: "https://change.example/rss", At: ago},
	})
	return offered, taken
}

// TestAgreeToWay: the pages say how a source could be read, or is, and one button
// agrees to it, on either page.
func TestAgreeToWay(t *testing.T) {
	w := newWard(t, vigie.Editor)
	offered, taken := w.strays()
	for id, want := range map[vigie.SourceID][]string{
		offered: {"comme une page de liste, à <bdi>https://parti.example/</bdi>", "supprimée pour de bon"},
		taken:   {"Son flux <bdi>https://change.example/rss</bdi> ne répond plus", "acceptez cette façon"},
	} {
		page := "/fr/bureau/sources/" + string(id)
		for _, address := range []string{page, healthPage} {
			body := w.get(address).Body
			for _, each := range append(want, `name="etat" value="voie"`, page+"/etat") {
				if !strings.Contains(body, each) {
					t.Errorf("%s lacks %q", address, each)
				}
			}
		}
		// The button of the health page sends the form that it stands in.
		r := w.post(page+"/etat", url.Values{"etat": {"voie"}, "filtre": {""}, "page": {"1"}, "ici": {"x"}})
		if to := r.Header.Get("Location"); r.Code != http.StatusSeeOther || !strings.HasPrefix(to, page) {
			t.Errorf("agreed: %d to %q", r.Code, to)
		}
		if _, v := w.kept(id); v.Agreeable() || v.Stopped() {
			t.Errorf("after that: %+v", v)
		}
		if line := w.audited()[0]; line.What != "way agreed to" || line.About != string(id) {
			t.Errorf("the log says %+v", line)
		}
		lines := len(w.audited())
		w.post(page+"/etat", url.Values{"etat": {"voie"}})
		if body := w.get(page).Body; strings.Contains(body, `value="voie"`) || len(w.audited()) != lines {
			t.Errorf("%s can be agreed to again", id)
		}
	}
	if _, v := w.kept(offered); v.Found.Kind != vigie.Site || !v.NextRead.IsZero() {
		t.Errorf("what was offered: %+v", v)
	}
	curator := newWard(t, vigie.Curator)
	offered, _ = curator.strays()
	page := "/fr/bureau/sources/" + string(offered)
	if r := curator.post(page+"/etat", url.Values{"etat": {"voie"}}); r.Code != http.StatusForbidden || strings.Contains(curator.get(page).Body, `value="voie"`) {
		t.Errorf("a curator: %d", r.Code)
	}
}
