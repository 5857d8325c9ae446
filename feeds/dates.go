package feeds

import (
	"strings"
	"time"

	"vigie"
)

// readDate reads a date of a feed: RFC 3339 and the parts of ISO 8601 that feeds
// use, RFC 822 and the ways in which it is misspelt. What cannot be read is
// unknown.
func readDate(text string) vigie.Date {
	if len(text) > 1<<10 {
		return vigie.Date{}
	}
	s := strings.Join(strings.Fields(text), " ")
	if !isASCII(s) {
		s = foldDate(s)
	}
	if len(s) < 4 || len(s) > 80 {
		return vigie.Date{}
	}
	if n := len(s); n >= 9 && n <= 13 && number(s[:4]) >= 0 && isDigits(s) {
		return readUnix(s)
	}
	if s[0] >= '0' && s[0] <= '9' && (len(s) == 4 || s[4] == '-') {
		return readISO(s)
	}
	return readRFC822(s)
}

// readISO reads dates that begin with the year.
func readISO(s string) vigie.Date {
	if d, err := vigie.ParseDate(s); err == nil {
		return plausible(d)
	}
	for _, layout := range isoLayouts() {
		if t, err := time.Parse(layout, s); err == nil {
			return plausible(vigie.InstantOf(t))
		}
	}
	if len(s) > 10 && (s[10] == '+' || s[10] == '-' || s[10] == 'Z') { // a day with a zone (xs:date)
		if d, err := vigie.ParseDate(s[:10]); err == nil {
			return plausible(d)
		}
	}
	return vigie.Date{}
}

// isoLayouts are the forms beside RFC 3339; fractions of seconds are read with
// any of them. A time without a zone is taken as UTC.
func isoLayouts() [9]string {
	return [...]string{
		"2006-01-02T15:04:05-0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04-0700",
		"2006-01-02T15:04:05", "2006-01-02T15:04",
		"2006-01-02 15:04:05", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04",
	}
}

// readRFC822 reads dates with the name of the month (RFC 822 section 5, with the
// year of RFC 2822 section 3.3), and how people write them in French, Spanish and
// Arabic.
func readRFC822(s string) vigie.Date {
	parts := words(s)
	if len(parts) > 0 && number(parts[0]) < 0 && !strings.Contains(parts[0], "-") && monthOf(parts[0]) == 0 {
		parts = parts[1:] // the day of the week
	}
	if len(parts) > 3 && monthOf(parts[0]) != 0 && monthOf(parts[2]) != 0 {
		parts = parts[1:] // mar. is a Tuesday in French and Spanish
	}
	if len(parts) == 2 && monthOf(parts[0]) != 0 && len(parts[1]) == 4 { // November 2026
		return assembleMonth(number(parts[1]), monthOf(parts[0]))
	}
	if len(parts) > 0 && strings.Count(parts[0], "-") == 2 {
		parts = append(strings.Split(parts[0], "-"), parts[1:]...)
	}
	if len(parts) < 3 {
		return vigie.Date{}
	}
	day, month, year := number(parts[0]), monthOf(parts[1]), number(parts[2])
	if month == 0 {
		day, month = number(parts[1]), monthOf(parts[0])
	}
	rest := parts[3:]
	if len(rest) > 0 && strings.Contains(parts[2], ":") { // Mon Jan 2 15:04:05 2006
		year, rest = number(rest[len(rest)-1]), append([]string{parts[2]}, rest[:len(rest)-1]...)
	}
	return assemble(fullYear(year, parts[2]), month, day, rest)
}

// words cuts a date into what says something.
func words(s string) []string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' })
	out := parts[:0]
	for _, p := range parts {
		switch strings.ToLower(p) {
		case "-", "de", "del", "le", "el", "à", "a", "at", "في", "فى", "فی", "الساعة", "الساعه":
			continue // 2 de noviembre de 2026; le 2 novembre 2026 à 10:30; January 10, 2024 - 10:00
		case "1er", "1º", "1°":
			p = "1"
		}
		out = append(out, cardinal(p))
	}
	return out
}

// cardinal turns 2nd into 2, and 10h30 into 10:30.
func cardinal(p string) string {
	if p[0] < '0' || p[0] > '9' {
		return p
	}
	for _, suffix := range []string{"st", "nd", "rd", "th"} {
		if bare, ok := strings.CutSuffix(p, suffix); ok {
			return bare
		}
	}
	if hour, minute, ok := strings.Cut(p, "h"); ok && number(hour) >= 0 {
		return hour + ":" + or(minute, "00")
	}
	return p
}

// assembleMonth makes a date of which only month and year are known.
func assembleMonth(year int, month time.Month) vigie.Date {
	if year < 1 {
		return vigie.Date{}
	}
	return plausible(vigie.Date{Time: time.Date(year, month, 1, 0, 0, 0, 0, time.UTC), Precision: vigie.Month})
}

// readUnix reads seconds or milliseconds since 1970.
func readUnix(s string) vigie.Date {
	var n int64
	for i := range len(s) {
		n = n*10 + int64(s[i]-'0')
	}
	if len(s) > 10 {
		if len(s) != 13 {
			return vigie.Date{}
		}
		n /= 1000
	}
	return plausible(vigie.InstantOf(time.Unix(n, 0)))
}

// assemble makes a date of numbers and of a time of day with its zone.
func assemble(year int, month time.Month, day int, rest []string) vigie.Date {
	if month == 0 || day < 1 || day > 31 || year < 1 {
		return vigie.Date{}
	}
	if len(rest) == 0 {
		d := vigie.Date{Time: time.Date(year, month, day, 0, 0, 0, 0, time.UTC), Precision: vigie.Day}
		if d.Time.Day() != day {
			return vigie.Date{}
		}
		return plausible(d)
	}
	clock, zone := rest[0], strings.Join(rest[1:], "")
	if i := strings.IndexAny(clock, "+-Z"); i > 0 {
		clock, zone = clock[:i], clock[i:]
	}
	var hms [3]int
	for i, p := range strings.SplitN(clock, ":", 3) {
		p, _, _ = strings.Cut(p, ".")
		if hms[i] = number(p); hms[i] < 0 || hms[i] > 60 {
			return vigie.Date{}
		}
	}
	switch upper := strings.ToUpper(zone); {
	case strings.HasPrefix(upper, "PM") && hms[0] < 12:
		hms[0] += 12
		zone = zone[2:]
	case strings.HasPrefix(upper, "AM") && hms[0] <= 12:
		hms[0] %= 12
		zone = zone[2:]
	}
	offset, ok := offsetOf(zone)
	if !ok || hms[0] > 24 {
		return vigie.Date{}
	}
	t := time.Date(year, month, day, hms[0], hms[1], hms[2], 0, time.UTC).Add(-offset)
	return plausible(vigie.InstantOf(t))
}

// plausible drops dates that no publisher can mean.
func plausible(d vigie.Date) vigie.Date {
	if y := d.Time.Year(); y < 1900 || y > 2200 {
		return vigie.Date{}
	}
	return d
}

// fullYear completes a year of two digits as RFC 2822 section 4.3 says.
func fullYear(year int, text string) int {
	switch {
	case len(text) != 2:
		return year
	case year < 50:
		return 2000 + year
	default:
		return 1900 + year
	}
}

// offsetOf reads a zone: numbers, the names of RFC 822, and those of Europe.
// No zone is UTC.
func offsetOf(zone string) (time.Duration, bool) {
	z := strings.ToUpper(strings.TrimSpace(zone))
	for _, p := range []string{"GMT", "UTC", "UT"} {
		if rest, ok := strings.CutPrefix(z, p); ok {
			z = rest
			break
		}
	}
	if i := strings.IndexByte(z, '('); i >= 0 {
		z = z[:i]
	}
	switch z {
	case "", "Z", "WET", "0", "00":
		return 0, true
	case "CET", "BST", "WEST", "MEZ":
		return time.Hour, true
	case "CEST", "EET", "MESZ", "SAST", "CAT":
		return 2 * time.Hour, true
	case "EEST", "MSK", "EAT":
		return 3 * time.Hour, true
	case "EDT":
		return -4 * time.Hour, true
	case "EST", "CDT":
		return -5 * time.Hour, true
	case "CST", "MDT":
		return -6 * time.Hour, true
	case "MST", "PDT":
		return -7 * time.Hour, true
	case "PST":
		return -8 * time.Hour, true
	}
	if z[0] != '+' && z[0] != '-' {
		return 0, isLetters(z) // a zone that nobody knows
	}
	digits := strings.ReplaceAll(z[1:], ":", "")
	if len(digits) == 2 || len(digits) == 1 {
		digits += "00"
	}
	if i := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); i >= 3 {
		digits = digits[:i]
	}
	n := number(digits)
	if n < 0 || n > 1500 {
		return 0, false
	}
	offset := time.Duration(n/100)*time.Hour + time.Duration(n%100)*time.Minute
	if z[0] == '-' {
		offset = -offset
	}
	return offset, true
}

// number reads up to four digits; anything else is -1.
func number(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' || i > 3 {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	if s == "" {
		return -1
	}
	return n
}

func isLetters(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return s != ""
}
