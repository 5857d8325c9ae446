package passage_test

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"vigie"
)

// trial is a quotation in its text, cut in three, and what becomes of it: the new
// text holds the quotation between two signs that no text has, unless it is gone.
type trial struct {
	*rand.Rand
	before, quote, after string
	// others are sentences of other texts of the language.
	others []string
}

// The signs around a quotation whose way is followed.
const opens, closes = "\ue000", "\ue001"

func (t *trial) marked() string { return t.before + opens + t.quote + closes + t.after }

// edit is something that is done to a text. It returns the new text with the
// marked quotation, and may change the trial, which is the old text.
type edit struct {
	name string
	// hows are the right answers besides gone.
	hows string
	do   func(*trial) string
}

var (
	sentenceEnd = regexp.MustCompile(`(?:[.!?؟]["”»’)\x{e001}]*[ \x{a0}]+|\n)`)
	anyWord     = regexp.MustCompile(`[\p{L}\p{M}]+|[\d.,]*\d`)
	cutAtEnd    = regexp.MustCompile(`-\n(\P{L})`)
)

// sentences cuts a text behind its full stops and line feeds; joined they are it.
func sentences(s string) []string {
	var out []string
	last := 0
	for _, at := range sentenceEnd.FindAllStringIndex(s, -1) {
		out = append(out, s[last:at[1]])
		last = at[1]
	}
	if last < len(s) {
		out = append(out, s[last:])
	}
	return out
}

// holder cuts a marked text in what is before the sentences of the quotation, those
// sentences, and what is behind them.
func holder(marked string) (before, held, after []string) {
	ss := sentences(marked)
	from := slices.IndexFunc(ss, func(s string) bool { return strings.Contains(s, opens) })
	to := slices.IndexFunc(ss, func(s string) bool { return strings.Contains(s, closes) }) + 1
	return ss[:from], ss[from:to], ss[to:]
}

func join(parts ...[]string) string { return strings.Join(slices.Concat(parts...), "") }

// spread puts into ss some sentences, one after the other, n times.
func (t *trial) spread(ss []string, n int) []string {
	ss = slices.Clone(ss)
	for range n {
		ss = slices.Insert(ss, t.IntN(len(ss)+1), t.other())
	}
	return ss
}

// other is a sentence, without the quotation: beside itself nobody can tell it.
func (t *trial) other() string {
	for {
		if s := strings.TrimSpace(t.others[t.IntN(len(t.others))]); !strings.Contains(s, t.quote) {
			return s + " "
		}
	}
}

func insertions(t *trial) string {
	before, held, after := holder(t.marked())
	if t.IntN(2) == 0 { // right beside the sentences of the quotation
		before, after = append(slices.Clone(before), t.other()), append([]string{t.other()}, after...)
	}
	return join(t.spread(before, 1+t.IntN(4)), held, t.spread(after, t.IntN(3)))
}

func (t *trial) thin(ss []string, n int) []string {
	ss = slices.Clone(ss)
	for range min(n, len(ss)) {
		i := t.IntN(len(ss))
		ss = slices.Delete(ss, i, i+1)
	}
	return ss
}

func deletions(t *trial) string {
	before, held, after := holder(t.marked())
	if t.IntN(2) == 0 {
		before, after = before[:max(0, len(before)-1)], after[min(1, len(after)):]
	}
	return join(t.thin(before, 1+t.IntN(4)), held, t.thin(after, t.IntN(3)))
}

func moved(t *trial) string {
	before, held, after := holder(t.marked())
	rest := slices.Concat(before, after)
	i := t.IntN(len(rest) + 1)
	held[len(held)-1] = strings.TrimRight(held[len(held)-1], " \n") + " "
	return join(rest[:i], held, rest[i:])
}

func othersMoved(t *trial) string {
	before, held, after := holder(t.marked())
	before, after = slices.Clone(before), slices.Clone(after)
	t.Shuffle(len(before), func(i, j int) { before[i], before[j] = before[j], before[i] })
	t.Shuffle(len(after), func(i, j int) { after[i], after[j] = after[j], after[i] })
	return join(before, held, after)
}

// reflowed cuts the paragraphs anew: also inside sentences, as at the end of a page.
func reflowed(t *trial) string {
	var b strings.Builder
	for _, r := range t.marked() {
		switch {
		case r == '\n' && t.IntN(2) == 0:
			b.WriteByte(' ')
		case r == ' ' && t.IntN(60) == 0:
			b.WriteByte('\n')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// pages puts the foot and the head of a page between paragraphs.
func pages(t *trial) string {
	lines := strings.Split(t.marked(), "\n")
	var out []string
	for i, line := range lines {
		inside := strings.LastIndex(strings.Join(lines[:i], "\n"), opens) > strings.LastIndex(strings.Join(lines[:i], "\n"), closes)
		if t.IntN(4) == 0 && !inside {
			out = append(out, strconv.Itoa(10+i), "R. 2026 - 7")
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// typography prints the text in another way.
func typography(t *trial) string {
	s := strings.NewReplacer("fi", "\ufb01", "fl", "\ufb02", "’", "'", "'", "’", "“", "«\u00a0", "”", "\u00a0»", "« ", "“", " »", "”",
		"...", "…", " :", "\u00a0:", " ;", "\u202f;", " ?", "\u202f?", "oe", "œ", "é", "e\u0301", "ة", "ة\u064c", "مل", "مـل", "لا", "\ufefb").Replace(t.marked())
	var b strings.Builder
	inWord := 0
	for _, r := range s {
		if unicode.IsLetter(r) && r < 0x250 {
			inWord++
		} else {
			inWord = 0
		}
		b.WriteRune(r)
		if inWord == 4 && t.IntN(20) == 0 {
			b.WriteString([]string{"\u00ad", "-\n", "\u200b"}[t.IntN(3)])
		}
	}
	s = b.String()
	// A word that was cut at its end is none.
	return cutAtEnd.ReplaceAllString(s, "$1")
}

func everything(t *trial) string {
	u := *t
	for _, do := range []func(*trial) string{insertions, deletions, reflowed, typography} {
		u.before, u.quote, u.after = cut(do(&u))
	}
	return u.marked()
}

// cut takes a marked text apart.
func cut(marked string) (before, quote, after string) {
	before, rest, _ := strings.Cut(marked, opens)
	quote, after, _ = strings.Cut(rest, closes)
	return before, quote, after
}

// inside applies a change to one word of the quotation that fits.
func (t *trial) inside(fits func(string) bool, change func(string) string) string {
	words := anyWord.FindAllStringIndex(t.quote, -1)
	words = slices.DeleteFunc(words, func(at []int) bool { return !fits(t.quote[at[0]:at[1]]) })
	if len(words) == 0 {
		return ""
	}
	at := words[t.IntN(len(words))]
	quote := t.quote[:at[0]] + change(t.quote[at[0]:at[1]]) + t.quote[at[1]:]
	return t.before + opens + quote + closes + t.after
}

func isWord(s string) bool { return utf8.RuneCountInString(s) > 3 && !unicode.IsDigit(rune(s[0])) }

func (t *trial) word(not string) string {
	for {
		fields := strings.FieldsFunc(t.other(), func(r rune) bool { return !unicode.IsLetter(r) })
		if len(fields) > 0 {
			if w := fields[t.IntN(len(fields))]; w != not {
				return w
			}
		}
	}
}

func replaced(t *trial) string { return t.inside(isWord, t.word) }

func misspelt(t *trial) string {
	return t.inside(isWord, func(s string) string {
		r := []rune(s)
		for range 10 {
			i := 1 + t.IntN(len(r)-2)
			if r[i] != r[i+1] && unicode.IsLetter(r[i]) && unicode.IsLetter(r[i+1]) && r[i] != 'ـ' && r[i+1] != 'ـ' {
				r[i], r[i+1] = r[i+1], r[i]
				return string(r)
			}
		}
		return s + "x"
	})
}

// between puts a word between two words of the quotation, or takes one away.
func between(t *trial) string {
	words := strings.Split(t.quote, " ")
	if len(words) < 5 {
		return ""
	}
	i := 1 + t.IntN(len(words)-3)
	if !strings.ContainsFunc(words[i], unicode.IsLetter) {
		return "" // a dash is no word
	}
	if t.IntN(2) == 0 {
		words = slices.Insert(words, i+1, t.word(""))
	} else {
		words = slices.Delete(words, i, i+1)
	}
	return t.before + opens + strings.Join(words, " ") + closes + t.after
}

func renumbered(t *trial) string {
	return t.inside(func(s string) bool { return unicode.IsDigit(rune(s[0])) }, func(s string) string {
		i := t.IntN(len(s))
		for s[i] < '0' || s[i] > '9' {
			i = t.IntN(len(s))
		}
		return s[:i] + string('0'+(s[i]-'0'+byte(1+t.IntN(9)))%10) + s[i+1:]
	})
}

func negated(t *trial) string {
	words := strings.Split(t.quote, " ")
	if len(words) < 3 {
		return ""
	}
	not := []string{"not", "pas", "no", "jamais"}[t.IntN(4)]
	if strings.ContainsAny(t.quote, "اليمن") {
		not = "لا"
	}
	if slices.Contains(words, not) {
		return "" // of "no no" nobody can tell which came
	}
	return t.before + opens + strings.Join(slices.Insert(words, 1+t.IntN(len(words)-2), not), " ") + closes + t.after
}

// likeness puts a copy of the sentences of the quotation, after a change, far from
// them in the old text.
func (t *trial) likeness(change func(*trial) string) bool {
	copied := change(t)
	if copied == "" {
		return false
	}
	_, held, _ := holder(copied)
	like := strings.TrimSpace(strings.NewReplacer(opens, "", closes, "").Replace(join(held))) + " "
	before, held, after := holder(t.marked())
	ahead, behind := far(before, true), far(after, false)
	switch {
	case len(ahead) > 0 && (len(behind) == 0 || t.IntN(2) == 0):
		before = slices.Insert(slices.Clone(before), t.IntN(len(ahead)), like)
	case len(behind) > 0:
		after = slices.Insert(slices.Clone(after), len(after)-t.IntN(len(behind)), like)
	default:
		return false
	}
	t.before, t.quote, t.after = cut(join(before, held, after))
	return true
}

// far are the sentences with others between them and the quotation: a copy beside
// it is another case, as then nobody can say which of the two was deleted.
func far(ss []string, ahead bool) []string {
	near := 0
	for i := range ss {
		k := i
		if ahead {
			k = len(ss) - 1 - i
		}
		if near += utf8.RuneCountInString(ss[k]); near > 100 {
			return ss[:len(ss)-1-i]
		}
	}
	return nil
}

// left is the text where a copy stays and the quotation goes: its words alone, or
// its sentences.
func left(change func(*trial) string) func(*trial) string {
	return func(t *trial) string {
		if !t.likeness(change) {
			return ""
		}
		return gone(t)
	}
}

func gone(t *trial) string {
	if t.IntN(3) == 0 {
		return t.before + t.after
	}
	before, _, after := holder(t.marked())
	return join(before, after)
}

// beside is the text where a copy stays and something is done to the quotation.
func beside(change, do func(*trial) string) func(*trial) string {
	return func(t *trial) string {
		if !t.likeness(change) {
			return ""
		}
		return do(t)
	}
}

func rewritten(t *trial) string {
	before, _, after := holder(t.marked())
	return join(before, []string{t.other()}, after)
}

// body makes paragraphs of a text, with pages.
func body(s string, perPage, firstPage int) []vigie.Paragraph {
	var out []vigie.Paragraph
	n := 0
	for line := range strings.SplitSeq(s, "\n") {
		out = append(out, vigie.Paragraph{Text: line, Page: firstPage + n/perPage})
		n += utf8.RuneCountInString(line)
	}
	return out
}
