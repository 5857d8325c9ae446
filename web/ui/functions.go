package ui

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"vigie"
	"vigie/curate/locale"
)

// functions are what templates may call, bound to one language.
func (u *UI) functions(p *locale.Printer) template.FuncMap {
	return template.FuncMap{
		// t is a phrase and n a plural, with their values in <bdi>; plain is a phrase
		// for places that take no elements: <title>.
		"t": func(key string, args ...any) (template.HTML, error) {
			return markup(p.Phrase(key, args...)), known(p, key)
		},
		"n": func(key string, n int, args ...any) (template.HTML, error) {
			return markup(p.Plural(key, n, args...)), known(p, key)
		},
		"plain": func(key string, args ...any) (string, error) { return p.T(key, args...), known(p, key) },
		// v is a value by itself.
		"v": func(value string) template.HTML {
			return markup([]locale.Part{{Text: value, Value: true}})
		},
		// marked is a line in pieces.
		"marked": marked,
		// compared are words with what became of them.
		"compared": compared(p),
		// parts are a phrase that was put together elsewhere.
		"parts": markup,
		// steps are those of an import.
		"steps": func() []string {
			return []string{"import.step.file", "import.step.columns", "import.step.preview", "import.step.done"}
		},
		// markup is HTML that another package made safe.
		"markup": func(safe template.HTML) template.HTML { return safe },
		"number": func(n int) template.HTML {
			return markup([]locale.Part{{Text: p.Number(n), Value: true}})
		},
		// words chooses a key.
		"words": func(first bool, yes, no string) string {
			if first {
				return yes
			}
			return no
		},
		"ago": p.Ago,
		// duration is a length of time in words.
		"duration": p.Duration,
		"when":     func(t, now time.Time) template.HTML { return moment(p, t, now) },
		"instant":  func(t, now time.Time) template.HTML { return instant(p, t, now) },
		"job":      func(name string) template.HTML { return jobName(p, name) },
		"date":     func(d vigie.Date) template.HTML { return date(p, d) },
		"day": func(t time.Time) template.HTML {
			return date(p, vigie.Date{Time: t, Precision: vigie.Day})
		},
		// weeks is a small line of numbers, one a week.
		"weeks": func(weeks []int) template.HTML { return weeksLine(p, weeks) },
		// way is one of the ways of a preview, for a part of its template.
		"way":   func(p Probed, w ProbedWay) wayShown { return wayShown{p, w} },
		"add1":  func(n int) string { return p.Number(n + 1) },
		"asset": u.assetPath,
		// pace names how soon somebody wants to be told.
		"pace": PaceKey,
	}
}

// known makes a template that asks for a phrase that is nowhere fail.
func known(p *locale.Printer, key string) error {
	if !p.Has(key) {
		return fmt.Errorf("there is no phrase %q", key)
	}
	return nil
}

// markup escapes parts of a phrase and isolates its values.
func markup(parts []locale.Part) template.HTML {
	var b strings.Builder
	for _, part := range parts {
		text := template.HTMLEscapeString(part.Text)
		if part.Value {
			text = "<bdi>" + text + "</bdi>"
		}
		b.WriteString(text)
	}
	return template.HTML(b.String()) //nolint:gosec // everything in it was escaped above
}

// moment is a time as people say it, with the exact one for machines and hover.
func moment(p *locale.Printer, t, now time.Time) template.HTML {
	t = t.In(now.Location())
	return template.HTML(`<time datetime="` + t.UTC().Format(time.RFC3339) + //nolint:gosec // escaped
		`" title="` + template.HTMLEscapeString(p.Time(t)) + `">` +
		template.HTMLEscapeString(p.Ago(t, now)) + `</time>`)
}

// instant is a time as records say it, to the minute.
func instant(p *locale.Printer, t, now time.Time) template.HTML {
	t = t.In(now.Location())
	return template.HTML(`<time datetime="` + t.UTC().Format(time.RFC3339) + `">` + //nolint:gosec // escaped
		template.HTMLEscapeString(p.Time(t)) + `</time>`)
}

// date is a date as far as it is known, with the exact one for machines.
func date(p *locale.Printer, d vigie.Date) template.HTML {
	if d.IsZero() {
		return ""
	}
	return template.HTML(`<time datetime="` + template.HTMLEscapeString(d.String()) + `">` + //nolint:gosec // escaped
		template.HTMLEscapeString(p.Date(d)) + `</time>`)
}

// jobName is the phrase for a job, or its own name where there is none.
func jobName(p *locale.Printer, name string) template.HTML {
	if key := "job." + name; p.Has(key) {
		return markup(p.Phrase(key))
	}
	return markup([]locale.Part{{Text: name, Value: true}})
}
