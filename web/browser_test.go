package web_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"vigie/index/store/storetest"
	"vigie/web"
	"vigie/web/browsertest"
)

// serve starts a server on loopback and returns its address.
func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// TestBrowser opens the pages in Chromium; browser/check.mjs says what it looks
// at. CHROMIUM names another browser, SHOTS a folder for pictures.
func TestBrowser(t *testing.T) {
	t.Parallel()
	var given atomic.Int64
	live := options(filled(t))
	live.Turn = func() web.Turn { return web.Turn{End: now(), New: int(given.Add(1))} }
	addresses := map[string]string{}
	for name, o := range map[string]web.Options{
		"full":  options(filled(t)),
		"empty": {DB: storetest.Open(t), Version: "0.1.0"},
		"live":  live,
	} {
		addresses[name] = serve(t, server(t, o))
	}
	browsertest.Run(t, "check.mjs", addresses)
}

// TestBrowserFindsWhatIsWrong shows a page where everything is wrong to the checks.
func TestBrowserFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	page := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Planted</title>` +
				`<link rel="icon" href="data:,"><style>:focus-visible { outline: 3px solid #00c }</style></head><body>` + body + `</body></html>`))
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/good", page(`<main><h1>Good</h1><form><label for="a">Name</label> <input id="a">
<label for="c">Month</label> <select id="c"><option>May<option>June<option>July</select>
<fieldset><legend>Size</legend><label><input type="radio" name="r" checked> Small</label> <label><input type="radio" name="r"> Large</label></fieldset>
<button>Go on</button></form><p id="text">A passage to be <em>marked</em> here.</p></main>`))
	mux.HandleFunc("/bad", page(`<main><h1>Bad</h1><p><div>block</div></p><img src="/nowhere.png"><p style="inline-size:3000px">wide</p>
<p style="color:#aaa;background:#fff">faint words of a page</p><a href="/good" style="outline:none">ringless</a><script>nothing()</script></main>`))
	mux.HandleFunc("/foreign", page(`<main><h1>Foreign</h1><img alt="" src="http://localhost:1/x.png"></main>`))
	browsertest.Run(t, "planted.mjs", map[string]string{"base": serve(t, mux)})
}

// TestJourney goes through the product as people do, with and without JavaScript,
// and with the keyboard alone.
func TestJourney(t *testing.T) {
	t.Parallel()
	browsertest.Run(t, "journey.mjs", map[string]any{
		"base":  serve(t, server(t, options(filled(t)))),
		"start": "/fr/etat",
		"steps": []string{"language"},
	})
}

// screenPage is a page to take pictures of. {language} in its address stands for
// each language; Cookie is a session, "name=value".
type screenPage struct {
	Name   string `json:"name"`
	URL    string `json:"url"`
	Cookie string `json:"cookie,omitempty"`
}

// screenPages are all pages there are.
func screenPages(t *testing.T) []screenPage {
	t.Helper()
	full := serve(t, server(t, options(filled(t))))
	empty := serve(t, server(t, web.Options{DB: storetest.Open(t), Version: "0.1.0"}))
	return []screenPage{
		{Name: "status", URL: full + "/{language}/etat"},
		{Name: "status-empty", URL: empty + "/{language}/etat"},
		{Name: "not-found", URL: full + "/{language}/nowhere"},
	}
}

// TestScreens takes pictures of every page into the folder that VIGIE_SCREENS names.
func TestScreens(t *testing.T) {
	folder := os.Getenv("VIGIE_SCREENS")
	if folder == "" {
		t.Skip("takes pictures where VIGIE_SCREENS names a folder; see `make screens`")
	}
	out := browsertest.Run(t, "screens.mjs", map[string]any{"folder": folder, "pages": screenPages(t)})
	if !strings.Contains(out, "pictures") {
		t.Error("no picture was taken")
	}
}
