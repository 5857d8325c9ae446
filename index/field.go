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
const mappingVersion = "2"

// publicVersion is that of the public index, where it differs in more.
const publicVersion = "public 1, " + mappingVersion

// The fields that are looked up exactly as they are.
const (
	fieldLang   = "lang"
	fieldSource = "source"
	// fieldDates holds every beginning of the publisher's date that is wholly
	// known: 20, 202, 2026, 2026-11, 2026-11-21.
	fieldDates = "dates"
	// fieldTime is the moment to sort by, seconds since 1970 in hexadecimal.
	fieldTime = "ts"
	// fieldKind and fieldTopic are of the public index, as is fieldReader: the
	// language again, to sort by.
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
	// time is the moment to sort by; times before 1970 count as 1970.
	time time.Time
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
	d.AddField(&textField{name: lang.body, words: l, lang: lang, texts: e.texts})
	d.AddField(keyword(fieldLang, langKey(e.lang), false))
	d.AddField(keyword(fieldTime, timeKey(e.time), true))
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

// dateKeys returns the beginnings of a date that are known.
func dateKeys(d vigie.Date) []string {
	if d.IsZero() {
		return nil
	}
	day := d.Time.UTC().Format("2006-01-02")
	if len(day) != len("2006-01-02") {
		return nil // beyond the year 9999
	}
	keys := []string{day[:2], day[:3], day[:4]}
	if d.Precision >= vigie.Month {
		keys = append(keys, day[:7])
	}
	if d.Precision >= vigie.Day {
		keys = append(keys, day)
	}
	return keys
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
// smaller without the rest.
type textField struct {
	name      string
	words     *languages
	lang      *language
	texts     []string // paragraphs: a phrase does not cross from one to the next
	stopWords bool     // index them too: "To be or not to be" is a title
	length    int
	freqs     api.TokenFrequencies
}

// paragraphGap is how many words seem to lie between two paragraphs.
const paragraphGap = 8

// Analyze implements document.Field: it turns the texts into terms.
func (f *textField) Analyze() {
	size := 0
	for _, t := range f.texts {
		size += len(t)
	}
	f.freqs = make(api.TokenFrequencies, size/16+1)
	var c counter
	position := 0
	for _, t := range f.texts {
		f.words.terms(f.lang, t, func(t term, _, _ int) bool {
			position++
			if t.stop && !f.stopWords {
				return true
			}
			f.length++
			at := c.occurrence(position)
			if freq, ok := f.freqs[t.text]; ok {
				freq.Locations = append(freq.Locations, at)
				freq.SetFrequency(freq.Frequency() + 1)
			} else {
				f.freqs[t.text] = c.first(at)
			}
			return true
		})
		position += paragraphGap
	}
}

// counter makes what Analyze counts with, many at a time: one by one they would
// be most of the garbage of indexing.
type counter struct {
	occurrences []api.TokenLocation
	freqs       []api.TokenFreq
	pointers    []*api.TokenLocation
}

// counterChunk is how many a counter makes at a time.
const counterChunk = 64

func (c *counter) occurrence(position int) *api.TokenLocation {
	if len(c.occurrences) == cap(c.occurrences) {
		c.occurrences = make([]api.TokenLocation, 0, counterChunk)
	}
	c.occurrences = append(c.occurrences, api.TokenLocation{Position: position})
	return &c.occurrences[len(c.occurrences)-1]
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
