package index

import (
	"strings"
	"unicode/utf8"

	"vigie"
	"vigie/index/query"
	"vigie/index/thesaurus"
)

const (
	// extractLength is the longest extract, in characters.
	extractLength = 240
	// extractBudget is how much text one search reads for its extracts, in bytes;
	// beyond it a hit shows how its text begins.
	extractBudget = 4 << 20
)

// wanted are the terms that a query looks for in texts of one language.
type wanted struct {
	lang     *language
	terms    map[string]bool
	prefixes []string
	// first holds the first bytes of the words that may become one of terms: most
	// words need not be stemmed to be passed over. Arabic loses articles in front, so
	// there all are.
	first [256]bool
}

// wanted returns what to show in an extract: what was typed, and what was looked for
// beside it.
func (l *languages) wanted(lang *language, q query.Query, also []Also) *wanted {
	w := &wanted{lang: lang, terms: map[string]bool{}}
	for _, t := range q.Looked() {
		if words := l.folded(t.Text); t.Kind == query.Prefix && len(words) > 0 {
			w.prefixes = append(w.prefixes, words[len(words)-1])
			for _, cut := range lang.prefixTerms(words[len(words)-1]) {
				w.terms[cut] = true
			}
			continue
		}
		w.add(l, t.Text)
	}
	for _, a := range also {
		for _, t := range a.Texts {
			if t.Lang == lang.code || t.Lang == thesaurus.Every {
				w.add(l, t.Text)
			}
		}
	}
	for t := range w.terms {
		w.first[t[0]] = true
	}
	for _, p := range w.prefixes {
		w.first[p[0]] = true
	}
	if lang.code == vigie.Arabic {
		w.first = allBytes()
	}
	return w
}

// add adds the words of a text that mean something, and a compound as one word.
func (w *wanted) add(l *languages, text string) {
	l.terms(w.lang, text, func(t term, _, _ int) bool {
		if !t.stop {
			w.terms[t.text] = true
		}
		return true
	})
	if whole := l.whole(w.lang, text); whole != "" {
		w.terms[whole] = true
	}
}

func allBytes() (all [256]bool) {
	for i := range all {
		all[i] = true
	}
	return all
}

// all is what a passage is worth that has every term, side by side.
func (w *wanted) all() int { return max(0, 2*(len(w.terms)+len(w.prefixes))-1) }

func (w *wanted) has(t term) bool {
	if t.stop {
		return false
	}
	if w.terms[t.text] {
		return true
	}
	for _, p := range w.prefixes {
		if strings.HasPrefix(t.text, p) {
			return true
		}
	}
	return false
}

// found is one wanted word in a paragraph.
type found struct {
	start, end, nth int // bytes; which word of the paragraph it is
	text            string
}

// extract returns the passage that holds the most of what is wanted, and its
// page; the first such passage when several do. A text that holds none gives its
// beginning.
func (l *languages) extract(w *wanted, body []vigie.Paragraph, budget *int) (string, int) {
	best, bestScore := -1, 0
	var bestStart, bestEnd int
	enough := w.all()
	for i, p := range body {
		if enough == 0 || *budget <= 0 {
			break
		}
		*budget -= len(p.Text)
		start, end, score := l.densest(w, p.Text)
		if score > bestScore {
			best, bestScore, bestStart, bestEnd = i, score, start, end
		}
		if bestScore >= enough {
			break
		}
	}
	if best >= 0 {
		return around(body[best].Text, bestStart, bestEnd), body[best].Page
	}
	for _, p := range body {
		if p.Kind != vigie.Heading && strings.TrimSpace(p.Text) != "" {
			return around(p.Text, 0, 0), p.Page
		}
	}
	return "", 0
}

// densest finds the stretch of a paragraph that is short enough to show and
// holds the most different wanted terms; terms side by side count double.
func (l *languages) densest(w *wanted, text string) (start, end, score int) {
	var window []found
	nth := 0
	known := w.lang.known.Get().(cache) //nolint:forcetypeassert // the pool holds nothing else
	defer w.lang.known.Put(known)
	l.words(text, func(word []byte, s, e int) bool {
		nth++
		if !w.first[word[0]] {
			return true
		}
		t := known.term(w.lang, word)
		if !w.has(t) {
			return true
		}
		window = append(window, found{start: s, end: e, nth: nth, text: t.text})
		for len(window) > 1 && e-window[0].start > extractLength {
			window = window[1:]
		}
		if n := worth(window); n > score {
			start, end, score = window[0].start, e, n
		}
		return score < w.all()
	})
	return start, end, score
}

// worth counts different terms, and neighbours once more.
func worth(window []found) int {
	n := 0
	for i, f := range window {
		seen := false
		for _, before := range window[:i] {
			seen = seen || before.text == f.text
		}
		if !seen {
			n++
			if i > 0 && window[i-1].nth+1 == f.nth {
				n++
			}
		}
	}
	return n
}

// around cuts a passage of at most extractLength characters out of a paragraph,
// with what was found in the middle and whole words at both ends.
func around(text string, start, end int) string {
	if utf8.RuneCountInString(text) <= extractLength {
		return oneLine(text)
	}
	end = min(end, forth(text, start, extractLength-4)) // a word may be longer than all there is room for
	room := extractLength - 4 - utf8.RuneCountInString(text[start:end])
	from := back(text, start, room/2)
	to := forth(text, end, room-utf8.RuneCountInString(text[from:start]))
	from = back(text, start, extractLength-4-utf8.RuneCountInString(text[start:to]))
	if from > 0 {
		if i := strings.IndexByte(text[from:start], ' '); i >= 0 {
			from += i + 1
		}
	}
	if to < len(text) {
		if i := strings.LastIndexByte(text[end:to], ' '); i >= 0 {
			to = end + i
		}
	}
	out := oneLine(text[from:to])
	if from > 0 {
		out = "… " + out
	}
	if to < len(text) {
		out += " …"
	}
	return out
}

// back goes n characters to the left of a place in text.
func back(text string, at, n int) int {
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
	}
	return at
}

// forth goes n characters to the right.
func forth(text string, at, n int) int {
	for ; n > 0 && at < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
