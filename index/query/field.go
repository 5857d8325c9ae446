package query

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// FieldName is what a field is called, and how it is used.
type FieldName struct {
	Field Field
	// French and Arabic are its names beside the English one, as they are shown; others
	// are understood too.
	French, Arabic string
	// Example is the field in use.
	Example string
	// names are all that are understood, folded.
	names string
}

// Fields returns the fields in the order to show them.
func Fields() []FieldName {
	return []FieldName{
		{Title, "titre", "عنوان", "title:spectrum", "title titre عنوان"},
		{Source, "source", "مصدر", `source:"National Regulator"`, "source مصدر"},
		{Publisher, "éditeur", "ناشر", `publisher:"Telecom Union"`, "publisher editeur ناشر"},
		{Country, "pays", "بلد", "country:MAR", "country pays بلد دولة"},
		{Lang, "langue", "لغة", "lang:fr", "lang language langue لغة"},
		{Type, "type", "نوع", "type:pdf", "type نوع"},
		{Topic, "thème", "موضوع", "topic:broadband", "topic theme sujet موضوع"},
		{Tag, "étiquette", "وسم", "tag:dossier", "tag etiquette وسم"},
		{Status, "statut", "حالة", "status:kept", "status statut etat حالة"},
		{Cited, "cité", "مذكور", "cited:yes", "cited cite مذكور"},
		{Page, "pages", "صفحات", "page:>50", "page pages صفحات صفحة"},
		{From, "depuis", "منذ", "from:2026-11", "from since depuis منذ من"},
		{To, "jusque", "حتى", "to:2026-11-21", "to until jusque jusqua حتى الى"},
		{Age, "âge", "عمر", "age:<7d", "age عمر"},
	}
}

// longestName bounds what is compared with names of fields, in characters.
const longestName = 24

// named returns the field of a name, accents, capitals and the Arabic article aside.
func named(name []rune) (FieldName, bool) {
	if len(name) > longestName {
		return FieldName{}, false
	}
	plain := folded(string(name))
	for _, f := range Fields() {
		if hasWord(f.names, plain) || hasWord(f.names, strings.TrimPrefix(plain, "ال")) {
			return f, true
		}
	}
	return FieldName{}, false
}

// hasWord reports whether a word is one of those in a list.
func hasWord(words, word string) bool { return slices.Contains(strings.Fields(words), word) }

// folded takes accents, vowel signs and capitals away.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(s))
}

// western writes the digits of our languages, and the signs of numbers, in one way.
func western(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return '0' + r - '٠'
		case r >= '۰' && r <= '۹':
			return '0' + r - '۰'
		case r >= '０' && r <= '９':
			return '0' + r - '０'
		case isDash(r) || r == '–':
			return '-'
		}
		return r
	}, s)
}

// isQuote reports the marks around phrases, of every keyboard.
func isQuote(r rune) bool {
	return strings.ContainsRune(`"“”„‟«»‹›＂〝〞〟「」『』《》❝❞`, r)
}

func isDash(r rune) bool { return r == '-' || r == '\u2212' }

func isOpen(r rune) bool { return r == '(' || r == '（' }

func isClose(r rune) bool { return r == ')' || r == '）' }

// isSeparator reports whether the rune at i parts two words. A comma between
// digits belongs to the number.
func isSeparator(line []rune, i int) bool {
	switch line[i] {
	case ' ', ';', '؛', '،', '、', '，':
		return true
	case ',':
		return i == 0 || i+1 == len(line) || !unicode.IsDigit(line[i-1]) || !unicode.IsDigit(line[i+1])
	}
	return false
}

// sayable reports whether a text holds a letter or a digit, so that there is
// something to look for.
func sayable(s string) bool { return countSayable(s) > 0 }

func countSayable(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			n++
		}
	}
	return n
}
