//go:build race

package harvest_test

// raceEnabled makes tests of load smaller under the race detector.
const raceEnabled = true
