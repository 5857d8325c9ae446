package extract

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"vigie"
)

// Date reads the date of a document as people and programs write it, in French,
// Arabic, English or Spanish, as precisely as it is written: "12 mars 2026",
// "March 2026", "2026-03-12T09:00:00Z". Numbers alone are day, month, year, as
// all of Europe and Africa write them, unless only the American order makes a
// date. What is not understood, and what is relative ("yesterday"), is unknown.
func Date(s string) vigie.Date {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 200 {
		return vigie.Date{}
	}
	if d := readDate(s); !d.IsZero() {
		return d
	}
	return plausible(dateInWords(s))
}

// plausible drops years before 1800 and after 2200, and the first day of 1970,
// which is how programs write that they do not know.
func plausible(d vigie.Date) vigie.Date {
	y := d.Time.Year()
	if y < 1800 || y > 2200 || y == 1970 && d.Time.YearDay() == 1 && d.Precision >= vigie.Day {
		return vigie.Date{}
	}
	return d
}

// dateInWords looks for a month by name, or for three numbers.
func dateInWords(s string) vigie.Date {
	words := strings.FieldsFunc(norm.NFKC.String(strings.ToLower(s)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	for i, w := range words {
		m := Month(w)
		if m == 0 || w == "mar" && slices.ContainsFunc(words[i+1:], func(w string) bool { return Month(w) != 0 }) {
			continue // "mar" is Tuesday as well, in French and Spanish
		}
		return dateAround(words, i, m)
	}
	var n []int
	for _, w := range words {
		if v, ok := numberOf(w); ok {
			n = append(n, v)
		}
	}
	if len(n) < 3 || len(n) > 6 { // with a time of day at most
		return vigie.Date{}
	}
	for _, ymd := range [][3]int{{n[2], n[1], n[0]}, {n[2], n[0], n[1]}, {n[0], n[1], n[2]}} {
		if d := makeDay(ymd[0], time.Month(ymd[1]), ymd[2]); !plausible(d).IsZero() {
			return d
		}
	}
	return vigie.Date{}
}

// dateAround reads day and year beside the name of a month: "12 mars 2026",
// "12 de marzo de 2026", "March 12th, 2026", "mars 2026".
func dateAround(words []string, at int, m time.Month) vigie.Date {
	year, day := 0, 0
	for i := max(at-2, 0); i < min(at+5, len(words)); i++ {
		n, ok := numberOf(words[i])
		switch {
		case !ok:
		case n >= 1800 && year == 0:
			year = n
		case n >= 1 && n <= 31 && day == 0 && year == 0:
			day = n
		}
	}
	if year == 0 {
		return vigie.Date{}
	}
	if day == 0 {
		return vigie.Date{Time: time.Date(year, m, 1, 0, 0, 0, 0, time.UTC), Precision: vigie.Month}
	}
	return makeDay(year, m, day)
}

func makeDay(y int, m time.Month, d int) vigie.Date {
	t := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	if m < 1 || m > 12 || t.Day() != d || t.Month() != m {
		return vigie.Date{}
	}
	return vigie.Date{Time: t, Precision: vigie.Day}
}

// numberOf reads digits of any script, with the ending of an ordinal.
func numberOf(w string) (int, bool) {
	for _, ending := range []string{"er", "st", "nd", "rd", "th", "º"} {
		if s, ok := strings.CutSuffix(w, ending); ok && s != "" {
			w = s
			break
		}
	}
	n, count := 0, 0
	for _, r := range w {
		switch {
		case r >= '0' && r <= '9':
			r -= '0'
		case r >= '٠' && r <= '٩':
			r -= '٠'
		case r >= '۰' && r <= '۹':
			r -= '۰'
		default:
			return 0, false
		}
		if count++; count > 4 {
			return 0, false
		}
		n = 10*n + int(r)
	}
	return n, count > 0
}

// longestMonth bounds the name of a month, in bytes.
const longestMonth = 64

// Month reads the name of a month, or a usual abbreviation of it, in French, English
// and Spanish, and in Arabic as the Maghreb, Egypt and the Levant name them; with or
// without its accents, and in whatever case. What is none is 0.
func Month(name string) time.Month {
	if len(name) > longestMonth {
		return 0
	}
	switch bareName(name) {
	case "janvier", "janv", "january", "jan", "enero", "ene", "يناير", "جانفي", "كانونالثاني":
		return time.January
	case "fevrier", "fevr", "fev", "february", "feb", "febrero", "فبراير", "فيفري", "شباط":
		return time.February
	case "mars", "march", "mar", "marzo", "مارس", "اذار":
		return time.March
	case "avril", "avr", "april", "apr", "abril", "abr", "ابريل", "افريل", "نيسان":
		return time.April
	case "mai", "may", "mayo", "ماي", "مايو", "ماية", "ايار":
		return time.May
	case "juin", "june", "jun", "junio", "يونيو", "يونية", "جوان", "حزيران":
		return time.June
	case "juillet", "juil", "july", "jul", "julio", "يوليوز", "يوليو", "يولية", "جويلية", "تموز":
		return time.July
	case "aout", "aou", "august", "aug", "agosto", "ago", "غشت", "اغسطس", "اوت", "اب":
		return time.August
	case "septembre", "september", "sept", "sep", "septiembre", "setiembre", "set", "شتنبر", "سبتمبر", "ايلول":
		return time.September
	case "octobre", "october", "oct", "octubre", "اكتوبر", "تشرينالاول":
		return time.October
	case "novembre", "november", "nov", "noviembre", "نونبر", "نوفمبر", "تشرينالثاني":
		return time.November
	case "decembre", "december", "dec", "diciembre", "dic", "دجنبر", "ديسمبر", "كانونالاول":
		return time.December
	}
	return 0
}

// bareName is a name in lower case without the full stop of an abbreviation, without
// accents, hamzas and vowel signs, and in one spelling of the Arabic letters that have
// several.
func bareName(name string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case 'ى', 'ی':
			return 'ي'
		case 'ه':
			return 'ة'
		case 'ک':
			return 'ك'
		}
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(strings.ToLower(strings.TrimSuffix(name, "."))))
}
