//go:build race

package main_test

// raceEnabled builds the program with the race detector when the tests have it.
const raceEnabled = true
