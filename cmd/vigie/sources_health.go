package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"vigie"
	"vigie/crawl/harvest"
	"vigie/crawl/polite"
	"vigie/curate/locale"
	"vigie/index/store"
)

// sourcesHealthCmd says how the sources are doing.
type sourcesHealthCmd struct {
	Trouble bool `name:"trouble" help:"Only the sources that need a look."`
	JSON    bool `name:"json" help:"Print JSON."`
}

// healthView is what the health of a source shows.
type healthView struct {
	sourceView
	Standing vigie.Standing `json:"standing"`
	Why      vigie.Why      `json:"why"`
	Because  string         `json:"because"`
	// Weeks are the new items of each week, the newest last.
	Weeks  []int       `json:"weeks"`
	Alarms []alarmView `json:"alarms"`
	// Look says that a person ought to look at it: not all alarms ask for that.
	Look bool `json:"look"`
	// Host is how its host is spared; nil where its address is none.
	Host *hostView `json:"host"`
}

// hostView is what is in force for the host of a source.
type hostView struct {
	Name string `json:"name"`
	// Robots says what stands against the address, "" for nothing; RobotsRead is when
	// robots.txt was read, nil while it never was.
	Robots     string     `json:"robots"`
	RobotsRead *time.Time `json:"robots_read"`
	// Seconds are the least between two requests, Bytes came today.
	Seconds float64 `json:"seconds_between"`
	Bytes   int64   `json:"bytes_today"`
	// Refusal says why the host is left alone for now; "" while it is not.
	Refusal string `json:"refusal"`
}

// alarmView is something to be known of a source, in words.
type alarmView struct {
	Code   string    `json:"code"`
	Since  time.Time `json:"since"`
	Words  string    `json:"words"`
	Advice string    `json:"advice"`
}

func (c *sourcesHealthCmd) work(ctx context.Context, s *session, a *app) error {
	spoken, err := locale.Load()
	if err != nil {
		return err
	}
	english, now := spoken.For(vigie.English), time.Now()
	var all []harvest.Health
	err = a.db.View(func(tx *store.Tx) error {
		all, err = harvest.Survey(tx, now)
		return err
	})
	if err != nil {
		return err
	}
	views, troubled := []healthView{}, 0
	for _, h := range all {
		if h.Look() {
			troubled++
		}
		if !c.Trouble || h.Look() {
			v := viewHealth(english, h, now)
			v.Host = viewHost(ctx, a.web, h)
			views = append(views, v)
		}
	}
	if c.JSON {
		return s.printJSON(map[string]any{"sources": views})
	}
	if len(all) == 0 {
		return s.printf("no source yet; vigie sources add URL adds one\n")
	}
	if err := s.printf("%d of %d sources need a look\n", troubled, len(all)); err != nil {
		return err
	}
	for _, v := range views {
		if err := s.printf("%s", healthLines(v)); err != nil {
			return err
		}
	}
	return nil
}

func viewHealth(p *locale.Printer, h harvest.Health, now time.Time) healthView {
	v := healthView{
		sourceView: viewSource(h.Source, h.Visit), Standing: h.Visit.Standing, Why: h.Visit.Why,
		Because: locale.Plain(harvest.Because(p, h.Source, h.Visit, now)), Weeks: []int{}, Alarms: []alarmView{}, Look: h.Look(),
	}
	if len(h.Visit.Rhythm.Weeks) > 0 {
		v.Weeks = h.Visit.Rhythm.WeeksUntil(now)
	}
	for _, a := range h.Alarms {
		v.Alarms = append(v.Alarms, alarmView{Code: a.Code, Since: a.Since, Words: locale.Plain(a.Words(p)), Advice: locale.Plain(a.Advice(p))})
	}
	return v
}

// viewHost asks nobody: it is what is remembered.
func viewHost(ctx context.Context, door *polite.Transport, h harvest.Health) *hostView {
	address, as := harvest.Asked(h.Source, h.Visit)
	state, err := door.State(ctx, address, as)
	if err != nil {
		return nil // an address that is none: its trouble says so
	}
	v := hostView{Name: state.Host, Seconds: state.Pause.Seconds(), Bytes: state.Bytes}
	if !state.RobotsRead.IsZero() {
		v.RobotsRead = &state.RobotsRead
	}
	if state.Robots != nil {
		v.Robots = state.Robots.Error()
	}
	if state.Refusal != nil {
		v.Refusal = state.Refusal.Error()
	}
	return &v
}

// line says it in one line.
func (v hostView) line() string {
	robots := "robots.txt allows it"
	switch {
	case v.Robots != "":
		robots = v.Robots
	case v.RobotsRead == nil:
		robots = "robots.txt not read yet"
	}
	line := fmt.Sprintf("%s; %g s between two requests; %d bytes today", robots, v.Seconds, v.Bytes)
	if v.Refusal != "" {
		line += "; " + v.Refusal
	}
	return line
}

// healthLines says in a few lines how a source is doing, a mark before those that
// need a look.
func healthLines(v healthView) string {
	mark := " "
	if v.Look {
		mark = "!"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s  %s  %s\n", mark, cmp.Or(v.Name, v.URL), kindOf(v.sourceView), v.URL)
	for _, a := range v.Alarms {
		fmt.Fprintf(&b, "    %s\n    %s\n", a.Words, a.Advice)
	}
	last, next := "not read yet", v.Because
	if v.LastSuccess != nil {
		last = "last read " + clock(*v.LastSuccess)
	}
	if v.NextRead != nil && v.NextRead.After(time.Now()) && !v.Paused {
		next = "next reading " + clock(*v.NextRead) + ", " + v.Because
	}
	fmt.Fprintf(&b, "    %s; %s\n", last, next)
	if len(v.Weeks) > 0 {
		fmt.Fprintf(&b, "    items a week %s %d\n", sparks(v.Weeks), v.Weeks[len(v.Weeks)-1])
	}
	if v.LastError != "" {
		fmt.Fprintf(&b, "    last error: %s\n", v.LastError)
	}
	if v.Host != nil {
		fmt.Fprintf(&b, "    %s\n", v.Host.line())
	}
	return b.String()
}

// sparks draws numbers as a small line of bars.
func sparks(numbers []int) string {
	bars, most := []rune("▁▂▃▄▅▆▇█"), 1
	for _, n := range numbers {
		most = max(most, n)
	}
	var b strings.Builder
	for _, n := range numbers {
		b.WriteRune(bars[n*(len(bars)-1)/most])
	}
	return b.String()
}
