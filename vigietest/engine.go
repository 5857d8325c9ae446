package vigietest

import (
	"fmt"
	"os"
)

// engineVariable names the folder that all test programs share; see [EngineFolder].
const engineVariable = "VIGIE_TEST_ENGINE"

// EngineFolder returns a folder for the compiled PDF engine, which takes seconds to
// compile: the one that VIGIE_TEST_ENGINE names, as `make test` does, so that it is
// compiled once, or else one for this test program alone. Call done in the end.
func EngineFolder() (dir string, done func(), err error) {
	if dir = os.Getenv(engineVariable); dir != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return "", nil, fmt.Errorf("make the folder that %s names: %w", engineVariable, err)
		}
		return dir, func() {}, nil
	}
	dir, err = os.MkdirTemp("", "engine")
	if err != nil {
		return "", nil, fmt.Errorf("make a folder for the PDF engine: %w", err)
	}
	return dir, func() { _ = os.RemoveAll(dir) }, nil
}
