package digest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"vigie"
	"vigie/crawl/harvest"
	"vigie/curate/locale"
	"vigie/index/store"
)

// betweenAlarms is the least time between two mails about the sources: at most one
// a day, with room for a clock that is set.
const betweenAlarms = 20 * time.Hour

// mostAlarms bounds how many sources one mail names.
const mostAlarms = 50

// TellAlarms writes to the administrators what changed among the sources since they
// were told last: which have a new trouble, and which are in order again. It writes
// nothing when nothing changed, nor twice a day; and where there is nobody to write to,
// nothing counts as told. It reports how many letters were
// written; they go out as all letters do. Errors: [Post.Ready]'s.
func (p *Post) TellAlarms(ctx context.Context) (letters int, err error) {
	if err := p.Ready(); err != nil {
		return 0, fmt.Errorf("tell of the sources: %w", err)
	}
	now := p.now()
	err = p.db.Update(ctx, func(tx *store.Tx) error {
		letters = 0
		told, err := tx.Told()
		if err != nil || now.Sub(told.At) < betweenAlarms {
			return err
		}
		all, err := harvest.Survey(tx, now)
		if err != nil {
			return err
		}
		changed, well, current := compare(all, told.Alarms)
		if len(changed)+len(well) == 0 {
			return nil
		}
		settings, err := tx.Settings()
		if err != nil {
			return err
		}
		admins, err := administrators(tx)
		if err != nil || len(admins) == 0 {
			return err // nothing is told, so that whoever comes hears of it all
		}
		for _, u := range admins {
			if err := tx.PutLetter(p.alarmLetter(settings, u, changed, well, now)); err != nil {
				return err
			}
		}
		letters = len(admins)
		return tx.PutTold(store.Told{At: now, Alarms: current})
	})
	if err != nil {
		return 0, fmt.Errorf("tell of the sources: %w", err)
	}
	if letters > 0 {
		p.Wake()
	}
	return letters, nil
}

// administrators are those who look after the sources.
func administrators(tx *store.Tx) (out []vigie.User, err error) {
	for u, err := range tx.Users() {
		if err != nil {
			return nil, err
		}
		if u.Role == vigie.Admin && !u.Disabled {
			out = append(out, u)
		}
	}
	return out, nil
}

// compare says which sources have an alarm that was not told, and which of those
// that were told of have none now. current is what will have been told. A notice is
// told once, as long as the source is watched, and its end is no news.
func compare(all []harvest.Health, told map[vigie.SourceID][]string) (changed, well []harvest.Health, current map[vigie.SourceID][]string) {
	current = make(map[vigie.SourceID][]string)
	for _, h := range all {
		before := told[h.Source.ID]
		known := func(a harvest.Alarm) bool { return slices.Contains(before, a.Code) }
		h.Alarms = slices.DeleteFunc(h.Alarms, func(a harvest.Alarm) bool { return a.Notice() && known(a) })
		now := slices.DeleteFunc(slices.Clone(before), func(code string) bool { return !harvest.Alarm{Code: code}.Notice() })
		wasBad := len(now) < len(before)
		for _, a := range h.Alarms {
			now = append(now, a.Code)
		}
		if len(now) > 0 {
			current[h.Source.ID] = now
		}
		switch {
		case slices.ContainsFunc(h.Alarms, func(a harvest.Alarm) bool { return !known(a) }):
			changed = append(changed, h)
		case len(h.Alarms) == 0 && wasBad:
			well = append(well, h)
		}
	}
	return changed, well, current
}

// alarmLetter is the mail to one administrator, in the administrator's language.
func (p *Post) alarmLetter(s vigie.Settings, to vigie.User, changed, well []harvest.Health, now time.Time) vigie.Letter {
	printer := p.o.Catalogues.For(to.Lang).In(s.Country)
	name, _ := s.Name.In(printer.Lang())
	name = oneLine(name, mostTitle)
	var b strings.Builder
	b.WriteString(locale.Plain(printer.Phrase("health.mail.intro", "name", name)) + "\n")
	for _, h := range changed[:min(len(changed), mostAlarms)] {
		writeAlarms(&b, printer, h)
	}
	if more := len(changed) - mostAlarms; more > 0 {
		b.WriteString("\n" + locale.Plain(printer.Plural("health.mail.more", more)) + "\n")
	}
	if len(well) > 0 {
		b.WriteString("\n" + locale.Plain(printer.Phrase("health.mail.well")) + "\n")
		for _, h := range well[:min(len(well), mostAlarms)] {
			b.WriteString("- " + oneLine(h.Name(), mostTitle) + "\n")
		}
	}
	b.WriteString("\n" + locale.Plain(printer.Phrase("health.mail.end")) + "\n" + p.address(printer.Lang(), "bureau", "sources", "etat") + "\n")
	return vigie.Letter{
		ID: vigie.NewID[vigie.LetterID](now), To: to.Email, Lang: printer.Lang(),
		Subject: subject(printer, printer.Phrase("health.mail.subject", "name", name)), Text: b.String(), Made: now,
	}
}

// writeAlarms writes the paragraph of one source: its name, what happened, what to
// do.
func writeAlarms(b *strings.Builder, printer *locale.Printer, h harvest.Health) {
	b.WriteString("\n" + oneLine(h.Name(), mostTitle) + "\n")
	for _, a := range h.Alarms {
		b.WriteString(words(a.Words(printer)).String() + " " + locale.Plain(a.Advice(printer)) + "\n")
	}
}
