package index

import (
	"strconv"

	"github.com/blevesearch/bleve/v2/document"
	api "github.com/blevesearch/bleve_index_api"

	"vigie"
)

// mappingVersion is part of what an index must be to be used: change it with
// anything in this package that changes what is indexed.
const mappingVersion = "1"

// The fields that are looked up exactly as they are.
const (
	fieldLang   = "lang"
	fieldSource = "source"
	// fieldDates holds every beginning of the publisher's date that is wholly
	// known: 20, 202, 2026, 2026-11, 2026-11-21.
	fieldDates = "dates"
	// fieldTime is the moment to sort by, seconds since 1970 in hexadecimal.
	fieldTime = "ts"
)

// entry is what the index is told about one document.
type entry struct {
	doc     vigie.Document
	body    []vigie.Paragraph
	sources []vigie.SourceID // all that showed it
	titles  []string         // other titles under which it was shown
}

// size is the length of the text in bytes, to bound batches.
func (e entry) size() int {
	n := len(e.doc.Title) + len(e.doc.Summary)
	for _, p := range e.body {
		n += len(p.Text)
	}
	return n
}

// document builds what bleve indexes. Nothing of it is stored there but the
// identity.
func (l *languages) document(e entry) *document.Document {
	d := document.NewDocument(string(e.doc.ID))
	lang := l.of(e.doc.Lang)
	title := &textField{name: lang.title, words: l, lang: lang, stopWords: true, texts: append([]string{titleOf(e.doc)}, e.titles...)}
	body := &textField{name: lang.body, words: l, lang: lang}
	for _, p := range e.body {
		body.texts = append(body.texts, p.Text)
	}
	for _, a := range e.doc.Authors {
		body.texts = append(body.texts, a.Name)
	}
	body.texts = append(body.texts, e.doc.Labels...)
	d.AddField(title).AddField(body)
	code := e.doc.Lang.Base()
	if code == "" {
		code = vigie.Und
	}
	d.AddField(keyword(fieldLang, string(code), false))
	d.AddField(keyword(fieldTime, timeKey(e.doc), true))
	for _, s := range e.sources {
		d.AddField(keyword(fieldSource, string(s), false))
	}
	for _, s := range dateKeys(e.doc.Published) {
		d.AddField(keyword(fieldDates, s, false))
	}
	return d
}

// titleOf returns the title, or the address where there is none: what was kept
// can be found.
func titleOf(d vigie.Document) string {
	if d.Title == "" {
		return d.URL
	}
	return d.Title
}

// timeKey is when a document was published or, where that is unknown, filed.
// Times before 1970 count as 1970.
func timeKey(d vigie.Document) string {
	t := d.Published.Time
	if d.Published.IsZero() {
		t = d.Filed
	}
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
