package thesaurus

import (
	"slices"
	"strings"
	"unicode"
)

// maxTranslation is how many words a translation has at most: more are an
// explanation.
const maxTranslation = 4

// readArticle adds the translations of an article to out. Its first line is the
// headword with its sounds and grammar. The next has translations, or each sense
// has a line that begins with its number; what else follows are remarks.
func readArticle(out []string, word, article string) []string {
	_, rest, _ := strings.Cut(article, "\n")
	first := true
	for line := range strings.SplitSeq(rest, "\n") {
		line = strings.TrimSpace(line)
		senses, numbered := strings.CutPrefix(strings.TrimLeft(line, "0123456789"), ".")
		numbered = numbered && line != "" && line[0] <= '9'
		if !numbered {
			senses = line
		}
		if senses = strings.TrimSpace(withoutRemarks(senses)); senses == "" || !first && !numbered {
			continue
		}
		first = false
		for _, s := range strings.FieldsFunc(senses, isBetween) {
			if s = cleaned(s); s != "" && !knows(out, word, s) {
				out = append(out, s)
			}
			if len(out) == MaxTranslations {
				return out
			}
		}
	}
	return out
}

func isBetween(r rune) bool {
	return r == ',' || r == ';' || r == '،' || r == '؛' || r == '|'
}

// withoutRemarks takes away what stands in brackets or between slashes.
func withoutRemarks(s string) string {
	var out strings.Builder
	depth, slashes := 0, 0
	for _, r := range s {
		switch r {
		case '(', '[', '{', '<':
			depth++
		case ')', ']', '}', '>':
			depth = max(0, depth-1)
			out.WriteByte(' ')
		case '/':
			slashes++
		default:
			if depth == 0 && slashes%2 == 0 {
				out.WriteRune(r)
			}
		}
	}
	return out.String()
}

// cleaned is a translation as it is looked for; "" when it is none.
func cleaned(s string) string {
	words := strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case r == 'ـ' || unicode.Is(unicode.Mn, r) && r >= 0x600 && r <= 0x6ff, unicode.Is(unicode.Cf, r):
			return -1
		case r == '‐' || r == '‑': // hyphens of other alphabets
			return '-'
		}
		return r
	}, s))
	if n := len(words); n > 0 && strings.Trim(words[n-1], "0123456789.") == "" {
		words = words[:n-1] // the number of the next sense
	}
	text := strings.Trim(strings.Join(words, " "), " .!?…-\"'«»")
	if len(words) > maxTranslation || len(text) > maxWord || !strings.ContainsFunc(text, unicode.IsLetter) {
		return ""
	}
	return text
}

// knows reports translations that say nothing new: the word itself, or one that
// is there already, be it with an Arabic article.
func knows(out []string, word, s string) bool {
	plain := func(s string) string { return strings.TrimPrefix(folded(s), "ال") }
	s = plain(s)
	return s == "" || s == word || slices.ContainsFunc(out, func(o string) bool { return plain(o) == s })
}
