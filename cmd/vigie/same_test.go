package main_test

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/vigietest"
)

// TestSameOutput runs every command twice on the same data: alone, and through a
// running server. Output, errors and exit codes are the same to the byte, but for
// what no two runs share: new identities, the time of day, and how long a search
// took.
func TestSameOutput(t *testing.T) {
	alone, source := filledDesk(t)
	// A server without accounts makes a link at its start.
	alone.must(t, "users", "add", "--role", "admin", "lea@observatoire.example", "Léa")
	alone.run(t, "neuf petites lanternes bleues\n", "users", "passwd", "lea@observatoire.example")
	served := newDesk(t, oneAtATime)
	if out, err := exec.Command("cp", "-a", alone.dir, served.dir).CombinedOutput(); err != nil {
		t.Fatalf("copy the data: %v %s", err, out)
	}
	opml := filepath.Join(t.TempDir(), "more.opml")
	if err := os.WriteFile(opml, []byte(`<opml version="2.0"><body><outline text="More" type="rss" xmlUrl="https://more.example/feed"/>
<outline text="Bad" type="rss" xmlUrl="data:,x"/></body></opml>`), 0o600); err != nil {
		t.Fatal(err)
	}
	startServing(t, served)
	commands := []struct {
		stdin string
		args  []string
	}{
		{args: []string{"sources", "list"}},
		{args: []string{"sources", "list", "--json"}},
		{args: []string{"search", "connection"}},
		{args: []string{"search", "--json", "connection", "-plateau"}},
		{args: []string{"search", "--json", `title:"item f0g1i3"`}},
		{args: []string{"search", "--json", "--limit=500", "x"}},
		{args: []string{"search", `"never closed`}},
		{stdin: "connection\n\"open\nitem f1g1i2\n", args: []string{"search", "--json", "-"}},
		{args: []string{"gather", "--json"}},
		{args: []string{"gather", "--all", "--json"}},
		{args: []string{"gather", "--source", source}},
		{args: []string{"gather", "--source", "nothing"}},
		{args: []string{"check"}},
		{args: []string{"check", "--json"}},
		{args: []string{"sources", "export"}},
		{args: []string{"sources", "import", opml}},
		{args: []string{"sources", "import", "--json", opml}},
		{args: []string{"sources", "import", "no-such-file"}},
		{stdin: "nonsense", args: []string{"sources", "import", "-"}},
		{args: []string{"sources", "add", "--json", "--name", "Added", "https://added.example/feed"}},
		{args: []string{"sources", "add", "--kind", "feed", "https://added.example/feed"}}, // a second look would find the name remembered where it is served
		{args: []string{"sources", "add", "ftp://added.example/feed"}},
		{args: []string{"sources", "pause", source}},
		{args: []string{"sources", "resume", source}},
		{args: []string{"sources", "pause", "nothing"}},
		{args: []string{"users", "list"}},
		{args: []string{"users", "add", "--json", "--role", "admin", "awa@observatoire.example", "Awa Diallo"}},
		{args: []string{"users", "add", "--lang", "ar", "nadia@observatoire.example", "Nadia B."}},
		{args: []string{"users", "add", "nadia@observatoire.example", "Nadia B."}},
		{args: []string{"users", "add", "--lang", "tlh", "worf@observatoire.example", "Worf"}},
		{stdin: "neuf petites lanternes bleues\nnothing more", args: []string{"users", "passwd", "awa@observatoire.example"}},
		{stdin: "short", args: []string{"users", "passwd", "awa@observatoire.example"}},
		{args: []string{"users", "role", "nadia@observatoire.example", "editor"}},
		{args: []string{"users", "role", "awa@observatoire.example", "reader"}},
		{args: []string{"users", "disable", "Nadia@observatoire.example"}},
		{args: []string{"users", "disable", "nobody@observatoire.example"}},
		{args: []string{"users", "list"}},
		{args: []string{"users", "enable", "nadia@observatoire.example"}},
		{args: []string{"users", "list", "--json"}},
		{args: []string{"digest", "list"}},
		{args: []string{"digest", "preview"}},
		{args: []string{"digest", "preview", "--cadence", "daily", "--lang", "ar", "--json"}},
		{args: []string{"digest", "preview", "--cadence", "hourly"}},
		{args: []string{"digest", "send"}},
		{args: []string{"reindex"}},
		{args: []string{"backup", "--json", "backup.tar"}},
		{args: []string{"export", "--json", "all.gz"}},
		{args: []string{"sources", "remove", "--with-documents", "--json", source}},
		{args: []string{"collect", "--json", "--share=0"}},
		{args: []string{"collect", "--share=7"}},
		{args: []string{"check", "--json"}},
		{args: []string{"search", "--json", "connection"}},
	}
	for _, c := range commands {
		a, b := alone.run(t, c.stdin, c.args...), served.run(t, c.stdin, c.args...)
		name := strings.Join(c.args, " ")
		if a.code != b.code {
			t.Errorf("%s: exit code %d alone, %d served", name, a.code, b.code)
		}
		if diff := cmp.Diff(steady(a.out, alone), steady(b.out, served)); diff != "" {
			t.Errorf("%s: output (-alone +served):\n%s", name, diff)
		}
		if diff := cmp.Diff(steady(a.err, alone), steady(b.err, served)); diff != "" {
			t.Errorf("%s: errors (-alone +served):\n%s", name, diff)
		}
	}
}

// oneAtATime makes the order of progress the same in every run.
const oneAtATime = "VIGIE_FETCH_PARALLEL=1"

// filledDesk gathers two growing feeds and returns the identity of the first.
func filledDesk(t *testing.T) (d *desk, source string) {
	t.Helper()
	web := newGrowing(t)
	web.generation.Store(2)
	d = newDesk(t, oneAtATime)
	for n, address := range web.feeds[:2] {
		d.must(t, "sources", "add", "--name", "growing "+strconv.Itoa(n), "--full-text", "never", address)
	}
	d.must(t, "gather")
	var list struct{ Sources []struct{ ID string } }
	d.decode(t, &list, "sources", "list", "--json")
	return d, list.Sources[0].ID
}

// startServing runs "vigie serve" on a desk until the test ends.
func startServing(t *testing.T, d *desk) {
	t.Helper()
	server, _ := startServer(t, d)
	t.Cleanup(func() { stopServer(t, server) })
}

// steady replaces what differs from run to run.
func steady(s string, d *desk) string {
	s = strings.ReplaceAll(s, filepath.Dir(d.dir), "DIR")
	s = regexp.MustCompile(`(?m)^indexing: .*\n`).ReplaceAllString(s, "") // a server has done that before it is asked
	s = regexp.MustCompile(`[0-9A-HJKMNP-TV-Z]{26}`).ReplaceAllString(s, "ULID")
	s = regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[0-9.]*(Z| UTC)?`).ReplaceAllString(s, "TIME")
	s = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d UTC`).ReplaceAllString(s, "TIME")
	s = regexp.MustCompile(`http://127\.0\.0\.1:\d+/([a-z]+/[a-z-]+/)[\w-]{43}`).ReplaceAllString(s, "http://ADDRESS/${1}SECRET")
	s = regexp.MustCompile(`\d+ records|"records":\d+`).ReplaceAllString(s, "RECORDS") // a server notes what its own jobs did
	s = regexp.MustCompile(`"took_ms":\d+|in \d+ ms`).ReplaceAllString(s, "TOOK")
	s = regexp.MustCompile(`"(sha256|sum|manifest_sha256)":"[0-9a-f]{64}"`).ReplaceAllString(s, "HASH")
	return regexp.MustCompile(`"bytes":\d+|(?m)^writing bytes: \d+ of \d+\n`).ReplaceAllString(s, "BYTES") // of a page more or less
}

// TestRobotsCommand holds "vigie robots" to the cases of google/robotstxt.
func TestRobotsCommand(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the program for each of its cases")
	}
	f, err := os.Open(filepath.Join(vigietest.Shared(t, "corpus", "robots"), "google-robots.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	d := newDesk(t)
	file := filepath.Join(t.TempDir(), "robots.txt")
	cases, right := 0, 0
	for s := bufio.NewScanner(f); s.Scan(); {
		var c struct {
			Test, Robots, URL string
			Agents            []string
			Allowed           bool
		}
		if err := json.Unmarshal(s.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(c.Robots), 0o600); err != nil {
			t.Fatal(err)
		}
		want := map[bool]string{true: "allowed\n", false: "disallowed\n"}[c.Allowed]
		cases++
		if got := d.must(t, "robots", file, strings.Join(c.Agents, ","), c.URL); got == want {
			right++
		} else {
			t.Errorf("%s: %q for %v and %q: %s", c.Test, c.Robots, c.Agents, c.URL, got)
		}
	}
	t.Logf("%d of %d", right, cases)
	if cases != 146 {
		t.Errorf("%d cases instead of 146", cases)
	}
}
