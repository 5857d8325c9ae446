package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"vigie/vigietest"
)

// program is the real binary, built once for all tests of this package.
var program string

// engine is where the program keeps its compiled PDF reader in all tests of this
// package: making it takes seconds.
var engine string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "vigie-bin-*")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	folder, done, err := vigietest.EngineFolder()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer done()
	program, engine = filepath.Join(dir, "vigie"), folder
	args := []string{"build", "-o", program}
	if raceEnabled {
		args = append(args, "-race")
	}
	build := exec.Command("go", append(args, ".")...)
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "build vigie:", err)
		return 1
	}
	return m.Run()
}

// desk is a data folder and the way to run commands on it.
type desk struct {
	dir string
	env []string
}

// newDesk makes an empty data folder. Local addresses are allowed and pauses are
// short: the fake web has no owner to be polite to.
func newDesk(t testing.TB, env ...string) *desk {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	return &desk{dir: dir, env: append([]string{
		"VIGIE_DATA=" + dir, "VIGIE_LISTEN=127.0.0.1:0", "VIGIE_NETWORK_ALLOW=127.0.0.0/8",
		"VIGIE_FETCH_PAGE_PAUSE=1ms", "VIGIE_FETCH_FEED_PAUSE=1ms", "VIGIE_LOG_FORMAT=text", "VIGIE_REPORTS_CACHE=" + engine,
		// The race detector would sleep a second before each end.
		"GORACE=atexit_sleep_ms=0",
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + os.TempDir(),
	}, env...)}
}

// command prepares a command line on the desk's folder.
func (d *desk) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = d.env
	cmd.Dir = filepath.Dir(d.dir)
	return cmd
}

// result is what a command printed.
type result struct {
	out, err string
	code     int
}

// run runs a command to its end, whatever its exit code.
func (d *desk) run(t testing.TB, stdin string, args ...string) result {
	t.Helper()
	cmd := d.command(t.Context(), args...)
	cmd.Stdin = strings.NewReader(stdin)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("vigie %v: %v", args, err)
	}
	return result{out.String(), errOut.String(), cmd.ProcessState.ExitCode()}
}

// must runs a command that has to succeed, and returns what it printed.
func (d *desk) must(t testing.TB, args ...string) string {
	t.Helper()
	r := d.run(t, "", args...)
	if r.code != 0 {
		t.Fatalf("vigie %s: exit code %d\n%s%s", strings.Join(args, " "), r.code, r.out, r.err)
	}
	return r.out
}

// decode runs a command that has to succeed and reads its JSON.
func (d *desk) decode(t testing.TB, v any, args ...string) {
	t.Helper()
	out := d.must(t, args...)
	if err := json.Unmarshal([]byte(out), v); err != nil {
		t.Fatalf("vigie %s: %v in %q", strings.Join(args, " "), err, out)
	}
}

// add adds a source and returns its identity.
func (d *desk) add(t testing.TB, args ...string) string {
	t.Helper()
	var added struct{ ID string }
	d.decode(t, &added, append([]string{"sources", "add", "--json"}, args...)...)
	return added.ID
}

// turn is the report of a gathering.
type turn struct {
	Sources, Read, New, Changed, Unchanged int
	NotModified                            int `json:"not_modified"`
	Failed                                 []struct{ Source, URL, Reason string }
}

// checkWhole fails the test unless the store and the index pass their check.
func (d *desk) checkWhole(t testing.TB) (documents int) {
	t.Helper()
	var c struct {
		Documents int
		Damages   []string
		Index     string
		OK        bool
	}
	d.decode(t, &c, "check", "--json")
	if !c.OK {
		t.Fatalf("the check found: %v %s", c.Damages, c.Index)
	}
	return c.Documents
}

// found is one answer of a search.
type found struct {
	Total int
	Hits  []struct {
		ID, URL, Title, Source, Lang, Extract string
	}
	Error string
}

// search asks many questions in one run.
func (d *desk) search(t testing.TB, limit int, plain bool, lines ...string) []found {
	t.Helper()
	args := []string{"search", "--json", fmt.Sprintf("--limit=%d", limit), "-"}
	if plain {
		args = append(args, "--plain")
	}
	r := d.run(t, strings.Join(lines, "\n")+"\n", args...)
	if r.code != 0 {
		t.Fatalf("search: exit code %d\n%s", r.code, r.err)
	}
	var out []found
	dec := json.NewDecoder(strings.NewReader(r.out))
	for dec.More() {
		var f found
		if err := dec.Decode(&f); err != nil {
			t.Fatal(err)
		}
		out = append(out, f)
	}
	if len(out) != len(lines) {
		t.Fatalf("%d questions, %d answers", len(lines), len(out))
	}
	return out
}

// proof reports whether the long forms were asked for (make proof).
func proof() bool { return os.Getenv("VIGIE_PROOF") == "1" }
