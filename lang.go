package vigie

import (
	"cmp"
	"slices"
	"strings"
)

// Lang is a language as a BCP 47 tag in its usual case, for example "fr", "ar",
// "pt-BR" or "zgh". The zero value means that nothing is known; [Und] says that
// somebody looked and could not tell.
type Lang string

// The languages that vigie itself speaks, and "undetermined".
const (
	Und     Lang = "und"
	French  Lang = "fr"
	Arabic  Lang = "ar"
	English Lang = "en"
	Spanish Lang = "es"
)

// ParseLang reads a language tag as feeds and pages write it ("FR", "en_US",
// "ar-MA") and puts it in the usual case (RFC 5646 section 2.1.1). Anything that
// does not look like a tag gives "" and an [InvalidError].
func ParseLang(s string) (Lang, error) {
	parts := strings.FieldsFunc(strings.TrimSpace(s), func(r rune) bool { return r == '-' || r == '_' })
	if len(parts) == 0 || len(s) > 35 || len(parts[0]) < 2 || len(parts[0]) > 8 {
		return "", &InvalidError{Field: "language", Reason: "is not a language tag such as \"fr\" or \"ar-MA\""}
	}
	for i, p := range parts {
		if len(p) > 8 {
			return "", &InvalidError{Field: "language", Reason: "is not a language tag such as \"fr\" or \"ar-MA\""}
		}
		for _, r := range p {
			if r > 'z' || !isAlnum(byte(r)) || (i == 0 && r <= '9') {
				return "", &InvalidError{Field: "language", Reason: "is not a language tag such as \"fr\" or \"ar-MA\""}
			}
		}
		plain := i > 0 && len(parts[i-1]) > 1 // not behind a singleton such as "x"
		switch {
		case plain && len(p) == 2:
			parts[i] = strings.ToUpper(p)
		case plain && len(p) == 4:
			parts[i] = strings.ToUpper(p[:1]) + strings.ToLower(p[1:])
		default:
			parts[i] = strings.ToLower(p)
		}
	}
	return Lang(strings.Join(parts, "-")), nil
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// Base returns the language without region, script or variant: "pt" for
// "pt-BR". The zero value and [Und] return themselves.
func (l Lang) Base() Lang {
	base, _, _ := strings.Cut(string(l), "-")
	return Lang(base)
}

// Direction returns "rtl" for languages written from right to left and "ltr"
// for all others, as the HTML attribute dir wants it.
func (l Lang) Direction() string {
	switch l.Base() {
	case "ar", "fa", "he", "ur", "ckb", "ps", "sd", "ug", "yi", "dv":
		return "rtl"
	default:
		return "ltr"
	}
}

// SortLangs sorts languages as menus show them: French, Arabic, English, then the
// others by their tags. It returns its argument.
func SortLangs(langs []Lang) []Lang {
	slices.SortFunc(langs, func(a, b Lang) int {
		return cmp.Or(cmp.Compare(langRank(a, ""), langRank(b, "")), cmp.Compare(a, b))
	})
	return langs
}

// Text is one text in several languages.
type Text map[Lang]string

// In returns the text in l or, where there is none, in the first of French,
// Arabic, English, then any other in alphabetical order, with the language that
// it really is in. An empty text returns "" and "".
func (t Text) In(l Lang) (text string, in Lang) {
	for _, want := range []Lang{l, l.Base(), French, Arabic, English} {
		if s, ok := t[want]; ok && s != "" {
			return s, want
		}
	}
	for k, v := range t {
		if v != "" && (in == "" || k < in) {
			text, in = v, k
		}
	}
	return text, in
}
