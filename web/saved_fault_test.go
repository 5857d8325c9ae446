package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// TestSavedFault: the owner of a search that cannot be answered is told why, in the list
// and on its page, until it is corrected; and so is who asks it.
func TestSavedFault(t *testing.T) {
	x := newSaving(t)
	var words strings.Builder
	for n := range 20_100 {
		fmt.Fprintf(&words, "aa%d ", n)
	}
	storetest.File(t, x.o.DB, source(t, x.o.DB, "Lexique", "https://lexique.example/rss"), vigie.Document{
		URL: "https://lexique.example/1", Title: "Mots", Lang: vigie.French, Body: []vigie.Paragraph{{Text: words.String()}},
	})
	if _, err := x.index.CatchUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	send(t, x.s, savedPage, x.savedForm(t, "fibre", nil), x.as)
	kept := x.only(t)
	one := savedPage + "/" + string(kept.ID)
	const refused = "Cette recherche ne peut pas aboutir et ne signale plus rien : corrigez-la."
	for line, why := range map[string]string{"fibre aa*": "Écrivez plus de lettres avant *.", `fibre "optique`: "Ce guillemet n’est jamais fermé", "fibre aa12*": ""} {
		kept.Query = line
		change(t, x.o.DB, func(tx *store.Tx) error { return tx.PutSearch(kept) })
		for _, path := range []string{savedPage, one} {
			page := ask(t, x.s, "GET", path, x.as)
			if strings.Contains(page.Body, refused) != (why != "") || !strings.Contains(page.Body, why) {
				t.Errorf("%q at %s: want %q", line, path, why)
			}
		}
		page, status := ask(t, x.s, "GET", "/fr/bureau/recherche?"+url.Values{"q": {line}}.Encode(), x.as), http.StatusOK
		if why != "" {
			status = http.StatusUnprocessableEntity
		}
		if page.Code != status || !strings.Contains(page.Body, why) {
			t.Errorf("asked for %q: %d, want %q", line, page.Code, why)
		}
	}
}
