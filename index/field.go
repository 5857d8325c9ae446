package index

import (
	"strconv"
	"time"

	"github.com/blevesearch/bleve/v2/document"
	api "github.com/blevesearch/bleve_index_api"

	"vigie"
)

// mappingVersion is part of what an index must be to be used: change it with
// anything in this package that changes what is indexed.
const mappingVersion = "4"

// publicVersion is that of the public index, where it differs in more.
const publicVersion = "public 1, " + mappingVersion

// The fields that are looked up exactly as they are.
const (
	fieldLang = "lang"
	// The others are of the public index; what else is known of documents is in
	// columns. fieldTime is the moment to sort by, seconds since 1970 in hexadecimal,
	// and fieldReader the language again, to sort by.
	fieldTime   = "ts"
	fieldKind   = "kind"
	fieldTopic  = "topic"
	fieldReader = "reader"
)

// entry is one thing as an index holds it.
type entry struct {
	id     string
	lang   vigie.Lang
	titles []string
	texts  []string // paragraphs
	heads  []int    // which of texts are headings, in order
	// terms are looked up exactly as they are.
	terms []exact
}

// exact is a term in a field that is no running text.
type exact struct {
	field, value string
	sorted       bool // hits may be sorted by it
}

// exactly adds a term that is looked up as it is.
func (e *entry) exactly(field, value string) {
	e.terms = append(e.terms, exact{field: field, value: value})
}

// size is the length of the text in bytes, to bound batches.
func (e *entry) size() int {
	n := 0
	for _, t := range e.titles {
		n += len(t)
	}
	for _, t := range e.texts {
		n += len(t)
	}
	return n
}

// document builds what bleve indexes. Nothing of it is stored there but the
// identity.
func (l *languages) document(e entry) *document.Document {
	d := document.NewDocument(e.id)
	lang := l.of(e.lang)
	d.AddField(&textField{name: lang.title, words: l, lang: lang, stopWords: true, texts: e.titles})
	d.AddField(&textField{name: lang.body, words: l, lang: lang, texts: e.texts, heads: e.heads})
	d.AddField(keyword(fieldLang, langKey(e.lang), false))
	for _, t := range e.terms {
		d.AddField(keyword(t.field, t.value, t.sorted))
	}
	return d
}

// langKey is what entries in a language are filed under.
func langKey(l vigie.Lang) string {
	if l == "" {
		return string(vigie.Und)
	}
	return string(l.Base())
}

// timeKey writes a moment so that it can be sorted by.
func timeKey(t time.Time) string {
	s := strconv.FormatInt(max(t.Unix(), 0), 16)
	return "0000000000"[min(len(s), 10):] + s
}

// keyword makes a field that is one term.
func keyword(name, value string, sorted bool) document.Field {
	options := api.IndexField | api.SkipFreqNorm
	if sorted {
		options |= api.DocValues
	}
	return document.NewTextFieldCustom(name, nil, []byte(value), options, nil)
}

// textField is running text as a bleve field. bleve's own would keep where each
// word begins and ends; a phrase needs only its number, and the index is a third
// smaller without the rest. Where a word begins is therefore free to say whether it
// is in a heading.
type textField struct {
	name      string
	words     *languages
	lang      *language
	texts     []string // paragraphs: a phrase does not cross from one to the next
	heads     []int    // which of them are headings, in order
	stopWords bool     // index them too: "To be or not to be" is a title
	length    int
	freqs     api.TokenFrequencies
}

// headingMark is where the words of headings seem to begin; others do at 0.
const headingMark = 1

// paragraphGap is how many words seem to lie between two paragraphs.
const paragraphGap = 8

// Analyze implements document.Field: it turns the texts into terms.
func (f *textField) Analyze() {
	size := 0
	for _, t := range f.texts {
		size += len(t)
	}
	f.freqs = make(api.TokenFrequencies, size/16+2)
	var c counter
	f.freqs[everyEntry] = c.none()
	f.length = 1
	heads := f.heads
	known := f.lang.known.Get().(cache) //nolint:forcetypeassert // the pool holds nothing else
	defer f.lang.known.Put(known)
	position := 0
	for i, t := range f.texts {
		c.mark = 0
		if len(heads) > 0 && heads[0] == i {
			c.mark, heads = headingMark, heads[1:]
		}
		j := joiner{text: t}
		f.words.words(t, func(word []byte, start, end int) bool {
			if !j.joins(start) {
				f.compound(&c, known, &j, position)
			}
			j.add(word, start, end)
			position++
			if t := known.term(f.lang, word); !t.stop || f.stopWords {
				f.length++
				f.count(&c, t.text, position)
			}
			if stem := stemOf(word); stem != nil {
				f.count(&c, known.term(f.lang, stem).text, position)
			}
			return true
		})
		f.compound(&c, known, &j, position)
		position += paragraphGap
	}
}

// compound counts the words up to a position as one where they are written so: at
// the place of the first as of the last, so that a phrase may go on from both.
func (f *textField) compound(c *counter, known cache, j *joiner, position int) {
	whole := j.compound()
	if whole == nil {
		return
	}
	text := known.term(f.lang, whole).text
	f.count(c, text, position-j.parts+1)
	f.count(c, text, position)
}

// count notes that a term stands at a position.
func (f *textField) count(c *counter, text string, position int) {
	at := c.occurrence(position)
	if freq, ok := f.freqs[text]; ok {
		freq.Locations = append(freq.Locations, at)
		freq.SetFrequency(freq.Frequency() + 1)
		return
	}
	f.freqs[text] = c.first(at)
}

// counter makes what Analyze counts with, many at a time: one by one they would
// be most of the garbage of indexing.
type counter struct {
	occurrences []api.TokenLocation
	freqs       []api.TokenFreq
	pointers    []*api.TokenLocation
	mark        int // see headingMark
}

// counterChunk is how many a counter makes at a time.
const counterChunk = 64

func (c *counter) occurrence(position int) *api.TokenLocation {
	if len(c.occurrences) == cap(c.occurrences) {
		c.occurrences = make([]api.TokenLocation, 0, counterChunk)
	}
	c.occurrences = append(c.occurrences, api.TokenLocation{Position: position, Start: c.mark})
	return &c.occurrences[len(c.occurrences)-1]
}

// none makes the count of a term that stands nowhere and is there.
func (c *counter) none() *api.TokenFreq {
	var freq api.TokenFreq
	freq.SetFrequency(1)
	return &freq
}

// first makes the count of a term. Its name is the key that it is kept under; zap
// reads no other.
func (c *counter) first(at *api.TokenLocation) *api.TokenFreq {
	if len(c.freqs) == cap(c.freqs) {
		c.freqs = make([]api.TokenFreq, 0, counterChunk)
		c.pointers = make([]*api.TokenLocation, 0, counterChunk)
	}
	n := len(c.freqs)
	c.pointers = append(c.pointers, at)
	c.freqs = append(c.freqs, api.TokenFreq{Locations: c.pointers[n : n+1 : n+1]})
	c.freqs[n].SetFrequency(1)
	return &c.freqs[n]
}

// Name implements document.Field.
func (f *textField) Name() string { return f.name }

// ArrayPositions implements document.Field.
func (*textField) ArrayPositions() []uint64 { return nil }

// Options implements document.Field.
func (*textField) Options() api.FieldIndexingOptions {
	return api.IndexField | api.IncludeTermVectors
}

// Value implements document.Field; it is asked for only by what is stored.
func (*textField) Value() []byte { return nil }

// NumPlainTextBytes implements document.Field.
func (f *textField) NumPlainTextBytes() uint64 { return uint64(f.Size()) }

// Size implements document.Field.
func (f *textField) Size() int {
	n := 0
	for _, t := range f.texts {
		n += len(t)
	}
	return n
}

// EncodedFieldType implements document.Field.
func (*textField) EncodedFieldType() byte { return 't' }

// AnalyzedLength implements document.Field.
func (f *textField) AnalyzedLength() int { return f.length }

// AnalyzedTokenFrequencies implements document.Field.
func (f *textField) AnalyzedTokenFrequencies() api.TokenFrequencies { return f.freqs }
