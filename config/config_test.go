package config_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/config"
	"vigie/vigietest"
)

// TestGolden reads every testdata/*.good.toml and *.bad.toml and compares what
// comes out, or the message, with the file beside it. A line "# env NAME=value"
// sets a variable of the environment.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("list testdata: %v, %d files", err, len(files))
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			cfg, err := config.Load(path, environment(string(text)))
			if bad := strings.HasSuffix(path, ".bad.toml"); bad != (err != nil) {
				t.Fatalf("Load(%s) = %v", path, err)
			}
			got := fmt.Sprintf("%+v\n", cfg)
			if err != nil {
				got = err.Error() + "\n"
				if !errors.Is(err, vigie.ErrInvalid) {
					t.Errorf("error is not of kind ErrInvalid: %v", err)
				}
			}
			vigietest.Golden(t, strings.TrimSuffix(path, ".toml")+".golden", got)
		})
	}
}

func TestReference(t *testing.T) {
	var b strings.Builder
	if err := config.WriteReference(&b); err != nil {
		t.Fatal(err)
	}
	vigietest.Golden(t, "testdata/reference.golden", b.String())

	// As it is, and with every default written out, it changes nothing.
	written := regexp.MustCompile(`(?m)^#([a-z_]+ = )`).ReplaceAllString(b.String(), "$1")
	for _, text := range []string{b.String(), written} {
		cfg, err := config.Parse("reference.toml", text, environment(""))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(config.Default(), cfg, prefixes()); diff != "" {
			t.Errorf("reference is not the default (-want +got):\n%s", diff)
		}
	}
	if written == b.String() {
		t.Error("the reference holds no key")
	}
}

func TestLoadFile(t *testing.T) {
	none := func(string) string { return "" }
	t.Chdir(t.TempDir())

	if cfg, err := config.Load("", none); err != nil || cfg.Data != "vigie-data" {
		t.Errorf("no file: %+v, %v", cfg, err)
	}
	if _, err := config.Load("missing.toml", none); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "missing.toml") {
		t.Errorf("a named file that is missing: %v", err)
	}
	write(t, config.DefaultFile, `data = "elsewhere"`)
	if cfg, err := config.Load("", none); err != nil || cfg.Data != "elsewhere" {
		t.Errorf("the default file: %+v, %v", cfg, err)
	}
	write(t, "big.toml", strings.Repeat("[", 1<<20))
	if _, err := config.Load("big.toml", none); !errors.Is(err, vigie.ErrInvalid) || !strings.Contains(err.Error(), "larger than 16 KB") {
		t.Errorf("a large file: %v", err)
	}
}

func TestValidate(t *testing.T) {
	if err := config.Default().Validate(); err != nil {
		t.Errorf("the default is not valid: %v", err)
	}
	cfg := config.Default()
	cfg.Fetch.Parallel = 0
	cfg.Listen = "8080"
	err := cfg.Validate()
	var invalid *vigie.InvalidError
	if !errors.As(err, &invalid) || invalid.Field != "listen" {
		t.Errorf("Validate() = %v, want an InvalidError of listen first", err)
	}
	if err == nil || !strings.Contains(err.Error(), "fetch.parallel") {
		t.Errorf("Validate() = %v, want every problem", err)
	}
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.toml")
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), "10.0.0.0/8", "5s")
	}
	f.Add(`"" = {"" = [[1979-05-27]]}`, "::ffff:1.2.3.4/96,,", "-1h")
	f.Add("[[network]]\n[fetch.every]\na.b.c = 1", "1.2.3.4", "9999999h")
	f.Fuzz(func(t *testing.T, text, allow, every string) {
		getenv := func(name string) string {
			return map[string]string{"VIGIE_NETWORK_ALLOW": allow, "VIGIE_FETCH_EVERY": every}[name]
		}
		cfg, err := config.Parse("fuzz.toml", text, getenv)
		if err != nil {
			if !errors.Is(err, vigie.ErrInvalid) {
				t.Errorf("not of kind ErrInvalid: %v", err)
			}
			return
		}
		if err := cfg.Validate(); err != nil {
			t.Errorf("Parse let through what Validate refuses: %v", err)
		}
	})
}

func Example() {
	getenv := func(name string) string {
		return map[string]string{"VIGIE_LISTEN": "0.0.0.0:80"}[name]
	}
	_, err := config.Parse("vigie.toml", "data = \"/srv/vigie\"\n[fetch]\nparalel = 4\n", getenv)
	fmt.Println(err)
	cfg, err := config.Parse("vigie.toml", "data = \"/srv/vigie\"\n[fetch]\nparallel = 4\n", getenv)
	fmt.Println(cfg.Data, cfg.Listen, cfg.Fetch.Parallel, err)
	// Output:
	// read configuration:
	// vigie.toml:3: fetch.paralel: unknown key; did you mean fetch.parallel?
	// /srv/vigie 0.0.0.0:80 4 <nil>
}

// environment answers for the "# env NAME=value" lines of text.
func environment(text string) func(string) string {
	vars := make(map[string]string)
	for line := range strings.Lines(text) {
		if assignment, ok := strings.CutPrefix(line, "# env "); ok {
			name, value, _ := strings.Cut(strings.TrimSuffix(assignment, "\n"), "=")
			vars[name] = value
		}
	}
	return func(name string) string { return vars[name] }
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// prefixes compares [netip.Prefix] values, and an empty list with none.
func prefixes() cmp.Options {
	return cmp.Options{
		cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }),
		cmp.FilterValues(func(a, b []netip.Prefix) bool { return len(a)+len(b) == 0 }, cmp.Ignore()),
	}
}
