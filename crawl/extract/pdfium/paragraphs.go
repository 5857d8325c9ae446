package pdfium

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vigie"
)

// Measures of paragraphs.
const (
	// headingSize is how much larger than running text a heading is.
	headingSize = 1.12
	// maxHeading is the longest heading in characters.
	maxHeading = 220
	// maxParagraph is the longest paragraph in bytes.
	maxParagraph = 64 << 10
	// maxLevel is the lowest rank of a heading.
	maxLevel = 6
)

// paragraphs makes paragraphs of all lines. Headings are those of the outline where it
// is of use, with what looks like a heading below them; else what looks like one.
func (l *layout) paragraphs(outline []Heading) []vigie.Paragraph {
	lines := withoutFurniture(l.lines)
	b := builder{outlined: entitle(lines, outline), body: bodySize(lines), vocabulary: vocabulary(lines), leading: leadings(lines)}
	b.ranks = b.headingRanks(lines)
	for i := range lines {
		b.add(&lines[i])
	}
	b.end()
	return b.out
}

// title returns the largest line at the head of the first page with its
// continuation, "" where none stands out.
func (l *layout) title() string {
	var best *line
	for i := range l.lines {
		found := &l.lines[i]
		if found.page != 1 || found.row || found.box.y < found.height*0.4 || utf8.RuneCountInString(found.text) < 4 {
			continue
		}
		if best == nil || found.size > best.size*1.02 {
			best = found
		}
	}
	if best == nil || best.size < headingSize*bodySize(l.lines) {
		return ""
	}
	var words []string
	last := best
	for i := range l.lines {
		found := &l.lines[i]
		if found.page == 1 && abs(found.size-best.size) < 0.5 && found.box.y <= best.box.y &&
			last.box.y-found.box.y < 2*best.size && len(words) < 5 {
			words, last = append(words, found.text), found
		}
	}
	return oneLine(strings.Join(words, " "))
}

// bodySize is the size of letters that most of the text is set in.
func bodySize(lines []line) float32 {
	counts := make(map[int]int)
	best := 20
	for i := range lines {
		size := int(2*lines[i].size + 0.5)
		counts[size] += len(lines[i].text)
		if counts[size] > counts[best] || counts[size] == counts[best] && size < best {
			best = size
		}
	}
	return float32(best) / 2
}

// leadings returns, for each column, the distance of two base lines that is usual
// there.
func leadings(lines []line) map[int]float32 {
	gaps := make(map[int][]float32)
	for i := 1; i < len(lines); i++ {
		a, b := &lines[i-1], &lines[i]
		if gap := a.box.y - b.box.y; a.column == b.column && gap > 0 && gap < 3*a.size && abs(a.size-b.size) < 0.5 {
			gaps[a.column] = append(gaps[a.column], gap)
		}
	}
	usual := make(map[int]float32, len(gaps))
	for column, all := range gaps {
		slices.Sort(all)
		usual[column] = all[len(all)/3] // most gaps are those within paragraphs
	}
	return usual
}

// maxVocabulary is how many words of one file are kept.
const maxVocabulary = 50_000

// vocabulary returns the words that stand within lines, in lower case, with their
// hyphens: they say whether a hyphen at the end of a line stays.
func vocabulary(lines []line) map[string]bool {
	found := make(map[string]bool)
	for i := range lines {
		text, _ := strings.CutSuffix(lines[i].text, "-")
		if len(text) < len(lines[i].text) { // its last word is half a word
			text = text[:strings.LastIndexByte(text, ' ')+1]
		}
		if i > 0 && strings.HasSuffix(lines[i-1].text, "-") {
			_, text, _ = strings.Cut(text, " ")
		}
		for word := range strings.FieldsSeq(text) {
			word = strings.TrimFunc(word, notLetter)
			if len(word) > 1 && len(word) < 64 && len(found) < maxVocabulary {
				found[strings.ToLower(word)] = true
			}
		}
	}
	return found
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

// builder makes paragraphs of lines, one after the other.
type builder struct {
	body       float32
	ranks      []int // sizes of headings in half points, the largest first
	vocabulary map[string]bool
	leading    map[int]float32
	// outlined says that the outline gives the levels of headings; above is that of the
	// last heading that it names.
	outlined bool
	above    int

	out  []vigie.Paragraph
	open vigie.Paragraph
	last *line // of the open paragraph; nil when none is open
	// first is the first line of the open paragraph.
	first *line
}

// headingRanks returns the sizes of letters of headings, the largest first.
func (b *builder) headingRanks(lines []line) []int {
	var sizes []int
	for i := range lines {
		if b.isHeading(&lines[i]) {
			sizes = append(sizes, halfPoints(lines[i].size))
		}
	}
	slices.Sort(sizes)
	slices.Reverse(sizes)
	return slices.Compact(sizes)
}

func halfPoints(size float32) int { return int(math.Round(float64(2 * size))) }

// isHeading reports whether a line looks like one of a heading.
func (b *builder) isHeading(l *line) bool {
	if l.rank > 0 {
		return true
	}
	if l.row || utf8.RuneCountInString(l.text) > maxHeading/2 || !strings.ContainsFunc(l.text, unicode.IsLetter) {
		return false
	}
	if l.size >= headingSize*b.body {
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(l.text)
	return l.bold && l.size >= 0.98*b.body && !strings.ContainsRune(".,;:،؛", last) && l.box.width() < 0.9*l.span.width()+l.size
}

func (b *builder) level(l *line) int {
	switch {
	case l.rank > 0:
		b.above = l.rank
		return l.rank
	case b.outlined && b.above > 0:
		return min(b.above+1, maxLevel)
	}
	at := slices.Index(b.ranks, halfPoints(l.size))
	return min(max(at+1, 1), maxLevel)
}

// add takes the next line.
func (b *builder) add(l *line) {
	if l.row {
		b.end()
		b.out = append(b.out, vigie.Paragraph{Kind: vigie.Row, Text: l.text, Page: l.page})
		return
	}
	heading := b.isHeading(l)
	text, item := itemText(l.text)
	if item && !heading && text == "" {
		return // a bullet alone; its text stands elsewhere
	}
	if b.last != nil && !b.begins(l, heading, item) {
		b.open.Text = b.join(b.open.Text, l.text)
		b.last = l
		return
	}
	b.end()
	b.open = vigie.Paragraph{Text: l.text, Page: l.page}
	switch {
	case heading:
		b.open.Kind, b.open.Level = vigie.Heading, b.level(l)
	case item:
		b.open.Kind, b.open.Text = vigie.Item, text
	}
	b.first, b.last = l, l
}

// begins reports whether a line begins a paragraph.
func (b *builder) begins(l *line, heading, item bool) bool {
	last := b.last
	isHeading := b.open.Kind == vigie.Heading
	switch {
	case l.entry != last.entry:
		return true
	case l.entry > 0:
		return false
	case l.page != last.page || len(b.open.Text) > maxParagraph:
		return true
	case l.column != last.column:
		return !b.goesOn(l, heading, item)
	case item && !isHeading, heading != isHeading, isHeading && len(b.open.Text) > 4*maxHeading:
		return true
	case abs(l.size-last.size) > 0.08*max(l.size, last.size):
		return true
	case isHeading && l.bold != last.bold:
		return true
	}
	gap := last.box.y - l.box.y
	usual := b.leading[l.column]
	if usual == 0 {
		usual = 1.4 * l.size
	}
	most := 1.3 * usual
	if b.goesOn(l, heading, item) {
		most = 1.7 * usual // a word in another font parts lines
	}
	if gap <= 0 || gap > most && gap > 1.15*l.size {
		return true
	}
	return !isHeading && (b.indented(l) || b.endsShort(l))
}

// goesOn reports whether a line at the head of a column goes on with the sentence
// at the foot of the one before.
func (b *builder) goesOn(l *line, heading, item bool) bool {
	if heading || item || b.open.Kind == vigie.Heading || abs(l.size-b.last.size) > 0.5 || l.rtl != b.last.rtl || !b.full(b.last) {
		return false
	}
	end, _ := utf8.DecodeLastRuneInString(b.last.text)
	begin, _ := utf8.DecodeRuneInString(l.text)
	return !strings.ContainsRune(".!?؟:;…»\"”", end) && !unicode.IsUpper(begin)
}

// indented reports whether a line begins further in than the line before it, and
// is not the hanging rest of an item.
func (b *builder) indented(l *line) bool {
	in := l.box.left - b.last.box.left
	if l.rtl {
		in = b.last.box.right - l.box.right
	}
	if b.open.Kind == vigie.Item {
		// Back at the margin: the item is over.
		return in < -0.8*l.size && b.last != b.first
	}
	return in > 0.8*l.size && in < 6*l.size && b.last != b.first || in > 0.8*l.size && b.full(b.last) && in < 6*l.size
}

// full reports whether a line fills its column.
func (b *builder) full(l *line) bool {
	if l.rtl {
		return l.box.left-l.span.left < 2*l.size
	}
	return l.span.right-l.box.right < 2*l.size
}

// endsShort reports whether the line before ends a sentence far from the end of
// its column, where the first word of this line had found room.
func (b *builder) endsShort(l *line) bool {
	end, _ := utf8.DecodeLastRuneInString(b.last.text)
	if !strings.ContainsRune(".!?؟:;…»\"”", end) {
		return false
	}
	first, _, _ := strings.Cut(l.text, " ")
	room := b.last.span.right - b.last.box.right
	if l.rtl {
		room = b.last.box.left - b.last.span.left
	}
	return room > 0.6*l.size*float32(utf8.RuneCountInString(first)+1)+2*l.size
}

// join adds a line to a text, and undoes the hyphen between them.
func (b *builder) join(text, more string) string {
	head, hyphenated := strings.CutSuffix(text, "-")
	if !hyphenated {
		return text + " " + more
	}
	before, _ := utf8.DecodeLastRuneInString(head)
	after, _ := utf8.DecodeRuneInString(more)
	if !unicode.IsLetter(before) || !unicode.IsLetter(after) {
		return text + more
	}
	word := strings.TrimLeftFunc(head[strings.LastIndexByte(head, ' ')+1:], notLetter)
	rest, _, _ := strings.Cut(more, " ")
	rest = strings.TrimFunc(rest, notLetter)
	if !unicode.IsLower(after) || b.isCompound(strings.ToLower(word), strings.ToLower(rest)) {
		return text + more
	}
	return head + more
}

// isCompound reports whether two parts of a word keep the hyphen between them: the
// file says so elsewhere, or it is not the only one, or both are words of the file,
// and the word without the hyphen is none.
func (b *builder) isCompound(word, rest string) bool {
	if b.vocabulary[word+"-"+rest] {
		return true
	}
	if b.vocabulary[word+rest] {
		return false
	}
	const whole = 4 // bytes: shorter words may be syllables
	return strings.Contains(word, "-") || len(word) >= whole && len(rest) >= whole && b.vocabulary[word] && b.vocabulary[rest]
}

// end closes the open paragraph.
func (b *builder) end() {
	if b.last != nil && b.open.Text != "" {
		b.out = append(b.out, b.open)
	}
	b.last, b.first, b.open = nil, nil, vigie.Paragraph{}
}

// itemText reports whether a line begins an item of a list, and returns it without
// its bullet; numbers stay.
func itemText(s string) (string, bool) {
	r, size := utf8.DecodeRuneInString(s)
	if strings.ContainsRune("•◦▪▫‣⁃●○■□➢➤✓✔·∙–—−*o-", r) {
		rest := s[size:]
		if after := strings.TrimLeft(rest, " "); len(after) < len(rest) || rest == "" && r != 'o' || strings.ContainsRune("•◦▪‣●○■", r) {
			return after, true
		}
		return s, false
	}
	digits := strings.TrimLeftFunc(s, unicode.IsDigit)
	if n := len(s) - len(digits); n > 0 && n < 4 && len(digits) > 2 && (digits[0] == '.' || digits[0] == ')') && digits[1] == ' ' {
		return s, true
	}
	return s, false
}
