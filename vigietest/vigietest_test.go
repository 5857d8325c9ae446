package vigietest_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vigie/vigietest"
)

// complaints keeps what a test would have failed with.
type complaints struct {
	testing.TB

	said []string
}

// Errorf implements testing.TB.
func (c *complaints) Errorf(format string, a ...any) {
	c.said = append(c.said, fmt.Sprintf(format, a...))
}

// updating sets the flag for the length of the test.
func updating(t *testing.T, value string) {
	t.Helper()
	before := flag.Lookup("update").Value.String()
	set := func(value string) {
		if err := flag.Set("update", value); err != nil {
			t.Error(err)
		}
	}
	set(value)
	t.Cleanup(func() { set(before) })
}

func TestGolden(t *testing.T) {
	t.Chdir(t.TempDir())
	const path = "testdata/deep/words.golden"
	c := &complaints{TB: t}
	updating(t, "true")
	vigietest.Golden(c, path, "one\ntwo\n")
	updating(t, "false")
	vigietest.Golden(c, path, "one\ntwo\n")
	if len(c.said) > 0 {
		t.Errorf("the same text fails: %q", c.said)
	}
	vigietest.Golden(c, path, "one\n2\n")
	if len(c.said) != 1 || !strings.Contains(c.said[0], path) || !strings.Contains(c.said[0], "two") {
		t.Errorf("another text gives %q, want one failure that shows the difference", c.said)
	}
	if kept, err := os.ReadFile(path); err != nil || string(kept) != "one\ntwo\n" {
		t.Errorf("the file was written without -update: %q, %v", kept, err)
	}
}

// TestShared looks beside a checkout, and where VIGIE_SHARED says.
func TestShared(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"main/crawl/polite", "shared/corpus", "elsewhere/corpus"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "main", "go.mod"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(root, "main", "crawl", "polite"))
	for env, want := range map[string]string{"": "shared", filepath.Join(root, "elsewhere"): "elsewhere"} {
		t.Setenv("VIGIE_SHARED", env)
		if got := vigietest.Shared(t, "corpus"); got != filepath.Join(root, want, "corpus") {
			t.Errorf("with VIGIE_SHARED=%q: %s", env, got)
		}
		if path, found := vigietest.FindShared(t, "corpus", "none"); found {
			t.Errorf("%s is not there, and was found", path)
		}
		if lines := vigietest.HostileLines(t, "none.txt"); lines != nil {
			t.Errorf("lines of no file: %q", lines)
		}
		skipped := true
		t.Run("missing", func(t *testing.T) {
			defer func() { skipped = t.Skipped() }()
			vigietest.Shared(t, "corpus", "none")
		})
		if !skipped {
			t.Error("a test without its data was not skipped")
		}
	}
}

// TestHostile reads the real collections.
func TestHostile(t *testing.T) {
	all := vigietest.Hostile(t)
	xss := vigietest.HostileLines(t, "xss", "payloads.txt")
	least := 1000
	if testing.Short() {
		least /= 10
	}
	if len(xss) < least || len(all) <= len(xss) {
		t.Errorf("%d lines, of which %d for pages", len(all), len(xss))
	}
	for _, line := range all[len(all)-len(xss):] {
		if strings.HasSuffix(line, "\n") {
			t.Fatalf("%q keeps its end of line", line)
		}
	}
}

func TestVintages(t *testing.T) {
	files := vigietest.Vintages(t)
	if len(files) != 4 {
		t.Errorf("%d editions, want 4", len(files))
	}
	for date, file := range files {
		if !strings.HasPrefix(file, "iso3,year,value\n") || strings.Count(file, "\n") < 50 {
			t.Errorf("the edition %s is %.60q", date, file)
		}
	}
}

func TestClock(t *testing.T) {
	at := time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC)
	c := vigietest.NewClock(at)
	c.Forward(time.Hour)
	c.Forward(-time.Minute)
	if got, want := c.Now(), at.Add(59*time.Minute); !got.Equal(want) {
		t.Errorf("the clock shows %v, want %v", got, want)
	}
}

func TestValue(t *testing.T) {
	for field, want := range map[string]string{"2016=3.58": "2016 A 3.58", "2017=B:3.89": "2017 B 3.89", "2018=Q:": "2018 Q ", "2019=": "2019 A "} {
		period, status, value := vigietest.Value(t, field)
		if got := fmt.Sprintf("%v %s %s", period, status, value); got != want {
			t.Errorf("Value(%q) = %s, want %s", field, got, want)
		}
	}
}
