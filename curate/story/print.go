package story

import (
	"slices"
	"strings"
	"time"

	"vigie"
)

// Known is what the caller knows of a document beyond its record.
type Known struct {
	// Links are the addresses that the text points to.
	Links []string
	// Also are further addresses of the document itself: aliases, the page that
	// offers a report for download.
	Also []string
	// Institution says that the publisher is one that makes the news and not one
	// that tells it: a regulator, a ministry, an international body.
	Institution bool
}

// Print is what is kept of a document to tell whether another tells the same
// story: some four hundred bytes for an article, at most twenty thousand for a report
// of any length. It holds hashes, not words. See [Print.MarshalBinary].
type Print struct {
	Document vigie.DocumentID
	// Lang is the language without its region; "" when it is not known.
	Lang vigie.Lang
	// Published is the publisher's date; Filed stands in where it is unknown.
	Published vigie.Date
	Filed     time.Time
	// Publisher is a hash of the publisher's name and site, 0 when unknown.
	Publisher uint32
	// Report tells a report from an article, Institution who published it.
	Report, Institution bool
	// Words is the length of the text that counts.
	Words int
	// Text is a hash of the words of the normalised text; zero where there is none.
	Text uint64

	shingles sample
	numbers  sample   // the kind of number in the lowest two bits
	names    sample   // the first letters of names
	sounds   sample   // the consonants of names, in Arabic of all words
	title    []uint32 // the words of the title, in order, without repetition
	counts   []uint32 // the numbers among them
	links    []uint32
	own      []uint32 // the document's own addresses
}

// Bounds of what is read and kept.
const (
	maxText   = 8 << 20 // bytes of text that are read
	maxTitle  = 48      // words
	maxLinks  = 64
	minSample = 72
	minFacts  = 48 // of numbers, and of names
	maxSample = 4096
	// perSample is the number of words of a long text for one kept hash.
	perSample = 8
	// reportWords is the length from which an institution's page is a report.
	reportWords = 6000
)

// Of takes the print of a document. The body is read, or the summary where there
// is none; anything beyond 8 MB of text does not count. It never fails: of an
// empty document it returns an empty print, which is like no other.
func Of(d vigie.Document, k Known) Print {
	p := Print{
		Document: d.ID, Filed: d.Filed, Institution: k.Institution,
		Publisher: publisherOf(d), links: addresses(k.Links...), own: addresses(ownOf(d, k)...),
	}
	if d.Published.Precision != vigie.Unknown {
		p.Published = d.Published
	}
	if d.Lang != vigie.Und {
		p.Lang = d.Lang.Base()
	}
	r := reader{text: fnvOffset, arabic: p.Lang == vigie.Arabic}
	r.readTitle(withoutSite(d.Title))
	p.title, p.counts = r.title, r.counts
	texts := d.Body
	if len(texts) == 0 {
		texts = []vigie.Paragraph{{Text: d.Summary}}
	}
	r.readBody(texts)
	p.Words = r.words
	if r.words > 0 {
		p.Text = mix(r.text)
	}
	most := min(max(r.words/perSample, minSample), maxSample)
	p.shingles = sampleOf(r.shingles, most)
	p.numbers = sampleOf(r.numbers, max(most/2, minFacts))
	p.names = sampleOf(r.names, max(most/2, minFacts))
	p.sounds = sampleOf(r.sounds, most)
	p.Report = isDocumentFile(d.MediaType) || k.Institution && r.words >= reportWords
	return p
}

// isDocumentFile tells files made for print from pages.
func isDocumentFile(mediaType string) bool {
	base, _, _ := strings.Cut(strings.ToLower(mediaType), ";")
	switch strings.TrimSpace(base) {
	case "application/pdf", "application/epub+zip", "application/msword",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document":
		return true
	}
	return false
}

// reader gathers what a print is made of.
type reader struct {
	line   line
	text   uint64 // the hash of the words so far
	arabic bool

	title, counts            []uint32
	shingles, numbers, names []uint32
	sounds                   []uint32
	consonants               []byte
	last                     [2]uint64 // the hashes of the last two words
	words, bytes             int
}

func (r *reader) readTitle(s string) {
	r.line.read(s[:min(len(s), 2000)])
	for _, t := range r.line.tokens[:min(len(r.line.tokens), maxTitle)] {
		r.title = append(r.title, little(t.hash))
		if t.number {
			r.counts = append(r.counts, little(t.hash))
		}
	}
	r.take()
	r.names, r.sounds = r.names[:0], r.sounds[:0] // in a headline capitals say nothing
	slices.Sort(r.title)
	slices.Sort(r.counts)
	r.title, r.counts = slices.Compact(r.title), slices.Compact(r.counts)
}

func (r *reader) readBody(body []vigie.Paragraph) {
	for _, p := range body {
		for text := range strings.SplitSeq(p.Text, "\n") {
			if r.bytes += len(text); r.bytes > maxText {
				return
			}
			if r.words == 0 {
				text = afterDateline(text)
			}
			if r.line.read(text); !r.line.isFrame() {
				r.take()
				r.shingle()
			}
		}
	}
}

// take keeps the numbers and names of the line.
func (r *reader) take() {
	loud := 0 // words that look like names
	for _, t := range r.line.tokens {
		if t.name {
			loud++
		}
	}
	shouted := len(r.line.tokens) > 3 && loud*10 > len(r.line.tokens)*6
	for i, t := range r.line.tokens {
		switch word := r.line.word(i); {
		case t.number:
			r.numbers = append(r.numbers, figure(word, t.hash))
		case t.name && !shouted, r.arabic && word[0] < 0x80 && len(word) > 2:
			r.names = append(r.names, little(hashBytes(word[:min(len(word), nameStem)])))
			r.sound(word)
		case r.arabic:
			r.sound(withoutArticle(word))
		}
	}
}

// sound keeps the consonants of a word that has enough of them.
func (r *reader) sound(word []byte) {
	r.consonants = sound(r.consonants[:0], word)
	if len(r.consonants) >= minSound {
		r.sounds = append(r.sounds, little(hashBytes(r.consonants)))
	}
}

// nameStem is how many letters of a name count: Geneva and Genève, Barcelone and
// Barcelona are one.
const nameStem = 5

// shingle adds the line to the hash of the text and its runs of three words to
// the shingles.
func (r *reader) shingle() {
	for _, t := range r.line.tokens {
		if r.words++; r.words > 2 {
			r.shingles = append(r.shingles, little((r.last[0]*31+r.last[1])*31+t.hash))
		}
		r.text = (r.text ^ t.hash) * fnvPrime
		r.last[0], r.last[1] = r.last[1], t.hash
	}
}

// The kinds of number, in the lowest two bits of a kept one.
const (
	loose  = iota // one digit, or one and zero: anywhere
	pair          // two digits
	year          // 1900 to 2099
	strong        // three digits and more, or a fraction
)

// figure is a number as it is kept.
func figure(word []byte, h uint64) uint32 {
	kind := uint32(strong)
	switch {
	case len(word) == 1:
		kind = loose
	case len(word) == 2:
		kind = pair
	case len(word) == 4 && (string(word[:2]) == "19" || string(word[:2]) == "20"):
		kind = year
	}
	return little(h)&^3 | kind
}
