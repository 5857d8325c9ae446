package web_test

import (
	"net/http"
	"net/http/httptest"
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
	browsertest.Need(t)
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
	browsertest.Need(t)
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
