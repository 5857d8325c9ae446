package web

import (
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"vigie"
	"vigie/crawl/harvest"
	"vigie/crawl/polite"
	"vigie/curate/locale"
	"vigie/web/ui"
)

// manners say how the host of a source is spared; the zero value where that is not
// known.
func (s *Server) manners(r *http.Request, src vigie.Source, visit vigie.Visit) ui.Manners {
	if s.o.Manners == nil || src.ID == vigie.ByHand {
		return ui.Manners{}
	}
	address, want := harvest.Asked(src, visit)
	state, err := s.o.Manners(r.Context(), address, want)
	if err != nil {
		return ui.Manners{} // an address that is none: its trouble says so
	}
	p := asker(r).P
	m := ui.Manners{Robots: robotsWords(p, state), Pace: [][]locale.Part{p.Phrase("health.pace.pause", "pause", state.Pause)}}
	if state.Delay > 0 {
		m.Pace = append(m.Pace, p.Phrase("health.pace.delay", "delay", state.Delay))
	}
	if retry, ok := errors.AsType[*polite.RetryError](state.Refusal); ok {
		m.Pace = append(m.Pace, p.Phrase("health.trouble.wait_until", "day", p.Time(retry.Until.In(asker(r).Now.Location()))))
	}
	if errors.As(state.Refusal, new(*polite.BudgetError)) {
		m.Pace = append(m.Pace, p.Phrase("health.trouble.budget"))
	}
	if state.Bytes > 0 {
		m.Pace = append(m.Pace, bytesWords(p, state))
	}
	return m
}

func robotsWords(p *locale.Printer, state polite.State) []locale.Part {
	refused, ok := errors.AsType[*polite.RobotsError](state.Robots)
	switch {
	case ok && refused.Cause != nil:
		return p.Phrase("source.trouble.robots_unread")
	case ok:
		return p.Phrase("health.robots.forbids", "line", refused.Line, "rule", refused.Rule)
	case state.RobotsRead.IsZero():
		return p.Phrase("health.robots.unread")
	default:
		return p.Phrase("health.robots.allows")
	}
}

// bytesWords say how much was asked for today, in kilobytes, for a feed is small, and
// of how many megabytes.
func bytesWords(p *locale.Printer, state polite.State) []locale.Part {
	const kilo, mega = 1000, 1_000_000
	size := p.Number(int((state.Bytes + kilo - 1) / kilo))
	if state.Daily < 0 {
		return p.Phrase("health.pace.bytes", "size", size)
	}
	return p.Phrase("health.pace.bytes_of", "size", size, "most", p.Number(int(state.Daily/mega)))
}

// foundWords say how a source is read that finds that out.
func foundWords(p *locale.Printer, src vigie.Source, visit vigie.Visit) []locale.Part {
	if src.Kind != vigie.Auto || visit.Found.Kind == "" {
		return nil
	}
	return harvest.ReadAs(p, src, visit.Found)
}

// wishWords say what the publisher asked for with its last answer.
func wishWords(p *locale.Printer, w vigie.Wishes) (out [][]locale.Part) {
	if w.Every > 0 {
		out = append(out, p.Phrase("health.wish.ttl", "every", w.Every))
	}
	if w.Fresh > 0 {
		out = append(out, p.Phrase("health.wish.fresh", "fresh", w.Fresh))
	}
	var hours, days []string
	for _, h := range w.SkipHours {
		hours = append(hours, p.Number(h))
	}
	for _, d := range w.SkipDays {
		days = append(days, p.T("health.weekday."+strings.ToLower(d.String())))
	}
	comma := p.T("health.comma")
	if len(hours) > 0 {
		out = append(out, p.Phrase("health.wish.hours", "hours", strings.Join(hours, comma)))
	}
	if len(days) > 0 {
		out = append(out, p.Phrase("health.wish.days", "days", strings.Join(days, comma)))
	}
	return out
}

// movingWords say which other address the server names, and which one was adopted.
func movingWords(p *locale.Printer, src vigie.Source, visit vigie.Visit) []locale.Part {
	switch {
	case visit.Unsafe(src): // its alarm says so
		return nil
	case visit.Moved.To != "":
		return p.Plural("health.moving.seen", len(visit.Moved.Days), "to", visit.Moved.To)
	case visit.Adopted.From != "":
		day := vigie.Date{Time: visit.Adopted.At, Precision: vigie.Day}
		return p.Phrase("health.moving.adopted", "from", visit.Adopted.From, "day", day)
	}
	return nil
}

// whyThen says why a source is read when it is.
func whyThen(r *http.Request, src vigie.Source, visit vigie.Visit, reading bool) []locale.Part {
	p := asker(r).P
	switch {
	case src.ID == vigie.ByHand:
		return p.Phrase("source.why.by_hand")
	case src.Paused && visit.LastRead.IsZero():
		return p.Phrase("source.why.proposed")
	case reading && !src.Paused:
		return p.Phrase("source.why.reading")
	}
	return harvest.Because(p, src, visit, asker(r).Now)
}

// stateOf names how a source is doing.
func stateOf(src vigie.Source, visit vigie.Visit, reading bool) string {
	switch {
	case src.ID == vigie.ByHand:
		return "by_hand"
	case src.Paused && visit.LastRead.IsZero():
		return "proposed"
	case src.Paused:
		return "paused"
	case reading:
		return "reading"
	case visit.LastRead.IsZero():
		return "waiting"
	case visit.Standing != "":
		return string(visit.Standing)
	case visit.Failures > 0:
		return "failing"
	}
	return "active"
}

// hostOf is the name of the host of a source, as the log of requests has it.
func (s *Server) hostOf(r *http.Request, src vigie.Source, visit vigie.Visit) string {
	address, want := harvest.Asked(src, visit)
	if s.o.Manners != nil {
		if state, err := s.o.Manners(r.Context(), address, want); err == nil {
			return state.Host
		}
	}
	if u, err := url.Parse(address); err == nil {
		return strings.ToLower(u.Hostname())
	}
	return ""
}

// writeLog writes the requests to a host in the order in which they were made.
func writeLog(w io.Writer, head polite.LogHead, newestFirst iter.Seq2[vigie.Fetch, error]) error {
	var all []vigie.Fetch // the store keeps a thousand at most
	for f, err := range newestFirst {
		if err != nil {
			return err
		}
		all = append(all, f)
	}
	return polite.WriteLog(w, head, func(yield func(vigie.Fetch, error) bool) {
		for _, f := range slices.Backward(all) {
			if !yield(f, nil) {
				return
			}
		}
	})
}

// logName is a name of a file that every system takes.
func logName(host string) string {
	return "vigie-" + strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-' {
			return c
		}
		return '-'
	}, host[:min(len(host), 100)]) + ".txt"
}
