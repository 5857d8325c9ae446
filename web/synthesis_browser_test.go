package web_test

import (
	"net/http"
	"testing"

	"vigie"
	"vigie/web/browsertest"
)

// TestWritingInBrowser loses a text before it is saved and takes it up again, and
// cites while reading beside the list.
func TestWritingInBrowser(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	n := newAtelier(t)
	path := n.begun(t)
	n.save(t, n.curator, path, map[string][]string{"titre": {"Les prix"}, "texte": {"Un texte."}})
	base := serve(t, n.s)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	n.curator(r)
	var cookies []map[string]any
	for _, c := range r.Cookies() {
		cookies = append(cookies, map[string]any{"name": c.Name, "value": c.Value, "url": base})
	}
	browsertest.Run(t, "writing.mjs", map[string]any{"base": base, "path": path, "cookies": cookies, "document": n.document, "lang": vigie.French})
}
