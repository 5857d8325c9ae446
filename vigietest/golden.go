// Package vigietest is what the tests of all packages need: golden files, test data
// that others made, a clock.
//
// How to use it: compare what is written with a file of testdata, which
// `go test -update` (or `make golden`) writes anew:
//
//	vigietest.Golden(t, "testdata/routes.golden", got)
//
// Test data that is not ours lies in a folder "shared" beside the checkout, or where
// VIGIE_SHARED says. A test that is nothing without it asks [Shared], which skips the
// test where it is missing; a test that has samples of its own too asks [FindShared].
//
// # Caveats
//
// The flag -update is registered here and nowhere else: a test that registers it
// again panics. A package whose tests do not import this one does not know it.
// Of vigie it imports the vocabulary only, so that every package can use it.
package vigietest

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// update is global because flags are parsed before the first test runs.
var update = flag.Bool("update", false, "write the golden files")

// Updating tells whether golden files are to be written.
func Updating() bool { return *update }

// Golden compares got with a golden file, whose path begins at the package's folder.
// With -update it writes the file first.
func Golden(t testing.TB, path, got string) {
	t.Helper()
	file := filepath.FromSlash(path)
	if Updating() {
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got), -update writes it anew:\n%s", path, diff)
	}
}
