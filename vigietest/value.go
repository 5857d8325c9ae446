package vigietest

import (
	"strings"
	"testing"

	"vigie"
)

// Value reads what a test writes for a figure: a period, a status where it is not the
// normal one, and a value or none, as in "2016=3.58", "2017=B:3.89" and "2018=Q:".
func Value(t testing.TB, field string) (vigie.Period, vigie.ObsStatus, vigie.Decimal) {
	t.Helper()
	when, value, _ := strings.Cut(field, "=")
	p, err := vigie.ParsePeriod(when)
	if err != nil {
		t.Fatal(err)
	}
	status := vigie.Normal
	if letter, rest, ok := strings.Cut(value, ":"); ok {
		status, value = vigie.ObsStatus(letter), rest
	}
	return p, status, vigie.Decimal(value)
}
