package indicator

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"vigie"
)

// Role says what a column holds.
type Role string

// The roles of columns. A breakdown has its dimension beside it, and a column of
// values for one period has that period.
const (
	Ignored     Role = ""
	Area        Role = "area"      // code of a country or grouping
	AreaName    Role = "area_name" // its name, used where there is no code
	Name        Role = "indicator"
	When        Role = "period"
	PartOfYear  Role = "part" // "Q3", 11: beside a column of years
	Value       Role = "value"
	PeriodValue Role = "period_value" // values of one period: a wide table
	Status      Role = "status"
	Unit        Role = "unit"
	Decimals    Role = "decimals"
	Breakdown   Role = "breakdown"
	Source      Role = "source"
	Note        Role = "note"
)

// titles lists how columns are called, folded by [fold]. The better name of two
// columns for one role comes first. Names in capitals are those of SDMX and of
// Data360, others those of the World Bank, Our World in Data, the UN's SDG
// files, the ITU, and of French, English and Arabic tables.
func titles() []struct {
	role  Role
	names string
} {
	return []struct {
		role  Role
		names string
	}{
		{Area, "ref area|country code|iso3|countryiso3code|iso3c|code iso3|code iso|entityiso|code pays|code|geo|area code|رمز البلد|رمز الدولة|الرمز"},
		{AreaName, "country name|entity|entityname|pays|country|area|area name|zone|territoire|territory|nom du pays|geography|geoareaname|lieu|nom du lieu|place|place name|economy|economie|region|province|departement|commune|localite|city|ville|wilaya|pays ou territoire|pays et territoire|country or area|country or territory|البلد|الدولة|المنطقة|اسم البلد|اسم الدولة|بلد|دولة|المكان|مكان|الإقليم|إقليم|الجهة|جهة|المدينة|مدينة"},
		{Name, "indicator|indicator code|series|seriescode|series code|indicateur|code indicateur|code de l indicateur|المؤشر|رمز المؤشر"},
		{When, "time period|period|year|datayear|periode|annee|an|time|date|timeperiod|السنة|العام|الفترة|سنة|التاريخ"},
		{PartOfYear, "quarter|trimestre|month|mois|semester|semestre|الربع|الشهر"},
		{Value, "obs value|value|datavalue|valeur|val|chiffre|القيمة|قيمة"},
		{Status, "obs status|status|flag|flags|observation status|statut|drapeau|indicateur de statut|الحالة|حالة"},
		{Unit, "unit measure|unit|units|seriesunits|unite|unite de mesure|الوحدة|وحدة القياس"},
		{Decimals, "decimals|decimal|decimales"},
		{Source, "data source|datasource|source|sources|المصدر"},
		{Note, "comment obs|obs comment|datanote|note|notes|footnote|remark|comment|remarque|commentaire|observations|ملاحظة|ملاحظات"},
	}
}

// dimensions lists the breakdowns that are known by name: title -> code of the
// concept in SDMX.
func dimensions() map[string]string {
	return map[string]string{
		"sex": "SEX", "sexe": "SEX", "gender": "SEX", "genre": "SEX", "الجنس": "SEX", "age": "AGE", "السن": "AGE", "العمر": "AGE",
		"urbanisation": "URBANISATION", "urbanization": "URBANISATION", "milieu": "URBANISATION", "الوسط": "URBANISATION", "location": "URBANISATION",
		"skill": "SKILL", "type of skill": "SKILL", "competence": "SKILL", "speed": "SPEED", "debit": "SPEED",
		"education": "EDUCATION", "education level": "EDUCATION", "comp breakdown 1": "COMP_BREAKDOWN_1",
		"comp breakdown 2": "COMP_BREAKDOWN_2", "comp breakdown 3": "COMP_BREAKDOWN_3",
	}
}

// fold makes spellings of a title equal: no case, accents, marks or signs.
func fold(s string) string {
	var b strings.Builder
	space := false
	for _, r := range norm.NFKD.String(clip(s, 200)) {
		switch {
		case unicode.Is(unicode.Mn, r) || r == 'ـ': // accents, vowel signs, tatweel
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(unicode.ToLower(r))
		default:
			space = true
		}
	}
	return b.String()
}

// roleOf returns the role that a title names and how well: 0 is best.
func roleOf(title string) (role Role, rank int, dimension string) {
	folded := fold(title)
	if folded == "" {
		return Ignored, 0, ""
	}
	for _, t := range titles() {
		for i, name := range strings.Split(t.names, "|") {
			if fold(name) == folded {
				return t.role, i, ""
			}
		}
	}
	if d := dimensions()[folded]; d != "" {
		return Breakdown, 0, d
	}
	return Ignored, 0, ""
}

// periods holds the patterns of periods as people write them.
type periods struct {
	bank, divided, behind, month, day *regexp.Regexp
}

func newPeriods() periods {
	return periods{
		bank:    regexp.MustCompile(`^(\d{4}) ?\[YR\d{4}\]$`),                                // "2016 [YR2016]": World Bank DataBank
		divided: regexp.MustCompile(`(?i)^(\d{4})[ /-]?([AYSHQTM])0?(\d{1,2})$`),             // "2024Q3", "2024-T3", "2024M11", "2024-A1"
		behind:  regexp.MustCompile(`(?i)^([SHQTM])0?(\d{1,2})[ /-](\d{4})$`),                // "T3 2024"
		month:   regexp.MustCompile(`^(0?[1-9]|1[0-2])/(\d{4})$|^(\d{4})/(0?[1-9]|1[0-2])$`), // "11/2024", "2024/11"
		day:     regexp.MustCompile(`^(\d{4})-(01)-(01)(T00:00:00Z?)?$`),                     // the first day of a year
	}
}

// read returns the period that s writes.
func (p periods) read(s string) (vigie.Period, bool) {
	s = digitsOf(tidy(s))
	if got, err := vigie.ParsePeriod(s); err == nil && !got.IsZero() {
		return got, true
	}
	if m := p.bank.FindStringSubmatch(s); m != nil {
		return made(m[1], "A", "1")
	}
	if m := p.divided.FindStringSubmatch(s); m != nil {
		return made(m[1], m[2], m[3])
	}
	if m := p.behind.FindStringSubmatch(s); m != nil {
		return made(m[3], m[1], m[2])
	}
	if m := p.month.FindStringSubmatch(s); m != nil {
		return made(m[2]+m[3], "M", m[1]+m[4])
	}
	if m := p.day.FindStringSubmatch(s); m != nil {
		return made(m[1], "A", "1")
	}
	return vigie.Period{}, false
}

func made(year, freq, part string) (vigie.Period, bool) {
	y, err1 := strconv.Atoi(year)
	n, err2 := strconv.Atoi(part)
	f := vigie.Frequency(strings.ToUpper(freq))
	switch f {
	case "Y":
		f = vigie.Annual
	case "H":
		f = vigie.HalfYearly
	case "T":
		f = vigie.Quarterly
	default:
	}
	p, err3 := vigie.NewPeriod(y, f, n)
	return p, err1 == nil && err2 == nil && err3 == nil
}

// digitsOf writes Arabic-Indic digits as European ones.
func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return '0' + r - '٠'
		case r >= '۰' && r <= '۹':
			return '0' + r - '۰'
		default:
			return r
		}
	}, s)
}
