package index

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vigie"
)

const (
	// extractLength is the longest extract, in characters.
	extractLength = 240
	// extractBudget is how much text one search, or one of several that share its hits, reads for extracts, in bytes;
	// beyond it a hit shows how its text begins.
	extractBudget = 4 << 20
	// besideShare is what a word is worth to a passage that stands before it in its
	// paragraph, or in a heading above; besidePair what the lesser of two words gains
	// from following the other.
	besideShare = .4
	besidePair  = .5
	// mateShare is what another word of the stem counts against the one that was asked
	// for: stems join age to year in Arabic, and what is general to generations.
	mateShare = .8
	// againShare is what a word counts each time that it comes again.
	againShare = .1
	// pageShare is what all that a page has is worth to its best paragraph.
	pageShare = .3
	// pagedBytes is how much is read of a text with pages when a paragraph has all that
	// is wanted: a later page may say more of it.
	pagedBytes = 512 << 10
)

// found is one wanted word in a paragraph.
type found struct {
	start, end, nth int // bytes; which word of the paragraph it is
	number          int // of what is wanted
	// share is what it counts: less for another word of the same stem.
	share float64
}

// above is a heading, with what is wanted that it has.
type above struct {
	level   int
	numbers []int
}

// quoter looks for the passage of one text that says most of what is wanted.
type quoter struct {
	*languages

	wanted *wanted
	words  *reader
	known  cache
	solids solids
	worths []float64
	enough float64
	full   bool // a paragraph was worth that
	// above are the headings that a paragraph stands under.
	above []above
	// has is room for how much of each of what is wanted a passage has.
	has     []float64
	window  []found
	numbers []int

	// quote is the best of the paragraph, page that of the page, which has so much of
	// what is wanted in all, and best that of the text.
	quote, page, best quote
	onPage            []float64
}

// quote is a stretch of a paragraph, by its number, with what it is worth: 0 for none.
type quote struct {
	score          float64
	at, start, end int
}

// extract returns the passage that says the most of what is wanted, and its page; the
// first such passage when several do. Where the text holds none of that, what stands
// beside it may: the names of authors, and the publisher's labels. Otherwise it is how
// the text begins.
func (l *languages) extract(w *wanted, why *Why, body []vigie.Paragraph, beside []string, budget *int) (string, int) {
	q := &quoter{languages: l, wanted: w, worths: w.worths(why), words: l.reader(""), known: w.lang.known.Get().(cache)} //nolint:forcetypeassert // the pool holds nothing else
	defer func() {
		w.lang.known.Put(q.known)
		l.done(q.words)
	}()
	q.has, q.onPage = make([]float64, len(q.worths)), make([]float64, len(q.worths))
	if q.enough = fullLength * w.all(q.worths); q.enough > 0 {
		q.read(body, budget)
		if q.best.score > 0 {
			return around(body[q.best.at].Text, q.best.start, q.best.end), body[q.best.at].Page
		}
		for _, text := range beside {
			if q.paragraph(text, func() float64 { return 1 }); q.quote.score > 0 {
				return around(text, q.quote.start, q.quote.end), 0
			}
		}
	}
	for _, p := range body {
		if p.Kind != vigie.Heading && strings.TrimSpace(p.Text) != "" {
			return around(p.Text, 0, 0), p.Page
		}
	}
	return "", 0
}

// read looks through a text.
func (q *quoter) read(body []vigie.Paragraph, budget *int) {
	q.solids = solids{body: body}
	from := *budget
	for i, p := range body {
		if *budget <= 0 || q.full && (p.Page == 0 || from-*budget > pagedBytes) {
			break
		}
		if *budget -= len(p.Text); p.Page == 0 || i > 0 && p.Page != body[i-1].Page {
			q.turn()
		}
		if p.Kind == vigie.Heading {
			q.leave(p.Level)
		}
		numbers := q.paragraph(p.Text, func() float64 { return q.solids.of(i) })
		if p.Kind == vigie.Heading && len(numbers) > 0 {
			q.above = append(q.above, above{p.Level, slices.Clone(numbers)})
		}
		for _, n := range numbers {
			q.onPage[n] = 1
		}
		if q.full = q.full || q.quote.score >= q.enough; q.quote.score > q.page.score {
			q.quote.at = i
			q.page = q.quote
		}
	}
	q.turn()
}

// leave forgets the headings of a level and below, as another of it begins.
func (q *quoter) leave(level int) {
	for len(q.above) > 0 && q.above[len(q.above)-1].level >= level {
		q.above = q.above[:len(q.above)-1]
	}
}

// turn ends a page.
func (q *quoter) turn() {
	if q.page.score > 0 {
		q.page.score += pageShare * q.wanted.value(q.onPage, q.worths)
	}
	if q.page.score > q.best.score {
		q.best = q.page
	}
	q.page = quote{}
	clear(q.onPage)
}

// paragraph looks for the best stretch of a paragraph that is short enough to show, and
// returns what of what is wanted it has, each once, until the next is looked at. Solid
// tells what a word is worth in it; most have none, and need not know.
func (q *quoter) paragraph(text string, solid func() float64) []int {
	q.quote, q.window, q.numbers = quote{}, q.window[:0], q.numbers[:0]
	share := 0.0
	for q.words.begin(text); q.quote.score < q.enough && q.words.next(&q.wanted.begins); {
		number := q.wanted.has(q.known.term(q.wanted.lang, q.words.buf))
		if number < 0 {
			continue
		}
		if !slices.Contains(q.numbers, number) {
			q.numbers = append(q.numbers, number)
		}
		if share == 0 {
			share = solid()
		}
		q.found(number)
		if score := share * q.value(q.numbers); score > q.quote.score {
			q.quote = quote{score: score, start: q.window[0].start, end: q.words.end}
		}
	}
	return q.numbers
}

// found takes the word that was read into the window, which goes on with it.
func (q *quoter) found(number int) {
	r := q.words
	f := found{start: r.start, end: r.end, nth: r.nth, number: number, share: mateShare}
	if q.wanted.forms[string(r.buf)] {
		f.share = 1
	}
	q.window = append(q.window, f)
	out := 0
	for out < len(q.window)-1 && f.end-q.window[out].start > extractLength {
		out++
	}
	q.window = slices.Delete(q.window, 0, out)
}

// value is what the window is worth, in a paragraph that had so much until here.
func (q *quoter) value(before []int) float64 {
	clear(q.has)
	for _, h := range q.above {
		for _, n := range h.numbers {
			q.has[n] = besideShare
		}
	}
	for _, n := range before {
		q.has[n] = besideShare
	}
	pairs := 0.0
	for i, f := range q.window {
		if q.has[f.number] <= besideShare && i > 0 && q.window[i-1].nth+1 == f.nth {
			pairs += besidePair * min(q.worths[f.number], q.worths[q.window[i-1].number])
		}
		if q.has[f.number] <= besideShare {
			q.has[f.number] = f.share
		} else {
			q.has[f.number] += againShare * f.share
		}
	}
	return q.wanted.value(q.has, q.worths) + pairs
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
	out := make([]byte, 0, len("… ")+to-from+len(" …"))
	if from > 0 {
		out = append(out, "… "...)
	}
	out = appendLine(out, text[from:to])
	if to < len(text) {
		out = append(out, " …"...)
	}
	return string(out)
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

// oneLine is a text with one space between its words, and none around them.
func oneLine(s string) string { return string(appendLine(make([]byte, 0, len(s)), s)) }

func appendLine(dst []byte, s string) []byte {
	begin := len(dst)
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = runeAt(s, i)
		}
		switch {
		case !unicode.IsSpace(r):
			dst = append(dst, s[i:i+size]...)
		case len(dst) > begin && dst[len(dst)-1] != ' ':
			dst = append(dst, ' ')
		}
		i += size
	}
	if len(dst) > begin && dst[len(dst)-1] == ' ' {
		dst = dst[:len(dst)-1]
	}
	return dst
}
