// Package browsertest runs the ES modules of web/browser, which open vigie's pages
// in Chromium. A test serves pages on loopback and hands over their addresses:
//
//	browsertest.Need(t)
//	browsertest.Run(t, "check.mjs", map[string]string{"full": server.URL})
//
// Need comes first, so that nothing is made ready where no browser is opened.
//
// The modules: kit.mjs opens pages and looks at them (console, other origins,
// scrolling sideways, axe, the HTML checker), hands.mjs clicks, types and presses
// keys and counts, glyphs.mjs tells where on the screen words came to stand. On
// these stand check.mjs, journey.mjs, screens.mjs and planted.mjs, which shows
// that the kit finds what is wrong.
//
// # HTML
//
// Pages are checked by the Nu HTML Checker, which needs Java; `make tools` installs
// 44 MB of it where it is missing. html-validate, which would do without, has rules
// of its own making and says nothing about whether a page is valid HTML.
//
// # Caveats
//
// A test is left out where a tool is missing, unless CI is set: there it fails.
// VIGIE_BROWSER=off leaves all of them out, as `make race` does: the same pages
// with the same scripts show no other races than the tests over HTTP.
// axe is a script: where a page is shown without JavaScript, axe looks at what was
// served in another page beside it.
package browsertest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Need leaves the test out where no browser is to be opened.
func Need(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("opening a browser takes its time; left out with -short")
	}
	if os.Getenv("VIGIE_BROWSER") == "off" {
		t.Skip("VIGIE_BROWSER=off leaves the browser out")
	}
}

// Run runs a module of web/browser with argument as JSON, and fails the test with
// what it printed unless it ends well. It returns what it printed.
func Run(t testing.TB, module string, argument any) string {
	t.Helper()
	Need(t)
	folder := folder(t)
	node := tools(t, folder)
	given, err := json.Marshal(argument)
	if err != nil {
		t.Fatal(err)
	}
	run := exec.CommandContext(t.Context(), node, module, string(given))
	run.Dir = folder
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", module, err, out)
	}
	t.Logf("%s", out)
	return string(out)
}

// folder finds web/browser from wherever the test runs.
func folder(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "web", "browser")
		}
		dir = filepath.Dir(dir)
	}
	t.Fatal("there is no go.mod above the test")
	return ""
}

// tools returns the path of node, once everything that it needs is there.
func tools(t testing.TB, folder string) string {
	t.Helper()
	missing := func(what string) {
		t.Helper()
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is missing; run `make tools`", what)
		}
		t.Skipf("%s is missing; run `make tools`", what)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		missing("node")
	}
	if _, err := exec.LookPath("java"); err != nil {
		missing("java")
	}
	for _, name := range []string{"axe-core", "playwright-core", "vnu-jar"} {
		if _, err := os.Stat(filepath.Join(folder, "node_modules", name)); err != nil {
			missing(name)
		}
	}
	chromium := os.Getenv("CHROMIUM")
	if chromium == "" {
		chromium = "/usr/bin/chromium"
	}
	if _, err := os.Stat(chromium); err != nil {
		missing(chromium)
	}
	return node
}
