package web_test

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"

	"vigie/index/store/storetest"
	"vigie/web"
)

// TestBrowser opens the pages in Chromium; browser/check.mjs says what it looks
// at. CHROMIUM names another browser, SHOTS a folder for pictures.
func TestBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("opening a browser takes half a minute; left out with -short")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed; `make tools` says how")
	}
	if _, err := os.Stat(filepath.Join("browser", "node_modules")); err != nil {
		t.Skip("web/browser/node_modules is missing; run `make tools`")
	}
	chromium := os.Getenv("CHROMIUM")
	if chromium == "" {
		chromium = "/usr/bin/chromium"
	}
	if _, err := os.Stat(chromium); err != nil {
		t.Skipf("%s is missing; run `make tools`, or name a browser in CHROMIUM", chromium)
	}

	var given atomic.Int64
	live := options(filled(t))
	live.Turn = func() web.Turn { return web.Turn{End: now(), New: int(given.Add(1))} }
	addresses := map[string]string{}
	for name, o := range map[string]web.Options{
		"full":  options(filled(t)),
		"empty": {DB: storetest.Open(t), Version: "0.1.0"},
		"live":  live,
	} {
		s := httptest.NewServer(server(t, o))
		t.Cleanup(s.Close)
		addresses[name] = s.URL
	}
	argument, err := json.Marshal(addresses)
	if err != nil {
		t.Fatal(err)
	}
	check := exec.CommandContext(t.Context(), node, "check.mjs", string(argument))
	check.Dir = "browser"
	out, err := check.CombinedOutput()
	if err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	t.Logf("%s", out)
}
