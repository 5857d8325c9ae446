package extract

import (
	"strings"
	"time"

	"vigie"
)

// dates returns when the page says it was published and modified.
func (h *head) dates() (published, modified vigie.Date) {
	published = firstDate(append([]string{h.ld.published}, h.each(
		"article:published_time", "og:published_time", "og:article:published_time",
		"citation_publication_date", "citation_online_date", "citation_date",
		"dcterms.issued", "dcterms.created", "dcterms.date", "dc.date.issued", "dc.date.created", "dc.date",
		"datepublished", "pubdate", "publishdate", "publication_date", "parsely-pub-date", "sailthru.date", "date",
	)...))
	modified = firstDate(append([]string{h.ld.modified}, h.each(
		"article:modified_time", "og:updated_time", "og:modified_time", "dcterms.modified", "dc.date.modified",
		"datemodified", "last-modified", "lastmod",
	)...))
	return published, modified
}

func firstDate(texts []string) vigie.Date {
	for _, s := range texts {
		if d := Date(s); !d.IsZero() {
			return d
		}
	}
	return vigie.Date{}
}

// readDate reads a date as machines write it, as precisely as it is written: a
// time without a zone gives the day only. What is no date, or the filler of some
// program ("0001-01-01", "1970-01-01"), is unknown.
func readDate(s string) vigie.Date {
	s = strings.TrimSpace(s)
	if len(s) > 64 {
		return vigie.Date{}
	}
	d, err := vigie.ParseDate(s)
	if err != nil {
		d = readOddDate(s)
	}
	return plausible(d)
}

func readOddDate(s string) vigie.Date {
	for _, layout := range []string{
		"2006-01-02T15:04:05-0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05-07", "2006-01-02 15:04:05 -0700",
		"2006-01-02 15:04:05-07:00", "2006-01-02 15:04:05Z07:00", time.RFC1123Z, "Mon, 2 Jan 2006 15:04:05 -0700",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return vigie.InstantOf(t)
		}
	}
	if t, err := time.Parse(time.RFC1123, s); err == nil {
		if _, offset := t.Zone(); offset == 0 && (strings.HasSuffix(s, "GMT") || strings.HasSuffix(s, "UTC")) {
			return vigie.InstantOf(t)
		}
		return dayOf(t)
	}
	if t, err := time.Parse("2006-01-02 15:04:05 UTC", s); err == nil {
		return vigie.InstantOf(t)
	}
	for _, layout := range []string{
		"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006/1/2", "2006/01/02 15:04:05",
		"20060102", "2006.01.02", "2 January 2006", "January 2, 2006", "2 Jan 2006", "Jan 2, 2006", "Jan. 2, 2006",
		"Monday, January 2, 2006", "Mon, 02 Jan 2006", "Mon Jan 2 15:04:05 2006",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return dayOf(t)
		}
	}
	for _, layout := range []string{"2006/01", "January 2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return vigie.Date{Time: t.UTC(), Precision: vigie.Month}
		}
	}
	return vigie.Date{}
}

func dayOf(t time.Time) vigie.Date {
	y, m, d := t.Date()
	return vigie.Date{Time: time.Date(y, m, d, 0, 0, 0, 0, time.UTC), Precision: vigie.Day}
}
