package digest_test

import (
	"fmt"
	"time"

	"vigie"
	"vigie/curate/digest"
)

// The weekly issue leaves on Mondays at seven in the observatory's time zone.
func ExampleNext() {
	s := vigie.DefaultSettings()
	s.TimeZone = "Africa/Casablanca"
	next := digest.Next(s, vigie.EveryWeek, time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC))
	fmt.Println(next.In(s.Location()).Format("Monday 2 January, 15:04"))
	// Output: Monday 23 November, 07:00
}
