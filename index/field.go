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

// recycle gives back what documents were analysed with, which bleve has written.
func recycle(docs []*document.Document) {
	for _, d := range docs {
		for _, f := range d.Fields {
			if text, ok := f.(*textField); ok {
				text.recycle()
			}
		}
	}
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
	counts    *counts // after Analyze
}

// headingMark is where the words of headings seem to begin; others do at 0.
const headingMark = 1

// paragraphGap is how many words seem to lie between two paragraphs.
const paragraphGap = 8

// Analyze implements document.Field: it turns the texts into terms.
func (f *textField) Analyze() {
	t := f.lang.tallies.get()
	if t == nil {
		t = newTally(f.lang)
	}
	defer f.lang.tallies.put(t, 0) // there are no more than goroutines
	t.begin()
	f.length = 1
	heads := f.heads
	position := 0
	for i, text := range f.texts {
		t.mark = 0
		if len(heads) > 0 && heads[0] == i {
			t.mark, heads = headingMark, heads[1:]
		}
		j := joiner{text: text}
		f.words.words(text, func(word []byte, start, end int) bool {
			if !j.joins(start) {
				f.compound(t, &j, position)
			}
			j.add(word, start, end)
			position++
			if term, stop := t.word(word); !stop || f.stopWords {
				f.length++
				t.count(term, position)
			}
			if stem := stemOf(word); stem != nil {
				term, _ := t.word(stem)
				t.count(term, position)
			}
			return true
		})
		f.compound(t, &j, position)
		position += paragraphGap
	}
	if f.counts = f.idle().get(); f.counts == nil {
		f.counts = &counts{}
	}
	f.counts.fill(t)
}

// compound counts the words up to a position as one where they are written so: at
// the place of the first as of the last, so that a phrase may go on from both.
func (f *textField) compound(t *tally, j *joiner, position int) {
	whole := j.compound()
	if whole == nil {
		return
	}
	term, _ := t.word(whole)
	t.count(term, position-j.parts+1)
	t.count(term, position)
}

// idle are the counts of fields about as long as this one.
func (f *textField) idle() *spare[*counts] {
	if f.name == f.lang.title {
		return &f.words.titles
	}
	return &f.words.bodies
}

// recycle lets the next fields use what this one was counted in. Nobody may ask for it
// any more.
func (f *textField) recycle() {
	if c := f.counts; c != nil && len(c.places) <= mostCounts {
		clear(c.freqs)
		f.idle().put(c, len(c.places))
	}
	f.counts = nil
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
func (f *textField) AnalyzedTokenFrequencies() api.TokenFrequencies { return f.counts.freqs }
