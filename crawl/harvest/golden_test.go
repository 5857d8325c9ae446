package harvest_test

import (
	"testing"

	"vigie/vigietest"
)

// golden logs a table and compares it with the one that is kept.
func golden(t *testing.T, name, got string) {
	t.Helper()
	t.Log("\n" + got)
	vigietest.Golden(t, "testdata/"+name+".golden", got)
}
