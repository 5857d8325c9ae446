package query

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"vigie"
)

// NewFilter returns the filter of a field with a value, as it would be typed behind
// the colon. Errors are *[Error] without a place.
func NewFilter(field Field, value string) (Filter, error) {
	if len(value) > MaxBytes {
		return Filter{}, tooLong(len(value))
	}
	l := newLine(value)
	value = strings.Join(strings.FieldsFunc(string(l.runes), func(r rune) bool { return r == ' ' || isQuote(r) }), " ")
	if !sayable(value) {
		return Filter{}, wrong("value", nil, "%s: needs a value", field).at(span{})
	}
	f, bad := filterOf(field, value)
	if bad != nil {
		return Filter{}, bad.at(span{})
	}
	return f, nil
}

// filterOf reads a value, which is clean and sayable.
func filterOf(field Field, value string) (Filter, *reason) {
	f := Filter{Field: field, Value: value}
	switch field {
	case Source, Publisher, Topic, Tag:
	case Country:
		if len(value) <= 3 { // a code, in bytes
			f.Value = strings.ToUpper(value)
		}
	case Type:
		f.Value = strings.ToLower(value)
	case Lang:
		l, err := vigie.ParseLang(value)
		if err != nil {
			return f, wrong("lang", nil, "%q is not a language; write a tag such as lang:fr or lang:ar", value)
		}
		f.Value = string(l)
	case Status:
		return statusFilter(value)
	case Cited:
		return citedFilter(value)
	case Page:
		return pageFilter(value)
	case From, To:
		return dateFilter(field, value)
	case Age:
		return ageFilter(value)
	case Anywhere, Title:
		return f, wrong("field", nil, "%q is no field of filters", field)
	}
	return f, nil
}

// oneOf returns the key whose words, which are folded, hold the value.
func oneOf(value string, words map[string]string) string {
	value = folded(value)
	for key, known := range words {
		if hasWord(known, value) {
			return key
		}
	}
	return ""
}

func statusFilter(value string) (Filter, *reason) {
	key := oneOf(value, map[string]string{
		"new":     "new nouveau nouvelle nouveaux جديد",
		"kept":    "kept keep retenu retenue garde محفوظ محتفظ",
		"dropped": "dropped drop ecarte ecartee مستبعد",
		"later":   "later plustard tard لاحقا مؤجل",
	})
	if key == "" {
		return Filter{}, wrong("status", nil, "%q is not a status; write new, kept, dropped or later", value)
	}
	return Filter{Field: Status, Value: key}, nil
}

func citedFilter(value string) (Filter, *reason) {
	key := oneOf(value, map[string]string{"yes": "yes y oui o true نعم", "no": "no n non false لا"})
	if key == "" {
		return Filter{}, wrong("cited", nil, "%q is no answer; write cited:yes or cited:no", value)
	}
	return Filter{Field: Cited, Value: key, Yes: key == "yes"}, nil
}

// mostPages bounds numbers of pages.
const mostPages = 99_999

// pageFilter reads 50, 10-20, >50, >=50, <50 and <=50.
func pageFilter(value string) (Filter, *reason) {
	bad := wrong("page", nil, "%q is not a number of pages; write page:50, page:10-20 or page:>50", value)
	f := Filter{Field: Page}
	sign, number := signOf(western(value))
	if low, high, found := strings.Cut(number, "-"); found && sign == "" {
		a, okA := whole(low, mostPages)
		b, okB := whole(high, mostPages)
		if !okA || !okB || a < 1 || b < a {
			return f, bad
		}
		f.Low, f.High = a, b
		return f.counted(), nil
	}
	n, ok := whole(number, mostPages)
	if f.Low, f.High = bounded(sign, n); !ok || f.Low < 1 || f.High < 0 || f.High == 0 && sign[:1] != ">" {
		return f, bad
	}
	return f.counted(), nil
}

// counted writes the value of Page from its bounds.
func (f Filter) counted() Filter {
	switch {
	case f.High == 0:
		f.Value = ">" + strconv.Itoa(f.Low-1)
	case f.Low == f.High:
		f.Value = strconv.Itoa(f.Low)
	case f.Low == 1:
		f.Value = "<" + strconv.Itoa(f.High+1)
	default:
		f.Value = strconv.Itoa(f.Low) + "-" + strconv.Itoa(f.High)
	}
	return f
}

// signOf parts the comparison in front of a number from it.
func signOf(s string) (sign, number string) {
	number = strings.TrimLeft(s, "<>=≤≥＜＞")
	sign = strings.NewReplacer("≤", "<=", "≥", ">=", "＜", "<", "＞", ">").Replace(s[:len(s)-len(number)])
	return sign, number
}

// bounded turns a comparison with a number of pages into bounds; a low one of 0 is
// none that makes sense.
func bounded(sign string, n int) (low, high int) {
	switch sign {
	case "", "=":
		return n, n
	case ">":
		return n + 1, 0
	case ">=":
		return n, 0
	case "<":
		return 1, n - 1
	case "<=":
		return 1, n
	}
	return 0, 0
}

// whole reads a number without a sign.
func whole(s string, most int) (int, bool) {
	if s == "" || len(s) > len("100000") || strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' }) {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n <= most
}

// dateFilter reads a date, or a span of time before today.
func dateFilter(field Field, value string) (Filter, *reason) {
	plain := western(value)
	if back, relative := strings.CutPrefix(plain, "-"); relative {
		if days, ok := daysOf(back); ok {
			return Filter{Field: field, Value: fmt.Sprintf("-%dd", days), Days: days}, nil
		}
	}
	d, err := vigie.ParseDate(plain)
	if err != nil || d.Precision > vigie.Day {
		return Filter{}, wrong("date", nil, "%q is not a date; write %s:2026, %s:2026-11, %s:2026-11-21 or, for thirty days ago, %s:-30d", value, field, field, field, field)
	}
	return Filter{Field: field, Value: d.String(), Date: d}, nil
}

// ageFilter reads <7d and >30d, both days included; 7d is <7d.
func ageFilter(value string) (Filter, *reason) {
	sign, span := signOf(western(value))
	days, ok := daysOf(span)
	if ok && days > 0 {
		switch sign {
		case "", "<", "<=":
			return Filter{Field: Age, Value: fmt.Sprintf("<%dd", days), High: days}, nil
		case ">", ">=":
			return Filter{Field: Age, Value: fmt.Sprintf(">%dd", days), Low: days}, nil
		}
	}
	return Filter{}, wrong("age", nil, "%q is not an age; write age:<7d for the last seven days or age:>30d for what is older", value)
}

// daysOf reads a number with a unit: days, weeks, months of thirty days and years
// of 365, as each of our languages abbreviates them.
func daysOf(s string) (int, bool) {
	number := strings.TrimRightFunc(s, unicode.IsLetter)
	unit := folded(s[len(number):])
	n, ok := whole(number, MaxDays)
	if !ok {
		return 0, false
	}
	for words, days := range map[string]int{
		"d day days j jour jours ي يوم ايام":                 1,
		"w week weeks s sem semaine semaines ا اسبوع اسابيع": 7,
		"m month months mois ش شهر اشهر":                     30,
		"y year years a an ans س سنة سنوات":                  365,
	} {
		if hasWord(words, unit) {
			return n * days, n*days <= MaxDays
		}
	}
	return 0, false
}
