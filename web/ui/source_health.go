package ui

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"vigie/curate/locale"
)

// SourceHealth says how the sources are doing, those that need a look first.
type SourceHealth struct {
	Now time.Time
	// Keep says that the person may change sources, and not only look.
	Keep bool
	// Filters choose among them; Filter is the one that holds.
	Filters []HealthFilter
	Filter  string
	// Look are those of this page that need a look, Rest the others.
	Look, Rest []HealthRow
	// Action takes acts on many, Here are all sources of this page, Paces the choices
	// of how often to read.
	Action, Here string
	Paces        []Choice
	// Total counts all sources.
	Total int
	// Done is what was just done; nil for nothing.
	Done *BulkDone
	// Jail says what holds the processes that read PDF files; nil while it is not known.
	Jail *Jail
	// List are all sources, Older and Newer further pages.
	List, Older, Newer string
	Page               int
}

// Jail is what stands between the readers of PDF files and the machine.
type Jail struct {
	// Safe says that all that was tried was refused; Can is what was not, as keys.
	Safe bool
	Can  []string
	// Holds are the protections that this machine has, Lacks those that it has not, as
	// keys.
	Holds, Lacks []string
}

// Shown counts the sources of this page.
func (h SourceHealth) Shown() int { return len(h.Look) + len(h.Rest) }

// RestKey is the key of what those that need no look are called.
func (h SourceHealth) RestKey() string {
	switch {
	case h.Filter == "" && len(h.Look) == 0:
		return "health.filter.all"
	case h.Filter == "":
		return "health.rest"
	}
	return "health.filter." + h.Filter
}

// HealthFilter is a choice among the sources, with how many there are.
type HealthFilter struct {
	Key, URL string
	Count    int
	Current  bool
}

// HealthRow is a source with what is to be known of it.
type HealthRow struct {
	SourceRow

	Alarms []Alarm
	// Manners say how its host is spared; the zero value is not known.
	Manners Manners
	// Agree says that there is a way to read it that a person may agree to.
	Agree bool
}

// Alarm is something to be known of a source, and what can be done. A notice only
// tells: nothing is wrong.
type Alarm struct {
	Words, Advice []locale.Part
	Notice        bool
}

// Manners say how a host is spared: what robots.txt says, and each thing that holds
// up the next request.
type Manners struct {
	Robots []locale.Part
	Pace   [][]locale.Part
}

// BulkDone counts what an act on many sources did.
type BulkDone struct {
	// Act is "pause", "resume", "read" or "pace".
	Act                    string
	Changed, Left, Missing int
}

// The line of items a week, in user units.
const (
	weekStep   = 4.0
	weekHeight = 24.0
	weekMargin = 3.0
)

// weeksLine draws how many items came in each week as a small line, the newest week
// at the right; what it shows is also said.
func weeksLine(p *locale.Printer, weeks []int) template.HTML {
	if len(weeks) == 0 {
		return ""
	}
	total := 0
	for _, n := range weeks {
		total += n
	}
	most, last := slices.Max(weeks), weeks[len(weeks)-1]
	width := weekStep*float64(len(weeks)-1) + 2*weekMargin
	var path strings.Builder
	x, y := 0.0, 0.0
	for i, n := range weeks {
		x = weekMargin + weekStep*float64(i)
		y = weekHeight - weekMargin - float64(n)/float64(max(most, 1))*(weekHeight-2*weekMargin)
		command := "L"
		if i == 0 {
			command = "M"
		}
		fmt.Fprintf(&path, "%s%.0f %.1f", command, x, y)
	}
	words := template.HTMLEscapeString(p.N("health.weeks", total, "weeks", len(weeks), "last", last, "most", most))
	return template.HTML(fmt.Sprintf(`<svg class="chart chart-spark" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" role="img" aria-label="%s"><title>%s</title>`+ //nolint:gosec // escaped
		`<path class="chart-series chart-1" d="%s" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/>`+
		`<circle class="chart-point chart-1" cx="%.0f" cy="%.1f" r="2.5" fill="currentColor"/></svg>`,
		width, weekHeight, width, weekHeight, words, words, path.String(), x, y))
}
