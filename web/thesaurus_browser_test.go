package web_test

import (
	"net/http"
	"testing"

	"vigie/web/browsertest"
)

// TestThesaurusInBrowser works on the thesaurus by keys, with a script and without.
func TestThesaurusInBrowser(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	d := wording(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	d.who(r)
	base := serve(t, d.s)
	var cookies []map[string]any
	for _, c := range r.Cookies() {
		cookies = append(cookies, map[string]any{"name": c.Name, "value": c.Value, "url": base})
	}
	browsertest.Run(t, "thesaurus.mjs", map[string]any{"base": base, "cookies": cookies})
}
