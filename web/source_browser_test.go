package web_test

import (
	"net/http"
	"testing"

	"vigie"
	"vigie/web/browsertest"
)

// TestAddingInBrowser adds sources by address, by pointing at an item of a list, from
// the catalogue and from a file.
func TestAddingInBrowser(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	d, _ := agency(t, vigie.Editor)
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
	browsertest.Run(t, "add.mjs", map[string]any{
		"base": base, "cookies": cookies, "page": forAgency,
		"list": `<opml version="2.0"><body><outline text="Un" xmlUrl="https://un.example/rss"/>` + "\n" + `<outline text="Mauvais" xmlUrl="file:///etc/passwd"/></body></opml>`,
	})
}
