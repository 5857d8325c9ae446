package passage_test

import (
	"strings"
	"testing"

	"vigie"
	"vigie/curate/passage"
)

// long is a text of 800 KB in a language, page after page of the handbook.
func long(tb testing.TB, lang vigie.Lang) string {
	tb.Helper()
	var b strings.Builder
	for _, x := range texts(tb) {
		if x.lang == lang && b.Len()+len(x.body) < 800_000 {
			b.WriteString(x.body + "\n")
		}
	}
	for s := b.String(); b.Len() > 0 && b.Len() < 700_000; { // a shorter book twice
		b.WriteString(strings.ReplaceAll(s, " ", "  "))
	}
	return b.String()
}

// BenchmarkFind looks for one quotation of some thirty words in a text of 800 KB.
func BenchmarkFind(b *testing.B) {
	for _, lang := range []vigie.Lang{vigie.French, vigie.Arabic} {
		text := long(b, lang)
		i := strings.Index(text[len(text)/3:], "\n") + len(text)/3 + 1
		words := strings.Fields(text[i : i+2000])[:30]
		before, quote, rest := text[:i], strings.Join(words, " "), text[i:]
		quote = rest[:len(quote)]
		rest = rest[len(quote):]
		for _, x := range []struct{ name, now string }{
			{"unchanged", text},
			{"moved", "Une phrase de plus.\n" + text},
			{"reflowed", strings.ReplaceAll(text, "\n", " ")},
			{"edited", before + strings.Replace(quote, words[15], "autrement", 1) + rest},
			{"gone", before + rest},
		} {
			old, now := body(text, 3000, 1), body(x.now, 3000, 1)
			p := at(old, before, quote)
			b.Run(string(lang)+"/"+x.name, func(b *testing.B) {
				b.ReportMetric(float64(len(text)), "text-B")
				var how passage.How
				for b.Loop() {
					how = passage.Find(p, old, now).How
				}
				b.Log(how)
			})
		}
	}
}
