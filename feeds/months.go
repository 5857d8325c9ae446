package feeds

import (
	"strings"
	"time"

	"vigie/crawl/extract"
)

// monthOf reads a month as [extract.Month] knows it. A feed may also cut an English
// name short wherever it likes, and write two names with a stroke between them, as
// the United Nations do in Arabic.
func monthOf(s string) time.Month {
	if len(s) < 3 {
		return 0
	}
	if one, other, both := strings.Cut(s, "/"); both && one != "" && other != "" && !isASCII(s) {
		if m := extract.Month(one); m != 0 {
			return m
		}
		return extract.Month(other)
	}
	if m := extract.Month(s); m != 0 {
		return m
	}
	s = strings.ToLower(strings.TrimSuffix(s, "."))
	for m := time.January; m <= time.December && len(s) > 2; m++ {
		if strings.HasPrefix(strings.ToLower(m.String()), s) {
			return m
		}
	}
	return 0
}

// foldDate makes Arabic-Indic and Persian digits those that the rest of this package
// reads. Marks of direction and vowels go, "a.m." and "p.m." become English. The
// Levant has كانون and تشرين twice: their numbers are joined to them.
func foldDate(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return r - '٠' + '0'
		case r >= '۰' && r <= '۹':
			return r - '۰' + '0'
		case r >= 0x64b && r <= 0x652, r == 0x640, r == 0x200e, r == 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		case r == '،', r == '\u00a0', r == '\u202f', r == '\u2009':
			return ' '
		case r == '–', r == '—', r == '\u2011':
			return '-'
		}
		return r
	}, s)
	s = strings.NewReplacer("كانون ال", "كانونال", "کانون ال", "کانونال", "تشرين ال", "تشرينال", "تشرین ال", "تشرینال").Replace(s)
	parts := strings.Fields(s)
	for i, p := range parts {
		switch p {
		case "م":
			parts[i] = "PM"
			if i == 0 || !strings.Contains(parts[i-1], ":") {
				parts[i] = "" // of the Christian era
			}
		case "ص":
			parts[i] = "AM"
		}
	}
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
