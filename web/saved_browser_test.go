package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"vigie/web/browsertest"
)

// TestSavedInBrowser saves searches with feeds, looks at their pages, decides about a
// mail whose fate nobody knows, stops the mails from their link, and makes a token.
func TestSavedInBrowser(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	x := newSaving(t)
	send(t, x.s, savedPage, x.savedForm(t, "réseaux", url.Values{"alerte": {"now"}, "nom": {"Les réseaux"}}), x.as)
	kept := x.only(t)
	uncertainAlert(t, x.o.DB, kept, x.docs[:2]...)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	x.as(r)
	base := serve(t, x.s)
	var cookies []map[string]any
	for _, c := range r.Cookies() {
		cookies = append(cookies, map[string]any{"name": c.Name, "value": c.Value, "url": base})
	}
	browsertest.Run(t, "saved.mjs", map[string]any{
		"base": base, "cookies": cookies, "query": "fibre", "doubtful": base + savedPage + "/" + string(kept.ID),
		"stop": base + strings.Replace(x.stopLink(t), "/fr/", "/ar/", 1),
	})
}
