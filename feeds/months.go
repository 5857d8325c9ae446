package feeds

import (
	"strings"
	"time"
)

// monthOf reads the name of a month: English, French, Spanish, and Arabic as it is
// used in Egypt and the Gulf, the Maghreb, and the Levant; or a short form of it.
func monthOf(s string) time.Month {
	s = strings.ToLower(strings.TrimSuffix(s, "."))
	if len(s) < 3 {
		return 0
	}
	if m := englishMonth(s); m != 0 {
		return m
	}
	if one, other, both := strings.Cut(s, "/"); both && one != "" && other != "" { // the United Nations write both names
		if m := arabicMonth(one); m != 0 {
			return m
		}
		return arabicMonth(other)
	}
	if m := arabicMonth(s); m != 0 {
		return m
	}
	return latinMonth(s)
}

// englishMonth reads an English name, or its first three letters and more.
func englishMonth(s string) time.Month {
	const names = "jan feb mar apr may jun jul aug sep oct nov dec "
	i := strings.Index(names, s[:3]+" ")
	if i < 0 || i%4 != 0 {
		return 0
	}
	m := time.Month(i/4 + 1)
	if !strings.HasPrefix(strings.ToLower(m.String()), s) && s != "sept" {
		return 0
	}
	return m
}

// latinMonth reads a French or Spanish name, with or without its accents.
func latinMonth(s string) time.Month {
	switch strings.NewReplacer("é", "e", "è", "e", "û", "u", "e\u0301", "e", "u\u0302", "u").Replace(s) {
	case "janvier", "janv", "enero", "ene":
		return time.January
	case "fevrier", "fevr", "fev", "febrero":
		return time.February
	case "mars", "marzo":
		return time.March
	case "avril", "avr", "abril", "abr":
		return time.April
	case "mai", "mayo":
		return time.May
	case "juin", "junio":
		return time.June
	case "juillet", "juil", "julio":
		return time.July
	case "aout", "aou", "agosto", "ago":
		return time.August
	case "septembre", "septiembre", "setiembre", "set":
		return time.September
	case "octobre", "octubre":
		return time.October
	case "novembre", "noviembre":
		return time.November
	case "decembre", "dec", "diciembre", "dic":
		return time.December
	}
	return 0
}

// arabicMonth reads an Arabic name whose letters [foldDate] has made alike. The
// Levant has كانون and تشرين twice: foldDate joined their numbers to them.
func arabicMonth(s string) time.Month {
	switch s {
	case "يناير", "جانفي", "كانونالثاني":
		return time.January
	case "فبراير", "فيفري", "شباط":
		return time.February
	case "مارس", "اذار":
		return time.March
	case "ابريل", "افريل", "نيسان":
		return time.April
	case "مايو", "ماي", "ايار", "ماية":
		return time.May
	case "يونيو", "يونية", "جوان", "حزيران":
		return time.June
	case "يوليو", "يولية", "جويلية", "يوليوز", "تموز":
		return time.July
	case "اغسطس", "اوت", "غشت", "اب":
		return time.August
	case "سبتمبر", "شتنبر", "ايلول":
		return time.September
	case "اكتوبر", "تشرينالاول":
		return time.October
	case "نوفمبر", "نونبر", "تشرينالثاني":
		return time.November
	case "ديسمبر", "دجنبر", "كانونالاول":
		return time.December
	}
	return 0
}

// foldDate makes Arabic-Indic and Persian digits, and the spellings of Arabic
// letters, those that the rest of this package reads. Marks of direction and vowels
// go, "a.m." and "p.m." become English.
func foldDate(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return r - '٠' + '0'
		case r >= '۰' && r <= '۹':
			return r - '۰' + '0'
		case r >= 0x64b && r <= 0x652, r == 0x640, r == 0x200e, r == 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		case r == 'أ', r == 'إ', r == 'آ':
			return 'ا'
		case r == 'ى', r == 'ی':
			return 'ي'
		case r == 'ه':
			return 'ة'
		case r == 'ک':
			return 'ك'
		case r == '،', r == '\u00a0', r == '\u202f', r == '\u2009':
			return ' '
		case r == '–', r == '—', r == '\u2011':
			return '-'
		}
		return r
	}, s)
	s = strings.NewReplacer(
		"كانون الثاني", "كانونالثاني", "كانون الاول", "كانونالاول",
		"تشرين الثاني", "تشرينالثاني", "تشرين الاول", "تشرينالاول",
	).Replace(s)
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
