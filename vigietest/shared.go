package vigietest

import (
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Shared returns the path of a file or folder of the test data that others made, and
// skips the test where it is missing.
func Shared(t testing.TB, elem ...string) string {
	t.Helper()
	path, found := FindShared(t, elem...)
	if !found {
		t.Skipf("no test data at %s; VIGIE_SHARED says where the folder is", path)
	}
	return path
}

// FindShared returns the path of a file or folder of the test data that others made,
// and whether it is there: for tests that have something to try without it.
func FindShared(t testing.TB, elem ...string) (path string, found bool) {
	t.Helper()
	dir := os.Getenv("VIGIE_SHARED")
	if dir == "" {
		dir = filepath.Join(checkout(t), "..", "shared")
	}
	path = filepath.Join(append([]string{dir}, elem...)...)
	_, err := os.Stat(path)
	return path, err == nil
}

// checkout returns the folder of go.mod, above the package under test.
func checkout(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}

// Hostile returns the lines that others collected to break programs and pages, and
// skips the test where they are missing. With -short it is [Some] of them.
func Hostile(t testing.TB) []string {
	t.Helper()
	dir := Shared(t, "corpus", "hostile")
	var all []string
	raw, err := os.ReadFile(filepath.Join(dir, "blns.json"))
	if err == nil {
		err = json.Unmarshal(raw, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(filepath.Join(dir, "xss"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), "LICENSE") {
			return err
		}
		lines, err := readLines(path)
		all = append(all, lines...)
		return err
	})
	if err != nil || len(all) < 1500 {
		t.Fatalf("%d hostile lines: %v", len(all), err)
	}
	return Some(all)
}

// Some returns all samples, and with -short the first of every ten: the race detector
// sees the same goroutines meet, whatever the words are.
func Some[T any](all []T) []T {
	if !testing.Short() {
		return all
	}
	var some []T
	for ten := range slices.Chunk(all, 10) {
		some = append(some, ten[0])
	}
	return some
}

// HostileLines returns the lines of one file of such lines, none where it is missing:
// for tests that have hostile lines of their own. With -short it is [Some] of them.
func HostileLines(t testing.TB, elem ...string) []string {
	t.Helper()
	path, found := FindShared(t, append([]string{"corpus", "hostile"}, elem...)...)
	if !found {
		t.Logf("no test data at %s: only the lines of the test itself", path)
		return nil
	}
	lines, err := readLines(path)
	if err != nil {
		t.Fatal(err)
	}
	return Some(lines)
}

func readLines(path string) (lines []string, err error) {
	raw, err := os.ReadFile(path)
	for line := range strings.Lines(string(raw)) {
		lines = append(lines, strings.TrimRight(line, "\r\n"))
	}
	return lines, err
}

// Vintages returns the editions of a real series, of an indicator that was revised,
// each as a CSV file by its date; it skips the test where they are missing.
func Vintages(t testing.TB) map[string]string {
	t.Helper()
	f, err := os.Open(Shared(t, "data", "wdi_it.net.bbnd.p2_vintages_MAR_SEN_DZA_TUN_FRA.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]string)
	for _, row := range rows[1:] {
		date := row[0]
		if files[date] == "" {
			files[date] = strings.Join(rows[0][1:], ",") + "\n"
		}
		files[date] += strings.Join(row[1:], ",") + "\n"
	}
	return files
}
