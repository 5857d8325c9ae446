package crawl

import (
	"fmt"
	"strings"
	"time"

	"vigie"
)

// The bounds of what is new on a site. What it shows at first is its stock and comes in
// whole: the rows of its first list, all that its sitemap lists, or as many pages as a
// deep site may have. What turns up later is news, of which nobody writes more than
// maxWeekly in a week; but a page that makes up links does.
const (
	maxWeekly = 1000
	week      = 7 * 24 * time.Hour
)

// moreThanNews begins the fault of a site that shows too much that is new.
const moreThanNews = "it shows more new links than can be news: "

// intake counts the new items of a site.
type intake struct{ vigie.Intake }

// intakeOf returns what a source may still bring at now.
func intakeOf(v vigie.Visit, now time.Time) intake {
	i := intake{v.Intake}
	if !i.Week.IsZero() && (now.Sub(i.Week) >= week || i.Week.After(now)) {
		i.Week, i.Taken, i.Held = now.UTC().Truncate(time.Second), 0, 0
	}
	return i
}

// isReleased reports whether items were held back that may come now, so that all of a
// list is wanted.
func isReleased(v vigie.Visit, now time.Time) bool {
	return v.Intake.Held > 0 && intakeOf(v, now).Held == 0
}

// stock notes the stock of a site that shows it for the first time.
func (i *intake) stock(n int, now time.Time) {
	if i.Week.IsZero() {
		i.Week, i.Stock = now.UTC().Truncate(time.Second), n
	}
}

// admits reports whether one more new item may come.
func (i *intake) admits() bool { return i.Stock > 0 || i.Taken < maxWeekly }

// took counts a new item that came.
func (i *intake) took() {
	if i.Stock > 0 {
		i.Stock--
		return
	}
	i.Taken++
}

// faults says that items are held back.
func (i *intake) faults() []string {
	if i.Held == 0 {
		return nil
	}
	return []string{fmt.Sprintf(moreThanNews+"only %d were taken this week, and %d wait until %s",
		maxWeekly, i.Held, i.Week.Add(week).Format(time.RFC3339))}
}

// isIntake reports whether a fault is one of [intake.faults].
func isIntake(fault string) bool { return strings.HasPrefix(fault, moreThanNews) }
