package index_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store/storetest"
)

// BenchmarkHits measures what it takes to make the hits of an answer once they are found:
// ten documents of 350 words, or ten reports of a hundred pages.
func BenchmarkHits(b *testing.B) {
	s := newBookshelf(b)
	for _, c := range []struct {
		name           string
		texts, reports int
	}{{"texts", 800, 0}, {"reports", 0, 12}} {
		db := storetest.Open(b)
		s.file(b, db, c.texts)
		var reports []vigie.Document
		for i := range c.reports {
			reports = append(reports, s.report(i))
		}
		storetest.File(b, db, storetest.Source(b, db, "https://reports.example/feed"), reports...)
		x := open(b, db)
		catchUp(b, x)
		for _, k := range s.questions() {
			if k.kind == "word" || k.kind == "words" || k.kind == "question" {
				b.Run(c.name+"/"+k.kind, func(b *testing.B) { makeHits(b, x, k.questions) })
			}
		}
	}
}

// report makes a report of a hundred pages of 350 words by its number: a table of
// contents, and pages that begin with a heading and end with the same line.
func (s *bookshelf) report(i int) vigie.Document {
	random := rand.New(rand.NewPCG(7, uint64(i)))
	lang := benchLang(i)
	d := vigie.Document{URL: fmt.Sprintf("https://reports.example/%d", i), Lang: lang, MediaType: "application/pdf", Pages: 100}
	d.Title = strings.Join(s.from(random, lang, 10), " ")
	d.Published = s.document(i).Published
	say := func(page int, kind vigie.ParagraphKind, format string, args ...any) {
		p := vigie.Paragraph{Kind: kind, Text: fmt.Sprintf(format, args...), Page: page}
		if kind == vigie.Heading {
			p.Level = 2
		}
		d.Body = append(d.Body, p)
	}
	for n := range 30 {
		say(1, vigie.Plain, "%s .... %d", strings.Join(s.from(random, lang, 6), " "), 3*n+2)
	}
	for page := 2; page <= d.Pages; page++ {
		say(page, vigie.Heading, "%s", strings.Join(s.from(random, lang, 6), " "))
		for range 5 {
			say(page, vigie.Plain, "%s", strings.Join(s.from(random, lang, 67), " "))
		}
		say(page, vigie.Plain, "%s %d", d.Title, page)
	}
	return d
}

// makeHits makes the hits of each of some questions again and again.
func makeHits(b *testing.B, x *index.Index, questions []question) {
	b.Helper()
	var answering []func() ([]index.Hit, error)
	for _, asked := range questions {
		q, err := query.Parse(asked.line())
		if err != nil {
			b.Fatal(err)
		}
		answer, err := x.Answering(b.Context(), q, 10)
		if err != nil {
			b.Fatal(err)
		}
		if hits, err := answer(); err != nil {
			b.Fatal(err)
		} else if len(hits) >= 5 {
			answering = append(answering, answer)
		}
	}
	b.ReportAllocs()
	start, made, n := used(b), 0, 0
	for i := 0; b.Loop(); i++ {
		hits, err := answering[i%len(answering)]()
		if err != nil {
			b.Fatal(err)
		}
		made, n = made+len(hits), n+1
	}
	b.ReportMetric(float64((used(b)-start).Nanoseconds())/float64(n), "cpu-ns/op")
	b.ReportMetric(float64(made)/float64(n), "hits/op")
}
