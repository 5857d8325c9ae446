package passage

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word, a number or a sign of a text, at a place in bytes.
type token struct {
	from, to int
	word     int
	key      string
}

// vocabulary numbers the words of two texts.
type vocabulary struct{ words map[string]int }

// read cuts a stretch of a text into tokens. Signs that count for nothing are left
// out.
func (v *vocabulary) read(s *solid, stretch [2]int) []token {
	if v.words == nil {
		v.words = map[string]int{}
	}
	var out []token
	for i, to := stretch[0], stretch[1]; i < to; {
		n := tokenLen(s.text[i:to])
		key := string(s.b[s.index(i):s.index(i+n)])
		if key != "" {
			word, ok := v.words[key]
			if !ok {
				word = len(v.words)
				v.words[key] = word
			}
			out = append(out, token{i, i + n, word, key})
		}
		i += n
	}
	return out
}

// keys are the words of some tokens, one behind the other.
func keys(ts []token) string {
	var b strings.Builder
	for _, t := range ts {
		b.WriteString(t.key)
	}
	return b.String()
}

// tokenLen is the length of the word, number or sign at the beginning of s.
func tokenLen(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	next, size := utf8.DecodeRuneInString(s[n:])
	switch {
	case isDash(r) && unicode.IsDigit(next):
		return n + size + numberLen(s[n+size:])
	case unicode.IsDigit(r):
		return n + numberLen(s[n:])
	case !isWord(r):
		return n
	}
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !isWord(r) && !isInvisible(r) {
			break
		}
		n += size
	}
	return n
}

// numberLen is the length of the rest of a number: digits, letters, and the commas
// and full stops between digits.
func numberLen(s string) int {
	n := 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		next, _ := utf8.DecodeRuneInString(s[n+size:])
		if !isWord(r) && !(strings.ContainsRune(".,٫٬", r) && unicode.IsDigit(next)) {
			break
		}
		n += size
	}
	return n
}

// The costs of an alignment: a word replaced by another is dearer than half of one
// that went and one that came, and cheaper than both. A word that came inside the
// passage is a little dearer than one beside it.
const (
	costGap     = 20
	costReplace = 30
	costInside  = 1
)

// align finds the cheapest way from the words of was, of which those from first to
// last are the passage, to a row of words of is, and returns for each word its
// partner, the same word, or -1.
func align(was, is []token, first, last int) []int {
	width := len(is) + 1
	steps := make([]byte, (len(was)+1)*width)
	row := make([]int32, width) // a row of is may begin anywhere
	for i, t := range was {
		diagonal, came := row[0], int32(costGap)
		if i >= first && i < last-1 {
			came += costInside
		}
		row[0] += costGap
		steps[(i+1)*width] = 'u'
		for j, u := range is {
			best, step := row[j+1]+costGap, byte('u')
			if row[j]+came < best {
				best, step = row[j]+came, 'l'
			}
			across := diagonal
			if t.word != u.word {
				across += costReplace
			}
			if across <= best {
				best, step = across, 'd'
			}
			diagonal, row[j+1] = row[j+1], best
			steps[(i+1)*width+j+1] = step
		}
	}
	j := 0
	for k, cost := range row { // and may end anywhere
		if cost < row[j] {
			j = k
		}
	}
	return partners(steps, was, is, j)
}

// partners goes the cheapest way back from the word j of is.
func partners(steps []byte, was, is []token, j int) []int {
	partner := make([]int, len(was))
	for i := len(was); i > 0; {
		step := steps[i*(len(is)+1)+j]
		if step != 'u' {
			j--
		}
		if step == 'l' {
			continue
		}
		i--
		partner[i] = -1
		if step == 'd' && was[i].word == is[j].word {
			partner[i] = j
		}
	}
	return partner
}

// weighty reports whether some words hold a number, a unit, a sign or a negation.
func weighty(ts []token) bool {
	for _, t := range ts {
		if strings.ContainsFunc(t.key, isWeighty) || isNegation(strings.ToLower(t.key)) {
			return true
		}
	}
	return strings.Contains(strings.ToLower(keys(ts)), "n't")
}

func isWeighty(r rune) bool {
	return unicode.IsNumber(r) || unicode.Is(unicode.Sc, r) || unicode.Is(unicode.Sm, r) || r == '%' || r == '‰' || r == '-'
}

// isNegation reports whether a word in lower case denies, or says how many
// thousands a number counts, in the languages of the desk.
func isNegation(word string) bool {
	switch word {
	case "ne", "n", "pas", "non", "jamais", "aucun", "aucune", "sans", "ni", "nul", "nulle", "rien", "guère", "sauf", "moins", "plus",
		"no", "not", "never", "none", "nor", "neither", "without", "cannot", "nothing", "unless", "except", "less", "more",
		"nunca", "jamás", "sin", "ningún", "ninguno", "ninguna", "nada", "tampoco", "salvo", "menos", "más",
		"لا", "لم", "لن", "ليس", "ليست", "ليسوا", "غير", "دون", "بدون", "عدم", "سوى", "إلا", "ولا", "ولم", "ولن", "وليس",
		"mille", "millier", "milliers", "million", "millions", "milliard", "milliards", "billion", "billions", "thousand", "thousands",
		"hundred", "hundreds", "cent", "cents", "mil", "miles", "millón", "millones", "ألف", "آلاف", "مليون", "ملايين", "مليار", "مليارات":
		return true
	}
	return false
}
